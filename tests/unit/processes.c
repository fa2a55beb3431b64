/* SPDX-License-Identifier: BSD-2-Clause */
#include "processes.h"

#include <unistd.h>

#include "check.h"
#include "mem.h"
#include "span.h"

/*
 * A world of processes with few numbers, which come again and again. Each has an identity, and by its first execution a name that tells it;
 * until then, that of its parent. So whose name stands in a chain is known, whatever its number.
 */
enum {
	NUMBERS = 60,
	FIRST = 3,
	CHAIN = 64,
	QUEUE = 6,
	MS = 1000000, /* ns */
	REST = 1100,  /* ms during which a number is not given again */
};

struct forebear {
	unsigned identity;
	uint32_t pid;
};

struct being {
	bool alive;
	unsigned identity, named, executions; /* the name is iNAMED.EXECUTIONS */
	uint32_t parent, session;
	int64_t start, ended;
	struct forebear chain[CHAIN]; /* init left out; the nearest last */
	size_t depth;
};

struct happening {
	struct record record;
	int64_t time; /* ns since boot */
	enum process_act act;
	struct being who;
};

static struct world {
	struct being beings[NUMBERS];
	int64_t now;  /* ns since boot */
	int64_t boot; /* ns since 1970, by a clock that may be set */
	int64_t set;  /* when it was last */
	unsigned identities;
	uint64_t seed;
	struct happening queue[QUEUE];
	size_t waiting;
	struct processes *table;
	size_t checked, known;
} world;

static unsigned
below(unsigned n)
{
	return (unsigned)(random_next(&world.seed) % n);
}

static bool
world_stat(void *arg, uint32_t pid, struct process_stat *stat)
{
	const struct being *being = pid < NUMBERS ? &world.beings[pid] : NULL;

	memset(stat, 0, sizeof(*stat));
	if (pid == 1) {
		strcpy(stat->command, "i0.0"); /* as its events have it */
		return true;
	}
	if (being == NULL || !being->alive)
		return false;
	stat->parent = being->parent;
	stat->start = being->start / (10 * MS) * (10 * MS); /* as exact as the kernel's */
	snprintf(stat->command, sizeof(stat->command), "i%u.%u", being->named, being->executions);
	return true;
}

static uint32_t
world_session(void *arg, uint32_t pid)
{
	return pid < NUMBERS && world.beings[pid].alive ? world.beings[pid].session : ID_UNSET;
}

static bool
world_place(void *arg, uint32_t pid, int64_t time, struct place *place)
{
	return false;
}

static int64_t
world_now(void *arg)
{
	return world.now;
}

static int64_t
world_boot(void *arg)
{
	return world.boot;
}

static const struct process_source source = {
	.stat = world_stat, .session = world_session, .place = world_place, .now = world_now, .boot = world_boot
};

/* Is this the name of that forebear, or one that it has from its own forebears? */
static bool
is_name_of(const struct being *who, size_t n, unsigned named)
{
	for (size_t i = 0; i <= n; i++)
		if (who->chain[i].identity == named)
			return true;
	return named == 0; /* init's */
}

/* The chain must be the end of the true one; how much of it is told is another question. */
static void
check_chain(const struct being *who, const char *facts, size_t length)
{
	struct forebear told[CHAIN];
	size_t count = 0;
	char text[1024];
	const char *at;

	if (!CHECK(length < sizeof(text)))
		return;
	memcpy(text, facts, length);
	text[length] = '\0';
	world.checked++;
	if (length == 0)
		return;
	world.known++;
	at = strchr(text, '"') + 1;
	if (strncmp(at, "?>", 2) == 0 || strncmp(at, "...>", 4) == 0)
		at = strchr(at, '>') + 1;
	for (; at != NULL && count < CHAIN; at = strchr(at, '>') != NULL ? strchr(at, '>') + 1 : NULL, count++)
		if (!CHECK(sscanf(at, "i%u.%*u(%u)", &told[count].identity, &told[count].pid) == 2))
			return;
	if (!CHECK(count >= 1 && count <= ANCESTRY_DEPTH) || !CHECK(count - 1 <= who->depth))
		return;
	for (size_t i = 0; i < count - 1; i++) {
		size_t n = who->depth - (count - 1) + i;

		if (!CHECK(told[i].pid == who->chain[n].pid) || !CHECK(is_name_of(who, n, told[i].identity)))
			printf("# %s\n", text);
	}
}

static void
take(const struct happening *what)
{
	char facts[2048];
	struct factline line = { facts, facts, facts + sizeof(facts) };
	struct process *process = processes_see(world.table, 0, &what->record, false);

	processes_act(world.table, 0, process, what->act, &what->record);
	processes_append(world.table, 0, process, &what->record, &line);
	check_chain(&what->who, facts, factline_length(&line));
}

/* Events of one process keep their order; those of several may change places, but none waits for long. */
static void
deliver(size_t most)
{
	while (world.waiting > most) {
		size_t i = 0, chosen = below((unsigned)world.waiting);

		if (world.now - world.queue[0].time > REST / 2 * MS)
			chosen = 0;
		while (world.queue[i].record.pid != world.queue[chosen].record.pid)
			i++;
		take(&world.queue[i]);
		memmove(&world.queue[i], &world.queue[i + 1], (--world.waiting - i) * sizeof(world.queue[0]));
	}
}

static void
happen(uint32_t pid, enum process_act act, int64_t result, size_t lag)
{
	const struct being *being = &world.beings[pid];
	struct happening *what = &world.queue[world.waiting++];

	*what = (struct happening){ .act = act, .who = *being };
	what->time = world.now;
	what->record.time = world.boot + world.now;
	what->record.pid = pid;
	what->record.ppid = being->parent;
	what->record.session = being->session;
	what->record.syscall = 1;
	what->record.exit = result;
	snprintf(what->record.command, sizeof(what->record.command), "i%u.%u", being->named, being->executions);
	deliver(lag);
}

static uint32_t
free_number(void)
{
	for (int tries = 0; tries < NUMBERS; tries++) {
		uint32_t pid = FIRST + below(NUMBERS - FIRST);

		if (!world.beings[pid].alive && world.now - world.beings[pid].ended > (int64_t)REST * MS)
			return pid;
	}
	return 0;
}

static uint32_t
living(void)
{
	for (int tries = 0; tries < NUMBERS; tries++) {
		uint32_t pid = FIRST + below(NUMBERS - FIRST);

		if (world.beings[pid].alive)
			return pid;
	}
	return 0;
}

static uint32_t
give_birth(uint32_t parent)
{
	uint32_t pid = free_number();
	struct being *child = &world.beings[pid];

	if (pid == 0)
		return 0;
	*child = (struct being){ .alive = true, .identity = ++world.identities, .parent = 1, .start = world.now };
	child->session = below(2) ? 1 + below(3) : ID_UNSET;
	if (parent != 1) {
		const struct being *from = &world.beings[parent];

		child->parent = parent;
		child->session = from->session;
		child->depth = from->depth < CHAIN - 1 ? from->depth : CHAIN - 1;
		memcpy(child->chain, from->chain, child->depth * sizeof(child->chain[0]));
		child->chain[child->depth++] = (struct forebear){ from->identity, parent };
		child->named = from->named;
		child->executions = from->executions;
	}
	return pid;
}

static void
die(uint32_t pid)
{
	world.beings[pid].alive = false;
	world.beings[pid].ended = world.now;
	for (uint32_t i = FIRST; i < NUMBERS; i++)
		if (world.beings[i].alive && world.beings[i].parent == pid)
			world.beings[i].parent = 1;
}

/* What of forks and exits is audited: everything a process does besides is. And by what clock. */
struct audited {
	bool forks, exits;
	bool set;   /* the clock is set, now and then */
	size_t lag; /* events that may wait while others happen */
};

static void
step(const struct audited *audited)
{
	uint32_t pid = living(), child;

	world.now += (int64_t)(20 + below(60)) * MS;
	if (audited->set && world.now - world.set > 2 * SECOND && below(100) == 0) {
		world.boot += ((int64_t)below(8000) - 4000) * SECOND;
		world.set = world.now;
	}
	switch (pid == 0 ? 0 : below(8)) {
	case 0:
		pid = 1;
		/* FALLTHROUGH */
	case 1:
	case 2:
	case 3:
		child = give_birth(pid);
		if (child != 0 && audited->forks)
			happen(pid, PROCESS_FORK, child, audited->lag);
		break;
	case 4:
		if (audited->exits)
			happen(pid, PROCESS_EXIT, 0, audited->lag);
		die(pid);
		break;
	case 5:
		world.beings[pid].named = world.beings[pid].identity;
		world.beings[pid].executions++;
		happen(pid, PROCESS_EXECUTE, 0, audited->lag);
		break;
	default:
		happen(pid, PROCESS_OTHER, 0, audited->lag);
	}
}

static void
run(const struct process_source *from, const struct audited *audited, uint64_t seed)
{
	memset(&world, 0, sizeof(world));
	world.now = 1000 * SECOND;
	world.boot = 1000000 * SECOND;
	world.seed = seed;
	world.table = processes_new(from);
	world.beings[1].session = ID_UNSET;
	for (int i = 0; i < 20000; i++)
		step(audited);
	deliver(0);
	processes_free(world.table);
}

static void
reuse_in_a_log(void)
{
	for (uint64_t seed = 1; seed <= 5; seed++) {
		run(NULL, &(struct audited){ .forks = true, .exits = true }, seed);
		CHECK(world.known > world.checked / 2);
	}
}

static void
reuse_in_a_log_out_of_order(void)
{
	for (uint64_t seed = 11; seed <= 15; seed++) {
		run(NULL, &(struct audited){ .forks = true, .exits = true, .lag = QUEUE - 1 }, seed);
		CHECK(world.known > world.checked / 3);
	}
}

static void
reuse_on_this_machine(void)
{
	for (uint64_t seed = 21; seed <= 25; seed++) {
		run(&source, &(struct audited){ .lag = 0 }, seed);
		CHECK(world.known > world.checked / 2);
	}
}

static void
reuse_on_this_machine_late(void)
{
	for (uint64_t seed = 421; seed <= 425; seed++) {
		run(&source, &(struct audited){ .forks = seed % 2, .exits = seed % 3 == 0, .lag = QUEUE - 1 }, seed);
		CHECK(world.known > world.checked / 3);
	}
}

static void
reuse_while_the_clock_is_set(void)
{
	for (uint64_t seed = 41; seed <= 45; seed++) {
		run(&source, &(struct audited){ .set = true }, seed);
		CHECK(world.known > world.checked / 2);
		run(&source, &(struct audited){ .set = true, .forks = seed % 2, .exits = seed % 3 == 0, .lag = QUEUE - 1 }, seed);
		CHECK(world.known > world.checked / 3);
	}
}

/* The ancestry of an event, or an empty string. */
static const char *
see(struct processes *table, struct record record, enum process_act act)
{
	static char facts[2048];
	struct factline line = { facts, facts, facts + sizeof(facts) - 1 };
	struct process *process;

	record.syscall = 1;
	process = processes_see(table, 0, &record, false);
	processes_act(table, 0, process, act, &record);
	processes_append(table, 0, process, &record, &line);
	*line.at = '\0';
	return facts;
}

#define SEE(expected, act, ...)                                                      \
	do {                                                                         \
		const char *facts = see(table, (struct record){ __VA_ARGS__ }, act); \
		CHECK_BYTES(facts, strlen(facts), expected);                         \
	} while (0)

static void
adoption_is_not_parentage(void)
{
	struct processes *table = processes_new(NULL);

	SEE("", PROCESS_EXECUTE, .pid = 10, .ppid = 5, .session = 3, .command = "sh", .time = 1);
	SEE("", PROCESS_FORK, .pid = 10, .ppid = 5, .session = 3, .command = "sh", .time = 2, .exit = 11);
	SEE("ancestry=\"?>sh(10)>sh(11)\"", PROCESS_OTHER, .pid = 11, .ppid = 10, .session = 3, .command = "sh", .time = 3);
	SEE("", PROCESS_EXIT, .pid = 10, .ppid = 5, .session = 3, .command = "sh", .time = 4);
	SEE("ancestry=\"?>sh(10)>worm(11)\"", PROCESS_EXECUTE, .pid = 11, .ppid = 1, .session = 3, .command = "worm", .time = 5);
	/* Nor is it where the fork was not recorded: then the parents are not known. */
	SEE("", PROCESS_EXECUTE, .pid = 20, .ppid = 1, .session = 3, .command = "sh", .time = 6);
	SEE("ancestry=\"?>sh(10)>worm(11)>x(21)\"", PROCESS_EXECUTE, .pid = 21, .ppid = 11, .session = 3, .command = "x", .time = 7);
	SEE("", PROCESS_EXECUTE, .pid = 21, .ppid = 1, .session = 3, .command = "x", .time = 8);
	processes_free(table);
}

static void
numbers_of_other_namespaces(void)
{
	struct processes *table = processes_new(NULL);

	SEE("", PROCESS_EXECUTE, .pid = 15, .ppid = 9, .session = ID_UNSET, .command = "db", .time = 1);
	SEE("", PROCESS_EXECUTE, .pid = 500, .ppid = 400, .session = ID_UNSET, .command = "evil", .time = 2);
	/* In its container the child is number 15. */
	SEE("", PROCESS_FORK, .pid = 500, .ppid = 400, .session = ID_UNSET, .command = "evil", .time = 3, .exit = 15);
	SEE("", PROCESS_OTHER, .pid = 15, .ppid = 9, .session = ID_UNSET, .command = "db", .time = 4);
	SEE("ancestry=\"?>db(15)>sh(16)\"", PROCESS_OTHER, .pid = 16, .ppid = 15, .session = ID_UNSET, .command = "sh", .time = 5);
	processes_free(table);
}

/* Init's child, which has just begun, in no login session. */
static bool
daemon_stat(void *arg, uint32_t pid, struct process_stat *stat)
{
	*stat = (struct process_stat){ .command = "db", .parent = 1, .start = 1980 * MS };
	return pid == 15;
}

static uint32_t
daemon_session(void *arg, uint32_t pid)
{
	return ID_UNSET;
}

/* Who has a PID namespace of his own can choose the number that his fork returns (clone3's set_tid). */
static void
numbers_that_are_chosen(void)
{
	struct process_source daemon = { NULL, daemon_stat, daemon_session, world_place, world_now, world_boot };
	struct processes *table = processes_new(&daemon);
	int64_t time = 1985 * MS;

	world.now = 2 * SECOND;
	world.boot = 0;
	SEE("", PROCESS_EXECUTE, .pid = 500, .ppid = 400, .session = ID_UNSET, .command = "evil", .time = time);
	SEE("", PROCESS_FORK, .pid = 500, .ppid = 400, .session = ID_UNSET, .command = "evil", .time = time, .exit = 15);
	SEE("", PROCESS_EXECUTE, .pid = 15, .ppid = 1, .session = ID_UNSET, .command = "db", .time = time);
	processes_free(table);
}

/* The child was there before its parent's fork returned, and said something by which it is known when it began: not more exactly than /proc. */
static void
a_child_that_comes_first(void)
{
	struct process_source daemon = { NULL, daemon_stat, daemon_session, world_place, world_now, world_boot };
	struct processes *table = processes_new(&daemon);
	struct record message = { .pid = 15, .session = ID_UNSET, .syscall = -1, .time = 1990 * MS };
	struct process *process;

	world.now = 2 * SECOND;
	world.boot = 0;
	process = processes_see(table, 0, &message, false);
	process->source = mem_alloc_zero(1, sizeof(*process->source));
	SEE("", PROCESS_FORK, .pid = 1, .ppid = 0, .session = ID_UNSET, .command = "init", .time = 1985 * MS, .exit = 15);
	process = processes_see(table, 0, &message, false);
	CHECK(process->source != NULL);
	CHECK(process->forked);
	processes_free(table);
}

/* What ended before its parent's fork was told of does not live again for that, to be taken for the next one of its number. */
static void
a_child_that_ends_first(void)
{
	struct processes *table = processes_new(NULL);

	SEE("", PROCESS_EXECUTE, .pid = 10, .ppid = 5, .session = 3, .command = "sh", .time = 1);
	SEE("", PROCESS_EXECUTE, .pid = 11, .ppid = 1, .session = 3, .command = "x", .time = 3);
	SEE("", PROCESS_EXIT, .pid = 11, .ppid = 1, .session = 3, .command = "x", .time = 4);
	SEE("", PROCESS_FORK, .pid = 10, .ppid = 5, .session = 3, .command = "sh", .time = 2, .exit = 11);
	SEE("", PROCESS_EXECUTE, .pid = 11, .ppid = 1, .session = 3, .command = "y", .time = 9000);
	processes_free(table);
}

static void
names_cannot_forge(void)
{
	struct processes *table = processes_new(NULL);

	SEE("", PROCESS_EXECUTE, .pid = 10, .ppid = 5, .session = 3, .command = "sshd(1)>a", .time = 1);
	SEE("ancestry=\"?>sshd(1)?a(10)>b(11)\"", PROCESS_OTHER, .pid = 11, .ppid = 10, .session = 3, .command = "b", .time = 2);
	SEE("ancestry=3F3E737368642831293F61283130293E61206228313229", PROCESS_OTHER, .pid = 12, .ppid = 10,
	    .session = 3, .command = "a b", .time = 3);
	/* What names itself as its own parent has none. */
	SEE("", PROCESS_OTHER, .pid = 13, .ppid = 13, .session = 3, .command = "b", .time = 2);
	processes_free(table);
}

/* A number of another login session is somebody else's, unless a daemon's child was let in unseen. */
static void
numbers_of_other_sessions(void)
{
	struct processes *table = processes_new(NULL);

	SEE("", PROCESS_EXECUTE, .pid = 10, .ppid = 5, .session = 3, .command = "bash", .time = 1);
	SEE("", PROCESS_EXECUTE, .pid = 11, .ppid = 10, .session = 4, .command = "x", .time = 2);
	SEE("", PROCESS_EXECUTE, .pid = 20, .ppid = 5, .session = ID_UNSET, .command = "sshd", .time = 3);
	SEE("ancestry=\"?>sshd(20)>bash(21)\"", PROCESS_EXECUTE, .pid = 21, .ppid = 20, .session = 4, .command = "bash", .time = 4);
	processes_free(table);
}

static void
depth(void)
{
	struct processes *table = processes_new(NULL);
	char text[2048];
	const char *facts = "";
	size_t count = 1;

	for (uint32_t pid = 100; pid < 200; pid++)
		facts = see(table, (struct record){ .pid = pid, .ppid = pid - 1, .session = 3, .command = "a-long-name-it-", .time = pid },
		    PROCESS_EXECUTE);
	snprintf(text, sizeof(text), "%s", facts);
	CHECK(strncmp(text, "ancestry=\"...>a-long-name-it-(184)>", 35) == 0);
	for (const char *p = strstr(text, "...>") + 4; (p = strchr(p, '>')) != NULL; p++)
		count++;
	CHECK_NUMBER(count, ANCESTRY_DEPTH);
	processes_free(table);
}

/* Many more processes than are kept: the memory is bounded, and nothing is confused. */
static void
bounds(void)
{
	struct processes *table = processes_new(NULL);

	for (uint32_t pid = 2; pid < 3 * PROCESSES_MAX; pid++)
		(void)see(table, (struct record){ .pid = pid, .ppid = pid / 2, .session = 3, .command = "x", .time = pid }, PROCESS_OTHER);
	SEE("", PROCESS_OTHER, .pid = 3, .ppid = 2, .session = 3, .command = "x", .time = 4 * PROCESSES_MAX);
	processes_free(table);
}

/* Only the shell, 50, is there when its place is asked for; arg counts the questions. */
static bool
shell_stat(void *arg, uint32_t pid, struct process_stat *stat)
{
	*stat = (struct process_stat){ .command = "sh", .parent = 1 };
	return pid == 50;
}

static uint32_t
shell_session(void *arg, uint32_t pid)
{
	return 3;
}

static bool
shell_place(void *arg, uint32_t pid, int64_t time, struct place *place)
{
	*place = (struct place){ .unit = "session-3.scope" };
	++*(size_t *)arg;
	return pid == 50;
}

/* A shell runs programs that have ended when their records come: they live where it lives, and not each is looked for in vain. */
static void
ended_children(void)
{
	size_t questions = 0;
	struct process_source shell = { &questions, shell_stat, shell_session, shell_place, world_now, world_boot };
	struct processes *table = processes_new(&shell);

	world.now = SECOND;
	world.boot = 0;
	(void)see(table, (struct record){ .pid = 50, .ppid = 49, .session = 3, .command = "sh", .time = SECOND }, PROCESS_EXECUTE);
	for (uint32_t pid = 100; pid < 200; pid++)
		CHECK(strstr(see(table, (struct record){ .pid = pid, .ppid = 50, .session = 3, .command = "true", .time = SECOND + pid },
				 PROCESS_EXECUTE),
			  "unit=\"session-3.scope\"") != NULL);
	CHECK(questions < 10);
	processes_free(table);
}

/* All are there; those of numbers from 300 on were moved before they executed anything. */
static bool
worker_stat(void *arg, uint32_t pid, struct process_stat *stat)
{
	*stat = (struct process_stat){ .command = "worker", .parent = 50 };
	if (pid == 1 || pid == 50)
		stat->parent = pid == 50;
	++*(size_t *)arg;
	return true;
}

static bool
worker_place(void *arg, uint32_t pid, int64_t time, struct place *place)
{
	*place = (struct place){ .unit = "cron.service" };
	if (pid >= 300)
		strcpy(place->unit, "session-4.scope");
	++*(size_t *)arg;
	return true;
}

#define RUN(...) see(table, (struct record){ __VA_ARGS__ }, PROCESS_EXECUTE)

/* A clock that is set an hour forward and two back takes no parents from an orphan, whom nobody else could tell them of. */
static void
an_orphan_while_the_clock_is_set(void)
{
	size_t questions = 0;
	struct process_source worker = { &questions, worker_stat, shell_session, worker_place, world_now, world_boot };
	struct processes *table = processes_new(&worker);
	static const int64_t settings[] = { 100000, 103600, 96400, 96405 };

	world.boot = settings[0] * SECOND;
	world.now = 10 * SECOND;
	(void)RUN(.pid = 100, .ppid = 50, .session = 3, .command = "x", .time = world.boot + world.now);
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		world.now += 5 * SECOND;
		world.boot = settings[i] * SECOND;
		CHECK(strstr(RUN(.pid = 100, .ppid = 1, .session = 3, .command = "x", .time = world.boot + world.now),
			  "ancestry=\"?>worker(50)>x(100)\"") != NULL);
	}
	processes_free(table);
}

/*
 * A parent that made no event is asked where it lives, and then not each of its children; but one that logged in is. It is not believed for
 * longer than a second, whatever happened since to its children.
 */
static void
children_of_a_silent_parent(void)
{
	size_t questions = 0;
	struct process_source worker = { &questions, worker_stat, shell_session, worker_place, world_now, world_boot };
	struct processes *table = processes_new(&worker);
	uint32_t pid;

	world.now = SECOND;
	world.boot = 0;
	for (pid = 100; pid < 200; pid++)
		CHECK(strstr(RUN(.pid = pid, .ppid = 50, .session = 3, .command = "x", .time = SECOND + pid), "unit=\"cron.service\"") != NULL);
	CHECK(questions < 10);
	CHECK(strstr(RUN(.pid = 300, .ppid = 50, .session = 4, .command = "x", .time = SECOND + pid), "unit=\"session-4.scope\"") != NULL);
	for (; pid < 210; pid++)
		CHECK(strstr(RUN(.pid = pid, .ppid = 50, .session = 3, .command = "x", .time = SECOND + pid), "unit=\"cron.service\"") != NULL);
	world.now = 3 * SECOND;
	CHECK(strstr(RUN(.pid = 301, .ppid = 50, .session = 3, .command = "x", .time = 3 * SECOND), "unit=\"session-4.scope\"") != NULL);
	processes_free(table);
}

/* In a storm events are read seconds late: that is no reason to look at the parent again with each of them. */
static void
a_late_stream(void)
{
	size_t questions = 0;
	struct process_source worker = { &questions, worker_stat, shell_session, worker_place, world_now, world_boot };
	struct processes *table = processes_new(&worker);

	world.boot = 0;
	world.now = 100 * SECOND;
	for (uint32_t pid = 100; pid < 200; pid++) {
		(void)RUN(.pid = pid, .ppid = 50, .session = 3, .command = "x", .time = world.now - 5 * SECOND);
		world.now += MS;
	}
	CHECK(questions < 20);
	processes_free(table);
}

static void
stat_lines(void)
{
	static const char line[] = "812 (a) b (c) S 1 812 812 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4711 1000 2";
	struct process_stat stat;
	uint64_t ticks;
	char *text;

	CHECK(procfs_parse_stat(line, strlen(line), &stat, &ticks));
	CHECK_BYTES(stat.command, strlen(stat.command), "a) b (c");
	CHECK_NUMBER(stat.parent, 1);
	CHECK_NUMBER(ticks, 4711);
	for (size_t length = 0; length < strlen(line) - 8; length++) {
		text = exact_copy(line, length);
		(void)procfs_parse_stat(text, length, &stat, &ticks);
		free(text);
	}
	CHECK(!procfs_parse_stat("1 (x) S 2", 9, &stat, &ticks));
	CHECK(!procfs_parse_stat(")(", 2, &stat, &ticks));
	CHECK(procfs_stat((uint32_t)getpid(), &stat));
	CHECK_NUMBER(stat.parent, getppid());
}

int
main(void)
{
	test("numbers that come again: a log with forks and exits", reuse_in_a_log);
	test("the same, in another order", reuse_in_a_log_out_of_order);
	test("numbers that come again: this machine, where neither is audited", reuse_on_this_machine);
	test("the same, late and in another order", reuse_on_this_machine_late);
	test("the same, while the clock is set", reuse_while_the_clock_is_set);
	test("who adopts is not the parent", adoption_is_not_parentage);
	test("a fork's number may be another namespace's", numbers_of_other_namespaces);
	test("a fork's number may be chosen", numbers_that_are_chosen);
	test("a child's events before its parent's fork", a_child_that_comes_first);
	test("a child's end before its parent's fork", a_child_that_ends_first);
	test("a name cannot look like a chain", names_cannot_forge);
	test("numbers of other sessions", numbers_of_other_sessions);
	test("depth", depth);
	test("children that have ended", ended_children);
	test("an orphan, while the clock is set", an_orphan_while_the_clock_is_set);
	test("children of a parent that made no event", children_of_a_silent_parent);
	test("a stream that is late", a_late_stream);
	test("bounds", bounds);
	test("/proc/PID/stat", stat_lines);
	return test_end();
}
