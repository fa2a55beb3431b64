/* Live capture: the kernel's events as they happen, until SIGTERM or SIGINT. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LIVE_H
#define LIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "capture.h"
#include "netlink.h"

/* From now on SIGHUP waits for live_run(), which takes it as the wish to read the configuration again: nothing may be in its way. */
void live_expect_reload(void);

/* Makes the output not block; before live_open(), for a pipe of another user can only be opened anew with the privilege to do so. */
void live_unblock(struct out *out);

/* Who takes the records instead of stdout, and what else it has to do between two batches. None of these waits. */
struct live_sink {
	void *arg;
	int fd;           /* readable when the sink has something to do; -1: none */
	uint64_t changes; /* counts up when tell() would tell something else */

	/* Takes whole records from out's head, as many as it can. */
	void (*take)(void *arg, struct out *out);
	/* Does what is due. Returns ms until the next time, -1 if there is none before fd is readable. */
	int64_t (*tend)(void *arg);
	/* The configuration was read again. */
	void (*reload)(void *arg);
	/* Adds lines `NAME VALUE` to the status file. */
	void (*tell)(void *arg, FILE *status);
};

/*
 * Opens the socket and says on stderr, once, in which mode; drops what privilege is no longer needed: reading the configuration again,
 * as who is started by `audit start` does, needs more than else. Ends the program on failure.
 */
void live_open(struct netlink *netlink, bool multicast, bool started);

/*
 * Moves events from the socket through the capture to its output, of which at most limit bytes wait, and on to stdout, or to the
 * sink if it is not NULL. Returns when told to end by a signal, or when -n is reached. Everything that the kernel holds has then been
 * written to stdout, or waits in the output for the sink. Returns the exit status: EXIT_FAILED if the socket failed (what had come
 * is passed on all the same), else EXIT_DAMAGED if something was lost; both were said. Ends the program where stdout fails.
 */
int live_run(struct capture *capture, struct netlink *netlink, size_t limit, struct live_sink *sink);

#endif
