/*
 * Gives each bin that waits to every bin command, the oldest bin first, one command at a time. A command that fails stops that, is said
 * once a minute, and is tried again after longer and longer times; bins are kept until all went well.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DELIVERY_H
#define DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "binset.h"
#include "notice.h"

struct delivery {
	struct binset *set;
	const char *cmds; /* the file; borrowed, as is the next */
	const char *trail;
	int runner;         /* runner.h */
	bool running;       /* a command works on the oldest bin */
	bool gone;          /* the runner is: nothing can be delivered */
	int64_t began;      /* ms, CLOCK_MONOTONIC: when the command was started */
	int64_t retry_at;   /* no command is started before */
	int64_t patience;   /* ms to wait after the next failure; 0: none has happened */
	unsigned failing;   /* the line of the command that failed last; 0: none */
	uint64_t delivered; /* bins */
	uint64_t reports;   /* of commands that ended */
	bool changed;       /* cmds or trail are others than the runner has: the command that runs is one of the old ones */
	struct notice failure, slowness, loss;
};

/* Starts and reaps. Returns ms until the next time, -1 if there is none before the runner says something or a bin comes. */
int64_t delivery_tend(struct delivery *delivery);

/* What failed is tried again at once. */
void delivery_hurry(struct delivery *delivery);

/* The commands, or the trail, may be others now: the oldest bin is given to each of them, at once. Both stay the caller's. */
void delivery_begin_again(struct delivery *delivery, const char *cmds, const char *trail);

#endif
