/*
 * Which records were there before, in bounded memory. The same record is: host, boot, serial, time and event are the same, and the
 * tail that tells apart two objects which one event used. Where auditstream made the record (serial 0), its lines must be the same.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SEEN_H
#define SEEN_H

#include <stdbool.h>

#include "mem.h"
#include "strmap.h"

struct record;

/* At least so many records before the present one are remembered. */
enum { SEEN_RECORDS = 32768 };

struct seen_keys {
	struct strmap map;
	struct arena arena; /* of the keys */
	size_t bytes;       /* in the arena */
};

/* All zero is: none seen. Keys go into the younger set; when it is full, the older one is forgotten and takes its place. */
struct seen {
	struct seen_keys younger, older;
};

void seen_clear(struct seen *seen);

/* Was the same record given before? If not, it is remembered. */
bool seen_before(struct seen *seen, const struct record *record);

#endif
