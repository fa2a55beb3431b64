/* SPDX-License-Identifier: BSD-2-Clause */
#include "serials.h"

/* Numbers wrap: they are compared by their distance. */
static bool
is_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static uint64_t *
word_of(struct serials *serials, uint32_t serial)
{
	return &serials->seen[serial % SERIALS_WINDOW / 64];
}

static uint64_t
bit_of(uint32_t serial)
{
	return (uint64_t)1 << serial % 64;
}

/* Moves the base so many numbers on. Returns how many of them have not come. */
static uint64_t
move(struct serials *serials, uint32_t count)
{
	uint32_t known = count < SERIALS_WINDOW ? count : SERIALS_WINDOW;
	uint32_t come = serials->come;

	for (uint32_t serial = serials->base; serial != serials->base + known; serial++) {
		serials->come -= (*word_of(serials, serial) & bit_of(serial)) != 0;
		*word_of(serials, serial) &= ~bit_of(serial);
	}
	serials->base += count;
	return count - (come - serials->come);
}

uint64_t
serials_see(struct serials *serials, uint32_t serial)
{
	uint64_t missing = 0;

	if (!serials->begun) {
		serials->begun = true;
		serials->base = serials->highest = serial;
	}
	if (is_before(serial, serials->base))
		return 0; /* settled, or older than our beginning */
	if (serial - serials->base >= SERIALS_WINDOW)
		missing = move(serials, serial - serials->base - SERIALS_WINDOW + 1);
	serials->come += (*word_of(serials, serial) & bit_of(serial)) == 0;
	*word_of(serials, serial) |= bit_of(serial);
	if (is_before(serials->highest, serial))
		serials->highest = serial;
	return missing;
}

uint64_t
serials_settle(struct serials *serials, uint32_t last)
{
	if (!serials->begun || is_before(last, serials->base))
		return 0;
	return move(serials, last + 1 - serials->base);
}
