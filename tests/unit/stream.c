/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream.h"

#include <err.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zstd.h>

#include "bytes.h"
#include "records.h"

/* The records that the tests damage: numbered by their serials, of many lengths. */
enum { RECORDS = 400 };

static struct out sound;
static size_t starts[RECORDS + 1];

static void
make_sound(void)
{
	char text[512];
	unsigned char lines[1024];
	uint64_t seed = 9;

	out_init(&sound, -1, 1 << 20);
	sound.hold = true;
	for (uint64_t serial = 0; serial < RECORDS; serial++) {
		size_t length = random_next(&seed) % sizeof(text);
		struct record record = { .lines = lines, .count = 1, .serial = serial, .event = "FILE_Open" };

		for (size_t i = 0; i < length; i++)
			text[i] = (char)(random_next(&seed) >> 32);
		record.size = (size_t)(line_put(lines, 1300, 0, text, length) - lines);
		starts[serial] = sound.tail;
		record_write(&sound, &record, NULL, 0);
	}
	starts[RECORDS] = sound.tail;
}

/* What a reader made of an input. */
static struct {
	uint64_t serials[2 * RECORDS];
	size_t count;
	uint64_t damaged;
	int complaints, rc;
	char first[512]; /* complaint */
} got;

static void
complain(const char *text)
{
	if (got.complaints++ == 0)
		snprintf(got.first, sizeof(got.first), "%s", text);
}

static void
read_all(int fd)
{
	struct stream stream;
	struct record record;

	memset(&got, 0, sizeof(got));
	stream_init(&stream, fd, "it", complain);
	while ((got.rc = stream_read(&stream, &record)) == 1)
		if (got.count < 2 * RECORDS)
			got.serials[got.count++] = record.serial;
	CHECK_NUMBER(stream_read(&stream, &record), got.rc == -1 ? 0 : got.rc); /* the end stays the end */
	got.damaged = stream.damaged;
	stream_clear(&stream);
}

static void
read_bytes(const void *data, size_t size)
{
	read_all(memory_file(data, size));
}

/* The same through a pipe, so many bytes at a time. */
static void
read_chunks(const unsigned char *data, size_t size, size_t chunk)
{
	pid_t writer;

	read_all(pipe_of_chunks(data, size, chunk, &writer));
	CHECK_NUMBER(waitpid(writer, NULL, 0), writer);
}

/* All records in order, but for those from first to behind_last, and said so often. */
static void
got_all_but(size_t first, size_t behind_last, unsigned damaged)
{
	size_t n = 0;

	for (size_t i = 0; i < RECORDS; i++)
		if (i < first || i >= behind_last)
			CHECK(n < got.count && got.serials[n++] == i);
	CHECK_NUMBER(got.count, n);
	CHECK_NUMBER(got.damaged, damaged);
	CHECK_NUMBER(got.complaints, damaged);
	CHECK_NUMBER(got.rc, 0);
}

/* Copies bytes of the sound stream; returns where the next ones go. */
static unsigned char *
copy(unsigned char *to, size_t from, size_t until)
{
	memcpy(to, sound.data + from, until - from);
	return to + (until - from);
}

static void
whole(void)
{
	read_bytes(sound.data, sound.tail);
	got_all_but(0, 0, 0);
	read_bytes("", 0);
	CHECK(got.count == 0 && got.damaged == 0 && got.rc == 0);
}

static void
piecewise(void)
{
	static const size_t chunks[] = { 1, 7, 127, 4096, 65536 };

	for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
		read_chunks(sound.data, sound.tail, chunks[i]);
		got_all_but(0, 0, 0);
	}
}

static void
two_streams(void)
{
	unsigned char *data = malloc(2 * sound.tail);

	copy(copy(data, 0, sound.tail), 0, sound.tail);
	read_bytes(data, 2 * sound.tail);
	CHECK_NUMBER(got.count, 2 * RECORDS);
	CHECK_NUMBER(got.damaged, 0);
	free(data);
}

/* Cut at every byte of the last two records. */
static void
cut(void)
{
	for (size_t size = starts[RECORDS - 2]; size < sound.tail; size++) {
		size_t record = size < starts[RECORDS - 1] ? RECORDS - 2 : RECORDS - 1;

		read_bytes(sound.data, size);
		got_all_but(record, RECORDS, size != starts[record]);
	}
	CHECK(strstr(got.first, "it: byte ") == got.first && strstr(got.first, "cut") != NULL);
}

/* Each bit of a record in the middle: it alone is lost, and that is said once, with its place. */
static void
flipped(void)
{
	size_t record = 10;

	for (size_t bit = starts[record] * 8; bit < starts[record + 1] * 8; bit++) {
		char place[64];

		sound.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
		read_bytes(sound.data, sound.tail);
		got_all_but(record, record + 1, 1);
		snprintf(place, sizeof(place), "it: byte %zu: ", starts[record]);
		CHECK(strncmp(got.first, place, strlen(place)) == 0);
		sound.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
}

/* The length of the last record but one says that it is larger than all that follows. */
static void
length_beyond_the_end(void)
{
	unsigned char *at = sound.data + starts[RECORDS - 2] + 4;
	uint32_t length = get_le32(at);

	put_le32(at, RECORD_MAX);
	read_bytes(sound.data, sound.tail);
	got_all_but(RECORDS - 2, RECORDS - 1, 1);
	put_le32(at, length);
}

static void
garbage(void)
{
	static const size_t places[] = { 0, 1, RECORDS / 2, RECORDS };
	unsigned char *data = malloc(sound.tail + 70000);
	uint64_t seed = 21;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		for (size_t size = 1; size < 70000; size = size * 5 + 1) {
			unsigned char *p = copy(data, 0, starts[places[i]]);

			for (size_t n = 0; n < size; n++)
				*p++ = (unsigned char)(random_next(&seed) >> 32);
			p = copy(p, starts[places[i]], sound.tail);
			read_bytes(data, (size_t)(p - data));
			got_all_but(0, 0, 1);
		}
	}
	free(data);
}

/* Magics alone, and headers whose length leads nowhere, as an attacker would place them. */
static void
false_starts(void)
{
	unsigned char *data = malloc(sound.tail + 4096), *p = copy(data, 0, starts[5]);

	for (int i = 0; i < 100; i++, p += 8) {
		put_le32(p, RECORD_MAGIC);
		put_le32(p + 4, i % 2 ? RECORD_HEADER + 8 * (uint32_t)i : 3);
	}
	p = copy(p, starts[5], sound.tail);
	read_bytes(data, (size_t)(p - data));
	got_all_but(0, 0, 1);
	free(data);
}

/* Between good records, a few headers each that claim as much as a record may be: all of them would take minutes to sum up. */
static void
false_claims(void)
{
	enum { GROUPS = 2000,
		CLAIMS = 15 };
	size_t one = starts[1];
	unsigned char *data = calloc(1, GROUPS * (one + CLAIMS * RECORD_HEADER) + RECORD_MAX), *p = data;

	for (int group = 0; group < GROUPS; group++) {
		p = copy(p, 0, one);
		for (int claim = 0; claim < CLAIMS; claim++, p += RECORD_HEADER) {
			put_le32(p, RECORD_MAGIC);
			put_le32(p + 4, RECORD_MAX);
		}
	}
	read_bytes(data, (size_t)(p - data) + RECORD_MAX);
	CHECK(got.count > 0 && got.damaged > 0);
	free(data);
}

/* Holes punched into a stream: whatever was not touched comes out, once, in order. */
static void
holes(void)
{
	unsigned char *data = malloc(sound.tail);
	uint64_t seed = 77;

	for (int round = 0; round < 200; round++) {
		bool hit[RECORDS] = { false };
		size_t n = 0;

		copy(data, 0, sound.tail);
		for (int hole = 0; hole < 20; hole++) {
			size_t record = random_next(&seed) % RECORDS;
			size_t at = starts[record] + random_next(&seed) % (starts[record + 1] - starts[record]);

			data[at] ^= (unsigned char)(1 + random_next(&seed) % 255);
			hit[record] = memcmp(data + starts[record], sound.data + starts[record],
					  starts[record + 1] - starts[record]) != 0;
		}
		read_bytes(data, sound.tail);
		for (size_t i = 0; i < RECORDS; i++)
			if (!hit[i])
				CHECK(n < got.count && got.serials[n++] == i);
		CHECK_NUMBER(got.count, n);
		CHECK(got.damaged > 0);
	}
	free(data);
}

static void
random_bytes(void)
{
	enum { SIZE = 300000 };
	unsigned char *data = malloc(SIZE);
	uint64_t seed = 5;

	for (size_t i = 0; i < SIZE; i++)
		data[i] = (unsigned char)(random_next(&seed) >> 32);
	read_bytes(data, SIZE);
	CHECK_NUMBER(got.count, 0);
	CHECK_NUMBER(got.damaged, 1);
	free(data);
}

/* Packs in frames of so many records, each after a skippable frame. */
static unsigned char *
pack(size_t per_frame, size_t *size)
{
	size_t capacity = 2 * sound.tail + 100 * (RECORDS / per_frame + 2);
	unsigned char *packed = malloc(capacity), *p = packed;

	for (size_t first = 0; first < RECORDS; first += per_frame) {
		size_t last = first + per_frame < RECORDS ? first + per_frame : RECORDS, n;

		put_le32(p, 0x184d2a50);
		put_le32(p + 4, 5);
		memcpy(p + 8, "hello", 5);
		p += 13;
		n = ZSTD_compress(p, capacity - (size_t)(p - packed), sound.data + starts[first], starts[last] - starts[first], 1);
		if (ZSTD_isError(n))
			abort();
		p += n;
	}
	*size = (size_t)(p - packed);
	return packed;
}

static void
packed(void)
{
	static const size_t per_frame[] = { 1, 7, RECORDS };
	size_t size;

	for (size_t i = 0; i < sizeof(per_frame) / sizeof(per_frame[0]); i++) {
		unsigned char *data = pack(per_frame[i], &size);

		read_bytes(data, size);
		got_all_but(0, 0, 0);
		read_chunks(data, size, 1);
		got_all_but(0, 0, 0);
		free(data);
	}
}

/* The records of what is there come out; that something is missing is said. */
static void
packed_and_cut(void)
{
	size_t size;
	unsigned char *data = pack(50, &size);

	for (size_t at = 20; at < size; at += 97) {
		read_bytes(data, at);
		for (size_t i = 0; i < got.count; i++)
			CHECK_NUMBER(got.serials[i], i);
		CHECK(got.rc == 0 && got.count < RECORDS);
	}
	/* Inside the last frame: all that stands before it came out. */
	read_bytes(data, size - 1);
	CHECK(got.count >= RECORDS - 50);
	CHECK(got.damaged > 0);
	free(data);
}

static void
packed_and_flipped(void)
{
	size_t size;
	unsigned char *data = pack(50, &size);

	for (size_t at = 0; at < size; at += 61) {
		data[at] ^= 0x10;
		read_bytes(data, size);
		for (size_t i = 1; i < got.count; i++)
			CHECK(got.serials[i] > got.serials[i - 1]);
		CHECK_NUMBER(got.rc, 0);
		data[at] ^= 0x10;
	}
	free(data);
}

static void
unreadable(void)
{
	int fds[2];

	if (pipe(fds) == -1)
		err(1, "pipe");
	close(fds[0]);
	read_all(fds[1]); /* the end for writing */
	CHECK_NUMBER(got.rc, -1);
	CHECK_NUMBER(got.complaints, 1);
}

int
main(void)
{
	make_sound();
	test("a sound stream", whole);
	test("in small pieces", piecewise);
	test("two streams are a stream", two_streams);
	test("cut anywhere", cut);
	test("every bit of a record", flipped);
	test("a length beyond the end", length_beyond_the_end);
	test("garbage between records", garbage);
	test("false starts", false_starts);
	test("false claims", false_claims);
	test("many holes", holes);
	test("random bytes", random_bytes);
	test("packed", packed);
	test("packed and cut", packed_and_cut);
	test("packed and damaged", packed_and_flipped);
	test("a file that cannot be read", unreadable);
	out_clear(&sound);
	return test_end();
}
