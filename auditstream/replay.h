/* Replay: records out of audit logs. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPLAY_H
#define REPLAY_H

#include <stdint.h>

#include "capture.h"

/*
 * Reads path, a log, a directory of rotated logs (oldest first) or "-" for standard input, to its end, and flushes the output.
 * Ends the program where reading or writing fails; returns how many places were damaged.
 */
uint64_t replay(struct capture *capture, const char *path);

#endif
