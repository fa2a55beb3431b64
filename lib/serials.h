/*
 * Which of the kernel's event numbers have come. The kernel counts its events one by one and gives a number only to what it sends, so
 * that a number that never comes is an event that was lost on its way to us, whoever threw it away. That is the only sign where the
 * audit daemon's socket was full for long: the kernel (6.18, kauditd_hold_skb() in kernel/audit.c) then drops records without
 * counting them, unless it was booted with audit=1.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERIALS_H
#define SERIALS_H

#include <stdbool.h>
#include <stdint.h>

enum { SERIALS_WINDOW = 1 << 18 }; /* numbers that may be open at a time: seconds at the kernel's highest rate */

/* All zero knows no number yet: the first that comes is where counting begins. */
struct serials {
	bool begun;
	uint32_t base;    /* all before it is settled */
	uint32_t highest; /* that has come */
	uint32_t come;    /* how many of those from the base on have */
	uint64_t seen[SERIALS_WINDOW / 64];
};

/* A record of this event came; they may come in any order, and many of one event. Returns how many numbers that made missing. */
uint64_t serials_see(struct serials *serials, uint32_t serial);

/* Some number below the highest one is neither here nor settled. */
static inline bool
serials_gap(const struct serials *serials)
{
	return serials->begun && serials->come != serials->highest + 1 - serials->base;
}

/* Settles all up to and with this number: what has not come by now is missing. Returns how many are. */
uint64_t serials_settle(struct serials *serials, uint32_t last);

#endif
