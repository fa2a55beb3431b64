/*
 * Reading records past damage, from any concatenation of plain records, zstd frames, and sections of bins and trails (trail.h).
 * Other skippable frames are skipped.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STREAM_H
#define STREAM_H

#include "input.h"
#include "record.h"
#include "trail.h"
#include "unpack.h"

/* The section that is being read, to be compared with its tail. */
struct stream_section {
	enum stream_inside {
		INSIDE_NONE,    /* between sections */
		INSIDE_SECTION, /* behind a head */
		INSIDE_DAMAGED, /* behind what was a head once */
	} inside;
	struct trail_head head;
	uint64_t body;    /* its position in the file */
	uint64_t records; /* good ones so far */
	bool skipped;
	bool hashed; /* of its head and body so far, as long as the body is sound frames */
	struct crypto_generichash_blake2b_state *hash;
};

struct stream {
	struct input input;
	struct unpack unpack;
	struct buffer *window; /* where records are: the input's bytes, or the unpacked ones */
	uint64_t run;          /* position of the frames that are being unpacked, in the file, */
	uint64_t run_unpacked; /* and of what they unpack to, in what was unpacked */
	bool broken;           /* a frame is damaged, and what it gave before is read to its end */
	struct stream_section section;
	uint64_t wasted;  /* bytes that were summed up for nothing */
	uint64_t damaged; /* damaged places so far: the exit status is 2 if there are any */

	/* Told of each damaged place, one sentence with name and position. The reader goes on behind it. */
	void (*complain)(const char *text);

	/*
	 * Asked at a section's head that says what the section holds: if it returns false the section is skipped. May be NULL. A
	 * bin that has not been packed yet says nothing, and is read.
	 */
	bool (*wanted)(void *arg, const struct trail_head *head);
	void *wanted_arg;
};

/* Takes over fd. The stream must stay where it is. Set stream->input.idle where the reader is a filter of a pipeline. */
void stream_init(struct stream *stream, int fd, const char *name, void (*complain)(const char *));
void stream_clear(struct stream *stream);

/*
 * The next good record, valid until the next call. Returns 1, 0 at the end, -1 if reading failed (already complained of).
 * A record cut at the end of the input counts as damage, and so does a record that is missing from a section.
 */
int stream_read(struct stream *stream, struct record *record);

#endif
