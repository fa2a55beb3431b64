/* SPDX-License-Identifier: BSD-2-Clause */
#include "facts.h"

#include <linux/audit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "mem.h"
#include "rectype.h"
#include "session_lookup.h"
#include "sessions.h"
#include "source.h"
#include "strmap.h"
#include "syscalls.h"
#include "text.h"

/* Flags of clone (linux/sched.h). */
enum {
	SHARES_PARENT = 0x8000,
	IS_THREAD = 0x10000,
};

struct host {
	uint32_t number; /* after a boot another one, for processes and sessions are numbered anew */
	uint64_t serial; /* the kernel's highest since then */
};

struct facts {
	struct processes *processes;
	struct sessions sessions;
	const struct process_source *source;
	struct users *users;

	struct host hosts[1 + FACTS_HOSTS]; /* the first is that of events without node= */
	uint32_t last_number;
	struct strmap places; /* by node=, the place in hosts */
	struct arena names;   /* of them */

	/* The event that was learnt last. */
	uint32_t host;
	struct process *process; /* NULL if it names none */
	struct session *session; /* NULL if it is in none */
	struct source message;   /* where a program says that somebody comes from, outside of a session */
	bool has_message;
};

struct facts *
facts_new(const struct process_source *source, struct users *users)
{
	struct facts *facts = mem_alloc_zero(1, sizeof(*facts));

	facts->source = source;
	facts->users = users;
	facts->processes = processes_new(source);
	sessions_init(&facts->sessions);
	if (source != NULL)
		processes_scan(facts->processes, facts->hosts[0].number);
	return facts;
}

void
facts_free(struct facts *facts)
{
	if (facts == NULL)
		return;
	processes_free(facts->processes);
	sessions_clear(&facts->sessions);
	strmap_clear(&facts->places);
	arena_clear(&facts->names);
	free(facts);
}

/* The event's host, or NULL if there are too many. */
static struct host *
host_of(struct facts *facts, const struct event *event)
{
	char name[256];
	const uint32_t *place;
	uint32_t *added;

	if (event->node == NULL)
		return &facts->hosts[0];
	if (event->node_length >= sizeof(name))
		return NULL;
	memcpy(name, event->node, event->node_length);
	name[event->node_length] = '\0';
	place = strmap_find(&facts->places, name);
	if (place == NULL) {
		if (facts->places.count == FACTS_HOSTS)
			return NULL;
		added = strmap_add(&facts->places, arena_string(&facts->names, name, event->node_length), NULL);
		*added = (uint32_t)facts->places.count;
		facts->hosts[*added].number = ++facts->last_number;
		place = added;
	}
	return &facts->hosts[*place];
}

/* auditd counts its own events apart. */
static bool
is_auditd(uint16_t type)
{
	return type >= TYPE_DAEMON_FIRST && type <= TYPE_DAEMON_LAST;
}

/*
 * The kernel's own first record, and what init sends. Any program that may send messages, root of a container for one, could send that
 * too, and so make all sessions unknown: it is believed if the kernel counts its events anew, and never of this machine, which we would
 * not have outlived. Where a log has neither, numbers that are far too low say enough: events of one boot pass each other, but not by that.
 */
static bool
is_boot(const struct facts *facts, const struct host *host, const struct event *event, const struct line *line)
{
	if (facts->source != NULL)
		return false;
	if (event->serial + EVENT_OPEN_MAX < host->serial / 2 && !is_auditd(line->type))
		return true;
	if (line->type == TYPE_KERNEL)
		return memmem(line->text, line->length, "state=initialized", 17) != NULL;
	return line->type == TYPE_SYSTEM_BOOT && event->serial < host->serial / 2;
}

static void
learn_host(struct facts *facts, struct host *host, const struct event *event, const struct line *line)
{
	if (is_boot(facts, host, event, line))
		*host = (struct host){ .number = ++facts->last_number };
	if (event->serial > host->serial && !is_auditd(line->type))
		host->serial = event->serial;
	facts->host = host->number;
}

/* What a program says when it lets somebody in. */
static bool
is_login_message(uint16_t type)
{
	switch (type) {
	case TYPE_USER_AUTH:
	case TYPE_USER_ACCT:
	case TYPE_CRED_ACQ:
	case TYPE_CRED_REFR:
	case TYPE_USER_START:
	case TYPE_USER_LOGIN:
		return true;
	default:
		return false;
	}
}

/* The user's name where no message told it: the system's, else the number. */
static void
name_session(struct facts *facts, struct session *session, uint32_t login)
{
	struct source source;
	const char *name = source.user;
	char number[16];

	session_source(session, &source);
	if (name[0] == '\0')
		name = facts->users != NULL ? users_name(facts->users, login) : NULL;
	if (name == NULL) {
		snprintf(number, sizeof(number), "%u", (unsigned)login);
		name = number;
	}
	sessions_name(&facts->sessions, session, name);
}

/* What a process tells of the session that it may be going to begin. */
static void
learn_intent(struct facts *facts, const struct source *told)
{
	struct source *source = processes_source(facts->processes, facts->process);

	if (told->user[0] != '\0' && strcmp(source->user, told->user) != 0)
		*source = (struct source){ .told = false };
	source_fill(source, told);
}

/* What is told belongs to the session if it comes from who began it; else to the process. */
static void
learn_success(struct facts *facts, const struct record *record, uint16_t type, const struct source *told)
{
	struct session *session = facts->session;

	if (session != NULL && session->since == 0 &&
	    (type == TYPE_USER_LOGIN || (type == TYPE_USER_START && told->address[0] != '\0'))) {
		session->since = record->time; /* its beginning was not in the log */
		session->leader = record->pid;
	}
	if (session != NULL && session->leader == record->pid) {
		sessions_fill(&facts->sessions, session, told);
		name_session(facts, session, record->login);
	} else if (facts->process != NULL) {
		learn_intent(facts, told);
	}
}

/* Is it worth to be told with the message itself, which belongs to no session: does it say where somebody tried to come from? */
static bool
says_origin(const struct source *told, uint16_t type)
{
	return type == TYPE_USER_LOGIN || told->address[0] != '\0' || told->host[0] != '\0';
}

static void
learn_message(struct facts *facts, const struct record *record, const struct line *line)
{
	struct source told;
	bool success = source_read(&told, line);

	if (line->type == TYPE_USER_END && facts->session != NULL && facts->session->leader == record->pid)
		facts->session->leader = 0;
	if (success && is_login_message(line->type))
		learn_success(facts, record, line->type, &told);
	if (line->type == TYPE_USER_START && facts->process != NULL)
		facts->process->placed = false; /* PAM's modules have run: systemd's has moved it to the session's unit */
	if (facts->session == NULL && says_origin(&told, line->type)) {
		facts->message = told;
		facts->has_message = true;
	}
}

/* Whoever logs in again from within a session (su where PAM says so) comes from where that one came. */
static void
inherit_source(struct facts *facts, struct session *session, const struct session *old)
{
	struct source own, source;

	session_source(session, &own);
	if (old == NULL || old == session || (own.told && strcmp(source_origin(&own), "local") != 0))
		return;
	session_source(old, &source);
	memcpy(source.user, own.user, sizeof(source.user));
	sessions_set_source(&facts->sessions, session, &source);
}

/* The kernel's LOGIN: this process has begun a session. */
static void
learn_login(struct facts *facts, const struct record *record, const struct line *line)
{
	struct session *session;
	struct source source = { .told = false };
	struct field field;
	uint64_t old = ID_UNSET;
	size_t length;
	const char *text = line_body(line, &length);

	if (record->result != RESULT_OK || record->session == ID_UNSET)
		return;
	if (field_find(text, length, "old-ses", &field))
		(void)text_unsigned(field.value, field.length, &old);
	if (facts->process != NULL && facts->process->source != NULL) {
		source = *facts->process->source;
		free(facts->process->source);
		facts->process->source = NULL; /* the next one that it begins may be somebody else's */
	}
	session = sessions_begin(&facts->sessions, facts->host, record->session);
	session->leader = record->pid;
	session->since = record->time;
	sessions_fill(&facts->sessions, session, &source);
	if (old != ID_UNSET && old != record->session)
		inherit_source(facts, session, sessions_find(&facts->sessions, facts->host, (uint32_t)old));
	name_session(facts, session, record->login);
	facts->session = session;
}

/* What made the event may have ended, but hardly its parent. */
static bool
find_leader(const struct facts *facts, const struct record *record, struct process_stat *leader)
{
	return processes_leader(facts->processes, record->pid, record->session, leader) ||
	    processes_leader(facts->processes, record->ppid, record->session, leader);
}

/* Something on this machine may know of a session that no message told of. */
static void
look_up(struct facts *facts, struct session *session, const struct record *record)
{
	struct source source = { .told = false };
	struct process_stat leader;
	int64_t since = 0;

	session->looked_up = true;
	if (facts->source == NULL)
		return;
	if (!session_look_up(record->session, &source, &since) || source.service[0] == '\0')
		if (find_leader(facts, record, &leader)) {
			source_set_service(&source, leader.command, strlen(leader.command));
			since = since != 0 ? since : facts->source->boot(facts->source->arg) + leader.start;
		}
	if (session->since == 0)
		session->since = since;
	sessions_fill(&facts->sessions, session, &source);
	name_session(facts, session, record->login);
}

static enum process_act
clone_act(const struct record *record)
{
	const char *argument = record->arch == AUDIT_ARCH_S390X ? "a1" : "a0";
	struct line line;
	struct field field;
	uint64_t flags;
	size_t length;
	const char *text;

	if (!record_find_line(record, TYPE_SYSCALL, &line))
		return PROCESS_OTHER;
	text = line_body(&line, &length);
	if (!field_find(text, length, argument, &field) || !text_hex(field.value, field.length, &flags))
		return PROCESS_OTHER;
	if (flags & IS_THREAD)
		return PROCESS_OTHER;
	return flags & SHARES_PARENT ? PROCESS_FORK_2 : PROCESS_FORK;
}

/* clone3's flags are not recorded: a thread is taken for a process, of which no event will ever come. */
static enum process_act
act_of(const struct record *record)
{
	const char *call = syscall_name(record->arch, record->syscall);

	if (call == NULL || strchr("cefv", call[0]) == NULL)
		return PROCESS_OTHER;
	if (strcmp(call, "execve") == 0 || strcmp(call, "execveat") == 0)
		return PROCESS_EXECUTE;
	if (strcmp(call, "exit_group") == 0)
		return PROCESS_EXIT;
	if (strcmp(call, "clone") == 0)
		return clone_act(record);
	if (strcmp(call, "clone3") == 0 || strcmp(call, "fork") == 0 || strcmp(call, "vfork") == 0)
		return PROCESS_FORK;
	return PROCESS_OTHER;
}

static enum process_act
learn_process(struct facts *facts, const struct record *record, bool begins)
{
	enum process_act act = record->syscall != -1 ? act_of(record) : PROCESS_OTHER;

	facts->process = processes_see(facts->processes, facts->host, record, begins);
	if (act != PROCESS_OTHER)
		processes_act(facts->processes, facts->host, facts->process, act, record);
	return act;
}

/*
 * A session whose beginning came before us is looked up at once. One whose beginning only the kernel told of, for the programs here do not
 * speak to the audit, is looked up when it runs a program: by then logind and utmp know it.
 */
static void
learn_session(struct facts *facts, const struct record *record, bool executes)
{
	struct session *session = sessions_find(&facts->sessions, facts->host, record->session);
	bool begun = session != NULL;

	if (!begun)
		session = sessions_begin(&facts->sessions, facts->host, record->session);
	if (!begun || (executes && !session->told && !session->looked_up))
		look_up(facts, session, record);
	facts->session = session;
}

void
facts_learn(struct facts *facts, const struct event *event, const struct record *record)
{
	struct host *host = host_of(facts, event);
	struct line first;
	size_t offset = 0;
	enum process_act act = PROCESS_OTHER;
	bool begins;

	facts->process = NULL;
	facts->session = NULL;
	facts->has_message = false;
	if (host == NULL || !record_next_line(record, &offset, &first))
		return;
	learn_host(facts, host, event, &first);
	begins = first.type == TYPE_LOGIN;
	if (record->pid != 0)
		act = learn_process(facts, record, begins);
	if (begins)
		learn_login(facts, record, &first);
	else if (record->session != ID_UNSET)
		learn_session(facts, record, act == PROCESS_EXECUTE);
	if (first.type >= TYPE_USER_FIRST && first.type <= TYPE_USER_LAST)
		learn_message(facts, record, &first);
}

uint32_t
facts_parent(const struct facts *facts)
{
	return facts->process != NULL ? facts->process->parent : 0;
}

void
facts_append(struct facts *facts, const struct record *record, struct factline *line)
{
	if (facts->session != NULL)
		sessions_append(&facts->sessions, facts->session, line);
	else if (facts->has_message)
		source_append(&facts->message, line);
	if (facts->process != NULL)
		processes_append(facts->processes, facts->host, facts->process, record, line);
}
