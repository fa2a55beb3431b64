/* Records of a stream into the sink, in the kernel's place: what another machine sends, what a log held. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef COLLECT_H
#define COLLECT_H

#include <stdint.h>

#include "live.h"
#include "out.h"

/*
 * Reads the file at path, or standard input for "-", until its end or until SIGTERM or SIGINT comes; SIGHUP is the wish to read the
 * configuration again. Whole records wait in out, at
 * most limit bytes, until the sink takes them. Returns how many places of the input were damaged.
 */
uint64_t collect(const char *path, struct out *out, size_t limit, struct live_sink *sink);

#endif
