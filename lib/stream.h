/* Reading records from a stream, a bin or a trail, past damage. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STREAM_H
#define STREAM_H

#include "input.h"
#include "record.h"

struct stream {
	struct input input;
	uint64_t damaged; /* damaged places so far: the exit status is 2 if there are any */

	/* Told of each damaged place, one sentence with name and position. The reader goes on behind it. */
	void (*complain)(const char *text);
};

/* Takes over fd. Set stream->input.idle where the reader is a filter of a pipeline. */
void stream_init(struct stream *stream, int fd, const char *name, void (*complain)(const char *));
void stream_clear(struct stream *stream);

/*
 * The next good record, valid until the next call. Returns 1, 0 at the end, -1 if reading failed (already complained of).
 * A record cut at the end of the input counts as damage.
 */
int stream_read(struct stream *stream, struct record *record);

#endif
