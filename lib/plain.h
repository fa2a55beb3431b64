/*
 * A field as nearly all are, taken without a call: a name of up to eight bytes, a value that is bare or between quotes, one blank or the
 * line's end. It is what field_next() would have made of the same place, only sooner: where names and values may end is looked for in
 * sixty-four bytes at once, so that the way from one field to the next is no longer than taking a bit off a word.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLAIN_H
#define PLAIN_H

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "bytes.h"
#include "field.h"

enum { BLOCK = 64 }; /* bytes whose marks fill a word */

/* A bit for each byte of a block that may end a name or a value: controls, blanks, '=' and '"'. */
static inline uint64_t
mark_block(const char *p)
{
	uint64_t marks = 0;

#ifdef __SSE2__
#pragma GCC unroll 4
	for (int i = 0; i < BLOCK; i += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(p + i));
		__m128i found = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(' ')), bytes);

		found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('=')));
		found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
		marks |= (uint64_t)(unsigned)_mm_movemask_epi8(found) << i;
	}
#else
	for (int i = 0; i < BLOCK; i++)
		marks |= (uint64_t)((unsigned char)p[i] <= ' ' || p[i] == '=' || p[i] == '"') << i;
#endif
	return marks;
}

/* The marks that are still ahead. */
struct marks {
	const char *block, *end; /* of the text */
	uint64_t bits;
};

/* Begins at p. What is behind the text's end is marked, too. */
static inline void
first_block(struct marks *marks, const char *p)
{
	char rest[BLOCK] = { 0 };

	marks->block = p;
	if (marks->end - p >= BLOCK) {
		marks->bits = mark_block(p);
		return;
	}
	for (size_t i = 0; i < (size_t)(marks->end - p); i++)
		rest[i] = p[i];
	marks->bits = mark_block(rest);
}

/* A whole block lies before it, so that the text's last 64 bytes can be read, wherever it ends. */
static inline void
next_block(struct marks *marks)
{
	ptrdiff_t left;

	marks->block += BLOCK;
	left = marks->end - marks->block;
	if (left >= BLOCK)
		marks->bits = mark_block(marks->block);
	else if (left == 0)
		marks->bits = ~(uint64_t)0;
	else
		marks->bits = mark_block(marks->end - BLOCK) >> (BLOCK - left) | ~(uint64_t)0 << left;
}

/* The next place that is marked; at last the text's end, which must not be passed. */
static inline const char *
next_mark(struct marks *marks)
{
	const char *place;

	while (marks->bits == 0)
		next_block(marks);
	place = marks->block + __builtin_ctzll(marks->bits);
	marks->bits &= marks->bits - 1;
	return place;
}

/* The value at p. Returns where it ends, with its quotes; NULL if that is not as with most. */
static inline const char *
plain_value(struct marks *marks, const char *p, struct field *field)
{
	const char *end = marks->end, *stop;

	if (p == end || *p == '\'')
		return NULL; /* a program's message, perhaps */
	stop = next_mark(marks);
	field->form = FIELD_BARE;
	field->value = p;
	if (*p != '"') {
		while (stop < end && (*stop == '=' || *stop == '"'))
			stop = next_mark(marks);
		field->length = (size_t)(stop - p);
		return stop;
	}
	do {
		if (stop == end)
			return NULL;
		stop = next_mark(marks);
	} while (stop == end || *stop != '"');
	field->form = FIELD_QUOTED;
	field->value = p + 1;
	field->length = (size_t)(stop - (p + 1));
	return next_mark(marks) == stop + 1 ? stop + 1 : NULL; /* something may stand right behind the quote */
}

/* The next field, whatever it is like: field_next() without the short way. */
bool field_odd(struct fields *fields, struct field *field);

/* The next field, and its name as a little-endian word; false, with nothing taken, if it is not plain. */
static inline bool
field_plain(struct fields *fields, struct field *field, uint64_t *word)
{
	const char *p = fields->at, *end = fields->end, *stop;
	struct marks marks = { fields->block, end, fields->marks };
	size_t length;

	if (fields->nested_end != NULL || end - p < (ptrdiff_t)sizeof(*word))
		return false;
	if (fields->marked == NULL || fields->marked != p)
		first_block(&marks, p);
	stop = next_mark(&marks);
	length = (size_t)(stop - p);
	if (length - 1 > 7 || stop == end || *stop != '=')
		return false;
	stop = plain_value(&marks, stop + 1, field);
	if (stop == NULL || (stop < end && *stop != ' '))
		return false;
	*word = get_le64(p) & ~(uint64_t)0 >> (64 - 8 * length);
	field->name = p;
	field->name_length = length;
	field->nested = false;
	field->enriched = fields->enriched;
	fields->at = fields->marked = stop + (stop < end);
	fields->block = marks.block;
	fields->marks = marks.bits;
	return true;
}

#endif
