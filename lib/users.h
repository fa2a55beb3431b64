/*
 * The names of users, remembered. They are asked of a helper process (resolver.h): what it does not answer at once is not waited for, and
 * the records until then have the number only.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef USERS_H
#define USERS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "lru.h"
#include "resolver.h"

enum {
	USERS_CACHED = 256,
	USERS_WAIT = 50,        /* ms that the answer may take; once it took longer, nothing is waited for during a second */
	USERS_WAIT_TOTAL = 200, /* ms in each second that answers may take together: who makes many users appear holds nothing up */
};

struct user {
	struct lru_link link; /* by id */
	bool known;           /* name is the answer; else it is being asked for */
	int64_t until;        /* ms, CLOCK_MONOTONIC; 0: it is to be asked for */
	char *name;           /* NULL: the system knows no such user */
};

struct users {
	struct lru table;
	struct resolver resolver;
	resolver_lookup *lookup;
	uint32_t epoch;          /* answers to questions of an earlier one are out of date */
	int64_t polled;          /* ms: when answers were looked for last */
	int64_t patient;         /* ms: nothing is waited for before */
	int64_t second;          /* ms: when the second began in which so much was waited for: */
	int64_t waited;          /* ms */
	int64_t started;         /* ms: when the helper was, or was given up */
	int64_t answered;        /* ms: when the last answer came, or the first question was asked since */
	int64_t checked;         /* ms: when the file of users was looked at last */
	struct timespec changed; /* its time then */
};

/* Starts the helper; lookup is what it does, resolver_system() but for tests. */
void users_init(struct users *users, resolver_lookup *lookup);
void users_clear(struct users *users);

/* The user's name; NULL if there is none, or it is not known yet. Valid until the next call. */
const char *users_name(struct users *users, uint32_t id);

/* A record of this type tells that users have changed: names are asked for anew. */
void users_notice(struct users *users, uint16_t type);

#endif
