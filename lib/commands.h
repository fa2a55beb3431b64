/*
 * The files of stream commands and bin commands: a shell command in each line. A backslash at the end continues a line; lines that
 * begin with * or # are comments. Where AIX's path of a program of ours leads nowhere, its name alone is left, for PATH to find.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <stddef.h>

#include "config.h"
#include "err.h"
#include "mem.h"

struct command {
	const char *text;
	unsigned line; /* 0: it does not stand in the file */
};

struct commands {
	struct command *commands;
	size_t count, capacity;
	struct arena arena;
};

/* Reads the file into *commands, which is cleared either way. Returns 0, or -1 with *error "PATH[:LINE]: what: why". */
int commands_load(struct commands *commands, const char *path, struct err *error);

/* The same, of what `cmds` in that stanza names: where it cannot be read, *error begins with the file and line that name it. */
int commands_load_named(struct commands *commands, const struct config *config, const char *stanza, const char *path, struct err *error);

/*
 * Puts an & behind pipelines that have none. A shell that waits for a pipeline keeps to itself how all but its last program end; from one that
 * does not, whoever started it inherits them.
 */
void commands_detach(struct commands *commands);

/* Puts a command that is in no file before those that are. text must outlive the commands. */
void commands_put_first(struct commands *commands, const char *text);

void commands_clear(struct commands *commands);

/* Lets sh read each command without running it. Returns 0, or -1 with *error, of the first that it does not understand. */
int commands_check(const struct commands *commands, const char *path, struct err *error);

#endif
