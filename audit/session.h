/* What every verb that changes auditing works on: the run directory, locked, the state in it, and the kernel. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>

#include "err.h"
#include "setup.h"
#include "state.h"

struct session {
	int rundir, kernel;
	bool started; /* the state is that of a start */
	struct state state;
	struct audit_status status; /* the kernel's, when the session began */
};

enum session_purpose {
	SESSION_LOOK, /* without the lock */
	SESSION_CHANGE,
	SESSION_CREATE, /* the run directory is made */
};

/* Waits for the lock of the run directory, reads the state, asks the kernel. Returns 0, or -1 with *error; end it either way. */
int session_begin(struct session *session, enum session_purpose purpose, struct err *error);
void session_end(struct session *session);

/* Is something of that start still there, that did not just crash? */
bool session_running(const struct session *session);

/* Sets the kernel's numbers that are to be other than found. Returns 0, or -1 with *error. */
int session_set(struct session *session, struct err *error);

/* Puts back those that are still as they were set. Says what fails; returns whether nothing did. */
bool session_restore(struct session *session);

/* Loads the rules of the setup, exempting the session of the streams. Returns 0, or -1: it was said. */
int session_apply(struct session *session, struct setup *setup);

/* Writes what `audit query` shows. */
int session_describe(struct session *session, const struct setup *setup, struct err *error);

/* Takes away all that a start has left: rules, streams (they have so many ms to end), numbers, state. Returns whether all went well. */
bool session_undo(struct session *session, int milliseconds);

#endif
