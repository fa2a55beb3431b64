/* SPDX-License-Identifier: BSD-2-Clause */
#include "users.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "monotonic.h"
#include "rectype.h"

/* What the helper does. It is a process of its own, with a copy of this from when it was started. */
static struct shared {
	unsigned hang_from; /* ids from this one on are never answered */
	unsigned end_at;    /* the helper ends at this id */
	unsigned slow;      /* an answer takes so many ms */
} shared;

static void
answer(uint32_t id, char *name, size_t size)
{
	if (shared.end_at != 0 && id == shared.end_at)
		_exit(1);
	if (shared.hang_from != 0 && id >= shared.hang_from)
		for (;;)
			pause();
	usleep(1000 * shared.slow);
	name[0] = '\0';
	if (id % 10 != 0)
		snprintf(name, size, "u%u", (unsigned)id);
}

static void
names(void)
{
	static struct users users;
	const char *name;

	shared = (struct shared){ 0 };
	users_init(&users, answer);
	for (int round = 0; round < 2; round++)
		for (uint32_t id = 1; id < 3 * USERS_CACHED; id++) {
			char expected[16];

			snprintf(expected, sizeof(expected), "u%u", (unsigned)id);
			/* A machine that is busy answers late: then it is there the next time. */
			for (int tries = 0; (name = users_name(&users, id)) == NULL && id % 10 != 0 && tries < 5000; tries++)
				usleep(1000);
			if (id % 10 == 0)
				CHECK(name == NULL);
			else if (CHECK(name != NULL))
				CHECK_BYTES(name, strlen(name), expected);
		}
	users_clear(&users);
}

static void
the_system(void)
{
	static struct users users;
	const char *name = NULL;

	users_init(&users, resolver_system);
	for (int tries = 0; name == NULL && tries < 5000; tries++) {
		name = users_name(&users, 0);
		if (name == NULL)
			usleep(1000);
	}
	if (CHECK(name != NULL))
		CHECK_BYTES(name, strlen(name), "root");
	users_clear(&users);
}

/* One name that never comes costs one wait, and then nothing waits, for others neither; and it ends. */
static void
a_service_that_hangs(void)
{
	static struct users users;
	int64_t start;
	unsigned long long calls = 0;

	shared = (struct shared){ .hang_from = 1000 };
	users_init(&users, answer);
	start = monotonic_ms();
	while (monotonic_ms() - start < 300) {
		CHECK(users_name(&users, (uint32_t)(1000 + calls % 300)) == NULL);
		calls++;
	}
	CHECK(calls > 300); /* with a wait each there would be six */
	CHECK_NUMBER(users.resolver.waiting, RESOLVER_WAITING);
	users_clear(&users);
}

static void
a_helper_that_ends(void)
{
	static struct users users;

	shared = (struct shared){ .end_at = 7 };
	users_init(&users, answer);
	for (int tries = 0; users.resolver.fd != -1 && tries < 5000; tries++) {
		CHECK(users_name(&users, 7) == NULL);
		usleep(1000);
	}
	CHECK_NUMBER(users.resolver.fd, -1);
	CHECK(users_name(&users, 8) == NULL); /* until it is started again */
	shared.end_at = 0;
	users.started -= 60000;
	for (int tries = 0; users_name(&users, 9) == NULL && tries < 5000; tries++)
		usleep(1000);
	CHECK(users_name(&users, 9) != NULL);
	users_clear(&users);
}

/* While nothing is asked of it: who asks next notices. */
static void
a_helper_that_is_killed(void)
{
	static struct users users;
	siginfo_t information;

	shared = (struct shared){ 0 };
	users_init(&users, answer);
	kill(users.resolver.helper, SIGKILL);
	while (waitid(P_PID, (id_t)users.resolver.helper, &information, WEXITED | WNOWAIT) == -1 && errno == EINTR)
		continue;
	CHECK(users_name(&users, 1) == NULL);
	CHECK_NUMBER(users.resolver.fd, -1);
	users.started -= 60000;
	for (int tries = 0; users_name(&users, 9) == NULL && tries < 5000; tries++)
		usleep(1000);
	CHECK(users_name(&users, 9) != NULL);
	users_clear(&users);
}

/* A helper that has hung for long is given up, for another may not hang. */
static void
a_helper_that_hangs(void)
{
	static struct users users;
	pid_t hung;

	shared = (struct shared){ .hang_from = 1000 };
	users_init(&users, answer);
	hung = users.resolver.helper;
	CHECK(users_name(&users, 1000) == NULL);
	CHECK(users_name(&users, 1) == NULL);
	CHECK_NUMBER(users.resolver.helper, hung);
	users.answered -= 60000;
	CHECK(users_name(&users, 2) == NULL);
	CHECK_NUMBER(users.resolver.fd, -1);
	users.started -= 60000;
	for (int tries = 0; users_name(&users, 9) == NULL && tries < 5000; tries++)
		usleep(1000);
	CHECK(users_name(&users, 9) != NULL);
	CHECK(users.resolver.helper != hung);
	users_clear(&users);
	while (waitpid(hung, NULL, 0) == -1 && errno == EINTR)
		continue; /* if it had not ended yet when the other was started */
}

/* One whose answer was late, but is there by now, does not hang: perhaps nobody asked for long. */
static void
a_helper_that_was_late(void)
{
	static struct users users;
	pid_t helper;

	shared = (struct shared){ .slow = 100 };
	users_init(&users, answer);
	helper = users.resolver.helper;
	CHECK(users_name(&users, 1) == NULL);
	CHECK_NUMBER(users.resolver.waiting, 1);
	usleep(1000000);
	users.answered -= 60000;
	(void)users_name(&users, 2);
	CHECK(users.resolver.fd != -1);
	CHECK_NUMBER(users.resolver.helper, helper);
	users_clear(&users);
}

/* None pushes another out while there is room. */
static void
names_side_by_side(void)
{
	static struct users users;

	shared = (struct shared){ 0 };
	users_init(&users, answer);
	for (uint32_t i = 1; i <= USERS_CACHED; i++)
		for (int tries = 0; users_name(&users, 10 * i + 1) == NULL && tries < 5000; tries++)
			usleep(1000);
	resolver_stop(&users.resolver);
	for (uint32_t i = 1; i <= USERS_CACHED; i++)
		CHECK(users_name(&users, 10 * i + 1) != NULL);
	users_clear(&users);
}

/* It is waited for only a part of the time: of many new users not each holds the records up. */
static void
a_slow_service(void)
{
	static struct users users;
	unsigned known = 0;

	shared = (struct shared){ .slow = 20 };
	users_init(&users, answer);
	for (uint32_t id = 1; id < 200; id++)
		known += users_name(&users, id) != NULL;
	CHECK(known < 50);
	users_clear(&users);
}

/* The helper has what it needs though the program was started with these closed. */
static void
closed_descriptors(void)
{
	static struct users users;
	int input = dup(STDIN_FILENO), output;

	fflush(stdout);
	output = dup(STDOUT_FILENO);
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	shared = (struct shared){ 0 };
	users_init(&users, answer);
	for (int tries = 0; users_name(&users, 5) == NULL && tries < 1000; tries++)
		usleep(1000);
	CHECK(users_name(&users, 5) != NULL);
	users_clear(&users);
	dup2(input, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	close(input);
	close(output);
}

static int64_t
until(struct users *users, uint32_t id)
{
	return ((struct user *)lru_find(&users->table, id))->until;
}

/* After a change the old name is not told any more. */
static void
changes(void)
{
	static struct users users;

	shared = (struct shared){ 0 };
	users_init(&users, answer);
	for (int tries = 0; users_name(&users, 5) == NULL && tries < 5000; tries++)
		usleep(1000);
	CHECK(users_name(&users, 5) != NULL);
	users_notice(&users, TYPE_SYSCALL);
	CHECK(until(&users, 5) != 0);
	users_notice(&users, TYPE_DEL_USER);
	CHECK_NUMBER(until(&users, 5), 0);
	for (int tries = 0; users_name(&users, 5) == NULL && tries < 5000; tries++)
		usleep(1000);
	users.checked = 0;
	users.changed.tv_sec--; /* the file of users has another time */
	(void)users_name(&users, 6);
	CHECK_NUMBER(until(&users, 5), 0);
	users_clear(&users);
}

static void
no_helper_is_left(void)
{
	CHECK(waitpid(-1, NULL, WNOHANG) == -1); /* no child at all */
}

int
main(void)
{
	test("names, and no names", names);
	test("the system's", the_system);
	test("a name service that hangs", a_service_that_hangs);
	test("a helper that ends is started again", a_helper_that_ends);
	test("a helper that hangs is given up", a_helper_that_hangs);
	test("a helper that was late is not given up", a_helper_that_was_late);
	test("users side by side", names_side_by_side);
	test("a helper that is killed is started again", a_helper_that_is_killed);
	test("a slow name service", a_slow_service);
	test("standard input and output are closed", closed_descriptors);
	test("users change", changes);
	test("no helper is left behind", no_helper_is_left);
	return test_end();
}
