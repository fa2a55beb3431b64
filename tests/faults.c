/*
 * Preloaded into auditbin and auditcat: FAULT_SHORT=N lets pwrite(), and write() to what is appended to, write N bytes at most, and then
 * FAULT_OTHER=FILE is appended once by somebody else; FAULT_CLOCK=1 steps the clock of the day by a day at each reading, back and forward
 * in turn.
 *
 * FAULT_SYNC=N[-M] lets the calls N to M of fdatasync() fail. As Linux has it, what they were to bring to the disk is never brought there
 * unless it is written again: the next call that succeeds overwrites it with zeros, or with FAULT_EVICT=1 the one that fails does.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at);
ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at);
ssize_t write(int fd, const void *bytes, size_t size);
int fdatasync(int fd);
int clock_gettime(clockid_t clock, struct timespec *now);

enum { FILE_MAX = 1 << 20 };

/* The file that is being written, byte by byte: what was since the last fdatasync(), and what one that failed has left off the disk. */
static struct {
	int fd;
	enum state { CLEAN,
		DIRTY,
		REFUSED } bytes[FILE_MAX];
} file = { .fd = -1 };

static void
note_write(int fd, off_t at, off_t end)
{
	if (end > FILE_MAX)
		abort();
	if (fd != file.fd)
		memset(file.bytes, 0, sizeof(file.bytes));
	file.fd = fd;
	for (; at < end; at++)
		file.bytes[at] = DIRTY;
}

static void
change(enum state from, enum state to)
{
	for (off_t at = 0; at < FILE_MAX; at++)
		if (file.bytes[at] == from)
			file.bytes[at] = to;
}

/* They are no longer what they were. */
static void
lose_refused(void)
{
	for (off_t at = 0; at < FILE_MAX; at++)
		if (file.bytes[at] == REFUSED)
			(void)syscall(SYS_pwrite64, file.fd, "", (size_t)1, at);
}

static bool
is_to_fail(const char *which)
{
	static long calls;
	char *end;
	long first = strtol(which, &end, 10), last = *end == '-' ? atol(end + 1) : first;

	calls++;
	return calls >= first && calls <= last;
}

ssize_t
pwrite64(int fd, const void *bytes, size_t size, off_t at)
{
	const char *limit = getenv("FAULT_SHORT");
	size_t most = limit == NULL ? size : (size_t)atol(limit);
	ssize_t n = syscall(SYS_pwrite64, fd, bytes, size < most ? size : most, at);

	if (n > 0)
		note_write(fd, at, at + n);
	return n;
}

ssize_t
pwrite(int fd, const void *bytes, size_t size, off_t at)
{
	return pwrite64(fd, bytes, size, at);
}

/* FAULT_OTHER: what somebody else, who has opened it too, appends to a trail of which we could only write a part. */
static void
append_other(int fd)
{
	const char *path = getenv("FAULT_OTHER");
	static char bytes[FILE_MAX];
	char name[64];
	int from, to;

	if (path == NULL)
		return;
	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	from = open(path, O_RDONLY | O_CLOEXEC);
	to = open(name, O_WRONLY | O_APPEND | O_CLOEXEC);
	(void)syscall(SYS_write, to, bytes, (size_t)read(from, bytes, sizeof(bytes)));
	close(from);
	close(to);
	unsetenv("FAULT_OTHER");
}

ssize_t
write(int fd, const void *bytes, size_t size)
{
	const char *limit = getenv("FAULT_SHORT");
	ssize_t n;

	if (limit == NULL || !(fcntl(fd, F_GETFL) & O_APPEND) || size <= (size_t)atol(limit))
		return syscall(SYS_write, fd, bytes, size);
	n = syscall(SYS_write, fd, bytes, (size_t)atol(limit));
	append_other(fd);
	return n;
}

int
fdatasync(int fd)
{
	const char *which = getenv("FAULT_SYNC");

	if (which == NULL || fd != file.fd)
		return (int)syscall(SYS_fdatasync, fd);
	if (is_to_fail(which)) {
		change(DIRTY, REFUSED);
		if (getenv("FAULT_EVICT") != NULL)
			lose_refused();
		errno = EIO;
		return -1;
	}
	lose_refused();
	change(DIRTY, CLEAN);
	change(REFUSED, CLEAN);
	return (int)syscall(SYS_fdatasync, fd);
}

int
clock_gettime(clockid_t clock, struct timespec *now)
{
	static int readings;
	int rc = (int)syscall(SYS_clock_gettime, clock, now);

	if (clock == CLOCK_REALTIME && getenv("FAULT_CLOCK") != NULL)
		now->tv_sec += ++readings % 2 != 0 ? -86400 : 86400;
	return rc;
}
