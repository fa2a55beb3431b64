/* SPDX-License-Identifier: BSD-2-Clause */
#include "nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { LONGEST = 40 };

static unsigned
smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool
same(const char *a, size_t i, const char *b, size_t j)
{
	return tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);
}

unsigned
edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	unsigned row[3][LONGEST + 1]; /* the last two rows of the table, and the one that is being made */

	if (a_length > LONGEST || b_length > LONGEST)
		return 2 * LONGEST;
	for (size_t j = 0; j <= b_length; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned *now = row[i % 3], *before = row[(i - 1) % 3], *earlier = row[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b_length; j++) {
			now[j] = before[j - 1] + !same(a, i, b, j);
			now[j] = smaller(now[j], smaller(before[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && same(a, i, b, j - 1) && same(a, i - 1, b, j))
				now[j] = smaller(now[j], earlier[j - 2] + 1);
		}
	}
	return row[a_length % 3][b_length];
}

unsigned
edit_distance_limit(size_t length)
{
	return (unsigned)(length + 2) / 3;
}

void
nearest_init(struct nearest *nearest, const char *word, size_t length)
{
	*nearest = (struct nearest){ .word = word, .length = length, .distance = edit_distance_limit(length) + 1 };
}

void
nearest_offer(struct nearest *nearest, const char *candidate)
{
	unsigned distance = edit_distance(nearest->word, nearest->length, candidate, strlen(candidate));

	if (distance < nearest->distance) {
		nearest->distance = distance;
		nearest->best = candidate;
	}
}
