/*
 * The second copy of the records that virtual_log asks for: in a file, a fifo or a device. It must never be in the way of the bins: what
 * it does not take is counted, said, and left out.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MIRROR_H
#define MIRROR_H

#include <stddef.h>
#include <stdint.h>

#include "notice.h"
#include "out.h"

/* All zero: there is none. */
struct mirror {
	const char *path; /* borrowed; NULL: none */
	struct out out;   /* fd -1: not open */
	int64_t retry_at; /* ms, CLOCK_MONOTONIC: not opened before */
	uint64_t missing; /* bytes that were left out */
	struct notice trouble;
};

/* path may be NULL. */
void mirror_init(struct mirror *mirror, const char *path);
void mirror_clear(struct mirror *mirror);

/* Another path, or the same. */
void mirror_move(struct mirror *mirror, const char *path);

/* Copies whole records. */
void mirror_write(struct mirror *mirror, const unsigned char *records, size_t size);

/* Writes on where a fifo was full. Returns ms until it is to be tried again, -1 if nothing waits. */
int64_t mirror_tend(struct mirror *mirror);

#endif
