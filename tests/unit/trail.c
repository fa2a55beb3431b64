/* SPDX-License-Identifier: BSD-2-Clause */
#include "trail.h"

#include "bytes.h"
#include "check.h"
#include "crc32c.h"

static const struct trail_content content = {
	.records = 1000,
	.body = 54321,
	.unpacked = 654321,
	.first = 1795325474234000000,
	.last = 1795325475000000000,
};

static struct trail_head
sample_head(void)
{
	struct trail_head head = {
		.flags = TRAIL_PACKED | TRAIL_LAST,
		.bin = "0123456789abcde",
		.part = 3,
		.sequence = 77,
		.created = 1795325474000000000,
		.host = "web1",
		.content = content,
	};

	memset(head.previous, 0xa5, sizeof(head.previous));
	return head;
}

static struct trail_tail
sample_tail(void)
{
	struct trail_tail tail = {
		.flags = TRAIL_PACKED | TRAIL_SIGNED,
		.bin = "0123456789abcde",
		.part = 3,
		.sequence = 77,
		.content = content,
	};

	memset(tail.hash, 0x11, sizeof(tail.hash));
	memset(tail.key, 0x22, sizeof(tail.key));
	memset(tail.signature, 0x33, sizeof(tail.signature));
	return tail;
}

static void
check_content(const struct trail_content *got)
{
	CHECK_NUMBER(got->records, content.records);
	CHECK_NUMBER(got->body, content.body);
	CHECK_NUMBER(got->unpacked, content.unpacked);
	CHECK_NUMBER(got->first, content.first);
	CHECK_NUMBER(got->last, content.last);
}

static void
head_and_back(void)
{
	struct trail_head head = sample_head(), got;
	unsigned char bytes[TRAIL_HEAD];
	const char *problem;

	trail_put_head(bytes, &head);
	CHECK(trail_is_head(bytes) && !trail_is_tail(bytes));
	CHECK_NUMBER(trail_parse_head(bytes, &got, &problem), 0);
	CHECK_NUMBER(got.flags, head.flags);
	CHECK(memcmp(got.bin, head.bin, sizeof(got.bin)) == 0);
	CHECK_NUMBER(got.part, 3);
	CHECK_NUMBER(got.sequence, 77);
	CHECK_NUMBER(got.created, head.created);
	CHECK_BYTES(got.host, strlen(got.host), "web1");
	check_content(&got.content);
	CHECK(memcmp(got.previous, head.previous, sizeof(got.previous)) == 0);
}

static void
tail_and_back(void)
{
	struct trail_tail tail = sample_tail(), got;
	unsigned char bytes[TRAIL_TAIL];
	const char *problem;

	trail_put_tail(bytes, &tail);
	CHECK(trail_is_tail(bytes) && !trail_is_head(bytes));
	CHECK_NUMBER(trail_parse_tail(bytes, &got, &problem), 0);
	CHECK_NUMBER(got.flags, tail.flags);
	CHECK(memcmp(got.bin, tail.bin, sizeof(got.bin)) == 0);
	CHECK_NUMBER(got.part, 3);
	CHECK_NUMBER(got.sequence, 77);
	check_content(&got.content);
	CHECK(memcmp(got.hash, tail.hash, sizeof(got.hash)) == 0);
	CHECK(memcmp(got.key, tail.key, sizeof(got.key)) == 0);
	CHECK(memcmp(got.signature, tail.signature, sizeof(got.signature)) == 0);
}

/* The places that doc/trail-format.md gives. */
static void
places(void)
{
	struct trail_head head = sample_head();
	struct trail_tail tail = sample_tail();
	unsigned char bytes[TRAIL_HEAD];

	trail_put_head(bytes, &head);
	CHECK(memcmp(bytes, "\x5a\x2a\x4d\x18\xf8\0\0\0AUDTHEAD\1\0\0\0\5\0\0\0"
			    "0123456789abcde",
		  40) == 0);
	CHECK_NUMBER(get_le32(bytes + 40), 3);
	CHECK_NUMBER(get_le64(bytes + 48), 77);
	CHECK_NUMBER(get_le64(bytes + 56), head.created);
	CHECK(memcmp(bytes + 64, "web1", 5) == 0);
	CHECK_NUMBER(get_le64(bytes + 128), 1000);
	CHECK_NUMBER(get_le64(bytes + 136), 54321);
	CHECK_NUMBER(get_le64(bytes + 144), 654321);
	CHECK_NUMBER(get_le64(bytes + 152), content.first);
	CHECK_NUMBER(get_le64(bytes + 160), content.last);
	CHECK(bytes[167] != 0xa5 && bytes[168] == 0xa5 && bytes[199] == 0xa5 && bytes[200] == 0);
	CHECK_NUMBER(get_le32(bytes + 252), crc32c(bytes, 252));

	trail_put_tail(bytes, &tail);
	CHECK(memcmp(bytes, "\x5b\x2a\x4d\x18\xf8\0\0\0AUDTTAIL\1\0\0\0\x11\0\0\0"
			    "0123456789abcde",
		  40) == 0);
	CHECK_NUMBER(get_le64(bytes + 56), 1000);
	CHECK_NUMBER(get_le64(bytes + 88), content.last);
	CHECK(bytes[96] == 0x11 && bytes[127] == 0x11 && bytes[128] == 0x22 && bytes[159] == 0x22 && bytes[160] == 0);
	CHECK(bytes[183] == 0 && bytes[184] == 0x33 && bytes[247] == 0x33 && bytes[248] == 0);
	CHECK_NUMBER(get_le32(bytes + 252), crc32c(bytes, 252));
}

/* No flipped bit passes. */
static void
flipped(void)
{
	struct trail_head head = sample_head();
	struct trail_tail tail = sample_tail();
	unsigned char bytes[TRAIL_HEAD];

	for (int is_tail = 0; is_tail < 2; is_tail++) {
		if (is_tail)
			trail_put_tail(bytes, &tail);
		else
			trail_put_head(bytes, &head);
		for (size_t bit = 0; bit < sizeof(bytes) * 8; bit++) {
			const char *problem = NULL;

			bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
			CHECK_NUMBER(is_tail ? trail_parse_tail(bytes, &tail, &problem) : trail_parse_head(bytes, &head, &problem), -1);
			CHECK(problem != NULL);
			bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		}
	}
}

static void
refuse_head(struct trail_head head, const char *why)
{
	unsigned char bytes[TRAIL_HEAD];
	const char *problem = "";

	trail_put_head(bytes, &head);
	CHECK_NUMBER(trail_parse_head(bytes, &head, &problem), -1);
	CHECK_BYTES(problem, strlen(problem), why);
}

/* The checksum is right, what it seals is not. */
static void
contradictions(void)
{
	struct trail_head head = sample_head();
	unsigned char bytes[TRAIL_HEAD];
	const char *problem;

	head.content.first = head.content.last + 1;
	refuse_head(head, "times make no sense");
	head = sample_head();
	head.content.records = 0;
	refuse_head(head, "times make no sense");
	head = sample_head();
	head.content.unpacked = TRAIL_SECTION + 1;
	refuse_head(head, "says that its section is larger than any");
	head = sample_head();
	head.flags = 0;
	refuse_head(head, "sizes make no sense");

	head = sample_head();
	trail_put_head(bytes, &head);
	memset(bytes + 64, 'x', TRAIL_HOST);
	put_le32(bytes + 252, crc32c(bytes, 252));
	CHECK_NUMBER(trail_parse_head(bytes, &head, &problem), -1);
	bytes[16] = 2;
	put_le32(bytes + 252, crc32c(bytes, 252));
	CHECK_NUMBER(trail_parse_head(bytes, &head, &problem), -1);
	CHECK_BYTES(problem, strlen(problem), "unknown version");
}

/* A host name that is too long is cut. */
static void
long_host(void)
{
	struct trail_head head = sample_head();
	unsigned char bytes[TRAIL_HEAD];
	const char *problem;

	memset(head.host, 'h', sizeof(head.host));
	trail_put_head(bytes, &head);
	CHECK_NUMBER(trail_parse_head(bytes, &head, &problem), 0);
	CHECK_NUMBER(strlen(head.host), TRAIL_HOST - 1);
}

int
main(void)
{
	test("a head and back", head_and_back);
	test("a tail and back", tail_and_back);
	test("where the fields are", places);
	test("every bit flipped", flipped);
	test("contradictions", contradictions);
	test("a long host name", long_host);
	return test_end();
}
