/* Small files, read as a whole, and what else files need. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/*
 * All of the file, whose name is relative to the open directory (or AT_FDCWD): NUL-terminated, to be freed. NULL with errno, EFBIG if
 * it holds more than max bytes.
 */
char *file_read(int directory, const char *name, size_t max, size_t *length);

/* Likewise, of a file of the configuration: NULL with *error. A fifo is refused, for to open it may wait for ever. */
char *file_load(const char *path, size_t max, size_t *length, struct err *error);

/* Has the name that the path ends with on the disk. Returns 0, or -1 with errno. */
int file_sync_name(const char *path);

/* Has somebody else its lock (flock(2))? A bin is being filled as long as that is so, a trail while a section is written. */
bool file_is_locked(int fd);

/*
 * Does a regular file go on behind what was read from it? While it is locked, for who has the lock may be writing what is
 * missing, that is waited for, some seconds at most.
 */
bool file_goes_on(int fd);

/* For programs that have all their inputs open at once: a trail may have more backups than the 1024 files that are usually allowed. */
void file_allow_many(void);

#endif
