/* Records of a stream into the sink, in the kernel's place: what another machine sends, what a log held. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef COLLECT_H
#define COLLECT_H

#include <stdint.h>

#include "live.h"
#include "out.h"

/*
 * Reads the file at path, or standard input for "-", until its end or until SIGTERM or SIGINT comes; then what a pipe or socket holds by
 * now is still read. SIGHUP is the wish to read the configuration again. Whole records wait in out, about limit bytes at most, until the
 * sink takes them. Returns the exit status: EXIT_OK, EXIT_FAILED, EXIT_DAMAGED; what is wrong was said.
 */
int collect(const char *path, struct out *out, size_t limit, struct live_sink *sink);

#endif
