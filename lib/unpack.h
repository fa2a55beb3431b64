/*
 * Unpacks zstd frames (RFC 8878) of an input, block by block, so that it is known where a damaged one stands, and that nothing
 * of it was handed out. Which bytes are a frame is the caller's to know.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef UNPACK_H
#define UNPACK_H

#include <stdbool.h>
#include <stdint.h>

#include "input.h"

struct ZSTD_DCtx_s;

struct unpack {
	struct input *input; /* borrowed */
	struct ZSTD_DCtx_s *zstd;
	struct buffer bytes; /* unpacked ones; its positions count them */
	bool open;           /* inside a frame */
	uint64_t frame;      /* position of the frame in the input */
	uint64_t piece;      /* of the block (or the frame's header or checksum) that was tried last */
	const char *problem; /* why a frame is damaged: static text */

	/* Told of the packed bytes, as they are used up. May be NULL. */
	void (*used)(void *arg, const unsigned char *packed, size_t size);
	void *used_arg;

	enum unpack_stage {
		UNPACK_HEADER,
		UNPACK_BLOCK,
		UNPACK_CHECKSUM,
		UNPACK_END,
	} stage;
	bool checksum;    /* the frame has one */
	uint64_t rewound; /* bytes that were looked at again */
};

enum {
	UNPACK_WINDOW_LOG = 23, /* a frame may make us remember 8 MiB: what zstd's levels up to 19 use */
	UNPACK_DAMAGED = -2,
};

void unpack_init(struct unpack *unpack, struct input *input);
void unpack_clear(struct unpack *unpack);

/* Do at least 4 bytes begin a zstd frame, or a skippable one? */
bool unpack_is_frame(const unsigned char *data);
bool unpack_is_skippable(const unsigned char *data);

/* Could the bytes be a zstd frame that can be unpacked, as far as its header tells? For finding frames behind damage. */
bool unpack_is_likely(const unsigned char *data, size_t size);

/* Begins with the frame at the input's head. */
void unpack_begin(struct unpack *unpack);

/*
 * Unpacks more of the frame. Returns 1 if there are more bytes, 0 if the frame has ended, -1 if reading failed (errno),
 * UNPACK_DAMAGED with problem, frame and piece set; then the frame is no longer open.
 */
int unpack_more(struct unpack *unpack);

/*
 * After UNPACK_DAMAGED: moves the input back to the frame, or as near as what was kept allows. The damage may have led beyond its end,
 * so that the next frame is to be looked for from its second byte on. Where that happens again and again the input is made to be
 * slow, and it stays behind the damage.
 */
void unpack_rewind(struct unpack *unpack);

/*
 * For a reader of text: more bytes of an input that is plain, or nothing but frames. *window, NULL at first, is set to where they
 * are. Returns 1, 0 at the end, -1 if reading failed, UNPACK_DAMAGED where something is to be said (problem, piece): the next call
 * goes on with the next frame.
 */
int unpack_any(struct unpack *unpack, struct buffer **window);

#endif
