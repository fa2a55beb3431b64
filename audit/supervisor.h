/* The process that runs the stream commands in an audit session of their own, and stays until the last of them has ended. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include <stddef.h>

#include "commands.h"

/*
 * What it says to `audit start`, a datagram each: one of these letters, then text. `audit start` answers with datagrams of a uint32_t:
 * how many more of the commands are to be run.
 */
enum supervisor_report {
	REPORT_SESSION = 's', /* the number of the audit session: all is ready */
	REPORT_REFUSED = 'r', /* why there is no such session: it ends */
	REPORT_RUNNING = 'g', /* so many commands were started */
	REPORT_MESSAGE = 'm', /* a line that a command wrote to stderr */
	REPORT_FAILED = 'f',  /* how a process of a command ended that did not end well */
};

/*
 * The file in the run directory that says how auditbin ended, where it did not end well: bins may be left, and `audit shutdown` is to say
 * so. The supervisor ends after it is written.
 */
#define AUDITBIN_FAILED "auditbin.failed"

enum { REPORT_MAX = 1024 }; /* bytes of a datagram */

/* Runs in a child of `audit start`, which need not have prepared anything. Where nobody answers, no command is run. */
_Noreturn void supervise(int report, const char *confdir, const struct commands *commands);

#endif
