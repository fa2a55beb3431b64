/*
 * The kernel's audit socket. Facts about it, measured on Linux 6.18 and written down in doc/design.md: nlmsg_len lies on the
 * unicast socket (it leaves out the header), so the length that recvmmsg returns is used; the receive buffer, not the kernel's
 * backlog, is what absorbs bursts; on multicast a full buffer shows as ENOBUFS and in SO_MEMINFO's drop count, nowhere else.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NETLINK_H
#define NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct audit_status;
struct netlink_batch;

struct netlink {
	int fd;
	int control; /* a second socket, for questions: answers never mix with events */
	bool registered;
	bool hurried; /* as the kernel does not wait for us, its audit thread and this one run before others */
	struct netlink_batch *batch;
	uint32_t dropped; /* SO_MEMINFO's count when last asked */
	bool emptied;     /* the socket was, by the last netlink_receive() */
};

/* What the kernel hands over: a record type and `audit(SEC.MS:SERIAL): TEXT`, valid during the call. cut: there was more of it. */
typedef void netlink_take(void *arg, uint16_t type, const char *text, size_t length, bool cut);

/*
 * Opens the sockets. Becomes the kernel's audit daemon (unicast: it waits for us rather than loses) where there is none and
 * multicast is not asked for; else joins the multicast group beside it. Returns 0, or -1 with *error.
 */
int netlink_open(struct netlink *netlink, bool multicast, struct err *error);

/* Gives the registration, or the membership, back. Events that the socket already holds can still be received. */
void netlink_leave(struct netlink *netlink);
void netlink_close(struct netlink *netlink);

enum { NETLINK_BATCH = 64 }; /* messages that are received at once */

/*
 * Receives up to so many messages, NETLINK_BATCH at most, without waiting. Returns their number, 0 if there are none now, -1 with errno.
 * ENOBUFS: messages were dropped; ask netlink_dropped(), then go on.
 */
int netlink_receive(struct netlink *netlink, unsigned most, netlink_take *take, void *arg);

/* Messages dropped at the socket since the last call. In unicast mode the kernel may have tried one of them several times. */
uint32_t netlink_dropped(struct netlink *netlink);

/*
 * Makes the kernel record one more event, CONFIG_CHANGE with `op=trim`, of no further meaning (it looks whether watched directories
 * are still there). Only a new event makes it try again what it could not deliver to the daemon.
 */
void netlink_nudge(struct netlink *netlink);

/* Asks the kernel for its audit status (enabled, lost, backlog, ...). Returns 0, or -1 with errno. */
int netlink_status(struct netlink *netlink, struct audit_status *status);

/* The number of rules loaded, or -1 with errno. */
int netlink_count_rules(struct netlink *netlink);

#endif
