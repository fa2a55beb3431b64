/* SPDX-License-Identifier: BSD-2-Clause */
#include "input.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"

enum {
	CHUNK = 256 * 1024, /* bytes of one read: large enough to make calls cheap, small enough to stay in the second-level cache */
	GLANCE = 4096,      /* bytes of a read behind skipped ones: of a section that is skipped too, only the head is looked at */
};

void
input_init(struct input *input, int fd, const char *name)
{
	memset(input, 0, sizeof(*input));
	input->fd = fd;
	input->name = name;
	input->keep = UINT64_MAX;
}

void
input_clear(struct input *input)
{
	if (input->fd != -1)
		close(input->fd);
	free(input->bytes.data);
	memset(input, 0, sizeof(*input));
	input->fd = -1;
}

void
input_make_room(struct input *input, struct buffer *buffer, size_t from, size_t size)
{
	if (buffer->capacity - buffer->tail >= size)
		return;
	if (input->moving != NULL)
		input->moving(input->idle_arg);
	if (from > 0) {
		memmove(buffer->data, buffer->data + from, buffer->tail - from);
		buffer->base += from;
		buffer->head -= from;
		buffer->tail -= from;
	}
	buffer->data = mem_grow(buffer->data, &buffer->capacity, buffer->tail + size, 1);
}

/* Offset of the first byte that must stay. */
static size_t
first_kept(const struct input *input)
{
	const struct buffer *bytes = &input->bytes;
	size_t from = bytes->head > INPUT_KEPT ? bytes->head - INPUT_KEPT : 0;

	if (input->keep >= buffer_position(bytes))
		return bytes->head;
	if (input->keep > bytes->base + from)
		from = (size_t)(input->keep - bytes->base);
	return from;
}

static ssize_t
read_chunk(struct input *input, unsigned char *to, size_t size)
{
	ssize_t n;

	if (input->idle != NULL && (input->always || poll(&(struct pollfd){ .fd = input->fd, .events = POLLIN }, 1, 0) == 0))
		input->idle(input->idle_arg);
	if (input->end)
		return 0;
	do
		n = read(input->fd, to, size);
	while (n == -1 && errno == EINTR);
	return n;
}

/* Will there be more, though the file ends here? What was read before that is waited for is not kept back. */
static bool
goes_on(struct input *input)
{
	if (input->idle != NULL)
		input->idle(input->idle_arg);
	return !input->end && file_goes_on(input->fd);
}

int
input_more(struct input *input)
{
	struct buffer *bytes = &input->bytes;
	size_t size;
	ssize_t n;

	if (input->end)
		return 0;
	input_make_room(input, bytes, first_kept(input), CHUNK);
	size = input->skipped ? GLANCE : CHUNK;
	n = read_chunk(input, bytes->data + bytes->tail, size);
	if (n == 0 && !input->end && input->unfinished != NULL && input->unfinished(input->unfinished_arg) && goes_on(input))
		n = read_chunk(input, bytes->data + bytes->tail, size);
	input->skipped = false;
	if (n <= 0) {
		input->end = true;
		return (int)n;
	}
	bytes->tail += (size_t)n;
	return 1;
}

int
input_need(struct input *input, size_t size)
{
	while (buffer_available(&input->bytes) < size) {
		int rc = input_more(input);

		if (rc <= 0)
			return rc;
	}
	return 1;
}

/* So many bytes further in the file, or to its end: then *size is how far that was. Returns false if the input cannot seek. */
static bool
seek(struct input *input, uint64_t *size)
{
	struct stat status;
	off_t at;

	if (fstat(input->fd, &status) == -1 || !S_ISREG(status.st_mode) || (at = lseek(input->fd, 0, SEEK_CUR)) == -1)
		return false;
	if (at > status.st_size)
		*size = 0;
	else if (*size > (uint64_t)(status.st_size - at))
		*size = (uint64_t)(status.st_size - at);
	return lseek(input->fd, (off_t)*size, SEEK_CUR) != -1;
}

int
input_skip(struct input *input, uint64_t size)
{
	struct buffer *bytes = &input->bytes;
	uint64_t left = size, sought;
	int rc;

	for (;;) {
		size_t n = left < buffer_available(bytes) ? (size_t)left : buffer_available(bytes);

		buffer_take(bytes, n);
		left -= n;
		if (left == 0)
			return 1;
		sought = left;
		if (!input->end && seek(input, &sought)) {
			/* No byte of these is in memory: what is there stays where it is, before a gap. */
			input->skipped = true;
			bytes->base += sought;
			left -= sought;
			if (left == 0 || !goes_on(input))
				return left == 0;
			continue;
		}
		if ((rc = input_more(input)) <= 0)
			return rc;
	}
}

void
input_back(struct input *input, uint64_t position)
{
	struct buffer *bytes = &input->bytes;

	bytes->head = position > bytes->base ? (size_t)(position - bytes->base) : 0;
}
