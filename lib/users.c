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
	HANG = 30000,     /* without an answer, after which the helper is given up */
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
	lru_init(&users->table, USERS_CACHED);
	if (stat(users_file, &status) == 0)
		users->changed = status.st_mtim;
	start(users, monotonic_ms());
}

static void
forget(struct users *users)
{
	for (struct lru_link *link = users->table.newest; link != NULL; link = link->older)
		((struct user *)link)->until = 0;
	users->epoch++;
}

static void
drop_oldest(struct users *users)
{
	struct user *user = (struct user *)users->table.oldest;

	lru_remove(&users->table, &user->link);
	free(user->name);
	free(user);
}

void
users_clear(struct users *users)
{
	if (users->lookup == NULL)
		return; /* it was never begun */
	resolver_stop(&users->resolver);
	while (users->table.oldest != NULL)
		drop_oldest(users);
	lru_clear(&users->table);
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
find_or_add(struct users *users, uint32_t id)
{
	struct user *user = (struct user *)lru_find(&users->table, id);

	if (user != NULL)
		return user;
	if (lru_is_full(&users->table))
		drop_oldest(users);
	user = mem_alloc_zero(1, sizeof(*user));
	lru_add(&users->table, &user->link, id);
	return user;
}

static void
take(struct users *users, const struct answer *answer, int64_t now)
{
	struct user *user = (struct user *)lru_find(&users->table, answer->question.id);

	users->answered = now;
	if (user == NULL || answer->question.epoch != users->epoch)
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
	bool prompt;

	free(user->name);
	user->name = NULL;
	user->known = false;
	user->until = now + ASK_AGAIN;
	collect(users, user, 0, now); /* what came since the last question: who answered does not hang */
	if (user->known)
		return 0;
	prompt = users->resolver.waiting == 0 && may_wait(users, now);
	if (users->resolver.waiting == 0) {
		users->answered = now;
	} else if (now - users->answered >= HANG) {
		resolver_abandon(&users->resolver);
		users->started = now;
	}
	if (users->resolver.fd == -1 && now - users->started >= RESTART)
		start(users, now);
	if (!resolver_ask(&users->resolver, (struct question){ id, users->epoch }))
		return 0;
	return prompt ? USERS_WAIT : 0;
}

const char *
users_name(struct users *users, uint32_t id)
{
	struct user *user = find_or_add(users, id);
	int64_t now = monotonic_ms();
	int wait = 0;

	check_file(users, now);
	if (user->known && now < user->until)
		return user->name;
	if (now >= user->until)
		wait = ask(users, user, id, now);
	if (wait > 0 || now != users->polled)
		collect(users, user, wait, now);
	users->polled = now;
	return user->known ? user->name : NULL;
}
