/*
 * Fields as nearly all are, taken without a call: a name of up to fifteen bytes, a value that is bare or between quotes, one blank or the
 * line's end. Each is what field_odd() would have made of the same place, only sooner: where fields may end is looked for in sixty-four
 * bytes at once, so that the way from one to the next is no longer than taking a bit off a word.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLAIN_H
#define PLAIN_H

#include <string.h>

#include "field.h"
#include "swar.h"

enum {
	PLAIN_BLOCK = 64, /* bytes whose marks fill a word */
	PLAIN_NAME = 16,  /* bytes that are searched for the end of a name */
};

/* What a line's fields are taken from. To be kept in registers: no function that is called may get its address. */
struct plain {
	const char *at, *end; /* what is still to be read */
	const char *readable; /* the end of what may be read, though it is not of the line */
	const char *block;    /* the bytes that are marked */
	uint64_t marks;       /* those that may end a field, from `at' on */
	bool enriched;
};

/* The marks of a block that is cut. */
static inline uint64_t
plain_marks_of_rest(const char *p, size_t length)
{
	char rest[PLAIN_BLOCK] = { 0 };

	memcpy(rest, p, length);
	return swar_blanks_of_64(rest);
}

/* Those of the block, up to the line's end, which is marked too. */
static inline uint64_t
plain_marks(const struct plain *plain)
{
	const char *p = plain->block;
	ptrdiff_t left = plain->end - p, readable = plain->readable - p;
	uint64_t marks = readable >= PLAIN_BLOCK ? swar_blanks_of_64(p) : plain_marks_of_rest(p, (size_t)readable);

	return left < PLAIN_BLOCK ? marks | ~(uint64_t)0 << left : marks;
}

/* Goes on where the fields have come to. Up to readable, which is not before their end, bytes may be read. */
static inline void
plain_begin(struct plain *plain, const struct fields *fields, const char *readable)
{
	*plain = (struct plain){ fields->at, fields->end, readable, fields->at, 0, fields->enriched };
	if (fields->nested_end != NULL)
		plain->readable = plain->at; /* a program's message: none of its fields is taken for plain */
	else
		plain->marks = plain_marks(plain);
}

/* Where a value between quotes ends; NULL where it is not a plain one: something stands right behind the quote. */
static inline const char *
plain_quoted_end(const char *value, const char *end)
{
	const char *quote = memchr(value + 1, '"', (size_t)(end - value - 1));

	return quote != NULL && (quote + 1 == end || quote[1] == ' ') ? quote + 1 : NULL;
}

/* Where the field ends, of what is before `at' nothing being marked. */
static inline const char *
plain_stop(struct plain *plain)
{
	while (plain->marks == 0) {
		plain->block += PLAIN_BLOCK;
		plain->marks = plain_marks(plain);
	}
	return plain->block + __builtin_ctzll(plain->marks);
}

/*
 * The next field; false, with nothing taken, if it is not plain. Nothing is looked for beyond what field_odd() would take: however often
 * the two take turns, a line is read about once.
 */
static inline __attribute__((always_inline)) bool
plain_next(struct plain *plain, struct field *field)
{
	const char *p = plain->at, *end = plain->end, *value, *quoted_end = NULL, *stop;
	uint32_t equals;
	size_t length;

	if (plain->readable - p < PLAIN_NAME)
		return false;
	equals = swar_equal_of_16(p, '=');
	if (equals == 0 || (equals & 1))
		return false; /* no name, or a long one */
	length = (size_t)__builtin_ctz(equals);
	value = p + length + 1;
	if (value >= end || *value == '\'' || (swar_equal_of_16(p, '"') & ((1U << length) - 1)) != 0)
		return false;
	if (*value == '"' && (quoted_end = plain_quoted_end(value, end)) == NULL)
		return false;
	stop = plain_stop(plain);
	if (value >= stop || (stop < end && *stop != ' '))
		return false;
	*field = (struct field){ p, length, value, (size_t)(stop - value), FIELD_BARE, false, plain->enriched };
	if (quoted_end != NULL) {
		if (stop != quoted_end)
			return false; /* a blank between the quotes */
		field->form = FIELD_QUOTED;
		field->value++;
		field->length -= 2;
	}
	plain->marks &= plain->marks - 1;
	plain->at = stop + (stop < end);
	return true;
}

/* Is the name of a plain field this one? Behind that, '=' and, to PLAIN_NAME bytes, zeros are expected. */
static inline bool
plain_is_name(const struct field *field, const char name[static PLAIN_NAME])
{
	uint32_t all = (2U << field->name_length) - 1;

	return (swar_same_of_16(field->name, name) & all) == all;
}

#endif
