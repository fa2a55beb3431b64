/*
 * A field as nearly all are, taken without a call: a name of up to eight bytes, a value that is bare or between quotes, one blank or the
 * line's end. It is what field_next() would have made of the same place, only sooner.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLAIN_H
#define PLAIN_H

#include "bytes.h"
#include "field.h"

/*
 * Marks the bytes of a word of eight that may end a name or a bare value by their high bit: controls, blanks and, with `equals', '='. A
 * carry may mark a byte wrongly, but only above one that is marked rightly: the first mark is always right.
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

/* The first control or blank from p on, or end. */
static inline const char *
find_blank(const char *p, const char *end)
{
	for (; end - p >= 8; p += 8) {
		uint64_t marks = mark_stops(get_le64(p), false);

		if (marks != 0)
			return p + __builtin_ctzll(marks) / 8;
	}
	while (p < end && (unsigned char)*p > ' ')
		p++;
	return p;
}

/* Where a name of up to eight bytes ends that has more than eight behind its begin; NULL if another byte ends it than '='. */
static inline const char *
plain_name(const char *p, uint64_t *word)
{
	uint64_t marks;
	const char *stop = p + 8;

	*word = get_le64(p);
	marks = mark_stops(*word, true);
	if (marks != 0) {
		int bits = __builtin_ctzll(marks) - 7;

		*word &= ((uint64_t)1 << bits) - 1;
		stop = p + bits / 8;
	}
	return *stop == '=' && stop > p ? stop : NULL;
}

/* The value at p; false if it does not end as most do. */
static inline bool
plain_value(const char *p, const char *end, struct fields *fields, struct field *field)
{
	const char *stop;

	if (p == end || *p == '\'')
		return false; /* a program's message, perhaps */
	field->form = FIELD_BARE;
	if (*p == '"') {
		field->form = FIELD_QUOTED;
		p++;
		stop = memchr(p, '"', (size_t)(end - p));
		if (stop == NULL)
			return false;
		fields->at = stop + 1;
	} else {
		stop = find_blank(p, end);
		if (stop != end && *stop != ' ')
			return false;
		fields->at = stop;
	}
	field->value = p;
	field->length = (size_t)(stop - p);
	return true;
}

/* The next field, whatever it is like: field_next() without the short way. */
bool field_odd(struct fields *fields, struct field *field);

/* The next field, and its name as a little-endian word; false, with nothing taken, if it is not plain. */
static inline bool
field_plain(struct fields *fields, struct field *field, uint64_t *word)
{
	const char *p = fields->at, *end = fields->end, *equals;

	if (fields->nested_end != NULL || end - p < 10)
		return false;
	p += *p == ' ';
	equals = plain_name(p, word);
	if (equals == NULL || !plain_value(equals + 1, end, fields, field))
		return false;
	field->name = p;
	field->name_length = (size_t)(equals - p);
	field->nested = false;
	field->enriched = fields->enriched;
	return true;
}

#endif
