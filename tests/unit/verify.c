/* Every bit and every cut of a small trail: auditcat -V says so. One process, for the sake of time. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "../../auditcat/verify.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "mem.h"
#include "records.h"

enum { SECTIONS = 3 };

static void
say(const char *text)
{
}

/* A trail of some sections, signed if there is a key. */
static size_t
make_trail(unsigned char *trail, const struct secret_key *key, size_t ends[SECTIONS])
{
	struct packer packer;
	struct trail_tail before = { 0 }, tail;
	uint64_t seed = 1;
	size_t size = 0;

	CHECK_NUMBER(packer_init(&packer, SECTION_LEVEL, key), 0);
	for (unsigned i = 0; i < SECTIONS; i++) {
		struct trail_head head = { .flags = TRAIL_LAST, .bin = { (unsigned char)i }, .sequence = i + 1 };
		struct out records;

		memcpy(head.previous, before.hash, TRAIL_HASH);
		start_records(&records);
		for (uint64_t k = 0; k < 5; k++)
			put_record(&records, 5 * i + k, 40, true, &seed);
		CHECK(packer_pack(&packer, records.data, out_waiting(&records), true, &head, &tail) > 0);
		memcpy(trail + size, packer.data, packer.size);
		ends[i] = size += packer.size;
		before = tail;
		out_clear(&records);
	}
	packer_clear(&packer);
	return size;
}

/* How many problems -V finds; *sections gets how many it found good. */
static uint64_t
problems_of(const unsigned char *trail, size_t size, const struct public_key *key, uint64_t *sections)
{
	struct verify verify = { .key = key, .say = say };
	int fd = memfd_create("trail", MFD_CLOEXEC);
	struct out out;

	CHECK(write(fd, trail, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
	out_init(&out, -1, 4096);
	out.hold = true;
	CHECK_NUMBER(verify_file(&verify, fd, "trail"), 0);
	verify_end(&verify, &out);
	out_clear(&out);
	*sections = verify.sections;
	return verify.problems;
}

static void
check_bits(const unsigned char *trail, size_t size, const struct public_key *key)
{
	unsigned char *copy = mem_alloc(size);
	uint64_t sections;

	CHECK_NUMBER(problems_of(trail, size, key, &sections), 0);
	CHECK_NUMBER(sections, SECTIONS);
	for (size_t at = 0; at < size; at++) {
		memcpy(copy, trail, size);
		copy[at] ^= (unsigned char)(1 << at % 8);
		if (!CHECK(problems_of(copy, size, key, &sections) > 0) || !CHECK_NUMBER(sections, SECTIONS - 1))
			printf("# at byte %zu\n", at);
	}
	free(copy);
}

static void
test_bits(void)
{
	unsigned char trail[16384];
	size_t ends[SECTIONS];

	check_bits(trail, make_trail(trail, NULL, ends), NULL);
}

static void
test_signed_bits(void)
{
	unsigned char trail[16384];
	size_t ends[SECTIONS];
	struct secret_key key;
	struct public_key public;
	struct err error;

	CHECK_NUMBER(key_generate(&key, &error), 0);
	key_public_half(&key, &public);
	check_bits(trail, make_trail(trail, &key, ends), &public);
}

/* Only a cut between two sections leaves a trail that is whole in itself. */
static void
test_cuts(void)
{
	unsigned char trail[16384];
	size_t ends[SECTIONS], size = make_trail(trail, NULL, ends);
	uint64_t sections;

	for (size_t cut = 0; cut < size; cut++) {
		bool between = cut == ends[0] || cut == ends[1];
		unsigned whole = cut < ends[0] ? 0 : cut < ends[1] ? 1
								   : 2;

		CHECK_NUMBER(problems_of(trail, cut, NULL, &sections) > 0, !between);
		CHECK_NUMBER(sections, whole);
	}
}

/* Any single byte taken out, or put in. */
static void
test_shifts(void)
{
	unsigned char trail[16384], copy[16385];
	size_t ends[SECTIONS], size = make_trail(trail, NULL, ends);
	uint64_t sections;

	for (size_t at = 0; at < size; at++) {
		memcpy(copy, trail, at);
		memcpy(copy + at, trail + at + 1, size - at - 1);
		CHECK(problems_of(copy, size - 1, NULL, &sections) > 0);
		CHECK_NUMBER(sections, SECTIONS - 1);
		memcpy(copy, trail, at);
		copy[at] = 0;
		memcpy(copy + at + 1, trail + at, size - at);
		CHECK(problems_of(copy, size + 1, NULL, &sections) > 0);
		CHECK(sections >= SECTIONS - 1);
	}
}

/* Heads alone, each of which says that a large section follows: each claim would be summed up, for hours. */
static void
test_claims(void)
{
	enum { SIZE = 2 * TRAIL_SECTION };
	unsigned char *heads = mem_alloc(SIZE);
	uint64_t sections;

	for (size_t at = 0; at < SIZE; at += TRAIL_HEAD)
		trail_put_head(heads + at, &(struct trail_head){ .content = { .body = TRAIL_SECTION, .unpacked = TRAIL_SECTION } });
	CHECK(problems_of(heads, SIZE, NULL, &sections) > 0);
	CHECK_NUMBER(sections, 0);
	free(heads);
}

int
main(void)
{
	test("a trail, and each byte of it with one bit flipped", test_bits);
	test("the same, signed", test_signed_bits);
	test("a trail cut anywhere", test_cuts);
	test("a byte less or more anywhere", test_shifts);
	test("a file of heads that claim too much", test_claims);
	return test_end();
}
