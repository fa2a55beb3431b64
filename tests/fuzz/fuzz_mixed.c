/*
 * Streams of records, frames, heads and tails with right checksums, and rubbish, in an order that the input says: whatever comes, the
 * reader ends, and auditcat's, which passes on what is damaged too, hands out each byte once. An input is a list of pieces: a byte that says what, one that says how many of the bytes behind it are its own.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "../../auditcat/source.h"
#include "fuzz.h"

#include <err.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include "out.h"
#include "stream.h"

enum { PIECES = 200,
	UNPACKED_MAX = 1 << 20 };

static void
ignore(const char *text)
{
	touch(text, strlen(text));
}

static void
put_record(struct out *out, const uint8_t *data, size_t size)
{
	unsigned char lines[512];
	struct record record = { .lines = lines, .count = 1, .event = "FUZZ", .serial = size };

	record.size = (size_t)(line_put(lines, 1300, 0, (const char *)data, size) - lines);
	record_write(out, &record, NULL, 0);
}

/* A frame of these bytes, or of a record that holds them. */
static void
put_frame(struct out *out, const uint8_t *data, size_t size, bool of_record)
{
	struct out record;
	unsigned char packed[2048];
	size_t n;

	out_init(&record, -1, 1024);
	record.hold = true;
	if (of_record)
		put_record(&record, data, size);
	else
		out_bytes(&record, data, size);
	n = ZSTD_compress(packed, sizeof(packed), record.data, out_waiting(&record), 1);
	if (!ZSTD_isError(n))
		out_bytes(out, packed, n);
	out_clear(&record);
}

static void
put_head(struct out *out, const uint8_t *data, size_t size)
{
	struct trail_head head = { .flags = size > 0 ? data[0] : 0 };
	unsigned char bytes[TRAIL_HEAD];

	head.content.body = size > 1 ? data[1] : 0;
	head.content.unpacked = size > 2 ? data[2] : head.content.body;
	head.content.records = size > 3 ? data[3] : 0;
	head.sequence = size > 4 ? data[4] : 0;
	trail_put_head(bytes, &head);
	out_bytes(out, bytes, TRAIL_HEAD);
}

static void
put_tail(struct out *out, const uint8_t *data, size_t size)
{
	struct trail_tail tail = { .flags = size > 0 ? data[0] : 0 };
	unsigned char bytes[TRAIL_TAIL];

	tail.content.body = size > 1 ? data[1] : 0;
	tail.content.unpacked = tail.content.body;
	tail.content.records = size > 2 ? data[2] : 0;
	tail.sequence = size > 3 ? data[3] : 0;
	trail_put_tail(bytes, &tail);
	out_bytes(out, bytes, TRAIL_TAIL);
}

static void
put_piece(struct out *out, uint8_t what, const uint8_t *data, size_t size)
{
	switch (what % 8) {
	case 0:
		put_record(out, data, size);
		break;
	case 1:
	case 2:
		put_frame(out, data, size, what % 8 == 1);
		break;
	case 3:
		put_head(out, data, size);
		break;
	case 4:
		put_tail(out, data, size);
		break;
	case 5: /* damage: takes bytes back */
		out->tail -= size < out_waiting(out) ? size : out_waiting(out);
		break;
	default:
		out_bytes(out, data, size);
		break;
	}
}

static bool
odd_sequence(void *arg, const struct trail_head *head)
{
	return head->sequence % 2 == 1;
}

static int
file_of(const struct out *out)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd == -1 || write(fd, out->data, out->tail) != (ssize_t)out->tail || lseek(fd, 0, SEEK_SET) == -1)
		err(1, "memfd");
	return fd;
}

static void
read_stream(const struct out *out)
{
	struct stream stream;
	struct record record;
	size_t total = 0;

	stream_init(&stream, file_of(out), "fuzz", ignore);
	stream.wanted = odd_sequence;
	while (stream_read(&stream, &record) == 1) {
		touch((const char *)record.data, record.length);
		if ((total += record.length) > UNPACKED_MAX)
			break;
	}
	stream_clear(&stream);
}

/* Takes all of a unit, so many bytes at a time. Returns how many bytes of the input it was. */
static size_t
read_unit(struct source *source, size_t step)
{
	size_t total = source->unit == SOURCE_BIN ? TRAIL_HEAD : source->unit == SOURCE_SECTION ? source->section_size
												: 0;
	const unsigned char *bytes;
	size_t size;
	bool all;

	do {
		if (source_window(source, step, &bytes, &size, &all) == -1)
			abort();
		touch(bytes, size);
		size = size < step ? size : step;
		source_take(source, size);
		total += source->unit == SOURCE_SECTION ? 0 : size;
	} while (size > 0);
	return total + (size_t)source->torn + (source->unit == SOURCE_BIN && source->whole ? TRAIL_TAIL : 0);
}

static void
read_source(const struct out *out, size_t step)
{
	struct source source;
	size_t total = 0;
	int rc;

	source_init(&source, file_of(out), "fuzz", ignore);
	while ((rc = source_next(&source)) == 1)
		total += read_unit(&source, step);
	if (rc == -1 || total != out->tail)
		abort();
	source_clear(&source);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct out out;

	out_init(&out, -1, 1 << 16);
	out.hold = true;
	for (int pieces = 0; size >= 2 && pieces < PIECES; pieces++) {
		uint8_t what = data[0];
		size_t n = data[1] < size - 2 ? data[1] : size - 2;

		put_piece(&out, what, data + 2, n);
		data += 2 + n;
		size -= 2 + n;
	}
	read_stream(&out);
	read_source(&out, 1 << 20);
	read_source(&out, 100);
	out_clear(&out);
	return 0;
}
