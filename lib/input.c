/* SPDX-License-Identifier: BSD-2-Clause */
#include "input.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "bytes.h"
#include "mem.h"

/* Bytes that one read asks for: large enough to make system calls cheap, small enough to stay in the second-level cache. */
enum { CHUNK = 256 * 1024 };

void
input_init(struct input *input, int fd, const char *name)
{
	memset(input, 0, sizeof(*input));
	input->fd = fd;
	input->name = name;
}

void
input_clear(struct input *input)
{
	if (input->fd != -1)
		close(input->fd);
	ZSTD_freeDCtx(input->unpack);
	free(input->packed);
	free(input->data);
	memset(input, 0, sizeof(*input));
	input->fd = -1;
}

static void
make_room(struct input *input)
{
	if (input->capacity - input->tail >= CHUNK)
		return;
	if (input->moving != NULL)
		input->moving(input->idle_arg);
	if (input->head > 0) {
		memmove(input->data, input->data + input->head, input_available(input));
		input->tail -= input->head;
		input->head = 0;
	}
	input->data = mem_grow(input->data, &input->capacity, input->tail + CHUNK, 1);
}

static ssize_t
read_chunk(struct input *input, unsigned char *to)
{
	ssize_t n;

	if (input->idle != NULL && poll(&(struct pollfd){ .fd = input->fd, .events = POLLIN }, 1, 0) == 0)
		input->idle(input->idle_arg);
	do
		n = read(input->fd, to, CHUNK);
	while (n == -1 && errno == EINTR);
	return n;
}

/* zstd's frame magic, or one of the sixteen of skippable frames (RFC 8878, 3.1). */
static bool
is_packed(const unsigned char *data)
{
	uint32_t magic = get_le32(data);

	return magic == ZSTD_MAGICNUMBER || (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

/* What was read as plain bytes so far turns out to be packed. */
static void
become_packed(struct input *input)
{
	input->unpack = ZSTD_createDCtx();
	input->packed = mem_alloc((size_t)2 * CHUNK);
	input->packed_tail = input_available(input);
	memcpy(input->packed, input->data + input->head, input->packed_tail);
	input->tail = input->head;
}

static int
unpack_more(struct input *input)
{
	for (;;) {
		ZSTD_outBuffer to = { input->data + input->tail, input->capacity - input->tail, 0 };
		ZSTD_inBuffer from = { input->packed, input->packed_tail, input->packed_head };
		size_t rc;
		ssize_t n;

		rc = ZSTD_decompressStream(input->unpack, &to, &from);
		if (ZSTD_isError(rc)) {
			input->problem = "packed data is damaged";
			return -1;
		}
		/* Between frames, with nothing to read, it returns what it would like to have: that opens none. */
		if (from.pos > input->packed_head || to.pos > 0)
			input->frame_open = rc != 0;
		input->packed_head = from.pos;
		if (to.pos > 0) {
			input->tail += to.pos;
			return 1;
		}
		if (input->packed_head < input->packed_tail)
			continue;
		input->packed_head = input->packed_tail = 0;
		n = read_chunk(input, input->packed);
		if (n == 0 && input->frame_open)
			input->problem = "packed data ends inside a frame";
		if (n <= 0)
			return input->problem != NULL ? -1 : (int)n;
		input->packed_tail = (size_t)n;
	}
}

int
input_more(struct input *input)
{
	ssize_t n;

	if (input->end)
		return 0;
	make_room(input);
	if (input->unpack != NULL) {
		n = unpack_more(input);
	} else {
		n = read_chunk(input, input->data + input->tail);
		if (n > 0)
			input->tail += (size_t)n;
		if (n > 0 && !input->known && input_available(input) >= 4) {
			input->known = true;
			if (is_packed(input->data + input->head)) {
				become_packed(input);
				return input_more(input);
			}
		}
	}
	if (n <= 0)
		input->end = true;
	return n > 0 ? 1 : (int)n;
}
