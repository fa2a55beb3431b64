/*
 * The stream commands from outside: started by a supervisor (supervisor.h), and known afterwards by their audit session, which no
 * other process on the machine has. Each auditstream among them keeps a status file, stream.PID, in the run directory, auditbin bin.PID.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STREAMS_H
#define STREAMS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "commands.h"
#include "err.h"

struct streams {
	int report; /* of the supervisor */
	uint32_t session;
};

/* Makes the audit session; no command runs yet. Returns 0, or -1 with *error. */
int streams_begin(struct streams *streams, const char *confdir, const struct commands *commands, struct err *error);

/*
 * Runs the commands, auditbin first where it is one of them, and returns when it and the auditstreams are listening: 1; 0 where
 * nothing goes on running; -1 with *error if one failed. What they write to stderr meanwhile goes to ours.
 */
int streams_run(struct streams *streams, const struct commands *commands, int rundir, struct err *error);

/* Leaves them alone: they go on. A session that has not been run ends. */
void streams_release(struct streams *streams);

/* Is any process in that session? */
bool streams_alive(uint32_t session);

/* Sends the signal to auditbin and the auditstreams, which have a status file, or to every process. Returns how many there were. */
unsigned streams_signal(uint32_t session, int rundir, int signal);
unsigned streams_signal_all(uint32_t session, int signal);

/*
 * Waits so many ms at most until no process is in the session, and that much longer each time that auditbin runs another command. Returns
 * whether none is.
 */
bool streams_wait(uint32_t session, int milliseconds);

/* Tells which processes are still there, on stderr. */
void streams_name(uint32_t session);

/* Whose status files there are, by what their names begin with. */
#define STATUS_OF_STREAM "stream."
#define STATUS_OF_BIN    "bin."

/* The line `NAME VALUE` of a status file, without its newline; "-" if there is none. */
const char *streams_value(const char *text, const char *name, char value[static 256]);

/* Calls visit with the pid and the status file of each of a kind, lines `NAME VALUE`, which it may change. Returns how many. */
unsigned streams_status(uint32_t session, int rundir, const char *kind, void (*visit)(void *arg, pid_t pid, char *text), void *arg);

/*
 * Tells auditbin and the auditstreams to read the configuration again, and waits until their status files say that they did, some seconds
 * at most. Returns whether all did; who did not is said.
 */
bool streams_reload(uint32_t session, int rundir);

/* Takes away the status files that nobody keeps. */
void streams_clean(uint32_t session, int rundir);

#endif
