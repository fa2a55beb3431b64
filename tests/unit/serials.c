/* SPDX-License-Identifier: BSD-2-Clause */
#include "serials.h"

#include <stdlib.h>

#include "check.h"

static struct serials *
new_serials(void)
{
	return calloc(1, sizeof(struct serials));
}

static void
nothing_is_missing(void)
{
	struct serials *serials = new_serials();
	/* Several records each, events interleaved, and one from before the beginning. */
	static const uint32_t came[] = { 10, 10, 12, 11, 10, 9, 13, 12, 15, 14, 11 };

	CHECK_NUMBER(serials_settle(serials, 100), 0);
	for (size_t i = 0; i < sizeof(came) / sizeof(*came); i++)
		CHECK_NUMBER(serials_see(serials, came[i]), 0);
	CHECK_NUMBER(serials->highest, 15);
	CHECK_NUMBER(serials_settle(serials, 15), 0);
	CHECK_NUMBER(serials_settle(serials, 15), 0);
	free(serials);
}

static void
what_is_missing_is_counted_once(void)
{
	struct serials *serials = new_serials();

	serials_see(serials, 1);
	serials_see(serials, 5);
	serials_see(serials, 9);
	CHECK_NUMBER(serials_settle(serials, 5), 3);
	serials_see(serials, 3); /* too late: it is told already */
	serials_see(serials, 7);
	CHECK_NUMBER(serials_settle(serials, 9), 2);
	CHECK_NUMBER(serials_settle(serials, 9), 0);
	free(serials);
}

static void
a_gap_is_known_until_it_is_filled_or_settled(void)
{
	struct serials *serials = new_serials();

	CHECK(!serials_gap(serials));
	serials_see(serials, UINT32_MAX);
	CHECK(!serials_gap(serials));
	serials_see(serials, 1);
	serials_see(serials, 1);
	CHECK(serials_gap(serials));
	serials_see(serials, 0);
	CHECK(!serials_gap(serials));
	serials_see(serials, 3);
	CHECK_NUMBER(serials_settle(serials, 1), 0);
	CHECK(serials_gap(serials));
	CHECK_NUMBER(serials_settle(serials, 2), 1);
	CHECK(!serials_gap(serials));
	free(serials);
}

static void
numbers_wrap(void)
{
	struct serials *serials = new_serials();

	serials_see(serials, UINT32_MAX - 1);
	serials_see(serials, 2);
	CHECK_NUMBER(serials->highest, 2);
	CHECK_NUMBER(serials_settle(serials, serials->highest), 3); /* UINT32_MAX, 0, 1 */
	free(serials);
}

static void
far_ahead(void)
{
	struct serials *serials = new_serials();

	serials_see(serials, 1000);
	CHECK_NUMBER(serials_see(serials, 1000 + SERIALS_WINDOW - 1), 0);
	CHECK_NUMBER(serials_see(serials, 1000 + SERIALS_WINDOW), 0); /* 1000 itself goes, and had come */
	CHECK_NUMBER(serials_see(serials, 1000 + SERIALS_WINDOW + 10), 10);
	CHECK_NUMBER(serials_see(serials, 1000 + 3 * SERIALS_WINDOW), 2 * SERIALS_WINDOW - 10 - 3);
	CHECK_NUMBER(serials_settle(serials, 1000 + 3 * SERIALS_WINDOW), SERIALS_WINDOW - 1);
	free(serials);
}

/* Any order within blocks, most left out: as many are missing as were left out. */
static void
any_order(void)
{
	enum { COUNT = 100000,
		NEAR = 500 };
	struct serials *serials = new_serials();
	uint32_t numbers[COUNT];
	uint64_t seed = 7, missing = 0, left_out = 0;

	for (uint32_t i = 0; i < COUNT; i++)
		numbers[i] = 4000000000u + i * 3 + (uint32_t)(random_next(&seed) >> 33 & 1); /* of three numbers one comes */
	for (uint32_t i = 1; i < COUNT; i++) {
		uint32_t end = (i / NEAR + 1) * NEAR, other = i + (uint32_t)(random_next(&seed) % (end - i)), number = numbers[i];

		numbers[i] = numbers[other];
		numbers[other] = number;
	}
	for (uint32_t i = 0; i < COUNT; i++) {
		missing += serials_see(serials, numbers[i]);
		if (i % 1000 == 999)
			missing += serials_settle(serials, serials->highest - 3 * NEAR);
	}
	missing += serials_settle(serials, serials->highest);
	left_out = (uint64_t)(serials->highest - numbers[0] + 1) - COUNT;
	CHECK_NUMBER(missing, left_out);
	free(serials);
}

int
main(void)
{
	test("nothing is missing", nothing_is_missing);
	test("what is missing is counted once", what_is_missing_is_counted_once);
	test("a gap is known until it is filled or settled", a_gap_is_known_until_it_is_filled_or_settled);
	test("numbers wrap", numbers_wrap);
	test("far ahead", far_ahead);
	test("any order", any_order);
	return test_end();
}
