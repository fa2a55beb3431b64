/* SPDX-License-Identifier: BSD-2-Clause */
#include "out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mem.h"

enum { DIGITS_MAX = 20 }; /* of 64 bits */

enum { PASS_MIN = 32 * 1024 }; /* bytes from which a write of its own is cheaper than a copy */

enum {
	SIZE_LEAST = 8192, /* AIX's bounds; what is beyond is clamped, as there */
	SIZE_MOST = 64 << 20,
};

size_t
out_size(size_t without)
{
	const char *text = getenv("AIX_AUDITBUFSZ");
	char *end;
	long long size;

	if (text == NULL || *text == '\0')
		return without;
	size = strtoll(text, &end, 0);
	if (*end != '\0' || size <= 0)
		return without;
	return size < SIZE_LEAST ? SIZE_LEAST : size > SIZE_MOST ? SIZE_MOST
								 : (size_t)size;
}

void
out_init(struct out *out, int fd, size_t capacity)
{
	memset(out, 0, sizeof(*out));
	out->fd = fd;
	out->capacity = capacity;
	out->data = mem_alloc(capacity);
	/* Fewer switches between the stages of a pipeline; fails, harmlessly, where fd is no pipe. */
	(void)fcntl(fd, F_SETPIPE_SZ, 1 << 20);
}

void
out_clear(struct out *out)
{
	free(out->data);
	memset(out, 0, sizeof(*out));
}

/* Writes once. Returns 0, or -1 when nothing more can be written now. */
static int
write_some(struct out *out)
{
	const unsigned char *data = out->data + out->head;
	size_t size = out->tail - out->head;
	ssize_t n = out->socket ? send(out->fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL) : write(out->fd, data, size);

	if (n == -1 && errno == EINTR)
		return 0;
	if (n == -1) {
		if (errno != EAGAIN)
			out->error = errno;
		return -1;
	}
	out->head += (size_t)n;
	return 0;
}

int
out_drain(struct out *out)
{
	while (out->error == 0 && out->head < out->tail && write_some(out) == 0)
		;
	if (out->error != 0)
		out->head = out->tail;
	if (out->head == out->tail)
		out->head = out->tail = 0;
	errno = out->error;
	return out->error != 0 ? -1 : 0;
}

int
out_flush(struct out *out)
{
	while (out_drain(out) == 0 && out_waiting(out) > 0)
		(void)poll(&(struct pollfd){ .fd = out->fd, .events = POLLOUT }, 1, -1);
	errno = out->error;
	return out->error != 0 ? -1 : 0;
}

unsigned char *
out_make_room(struct out *out, size_t size)
{
	if (!out->hold)
		(void)out_flush(out);
	if (out->head > 0) {
		memmove(out->data, out->data + out->head, out_waiting(out));
		out->tail -= out->head;
		out->head = 0;
	}
	out->data = mem_grow(out->data, &out->capacity, out->tail + size, 1);
	return out->data + out->tail;
}

void
out_pass(struct out *out, const void *bytes, size_t length)
{
	struct out direct = *out;

	if (length < PASS_MIN || out->hold) {
		out_bytes(out, bytes, length);
		return;
	}
	if (out_flush(out) == -1)
		return;
	/* Only read from, as everything that waits. */
	direct.data = (unsigned char *)(uintptr_t)bytes;
	direct.head = 0;
	direct.tail = length;
	(void)out_flush(&direct);
	out->error = direct.error;
}

void
out_fill(struct out *out, char c, size_t count)
{
	memset(out_reserve(out, count), c, count);
	out->tail += count;
}

void
out_unsigned(struct out *out, uint64_t number)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748"
				    "49505152535455565758596061626364656667686970717273747576777879808182838485868788899091929394959697"
				    "9899";
	char digits[DIGITS_MAX];
	size_t at = sizeof(digits);

	for (; number > 99; number /= 100)
		memcpy(digits + (at -= 2), pairs + number % 100 * 2, 2);
	if (number > 9)
		memcpy(digits + (at -= 2), pairs + number * 2, 2);
	else
		digits[--at] = (char)('0' + number);
	out_bytes(out, digits + at, sizeof(digits) - at);
}

void
out_signed(struct out *out, int64_t number)
{
	if (number < 0)
		out_char(out, '-');
	out_unsigned(out, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

void
out_hex(struct out *out, uint64_t number, int digits)
{
	int shift = 60;

	while (shift > 0 && shift / 4 >= digits && number >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		out_char(out, "0123456789abcdef"[number >> shift & 15]);
}
