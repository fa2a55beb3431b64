/*
 * The login sessions: who logged in, when, from where. What the kernel's LOGIN event and the messages of the program that let the user in
 * tell is kept by the session's number, and put on every record of it, whoever the user becomes and whatever runs in it. What was started
 * in a session may run on when it has ended: so it is kept until there are too many, and nothing was heard of it for longest.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SESSIONS_H
#define SESSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "factline.h"
#include "lru.h"
#include "source.h"

enum {
	SESSIONS_MAX = 8192,       /* of which something is kept; fewer where that is more than */
	SESSIONS_WEIGHT = 9 << 18, /* bytes: some 350 each, and up to 1500 where all names are as long and as odd as can be */
};

struct session {
	struct lru_link link;
	uint32_t number;
	uint32_t leader; /* the process that began it; 0 if that is not known, or it has closed the session */
	int64_t since;   /* ns since 1970; 0 if not known */
	bool looked_up;  /* what this machine knows of it besides was asked for */
	bool told;       /* of its source */
	char *source;    /* packed, for there are many sessions; session_source() gives it. NULL: nothing is known of it */
	size_t source_size;
	char *tag;   /* joe@20261122T051103.3, in UTC; NULL where nothing is known to make it of. Never changes. */
	char *facts; /* what is appended to records, NULL until it is asked for */
	size_t facts_length;
};

struct sessions {
	struct lru table;
};

/* All zero is no table. */
void sessions_init(struct sessions *sessions);
void sessions_clear(struct sessions *sessions);

/* host: which host's, a number of the caller's. NULL if it is not known. */
struct session *sessions_find(struct sessions *sessions, uint32_t host, uint32_t number);

/* A new session, in the place of any that had its number. It is valid until sessions_clear(), or a thousand others were begun. */
struct session *sessions_begin(struct sessions *sessions, uint32_t host, uint32_t number);

/* Where it comes from. */
void session_source(const struct session *session, struct source *source);
void sessions_set_source(struct sessions *sessions, struct session *session, const struct source *source);

/* What more is told of it. */
void sessions_fill(struct sessions *sessions, struct session *session, const struct source *more);

/* Makes the tag, once, from since and that name. */
void sessions_name(struct sessions *sessions, struct session *session, const char *user);

/* Appends origin=, origin_host= with an address, terminal=, service= and tag=, as far as they are known. */
void sessions_append(struct sessions *sessions, struct session *session, struct factline *line);

/* The same of a message that belongs to no session. */
void source_append(const struct source *source, struct factline *line);

#endif
