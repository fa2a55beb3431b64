/* The reader of streams: whatever comes, it ends, and what it gives out has a right checksum. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include <err.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stream.h"

static void
ignore(const char *text)
{
	touch(text, strlen(text));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stream stream;
	struct record record;
	size_t total = 0;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd == -1 || write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) == -1)
		err(1, "memfd");
	stream_init(&stream, fd, "fuzz", ignore);
	while (stream_read(&stream, &record) == 1) {
		struct line line;
		size_t offset = 0;

		while (record_next_line(&record, &offset, &line))
			touch(line.text, line.length);
		/* A small packed input may hold a lot: enough is enough. */
		if ((total += record.length) > 1 << 20)
			break;
	}
	stream_clear(&stream);
	return 0;
}
