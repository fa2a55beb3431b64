/* SPDX-License-Identifier: BSD-2-Clause */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "mem.h"
#include "monotonic.h"

enum { WRITING = 10000 }; /* ms to wait for the rest: a writer that was stopped may never write it */

char *
file_read(int directory, const char *name, size_t max, size_t *length)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC), saved;
	size_t capacity = 0;
	char *text = NULL;
	ssize_t n;

	*length = 0;
	if (fd == -1)
		return NULL;
	do {
		text = mem_grow(text, &capacity, *length + 4096, 1);
		n = read(fd, text + *length, capacity - *length - 1);
		*length += n > 0 ? (size_t)n : 0;
		if (*length > max) {
			errno = EFBIG;
			n = -1;
		}
	} while (n > 0);
	saved = errno;
	close(fd);
	errno = saved;
	if (n == -1) {
		free(text);
		return NULL;
	}
	text[*length] = '\0';
	return text;
}

char *
file_load(const char *path, size_t max, size_t *length, struct err *error)
{
	struct stat status;
	char *text;

	if (stat(path, &status) == 0 && S_ISFIFO(status.st_mode)) {
		err_set(error, "%s: a fifo, not a file", path);
		return NULL;
	}
	text = file_read(AT_FDCWD, path, max, length);
	if (text == NULL)
		err_set(error, "%s: %s", path, strerror(errno));
	return text;
}

int
file_sync_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *directory = slash == NULL ? mem_string(".", 1) : mem_string(path, slash == path ? 1 : (size_t)(slash - path));
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc, saved;

	free(directory);
	if (fd == -1)
		return -1;
	rc = fsync(fd);
	saved = errno;
	close(fd);
	errno = saved;
	return rc;
}

/* Tried with a description of its own: a lock that our caller has on the one that it gave us must not be changed. */
bool
file_is_locked(int fd)
{
	char path[32];
	bool locked;
	int own;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	own = open(path, O_RDONLY | O_CLOEXEC);
	if (own == -1)
		return false;
	locked = flock(own, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK;
	close(own);
	return locked;
}

bool
file_goes_on(int fd)
{
	static const struct timespec pause = { .tv_nsec = 5 * 1000000L };
	int64_t deadline = monotonic_ms() + WRITING;
	off_t at = lseek(fd, 0, SEEK_CUR);
	struct stat status;

	if (at == -1 || fstat(fd, &status) == -1 || !S_ISREG(status.st_mode))
		return false;
	for (;;) {
		bool locked = file_is_locked(fd); /* before the look at the size: what its holder wrote until he gave it up is in that */

		if (fstat(fd, &status) == -1)
			return false;
		if (status.st_size > at)
			return true;
		if (!locked || monotonic_ms() >= deadline)
			return false;
		nanosleep(&pause, NULL);
	}
}

void
file_allow_many(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}
