/* SPDX-License-Identifier: BSD-2-Clause */
#include "users.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mem.h"
#include "monotonic.h"
#include "rectype.h"

enum {
	REMEMBER = 60000, /* ms: what a name service changes without telling shows within that time */
	ASK_AGAIN = 5000, /* where no answer came */
	CHECK = 1000,     /* between looks at the file of users */
	IMPATIENT = 1000, /* during which nothing is waited for, once an answer was late */
	RESTART = 10000,  /* between starts of the helper */
};

static const char users_file[] = "/etc/passwd";

static void
start(struct users *users, int64_t now)
{
	resolver_start(&users->resolver, users->lookup);
	users->started = now;
}

void
users_init(struct users *users, resolver_lookup *lookup)
{
	struct stat status;

	memset(users, 0, sizeof(*users));
	users->lookup = lookup;
	if (stat(users_file, &status) == 0)
		users->changed = status.st_mtim;
	start(users, monotonic_ms());
}

static void
forget(struct users *users)
{
	for (size_t i = 0; i < USERS_CACHED; i++)
		users->cache[i].until = 0;
	users->epoch++;
}

void
users_clear(struct users *users)
{
	if (users->lookup == NULL)
		return; /* it was never begun */
	resolver_stop(&users->resolver);
	for (size_t i = 0; i < USERS_CACHED; i++)
		free(users->cache[i].name);
	memset(users, 0, sizeof(*users));
}

void
users_notice(struct users *users, uint16_t type)
{
	if (type == TYPE_ADD_USER || type == TYPE_DEL_USER || type == TYPE_USER_MGMT)
		forget(users);
}

static void
check_file(struct users *users, int64_t now)
{
	struct stat status;

	if (now - users->checked < CHECK)
		return;
	users->checked = now;
	if (stat(users_file, &status) == -1 ||
	    (status.st_mtim.tv_sec == users->changed.tv_sec && status.st_mtim.tv_nsec == users->changed.tv_nsec))
		return;
	users->changed = status.st_mtim;
	forget(users);
}

static struct user *
place_of(struct users *users, uint32_t id)
{
	return &users->cache[(id ^ id >> 8 ^ id >> 16) % USERS_CACHED];
}

static void
take(struct users *users, const struct answer *answer, int64_t now)
{
	struct user *user = place_of(users, answer->question.id);

	if (user->id != answer->question.id || user->until == 0 || answer->question.epoch != users->epoch)
		return;
	free(user->name);
	user->name = answer->name[0] != '\0' ? mem_string(answer->name, strlen(answer->name)) : NULL;
	user->known = true;
	user->until = now + REMEMBER;
}

/* Takes what answers there are, waiting at most so many ms for the one that user is about. */
static void
collect(struct users *users, const struct user *user, int wait, int64_t now)
{
	struct answer answer;
	int64_t begin = now, end = now + wait;

	while (!user->known && resolver_answer(&users->resolver, end > now ? (int)(end - now) : 0, &answer)) {
		take(users, &answer, now);
		now = monotonic_ms();
	}
	if (wait > 0)
		users->waited += monotonic_ms() - begin;
	if (!user->known && wait > 0)
		users->patient = now + IMPATIENT;
}

/* Is there time left to wait in? */
static bool
may_wait(struct users *users, int64_t now)
{
	if (now - users->second >= 1000) {
		users->second = now;
		users->waited = 0;
	}
	return now >= users->patient && users->waited < USERS_WAIT_TOTAL;
}

/* Asks for the name, unless so much is being asked for that it must wait. Returns how long an answer may be waited for. */
static int
ask(struct users *users, struct user *user, uint32_t id, int64_t now)
{
	bool prompt = users->resolver.waiting == 0 && may_wait(users, now);

	free(user->name);
	*user = (struct user){ .id = id, .until = now + ASK_AGAIN };
	if (users->resolver.fd == -1 && now - users->started >= RESTART)
		start(users, now);
	if (!resolver_ask(&users->resolver, (struct question){ id, users->epoch }))
		return 0;
	return prompt ? USERS_WAIT : 0;
}

const char *
users_name(struct users *users, uint32_t id)
{
	struct user *user = place_of(users, id);
	int64_t now = monotonic_ms();
	int wait = 0;

	check_file(users, now);
	if (user->id == id && user->known && now < user->until)
		return user->name;
	if (user->id != id || now >= user->until)
		wait = ask(users, user, id, now);
	if (wait > 0 || now != users->polled)
		collect(users, user, wait, now);
	users->polled = now;
	return user->known ? user->name : NULL;
}
