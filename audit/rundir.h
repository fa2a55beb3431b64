/*
 * The run directory, RUNDIR or what AUDIT_RUNDIR says: the state of `audit start`, the status files of its streams, their
 * messages. Whoever changes auditing holds its lock.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RUNDIR_H
#define RUNDIR_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/* The path. */
const char *rundir_path(void);

/*
 * Opens the directory, made if create says so. Returns a descriptor that is closed on exec; -1 with *error, whose text is empty
 * if there is no directory.
 */
int rundir_open(bool create, struct err *error);

/* Waits until nobody else holds the lock, which goes with the descriptor. Returns 0, or -1 with *error. */
int rundir_lock(int fd, struct err *error);

/* Writes a file so that a reader, or the machine's next start, sees it whole or not at all. Returns 0, or -1 with *error. */
int rundir_write(int fd, const char *name, const char *text, size_t length, struct err *error);

/* All of a file, NUL-terminated, to be freed; NULL with errno. */
char *rundir_read(int fd, const char *name, size_t *length);

#endif
