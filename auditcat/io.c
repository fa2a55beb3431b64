/* SPDX-License-Identifier: BSD-2-Clause */
#include "io.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "mem.h"

int
io_read_at(int fd, uint64_t offset, void *to, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = pread(fd, (char *)to + done, size - done, (off_t)(offset + done));

		if (n == -1 && errno != EINTR)
			return -1;
		if (n == 0)
			return 0;
		if (n > 0)
			done += (size_t)n;
	}
	return 1;
}

int
io_write(int fd, const void *bytes, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = write(fd, (const char *)bytes + done, size - done);

		if (n == -1 && errno != EINTR)
			return -1;
		if (n > 0)
			done += (size_t)n;
	}
	return 0;
}

int
io_copy(int from_fd, uint64_t from, uint64_t end, int to_fd)
{
	enum { CHUNK = 1 << 18 };
	char *buffer = mem_alloc(CHUNK);
	int rc = 0;

	while (rc == 0 && from < end) {
		size_t size = end - from < CHUNK ? (size_t)(end - from) : CHUNK;

		rc = io_read_at(from_fd, from, buffer, size);
		if (rc == 0)
			errno = EIO; /* it has become shorter meanwhile */
		rc = rc == 1 ? io_write(to_fd, buffer, size) : -1;
		from += size;
	}
	free(buffer);
	return rc;
}
