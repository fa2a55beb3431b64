/* One bin file: a head, records, and once it is finished a tail (trail.h). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BIN_H
#define BIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"
#include "trail.h"

struct bin {
	char *path;
	int fd; /* open while it is being filled, else -1 */
	dev_t device;
	ino_t inode;
	unsigned char id[TRAIL_BIN_ID];
	uint64_t sequence;
	struct trail_content content; /* what has been written */
	uint64_t synced;              /* bytes of its body that are on the disk for certain */
	bool doubtful;                /* the disk refused what is behind them */
	uint64_t lost;                /* bytes of the body that were gone when they were to be written again */
	bool ragged;                  /* bytes that do not count may stand behind the content */
	bool recover;                 /* it was found without a tail, or a command found damage in it: `-r` is put before its name */
	unsigned command;             /* the next of the bin commands that is to have it */
};

/*
 * Makes the file at path where nothing is, with its head, on the disk; *bin need not be initialised. Returns 0, or -1 with errno:
 * EEXIST if there is something, and then that is left alone.
 */
int bin_create(struct bin *bin, const char *path, uint64_t sequence);

/*
 * Takes what an earlier run left at path. Returns 1; 0 if there is nothing; -1 with *error if it is no bin, or not ours to touch. A
 * file without a single record is taken away.
 */
int bin_find(struct bin *bin, const char *path, struct err *error);

/* Appends whole records. Returns 0, or -1 with errno and nothing appended. */
int bin_append(struct bin *bin, const unsigned char *records, size_t size);

/* Fills a new bin with what another holds, whose file may have lost its name. Returns 0, or -1 with errno: to be tried again. */
int bin_copy(struct bin *bin, const struct bin *from);

/*
 * What was appended is on the disk. Returns 0, or -1 with errno: to be tried again. What the disk once refused counts as clean in the
 * page cache, so another fdatasync() would prove nothing: it is read back, checked, and written once more first.
 */
int bin_sync(struct bin *bin);

/* Writes the tail, waits for the disk, closes the file. Returns 0, or -1 with errno: to be tried again. */
int bin_finish(struct bin *bin);

/* Does the path still mean this file? Returns 1, 0 if not, -1 with errno if that cannot be told: a disk that fails takes no name away. */
int bin_look(const struct bin *bin);

/* Closes and forgets; the file stays. */
void bin_clear(struct bin *bin);

#endif
