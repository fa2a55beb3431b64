/* Bytes that come at one end and are taken at the other. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BUFFER_H
#define BUFFER_H

#include <stddef.h>
#include <stdint.h>

struct buffer {
	unsigned char *data;
	size_t head, tail; /* the bytes not yet taken are data[head..tail) */
	size_t capacity;
	uint64_t base; /* position of data[0] in what is read, bytes */
};

static inline size_t
buffer_available(const struct buffer *buffer)
{
	return buffer->tail - buffer->head;
}

static inline unsigned char *
buffer_bytes(const struct buffer *buffer)
{
	return buffer->data + buffer->head;
}

static inline void
buffer_take(struct buffer *buffer, size_t size)
{
	buffer->head += size;
}

/* Of the next byte. */
static inline uint64_t
buffer_position(const struct buffer *buffer)
{
	return buffer->base + buffer->head;
}

#endif
