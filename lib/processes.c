/* SPDX-License-Identifier: BSD-2-Clause */
#include "processes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "span.h"

enum {
	INIT = 1,
	LEAP = 10000000,         /* ns: events that are further apart may be stamped by a clock that was set in between */
	LIKE_PARENT = 4,         /* children in a row that live where their parent does: then others do too, for as long as TRUST */
	TRUST = 1000000000,      /* ns: no number comes again that soon, for all others come before */
	TRUST_BACK = 2000000000, /* ns: a call that takes longer is stamped with the time of its beginning */
	TRUST_NAME = 20000000,   /* ns: what was forked may run another program soon, where executions are not recorded */
	/* "comm(4294967295)>" for each forebear, and "...>" */
	CHAIN_MAX = (ANCESTRY_DEPTH - 1) * (RECORD_COMMAND + 13) + 5,
	WRITTEN_MAX = 1 << 19, /* bytes of facts that are kept: those of some thousand processes */
	MALLOC = 16,           /* bytes that it needs for itself, and rounds up by, on average */
	FACTS_MAX = 2 * (CHAIN_MAX + RECORD_COMMAND + 13 + PLACE_CONTAINER + PLACE_UNIT) + 64,
};

static const char unknown_parent[] = "?>", left_out[] = "...>";

/* The clock that events are stamped by, where there is a source. */
struct clock {
	int64_t boot[2]; /* the moment of the boot, as ns since 1970: as the clock is set now, and as it was set before */
	int64_t used;    /* the one of them by which the last stamp is understood */
	int64_t stamp;   /* ns since 1970 */
};

struct processes {
	struct lru table;
	const struct process_source *source;
	uint64_t last_id;
	size_t written; /* bytes of facts, since they were all dropped */
	struct clock clock;
	int64_t time; /* of the event that was seen last */
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
	return procfs_now();
}

static int64_t
ask_boot(void *arg)
{
	return procfs_boot();
}

const struct process_source process_source_proc = {
	.stat = ask_stat, .session = ask_session, .place = ask_place, .now = ask_now, .boot = ask_boot
};

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

/* What its memory takes, about. */
static size_t
weight_of(const char *text)
{
	return text != NULL ? strlen(text) + MALLOC : 0;
}

/* After each change of what it holds. Those that the caller works with were used just now, and are not forgotten. */
static void
weigh(struct processes *table, struct process *process)
{
	lru_weigh(&table->table, &process->link,
	    sizeof(*process) + MALLOC + weight_of(process->ancestors) + weight_of(process->container) + weight_of(process->unit) +
		(process->source != NULL ? sizeof(*process->source) + MALLOC : 0));
	while (table->table.weight > PROCESSES_WEIGHT)
		forget(table, (struct process *)table->table.oldest);
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
	weigh(table, process);
	return process;
}

/* Is this still the process that the source has by that number? It is, unless that one began later than this was seen. */
static bool
began_in_time(const struct process_stat *stat, int64_t time)
{
	return stat->start <= time + PROCFS_EXACT;
}

/*
 * Is it certain that this process had its number at that time: because it was there not long before, or both before and after? Events that
 * are read late are all of the second kind.
 */
static bool
is_fresh(const struct process *process, int64_t time, int64_t age)
{
	return time - process->checked <= age && process->since - time <= TRUST_BACK;
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

/* A log does not tell when a number was given to another; but who is in another login session is not the parent of one who began none. */
static bool
may_be_parent(const struct processes *table, const struct process *process, const struct process *parent, bool begins)
{
	return table->source != NULL || begins || process->session == ID_UNSET || parent->session == ID_UNSET ||
	    parent->session == process->session;
}

static void
adopt(struct processes *table, uint32_t host, struct process *process, uint32_t pid, int64_t time, bool begins)
{
	struct process *parent = pid != process->pid ? find_or_load(table, host, pid, time) : NULL;

	if (parent != NULL && !may_be_parent(table, process, parent, begins))
		parent = NULL;
	process->parent = pid;
	set_parent(process, parent, begins);
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

/* The event names another parent than before, and the source cannot tell whether it was another. */
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
	bool fresh = is_fresh(process, table->time, TRUST);
	struct process_stat stat;

	if (process->exited || (process->start_known && table->time < process->since - PROCFS_EXACT))
		return OTHER;
	if (table->source != NULL && (moved || other_session || other_parent || !fresh) &&
	    stat_of(table, process->pid, &stat) && began_in_time(&stat, table->time)) {
		if (!confirm(table, process, &stat))
			return OTHER;
		if (moved)
			return process->announced ? judge_moved(process, record) : accept_adoption(process, record->ppid);
		return SAME;
	}
	if (other_session || other_parent || (table->source != NULL && !fresh))
		return OTHER;
	if (moved)
		return judge_moved(process, record);
	if (record->ppid != 0 && process->announced) {
		process->announced = false;
		process->forked = true;
	}
	if (process->executed && table->time > process->checked)
		process->checked = table->time; /* from event to event */
	return SAME;
}

/* What was stamped before the clock was set may come after. By which setting is the stamp the latest that is not yet to come? */
static bool
find_setting(struct clock *clock, int64_t boot, int64_t now, int64_t stamp)
{
	if (boot > clock->boot[0] + LEAP || boot < clock->boot[0] - LEAP) {
		clock->boot[1] = clock->boot[0];
		clock->boot[0] = boot;
	}
	boot = clock->boot[0];
	if (stamp - boot > now || (stamp - clock->boot[1] <= now && clock->boot[1] < boot))
		boot = clock->boot[1];
	if (stamp - boot > now)
		return false;
	clock->used = boot;
	return true;
}

/*
 * Events are stamped by a clock that may be set: then processes would have begun at other times than before, and who has a number later
 * could seem to have had it always. That it was set is looked for where the stamps leap.
 */
static int64_t
time_of(struct processes *table, const struct record *record)
{
	struct clock *clock = &table->clock;
	int64_t now;

	if (table->source == NULL)
		return record->time;
	if (record->time > clock->stamp + LEAP || record->time < clock->stamp - LEAP) {
		now = table->source->now(table->source->arg);
		if (!find_setting(clock, table->source->boot(table->source->arg), now, record->time))
			return now;
	}
	clock->stamp = record->time;
	return record->time - clock->used;
}

/* A process that is seen for the first time. A message does not name its parent: the source may know it. */
static struct process *
begin(struct processes *table, uint32_t host, const struct record *record)
{
	struct process *process = add(table, host, record->pid, table->time);
	struct process_stat stat;

	memcpy(process->command, record->command, sizeof(process->command));
	set_unknown(process);
	if (record->ppid == 0 && stat_of(table, record->pid, &stat) && began_in_time(&stat, table->time)) {
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

	table->time = time_of(table, record);
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
			adopt(table, host, process, record->ppid, table->time, begins);
	}
	if (verdict != SAME || process->facts == NULL)
		weigh(table, process);
	return process;
}

struct source *
processes_source(struct processes *table, struct process *process)
{
	if (process->source == NULL) {
		process->source = mem_alloc_zero(1, sizeof(*process->source));
		weigh(table, process);
	}
	return process->source;
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
	/*
	 * Processors race: the child's own events may have come before, its exit too; or the exit is that of who has that number in the first
	 * namespace. The fork's time is that of its beginning.
	 */
	if (child != NULL && child->since >= table->time - PROCFS_EXACT && (child->parent == parent->pid || child->exited)) {
		child->forked |= child->parent == parent->pid;
		return;
	}
	running = stat_of(table, pid, &stat);
	if (running && stat.start < table->time - PROCFS_EXACT)
		return; /* it ran before: the number is another PID namespace's */
	if (child != NULL)
		forget(table, child);
	child = add(table, host, pid, table->time);
	child->session = parent->session;
	child->has_session = parent->has_session;
	child->parent = brother ? parent->parent : parent->pid;
	child->forked = running && stat.start <= table->time + TRUST && stat.parent == child->parent;
	child->announced = !child->forked;
	memcpy(child->command, parent->command, sizeof(child->command));
	child->parent_id = brother ? parent->parent_id : parent->id;
	set_ancestors(child, brother ? mem_string(parent->ancestors, strlen(parent->ancestors)) : chain_below(parent));
	weigh(table, child);
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
set_place(struct processes *table, struct process *process, const char *container, const char *unit)
{
	free(process->container);
	free(process->unit);
	process->container = container[0] != '\0' ? mem_string(container, strlen(container)) : NULL;
	process->unit = unit[0] != '\0' ? mem_string(unit, strlen(unit)) : NULL;
	weigh(table, process);
}

static void
live_like_parent(struct processes *table, struct process *process, const struct process *parent)
{
	set_place(table, process, parent->container != NULL ? parent->container : "", parent->unit != NULL ? parent->unit : "");
	process->placed = process->settled = process->located = true;
}

static bool
is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Who runs many programs, a shell, runs them where it is itself: so of these not each one is asked for. */
static void
count_like_parent(struct process *parent, const struct process *child, int64_t time)
{
	if (parent == NULL)
		return;
	parent->like_it_at = time;
	if (!is_same(parent->container, child->container) || !is_same(parent->unit, child->unit))
		parent->like_it = 0;
	else if (parent->like_it < LIKE_PARENT)
		parent->like_it++;
}

/* Asks where it lives now. False if it has ended; then what was known before stays. */
static bool
look_for_place(struct processes *table, struct process *process, int64_t time)
{
	struct place place;

	process->placed = process->settled = true;
	if (!table->source->place(table->source->arg, process->pid, time, &place))
		return false;
	set_place(table, process, place.container, place.unit);
	process->located = true;
	return true;
}

/* The parent, if it is known where that lives: one that made no event yet is asked for, once for all its children. */
static struct process *
located_parent(struct processes *table, uint32_t host, const struct process *process, int64_t time)
{
	struct process *parent = process->parent_id != 0 ? find(table, host, process->parent) : NULL;

	if (parent == NULL || parent->id != process->parent_id)
		return NULL;
	if (!parent->placed && look_for_place(table, parent, time) && !parent->has_session) {
		parent->session = table->source->session(table->source->arg, parent->pid);
		parent->has_session = true;
	}
	return parent->located ? parent : NULL;
}

/*
 * Asked once for each program that it runs, but not of each of many that one parent runs in its own login session. What has ended by then
 * lived where its parent lives, if that is in a container or in the same login session, or others did; else it may have been put anywhere.
 */
static void
find_place(struct processes *table, uint32_t host, struct process *process, int64_t time)
{
	struct process *parent = located_parent(table, host, process, time);
	bool same_session = parent != NULL && parent->session == process->session;
	bool like_others = same_session && parent->like_it == LIKE_PARENT;

	if (like_others && time - parent->like_it_at < TRUST && !process->settled) {
		live_like_parent(table, process, parent);
	} else if (look_for_place(table, process, time)) {
		count_like_parent(parent, process, time);
	} else if (like_others || (parent != NULL && parent->container != NULL) || (same_session && process->session != ID_UNSET)) {
		live_like_parent(table, process, parent);
		count_like_parent(parent, process, time);
	}
}

/* What is kept of them is made again where it is needed. */
static void
drop_facts(struct processes *table)
{
	for (struct lru_link *link = table->table.newest; link != NULL; link = link->older) {
		struct process *process = (struct process *)link;

		free(process->facts);
		process->facts = NULL;
	}
	table->written = 0;
}

/* All that is said of a process in one piece, made again only where something in it is new. */
static void
write_facts(struct processes *table, struct process *process, const char *command)
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
	if (table->written > WRITTEN_MAX)
		drop_facts(table);
	free(process->facts);
	process->facts_length = factline_length(&line);
	table->written += process->facts_length + MALLOC;
	process->facts = mem_string(facts, process->facts_length);
	memcpy(process->shown, command, sizeof(process->shown));
}

void
processes_append(struct processes *table, uint32_t host, struct process *process, const struct record *record, struct factline *line)
{
	bool asked = table->source != NULL && !process->placed;

	if (asked)
		find_place(table, host, process, table->time);
	if (asked || process->facts == NULL || memcmp(process->shown, record->command, sizeof(process->shown)) != 0)
		write_facts(table, process, record->command);
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
