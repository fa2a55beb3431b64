/* SPDX-License-Identifier: BSD-2-Clause */
#include "record.h"

#include "bytes.h"
#include "check.h"
#include "crc32c.h"
#include "out.h"
#include "rectype.h"

static const char facts[] = "host=web1 login=joe";
static const char body[] = "arch=c000003e syscall=59 success=yes exit=0";
static const char title[] = "proctitle=\"id\"";

/* Two lines of the kernel, in a buffer of the caller's. */
static size_t
put_lines(unsigned char *lines)
{
	unsigned char *end = line_put(lines, TYPE_SYSCALL, 0, body, strlen(body));

	end = line_put(end, TYPE_PROCTITLE, LINE_NO_MSG, title, strlen(title));
	return (size_t)(end - lines);
}

/* A record with another value in each field. */
static struct record
sample(unsigned char *lines)
{
	return (struct record){
		.lines = lines,
		.size = put_lines(lines),
		.count = 2,
		.flags = RECORD_REPLAYED | RECORD_NAMES,
		.time = 1795325474234000000,
		.serial = 290855,
		.login = 1000,
		.real = 1001,
		.effective = 0,
		.session = ID_UNSET,
		.pid = 4711,
		.ppid = 812,
		.tid = 4712,
		.result = RESULT_FAIL_DAC,
		.exit = -13,
		.arch = 0xc000003e,
		.syscall = 59,
		.event = "PROC_Execute",
		.command = "id",
	};
}

/* The whole record, in memory of its size; ended by free(). */
static unsigned char *
build(size_t *length)
{
	unsigned char lines[256], *data;
	struct record record = sample(lines);
	struct out out;

	out_init(&out, -1, 16);
	out.hold = true;
	record_write(&out, &record, facts, strlen(facts));
	*length = out_waiting(&out);
	data = (unsigned char *)exact_copy(out.data, *length);
	out_clear(&out);
	return data;
}

static void
reseal(unsigned char *data, size_t length)
{
	put_le32(data + 8, crc32c(data + 12, length - 12));
}

static void
round_trip(void)
{
	unsigned char lines[256];
	struct record expected = sample(lines), record;
	const char *problem = NULL, *text;
	size_t length, facts_length, offset = 0;
	unsigned char *data = build(&length);
	struct line line = { 0 };

	CHECK_NUMBER(record_length(data), length);
	CHECK_NUMBER(record_parse(data, length, &record, &problem), 0);
	CHECK_NUMBER(record.count, expected.count + 1);
	CHECK_NUMBER(record.flags, expected.flags);
	CHECK_NUMBER(record.time, expected.time);
	CHECK_NUMBER(record.serial, expected.serial);
	CHECK_NUMBER(record.login, expected.login);
	CHECK_NUMBER(record.real, expected.real);
	CHECK_NUMBER(record.effective, expected.effective);
	CHECK_NUMBER(record.session, expected.session);
	CHECK_NUMBER(record.pid, expected.pid);
	CHECK_NUMBER(record.ppid, expected.ppid);
	CHECK_NUMBER(record.tid, expected.tid);
	CHECK_NUMBER(record.result, expected.result);
	CHECK_NUMBER(record.exit, expected.exit);
	CHECK_NUMBER(record.arch, expected.arch);
	CHECK_NUMBER(record.syscall, expected.syscall);
	CHECK_BYTES(record.event, strlen(record.event), "PROC_Execute");
	CHECK_BYTES(record.command, strlen(record.command), "id");
	CHECK(record.data == data && record.length == length);

	text = record_facts(&record, &facts_length);
	CHECK(text != NULL);
	if (text != NULL)
		CHECK_BYTES(text, facts_length, facts);
	CHECK(record_next_line(&record, &offset, &line));
	CHECK_NUMBER(line.type, TYPE_FACTS);
	CHECK(record_next_line(&record, &offset, &line));
	CHECK_NUMBER(line.type, TYPE_SYSCALL);
	CHECK_BYTES(line.text, line.length, body);
	CHECK(record_next_line(&record, &offset, &line));
	CHECK_NUMBER(line.type, TYPE_PROCTITLE);
	CHECK_NUMBER(line.flags, LINE_NO_MSG);
	CHECK_BYTES(line.text, line.length, title);
	CHECK(!record_next_line(&record, &offset, &line));
	CHECK(record_find_line(&record, TYPE_PROCTITLE, &line));
	CHECK(!record_find_line(&record, TYPE_PATH, &line));
	free(data);
}

static void
without_facts(void)
{
	unsigned char lines[256];
	struct record expected = sample(lines), record;
	const char *problem;
	struct out out;
	size_t length;

	out_init(&out, -1, 4096);
	record_write(&out, &expected, NULL, 0);
	CHECK_NUMBER(record_parse(out.data, out_waiting(&out), &record, &problem), 0);
	CHECK_NUMBER(record.count, 2);
	CHECK(record_facts(&record, &length) == NULL);
	out_clear(&out);
}

/* Texts of every length around the padding; an empty one too. */
static void
line_lengths(void)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";

	for (size_t length = 0; length <= 24; length++) {
		size_t size = line_size(length);
		unsigned char *at = malloc(size);
		struct record record = { .lines = at, .size = size, .count = 1 };
		struct line line;
		size_t offset = 0;

		memset(at, 0xff, size);
		CHECK_NUMBER(size % RECORD_ALIGN, 0);
		CHECK(line_put(at, 1300, 0, letters, length) == at + size);
		for (size_t i = RECORD_LINE + length; i < size; i++)
			CHECK_NUMBER(at[i], 0);
		CHECK(record_next_line(&record, &offset, &line));
		CHECK(line.length == length && memcmp(line.text, letters, length) == 0);
		CHECK_NUMBER(offset, size);
		free(at);
	}
}

/* A flip is in the magic or the length, where record_length() sees that the size is another, or the checksum tells. */
static void
every_bit_counts(void)
{
	size_t length;
	unsigned char *data = build(&length);

	for (size_t bit = 0; bit < length * 8; bit++) {
		struct record record;
		const char *problem = NULL;

		data[bit / 8] ^= (unsigned char)(1 << bit % 8);
		if (record_length(data) == length) {
			CHECK_NUMBER(record_parse(data, length, &record, &problem), -1);
			CHECK(problem != NULL);
		}
		data[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	free(data);
}

static void
lengths_that_are_none(void)
{
	static const uint32_t bad[] = { 0, 8, RECORD_HEADER - 8, RECORD_HEADER + 1, RECORD_HEADER + 4, RECORD_MAX + 8,
		0xfffffff8, 0xffffffff };
	unsigned char data[12] = { 0 };

	put_le32(data, RECORD_MAGIC);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put_le32(data + 4, bad[i]);
		CHECK_NUMBER(record_length(data), 0);
	}
	put_le32(data + 4, RECORD_HEADER);
	CHECK_NUMBER(record_length(data), RECORD_HEADER);
	put_le32(data + 4, RECORD_MAX);
	CHECK_NUMBER(record_length(data), RECORD_MAX);
}

/* What a malicious writer would seal with a right checksum. */
static void
sealed_nonsense(void)
{
	/* Where, how many bytes, and what. */
	static const struct {
		size_t at;
		unsigned size;
		uint32_t value;
	} changes[] = {
		{ 12, 1, 2 }, /* the version */
		{ 14, 2, 2 },
		{ 14, 2, 4 },
		{ 14, 2, 0 }, /* the number of lines */
		{ 80, 1, 0 }, /* an event without a name */
		{ 111, 1, 'x' },
		{ 127, 1, 'x' }, /* names without an end */
		{ 132, 4, 0xffffffff },
		{ 132, 4, 0x7fffffff },
		{ 132, 4, 0xfffffff8 },
		{ 132, 4, 0xfffffff0 }, /* a line */
		{ 132, 4, 0 },
		{ 132, 4, 1 << 24 },
		{ 132, 4, 10 },
		{ 132, 4, 25 },
	};
	size_t length;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		unsigned char *data = build(&length);
		const char *problem = NULL;
		struct record record;

		if (changes[i].size == 1)
			data[changes[i].at] = (unsigned char)changes[i].value;
		else if (changes[i].size == 2)
			put_le16(data + changes[i].at, (uint16_t)changes[i].value);
		else
			put_le32(data + changes[i].at, changes[i].value);
		reseal(data, length);
		if (!CHECK(record_parse(data, length, &record, &problem) == -1 && problem != NULL))
			printf("# change %zu\n", i);
		free(data);
	}
}

/* The example of doc/record-format.md, byte by byte: lines of an offset and 16 bytes, `    0040  f3 ff ...  text`. */
static void
documented_example(void)
{
	size_t length, count = 0, doc_length;
	unsigned char *data = build(&length);
	char *doc = read_file("doc/record-format.md", &doc_length);

	for (char *line = strtok(doc, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		unsigned offset, byte;

		if (sscanf(line, "    %4x  %2x ", &offset, &byte) != 2 || offset != count)
			continue;
		for (unsigned i = 0; i < 16 && count < length; i++) {
			CHECK_NUMBER(strtol(line + 10 + 3 * i, NULL, 16), data[count]);
			count++;
		}
	}
	CHECK_NUMBER(count, length);
	free(doc);
	free(data);
}

static void
result_names(void)
{
	CHECK_BYTES(result_name(RESULT_OK), strlen(result_name(RESULT_OK)), "OK");
	CHECK(strcmp(result_name(RESULT_FAIL), "FAIL") == 0);
	CHECK(strcmp(result_name(RESULT_FAIL_AUTH), "FAIL_AUTH") == 0);
	CHECK(strcmp(result_name(RESULT_FAIL_PRIV), "FAIL_PRIV") == 0);
	CHECK(strcmp(result_name(RESULT_FAIL_ACCESS), "FAIL_ACCESS") == 0);
	CHECK(strcmp(result_name(RESULT_FAIL_DAC), "FAIL_DAC") == 0);
	CHECK(strcmp(result_name(12345), "FAIL") == 0);
}

int
main(int argc, char **argv)
{
	/* For doc/record-format.md: the example's bytes. */
	if (argc > 1 && strcmp(argv[1], "--example") == 0) {
		size_t length;
		unsigned char *data = build(&length);

		fwrite(data, 1, length, stdout);
		free(data);
		return 0;
	}
	test("what is written is read back", round_trip);
	test("a record without facts", without_facts);
	test("lines of every length", line_lengths);
	test("every flipped bit is found", every_bit_counts);
	test("lengths that are none", lengths_that_are_none);
	test("nonsense with a right checksum", sealed_nonsense);
	test("the documented example", documented_example);
	test("names of results", result_names);
	return test_end();
}
