/* Is a trail, or several that were rotated, as it was written? */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VERIFY_H
#define VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "key.h"
#include "out.h"
#include "section.h"

/* A section's hash that was written down: what -L prints. */
struct anchor {
	uint64_t sequence;
	unsigned char hash[TRAIL_HASH];
};

/* "SEQUENCE:HASH", the hash in hexadecimal. Returns 0, or -1. */
int anchor_parse(const char *text, struct anchor *anchor);

enum { SIGNERS_MAX = 256 };

/* A key, and which sections of the chain it signed. */
struct signer {
	struct public_key key;
	uint64_t first, last; /* 0: none */
};

struct verify {
	const struct anchor *anchor; /* NULL: none */
	void (*say)(const char *text);
	uint64_t problems;

	uint64_t sections, records, unsigned_sections;
	int64_t first, last;         /* the earliest and the latest time of the records */
	bool begun;                  /* there was a section: */
	struct trail_head beginning; /* the chain's first head */
	struct trail_tail before;    /* the tail of the section before */
	const char *before_name;     /* the file that it is in */
	bool anchored;               /* the anchor was found */
	bool broken;                 /* what comes next cannot be compared with the section before */

	struct signer signers[SIGNERS_MAX]; /* those of verify_trust(); without any, the first that is found */
	size_t signer_count;
	size_t signer; /* the one that signed last */
	bool trusted;  /* they were given: each section must be signed */
};

/*
 * Sections may be signed by that key: at most SIGNERS_MAX, in the order in which they were used. Once one has signed, those before it
 * are not believed any more. Returns false if it was given before.
 */
bool verify_trust(struct verify *verify, const struct public_key *key);

/* Verifies one more file; takes over fd. Returns 0, or -1 if reading failed (said). */
int verify_file(struct verify *verify, int fd, const char *name);

/* All files were given: judges the anchor, and prints what was verified, if nothing was wrong. */
void verify_end(struct verify *verify, struct out *out);

/* Prints `SEQUENCE:HASH HOST TIME` of a trail's last section. Returns 1, 0 if it has none, -1 with errno. */
int verify_print_last(int fd, struct out *out);

#endif
