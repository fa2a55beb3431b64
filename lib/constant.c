/* What a word means as a value of a field. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "span.h"
#include "syntax.h"
#include "text.h"
#include "tree.h"
#include "words.h"

static bool
is(const struct constant *constant, const char *word)
{
	return constant->length == strlen(word) && memcmp(constant->text, word, constant->length) == 0;
}

static bool
set_number(struct constant *constant, int64_t number)
{
	constant->is_number = true;
	constant->range = (struct range){ number, number };
	return true;
}

const char *
constant_text(struct syntax *syntax, const struct word *word, size_t *length)
{
	char *text = arena_string(&syntax->expr->arena, word->text, word->length), *to = text;
	const char *at = word->text, *end = at + word->length;

	*length = word->length;
	if (word->form != WORD_ESCAPED)
		return text;
	while (at < end) {
		if (end - at >= 4 && at[0] == '\\' && at[1] == 'x' && text_unhex(at + 2, 2, (unsigned char *)to)) {
			to++;
			at += 4;
			continue;
		}
		if (end - at >= 2 && at[0] == '\\' && (at[1] == '\\' || at[1] == '"'))
			at++;
		*to++ = *at++;
	}
	*to = '\0';
	*length = (size_t)(to - text);
	return text;
}

const char *
constant_pattern(struct syntax *syntax, const struct word *word, size_t *length)
{
	char *text = arena_string(&syntax->expr->arena, word->text, word->length), *to = text;
	const char *at = word->text, *end = at + word->length;

	*length = word->length;
	if (word->form != WORD_ESCAPED)
		return text;
	while (at < end) {
		if (at[0] == '\\' && at + 1 < end) {
			if (at[1] != '"')
				*to++ = *at;
			at++;
		}
		*to++ = *at++;
	}
	*to = '\0';
	*length = (size_t)(to - text);
	return text;
}

bool
constant_split(const struct word *word, struct word *low, struct word *high)
{
	const char *dots = memmem(word->text, word->length, "..", 2);

	if (dots == NULL)
		return false;
	*low = *high = *word;
	low->length = (size_t)(dots - word->text);
	high->text = dots + 2;
	high->length = word->length - low->length - 2;
	/* Only the place of the end matters for messages; the quote counts there. */
	high->place.begin += low->length + 2 + (word->form != WORD_BARE);
	return true;
}

/* 64k, 1M, 2G: a size. */
static int
size_shift(char suffix)
{
	switch (suffix) {
	case 'k':
	case 'K':
		return 10;
	case 'M':
		return 20;
	case 'G':
		return 30;
	case 'T':
		return 40;
	}
	return 0;
}

/* Decimal, 0octal or 0xhex, with an optional minus, and a suffix of size behind a decimal. */
static bool
read_number(const char *text, size_t length, int64_t *number)
{
	bool minus = length > 0 && *text == '-';
	char copy[32], *end;
	int shift;

	text += minus;
	length -= minus;
	if (length == 0 || length >= sizeof(copy) || *text < '0' || *text > '9')
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	shift = strncmp(copy, "0x", 2) != 0 ? size_shift(copy[length - 1]) : 0;
	if (shift != 0)
		copy[length - 1] = '\0';
	errno = 0;
	*number = (int64_t)strtoull(copy, &end, 0);
	if (errno != 0 || *end != '\0' || (shift != 0 && (*number < 0 || *number > INT64_MAX >> shift)))
		return false;
	*number = (int64_t)((uint64_t)*number << shift);
	if (minus)
		*number = (int64_t) - (uint64_t)*number;
	return true;
}

/* "EACCES" as its number; 0 if there is no such name. */
static int64_t
errno_of(const char *text, size_t length)
{
	int64_t number;

	return length > 1 && *text == 'E' && word_number(text, length, &number) ? number : 0;
}

static bool
refuse(struct syntax *syntax, const struct word *word, const char *what)
{
	syntax_error(syntax, &word->place, "\"%.*s\" is %s", (int)word->length, word->text, what);
	return false;
}

static bool
read_plain(struct syntax *syntax, const struct word *word, struct constant *constant)
{
	int64_t number;
	int64_t code;

	if (read_number(constant->text, constant->length, &number))
		return set_number(constant, number);
	if (is(constant, "unset"))
		return true;
	if (constant->length > 1 && *constant->text == '-') {
		code = errno_of(constant->text + 1, constant->length - 1);
		if (code != 0)
			return set_number(constant, -code);
	}
	if (errno_of(constant->text, constant->length) != 0)
		return syntax_error(syntax, &word->place, "a call returns it negative: write -%s", constant->text);
	return refuse(syntax, word, "no number");
}

/* People write modes in octal, but 644 could be either: so only 0644 is understood. */
static bool
read_octal(struct syntax *syntax, const struct word *word, struct constant *constant)
{
	int64_t number;

	if (!read_number(constant->text, constant->length, &number))
		return refuse(syntax, word, "no number");
	if (*constant->text != '0' && (number < 0 || number > 7))
		return refuse(syntax, word, "not octal: write a 0 before it");
	return set_number(constant, number);
}

static bool
read_hex(struct syntax *syntax, const struct name *name, const struct word *word, struct constant *constant)
{
	int64_t number;

	if (read_number(constant->text, constant->length, &number))
		return set_number(constant, number);
	if (strcmp(name->name, "arch") != 0)
		return refuse(syntax, word, "no number (hexadecimal needs 0x before it)");
	for (size_t i = 0; arch_at(i) != NULL; i++)
		if (is(constant, arch_at(i)))
			return true;
	return refuse(syntax, word, "no architecture");
}

static bool
read_errno(struct syntax *syntax, const struct word *word, struct constant *constant)
{
	int64_t number;
	size_t minus = constant->length > 0 && *constant->text == '-';
	int64_t code = errno_of(constant->text + minus, constant->length - minus);

	if (code != 0)
		return set_number(constant, code);
	if (read_number(constant->text, constant->length, &number))
		return set_number(constant, number < 0 ? -number : number);
	return refuse(syntax, word, "no error number");
}

static bool
read_result(struct syntax *syntax, const struct word *word, struct constant *constant)
{
	static const uint32_t results[] = { RESULT_OK, RESULT_FAIL_AUTH, RESULT_FAIL_PRIV, RESULT_FAIL_ACCESS, RESULT_FAIL_DAC };
	int64_t number;

	if (read_number(constant->text, constant->length, &number))
		return set_number(constant, number);
	if (is(constant, result_name(RESULT_FAIL))) {
		/* On AIX FAIL is every failure. */
		set_number(constant, RESULT_FAIL);
		constant->range.high = UINT32_MAX;
		return true;
	}
	for (size_t i = 0; i < sizeof(results) / sizeof(*results); i++)
		if (is(constant, result_name(results[i])))
			return set_number(constant, results[i]);
	return refuse(syntax, word, "no result (OK FAIL FAIL_AUTH FAIL_PRIV FAIL_ACCESS FAIL_DAC)");
}

/* An id by number; -1 and 4294967295 are what the kernel calls unset. */
static bool
read_id(struct constant *constant)
{
	int64_t number;

	if (!read_number(constant->text, constant->length, &number))
		return is(constant, "unset");
	if (number != -1 && number != ID_UNSET)
		return set_number(constant, number);
	constant->text = "unset";
	constant->length = strlen("unset");
	return true;
}

/* A name that this host does not know is compared with the names that the capturing host has recorded. */
static bool
use_recorded_names(struct syntax *syntax, const struct word *word, const char *what)
{
	syntax_warn(syntax, &word->place, "this host has no %s \"%.*s\": only names in the records are compared", what,
	    (int)word->length, word->text);
	return true;
}

static bool
read_user(struct syntax *syntax, const struct word *word, struct constant *constant)
{
	const struct passwd *user;

	if (read_id(constant))
		return true;
	user = getpwnam(constant->text);
	return user != NULL ? set_number(constant, user->pw_uid) : use_recorded_names(syntax, word, "user");
}

static bool
read_group(struct syntax *syntax, const struct word *word, struct constant *constant)
{
	const struct group *group;

	if (read_id(constant))
		return true;
	group = getgrnam(constant->text);
	return group != NULL ? set_number(constant, group->gr_gid) : use_recorded_names(syntax, word, "group");
}

/* Slips of the pen that find nothing, which looks as if there were nothing. No mistakes: the records may be another host's. */
static bool
read_text(struct syntax *syntax, const struct name *name, const struct word *word, const struct constant *constant)
{
	const struct expr_context *context = syntax->context;
	const char *near = NULL;

	if (context->near_event != NULL && strcmp(name->name, "event") == 0)
		near = context->near_event(context->arg, constant->text);
	if (near != NULL)
		syntax_warn(syntax, &word->place, "no event \"%.*s\" is known here: did you mean \"%s\"?", (int)word->length, word->text, near);
	if (strcmp(name->name, "exe") == 0 && memchr(constant->text, '/', constant->length) == NULL)
		syntax_warn(syntax, &word->place, "exe is the program's path: its name alone is command");
	return true;
}

static bool
read_time(struct syntax *syntax, const struct name *name, const struct word *word, struct constant *constant)
{
	struct span span;

	if (span_read(constant->text, constant->length, syntax->now, &span) == -1)
		return refuse(syntax, word, "neither a date nor a time");
	if (span.daily && strcmp(name->name, "time") != 0)
		return refuse(syntax, word, "a time of day: compare it with time");
	constant->is_number = true;
	constant->daily = span.daily;
	constant->range = (struct range){ span.low, span.high };
	return true;
}

static bool
read_call_number(struct syntax *syntax, const struct word *word, struct constant *constant)
{
	int64_t number;

	if (!read_number(constant->text, constant->length, &number))
		return refuse(syntax, word, "no number of a system call");
	return set_number(constant, number);
}

bool
constant_read(struct syntax *syntax, const struct name *name, const struct word *word, struct constant *constant)
{
	*constant = (struct constant){ 0 };
	constant->text = constant_text(syntax, word, &constant->length);
	switch (name->type) {
	case NAME_TEXT:
	case NAME_ADDRESS:
		return read_text(syntax, name, word, constant);
	case NAME_NUMBER:
	case NAME_FLAGS:
		return read_plain(syntax, word, constant);
	case NAME_OCTAL:
		return read_octal(syntax, word, constant);
	case NAME_HEX:
		return read_hex(syntax, name, word, constant);
	case NAME_USER:
		return read_user(syntax, word, constant);
	case NAME_GROUP:
		return read_group(syntax, word, constant);
	case NAME_RESULT:
		return read_result(syntax, word, constant);
	case NAME_TIME:
		return read_time(syntax, name, word, constant);
	case NAME_ERRNO:
		return read_errno(syntax, word, constant);
	case NAME_CALL:
		return read_call_number(syntax, word, constant);
	}
	return false;
}

/* The first or last address of a network of that many bits. */
static void
set_host_bits(unsigned char *address, unsigned bits, bool ones)
{
	for (unsigned i = bits; i < 128; i++) {
		unsigned char bit = (unsigned char)(0x80 >> (i % 8));

		if (ones)
			address[i / 8] |= bit;
		else
			address[i / 8] &= (unsigned char)~bit;
	}
}

bool
constant_network(const char *text, size_t length, struct address_range *range)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	const char *slash = memchr(text, '/', length);
	size_t n = slash != NULL ? (size_t)(slash - text) : length;
	char copy[INET6_ADDRSTRLEN];
	uint64_t bits = 128, offset = 0;

	if (n >= sizeof(copy))
		return false;
	memcpy(copy, text, n);
	copy[n] = '\0';
	if (inet_pton(AF_INET, copy, range->low + 12) == 1) {
		memcpy(range->low, mapped, sizeof(mapped));
		offset = 96;
	} else if (inet_pton(AF_INET6, copy, range->low) != 1) {
		return false;
	}
	if (slash != NULL && (!text_unsigned(slash + 1, length - n - 1, &bits) || (bits += offset) > 128))
		return false;
	memcpy(range->high, range->low, sizeof(range->high));
	set_host_bits(range->low, (unsigned)bits, false);
	set_host_bits(range->high, (unsigned)bits, true);
	return true;
}
