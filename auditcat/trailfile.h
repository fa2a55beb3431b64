/*
 * The trail that is appended to: its lock, its end, and what a crash left there.
 *
 * The lock is on the trail's directory, which no rotation renames. Sections are appended by write(2) in append mode, so that plain
 * records that others append meanwhile (auditselect ... >> trail) stay whole; what a failed write left is cut off again. Until a section
 * is on disk the trail itself is locked too, for those who read it: trailfile_stat().
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TRAILFILE_H
#define TRAILFILE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "err.h"
#include "trail.h"

struct trailfile {
	const char *path;        /* as it was given; borrowed, for messages */
	char name[NAME_MAX + 1]; /* in the directory */
	int directory;           /* locked */
	int fd;
	uint64_t size;                  /* bytes, as of the last look */
	uint64_t torn;                  /* where a section begins that was never finished; size if there is none */
	bool chained;                   /* there is a last section */
	uint64_t sequence;              /* of it; 0 if there is none */
	unsigned char hash[TRAIL_HASH]; /* of it */
	uint64_t end;                   /* of it */
};

/*
 * Opens the trail, which is made if it is not there, and waits for the lock up to a minute. Nothing is read before trailfile_look().
 * Returns 0, or -1 with *error. Clear it either way.
 */
int trailfile_open(struct trailfile *trail, const char *path, struct err *error);

/* Looks at its end. Returns 0, or -1 with *error. */
int trailfile_look(struct trailfile *trail, struct err *error);
void trailfile_clear(struct trailfile *trail);

/* Another file is the trail now: takes over fd, and looks at its end. Returns 0, or -1 with *error. */
int trailfile_use(struct trailfile *trail, int fd, struct err *error);

/*
 * Takes a torn end away: it is only cut off if it is part of that bin, which is about to be appended, and no records of others stand in
 * it; else it is saved beside the trail first. *said gets what was done, or is made empty. Returns 0, or -1 with *error.
 */
int trailfile_mend(struct trailfile *trail, const unsigned char bin[TRAIL_BIN_ID], struct err *said, struct err *error);

/*
 * Appends a whole section (head, body, tail; its head must go on from trail->sequence and trail->hash) and has it on disk.
 * Returns 0, or -1 with *error, and then the trail is as long as before.
 */
int trailfile_append(struct trailfile *trail, const unsigned char *section, size_t size, struct err *error);

/*
 * fstat(2) of a file that is read: where it is a trail, while no section is being written, so that its size leads into none. That is
 * waited for, some seconds at most; no lock is kept. A bin is not waited for. Returns 0, or -1 with errno.
 */
int trailfile_stat(int fd, struct stat *status);

/* "NAME.what.YYYYMMDDThhmmss.NNN" (UTC), or without what if that is empty: the first that is free in the directory. Returns 0 or -1. */
int trailfile_free_name(const struct trailfile *trail, int directory, const char *what, char name[static NAME_MAX + 1]);

#endif
