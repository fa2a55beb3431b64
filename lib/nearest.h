/* "Did you mean": the distance between a word that was typed and one that is known. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NEAREST_H
#define NEAREST_H

#include <stddef.h>

/* Edits (insert, delete, replace, swap of neighbours, case ignored) from one word to the other; large for long words. */
unsigned edit_distance(const char *a, size_t a_length, const char *b, size_t b_length);

/* The largest distance at which a suggestion helps: a third of the word. */
unsigned edit_distance_limit(size_t length);

/* The search for the nearest of many words: init, offer each, then best is the nearest of those near enough, or NULL. */
struct nearest {
	const char *word;
	size_t length;
	unsigned distance; /* of best; before that, what is just too far */
	const char *best;
};

void nearest_init(struct nearest *nearest, const char *word, size_t length);
void nearest_offer(struct nearest *nearest, const char *candidate);

#endif
