/* SPDX-License-Identifier: BSD-2-Clause */
#include "users.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

enum { REMEMBER = 60 }; /* seconds: a user who is added or renamed shows within that time */

static char *
ask(uint32_t id)
{
	const struct passwd *user = getpwuid(id);

	return user == NULL ? NULL : mem_string(user->pw_name, strlen(user->pw_name));
}

const char *
users_name(struct users *users, uint32_t id)
{
	struct user *user = &users->cache[(id ^ id >> 8 ^ id >> 16) % USERS_CACHED];
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (user->until <= now.tv_sec || user->id != id) {
		free(user->name);
		user->name = ask(id);
		user->id = id;
		user->until = now.tv_sec + REMEMBER;
	}
	return user->name;
}

void
users_clear(struct users *users)
{
	for (size_t i = 0; i < USERS_CACHED; i++)
		free(users->cache[i].name);
	memset(users, 0, sizeof(*users));
}
