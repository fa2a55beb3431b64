/*
 * The field parser, the only one: `name=value` pairs out of a line's text, whoever wrote it.
 *
 * It knows the kernel's forms ("quoted", HEX, bare), the nested msg='...' of user messages (its fields come out as if they stood
 * in the line itself), the enriched part that auditd appends behind 0x1d, and words that are no pair at all (`avc: denied`).
 * It never reads outside the text it is given, and never fails: what makes no sense comes out as words.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_H
#define FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum field_form {
	FIELD_BARE,   /* name=value */
	FIELD_QUOTED, /* name="value": the value without the quotes */
	FIELD_WORD,   /* value alone: name is empty */
};

struct field {
	const char *name;
	size_t name_length;
	const char *value;
	size_t length; /* of value */
	enum field_form form;
	bool nested;   /* inside msg='...' */
	bool enriched; /* behind 0x1d: resolved by the auditd that wrote the log */
};

struct fields {
	const char *at, *end;   /* what is still to be read */
	const char *nested_end; /* inside msg='...': its closing quote; else NULL */
	bool enriched;
};

/* Begins at the first field of a line's text (line_body()). */
static inline void
fields_init(struct fields *fields, const char *text, size_t length)
{
	*fields = (struct fields){ .at = text, .end = text + length };
}

/* The next field; false at the end. */
bool field_next(struct fields *fields, struct field *field);

/* The same without the short way of plain.h. */
bool field_odd(struct fields *fields, struct field *field);

/* The first field of that name, outside the enriched part; false if there is none. */
bool field_find(const char *text, size_t length, const char *name, struct field *field);

static inline bool
field_is(const struct field *field, const char *name, size_t length)
{
	return field->name_length == length && memcmp(field->name, name, length) == 0;
}

/* True where a bare value of this field, in a line of this record type, is a string that the kernel writes as hexadecimal if it is odd. */
bool field_is_string(uint16_t type, const struct field *field);

/*
 * The field's value, decoded: a string that stands as hexadecimal is turned into its bytes, in buffer (size bytes; longer
 * values are cut) or, where nothing is to decode, returned in place. *length is set. The bytes are raw: escape before printing.
 */
const char *field_text(uint16_t type, const struct field *field, char *buffer, size_t size, size_t *length);

#endif
