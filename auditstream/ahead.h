/*
 * Replay on two processors: a thread reads and assembles ahead, the caller's makes records of the events, in the same order.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AHEAD_H
#define AHEAD_H

#include "capture.h"
#include "event.h"

/* Runs read(arg, assembler) in a thread, and passes what it assembles to the capture. Returns when it has returned. */
void ahead_run(void (*read)(void *arg, struct assembler *assembler), void *arg, struct capture *capture);

#endif
