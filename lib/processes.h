/*
 * The processes that events told of, and the chain of parents of each: ancestry="sshd(812)>bash(840)>psql(901)".
 *
 * A process is known by its number and by when it was there; the number alone may be given to another one later. That it was is seen by
 * a fork or an exit that is audited, by another parent or login session than it can have, and on this machine by its start time in /proc.
 * The chain is text that a child copies from its parent when it is first seen: what becomes of the parent later, and whoever adopts the
 * child, does not change it. Where it cannot be told which of two processes it is, the parents are unknown rather than a stranger's.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROCESSES_H
#define PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "factline.h"
#include "lru.h"
#include "place.h"
#include "procfs.h"
#include "record.h"
#include "source.h"

enum {
	PROCESSES_MAX = 16384,       /* of which something is kept; fewer where that is more than */
	PROCESSES_WEIGHT = 13 << 18, /* bytes: some 300 each, and up to 1500 where all names are as long as can be */
	ANCESTRY_DEPTH = 16,         /* processes in a chain, with the one that it leads to; the eldest are left out */
};

/* Who is asked about processes that live on this machine. */
struct process_source {
	void *arg;
	bool (*stat)(void *arg, uint32_t pid, struct process_stat *stat);
	uint32_t (*session)(void *arg, uint32_t pid);
	bool (*place)(void *arg, uint32_t pid, int64_t time, struct place *place);
	int64_t (*now)(void *arg);  /* ns since boot */
	int64_t (*boot)(void *arg); /* that moment as ns since 1970, by the clock as it is set now */
};

/* /proc. */
extern const struct process_source process_source_proc;

/* Times are ns since boot where there is a source, for the other clock may be set; else ns since 1970. */
struct process {
	struct lru_link link;
	uint64_t id;        /* ours: who has the same number at another time has another */
	uint64_t parent_id; /* of its parent; 0 if that is not known, or it was adopted since */
	int64_t since;      /* it was there then */
	int64_t checked;    /* it was there then, by what the source says or by a fork or first event */
	uint32_t pid;
	uint32_t parent;  /* the parent that events name; 0 if none did */
	uint32_t session; /* login session, where has_session */
	bool has_session;
	bool start_known; /* since is when it began */
	bool forked;      /* its fork was recorded, so that another one of that number would have been too */
	bool announced;   /* only by its parent's fork, whose number may be one of another PID namespace */
	bool executed;    /* command is what a recorded execution gave it */
	bool named;       /* command is its own, not what it had from its parent */
	bool exited;
	bool placed;        /* it is known, as far as it can be, where the program lives that it runs */
	bool settled;       /* it ran another program before that */
	bool located;       /* it was there when that was asked: container and unit are where it lives, not only empty */
	unsigned like_it;   /* children in a row that live where it does, of its session too, up to a few */
	int64_t like_it_at; /* the last of them */
	char command[RECORD_COMMAND];
	char *ancestors; /* "sshd(812)>bash(840)>"; begins with "?>" where the first is not known, "...>" where it was left out */
	char *container, *unit;
	struct source *source; /* what it said of a login, before there was a session; NULL if nothing */
	char *facts;           /* what is appended to records, NULL until it is asked for */
	size_t facts_length;
	char shown[RECORD_COMMAND]; /* the command in it */
};

struct processes;

/* source: NULL in a replay, else the caller's for as long as the table lives. */
struct processes *processes_new(const struct process_source *source);
void processes_free(struct processes *processes);

/* Takes in all processes that run now, so that the parents of those who are adopted later are known. */
void processes_scan(struct processes *processes, uint32_t host);

/*
 * The process that made the event, with what the event tells of it. host: which host's, a number of the caller's. begins: the event
 * begins a login session. Valid until the next call.
 */
struct process *processes_see(struct processes *processes, uint32_t host, const struct record *record, bool begins);

/* Where it keeps what it says of a login, before there is a session. */
struct source *processes_source(struct processes *processes, struct process *process);

/* The event was that process's fork, execution or exit. */
enum process_act {
	PROCESS_OTHER,
	PROCESS_FORK,   /* record->exit is the child, as the process's PID namespace numbers it */
	PROCESS_FORK_2, /* the child is the process's brother (CLONE_PARENT) */
	PROCESS_EXECUTE,
	PROCESS_EXIT,
};

void processes_act(struct processes *processes, uint32_t host, struct process *process, enum process_act act,
    const struct record *record);

/* Appends container=, unit= and ancestry=, as far as they are known. The event is the one that the process was seen with last. */
void processes_append(struct processes *processes, uint32_t host, struct process *process, const struct record *record,
    struct factline *line);

/*
 * The eldest of its forebears, itself included, whose login session is the same: the program that began it. Only on this machine; false
 * if that is not to be found.
 */
bool processes_leader(const struct processes *processes, uint32_t pid, uint32_t session, struct process_stat *leader);

#endif
