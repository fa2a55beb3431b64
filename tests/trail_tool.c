/*
 * Bins for tests: trail_tool [-n] ID <records >bin, or trail_tool -r <records >bin
 *
 * The records of standard input as a bin whose id is that digit, repeated, or random. -n leaves the tail out, as a crash does.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "err.h"
#include "mem.h"
#include "record.h"
#include "trail.h"

enum { MOST = 64 << 20 };

/* What the bytes hold, as far as they are records. */
static void
count(const unsigned char *bytes, size_t size, struct trail_content *content)
{
	struct record record;
	const char *problem;

	content->body = content->unpacked = size;
	for (size_t at = 0; at + RECORD_HEADER <= size;) {
		size_t length = record_length(bytes + at);

		if (length == 0 || length > size - at || record_parse(bytes + at, length, &record, &problem) == -1)
			break;
		if (content->records == 0 || record.time < content->first)
			content->first = record.time;
		if (content->records == 0 || record.time > content->last)
			content->last = record.time;
		content->records++;
		at += length;
	}
}

static void
write_bytes(const void *bytes, size_t size)
{
	if (fwrite(bytes, 1, size, stdout) != size)
		err(EXIT_FAILED, "stdout");
}

int
main(int argc, char **argv)
{
	unsigned char bytes[TRAIL_HEAD], *records = mem_alloc(MOST);
	struct trail_head head = { .flags = TRAIL_OPEN, .sequence = 1, .created = 1000000000, .host = "here" };
	struct trail_tail tail = { .sequence = 1 };
	bool finished = argc == 2, is_random = argc == 2 && strcmp(argv[1], "-r") == 0;
	size_t size = fread(records, 1, MOST, stdin);

	if (argc != 2 && (argc != 3 || strcmp(argv[1], "-n") != 0))
		errx(EXIT_USAGE, "usage: trail_tool [-n] ID | -r");
	memset(head.bin, argv[argc - 1][0], sizeof(head.bin));
	if (is_random && getrandom(head.bin, sizeof(head.bin), 0) != sizeof(head.bin))
		err(EXIT_FAILED, "random numbers");
	memcpy(tail.bin, head.bin, sizeof(tail.bin));
	trail_put_head(bytes, &head);
	write_bytes(bytes, TRAIL_HEAD);
	write_bytes(records, size);
	count(records, size, &tail.content);
	trail_put_tail(bytes, &tail);
	if (finished)
		write_bytes(bytes, TRAIL_TAIL);
	free(records);
	return fflush(stdout) == 0 ? EXIT_OK : EXIT_FAILED;
}
