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

#endif
