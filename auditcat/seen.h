/* How much of each bin was passed on already: what -f leaves out when a bin comes again in a trail, or the other way round. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SEEN_H
#define SEEN_H

#include <stdint.h>

#include "trail.h"

enum { SEEN_BINS = 1024 }; /* that are remembered: a trail is far less behind its bins */

struct seen_bin {
	unsigned char bin[TRAIL_BIN_ID];
	uint64_t passed; /* bytes of its records that were passed on */
	uint64_t packed; /* bytes of its records in the sections that were read */
};

/* All zero is empty. */
struct seen {
	struct seen_bin bins[SEEN_BINS]; /* a ring */
	uint64_t count;                  /* that ever were there */
};

/* The bin's entry, which is made if need be; the oldest one goes for it. */
struct seen_bin *seen_bin(struct seen *seen, const unsigned char bin[TRAIL_BIN_ID]);

/* Bytes from..to of the bin's records are at hand: returns how many of the first ones were passed on before, and counts the others. */
uint64_t seen_pass(struct seen_bin *bin, uint64_t from, uint64_t to);

#endif
