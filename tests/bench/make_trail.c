/*
 * make_trail SAMPLE RECORDS SECONDS > TRAIL: a trail of so many records out of a stream that is repeated, with serials that go on and times
 * that are spread over so many seconds from 2026-11-01 on.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "mem.h"
#include "out.h"
#include "section.h"
#include "stream.h"
#include "text.h"

enum { BUFFER = TRAIL_SECTION + RECORD_MAX };

static const int64_t FIRST = 1793491200 * INT64_C(1000000000);

struct maker {
	struct packer packer;
	struct trail_head head;
	struct trail_tail tail;
	struct out records, trail;
};

static void
complain(const char *text)
{
	warnx("%s", text);
}

static uint64_t
number(const char *text)
{
	uint64_t value;

	if (!text_unsigned(text, strlen(text), &value) || value == 0)
		errx(EXIT_USAGE, "%s: not a number", text);
	return value;
}

/* The whole sample, as bytes. */
static void
read_sample(const char *path, struct out *sample)
{
	struct stream stream;
	struct record record;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		err(EXIT_FAILED, "%s", path);
	out_init(sample, -1, 1 << 20);
	sample->hold = true;
	stream_init(&stream, fd, path, complain);
	while (stream_read(&stream, &record) == 1)
		out_bytes(sample, record.data, record.length);
	stream_clear(&stream);
	if (out_waiting(sample) == 0)
		errx(EXIT_FAILED, "%s: no records", path);
}

/* Packs what has gathered, as far as it fills a section, or all of it. */
static void
pack(struct maker *maker, bool all)
{
	struct out *records = &maker->records;

	while (out_waiting(records) >= (all ? 1 : TRAIL_SECTION)) {
		int64_t n;

		memcpy(maker->head.previous, maker->tail.hash, TRAIL_HASH);
		maker->head.sequence++;
		maker->head.flags = TRAIL_LAST;
		n = packer_pack(&maker->packer, records->data + records->head, out_waiting(records), all, &maker->head, &maker->tail);
		if (n <= 0)
			err(EXIT_FAILED, "packing");
		out_bytes(&maker->trail, maker->packer.data, maker->packer.size);
		records->head += (size_t)n;
	}
	memmove(records->data, records->data + records->head, out_waiting(records));
	records->tail -= records->head;
	records->head = 0;
}

static void
make(struct maker *maker, const struct out *sample, uint64_t count, uint64_t seconds)
{
	const unsigned char *at = sample->data, *end = at + sample->tail;
	const char *problem;

	for (uint64_t i = 0; i < count; i++) {
		struct record record;

		if (at == end)
			at = sample->data;
		if (record_parse(at, record_length(at), &record, &problem) == -1)
			errx(EXIT_FAILED, "%s", problem);
		at += record.length;
		record.serial = i + 1;
		record.time = FIRST + (int64_t)((double)i / (double)count * (double)seconds * 1e9);
		record_write(&maker->records, &record, NULL, 0);
		if (out_waiting(&maker->records) >= TRAIL_SECTION)
			pack(maker, false);
	}
	pack(maker, true);
}

int
main(int argc, char **argv)
{
	struct maker maker = { .head = { .host = "bench" } };
	struct out sample;

	if (argc != 4 || isatty(STDOUT_FILENO)) {
		fprintf(stderr, "usage: make_trail sample records seconds > trail\n");
		return EXIT_USAGE;
	}
	read_sample(argv[1], &sample);
	out_init(&maker.records, -1, BUFFER);
	maker.records.hold = true;
	out_init(&maker.trail, STDOUT_FILENO, 1 << 18);
	if (packer_init(&maker.packer, SECTION_LEVEL, NULL) == -1)
		err(EXIT_FAILED, "packing");
	make(&maker, &sample, number(argv[2]), number(argv[3]));
	if (out_flush(&maker.trail) == -1)
		err(EXIT_FAILED, "stdout");
	packer_clear(&maker.packer);
	out_clear(&maker.records);
	out_clear(&maker.trail);
	out_clear(&sample);
	return EXIT_OK;
}
