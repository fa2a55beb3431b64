/* SPDX-License-Identifier: BSD-2-Clause */
#include "resolver.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine.h"

void
resolver_system(uint32_t id, char *name, size_t size)
{
	const struct passwd *user = getpwuid(id);

	name[0] = '\0';
	if (user != NULL && strlen(user->pw_name) < size)
		strcpy(name, user->pw_name);
}

/* It holds nothing open that somebody waits to be closed, and is not ended by what ends us: we do that, or the kernel if we cannot. */
static void
detach(int fd)
{
	int null;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "audit-names");
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	if (fd != STDERR_FILENO + 1)
		dup2(fd, STDERR_FILENO + 1);
	closefrom(STDERR_FILENO + 2);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null == -1)
		_exit(1);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
}

_Noreturn static void
help(int fd, pid_t parent, resolver_lookup *lookup)
{
	struct answer answer;

	detach(fd);
	fd = STDERR_FILENO + 1;
	if (getppid() != parent)
		_exit(0); /* it ended before the kernel knew that we want to */
	confine(CONFINE_ALL);
	while (recv(fd, &answer.question, sizeof(answer.question), 0) == sizeof(answer.question)) {
		memset(answer.name, 0, sizeof(answer.name));
		lookup(answer.question.id, answer.name, sizeof(answer.name));
		if (send(fd, &answer, sizeof(answer), 0) == -1)
			break;
	}
	_exit(0);
}

void
resolver_start(struct resolver *resolver, resolver_lookup *lookup)
{
	pid_t parent = getpid();
	int fds[2];

	if (resolver->helper > 0)
		(void)waitpid(resolver->helper, NULL, WNOHANG); /* given up, and ended by now */
	*resolver = (struct resolver){ .fd = -1 };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == -1)
		return;
	resolver->helper = fork();
	if (resolver->helper == 0)
		help(fds[1], parent, lookup);
	close(fds[1]);
	if (resolver->helper == -1)
		close(fds[0]);
	else
		resolver->fd = fds[0];
}

void
resolver_abandon(struct resolver *resolver)
{
	if (resolver->fd == -1)
		return;
	close(resolver->fd);
	resolver->fd = -1;
	resolver->waiting = 0;
	kill(resolver->helper, SIGKILL);
}

void
resolver_stop(struct resolver *resolver)
{
	resolver_abandon(resolver);
	while (resolver->helper > 0 && waitpid(resolver->helper, NULL, 0) == -1 && errno == EINTR)
		continue;
	resolver->helper = 0;
}

bool
resolver_ask(struct resolver *resolver, struct question question)
{
	if (resolver->fd == -1 || resolver->waiting == RESOLVER_WAITING)
		return false;
	if (send(resolver->fd, &question, sizeof(question), MSG_DONTWAIT | MSG_NOSIGNAL) == -1) {
		if (errno != EAGAIN && errno != EINTR)
			resolver_stop(resolver); /* it has ended: nobody would notice while no answer is waited for */
		return false;
	}
	resolver->waiting++;
	return true;
}

bool
resolver_answer(struct resolver *resolver, int timeout, struct answer *answer)
{
	struct pollfd fd = { .fd = resolver->fd, .events = POLLIN };
	ssize_t length;

	if (resolver->waiting == 0 || poll(&fd, 1, timeout) != 1)
		return false;
	length = recv(resolver->fd, answer, sizeof(*answer), MSG_DONTWAIT);
	if (length != sizeof(*answer)) {
		resolver_stop(resolver); /* it has ended */
		return false;
	}
	answer->name[sizeof(answer->name) - 1] = '\0';
	resolver->waiting--;
	return true;
}
