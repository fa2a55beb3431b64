/* Live capture: the kernel's events as they happen, until SIGTERM or SIGINT. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LIVE_H
#define LIVE_H

#include <stdbool.h>

#include "capture.h"
#include "netlink.h"

/* From now on SIGHUP waits for live_run(), which takes it as the wish to read the configuration again: nothing may be in its way. */
void live_expect_reload(void);

/* Makes the output not block; before live_open(), for a pipe of another user can only be opened anew with the privilege to do so. */
void live_unblock(struct out *out);

/* Opens the socket and says on stderr, once, in which mode; drops what privilege is no longer needed. Ends the program on failure. */
void live_open(struct netlink *netlink, bool multicast);

/*
 * Moves events from the socket through the capture to its output, of which at most limit bytes wait. Returns when told to end
 * by a signal (everything that the kernel holds has then been written), or when -n is reached. Ends the program on failure.
 */
void live_run(struct capture *capture, struct netlink *netlink, size_t limit);

#endif
