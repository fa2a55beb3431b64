/*
 * Preloaded into auditctl: answers its netlink requests in the kernel's place, as a kernel that has every feature and takes every
 * rule. A rule's bytes go, in hexadecimal, a line each, to the file that FAKE_RULES names. So auditctl's reading of a rule is seen
 * without touching the kernel's audit.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <libaudit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>

static uint32_t sequence;
static uint16_t request;
static int answers;

int poll(struct pollfd *fds, nfds_t count, int timeout);
int select(int count, fd_set *read, fd_set *write, fd_set *except, struct timeval *timeout);
ssize_t sendto(int fd, const void *data, size_t length, int flags, const struct sockaddr *to, socklen_t size);
ssize_t recvfrom(int fd, void *data, size_t length, int flags, struct sockaddr *from, socklen_t *size);

/* The answer is always there: the socket, on which none comes, is not waited for. */
int
poll(struct pollfd *fds, nfds_t count, int timeout)
{
	for (nfds_t i = 0; i < count; i++)
		fds[i].revents = fds[i].events;
	return (int)count;
}

int
select(int count, fd_set *read, fd_set *write, fd_set *except, struct timeval *timeout)
{
	return 1;
}

static void
keep_rule(const unsigned char *data, size_t length)
{
	FILE *file = fopen(getenv("FAKE_RULES"), "a");

	if (file == NULL)
		abort();
	for (size_t i = 0; i < length; i++)
		fprintf(file, "%02x", data[i]);
	fputc('\n', file);
	fclose(file);
}

ssize_t
sendto(int fd, const void *data, size_t length, int flags, const struct sockaddr *to, socklen_t size)
{
	const struct nlmsghdr *header = data;

	sequence = header->nlmsg_seq;
	request = header->nlmsg_type;
	answers = 0;
	if (request == AUDIT_ADD_RULE) {
		const struct audit_rule_data *rule = NLMSG_DATA(header);

		keep_rule((const unsigned char *)rule, sizeof(*rule) + rule->buflen);
	}
	return (ssize_t)length;
}

static size_t
acknowledge(struct nlmsghdr *header)
{
	struct nlmsgerr *answer = NLMSG_DATA(header);

	memset(answer, 0, sizeof(*answer));
	header->nlmsg_type = NLMSG_ERROR;
	return NLMSG_LENGTH(sizeof(*answer));
}

static size_t
tell_status(struct nlmsghdr *header)
{
	struct audit_status *status = NLMSG_DATA(header);

	memset(status, 0, sizeof(*status));
	status->enabled = 1;
	status->feature_bitmap = 0x7f;
	header->nlmsg_type = AUDIT_GET;
	return NLMSG_LENGTH(sizeof(*status));
}

/* First the acknowledgement, which auditctl peeks at before it takes it; then, where it asked for it, the status. */
ssize_t
recvfrom(int fd, void *data, size_t length, int flags, struct sockaddr *from, socklen_t *size)
{
	struct nlmsghdr *header = data;
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	if (answers > 1 || (answers == 1 && request != AUDIT_GET)) {
		errno = EAGAIN;
		return -1;
	}
	*header = (struct nlmsghdr){ .nlmsg_seq = sequence };
	header->nlmsg_len = (uint32_t)(answers == 0 ? acknowledge(header) : tell_status(header));
	if (!(flags & MSG_PEEK))
		answers++;
	if (from != NULL) {
		memcpy(from, &kernel, sizeof(kernel));
		*size = sizeof(kernel);
	}
	return (ssize_t)header->nlmsg_len;
}
