/* The records of many inputs as one sequence, by time. Memory: a reader's buffer for each input, whatever its size. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MERGE_H
#define MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "out.h"
#include "stream.h"

struct source {
	struct stream stream;
	struct record record; /* the one that is to come next */
	const char *host;     /* its host= as it stands in the facts, else the section's; not NUL-terminated, NULL if there is none */
	size_t host_length;
	bool add_host;  /* the host is the section's: the record names none */
	size_t place;   /* among the inputs: decides where nothing else does */
	bool went_back; /* a record was older than the one before it */
};

/* Told of the first record of an input that is older, by so many ns, than the one before it. */
typedef void merge_back(const struct source *source, uint64_t by);

struct merge {
	struct source *sources;
	size_t count, capacity;
	struct source **heap; /* the sources that have a record, as a binary heap: the earliest one first */
	size_t waiting;       /* of them */
	bool begun;
	merge_back *back; /* NULL: nobody wants to know */
	int status;       /* EXIT_FAILED, EXIT_DAMAGED of the inputs that have ended */
};

/* Takes up to capacity inputs. */
void merge_init(struct merge *merge, size_t capacity, merge_back *back);
void merge_clear(struct merge *merge);

/* Takes over fd; the name is borrowed. Returns the input's reader, so that its `idle` can be set. */
struct stream *merge_add(struct merge *merge, int fd, const char *name, void (*complain)(const char *text));

/*
 * The source whose record is next: the earliest one; of several at one time, by host, then by serial, then by input. NULL at the end.
 * An input's own order is kept: a record that is older than the one before it follows that one at once. Valid until the next call.
 */
const struct source *merge_next(struct merge *merge);

/* Appends the source's record, unchanged but for a host that is to be added. */
void merge_write(struct out *out, const struct source *source);

#endif
