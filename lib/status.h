/*
 * What a live auditstream says of itself under `audit start`: the file stream.PID (bin.PID of who has a sink) in the directory that
 * the environment variable AUDIT_RUNDIR names, which `audit query -v` reads. It is never half written, and gone when the stream
 * has ended as it should.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATUS_H
#define STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "capture.h"

struct live_sink;

struct status {
	const struct live_sink *sink; /* NULL: none */
	char *path;                   /* NULL: nobody wants to know */
	char *next;                   /* what will be renamed to path */
	int64_t due;                  /* ms, CLOCK_MONOTONIC: not written before */
	uint64_t told[5];             /* received, written, queued, the sink's changes, and reads, as last told */
	bool failed;                  /* a file could not be written, and that was said */
};

void status_init(struct status *status, const struct capture *capture, const struct live_sink *sink);

/*
 * Writes the file if something is new and the last time is a second ago; at once where the configuration was read again, which `audit
 * start -r` waits for. Returns ms until that is to be tried again, -1 if it need not.
 */
int64_t status_update(struct status *status, const struct capture *capture, bool unicast, uint64_t received, int64_t now);

/* Takes the file away. */
void status_clear(struct status *status);

#endif
