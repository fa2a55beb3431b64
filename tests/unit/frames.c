/* auditcat's frames of a section: what is damaged is passed over, and no section takes for ever. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "../../auditcat/frames.h"

#include <zstd.h>

#include "check.h"
#include "mem.h"
#include "trail.h"

static void
test_damage(void)
{
	unsigned char body[512], to[64];
	size_t one = ZSTD_compress(body, sizeof(body), "first", 5, 1), two;
	uint64_t lost;

	two = ZSTD_compress(body + one, sizeof(body) - one, "second", 6, 1);
	CHECK_NUMBER(frames_unpack(body, one + two, to, sizeof(to), &lost), 11);
	CHECK_NUMBER(lost, 0);
	body[5] ^= 0x40; /* the size of what it unpacks to */
	CHECK_NUMBER(frames_unpack(body, one + two, to, sizeof(to), &lost), 6);
	CHECK(memcmp(to, "second", 6) == 0);
	CHECK_NUMBER(lost, one);
}

/* Each frame holds the next one in a block, goes on behind it with the same blocks, and never ends: walking through all takes hours. */
static void
test_nested(void)
{
	static const unsigned char piece[] = { 9 << 3, 0, 0, 0x28, 0xb5, 0x2f, 0xfd, 0, 0x58, 0, 0, 0 };
	unsigned char *body = mem_alloc(TRAIL_SECTION), *to = mem_alloc(TRAIL_SECTION);
	size_t at = ZSTD_compress(body, TRAIL_SECTION, "first", 5, 1);
	uint64_t lost;

	while (at + sizeof(piece) <= TRAIL_SECTION) {
		memcpy(body + at, piece, sizeof(piece));
		at += sizeof(piece);
	}
	CHECK_NUMBER(frames_unpack(body, at, to, TRAIL_SECTION, &lost), 5);
	CHECK(memcmp(to, "first", 5) == 0 && lost > 0);
	free(body);
	free(to);
}

int
main(void)
{
	test("a damaged frame is passed over", test_damage);
	test("frames in each other", test_nested);
	return test_end();
}
