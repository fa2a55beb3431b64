/*
 * What /proc tells of a process of this machine. It tells of the present, an event of the past: a process that began after the event is
 * not the one that made it, though it has its number.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROCFS_H
#define PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "place.h"
#include "record.h"

struct process_stat {
	uint32_t parent;
	int64_t start; /* ns since boot, a clock that is never set; exact to PROCFS_EXACT */
	char command[RECORD_COMMAND];
};

/*
 * ns that a start time may be too early or too late: the kernel counts in hundredths of a second (USER_HZ), and stamps events by a
 * clock that moves with its ticks.
 */
enum { PROCFS_EXACT = 20000000 };

/* ns since boot, and that moment as ns since 1970, by the clock as it is set now. */
int64_t procfs_now(void);
int64_t procfs_boot(void);

/* Is /proc that of the processes whose numbers the audit has: those of the first PID namespace? */
bool procfs_is_usable(void);

/* Takes /proc/PID/stat apart; start in clock ticks since boot. False if it is not of that form. */
bool procfs_parse_stat(const char *text, size_t length, struct process_stat *stat, uint64_t *ticks);

/* False if there is no such process now. */
bool procfs_stat(uint32_t pid, struct process_stat *stat);

/* The login session that it is in; ID_UNSET if in none, or if there is no such process. */
uint32_t procfs_session(uint32_t pid);

/* Where it lives; false if it has ended. time: of the event that it made, ns since boot. */
bool procfs_place(uint32_t pid, int64_t time, struct place *place);

/* All processes, in no order, up to max: their numbers. */
size_t procfs_list(uint32_t *pids, size_t max);

#endif
