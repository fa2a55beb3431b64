/*
 * Who runs first. Where backlog_wait_time is 0 nobody has to wait for the kernel's audit: what its thread (kauditd), or the daemon that it
 * hands records to, has no processor for in time is lost. There both run before all that makes events: SCHED_FIFO, of the least priority.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PRECEDENCE_H
#define PRECEDENCE_H

#include <stdbool.h>

/* Gives it to kauditd and to the calling thread, but not to its children. Returns whether both have it now: CAP_SYS_NICE is needed. */
bool precedence_take(void);

/* Takes it from kauditd. A killed daemon leaves it there, where it harms nobody. */
void precedence_give_back(void);

#endif
