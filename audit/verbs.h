/* The verbs of audit(8). Each returns the exit status, and has said on stderr what went wrong. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VERBS_H
#define VERBS_H

#include <stdbool.h>

/* Reads and checks every file in confdir and prints the kernel's rules. Changes nothing, needs no privilege. */
int verb_check(const char *confdir);

int verb_start(const char *confdir);

/* Prints what `audit start` would tell the kernel, in auditctl's syntax, and the stream commands. */
int verb_start_dry(const char *confdir);

/* Reads the files again and changes what is different, without a gap. confdir: NULL, or where auditing was started from. */
int verb_reload(const char *confdir);
int verb_shutdown(void);
int verb_off(void);

/* panic: `audit on panic`, which is for bins. */
int verb_on(bool panic);
int verb_query(bool verbose);

/*
 * Makes a pair of keys for signing trails, and prints the public one. path: of the secret one; NULL: as the configuration says. With
 * force, those that are there are replaced.
 */
int verb_key(const char *confdir, const char *path, bool force);

#endif
