/* Where a login comes from, as the program that let the user in tells the kernel's audit: sshd, login, cron, by PAM or itself. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

/* Empty strings where nothing was told. What is longer is cut; the bytes are raw. */
struct source {
	char user[64];     /* who logs in */
	char address[64];  /* numeric */
	char host[128];    /* the name of the host with that address, if the program asked for it */
	char terminal[32]; /* pts/1, tty2, :0; not the words that programs put there when there is none */
	char service[32];  /* the program's name: sshd; of the programs that it is made of today, too */
	bool told;         /* by that program, logind or utmp: where they give no address, there is none */
};

/* Reads a user message. False if it tells of no success. */
bool source_read(struct source *source, const struct line *line);

/* Sets the service to the name of that program, which may be a path. */
void source_set_service(struct source *source, const char *program, size_t length);

/* Takes over what is told there and not here. */
void source_fill(struct source *source, const struct source *more);

/* The same in as few bytes as that takes, *size, to be freed; and back from there. NULL tells nothing. */
char *source_pack(const struct source *source, size_t *size);
void source_unpack(struct source *source, const char *packed);

/*
 * One word for it: `console`, at the machine itself; else the address, or the host's name; else `cron`, for cron and at; `systemd`, for a
 * user's own service manager, which all sessions of the user share; `local`, from this machine by another way; "?" if that is not known.
 */
const char *source_origin(const struct source *source);

#endif
