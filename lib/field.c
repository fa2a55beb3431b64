/* SPDX-License-Identifier: BSD-2-Clause */
#include "field.h"

#include "bytes.h"
#include "plain.h"
#include "rectype.h"
#include "text.h"

enum { ENRICHED_MARK = 0x1d }; /* auditd, log_format = ENRICHED */

/* What ends a name or a bare value, by byte: most bytes end neither. */
enum { PLAIN,
	BLANK,
	MARK,
	EQUALS };
static const uint8_t stops[256] = {
	[' '] = BLANK,
	['\t'] = BLANK,
	['\n'] = BLANK,
	['\r'] = BLANK,
	[ENRICHED_MARK] = MARK,
	['='] = EQUALS,
};

static uint8_t
stop(const char *p)
{
	return stops[(unsigned char)*p];
}

/*
 * Marks the bytes of a word of eight that may be stops by their high bit: controls, blanks and, with `equals', '='. A carry
 * may mark a byte wrongly, but only above one that is marked rightly: the first mark is always right.
 */
static inline uint64_t
mark_stops(uint64_t word, bool equals)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t marks = (word - ones * (' ' + 1)) & ~word, signs = word ^ ones * '=';

	if (equals)
		marks |= (signs - ones) & ~signs;
	return marks & ones << 7;
}

/*
 * The first byte from p on that ends a bare value (with `equals', a name), or end. Eight bytes at once, for names and values are
 * short: where a loop over single bytes will end is what a processor guesses wrong.
 */
static inline const char *
find_stop(const char *p, const char *end, bool equals)
{
	while (end - p >= 8) {
		uint64_t marks = mark_stops(get_le64(p), equals);

		if (marks == 0) {
			p += 8;
			continue;
		}
		p += __builtin_ctzll(marks) / 8;
		if (stop(p) != PLAIN)
			return p;
		p++; /* some other control */
	}
	while (p < end && (stop(p) == PLAIN || (stop(p) == EQUALS && !equals)))
		p++;
	return p;
}

/* Where the text that is being read ends: the nested part's closing quote, or the line's end. */
static const char *
limit(const struct fields *fields)
{
	return fields->nested_end != NULL ? fields->nested_end : fields->end;
}

/* Steps over blanks, the closing quote of msg='...' and the mark of the enriched part. False at the end of the line. */
static bool
skip_to_field(struct fields *fields)
{
	for (;;) {
		if (fields->nested_end != NULL && fields->at == fields->nested_end) {
			fields->at++;
			fields->nested_end = NULL;
		}
		if (fields->at == fields->end)
			return false;
		if (stop(fields->at) == MARK)
			fields->enriched = true;
		else if (stop(fields->at) != BLANK)
			return true;
		fields->at++;
	}
}

/*
 * Old records have names of two words, `old auid=1 new auid=2`; taken whole, so that "auid" does not find them.
 * Returns the end of the name that begins at p, the place of its '=', or NULL if a blank or the end comes first.
 */
static const char *
name_end(const char *p, const char *end)
{
	const char *start = p;

	for (;;) {
		p = find_stop(p, end, true);
		if (p == end || stop(p) == MARK)
			return NULL;
		if (stop(p) == EQUALS)
			return p;
		if (*p != ' ' || p - start != 3 || (memcmp(start, "old", 3) != 0 && memcmp(start, "new", 3) != 0) ||
		    end - p <= 4 || (memcmp(p + 1, "auid", 4) != 0 && memcmp(p + 1, "ses=", 4) != 0))
			return NULL;
		p++;
	}
}

/*
 * In messages of old programs pairs are separated by commas and stand in parentheses: `(hostname=?, addr=?, res=success)', and a colon
 * ends the first: `acct=joe: exe=...'. Op values do hold commas: `grantors=pam_keyinit,pam_env`, so only one at the very end goes;
 * addresses and contexts hold colons.
 */
static void
trim_old_style(struct field *field)
{
	if (field->name_length > 1 && field->name[0] == '(') {
		field->name++;
		field->name_length--;
	}
	if (field->length > 0 && field->value[field->length - 1] == ',')
		field->length--;
	if (field->length > 1 && field->value[field->length - 1] == ':' && memchr(field->value, ':', field->length - 1) == NULL)
		field->length--;
	if (field->length > 0 && field->value[field->length - 1] == ')' && memchr(field->value, '(', field->length) == NULL)
		field->length--;
}

/* msg='...': what stands between the quotes is read as if it stood in the line. The last quote closes it. */
static bool
enter_message(struct fields *fields, const char *name, const char *equals)
{
	const char *body_end, *close;

	if (fields->nested_end != NULL || equals - name != 3 || memcmp(name, "msg", 3) != 0 ||
	    fields->end - equals < 2 || equals[1] != '\'')
		return false;
	body_end = memchr(equals, ENRICHED_MARK, (size_t)(fields->end - equals));
	if (body_end == NULL)
		body_end = fields->end;
	close = memrchr(equals + 2, '\'', (size_t)(body_end - equals - 2));
	fields->at = equals + 2;
	fields->nested_end = close; /* NULL: cut before its end; the fields that are there are read all the same */
	return true;
}

/* "..." up to the quote that closes it: the kernel never writes a quote inside. */
static bool
take_quoted(const char *p, const char *end, struct field *field)
{
	const char *close = memchr(p + 1, '"', (size_t)(end - p - 1));

	if (close == NULL)
		return false;
	field->value = p + 1;
	field->length = (size_t)(close - p - 1);
	field->form = FIELD_QUOTED;
	return true;
}

bool
field_odd(struct fields *fields, struct field *field)
{
	const char *equals, *end;

	do {
		if (!skip_to_field(fields))
			return false;
		end = limit(fields);
		equals = name_end(fields->at, end);
	} while (equals != NULL && enter_message(fields, fields->at, equals));

	field->nested = fields->nested_end != NULL;
	field->enriched = fields->enriched;
	field->form = FIELD_BARE;
	field->name = fields->at;
	if (equals == NULL || equals == fields->at) {
		field->form = FIELD_WORD;
		field->name_length = 0;
		field->value = fields->at;
		fields->at = find_stop(fields->at, end, false);
		field->length = (size_t)(fields->at - field->value);
		return true;
	}
	field->name_length = (size_t)(equals - fields->at);
	if (end - equals > 1 && equals[1] == '"' && take_quoted(equals + 1, end, field)) {
		fields->at = field->value + field->length + 1;
		return true;
	}
	field->value = equals + 1;
	fields->at = find_stop(equals + 1, end, false);
	field->length = (size_t)(fields->at - field->value);
	if (field->nested)
		trim_old_style(field);
	return true;
}

bool
field_next(struct fields *fields, struct field *field)
{
	struct plain plain;

	plain_begin(&plain, fields, fields->end);
	if (!plain_next(&plain, field))
		return field_odd(fields, field);
	fields->at = plain.at;
	return true;
}

bool
field_find(const char *text, size_t length, const char *name, struct field *field)
{
	size_t name_length = strlen(name);
	struct fields fields;

	fields_init(&fields, text, length);
	while (field_next(&fields, field) && !field->enriched)
		if (field_is(field, name, name_length))
			return true;
	return false;
}

/* a0, a12, a1[0]; not a1_len. */
static bool
is_argument(const struct field *field)
{
	const char *p = field->name + 1, *end = field->name + field->name_length;

	if (field->name_length < 2 || field->name[0] != 'a' || *p < '0' || *p > '9')
		return false;
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p == end || *p == '[';
}

/*
 * By length, for this is asked of every bare field that is printed.
 * Source: the kernel's callers of audit_log_untrustedstring(), and the fields that libaudit encodes (audit_encode_nv_string()).
 */
static const char *const string_fields[][8] = {
	[2] = { "sw", "vm" },
	[3] = { "cmd", "cwd", "dir", "exe", "grp", "key" },
	[4] = { "acct", "comm", "data", "file", "name", "path", "unit" },
	[5] = { "ocomm", "watch" },
	[6] = { "cgroup", "device", "new-fs", "old-fs", "vm-ctx" },
	[7] = { "new-net", "new-rng", "old-net", "old-rng", "profile" },
	[8] = { "new-disk", "old-disk", "root_dir" },
	[9] = { "new_group", "proctitle" },
	[11] = { "new-chardev", "old-chardev" },
	[15] = { "invalid_context" },
};

bool
field_is_string(uint16_t type, const struct field *field)
{
	if (type == TYPE_EXECVE)
		return is_argument(field);
	if (type == TYPE_FACTS)
		return true; /* facts are strings, and written like the kernel's */
	if (field->name_length >= sizeof(string_fields) / sizeof(string_fields[0]))
		return false;
	for (const char *const *name = string_fields[field->name_length]; *name != NULL; name++)
		if (**name == *field->name && memcmp(*name, field->name, field->name_length) == 0)
			return true;
	return false;
}

const char *
field_text(uint16_t type, const struct field *field, char *buffer, size_t size, size_t *length)
{
	size_t hex = field->length / 2 > size ? size * 2 : field->length;

	if (field->form == FIELD_BARE && hex > 0 && field_is_string(type, field) &&
	    text_unhex(field->value, hex, (unsigned char *)buffer)) {
		*length = hex / 2;
		return buffer;
	}
	*length = field->length;
	return field->value;
}
