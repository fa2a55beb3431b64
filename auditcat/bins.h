/* Which bins a trail already holds, and how far: what makes appending idempotent. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BINS_H
#define BINS_H

#include <stdbool.h>
#include <stdint.h>

#include "mem.h"
#include "strmap.h"
#include "trail.h"

enum {
	/*
	 * So far back a trail is searched at least: BINS_SECTIONS sections, and all those of bins that are not older than BINS_AGE before
	 * the bin in question. A bin cannot be in a trail before it was made, as far as the clocks agree.
	 */
	BINS_SECTIONS = 4096,
	BINS_AGE = 3600, /* seconds */
};

/* What is there of a bin: its parts first to next - 1. */
struct bin_parts {
	uint32_t first, next;
	uint64_t bytes; /* of records, unpacked */
	bool last;      /* its last part is there */
};

/* What may be backups in a directory, in the order of their names, which hold times. */
struct backups {
	int directory;          /* borrowed; -1: none */
	struct dirent **listed; /* NULL: not yet */
	int count, at;          /* at: that which is searched; at first count */
};

struct bins {
	int fd;          /* what is searched now: the trail, or a backup of it */
	uint64_t at;     /* searched from its end down to here */
	uint64_t count;  /* of sections searched */
	int64_t created; /* of the bin of the section that was searched last, ns since 1970 */
	bool done;       /* all there is was searched */

	/* Beside the trail and in the directory for them; whose they are (borrowed), and the hash of the last section of the next one. */
	struct backups backups[2];
	const char *name;
	bool linked;
	unsigned char previous[TRAIL_HASH];

	struct strmap map;
	struct bin_parts *parts; /* what the map's numbers mean */
	size_t bin_count, capacity;
	struct arena names;
};

/*
 * directory and name: of the trail; with -1 none is searched, only what was added is known. backups: another directory for these, or -1.
 * Returns 0, or -1 with errno. Clear it either way.
 */
int bins_init(struct bins *bins, int directory, const char *name, uint64_t end, int backups);
void bins_clear(struct bins *bins);

/* Returns 1 with *parts if there is any of the bin, 0, or -1 with errno. created: of the bin. */
int bins_find(struct bins *bins, const unsigned char bin[TRAIL_BIN_ID], int64_t created, struct bin_parts *parts);

/* A section was appended. */
void bins_add(struct bins *bins, const struct trail_head *head);

#endif
