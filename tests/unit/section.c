/* SPDX-License-Identifier: BSD-2-Clause */
#include "section.h"

#include <zstd.h>

#include "records.h"

enum { RECORDS = 300 };

static struct out sound;
static size_t starts[RECORDS + 1];
static struct secret_key secret;
static struct public_key public;

static void
make_sound(void)
{
	struct err error;
	uint64_t seed = 3;

	start_records(&sound);
	for (uint64_t i = 0; i < RECORDS; i++) {
		starts[i] = sound.tail;
		put_record(&sound, i, random_next(&seed) % 300, true, &seed);
	}
	starts[RECORDS] = sound.tail;
	CHECK_NUMBER(key_generate(&secret, &error), 0);
	key_public_half(&secret, &public);
}

static struct trail_head
plain_head(void)
{
	return (struct trail_head){ .flags = TRAIL_LAST, .bin = "a bin", .sequence = 1, .created = 5, .host = "web1" };
}

/* Checks the section that was made last; the body in pieces. */
static int
check_section(const unsigned char *data, size_t size, struct section_check *check, const char **problem)
{
	size_t at = TRAIL_HEAD;

	if (size < TRAIL_HEAD + TRAIL_TAIL || section_check_begin(check, data, problem) == -1)
		return -1;
	if (check->left != size - TRAIL_HEAD - TRAIL_TAIL)
		return -1;
	while (check->left > 0) {
		size_t n = check->left < 100 ? check->left : 100;

		section_check_body(check, data + at, n);
		at += n;
	}
	return section_check_end(check, data + at, problem);
}

/* Does the body of the packer's section unpack to these bytes? */
static bool
unpacks_to(const struct packer *packer, const unsigned char *data, size_t size)
{
	const unsigned char *at = packer->data + TRAIL_HEAD, *end = packer->data + packer->size - TRAIL_TAIL;
	unsigned char *to = malloc(size + 1);
	size_t got = 0;

	while (at < end) {
		size_t frame = ZSTD_findFrameCompressedSize(at, (size_t)(end - at)), n;

		if (ZSTD_isError(frame) || ZSTD_getFrameContentSize(at, frame) > size - got)
			break;
		n = ZSTD_decompress(to + got, size - got, at, frame);
		if (ZSTD_isError(n))
			break;
		got += n;
		at += frame;
	}
	got = at == end && got == size && memcmp(to, data, size) == 0;
	free(to);
	return got;
}

static void
there_and_back(void)
{
	struct packer packer;
	struct trail_head head = plain_head();
	struct trail_tail tail;
	struct section_check check = { .left = 0 };
	const char *problem = NULL;

	CHECK_NUMBER(packer_init(&packer, SECTION_LEVEL, NULL), 0);
	CHECK_NUMBER(packer_pack(&packer, sound.data, sound.tail, true, &head, &tail), sound.tail);
	CHECK(unpacks_to(&packer, sound.data, sound.tail));
	CHECK_NUMBER(check_section(packer.data, packer.size, &check, &problem), 0);
	CHECK_NUMBER(check.head.flags, TRAIL_PACKED | TRAIL_LAST);
	CHECK_NUMBER(check.head.content.records, RECORDS);
	CHECK_NUMBER(check.head.content.unpacked, sound.tail);
	CHECK_NUMBER(check.head.content.first, RECORDS_TIME);
	CHECK_NUMBER(check.head.content.last, RECORDS_TIME + (RECORDS - 1) * INT64_C(1000000000));
	CHECK_NUMBER(packer.damaged, 0);
	packer_clear(&packer);
}

static void
empty(void)
{
	struct packer packer;
	struct trail_head head = plain_head();
	struct trail_tail tail;
	struct section_check check = { .left = 0 };
	const char *problem;

	head.flags = TRAIL_LINK;
	packer_init(&packer, 1, NULL);
	CHECK_NUMBER(packer_pack(&packer, sound.data, 0, true, &head, &tail), 0);
	CHECK_NUMBER(packer.size, TRAIL_HEAD + TRAIL_TAIL);
	CHECK_NUMBER(check_section(packer.data, packer.size, &check, &problem), 0);
	CHECK(check.head.flags == (TRAIL_PACKED | TRAIL_LINK) && check.head.content.records == 0);
	packer_clear(&packer);
}

/* A record that the data's end cuts stays for the next section, unless there is none. */
static void
cut(void)
{
	struct packer packer;
	struct trail_head head = plain_head();
	struct trail_tail tail;

	packer_init(&packer, 1, NULL);
	for (size_t size = starts[1] + 1; size < starts[3]; size++) {
		size_t whole = size < starts[2] ? starts[1] : starts[2];

		CHECK_NUMBER(packer_pack(&packer, sound.data, size, false, &head, &tail), whole);
		CHECK(unpacks_to(&packer, sound.data, whole));
		head.flags |= TRAIL_LAST;
		packer.damaged = 0;
		CHECK_NUMBER(packer_pack(&packer, sound.data, size, true, &head, &tail), size);
		CHECK(unpacks_to(&packer, sound.data, size));
		CHECK_NUMBER(tail.content.records, whole == starts[1] ? 1 : 2);
		CHECK_NUMBER(packer.damaged, size != starts[2]);
	}
	CHECK_NUMBER(packer_pack(&packer, sound.data, starts[1] - 1, false, &head, &tail), 0);
	packer_clear(&packer);
}

/* Damage is packed with the rest and not counted among the records. */
static void
damaged(void)
{
	struct packer packer;
	struct trail_head head = plain_head();
	struct trail_tail tail;
	unsigned char *data = (unsigned char *)exact_copy(sound.data, sound.tail);

	packer_init(&packer, 1, NULL);
	for (size_t at = starts[7]; at < starts[8]; at++) {
		data[at] ^= 0x20;
		packer.damaged = 0;
		CHECK_NUMBER(packer_pack(&packer, data, sound.tail, true, &head, &tail), sound.tail);
		CHECK(unpacks_to(&packer, data, sound.tail));
		CHECK_NUMBER(tail.content.records, RECORDS - 1);
		CHECK_NUMBER(packer.damaged, 1);
		data[at] ^= 0x20;
	}
	free(data);
	packer_clear(&packer);
}

/* More than a section: parts of whole records, one chain. */
static void
parts(void)
{
	struct packer packer;
	struct out out;
	struct trail_tail tail, before = { 0 };
	struct trail_head head = plain_head();
	uint64_t seed = 8, records = 0;
	size_t at = 0;
	const char *problem = NULL;

	start_records(&out);
	for (uint64_t i = 0; i < 40; i++)
		put_record(&out, i, (1 << 20) - 100, false, &seed);
	packer_init(&packer, 1, &secret);
	for (; at < out.tail; head.part++, head.sequence++) {
		struct section_check check = { .left = 0 };
		int64_t n;

		memcpy(head.previous, before.hash, TRAIL_HASH);
		head.flags = TRAIL_LAST;
		n = packer_pack(&packer, out.data + at, out.tail - at, true, &head, &tail);
		CHECK(n > 0 && n <= TRAIL_SECTION);
		CHECK(unpacks_to(&packer, out.data + at, (size_t)n));
		CHECK_NUMBER(check_section(packer.data, packer.size, &check, &problem), 0);
		at += (size_t)n;
		CHECK_NUMBER((check.head.flags & TRAIL_LAST) != 0, at == out.tail);
		if (head.part > 0)
			CHECK_NUMBER(section_follows(&check.head, &before, &problem), 0);
		before = check.tail;
		records += tail.content.records;
	}
	CHECK_NUMBER(head.part, 3);
	CHECK_NUMBER(records, 40);
	out_clear(&out);
	packer_clear(&packer);
}

/* No changed byte passes the check. */
static void
flipped(void)
{
	struct packer packer;
	struct trail_head head = plain_head();
	struct trail_tail tail;
	struct section_check check = { .left = 0 };
	const char *problem;

	packer_init(&packer, 1, &secret);
	packer_pack(&packer, sound.data, starts[5], true, &head, &tail);
	CHECK_NUMBER(check_section(packer.data, packer.size, &check, &problem), 0);
	for (size_t at = 0; at < packer.size; at++) {
		packer.data[at] ^= 1;
		CHECK_NUMBER(check_section(packer.data, packer.size, &check, &problem), -1);
		packer.data[at] ^= 1;
	}
	packer_clear(&packer);
}

/* Somebody who can calculate checksums and hashes, but has not the key. */
static void
forged(void)
{
	struct packer packer;
	struct trail_head head = plain_head();
	struct trail_tail tail;
	struct section_check check = { .left = 0 };
	struct secret_key other;
	struct err error;
	const char *problem = "";

	key_generate(&other, &error);
	packer_init(&packer, 1, &other);
	packer_pack(&packer, sound.data, starts[5], true, &head, &tail);
	memcpy(tail.key, public.bytes, sizeof(tail.key));
	trail_put_tail(packer.data + packer.size - TRAIL_TAIL, &tail);
	CHECK_NUMBER(check_section(packer.data, packer.size, &check, &problem), -1);
	CHECK_BYTES(problem, strlen(problem), "the signature is wrong");
	tail.flags &= ~(uint32_t)TRAIL_SIGNED;
	trail_put_tail(packer.data + packer.size - TRAIL_TAIL, &tail);
	CHECK_NUMBER(check_section(packer.data, packer.size, &check, &problem), -1);
	packer_clear(&packer);
}

static void
chain(void)
{
	struct trail_tail before = { .sequence = 4, .hash = { 1, 2, 3 } };
	struct trail_head head = { .sequence = 5, .previous = { 1, 2, 3 } };
	const char *problem;

	CHECK_NUMBER(section_follows(&head, &before, &problem), 0);
	head.previous[0] = 0;
	CHECK_NUMBER(section_follows(&head, &before, &problem), -1);
	CHECK(strstr(problem, "altered") != NULL);
	head.sequence = 6;
	CHECK_NUMBER(section_follows(&head, &before, &problem), -1);
	CHECK(strstr(problem, "missing") != NULL);
	head.sequence = 4;
	CHECK_NUMBER(section_follows(&head, &before, &problem), -1);
	CHECK(strstr(problem, "order") != NULL);
}

int
main(void)
{
	make_sound();
	test("records there and back", there_and_back);
	test("a section without records", empty);
	test("a record cut by the end", cut);
	test("damage is kept", damaged);
	test("a bin of several parts", parts);
	test("every byte changed", flipped);
	test("forged", forged);
	test("the chain", chain);
	out_clear(&sound);
	return test_end();
}
