/* SPDX-License-Identifier: BSD-2-Clause */
#include "frames.h"

#include <string.h>
#include <zstd.h>

#include "bytes.h"

enum { WASTE_MAX = 1 << 30 }; /* bytes that may be walked through and unpacked for nothing, in one section */

/* The next frame behind the first byte of these, or their end. */
static size_t
next_frame(const unsigned char *body, size_t size)
{
	unsigned char magic[4];
	const unsigned char *found;

	put_le32(magic, ZSTD_MAGICNUMBER);
	found = memmem(body + 1, size - 1, magic, sizeof(magic));
	return found != NULL ? (size_t)(found - body) : size;
}

size_t
frames_unpack(const unsigned char *body, size_t size, unsigned char *to, size_t room, uint64_t *lost)
{
	size_t at = 0, done = 0;
	uint64_t wasted = 0; /* at most: frames may lie in each other, and each claim all that follows */

	*lost = 0;
	while (at < size) {
		size_t frame = ZSTD_findFrameCompressedSize(body + at, size - at);
		size_t n = ZSTD_isError(frame) ? frame : ZSTD_decompress(to + done, room - done, body + at, frame);

		if (ZSTD_isError(n)) {
			wasted += size - at + room - done;
			frame = wasted <= WASTE_MAX ? next_frame(body + at, size - at) : size - at;
			*lost += frame;
			n = 0;
		}
		at += frame;
		done += n;
	}
	return done;
}
