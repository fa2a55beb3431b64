/* SPDX-License-Identifier: BSD-2-Clause */
#include "unpack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "bytes.h"

enum {
	BLOCK_MAX = 128 * 1024, /* bytes, packed and unpacked */
	BLOCK_HEADER = 3,
	CHECKSUM = 4,
	HEADER_MIN = 5,        /* magic and descriptor */
	ROOM = 2 * BLOCK_MAX,  /* bytes that are made free at once */
	REWIND_MAX = 64 << 20, /* bytes, and as many as were read, that may be looked at again behind damaged frames */
};

void
unpack_init(struct unpack *unpack, struct input *input)
{
	*unpack = (struct unpack){ .input = input };
}

void
unpack_clear(struct unpack *unpack)
{
	ZSTD_freeDCtx(unpack->zstd);
	free(unpack->bytes.data);
	*unpack = (struct unpack){ 0 };
}

bool
unpack_is_frame(const unsigned char *data)
{
	return get_le32(data) == ZSTD_MAGICNUMBER;
}

bool
unpack_is_skippable(const unsigned char *data)
{
	return (get_le32(data) & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

/* Bytes of a frame's header, from its descriptor: RFC 8878, 3.1.1.1. */
static size_t
header_size(unsigned char descriptor)
{
	static const size_t dictionary[] = { 0, 1, 2, 4 }, content[] = { 0, 2, 4, 8 };
	bool single = descriptor >> 5 & 1; /* no window descriptor, and a content size of at least one byte */

	return HEADER_MIN + (single ? 0 : 1) + dictionary[descriptor & 3] +
	    (single && descriptor >> 6 == 0 ? 1 : content[descriptor >> 6]);
}

static bool
has_checksum(unsigned char descriptor)
{
	return descriptor >> 2 & 1;
}

/* Bytes of a block, its header included; 0 if there is no such block. RFC 8878, 3.1.1.2. */
static size_t
block_size(const unsigned char *data)
{
	unsigned header = data[0] | (unsigned)data[1] << 8 | (unsigned)data[2] << 16;
	unsigned type = header >> 1 & 3, size = header >> 3;

	if (type == 3 || size > BLOCK_MAX)
		return 0;
	return BLOCK_HEADER + (type == 1 ? 1 : size); /* 1: one byte, repeated */
}

bool
unpack_is_likely(const unsigned char *data, size_t size)
{
	size_t header;

	if (size < HEADER_MIN || !unpack_is_frame(data) || (data[4] & 0x18) != 0)
		return false;
	header = header_size(data[4]);
	return size >= header + BLOCK_HEADER && block_size(data + header) != 0;
}

void
unpack_begin(struct unpack *unpack)
{
	if (unpack->zstd == NULL && (unpack->zstd = ZSTD_createDCtx()) != NULL)
		ZSTD_DCtx_setParameter(unpack->zstd, ZSTD_d_windowLogMax, UNPACK_WINDOW_LOG);
	unpack->open = true;
	unpack->stage = UNPACK_HEADER;
	unpack->frame = unpack->piece = unpack->input->keep = buffer_position(&unpack->input->bytes);
}

static int
damaged(struct unpack *unpack, const char *problem)
{
	unpack->problem = problem;
	unpack->open = false;
	unpack->input->keep = UINT64_MAX;
	ZSTD_DCtx_reset(unpack->zstd, ZSTD_reset_session_only);
	return UNPACK_DAMAGED;
}

/* Has the next piece at hand and sets its size, and the stage behind it. Returns as input_need() does, or UNPACK_DAMAGED. */
static int
next_piece(struct unpack *unpack, size_t *size, enum unpack_stage *stage)
{
	struct input *input = unpack->input;
	const unsigned char *at;
	int rc;

	*size = unpack->stage == UNPACK_HEADER ? HEADER_MIN : unpack->stage == UNPACK_BLOCK ? BLOCK_HEADER
											    : CHECKSUM;
	if ((rc = input_need(input, *size)) <= 0)
		return rc;
	at = buffer_bytes(&input->bytes);
	switch (unpack->stage) {
	case UNPACK_HEADER:
		*size = header_size(at[4]);
		*stage = UNPACK_BLOCK;
		unpack->checksum = has_checksum(at[4]);
		break;
	case UNPACK_BLOCK:
		if ((*size = block_size(at)) == 0)
			return damaged(unpack, "packed data is damaged");
		*stage = !(at[0] & 1) ? UNPACK_BLOCK : unpack->checksum ? UNPACK_CHECKSUM
									: UNPACK_END;
		break;
	case UNPACK_CHECKSUM:
	case UNPACK_END:
		*stage = UNPACK_END;
		break;
	}
	return input_need(input, *size);
}

/* What zstd has against the piece, in words that help. */
static const char *
problem_of(const struct unpack *unpack, size_t rc)
{
	if (unpack->stage == UNPACK_CHECKSUM)
		return "packed data is damaged: its checksum does not match";
	if (strcmp(ZSTD_getErrorName(rc), "Frame requires too much memory for decoding") == 0)
		return "packed data needs more than 8 MiB of memory: unpack it by zstd -d first";
	return "packed data is damaged";
}

/* Unpacks one piece: what it unpacks to fits the room. */
static int
feed(struct unpack *unpack, size_t size, enum unpack_stage stage)
{
	struct buffer *bytes = &unpack->bytes;
	ZSTD_inBuffer from = { buffer_bytes(&unpack->input->bytes), size, 0 };
	ZSTD_outBuffer to = { bytes->data + bytes->tail, bytes->capacity - bytes->tail, 0 };
	size_t rc;

	do {
		size_t before = from.pos + to.pos;

		rc = ZSTD_decompressStream(unpack->zstd, &to, &from);
		if (ZSTD_isError(rc))
			return damaged(unpack, problem_of(unpack, rc));
		if (from.pos + to.pos == before)
			return damaged(unpack, "packed data is damaged");
	} while (from.pos < size);
	if ((rc == 0) != (stage == UNPACK_END))
		return damaged(unpack, "packed data is damaged");
	if (unpack->used != NULL)
		unpack->used(unpack->used_arg, from.src, size);
	buffer_take(&unpack->input->bytes, size);
	bytes->tail += to.pos;
	unpack->stage = stage;
	return to.pos > 0;
}

int
unpack_more(struct unpack *unpack)
{
	enum unpack_stage stage = UNPACK_END;
	size_t size;
	int rc;

	if (unpack->zstd == NULL) {
		errno = ENOMEM;
		return -1;
	}
	while (unpack->stage != UNPACK_END) {
		input_make_room(unpack->input, &unpack->bytes, unpack->bytes.head, ROOM);
		unpack->piece = buffer_position(&unpack->input->bytes);
		rc = next_piece(unpack, &size, &stage);
		if (rc == 0)
			return damaged(unpack, "packed data ends inside a frame");
		if (rc < 0 || (rc = feed(unpack, size, stage)) != 0)
			return rc;
	}
	unpack->open = false;
	unpack->input->keep = UINT64_MAX;
	return 0;
}

void
unpack_rewind(struct unpack *unpack)
{
	uint64_t position = buffer_position(&unpack->input->bytes);

	if (unpack->rewound <= REWIND_MAX + position) {
		unpack->rewound += position - unpack->frame;
		input_back(unpack->input, unpack->frame);
	}
}

/* To the next frame behind the damaged one's beginning, or to the end. */
static int
find_frame(struct unpack *unpack)
{
	static const unsigned char magic[4] = { 0x28, 0xb5, 0x2f, 0xfd };
	struct buffer *bytes = &unpack->input->bytes;
	int rc = 1;

	unpack_rewind(unpack);
	if (buffer_available(bytes) > 0)
		buffer_take(bytes, 1);
	while (rc == 1) {
		const unsigned char *found = memmem(buffer_bytes(bytes), buffer_available(bytes), magic, sizeof(magic));

		if (found != NULL) {
			buffer_take(bytes, (size_t)(found - buffer_bytes(bytes)));
			return 1;
		}
		if (buffer_available(bytes) >= sizeof(magic))
			buffer_take(bytes, buffer_available(bytes) - (sizeof(magic) - 1));
		rc = input_more(unpack->input);
	}
	buffer_take(bytes, buffer_available(bytes));
	return rc;
}

/* What stands between frames: another one, one to be skipped, the end, or, at the input's beginning, plain bytes. */
static int
next_frame(struct unpack *unpack, struct buffer **window)
{
	struct buffer *bytes = &unpack->input->bytes;
	int rc = input_need(unpack->input, 8);

	if (rc == -1 || buffer_available(bytes) == 0)
		return rc;
	if (buffer_available(bytes) >= 4 && unpack_is_frame(buffer_bytes(bytes))) {
		*window = &unpack->bytes;
		unpack_begin(unpack);
		return 1;
	}
	if (rc == 1 && unpack_is_skippable(buffer_bytes(bytes))) {
		*window = &unpack->bytes;
		unpack->problem = "packed data ends inside a frame";
		unpack->piece = buffer_position(bytes);
		rc = input_skip(unpack->input, 8 + (uint64_t)get_le32(buffer_bytes(bytes) + 4));
		return rc == 0 ? UNPACK_DAMAGED : rc;
	}
	if (*window == NULL) {
		*window = bytes;
		return 1;
	}
	unpack->frame = unpack->piece = buffer_position(bytes);
	unpack->problem = "what follows is not packed";
	rc = find_frame(unpack);
	return rc == -1 ? -1 : UNPACK_DAMAGED;
}

int
unpack_any(struct unpack *unpack, struct buffer **window)
{
	int rc;

	do {
		if (*window == &unpack->input->bytes)
			return input_more(unpack->input);
		if (unpack->open && (rc = unpack_more(unpack)) != 0) {
			if (rc == UNPACK_DAMAGED && find_frame(unpack) == -1)
				return -1;
			return rc;
		}
		rc = next_frame(unpack, window);
	} while (rc == 1 && *window != &unpack->input->bytes);
	return rc;
}
