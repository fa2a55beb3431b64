/* SPDX-License-Identifier: BSD-2-Clause */
#include "seen.h"

#include <string.h>

struct seen_bin *
seen_bin(struct seen *seen, const unsigned char bin[TRAIL_BIN_ID])
{
	uint64_t known = seen->count < SEEN_BINS ? seen->count : SEEN_BINS;
	struct seen_bin *new;

	for (uint64_t i = 1; i <= known; i++) { /* the latest first */
		struct seen_bin *at = &seen->bins[(seen->count - i) % SEEN_BINS];

		if (memcmp(at->bin, bin, TRAIL_BIN_ID) == 0)
			return at;
	}
	new = &seen->bins[seen->count++ % SEEN_BINS];
	*new = (struct seen_bin){ 0 };
	memcpy(new->bin, bin, TRAIL_BIN_ID);
	return new;
}

uint64_t
seen_pass(struct seen_bin *bin, uint64_t from, uint64_t to)
{
	uint64_t before = bin->passed <= from ? 0 : bin->passed < to ? bin->passed - from
								     : to - from;

	if (bin->passed < to)
		bin->passed = to;
	return before;
}
