/* SPDX-License-Identifier: BSD-2-Clause */
#include "netlink.h"

#include <errno.h>
#include <libaudit.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mem.h"
#include "precedence.h"
#include "rectype.h"

enum {
	RECEIVE_BUFFER = 64 << 20, /* bytes: about 64,000 records */
	ANSWER_LATEST = 500,       /* ms */

	/*
	 * Bytes. What a program can say through libaudit (MAX_AUDIT_MESSAGE_LENGTH, 8970) the kernel may write as hexadecimal, twice as
	 * long (USER_TTY). No multiple of a page, so that the beginnings of messages do not fall into the same few lines of the
	 * processor's cache.
	 */
	MESSAGE_MAX = 20 * 1024 + 832,
};

struct netlink_batch {
	struct mmsghdr headers[NETLINK_BATCH];
	struct iovec vectors[NETLINK_BATCH];
	struct sockaddr_nl senders[NETLINK_BATCH];
	char messages[NETLINK_BATCH][MESSAGE_MAX];
};

static struct netlink_batch *
batch_new(void)
{
	struct netlink_batch *batch = mem_alloc(sizeof(*batch));

	for (int i = 0; i < NETLINK_BATCH; i++) {
		batch->vectors[i] = (struct iovec){ batch->messages[i], MESSAGE_MAX };
		batch->headers[i].msg_hdr = (struct msghdr){
			.msg_name = &batch->senders[i],
			.msg_namelen = sizeof(batch->senders[i]),
			.msg_iov = &batch->vectors[i],
			.msg_iovlen = 1,
		};
	}
	return batch;
}

static int
open_socket(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_AUDIT);
	int size = RECEIVE_BUFFER;

	if (fd == -1)
		return -1;
	/* The first needs CAP_NET_ADMIN; the second is limited by net.core.rmem_max. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) == -1)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Requests without an acknowledgement: it would come among events. */
static int
request(int fd, uint16_t type, const void *data, uint32_t size)
{
	struct nlmsghdr header = {
		.nlmsg_len = NLMSG_LENGTH(size),
		.nlmsg_type = type,
		.nlmsg_flags = NLM_F_REQUEST,
		.nlmsg_seq = 1,
	};
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct iovec parts[] = { { &header, sizeof(header) }, { (void *)(uintptr_t)data, size } };
	struct msghdr message = { .msg_name = &kernel, .msg_namelen = sizeof(kernel), .msg_iov = parts, .msg_iovlen = 2 };

	return sendmsg(fd, &message, 0) == -1 ? -1 : 0;
}

/* Tells the kernel that process pid (0: none) takes the events, on this socket. */
static int
set_daemon(int fd, uint32_t pid)
{
	struct audit_status status = { .mask = AUDIT_STATUS_PID, .pid = pid };

	return request(fd, AUDIT_SET, &status, sizeof(status));
}

void
netlink_nudge(struct netlink *netlink)
{
	(void)request(netlink->fd, AUDIT_TRIM, NULL, 0);
}

static int
join_multicast(int fd)
{
	int group = AUDIT_NLGRP_READLOG;

	return setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group));
}

static int
refused(struct err *error, const char *what, const char *capability)
{
	if (errno == EPERM || errno == EACCES)
		return err_set(error,
		    "%s: not permitted: this needs %s; to read a log instead: auditstream -i /var/log/audit/audit.log", what,
		    capability);
	if (errno == EPROTONOSUPPORT || errno == ECONNREFUSED)
		return err_set(error, "%s: this kernel, or this container, has no audit", what);
	return err_set(error, "%s: %s", what, strerror(errno));
}

/* The kernel learns only when it sends the next record that its daemon was killed; who wants to be the next need not wait for that. */
static bool
is_gone(uint32_t pid)
{
	return kill((pid_t)pid, 0) == -1 && errno == ESRCH;
}

/*
 * Becomes the audit daemon if there is none. Of two that try at the same time the kernel refuses one, and its answer would come
 * among events: so it is asked who the daemon is now. Returns 0, or -1 with *error.
 */
static int
try_unicast(struct netlink *netlink, struct err *error)
{
	struct audit_status status = { .pid = 0 };

	if (netlink_status(netlink, &status) == -1)
		return refused(error, "asking for the audit status", "CAP_AUDIT_CONTROL (or -M and CAP_AUDIT_READ)");
	if (status.pid != 0 && !is_gone(status.pid))
		return 0;
	if (set_daemon(netlink->fd, (uint32_t)getpid()) == -1 || netlink_status(netlink, &status) == -1)
		return refused(error, "becoming the audit daemon", "CAP_AUDIT_CONTROL");
	netlink->registered = status.pid == (uint32_t)getpid();
	netlink->hurried = netlink->registered && status.backlog_wait_time == 0 && precedence_take();
	return 0;
}

int
netlink_open(struct netlink *netlink, bool multicast, struct err *error)
{
	int rc;

	memset(netlink, 0, sizeof(*netlink));
	netlink->control = -1;
	netlink->fd = open_socket();
	if (netlink->fd == -1 || (netlink->control = audit_open()) == -1) {
		refused(error, "audit socket", "CAP_AUDIT_CONTROL");
		netlink_close(netlink);
		return -1;
	}
	netlink->batch = batch_new();
	rc = multicast ? 0 : try_unicast(netlink, error);
	if (rc == 0 && !netlink->registered && (rc = join_multicast(netlink->fd)) == -1)
		refused(error, "joining the audit multicast group", "CAP_AUDIT_READ");
	if (rc == -1)
		netlink_close(netlink);
	return rc;
}

void
netlink_leave(struct netlink *netlink)
{
	int group = AUDIT_NLGRP_READLOG;

	if (netlink->registered)
		(void)set_daemon(netlink->fd, 0);
	else
		(void)setsockopt(netlink->fd, SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, &group, sizeof(group));
	if (netlink->hurried)
		precedence_give_back();
	netlink->registered = netlink->hurried = false;
}

void
netlink_close(struct netlink *netlink)
{
	if (netlink->fd != -1) {
		netlink_leave(netlink);
		close(netlink->fd);
	}
	if (netlink->control != -1)
		audit_close(netlink->control);
	free(netlink->batch);
	*netlink = (struct netlink){ .fd = -1, .control = -1 };
}

/* Below 1100 are answers to control messages, but for USER and LOGIN; REPLACE asks whether we are alive, and needs no answer. */
static bool
is_event(uint16_t type)
{
	return type >= TYPE_USER_FIRST ? type != AUDIT_REPLACE : type == AUDIT_USER || type == TYPE_LOGIN;
}

static void
take_message(const struct mmsghdr *header, netlink_take *take, void *arg)
{
	const char *message = header->msg_hdr.msg_iov->iov_base;
	const struct sockaddr_nl *sender = header->msg_hdr.msg_name;
	size_t length = header->msg_len;
	struct nlmsghdr netlink_header;

	/* Only the kernel (port 0) speaks here; anybody may send to our port. */
	if (header->msg_hdr.msg_namelen != sizeof(*sender) || sender->nl_pid != 0 || length < NLMSG_HDRLEN)
		return;
	memcpy(&netlink_header, message, sizeof(netlink_header));
	if (!is_event(netlink_header.nlmsg_type))
		return;
	length -= NLMSG_HDRLEN;
	message += NLMSG_HDRLEN;
	while (length > 0 && message[length - 1] == '\0')
		length--; /* messages from user space end with their NUL */
	take(arg, netlink_header.nlmsg_type, message, length, (header->msg_hdr.msg_flags & MSG_TRUNC) != 0);
}

int
netlink_receive(struct netlink *netlink, unsigned most, netlink_take *take, void *arg)
{
	struct netlink_batch *batch = netlink->batch;
	int count = recvmmsg(netlink->fd, batch->headers, most, MSG_DONTWAIT, NULL);

	netlink->emptied = count < (int)most && (count != -1 || errno == EAGAIN);
	if (count == -1)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	for (int i = 0; i < count; i++) {
		take_message(&batch->headers[i], take, arg);
		batch->headers[i].msg_hdr.msg_namelen = sizeof(batch->senders[i]);
	}
	return count;
}

uint32_t
netlink_dropped(struct netlink *netlink)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 }, before = netlink->dropped;
	socklen_t size = sizeof(info);

	if (getsockopt(netlink->fd, SOL_SOCKET, SO_MEMINFO, info, &size) == -1)
		return 0;
	netlink->dropped = info[SK_MEMINFO_DROPS];
	return netlink->dropped - before;
}

/* The next answer on the control socket. An answer that the kernel could not send must not hold up the capture. */
static int
next_answer(struct netlink *netlink, struct audit_reply *reply)
{
	if (poll(&(struct pollfd){ .fd = netlink->control, .events = POLLIN }, 1, ANSWER_LATEST) != 1)
		return -1;
	if (audit_get_reply(netlink->control, reply, GET_REPLY_NONBLOCKING, 0) <= 0)
		return -1;
	/* Error 0 acknowledges a request; it may come behind the answer. */
	return reply->type == NLMSG_ERROR && reply->error->error != 0 ? -1 : 0;
}

int
netlink_status(struct netlink *netlink, struct audit_status *status)
{
	struct audit_reply reply;

	if (audit_request_status(netlink->control) <= 0)
		return -1;
	do {
		if (next_answer(netlink, &reply) == -1)
			return -1;
	} while (reply.type != AUDIT_GET);
	*status = *reply.status;
	return 0;
}

int
netlink_count_rules(struct netlink *netlink)
{
	struct audit_reply reply;
	int rules = 0;

	if (audit_request_rules_list_data(netlink->control) <= 0)
		return -1;
	while (next_answer(netlink, &reply) == 0) {
		if (reply.type == NLMSG_DONE)
			return rules;
		rules += reply.type == AUDIT_LIST_RULES;
	}
	return -1;
}
