/* The sections of a trail from its end towards its beginning: each tail tells where its head is. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BACKWARDS_H
#define BACKWARDS_H

#include "trail.h"

struct section_at {
	uint64_t start, end; /* offsets of the head's first byte, and behind the tail */
	struct trail_head head;
	struct trail_tail tail;
};

/*
 * The last section that ends at *at or before; plain records behind it are passed over. *at becomes its start.
 * Returns 1, 0 if there is none, -1 with errno.
 */
int backwards_next(int fd, uint64_t *at, struct section_at *section);

#endif
