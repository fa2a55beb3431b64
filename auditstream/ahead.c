/* SPDX-License-Identifier: BSD-2-Clause */
#include "ahead.h"

#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "mem.h"

enum { BATCH = 256 << 10 }; /* bytes: large enough to make waiting for the other rare, small enough for the second-level cache */

struct batch {
	unsigned char *bytes;
	size_t used, capacity;
	bool full; /* belongs to who makes the records; else to who reads */
};

struct ahead {
	void (*read)(void *arg, struct assembler *assembler);
	void *arg;
	struct batch batches[2]; /* taken in turn by both */
	unsigned filling;        /* of the reader: which one it fills */
	bool end;                /* the reader has returned; the batch that is full then is the last */
	pthread_mutex_t mutex;   /* of full and end */
	pthread_cond_t changed;
};

/* Waits until the batch is the caller's: full or not, as it wants. Returns false if it will never be full. */
static bool
await(struct ahead *ahead, const struct batch *batch, bool full)
{
	pthread_mutex_lock(&ahead->mutex);
	while (batch->full != full && !(full && ahead->end))
		pthread_cond_wait(&ahead->changed, &ahead->mutex);
	full = batch->full;
	pthread_mutex_unlock(&ahead->mutex);
	return full;
}

static void
hand_over(struct ahead *ahead, struct batch *batch, bool full)
{
	pthread_mutex_lock(&ahead->mutex);
	batch->full = full;
	pthread_cond_signal(&ahead->changed);
	pthread_mutex_unlock(&ahead->mutex);
}

/* In a batch, an event's lines and its node's name stand behind it. */
static size_t
entry_size(const struct event *event)
{
	const size_t align = _Alignof(struct event) - 1;

	return (sizeof(struct event) + event->size + event->node_length + align) & ~align;
}

/* Called by the assembler, in the reader's thread. */
static void
put(void *arg, const struct event *event)
{
	struct ahead *ahead = arg;
	struct batch *batch = &ahead->batches[ahead->filling];
	size_t size = entry_size(event);
	struct event *copy;

	if (batch->used > 0 && batch->used + size > BATCH) {
		hand_over(ahead, batch, true);
		ahead->filling ^= 1;
		batch = &ahead->batches[ahead->filling];
		(void)await(ahead, batch, false);
	}
	batch->bytes = mem_grow(batch->bytes, &batch->capacity, batch->used + size, 1);
	copy = (struct event *)(batch->bytes + batch->used);
	*copy = *event;
	memcpy(copy + 1, event->lines, event->size);
	if (event->node != NULL)
		memcpy((char *)(copy + 1) + event->size, event->node, event->node_length);
	batch->used += size;
}

static void *
reader(void *arg)
{
	struct ahead *ahead = arg;
	struct assembler *assembler = assembler_new(put, ahead);

	ahead->read(ahead->arg, assembler);
	assembler_flush(assembler);
	assembler_free(assembler);
	pthread_mutex_lock(&ahead->mutex);
	ahead->batches[ahead->filling].full = true;
	ahead->end = true;
	pthread_cond_signal(&ahead->changed);
	pthread_mutex_unlock(&ahead->mutex);
	return NULL;
}

static void
take(const struct batch *batch, struct capture *capture)
{
	for (size_t offset = 0; offset < batch->used;) {
		struct event *event = (struct event *)(batch->bytes + offset);

		event->lines = (unsigned char *)(event + 1);
		if (event->node != NULL)
			event->node = (const char *)event->lines + event->size;
		capture_event(capture, event);
		offset += entry_size(event);
	}
}

static void
fail_if_unwritable(const struct capture *capture)
{
	if ((errno = capture->out->error) != 0)
		err(EXIT_FAILED, "stdout");
}

void
ahead_run(void (*read)(void *arg, struct assembler *assembler), void *arg, struct capture *capture)
{
	struct ahead ahead = { .read = read, .arg = arg, .mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };
	unsigned emptying = 0;
	pthread_t thread;

	if ((errno = pthread_create(&thread, NULL, reader, &ahead)) != 0)
		err(EXIT_FAILED, "a thread to read ahead");
	while (await(&ahead, &ahead.batches[emptying], true)) {
		struct batch *batch = &ahead.batches[emptying];

		take(batch, capture);
		fail_if_unwritable(capture);
		batch->used = 0;
		hand_over(&ahead, batch, false);
		emptying ^= 1;
	}
	pthread_join(thread, NULL);
	free(ahead.batches[0].bytes);
	free(ahead.batches[1].bytes);
}
