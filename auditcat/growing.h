/* A bin or trail that grows, is begun anew, or is rotated: the records that came since the last look. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef GROWING_H
#define GROWING_H

#include <stdbool.h>
#include <sys/types.h>

#include "out.h"
#include "seen.h"

struct growing {
	const char *path; /* borrowed */
	void (*say)(const char *text);
	uint64_t damaged; /* places that were complained of */

	int fd;       /* -1: none yet */
	bool missing; /* that it is, or why it cannot be opened, was said */
	dev_t device;
	ino_t inode;
	uint64_t offset; /* what stands before it was read */
	bool in_garbage; /* that was said */
	uint64_t wasted; /* bytes that were summed up for nothing */

	bool in_bin; /* behind a bin's head: */
	bool is_bin; /* the file begins with that head, which tells when it is begun anew */
	unsigned char head_bytes[TRAIL_HEAD];
	struct trail_head head;
	uint64_t body; /* bytes of the bin's records before offset */

	uint64_t sequence; /* of the last section that was read; 0: none */
	struct section_place {
		uint64_t start, end;             /* of it in the file; end 0: none */
		unsigned char bin[TRAIL_BIN_ID]; /* whose records it holds, so many bytes */
		uint64_t unpacked;
	} last;

	unsigned char *data, *unpacked; /* room for what is read, and unpacked */
	size_t capacity, unpacked_capacity;
};

void growing_init(struct growing *growing, const char *path, void (*say)(const char *text));
void growing_clear(struct growing *growing);

/* Passes on what is new, through rotations and new beginnings. Returns 0, or -1 if reading failed (said). */
int growing_read(struct growing *growing, struct seen *seen, struct out *out);

#endif
