/* SPDX-License-Identifier: BSD-2-Clause */
#include "backwards.h"

#include <string.h>

#include "io.h"

enum { STEP = 1 << 16 }; /* bytes that are searched at a time */

/* Does a section end there? Returns 1, 0 or -1 with errno. */
static int
ends_at(int fd, uint64_t end, struct section_at *section)
{
	unsigned char bytes[TRAIL_HEAD > TRAIL_TAIL ? TRAIL_HEAD : TRAIL_TAIL];
	const char *problem;
	int rc;

	if (end < TRAIL_HEAD + TRAIL_TAIL)
		return 0;
	if ((rc = io_read_at(fd, end - TRAIL_TAIL, bytes, TRAIL_TAIL)) != 1)
		return rc;
	if (trail_parse_tail(bytes, &section->tail, &problem) == -1 ||
	    section->tail.content.body > end - TRAIL_HEAD - TRAIL_TAIL)
		return 0;
	section->end = end;
	section->start = end - TRAIL_TAIL - section->tail.content.body - TRAIL_HEAD;
	if ((rc = io_read_at(fd, section->start, bytes, TRAIL_HEAD)) != 1)
		return rc;
	return trail_parse_head(bytes, &section->head, &problem) == 0 && section->head.part == section->tail.part &&
	    memcmp(section->head.bin, section->tail.bin, TRAIL_BIN_ID) == 0;
}

/* Looks for a section that ends before *end and whose tail begins at floor or behind. Returns 1, 0 or -1. */
static int
search(int fd, uint64_t floor, uint64_t end, struct section_at *section)
{
	unsigned char bytes[STEP + TRAIL_TAIL];
	size_t size = (size_t)(end - floor);
	int rc = io_read_at(fd, floor, bytes, size);

	if (rc != 1)
		return rc;
	for (size_t i = size - TRAIL_TAIL + 1; i-- > 0;)
		if (trail_is_tail(bytes + i) && (rc = ends_at(fd, floor + i + TRAIL_TAIL, section)) != 0)
			return rc;
	return 0;
}

int
backwards_next(int fd, uint64_t *at, struct section_at *section)
{
	uint64_t end = *at;
	int rc = ends_at(fd, end, section);

	while (rc == 0 && end >= TRAIL_HEAD + TRAIL_TAIL) {
		uint64_t floor = end < STEP + TRAIL_TAIL ? 0 : end - STEP - TRAIL_TAIL;

		rc = search(fd, floor, end, section);
		/* A tail may lie across the two. */
		end = floor == 0 ? 0 : floor + TRAIL_TAIL - 1;
	}
	if (rc == 1)
		*at = section->start;
	return rc;
}
