/* Strings as JSON writes them, sixteen bytes at once where none needs escaping, as in nearly all. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEXTJSON_H
#define TEXTJSON_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#else
#include "bytes.h"
#endif

#include "out.h"

enum { JSON_STEP = 16 }; /* bytes that are looked at together */

/*
 * Appends a JSON string with its quotes. A character that is not printable is \uXXXX, so that the reader gets it back; a byte that
 * is no UTF-8 becomes the four characters \xHH (so, "\\xHH").
 */
void text_json(struct out *out, const char *text, size_t length);

/*
 * Copies JSON_STEP bytes. Bit n of what it returns says that byte n cannot stand in a JSON string as it is, or should be looked at:
 * controls, DEL, '"', a backslash, and what is not ASCII. Only the bits up to the first that is set are sure.
 */
static inline unsigned
json_copy_step(unsigned char *to, const char *from)
{
#ifdef __SSE2__
	__m128i bytes = _mm_loadu_si128((const __m128i *)from), odd;

	_mm_storeu_si128((__m128i *)to, bytes);
	odd = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')); /* signed: from 0x80 on, too */
	odd = _mm_or_si128(odd, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f)));
	odd = _mm_or_si128(odd, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
	odd = _mm_or_si128(odd, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
	return (unsigned)_mm_movemask_epi8(odd);
#else
	const uint64_t ones = 0x0101010101010101;
	unsigned bits = 0;

	memcpy(to, from, JSON_STEP);
	for (int half = 0; half < 2; half++) {
		uint64_t word = get_le64(from + 8 * half), quotes = word ^ ones * '"', backslashes = word ^ ones * '\\';
		uint64_t low = (word - ones * ' ') | (quotes - ones) | (backslashes - ones);
		uint64_t marks = (low | word | (word + ones)) & ones << 7;

		/* The high bit of each byte, gathered. */
		bits |= (unsigned)((marks >> 7) * 0x0102040810204080 >> 56) << 8 * half;
	}
	return bits;
#endif
}

/*
 * Writes a string of up to JSON_STEP bytes, none of which needs escaping, with its quotes. JSON_STEP bytes must be there to be read, and room
 * for two more to be written. Returns the place behind it, or NULL if text_json() is needed.
 */
static inline unsigned char *
json_put_short(unsigned char *to, const char *text, size_t length)
{
	unsigned odd = json_copy_step(to + 1, text);

	if (odd & ((1u << length) - 1))
		return NULL;
	to[0] = '"';
	to[length + 1] = '"';
	return to + length + 2;
}

/* The same as text_json() of a word of ours, none of whose characters needs escaping. */
static inline void
json_word(struct out *out, const char *text, size_t length)
{
	unsigned char *to = out_reserve(out, length + 2);

	to[0] = '"';
	memcpy(to + 1, text, length);
	to[length + 1] = '"';
	out_advance(out, length + 2);
}

#endif
