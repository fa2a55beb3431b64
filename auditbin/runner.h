/*
 * The process that runs the bin commands. It is forked before the one that captures gives up its privileges, for what administrators
 * put into bin commands may need them; it does nothing but start a command when it is told which, on which bin, and say how it ended.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RUNNER_H
#define RUNNER_H

#include <stdbool.h>
#include <stddef.h>

#include "commands.h"

/* How a command ended. */
struct runner_report {
	int status;    /* as of waitpid(); exit status 127 where that is not known, or there is no command of that number */
	unsigned line; /* of the command; 0: there is none */
	bool last;     /* no command follows */
};

/*
 * Starts it. confdir: what the commands find as AUDIT_STARTED; silent: what they write to stderr goes nowhere. The commands stay the
 * caller's. Returns a descriptor that is readable when there is a report; -1 with errno.
 */
int runner_start(const char *confdir, const struct commands *commands, const char *trail, bool silent);

/* The file of commands, or the trail, is another, or was changed: to be told while no command runs. Returns 0, or -1 with errno. */
int runner_configure(int runner, const char *cmds, const char *trail);

/* Runs command number index on the bin; recover: `-r` is put before its name. Returns 0, or -1 with errno. */
int runner_run(int runner, unsigned index, const char *bin, bool recover);

/* Returns 1 with a report, 0 if there is none yet, -1 if the process is gone. */
int runner_report(int runner, struct runner_report *report);

/*
 * A command with $bin and $trail put in, as AIX does it: outside quotes each becomes what it stands for as words of its own,
 * whatever bytes it has; inside quotes they are left to the shell, which has variables of these names. To be freed.
 */
char *runner_substitute(const char *command, const char *bin, bool recover, const char *trail);

#endif
