/* SPDX-License-Identifier: BSD-2-Clause */
#include "crew.h"

#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"

enum {
	WORKERS_MAX = 4,       /* who reads cannot feed more */
	BATCH_BYTES = 1 << 17, /* records of so many bytes are printed at a time: with their text, they fit into the second-level cache */
	BATCH_MOST = 1 << 20,  /* whatever AIX_AUDITBUFSZ says: each worker has that, and its text */
};

/* In a batch, a record's bytes stand behind its view. */
struct batch {
	unsigned char *bytes;
	size_t used, capacity;
};

struct worker {
	struct crew *crew;
	struct report report;
	struct batch batch;
	struct out out; /* the batch, printed */
	uint64_t turn;  /* which of all batches it is */
	pthread_t thread;
};

struct crew {
	struct report_options options;
	bool unbuffered;
	size_t batch_bytes;
	const struct formats *formats;
	struct worker *workers[WORKERS_MAX]; /* the first is the caller of crew_print() */
	unsigned most, ready, running;       /* of workers: allowed; set up; at work */

	pthread_mutex_t reading; /* who has it reads the stream, and numbers the batches */
	struct stream *stream;
	int more;       /* what reading said last: 1, 0 at the end, -1 */
	uint64_t taken; /* batches */

	pthread_mutex_t writing;
	pthread_cond_t wrote;
	uint64_t written; /* batches: whose turn it is */
};

static unsigned
processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 ? (unsigned)CPU_COUNT(&set) : 1;
}

static void
worker_free(struct worker *worker)
{
	report_clear(&worker->report);
	out_clear(&worker->out);
	free(worker->batch.bytes);
	free(worker);
}

/* Returns NULL with *error if the options are wrong. */
static struct worker *
worker_new(struct crew *crew, struct err *error)
{
	struct worker *worker = mem_alloc_zero(1, sizeof(*worker));

	worker->crew = crew;
	out_init(&worker->out, STDOUT_FILENO, crew->batch_bytes);
	worker->out.hold = true;
	if (report_init(&worker->report, &crew->options, &worker->out, error) == -1) {
		worker_free(worker);
		return NULL;
	}
	report_set_formats(&worker->report, crew->formats);
	return worker;
}

struct crew *
crew_new(const struct report_options *options, bool unbuffered, struct err *error)
{
	struct crew *crew = mem_alloc_zero(1, sizeof(*crew));
	unsigned most = processors();

	crew->options = *options;
	crew->unbuffered = unbuffered;
	crew->batch_bytes = out_size(BATCH_BYTES);
	if (crew->batch_bytes > BATCH_MOST)
		crew->batch_bytes = BATCH_MOST;
	crew->most = unbuffered || most < 1 ? 1 : most > WORKERS_MAX ? WORKERS_MAX
								     : most;
	crew->workers[0] = worker_new(crew, error);
	if (crew->workers[0] == NULL) {
		free(crew);
		return NULL;
	}
	crew->ready = 1;
	pthread_mutex_init(&crew->reading, NULL);
	pthread_mutex_init(&crew->writing, NULL);
	pthread_cond_init(&crew->wrote, NULL);
	return crew;
}

void
crew_free(struct crew *crew)
{
	for (unsigned i = 0; i < crew->ready; i++)
		worker_free(crew->workers[i]);
	pthread_mutex_destroy(&crew->reading);
	pthread_mutex_destroy(&crew->writing);
	pthread_cond_destroy(&crew->wrote);
	free(crew);
}

void
crew_set_formats(struct crew *crew, const struct formats *formats)
{
	crew->formats = formats;
	report_set_formats(&crew->workers[0]->report, formats);
}

static void
flush_or_die(struct out *out)
{
	if (out_flush(out) == -1)
		err(EXIT_FAILED, "stdout");
}

void
crew_begin(struct crew *crew)
{
	report_begin(&crew->workers[0]->report);
	flush_or_die(&crew->workers[0]->out);
}

static size_t
entry_size(const struct record *record)
{
	const size_t align = _Alignof(struct record) - 1;

	return (sizeof(*record) + record->length + align) & ~align;
}

static void
add(struct batch *batch, const struct record *record)
{
	size_t size = entry_size(record);
	struct record *copy;

	batch->bytes = mem_grow(batch->bytes, &batch->capacity, batch->used + size, 1);
	copy = (struct record *)(batch->bytes + batch->used);
	*copy = *record;
	memcpy(copy + 1, record->data, record->length);
	batch->used += size;
}

/* All that came before the batch is written; until ours is, nobody else's turn comes. */
static void
await_turn(struct worker *worker)
{
	struct crew *crew = worker->crew;

	pthread_mutex_lock(&crew->writing);
	while (crew->written != worker->turn)
		pthread_cond_wait(&crew->wrote, &crew->writing);
	pthread_mutex_unlock(&crew->writing);
}

/* A large record: its text, which may be many times as large, is written while it is made. */
static void
print_in_turn(struct worker *worker, const struct record *record)
{
	await_turn(worker);
	flush_or_die(&worker->out);
	worker->out.hold = false;
	report_record(&worker->report, record);
	flush_or_die(&worker->out);
	worker->out.hold = true;
}

static void
print_batch(struct worker *worker)
{
	struct batch *batch = &worker->batch;

	for (size_t offset = 0; offset < batch->used;) {
		struct record *record = (struct record *)(batch->bytes + offset);
		size_t header = (size_t)(record->lines - record->data);

		record->data = (unsigned char *)(record + 1);
		record->lines = record->data + header;
		if (record->length > worker->crew->batch_bytes)
			print_in_turn(worker, record);
		else
			report_record(&worker->report, record);
		offset += entry_size(record);
	}
	batch->used = 0;
	if (batch->capacity > 2 * worker->crew->batch_bytes) {
		free(batch->bytes);
		*batch = (struct batch){ 0 };
	}
}

/* What was printed of the batch, behind all that came before it. */
static void
write_in_turn(struct worker *worker)
{
	struct crew *crew = worker->crew;

	await_turn(worker);
	flush_or_die(&worker->out);
	pthread_mutex_lock(&crew->writing);
	crew->written++;
	pthread_cond_broadcast(&crew->wrote);
	pthread_mutex_unlock(&crew->writing);
}

/* While it reads, the input pauses: what has come is not kept back. */
static void
print_when_idle(void *arg)
{
	struct worker *worker = arg;

	if (worker->batch.used == 0)
		return;
	print_batch(worker);
	write_in_turn(worker);
	worker->turn = worker->crew->taken++;
}

/* Reads records until there are enough. Returns whether there may be more. */
static bool
fill_batch(struct worker *worker)
{
	struct crew *crew = worker->crew;
	struct record record;

	worker->turn = crew->taken++;
	crew->stream->input.idle_arg = worker;
	while (worker->batch.used < crew->batch_bytes && crew->more == 1) {
		crew->more = stream_read(crew->stream, &record);
		if (crew->more == 1)
			add(&worker->batch, &record);
		if (crew->unbuffered)
			break;
	}
	return crew->more == 1;
}

static void *work(void *arg);

/* There was a whole batch without a pause: another one helps, if the system has one for us. */
static void
hire(struct crew *crew)
{
	struct err ignored;
	unsigned next = crew->running;

	if (next == crew->ready)
		crew->workers[crew->ready++] = worker_new(crew, &ignored);
	if (pthread_create(&crew->workers[next]->thread, NULL, work, crew->workers[next]) == 0)
		crew->running++;
	else
		crew->most = next;
}

static void *
work(void *arg)
{
	struct worker *worker = arg;
	struct crew *crew = worker->crew;
	bool more;

	do {
		pthread_mutex_lock(&crew->reading);
		more = fill_batch(worker);
		if (more && crew->running < crew->most)
			hire(crew);
		pthread_mutex_unlock(&crew->reading);
		print_batch(worker);
		write_in_turn(worker);
	} while (more);
	return NULL;
}

int
crew_print(struct crew *crew, struct stream *stream)
{
	stream->input.idle = print_when_idle;
	crew->stream = stream;
	crew->more = 1;
	crew->running = 1;
	(void)work(crew->workers[0]);
	for (unsigned i = 1; i < crew->running; i++)
		pthread_join(crew->workers[i]->thread, NULL);
	return crew->more;
}
