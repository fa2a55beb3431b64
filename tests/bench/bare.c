/*
 * The least that can read the kernel's audit: a loop of poll(), recvmmsg() and write(), without a thought for what it carries. What it costs
 * no reader can undercut. bare: becomes the audit daemon, and writes lines as auditd's until SIGTERM.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <errno.h>
#include <libaudit.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "netlink.h"
#include "out.h"

static volatile sig_atomic_t told;

static void
end(int signal)
{
	(void)signal;
	told = 1;
}

static void
take(void *arg, uint16_t type, const char *text, size_t length, bool cut)
{
	struct out *out = arg;

	(void)cut;
	out_text(out, type == AUDIT_SYSCALL ? "type=SYSCALL msg=" : "type=OTHER msg=");
	out_bytes(out, text, length);
	out_char(out, '\n');
}

int
main(void)
{
	struct sigaction action = { .sa_handler = end };
	struct netlink netlink;
	struct out out;
	struct err error;

	sigaction(SIGTERM, &action, NULL);
	if (netlink_open(&netlink, false, &error) == -1)
		errx(1, "%s", error.text);
	warnx("unicast:");
	out_init(&out, STDOUT_FILENO, 1 << 20);
	while (!told) {
		(void)poll(&(struct pollfd){ .fd = netlink.fd, .events = POLLIN }, 1, -1);
		do
			(void)netlink_receive(&netlink, NETLINK_BATCH, take, &out);
		while (!netlink.emptied);
		if (out_flush(&out) == -1)
			err(1, "stdout");
	}
	netlink_close(&netlink);
	return 0;
}
