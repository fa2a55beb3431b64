/* SPDX-License-Identifier: BSD-2-Clause */
#include "processes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mem.h"
#include "span.h"

enum {
	INIT = 1,
	LIKE_PARENT = 4,         /* children in a row that live where their parent does: then others do too, for as long as TRUST */
	TRUST = 1000000000,      /* ns: no number comes again that soon, for all others come before */
	TRUST_BACK = 2000000000, /* ns: a call that takes longer is stamped with the time of its beginning */
	TRUST_NAME = 20000000,   /* ns: what was forked may run another program soon, where executions are not recorded */
	/* "comm(4294967295)>" for each forebear, and "...>" */
	CHAIN_MAX = (ANCESTRY_DEPTH - 1) * (RECORD_COMMAND + 13) + 5,
	FACTS_MAX = 2 * (CHAIN_MAX + RECORD_COMMAND + 13 + PLACE_CONTAINER + PLACE_UNIT) + 64,
};

static const char unknown_parent[] = "?>", left_out[] = "...>";

struct processes {
	struct lru table;
	const struct process_source *source;
	uint64_t last_id;
};

static bool
ask_stat(void *arg, uint32_t pid, struct process_stat *stat)
{
	return procfs_stat(pid, stat);
}

static uint32_t
ask_session(void *arg, uint32_t pid)
{
	return procfs_session(pid);
}

static bool
ask_place(void *arg, uint32_t pid, int64_t time, struct place *place)
{
	return procfs_place(pid, time, place);
}

static int64_t
ask_now(void *arg)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * SECOND + now.tv_nsec;
}

const struct process_source process_source_proc = { .stat = ask_stat, .session = ask_session, .place = ask_place, .now = ask_now };

struct processes *
processes_new(const struct process_source *source)
{
	struct processes *table = mem_alloc_zero(1, sizeof(*table));

	lru_init(&table->table, PROCESSES_MAX);
	table->source = source;
	return table;
}

static void
forget(struct processes *table, struct process *process)
{
	lru_remove(&table->table, &process->link);
	free(process->ancestors);
	free(process->container);
	free(process->unit);
	free(process->source);
	free(process->facts);
	free(process);
}

void
processes_free(struct processes *table)
{
	if (table == NULL)
		return;
	while (table->table.oldest != NULL)
		forget(table, (struct process *)table->table.oldest);
	lru_clear(&table->table);
	free(table);
}

static uint64_t
key_of(uint32_t host, uint32_t pid)
{
	return (uint64_t)host << 32 | pid;
}

static struct process *
find(struct processes *table, uint32_t host, uint32_t pid)
{
	return (struct process *)lru_find(&table->table, key_of(host, pid));
}

static struct process *
add(struct processes *table, uint32_t host, uint32_t pid, int64_t since)
{
	struct process *process = mem_alloc_zero(1, sizeof(*process));

	if (lru_is_full(&table->table))
		forget(table, (struct process *)table->table.oldest);
	process->pid = pid;
	process->since = since;
	process->checked = since;
	process->id = ++table->last_id;
	process->session = ID_UNSET;
	lru_add(&table->table, &process->link, key_of(host, pid));
	return process;
}

static bool
stat_of(const struct processes *table, uint32_t pid, struct process_stat *stat)
{
	return table->source != NULL && table->source->stat(table->source->arg, pid, stat);
}

/* "comm(812)", NUL-terminated, and its length. A > would look like the next process. */
static size_t
write_name(char *to, const char *command, uint32_t pid)
{
	char digits[10];
	size_t length = 0, n = sizeof(digits);

	for (; command[length] != '\0'; length++)
		to[length] = command[length] == '>' ? '?' : command[length];
	to[length++] = '(';
	do
		digits[--n] = (char)('0' + pid % 10);
	while ((pid /= 10) != 0);
	memcpy(to + length, digits + n, sizeof(digits) - n);
	length += sizeof(digits) - n;
	to[length++] = ')';
	to[length] = '\0';
	return length;
}

/* The chain that a child of this process has. Init is everybody's forebear, and not told. */
static char *
chain_below(const struct process *parent)
{
	char text[CHAIN_MAX + RECORD_COMMAND + 14];
	const char *above = parent->ancestors;
	bool cut = strncmp(above, left_out, strlen(left_out)) == 0;
	size_t length, depth = 2; /* the parent and the child */

	if (parent->pid == INIT)
		return mem_string("", 0);
	if (cut)
		above += strlen(left_out);
	for (const char *p = above; (p = strchr(p, '>')) != NULL; p++)
		depth++;
	if (depth > ANCESTRY_DEPTH) {
		above = strchr(above, '>') + 1;
		cut = true;
	}
	length = (size_t)snprintf(text, sizeof(text), "%s%s", cut ? left_out : "", above);
	length += write_name(text + length, parent->command, parent->pid);
	text[length++] = '>';
	return mem_string(text, length);
}

static void
set_ancestors(struct process *process, char *ancestors)
{
	free(process->ancestors);
	process->ancestors = ancestors;
	free(process->facts);
	process->facts = NULL;
}

static void
set_unknown(struct process *process)
{
	set_ancestors(process, mem_string(unknown_parent, strlen(unknown_parent)));
	process->parent_id = 0;
}

/*
 * Makes it a child of its parent. A login session is entered by a program that some daemon started; what init has of it besides, it
 * adopted, and whose child that was is not known.
 */
static void
set_parent(struct process *process, const struct process *parent, bool begins)
{
	if (parent == NULL || (parent->pid == INIT && process->session != ID_UNSET && !begins)) {
		set_unknown(process);
		return;
	}
	process->parent_id = parent->id;
	set_ancestors(process, chain_below(parent));
}

/* A process that runs, from what the source says of it; its parent may be NULL. */
static struct process *
add_running(struct processes *table, uint32_t host, uint32_t pid, const struct process_stat *stat, const struct process *parent)
{
	struct process *process = add(table, host, pid, stat->start);

	process->start_known = process->named = true;
	process->checked = table->source->now(table->source->arg);
	process->parent = stat->parent;
	memcpy(process->command, stat->command, sizeof(process->command));
	if (stat->parent == INIT) {
		process->session = table->source->session(table->source->arg, pid);
		process->has_session = true;
	}
	if (stat->parent == 0)
		set_ancestors(process, mem_string("", 0)); /* init, kthreadd */
	else
		set_parent(process, parent, false);
	return process;
}

/* Is this still the process that the source has by that number? It is, unless that one began later than this was seen. */
static bool
began_in_time(const struct process_stat *stat, int64_t time)
{
	return stat->start <= time + PROCFS_EXACT;
}

/*
 * Is it certain that this process had its number at that time: because it was there not long before, or also later? Where the clock was
 * set back, nothing is.
 */
static bool
is_fresh(const struct process *process, int64_t time, int64_t age)
{
	return time - process->checked <= age && process->checked - time <= TRUST_BACK;
}

/* Is the one that has its number now the same? Then its name may be new. */
static bool
confirm(const struct processes *table, struct process *process, const struct process_stat *stat)
{
	process->checked = table->source->now(table->source->arg);
	if (!began_in_time(stat, process->since))
		return false;
	memcpy(process->command, stat->command, sizeof(process->command));
	return true;
}

/* Had this process its number at that time? A parent may run another program than it did, so its name is looked after. */
static bool
was_there(const struct processes *table, struct process *process, int64_t time)
{
	struct process_stat stat;

	if (process->exited)
		return false;
	if (table->source == NULL || is_fresh(process, time, process->executed ? TRUST : TRUST_NAME))
		return true;
	if (stat_of(table, process->pid, &stat) && began_in_time(&stat, time))
		return confirm(table, process, &stat);
	return is_fresh(process, time, TRUST) || process->forked;
}

/* The process that had this number at that time and had begun by then, if the table has it. */
static struct process *
find_at(struct processes *table, uint32_t host, uint32_t pid, int64_t time, int64_t begun)
{
	struct process *process = find(table, host, pid);

	if (process == NULL)
		return NULL;
	if (was_there(table, process, time) && (!process->start_known || process->since <= begun + PROCFS_EXACT))
		return process;
	forget(table, process);
	return NULL;
}

/*
 * The process that had this number at that time, and its forebears, with the help of the source where the table does not have them; NULL
 * if it is not to be found.
 */
static struct process *
find_or_load(struct processes *table, uint32_t host, uint32_t pid, int64_t time)
{
	struct process_stat stats[ANCESTRY_DEPTH];
	uint32_t pids[ANCESTRY_DEPTH];
	struct process *process = NULL;
	size_t count = 0;
	int64_t begun = time;

	while (pid != 0 && (process = find_at(table, host, pid, time, begun)) == NULL && count < ANCESTRY_DEPTH) {
		if (!stat_of(table, pid, &stats[count]) || !began_in_time(&stats[count], begun))
			break;
		pids[count] = pid;
		pid = stats[count].parent; /* it has that parent now */
		begun = stats[count++].start;
		time = table->source->now(table->source->arg);
	}
	while (count-- > 0)
		process = add_running(table, host, pids[count], &stats[count], process);
	return process;
}

static void
adopt(struct processes *table, uint32_t host, struct process *process, uint32_t parent, int64_t time, bool begins)
{
	process->parent = parent;
	set_parent(process, parent != process->pid ? find_or_load(table, host, parent, time) : NULL, begins);
}

/* Lines of calls and of messages name the session; those of io_uring do not, nor the parent those of messages. */
static bool
tells_session(const struct record *record)
{
	return record->syscall != -1 || record->session != ID_UNSET;
}

/* An orphan goes to a forebear, or to init. */
static bool
may_be_adopted_by(const struct process *process, uint32_t parent)
{
	char number[16];

	snprintf(number, sizeof(number), "(%u)>", (unsigned)parent);
	return parent == INIT || strstr(process->ancestors, number) != NULL;
}

enum verdict {
	SAME,
	OTHER,
	UNCLEAR, /* perhaps another, perhaps the same with another parent */
};

static enum verdict
accept_adoption(struct process *process, uint32_t parent)
{
	process->parent = parent;
	process->parent_id = 0;
	process->announced = false;
	return SAME;
}

/* The event names another parent than before, and the source cannot help. */
static enum verdict
judge_moved(struct process *process, const struct record *record)
{
	if (!may_be_adopted_by(process, record->ppid))
		return OTHER;
	if (process->forked || (process->announced && process->session != ID_UNSET))
		return accept_adoption(process, record->ppid);
	return UNCLEAR;
}

/* Is the process that made this event the one that we know by its number? */
static enum verdict
judge(struct processes *table, uint32_t host, struct process *process, const struct record *record, bool begins)
{
	bool moved = record->ppid != 0 && process->parent != 0 && record->ppid != process->parent;
	bool other_session = process->has_session && !begins && tells_session(record) && record->session != process->session;
	const struct process *parent = moved || process->parent_id == 0 ? NULL : find(table, host, process->parent);
	bool other_parent = parent != NULL && parent->id != process->parent_id;
	bool fresh = is_fresh(process, record->time, TRUST);
	struct process_stat stat;

	if (process->exited || (process->start_known && record->time < process->since - PROCFS_EXACT))
		return OTHER;
	if (table->source != NULL && (moved || other_session || other_parent || !fresh) &&
	    stat_of(table, process->pid, &stat) && began_in_time(&stat, record->time)) {
		if (!confirm(table, process, &stat))
			return OTHER;
		return moved ? accept_adoption(process, record->ppid) : SAME;
	}
	if (other_session || other_parent)
		return OTHER;
	if (moved)
		return judge_moved(process, record);
	if (table->source != NULL && !fresh && !process->forked)
		return OTHER;
	if (record->ppid != 0 && process->announced) {
		process->announced = false;
		process->forked = true;
	}
	if (process->executed && record->time > process->checked)
		process->checked = record->time; /* from event to event */
	return SAME;
}

/* A process that is seen for the first time. A message does not name its parent: the source may know it. */
static struct process *
begin(struct processes *table, uint32_t host, const struct record *record)
{
	struct process *process = add(table, host, record->pid, record->time);
	struct process_stat stat;

	memcpy(process->command, record->command, sizeof(process->command));
	set_unknown(process);
	if (record->ppid == 0 && stat_of(table, record->pid, &stat) && began_in_time(&stat, record->time)) {
		memcpy(process->command, stat.command, sizeof(process->command));
		process->since = stat.start;
		process->checked = table->source->now(table->source->arg);
		process->start_known = true;
		process->parent = stat.parent;
		if (tells_session(record))
			process->session = record->session;
		adopt(table, host, process, stat.parent, table->source->now(table->source->arg), false);
	}
	return process;
}

struct process *
processes_see(struct processes *table, uint32_t host, const struct record *record, bool begins)
{
	struct process *process = find(table, host, record->pid);
	enum verdict verdict = OTHER;

	if (process != NULL && (verdict = judge(table, host, process, record, begins)) != SAME)
		forget(table, process);
	if (verdict != SAME)
		process = begin(table, host, record);
	if (tells_session(record)) {
		process->session = record->session;
		process->has_session = true;
	}
	if (!process->named && record->syscall != -1) {
		memcpy(process->command, record->command, sizeof(process->command));
		process->named = true;
	}
	if (record->ppid != 0 && process->parent == 0) {
		if (verdict == UNCLEAR)
			process->parent = record->ppid;
		else
			adopt(table, host, process, record->ppid, record->time, begins);
	}
	return process;
}

/* Its parent's fork told of a process with that number. */
static void
announce(struct processes *table, uint32_t host, const struct process *parent, const struct record *record, bool brother)
{
	uint32_t pid = (uint32_t)record->exit;
	struct process *child = find(table, host, pid);
	struct process_stat stat;
	bool running;

	if (pid == parent->pid)
		return;
	/* Processors race: the child's own events may have come before, its exit too. The fork's time is that of its beginning. */
	if (child != NULL && child->parent == parent->pid && child->since >= record->time) {
		child->forked = true;
		return;
	}
	running = stat_of(table, pid, &stat);
	if (running && stat.start < record->time - PROCFS_EXACT)
		return; /* it ran before: the number is another PID namespace's */
	if (child != NULL)
		forget(table, child);
	child = add(table, host, pid, record->time);
	child->forked = running && stat.start <= record->time + TRUST;
	child->announced = !child->forked;
	child->session = parent->session;
	child->has_session = parent->has_session;
	child->parent = brother ? parent->parent : parent->pid;
	memcpy(child->command, parent->command, sizeof(child->command));
	child->parent_id = brother ? parent->parent_id : parent->id;
	set_ancestors(child, brother ? mem_string(parent->ancestors, strlen(parent->ancestors)) : chain_below(parent));
}

void
processes_act(struct processes *table, uint32_t host, struct process *process, enum process_act act, const struct record *record)
{
	switch (act) {
	case PROCESS_FORK:
	case PROCESS_FORK_2:
		if (record->result == RESULT_OK && record->exit > 0 && record->exit <= INT32_MAX)
			announce(table, host, process, record, act == PROCESS_FORK_2);
		break;
	case PROCESS_EXECUTE:
		if (record->result == RESULT_OK) {
			memcpy(process->command, record->command, sizeof(process->command));
			process->executed = true;
			process->placed = false;
		}
		break;
	case PROCESS_EXIT:
		process->exited = true;
		break;
	case PROCESS_OTHER:
		break;
	}
}

static void
set_place(struct process *process, const char *container, const char *unit)
{
	free(process->container);
	free(process->unit);
	process->container = container[0] != '\0' ? mem_string(container, strlen(container)) : NULL;
	process->unit = unit[0] != '\0' ? mem_string(unit, strlen(unit)) : NULL;
}

static bool
is_same(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b) == 0;
}

static void
live_like_parent(struct process *process, const struct process *parent)
{
	set_place(process, parent->container != NULL ? parent->container : "", parent->unit != NULL ? parent->unit : "");
}

/*
 * Who runs many programs, a shell, runs them where it is itself: so of these not each one is asked for. place: NULL for one that had ended,
 * and is taken for one of these.
 */
static void
count_like_parent(struct process *parent, const struct place *place, int64_t time)
{
	if (parent == NULL)
		return;
	parent->like_it_at = time;
	if (place != NULL && (!is_same(parent->container, place->container) || !is_same(parent->unit, place->unit)))
		parent->like_it = 0;
	else if (parent->like_it < LIKE_PARENT)
		parent->like_it++;
}

/*
 * Asked once for each program that it runs. What has ended by then lived where its parent lives, if that is in a container or in the same
 * login session; else it may have been put anywhere.
 */
static void
find_place(struct processes *table, uint32_t host, struct process *process, int64_t time)
{
	struct process *parent = process->parent_id != 0 ? find(table, host, process->parent) : NULL;
	struct place place;

	if (parent != NULL && (parent->id != process->parent_id || !parent->placed))
		parent = NULL;
	if (parent != NULL && parent->like_it == LIKE_PARENT && time - parent->like_it_at < TRUST && !process->settled) {
		live_like_parent(process, parent);
	} else if (table->source->place(table->source->arg, process->pid, time, &place)) {
		set_place(process, place.container, place.unit);
		count_like_parent(parent, &place, time);
	} else if (parent != NULL &&
	    (parent->container != NULL || (process->session != ID_UNSET && parent->session == process->session))) {
		live_like_parent(process, parent);
		count_like_parent(parent, NULL, time);
	}
	process->placed = process->settled = true;
}

/* All that is said of a process in one piece, made again only where something in it is new. */
static void
write_facts(struct process *process, const char *command)
{
	char chain[CHAIN_MAX + RECORD_COMMAND + 14], facts[FACTS_MAX];
	struct factline line = { facts, facts, facts + sizeof(facts) };
	size_t length = strlen(process->ancestors);

	if (process->container != NULL)
		factline_add(&line, "container", process->container, strlen(process->container));
	if (process->unit != NULL)
		factline_add(&line, "unit", process->unit, strlen(process->unit));
	if (strcmp(process->ancestors, unknown_parent) != 0) {
		memcpy(chain, process->ancestors, length);
		length += write_name(chain + length, command, process->pid);
		factline_add(&line, "ancestry", chain, length);
	}
	free(process->facts);
	process->facts_length = factline_length(&line);
	process->facts = mem_string(facts, process->facts_length);
	memcpy(process->shown, command, sizeof(process->shown));
}

void
processes_append(struct processes *table, uint32_t host, struct process *process, const struct record *record, struct factline *line)
{
	bool asked = table->source != NULL && !process->placed;

	if (asked)
		find_place(table, host, process, record->time);
	if (asked || process->facts == NULL || memcmp(process->shown, record->command, sizeof(process->shown)) != 0)
		write_facts(process, record->command);
	factline_join(line, process->facts, process->facts_length);
}

void
processes_scan(struct processes *table, uint32_t host)
{
	enum { SCAN_MAX = PROCESSES_MAX / 2 };
	uint32_t *pids = mem_alloc(SCAN_MAX * sizeof(*pids));
	size_t count = procfs_list(pids, SCAN_MAX);
	int64_t now = table->source->now(table->source->arg);

	for (size_t i = 0; i < count; i++)
		(void)find_or_load(table, host, pids[i], now);
	free(pids);
}

bool
processes_leader(const struct processes *table, uint32_t pid, uint32_t session, struct process_stat *leader)
{
	struct process_stat stat;
	bool found = false;

	for (int depth = 0; depth < ANCESTRY_DEPTH && pid != 0; depth++) {
		if (table->source == NULL || table->source->session(table->source->arg, pid) != session || !stat_of(table, pid, &stat))
			break;
		*leader = stat;
		found = true;
		pid = stat.parent;
	}
	return found;
}
