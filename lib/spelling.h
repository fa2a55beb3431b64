/*
 * The names of fields that have been met, each with a number, from 0: who meets one again indexes by it, where else strings would be
 * hashed and compared for every use of a field.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SPELLING_H
#define SPELLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem.h"

enum { SPELLING_WORD = 8 }; /* bytes of a name that is its own hash */

struct spelling {
	uint64_t hash;
	const char *text; /* NULL: the slot is free */
	uint32_t length, number;
};

struct spellings {
	struct spelling *slots; /* open-addressed */
	size_t size;            /* of them: a power of two, or 0 before the first spellings_begin() */
	uint32_t count;         /* of the names */
	uint32_t age;           /* how often all were forgotten: numbers of another age mean other names */
	uint64_t seed;          /* of the hash: no input can be made to collide on purpose */
	struct arena arena;     /* of the names */
};

/* Knows none, whatever was known. */
void spellings_begin(struct spellings *spellings);
void spellings_clear(struct spellings *spellings);

/* The number of the name, which is learnt if it is new. */
uint32_t spelling_number(struct spellings *spellings, const char *text, size_t length);

/* The same of a name of up to SPELLING_WORD bytes, which are known as a little-endian word. */
uint32_t spelling_search(struct spellings *spellings, const char *text, size_t length, uint64_t hash);

static inline uint64_t
spelling_mix(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Where the search for a name begins. */
static inline size_t
spelling_slot(const struct spellings *spellings, size_t length, uint64_t hash)
{
	return (size_t)spelling_mix(hash ^ spellings->seed, 0x9e3779b97f4a7c15u + length) & (spellings->size - 1);
}

/* spelling_search() without a call where the name stands in its first slot. */
static inline uint32_t
spelling_of_word(struct spellings *spellings, const char *text, size_t length, uint64_t word)
{
	const struct spelling *known = &spellings->slots[spelling_slot(spellings, length, word)];

	return known->hash == word && known->length == length && known->text != NULL
	    ? known->number
	    : spelling_search(spellings, text, length, word);
}

#endif
