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

/* A trail of some sections; each has its key, NULL if it is not signed. */
static size_t
make_signed_trail(unsigned char *trail, const struct secret_key *const keys[SECTIONS], size_t ends[SECTIONS])
{
	struct packer packer;
	struct trail_tail before = { 0 }, tail;
	uint64_t seed = 1;
	size_t size = 0;

	CHECK_NUMBER(packer_init(&packer, SECTION_LEVEL, NULL), 0);
	for (unsigned i = 0; i < SECTIONS; i++) {
		struct trail_head head = { .flags = TRAIL_LAST, .bin = { (unsigned char)i }, .sequence = i + 1 };
		struct out records;

		packer.key = keys[i];
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

static size_t
make_trail(unsigned char *trail, const struct secret_key *key, size_t ends[SECTIONS])
{
	return make_signed_trail(trail, (const struct secret_key *const[SECTIONS]){ key, key, key }, ends);
}

/* How many problems are found. */
static uint64_t
problems_with(struct verify *verify, const unsigned char *trail, size_t size)
{
	int fd = memfd_create("trail", MFD_CLOEXEC);
	struct out out;

	CHECK(write(fd, trail, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
	out_init(&out, -1, 4096);
	out.hold = true;
	CHECK_NUMBER(verify_file(verify, fd, "trail"), 0);
	verify_end(verify, &out);
	out_clear(&out);
	return verify->problems;
}

/* The same; *sections gets how many sections are as they were written. */
static uint64_t
problems_of(const unsigned char *trail, size_t size, const struct public_key *key, uint64_t *sections)
{
	struct verify verify = { .say = say };
	uint64_t problems;

	if (key != NULL)
		CHECK(verify_trust(&verify, key));
	problems = problems_with(&verify, trail, size);
	*sections = verify.sections;
	return problems;
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

/* Who signs the three sections, whose keys are given in which order ("": none are), and how many problems there are; ' ': nobody. */
static const struct {
	const char *signers, *given;
	unsigned problems;
} rotations[] = {
	{ "aab", "ab", 0 },
	{ "abc", "abc", 0 },
	{ "acc", "abc", 0 }, /* a key that was never used */
	{ "bbc", "abc", 0 }, /* the older files are not there */
	{ "aab", "a", 1 },
	{ "aab", "b", 2 },
	{ "aab", "ba", 1 },
	{ "abb", "ba", 2 },
	{ "aba", "ab", 1 },
	{ "aca", "abc", 1 },
	{ "acb", "abc", 1 },
	{ "ab ", "ab", 1 },
	{ " ab", "ab", 1 },
	{ "aaa", "ab", 1 }, /* what b signed may have been replaced by who has a */
	{ "abb", "abc", 1 },
	{ "aab", "", 1 },
	{ "aba", "", 1 },
	{ " aa", "", 0 },
	{ "a a", "", 1 },
	{ "aaa", "", 0 },
};

static void
test_rotations(void)
{
	enum { KEYS = 3 };
	unsigned char trail[16384];
	size_t ends[SECTIONS];
	struct secret_key keys[KEYS];
	struct err error;

	for (size_t i = 0; i < KEYS; i++)
		CHECK_NUMBER(key_generate(&keys[i], &error), 0);
	for (size_t i = 0; i < sizeof(rotations) / sizeof(*rotations); i++) {
		const struct secret_key *signers[SECTIONS];
		struct verify verify = { .say = say };
		struct public_key public;

		for (size_t k = 0; k < SECTIONS; k++)
			signers[k] = rotations[i].signers[k] == ' ' ? NULL : &keys[rotations[i].signers[k] - 'a'];
		for (const char *given = rotations[i].given; *given != '\0'; given++) {
			key_public_half(&keys[*given - 'a'], &public);
			CHECK(verify_trust(&verify, &public));
			CHECK(!verify_trust(&verify, &public));
		}
		if (!CHECK_NUMBER(problems_with(&verify, trail, make_signed_trail(trail, signers, ends)), rotations[i].problems))
			printf("# signed by `%s`, given `%s`\n", rotations[i].signers, rotations[i].given);
	}
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
	test("sections signed by one key after another", test_rotations);
	test("a trail cut anywhere", test_cuts);
	test("a byte less or more anywhere", test_shifts);
	test("a file of heads that claim too much", test_claims);
	return test_end();
}
