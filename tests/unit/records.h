/* Records of many lengths for tests: numbered by their serials, a second apart. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RECORDS_H
#define RECORDS_H

#include <err.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "out.h"
#include "record.h"

static const int64_t RECORDS_TIME = INT64_C(1795325474000000000);

/* Appends a record whose text is so many bytes, random ones or letters. */
static inline void
put_record(struct out *out, uint64_t serial, size_t length, bool letters, uint64_t *seed)
{
	unsigned char *lines = malloc(line_size(length));
	char *text = malloc(length + 1);
	struct record record = {
		.lines = lines,
		.count = 1,
		.serial = serial,
		.time = RECORDS_TIME + (int64_t)serial * 1000000000,
		.event = "FILE_Open",
	};

	for (size_t i = 0; i < length; i++)
		text[i] = letters ? (char)('a' + (random_next(seed) >> 32) % 4) : (char)(random_next(seed) >> 32);
	record.size = (size_t)(line_put(lines, 1300, 0, text, length) - lines);
	record_write(out, &record, NULL, 0);
	free(lines);
	free(text);
}

/* A buffer that only grows. */
static inline void
start_records(struct out *out)
{
	out_init(out, -1, 1 << 16);
	out->hold = true;
}

/* A file of these bytes, to be read from its beginning. */
static inline int
memory_file(const void *data, size_t size)
{
	int fd = memfd_create("records", MFD_CLOEXEC);

	if (fd == -1 || write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) == -1)
		err(1, "memfd");
	return fd;
}

/* A pipe that a process of ours writes them into, so many at a time. */
static inline int
pipe_of_chunks(const unsigned char *data, size_t size, size_t chunk, pid_t *writer)
{
	int fds[2];

	fflush(stdout);
	if (pipe(fds) == -1 || (*writer = fork()) == -1)
		err(1, "pipe");
	if (*writer == 0) {
		close(fds[0]);
		for (size_t at = 0; at < size; at += chunk)
			if (write(fds[1], data + at, size - at < chunk ? size - at : chunk) == -1)
				_exit(1);
		_exit(0);
	}
	close(fds[1]);
	return fds[0];
}

#endif
