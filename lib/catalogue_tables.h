/* The compiled catalogue: catalogue.c makes it of eventmap, catalogue_match.c looks into it with every event. Private to these two. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CATALOGUE_TABLES_H
#define CATALOGUE_TABLES_H

#include "catalogue.h"
#include "expr.h"
#include "rectype.h"
#include "stanza.h"
#include "strmap.h"
#include "syscalls.h"
#include "uring.h"

enum {
	ARCHES_MAX = 16,  /* that arch_at() may have */
	TYPES_MAX = 3000, /* record types are below this (libaudit.h: AUDIT_LAST_USER_MSG2) */
};

/* A stanza. Its index is its place in the file. */
struct entry {
	char event[RECORD_EVENT]; /* zero-padded */
	struct expr *when;        /* NULL: always */
	uint32_t info;            /* in events */
};

/* An event: all stanzas of that name. */
struct event_info {
	const char *name;
	const struct name **tail;
	size_t count, capacity;
	bool has_tail;
};

/* The stanzas that a system call or a record type may mean, in the order of the file; 0 ends the list. */
struct candidate {
	uint32_t entry;
	uint32_t next;
};

struct candidate_list {
	uint32_t first, last;
};

struct catalogue {
	struct stanza_file file;
	struct entry *entries; /* file.count of them */
	struct event_info *events;
	size_t event_count;
	struct strmap by_name; /* in events */

	struct candidate *candidates;
	size_t candidate_count, candidate_capacity;
	struct candidate_list types[TYPES_MAX];
	struct candidate_list *calls;              /* by the number that call_of gives */
	uint16_t call_of[ARCHES_MAX][SYSCALL_MAX]; /* the call, whatever its number on an architecture; 0 if it has no name */
	uint16_t call_of_op[URING_MAX];            /* the same for io_uring's operations */

	struct catalogue_source *sources;
	size_t source_count, source_capacity;
};

#endif
