/* The names of users, asked of the system once and remembered for a minute. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef USERS_H
#define USERS_H

#include <stdint.h>
#include <time.h>

enum { USERS_CACHED = 256 };

/* All zero is an empty cache. */
struct users {
	struct user {
		uint32_t id;
		time_t until; /* CLOCK_MONOTONIC seconds; 0: this place is empty */
		char *name;   /* NULL: the system knows no such user */
	} cache[USERS_CACHED];
};

/* The user's name, or NULL; valid until the next call. */
const char *users_name(struct users *users, uint32_t id);
void users_clear(struct users *users);

#endif
