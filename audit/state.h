/* What `audit start` found and set, kept in the run directory until `audit shutdown`, or the next start after a crash. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"
#include "kernel.h"

enum phase {
	PHASE_STARTING, /* not all is set: left behind only by a start that was killed */
	PHASE_ON,
	PHASE_OFF, /* suspended */
};

struct state {
	enum phase phase;
	char *confdir;
	bool streams;     /* the stream commands were run */
	uint32_t session; /* audit session of the stream commands; ID_UNSET: none */
	uint32_t found[KERNEL_SETTINGS];
	uint32_t set[KERNEL_SETTINGS]; /* the same as found where it was left alone */
};

/*
 * Reads the file into *state, which is cleared either way. Returns 1; 0 if auditing is not started (there is none, or it is of
 * an earlier boot); -1 with *error. rundir may be -1: there is none.
 */
int state_load(struct state *state, int rundir, struct err *error);

/* Returns 0, or -1 with *error. */
int state_save(const struct state *state, int rundir, struct err *error);

/* Forgets that auditing is started: removes the file. */
void state_remove(int rundir);
void state_clear(struct state *state);

#endif
