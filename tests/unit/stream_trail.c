/* The reader on trails and bins: sections, and what happens to them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream.h"

#include <sys/wait.h>
#include <zstd.h>

#include "bytes.h"
#include "records.h"
#include "section.h"

/* Four pieces of the input; the second is a bin that is being filled, and plain. */
enum { SECTIONS = 4,
	RECORDS = 6,
	ALL = SECTIONS * RECORDS,
	BIN = 1 };

static struct out trail;
static size_t starts[SECTIONS + 1];

static struct trail_head
head_of(int section)
{
	struct trail_head head = { .flags = TRAIL_LAST, .sequence = (uint64_t)section + 1, .host = "web1" };

	head.bin[0] = (unsigned char)section;
	return head;
}

static void
put_packed(struct out *to, int section, const struct out *records)
{
	struct packer packer;
	struct trail_head head = head_of(section);
	struct trail_tail tail;

	if (packer_init(&packer, 3, NULL) == -1 ||
	    packer_pack(&packer, records->data, records->tail, true, &head, &tail) != (int64_t)records->tail)
		abort();
	out_bytes(to, packer.data, packer.size);
	packer_clear(&packer);
}

static void
put_bin(struct out *to, int section, const struct out *records, bool closed)
{
	struct trail_head head = head_of(section);
	struct trail_tail tail = { .sequence = head.sequence };
	unsigned char bytes[TRAIL_HEAD];

	head.flags = TRAIL_OPEN;
	memcpy(tail.bin, head.bin, sizeof(tail.bin));
	trail_put_head(bytes, &head);
	out_bytes(to, bytes, TRAIL_HEAD);
	out_bytes(to, records->data, records->tail);
	tail.content = (struct trail_content){ .records = RECORDS, .body = records->tail, .unpacked = records->tail };
	trail_put_tail(bytes, &tail);
	if (closed)
		out_bytes(to, bytes, TRAIL_TAIL);
}

static void
make_trail(void)
{
	uint64_t seed = 4, serial = 0;
	struct out records;

	start_records(&trail);
	start_records(&records);
	for (int i = 0; i < SECTIONS; i++) {
		records.tail = 0;
		for (int k = 0; k < RECORDS; k++)
			put_record(&records, serial++, 20 + random_next(&seed) % 40, i != 2, &seed);
		starts[i] = trail.tail;
		if (i == BIN)
			put_bin(&trail, i, &records, true);
		else
			put_packed(&trail, i, &records);
	}
	starts[SECTIONS] = trail.tail;
	out_clear(&records);
}

static struct {
	unsigned times[ALL]; /* how often each record came */
	size_t count;
	uint64_t damaged, complaints;
	int rc;
	char first[512];
} got;

static void
complain(const char *text)
{
	if (got.complaints++ == 0)
		snprintf(got.first, sizeof(got.first), "%s", text);
}

static void
read_all(int fd, bool (*wanted)(void *arg, const struct trail_head *head))
{
	struct stream stream;
	struct record record;

	memset(&got, 0, sizeof(got));
	stream_init(&stream, fd, "it", complain);
	stream.wanted = wanted;
	while ((got.rc = stream_read(&stream, &record)) == 1) {
		got.count++;
		if (CHECK(record.serial < ALL))
			got.times[record.serial]++;
	}
	got.damaged = stream.damaged;
	CHECK_NUMBER(got.rc, 0);
	CHECK_NUMBER(got.complaints, got.damaged);
	stream_clear(&stream);
}

static void
read_bytes(const void *data, size_t size)
{
	read_all(memory_file(data, size), NULL);
}

/* Through a pipe, so many bytes at a time. */
static void
read_chunks(const unsigned char *data, size_t size, size_t chunk, bool (*wanted)(void *arg, const struct trail_head *head))
{
	pid_t writer;

	read_all(pipe_of_chunks(data, size, chunk, &writer), wanted);
	CHECK_NUMBER(waitpid(writer, NULL, 0), writer);
}

/* Each record of every section but this one came once, and of that one at most once. */
static bool
got_others(int section)
{
	bool well = true;

	for (int i = 0; i < ALL; i++)
		well &= i / RECORDS == section ? got.times[i] <= 1 : got.times[i] == 1;
	return well;
}

static void
sound(void)
{
	static const size_t chunks[] = { 1, 7, 255, 4096 };

	read_bytes(trail.data, trail.tail);
	CHECK(got.count == ALL && got_others(-1) && got.damaged == 0);
	for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
		read_chunks(trail.data, trail.tail, chunks[i], NULL);
		CHECK(got.count == ALL && got_others(-1) && got.damaged == 0);
	}
}

/* Each bit flipped: said, and all other sections are read. */
static void
flipped(void)
{
	for (int section = 0; section < SECTIONS; section++)
		for (size_t bit = starts[section] * 8; bit < starts[section + 1] * 8; bit++) {
			trail.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
			read_bytes(trail.data, trail.tail);
			if (!CHECK(got_others(section)) || !CHECK(got.damaged > 0))
				printf("# bit %zu of byte %zu of section %d: %s\n", bit % 8, bit / 8 - starts[section], section, got.first);
			trail.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
		}
}

/* Cut at each byte: what is whole before the cut is read. */
static void
cut(void)
{
	for (int section = 0; section < SECTIONS; section++)
		for (size_t size = starts[section] + 1; size < starts[section + 1]; size++) {
			read_bytes(trail.data, size);
			for (int i = 0; i < section * RECORDS; i++)
				CHECK_NUMBER(got.times[i], 1);
			for (int i = section * RECORDS; i < ALL; i++)
				CHECK(got.times[i] <= 1);
			/* A bin without a tail is one that is being filled: cut between records, it is sound. */
			if (section != BIN && !CHECK(got.damaged > 0))
				printf("# cut at byte %zu of section %d\n", size - starts[section], section);
		}
}

/* Each byte taken out. */
static void
missing_byte(void)
{
	unsigned char *data = malloc(trail.tail);

	for (int section = 0; section < SECTIONS; section++)
		for (size_t at = starts[section]; at < starts[section + 1]; at++) {
			memcpy(data, trail.data, at);
			memcpy(data + at, trail.data + at + 1, trail.tail - at - 1);
			read_bytes(data, trail.tail - 1);
			if (!CHECK(got_others(section)) || !CHECK(got.damaged > 0))
				printf("# without byte %zu of section %d: %s\n", at - starts[section], section, got.first);
		}
	free(data);
}

/* Plain records, frames of others, and sections, one behind the other. */
static void
mixed(void)
{
	uint64_t seed = 7;
	struct out all, piece;

	start_records(&all);
	start_records(&piece);
	for (uint64_t i = 0; i < 3; i++)
		put_record(&all, i, 30, true, &seed);
	for (uint64_t i = 3; i < 9; i++) {
		unsigned char packed[2000];
		size_t n;

		piece.tail = 0;
		put_record(&piece, i, 300, true, &seed);
		/* Half a record to a frame: other writers know nothing of records. */
		n = ZSTD_compress(packed, sizeof(packed), piece.data, 100, 1);
		out_bytes(&all, packed, n);
		put_le32(packed, 0x184d2a50);
		put_le32(packed + 4, 3);
		out_bytes(&all, packed, 11);
		n = ZSTD_compress(packed, sizeof(packed), piece.data + 100, piece.tail - 100, 1);
		out_bytes(&all, packed, n);
		piece.tail = 0;
		put_record(&all, i + 6, 30, true, &seed);
	}
	read_bytes(all.data, all.tail);
	CHECK_NUMBER(got.count, 15);
	CHECK_NUMBER(got.damaged, 0);
	read_chunks(all.data, all.tail, 3, NULL);
	CHECK_NUMBER(got.count, 15);
	CHECK_NUMBER(got.damaged, 0);
	out_clear(&all);
	out_clear(&piece);
}

/* A bin that is being filled: its whole records. A section behind it is read too. */
static void
torn_bin(void)
{
	struct out all;
	size_t body = starts[BIN] + TRAIL_HEAD, end = starts[BIN + 1] - TRAIL_TAIL;

	read_bytes(trail.data + starts[BIN], end - starts[BIN]);
	CHECK(got.count == RECORDS && got.damaged == 0);
	read_bytes(trail.data + starts[BIN], end - starts[BIN] - 1);
	CHECK(got.count == RECORDS - 1 && got.damaged == 1);
	CHECK(strstr(got.first, "cut") != NULL);
	read_bytes(trail.data + starts[BIN], body - starts[BIN]);
	CHECK(got.count == 0 && got.damaged == 0);
	start_records(&all);
	out_bytes(&all, trail.data + starts[BIN], end - starts[BIN]);
	out_bytes(&all, trail.data, starts[1]);
	read_bytes(all.data, all.tail);
	CHECK(got.count == 2 * RECORDS && got.damaged == 0);
	out_clear(&all);
}

/* A record taken out of a bin by somebody who leaves the rest alone. */
static void
missing_record(void)
{
	size_t first = starts[BIN] + TRAIL_HEAD;
	size_t length = record_length(trail.data + first);
	unsigned char *data = malloc(trail.tail);

	memcpy(data, trail.data, first);
	memcpy(data + first, trail.data + first + length, trail.tail - first - length);
	read_bytes(data, trail.tail - length);
	CHECK(got_others(BIN) && got.count == ALL - 1);
	CHECK_NUMBER(got.damaged, 2);
	CHECK(strstr(got.first, "section 2: holds") != NULL);
	free(data);
}

static void
without_head_or_tail(void)
{
	read_bytes(trail.data + TRAIL_HEAD, trail.tail - TRAIL_HEAD);
	CHECK(got_others(-1) && got.damaged == 1);
	CHECK(strstr(got.first, "section 1: has a tail, but no head") != NULL);
	read_bytes(trail.data, trail.tail - TRAIL_TAIL);
	CHECK(got_others(-1) && got.damaged == 1);
	CHECK(strstr(got.first, "section 4: has no tail") != NULL);
}

static bool
only_last(void *arg, const struct trail_head *head)
{
	return head->sequence == SECTIONS;
}

static bool
none(void *arg, const struct trail_head *head)
{
	return false;
}

/* Sections that nobody wants are passed over, in a file and in a pipe; an open bin is read all the same. */
static void
skipped(void)
{
	for (int pipe = 0; pipe < 2; pipe++) {
		if (pipe)
			read_chunks(trail.data, trail.tail, 100, only_last);
		else
			read_all(memory_file(trail.data, trail.tail), only_last);
		CHECK_NUMBER(got.count, 2 * RECORDS);
		CHECK(got.times[BIN * RECORDS] == 1 && got.times[ALL - 1] == 1 && got.damaged == 0);
		if (pipe)
			read_chunks(trail.data, trail.tail - TRAIL_TAIL - 1, 100, none);
		else
			read_all(memory_file(trail.data, trail.tail - TRAIL_TAIL - 1), none);
		CHECK(got.count == RECORDS && got.damaged == 1);
		CHECK(strstr(got.first, "section 4: is cut") != NULL);
	}
}

/* A section larger than any buffer, of several frames: damage in one leaves the others, wherever it is. */
static void
large(void)
{
	struct out records, section;
	uint64_t seed = 17;
	size_t before;

	start_records(&records);
	start_records(&section);
	while (records.tail < 12u << 20)
		put_record(&records, records.tail % ALL, 40000, false, &seed);
	put_packed(&section, 0, &records);
	before = section.tail;
	out_bytes(&section, trail.data, trail.tail);
	for (int i = 0; i < 40; i++) {
		size_t at = TRAIL_HEAD + random_next(&seed) % (before - TRAIL_HEAD - TRAIL_TAIL);

		section.data[at] ^= 0x40;
		read_bytes(section.data, section.tail);
		CHECK(got.count >= ALL + 290 - 1 - 106 && got.damaged > 0);
		for (int k = 0; k < ALL; k++)
			CHECK(got.times[k] >= 1);
		section.data[at] ^= 0x40;
	}
	read_bytes(section.data, section.tail);
	CHECK_NUMBER(got.damaged, 0);
	out_clear(&records);
	out_clear(&section);
}

/* A frame that asks for more memory than any of ours. */
static void
greedy_frame(void)
{
	static const unsigned char frame[] = { 0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 0x01, 0x00, 0x00 }; /* a window of 1 GiB */
	struct out all;

	start_records(&all);
	out_bytes(&all, frame, sizeof(frame));
	out_bytes(&all, trail.data, trail.tail);
	read_bytes(all.data, all.tail);
	CHECK(got_others(-1) && got.damaged == 1);
	CHECK(strstr(got.first, "it: byte 0: packed data needs more than 8 MiB") != NULL);
	out_clear(&all);
}

/* Beginnings of frames and heads, as an attacker would place them: it ends, soon, and what is sound is read. */
static void
false_starts(void)
{
	struct out all;
	uint64_t seed = 99;

	start_records(&all);
	for (int i = 0; i < 20000; i++) {
		static const unsigned char frame[] = { 0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, 0xfa, 0xff, 0x0f, 0x61 };

		out_bytes(&all, frame, 4 + random_next(&seed) % 7);
		if (i % 10 == 0)
			out_bytes(&all, trail.data, 8 + random_next(&seed) % 100);
	}
	out_bytes(&all, trail.data, trail.tail);
	read_bytes(all.data, all.tail);
	CHECK(got_others(0) && got.damaged > 0);
	out_clear(&all);
}

int
main(void)
{
	make_trail();
	test("a sound trail", sound);
	test("every bit of a trail", flipped);
	test("a trail cut anywhere", cut);
	test("a trail without one byte", missing_byte);
	test("records, frames and sections mixed", mixed);
	test("a bin that is being filled", torn_bin);
	test("a record that is missing", missing_record);
	test("a section without head or tail", without_head_or_tail);
	test("sections skipped by their heads", skipped);
	test("damage in a large section", large);
	test("a frame that asks for too much memory", greedy_frame);
	test("false starts", false_starts);
	out_clear(&trail);
	return test_end();
}
