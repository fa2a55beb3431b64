/*
 * A buffered input that unpacks on the way: plain bytes, or zstd where the input begins with a zstd or skippable frame.
 * The record reader and the log reader stand on it.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct ZSTD_DCtx_s;

struct input {
	const char *name; /* for messages; borrowed */
	int fd;
	bool end; /* nothing more will come */
	unsigned char *data;
	size_t head, tail; /* the bytes not yet taken are data[head..tail) */
	size_t capacity;
	uint64_t position;   /* of data[head] in the unpacked input, bytes */
	const char *problem; /* why input_more() returned -1: static text; NULL means errno */

	/* Called before a read that would block, so that a filter passes on what it holds. May be NULL. */
	void (*idle)(void *arg);
	/* Called before the bytes at data move, so that a filter writes out those that it has not copied. May be NULL. */
	void (*moving)(void *arg);
	void *idle_arg; /* of both */

	struct ZSTD_DCtx_s *unpack; /* NULL while the input is plain */
	unsigned char *packed;
	size_t packed_head, packed_tail;
	bool known;      /* plain or packed is decided */
	bool frame_open; /* inside a frame: the end here means that the input is cut */
};

/* Takes over fd; input_clear() closes it. */
void input_init(struct input *input, int fd, const char *name);
void input_clear(struct input *input);

/* Reads more behind what is there. Returns 1 if it did, 0 at the end, -1 on an error (errno, or problem). */
int input_more(struct input *input);

/* How many bytes are there to be taken; they are at input->data + input->head. */
static inline size_t
input_available(const struct input *input)
{
	return input->tail - input->head;
}

/* Takes so many bytes away. */
static inline void
input_take(struct input *input, size_t size)
{
	input->head += size;
	input->position += size;
}

#endif
