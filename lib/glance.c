/* SPDX-License-Identifier: BSD-2-Clause */
#include "glance.h"

#include <string.h>

#include "path.h"
#include "rectype.h"
#include "text.h"
#include "value_get.h"

enum {
	ENRICHED_MARK = 0x1d,
	KEY_SEPARATOR = 1,  /* AUDIT_KEY_SEPARATOR */
	VALUE_BYTES = 4096, /* of a value that is made here; longer ones are left to the parser */
};

typedef bool passes(void *arg, const struct value *value);

bool
glance_init(struct glance *glance, const struct name *name)
{
	/* From many in audit lines to few; what is not here is seldom. */
	static const char common[] = "=ieadtspcumfgo\"rny_/.xlb";
	const char *tag = name->field != NULL ? name->field : name->name;
	size_t rarest = 0;

	*glance = (struct glance){ .type = name->line, .is_path = name->get == get_path, .is_key = strcmp(name->name, "key") == 0 };
	if (name->type != NAME_TEXT || (name->get != get_field && !glance->is_path && !glance->is_key))
		return false;
	if (glance->is_path) {
		tag = "name";
		glance->type = TYPE_PATH;
	}
	glance->length = strlen(tag) + 1;
	if (glance->length > sizeof(glance->tag))
		return false;
	memcpy(glance->tag, tag, glance->length - 1);
	glance->tag[glance->length - 1] = '=';
	for (size_t i = 0; i < glance->length; i++) {
		const char *place = strchr(common, glance->tag[i]);
		size_t rank = place != NULL ? (size_t)(place - common) : sizeof(common);

		if (rank >= rarest) {
			rarest = rank;
			glance->rare = i;
		}
	}
	return true;
}

/* What stands behind the next tag; NULL if there is none. */
static const char *
find_value(const struct glance *glance, const char *at, const char *end)
{
	const char *start;

	for (at += glance->rare; at < end; at++) {
		at = memchr(at, glance->tag[glance->rare], (size_t)(end - at));
		if (at == NULL)
			return NULL;
		start = at - glance->rare;
		if (*start == glance->tag[0] && (size_t)(end - start) >= glance->length && memcmp(start, glance->tag, glance->length) == 0)
			return start + glance->length;
	}
	return NULL;
}

static bool
is_null(const char *at, const char *end)
{
	return end - at >= 6 && memcmp(at, "(null)", 6) == 0 && (end - at == 6 || at[6] == ' ' || at[6] == ENRICHED_MARK);
}

/* What stands at `at` between quotes. False if nothing does. */
static bool
between_quotes(const char *at, const char *end, struct value *value)
{
	const char *close;

	if (at == end || *at != '"')
		return false;
	close = memchr(at + 1, '"', (size_t)(end - at - 1));
	if (close == NULL)
		return false;
	*value = (struct value){ .text = at + 1, .length = (size_t)(close - at - 1) };
	return true;
}

/*
 * The quoted value at `at`. False if it is none, or may not be what it seems: with an apostrophe or the mark of the enriched part in it
 * the value may end earlier, or not be quoted at all.
 */
static bool
quoted_value(const char *at, const char *end, struct value *value)
{
	return between_quotes(at, end, value) && memchr(value->text, '\'', value->length) == NULL &&
	    memchr(value->text, ENRICHED_MARK, value->length) == NULL;
}

/* The value at `at` that is all hexadecimal up to the next blank, decoded into the buffer. False if it is none. */
static bool
encoded_value(const char *at, const char *end, char *buffer, struct value *value)
{
	const char *blank = memchr(at, ' ', (size_t)(end - at));
	size_t length = (size_t)((blank != NULL ? blank : end) - at);

	*value = (struct value){ .text = buffer, .length = length / 2 };
	return length / 2 <= VALUE_BYTES && length > 0 && text_unhex(at, length, (unsigned char *)buffer);
}

/* No part of it is `.` or `..` or empty, but for slashes at the end, which go. In doubt it is not plain. */
static bool
is_plain_path(struct value *value)
{
	const char *at = value->text, *end;

	while (value->length > 1 && value->text[value->length - 1] == '/')
		value->length--;
	end = at + value->length;
	while (at < end && (at = memchr(at, '/', (size_t)(end - at))) != NULL) {
		at++;
		if (at < end && (*at == '/' || (*at == '.' && (at + 1 == end || at[1] == '/' || at[1] == '.'))))
			return false;
	}
	return value->length > 0;
}

/* The working directory, perhaps in the buffer; false if there is none, or it is not plain. */
static bool
working_directory(const struct record *record, char *buffer, struct value *value)
{
	static const char tag[] = "cwd=";
	struct line line;
	const char *at, *end;

	if (!record_find_line(record, TYPE_CWD, &line) || line.length <= strlen(tag) || memcmp(line.text, tag, strlen(tag)) != 0)
		return false;
	at = line.text + strlen(tag);
	end = line.text + line.length;
	if (!quoted_value(at, end, value) && !encoded_value(at, end, buffer, value))
		return false;
	return is_plain_path(value) && value->text[0] == '/' && value->length > 1;
}

/* Under the working directory, a path that begins with ./ without that. */
static bool
joined_may_pass(const struct record *record, const struct value *value, passes *pass, void *arg)
{
	char joined[VALUE_BYTES], buffer[VALUE_BYTES];
	struct value directory, whole = { .text = joined };
	const char *name = value->text;
	size_t length = value->length;

	if (length > 2 && name[0] == '.' && name[1] == '/') {
		name += 2;
		length -= 2;
	} else if (name[0] == '.' && (length < 3 || name[1] == '.')) {
		return true;
	}
	if (!working_directory(record, buffer, &directory) || directory.length + 1 + length > sizeof(joined))
		return true;
	memcpy(joined, directory.text, directory.length);
	joined[directory.length] = '/';
	memcpy(joined + directory.length + 1, name, length);
	whole.length = directory.length + 1 + length;
	return pass(arg, &whole);
}

/*
 * A relative path comes out as it is or under the working directory: both are tried. As it is means with the slashes at its end,
 * which an absolute one loses.
 */
static bool
path_may_pass(const struct record *record, struct value *value, passes *pass, void *arg)
{
	struct value plain = *value;

	if (!is_plain_path(&plain))
		return true;
	if (pass(arg, &plain) || (plain.length != value->length && pass(arg, value)))
		return true;
	return plain.text[0] != '/' && joined_may_pass(record, &plain, pass, arg);
}

/* Can the field whose value stands at `at` pass? */
static bool
may_pass(const struct glance *glance, const struct record *record, const char *at, const char *end, passes *pass, void *arg)
{
	char buffer[VALUE_BYTES];
	struct value value;

	if (is_null(at, end))
		return false;
	/* Whether hexadecimal is a text's encoding depends on the field: as it stands it must not pass either. */
	if (!quoted_value(at, end, &value) &&
	    (!encoded_value(at, end, buffer, &value) || pass(arg, &(struct value){ .text = at, .length = 2 * value.length })))
		return true;
	if (glance->is_key && memchr(value.text, KEY_SEPARATOR, value.length) != NULL)
		return true;
	return glance->is_path ? path_may_pass(record, &value, pass, arg) : pass(arg, &value);
}

/* Where the value stands in a PATH line as the kernel writes it, `item=0 name=...`; NULL if it begins otherwise. */
static const char *
item_name(const char *at, const char *end)
{
	static const char item[] = "item=", name[] = " name=";

	if ((size_t)(end - at) < strlen(item) || memcmp(at, item, strlen(item)) != 0)
		return NULL;
	for (at += strlen(item); at < end && *at >= '0' && *at <= '9'; at++)
		continue;
	if ((size_t)(end - at) < strlen(name) || memcmp(at, name, strlen(name)) != 0)
		return NULL;
	return at + strlen(name);
}

static bool
item_rules_out(
    const struct glance *glance, const struct record *record, const struct line *line, passes *pass, void *arg)
{
	const char *at = line->text, *end = at + line->length, *first = item_name(at, end);
	struct value value;

	/* The first name of an item is the one that counts, unless it says nothing; nothing before it makes its quotes doubtful. */
	if (first != NULL && between_quotes(first, end, &value))
		return !path_may_pass(record, &value, pass, arg);
	if (first != NULL && !is_null(first, end))
		return !may_pass(glance, record, first, end, pass, arg);
	while ((at = find_value(glance, at, end)) != NULL)
		if (may_pass(glance, record, at, end, pass, arg))
			return false;
	return true;
}

static bool
items_rule_out(const struct glance *glance, const struct record *record, passes *pass, void *arg)
{
	struct line line;
	size_t offset = 0;

	while (record_next_line(record, &offset, &line)) {
		/* Other lines name paths too; openat2() may have a root of its own. */
		if (path_in_lines_of(line.type) || line.type == TYPE_OPENAT2)
			return false;
		if (line.type == TYPE_PATH && !item_rules_out(glance, record, &line, pass, arg))
			return false;
	}
	return true;
}

/*
 * All lines are searched as one: few hold the tag, and only of those it matters where they end. What looks like it but begins in one line
 * and ends in another is none.
 */
static bool
lines_rule_out(const struct glance *glance, const struct record *record, passes *pass, void *arg)
{
	const char *at = (const char *)record->lines, *end = at + record->size;
	struct line line = { .text = at };
	size_t offset = 0;

	while ((at = find_value(glance, at, end)) != NULL) {
		while (line.text + line.length < at)
			if (!record_next_line(record, &offset, &line))
				return true; /* padding */
		if (at - glance->length < line.text || line.type == TYPE_FACTS || (glance->type != 0 && line.type != glance->type))
			continue;
		if (may_pass(glance, record, at, line.text + line.length, pass, arg))
			return false;
	}
	return true;
}

bool
glance_rules_out(
    const struct glance *glance, const struct record *record, bool (*pass)(void *arg, const struct value *value), void *arg)
{
	return glance->is_path ? items_rule_out(glance, record, pass, arg) : lines_rule_out(glance, record, pass, arg);
}
