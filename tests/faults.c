/*
 * Preloaded into auditbin: FAULT_SHORT=N lets pwrite() write N bytes at most; FAULT_CLOCK=1 steps the clock of the day by a day at each
 * reading, back and forward in turn.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at);
ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at);
int clock_gettime(clockid_t clock, struct timespec *now);

ssize_t
pwrite64(int fd, const void *bytes, size_t size, off_t at)
{
	const char *limit = getenv("FAULT_SHORT");
	size_t most = limit == NULL ? size : (size_t)atol(limit);

	return syscall(SYS_pwrite64, fd, bytes, size < most ? size : most, at);
}

ssize_t
pwrite(int fd, const void *bytes, size_t size, off_t at)
{
	return pwrite64(fd, bytes, size, at);
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
