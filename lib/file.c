/* SPDX-License-Identifier: BSD-2-Clause */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "mem.h"

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

void
file_allow_many(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}
