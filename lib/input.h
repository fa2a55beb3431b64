/* A file or a pipe that is read through a buffer: its bytes as they are. unpack.h stands on it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

struct input {
	const char *name; /* for messages; borrowed */
	int fd;
	bool end;     /* nothing more will come */
	bool skipped; /* bytes were skipped just now: what follows may be, too */
	struct buffer bytes;
	uint64_t keep; /* position: bytes taken from there on stay, INPUT_KEPT of them at most, so that input_back() finds them */

	/*
	 * Called before a read that would block, so that a filter passes on what it holds; with `always` before any. It may set `end`, and
	 * then nothing more is read. May be NULL.
	 */
	void (*idle)(void *arg);
	bool always;
	/* Called before bytes that were handed out move, so that a filter writes out those that it has not copied. May be NULL. */
	void (*moving)(void *arg);
	void *idle_arg; /* of both */
	/* Asked where the input ends: is that in the middle of something, so that who may be writing the rest is waited for? May be NULL. */
	bool (*unfinished)(void *arg);
	void *unfinished_arg;
};

enum { INPUT_KEPT = 512 * 1024 };

/* Takes over fd; input_clear() closes it. */
void input_init(struct input *input, int fd, const char *name);
void input_clear(struct input *input);

/* Reads more behind what is there. Returns 1 if it did, 0 at the end, -1 on an error (errno). */
int input_more(struct input *input);

/* Has at least size bytes at hand, reading as needed. Returns 1, 0 if the input ends before, -1 on an error. */
int input_need(struct input *input, size_t size);

/* Takes so many bytes away without looking at them: by a seek where the input is a file. Returns as input_need() does. */
int input_skip(struct input *input, uint64_t size);

/* Goes back to that position, or as near as what was kept allows. */
void input_back(struct input *input, uint64_t position);

/* Makes room for size more bytes behind those of a buffer, dropping those before offset `from`. Bytes move: tells the filter first. */
void input_make_room(struct input *input, struct buffer *buffer, size_t from, size_t size);

#endif
