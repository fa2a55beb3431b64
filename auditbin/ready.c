/* SPDX-License-Identifier: BSD-2-Clause */
#include "ready.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "err.h"

int
ready_detach(void)
{
	int ends[2];
	char byte;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) == -1 || (pid = fork()) == -1)
		err(EXIT_FAILED, "going into the background");
	if (pid > 0) {
		close(ends[1]);
		_exit(read(ends[0], &byte, 1) == 1 ? EXIT_OK : EXIT_FAILED);
	}
	close(ends[0]);
	setsid();
	return ends[1];
}

/* sd_notify(3): one datagram to the socket; a name that begins with @ is abstract. */
static void
tell_systemd(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = strlen(path);
	int fd;

	if (length == 0 || length >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, path, length);
	if (*path == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	length += offsetof(struct sockaddr_un, sun_path);
	if (fd == -1 || sendto(fd, "READY=1", 7, MSG_NOSIGNAL, (struct sockaddr *)&address, (socklen_t)length) == -1)
		warn("NOTIFY_SOCKET=%s", path);
	if (fd != -1)
		close(fd);
}

void
ready_tell(int background)
{
	const char *path = getenv("NOTIFY_SOCKET");
	int null;

	if (path != NULL)
		tell_systemd(path);
	if (background == -1)
		return;
	if (chdir("/") == -1)
		warn("/");
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	(void)!write(background, "", 1);
	close(background);
}
