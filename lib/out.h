/*
 * A buffered output: the queue of records that wait for stdout, or the text of a printer.
 *
 * Errors are sticky: appending never fails, flushing reports the first error by errno, and what follows it is discarded.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OUT_H
#define OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct out {
	int fd;
	int error;   /* errno of the first failed write, 0 if none */
	bool socket; /* fd is a socket: send without waiting */
	bool hold;   /* never write when full, grow instead: the owner drains (out_drain) */
	unsigned char *data;
	size_t head, tail; /* the bytes that wait are data[head..tail) */
	size_t capacity;
};

/* AIX_AUDITBUFSZ of the environment, in AIX's bounds; without it, or where it makes no sense, the size that is given. Bytes. */
size_t out_size(size_t without);

/* capacity: bytes to gather before a write. A pipe on fd is made as large as the kernel allows, up to 1 MiB. */
void out_init(struct out *out, int fd, size_t capacity);
void out_clear(struct out *out);

/* Makes room for size more bytes, writing out what waits if that is needed. Returns their place. */
unsigned char *out_make_room(struct out *out, size_t size);

/* Room for size more bytes at the returned place. Follow with out_advance(). */
static inline unsigned char *
out_reserve(struct out *out, size_t size)
{
	return size <= out->capacity - out->tail ? out->data + out->tail : out_make_room(out, size);
}

static inline void
out_advance(struct out *out, size_t size)
{
	out->tail += size;
}

/* Appends bytes as out_bytes() does, but a lot of them go straight from their place, behind what waits. */
void out_pass(struct out *out, const void *bytes, size_t length);

/* Writes all that waits. Returns 0, or -1 with errno. */
int out_flush(struct out *out);

/* Writes what fd (non-blocking) takes at once. Returns 0, or -1 with errno; EAGAIN is not an error. */
int out_drain(struct out *out);

static inline size_t
out_waiting(const struct out *out)
{
	return out->tail - out->head;
}

/* Forgets so many bytes of what waits: somebody else wrote them. */
static inline void
out_take(struct out *out, size_t size)
{
	out->head += size;
	if (out->head == out->tail)
		out->head = out->tail = 0;
}

/* Appending text. */
static inline void
out_bytes(struct out *out, const void *bytes, size_t length)
{
	memcpy(out_reserve(out, length), bytes, length);
	out->tail += length;
}

static inline void
out_char(struct out *out, char c)
{
	*out_reserve(out, 1) = (unsigned char)c;
	out->tail++;
}

static inline void
out_text(struct out *out, const char *text)
{
	out_bytes(out, text, strlen(text));
}

void out_fill(struct out *out, char c, size_t count);
void out_unsigned(struct out *out, uint64_t number);
void out_signed(struct out *out, int64_t number);
/* Lower-case hexadecimal without 0x, at least digits wide, zero-filled. */
void out_hex(struct out *out, uint64_t number, int digits);

#endif
