/* Eight bytes of text at once, in a 64-bit word (get_le64()): where a loop over single bytes ends is what a processor guesses wrong. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SWAR_H
#define SWAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define SWAR_ONES UINT64_C(0x0101010101010101) /* times a byte: that byte, eight times */

/* The first eight bytes of a text; where it has fewer, zeros behind them. Nothing beyond the text is read. */
static inline uint64_t
swar_load(const char *text, size_t length)
{
	const unsigned char *p = (const unsigned char *)text;

	if (length >= 8)
		return get_le64(p);
	if (length >= 4)
		return get_le32(p) | (uint64_t)get_le32(p + length - 4) << 8 * (length - 4);
	if (length == 0)
		return 0;
	return p[0] | (uint64_t)p[length / 2] << 8 * (length / 2) | (uint64_t)p[length - 1] << 8 * (length - 1);
}

/*
 * Marks blanks and control characters by the high bits of their bytes. A carry may mark a byte wrongly, but only above one that is marked
 * rightly: the first mark is always right.
 */
static inline uint64_t
swar_blanks(uint64_t word)
{
	return (word - SWAR_ONES * (' ' + 1)) & ~word & SWAR_ONES << 7;
}

/* Place of the first mark, of which there must be one. */
static inline unsigned
swar_first(uint64_t marks)
{
	return (unsigned)__builtin_ctzll(marks) / 8;
}

/* Marks what is no digit; as above, the first mark is right. */
static inline uint64_t
swar_no_digits(uint64_t word)
{
	uint64_t digits = word ^ SWAR_ONES * '0';

	return ((digits + SWAR_ONES * (0x7f - 9)) | digits) & SWAR_ONES << 7;
}

/* The decimal number of the first count bytes, 1 to 8, which are digits. */
static inline uint64_t
swar_number(uint64_t word, size_t count)
{
	uint64_t digits = (word ^ SWAR_ONES * '0') << (64 - 8 * count); /* zeros before them */

	digits = digits * 10 + (digits >> 8); /* pairs */
	return ((digits & UINT64_C(0xff000000ff)) * (100 + (UINT64_C(1000000) << 32)) +
		   (digits >> 16 & UINT64_C(0xff000000ff)) * (1 + (UINT64_C(10000) << 32))) >>
	    32;
}

/* A bit for each of 64 bytes that is a blank or a control character (or no ASCII, with some processors). */
static inline uint64_t
swar_blanks_of_64(const char *p)
{
	uint64_t bits = 0;

#ifdef __SSE2__
#pragma GCC unroll 4
	for (int i = 0; i < 64; i += 16)
		bits |= (uint64_t)(unsigned)_mm_movemask_epi8(
			    _mm_cmplt_epi8(_mm_loadu_si128((const __m128i *)(p + i)), _mm_set1_epi8(' ' + 1)))
		    << i;
#else
	for (int i = 0; i < 64; i += 8)
		for (uint64_t marks = swar_blanks(get_le64(p + i)); marks != 0; marks &= marks - 1)
			bits |= UINT64_C(1) << (i + (int)swar_first(marks));
#endif
	return bits;
}

/* A bit for each of 16 bytes that is this character. */
static inline uint32_t
swar_equal_of_16(const char *p, char c)
{
	uint32_t bits = 0;

#ifdef __SSE2__
	bits = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)p), _mm_set1_epi8(c)));
#else
	for (int i = 0; i < 16; i++)
		bits |= (uint32_t)(p[i] == c) << i;
#endif
	return bits;
}

/* A bit for each of 16 bytes that is the same in both. */
static inline uint32_t
swar_same_of_16(const char *a, const char *b)
{
	uint32_t bits = 0;

#ifdef __SSE2__
	bits = (uint32_t)_mm_movemask_epi8(
	    _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)a), _mm_loadu_si128((const __m128i *)b)));
#else
	for (int i = 0; i < 16; i++)
		bits |= (uint32_t)(a[i] == b[i]) << i;
#endif
	return bits;
}

#endif
