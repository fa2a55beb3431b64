/*
 * The bins as a whole: bin1 and bin2 in turn, bin2.1, bin2.2, ... while these wait for the bin commands, and what an earlier run left.
 *
 * A state machine that can be driven at any time and never waits but for the disk: each step either succeeds, or says why not and is
 * tried again a second later, so that every state survives a full disk, and the files alone tell the next run where this one stopped.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BINSET_H
#define BINSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bin.h"
#include "err.h"
#include "notice.h"
#include "out.h"

/* What the configuration says. Strings are borrowed. */
struct binset_settings {
	const char *bin1, *bin2, *trail;
	uint64_t binsize;        /* bytes: a bin of that size is finished; 0: none is before the end */
	uint64_t bytethreshold;  /* bytes that may be written before they are synchronised; 0: any number */
	uint64_t eventthreshold; /* records, likewise */
	uint64_t freespace;      /* bytes: less on the disk of the bin or the trail is warned of at each switch; 0: never */
};

enum binset_step {
	BINSET_CREATE, /* there is no current bin */
	BINSET_COPY,   /* it was made in place of one whose file lost its name */
	BINSET_FILL,
	BINSET_SYNC, /* a threshold is reached */
	BINSET_FINISH,
	BINSET_ENDED,
};

struct binset {
	struct binset_settings settings;
	enum binset_step step;
	bool ending;         /* no more records come: the current bin is to be finished */
	struct bin current;  /* from BINSET_COPY to BINSET_FINISH */
	struct bin stray;    /* the file without a name, in BINSET_CREATE and BINSET_COPY; path NULL: none */
	struct bin *waiting; /* finished, for the bin commands, the oldest first */
	size_t count, capacity;
	uint64_t sequence; /* of the last bin that was made or found */
	unsigned number;   /* of the last bin2.N */
	bool second;       /* bin2 was the last of the two */
	struct trail_content unsynced;
	uint64_t records, bytes, switches; /* written by this run */
	uint64_t disowned;                 /* bins that somebody took away before every bin command had them */
	uint64_t lost;                     /* bytes of records that a disk took from us */
	int64_t retry_at;                  /* ms, CLOCK_MONOTONIC: no step before */
	int64_t look_at;                   /* when the current bin's name is looked at next */
	int lock;
	struct notice trouble, foreign;
};

/*
 * Locks the set by a file .BIN1.lock beside bin1, and takes what earlier runs left into the set. Returns 0, or -1 with *error: another
 * auditbin runs, or a file is in the way. Clear it either way.
 */
int binset_open(struct binset *set, const struct binset_settings *settings, struct err *error);
void binset_clear(struct binset *set);

/* Takes whole records from the head of out, as many as can be written now. */
void binset_take(struct binset *set, struct out *out);

/* Does what is due besides. Returns ms until the next time, -1 if there is none before records come. */
int64_t binset_tend(struct binset *set);

/* Finishes the current bin as soon as it can be: binset_tend() then comes to BINSET_ENDED. */
void binset_end(struct binset *set);

/* The oldest bin that waits, NULL if none does. It is the caller's to say when it can go. */
struct bin *binset_oldest(struct binset *set);

/* Every command had the oldest: its file is removed, and the bin forgotten. */
void binset_delivered(struct binset *set);

/* Its file is not ours any more: it is forgotten, and that is said. */
void binset_disown(struct binset *set);

#endif
