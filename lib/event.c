/* SPDX-License-Identifier: BSD-2-Clause */
#include "event.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "record.h"
#include "rectype.h"

enum {
	BUCKETS = 4096,
	SLOT_KEEP = 8 * 1024, /* bytes: a slot's buffer that grew beyond is given back after use, */
	SPARE_MAX = 1 << 20,  /* and any where all hold more than that */
	NODE_MAX = 255,       /* bytes of a host name (POSIX HOST_NAME_MAX) */
};

enum source {
	SOURCE_UNKNOWN,
	SOURCE_ENDS,   /* sends EOE */
	SOURCE_SILENT, /* sends none: PROCTITLE is the last line */
};

struct slot {
	int64_t time;
	uint64_t serial;
	unsigned char *lines;
	size_t size, capacity;
	uint16_t count;
	bool titled; /* has its PROCTITLE line */
	bool alone;  /* consists of one line, which it has */
	uint8_t node_length;
	int64_t touched; /* when its last line came */
	struct slot *bucket_next;
	struct slot *older, *newer; /* all open slots, by when their last line came */
	char *node;                 /* NODE_MAX bytes where one was ever told */
};

struct assembler {
	void (*emit)(void *, const struct event *);
	void *arg;
	enum source source;
	size_t open;
	size_t bytes;      /* of the open events' lines */
	size_t held;       /* of all slots' buffers */
	struct slot *last; /* the slot of the line before: the next line's, mostly */
	struct slot *oldest, *newest;
	struct slot *spare; /* by bucket_next */
	struct slot *buckets[BUCKETS];
};

struct assembler *
assembler_new(void (*emit)(void *arg, const struct event *event), void *arg)
{
	struct assembler *assembler = mem_alloc_zero(1, sizeof(*assembler));

	assembler->emit = emit;
	assembler->arg = arg;
	return assembler;
}

static void
free_slots(struct slot *slot, bool chained_by_bucket)
{
	while (slot != NULL) {
		struct slot *next = chained_by_bucket ? slot->bucket_next : slot->newer;

		free(slot->lines);
		free(slot->node);
		free(slot);
		slot = next;
	}
}

void
assembler_free(struct assembler *assembler)
{
	free_slots(assembler->oldest, false);
	free_slots(assembler->spare, true);
	free(assembler);
}

void
assembler_expect_end(struct assembler *assembler)
{
	assembler->source = SOURCE_ENDS;
}

/* The time counts too, in ms: a hostile log may give every event the same serial. */
static struct slot **
bucket_of(struct assembler *assembler, int64_t time, uint64_t serial)
{
	return &assembler->buckets[(serial ^ (uint64_t)time / 1000000 * 0x9e3779b1) % BUCKETS];
}

static bool
slot_is(const struct slot *slot, const struct logline *line)
{
	return slot->serial == line->serial && slot->time == line->time && slot->node_length == line->node_length &&
	    (line->node_length == 0 || memcmp(slot->node, line->node, line->node_length) == 0);
}

static void
unlink_age(struct assembler *assembler, struct slot *slot)
{
	*(slot->older != NULL ? &slot->older->newer : &assembler->oldest) = slot->newer;
	*(slot->newer != NULL ? &slot->newer->older : &assembler->newest) = slot->older;
}

static void
link_newest(struct assembler *assembler, struct slot *slot)
{
	slot->newer = NULL;
	slot->older = assembler->newest;
	*(slot->older != NULL ? &slot->older->newer : &assembler->oldest) = slot;
	assembler->newest = slot;
}

/* Passes the event on and makes its slot spare. */
static void
close_slot(struct assembler *assembler, struct slot *slot, bool ended)
{
	struct slot **p = bucket_of(assembler, slot->time, slot->serial);
	struct event event = {
		.time = slot->time,
		.serial = slot->serial,
		.lines = slot->lines,
		.size = slot->size,
		.count = slot->count,
		.ended = ended,
		.node = slot->node_length ? slot->node : NULL,
		.node_length = slot->node_length,
	};

	assembler->emit(assembler->arg, &event);
	while (*p != slot)
		p = &(*p)->bucket_next;
	*p = slot->bucket_next;
	unlink_age(assembler, slot);
	if (assembler->last == slot)
		assembler->last = NULL;
	assembler->open--;
	assembler->bytes -= slot->size;
	if (slot->capacity > SLOT_KEEP || assembler->held > SPARE_MAX) {
		assembler->held -= slot->capacity;
		free(slot->lines);
		slot->lines = NULL;
		slot->capacity = 0;
	}
	slot->bucket_next = assembler->spare;
	assembler->spare = slot;
}

/* An event that ended without a mark: in a source that sends EOE its end is missing. */
static void
give_up(struct assembler *assembler, struct slot *slot)
{
	close_slot(assembler, slot, assembler->source != SOURCE_ENDS);
}

static struct slot *
open_slot(struct assembler *assembler, const struct logline *line)
{
	struct slot *slot = assembler->spare, **bucket = bucket_of(assembler, line->time, line->serial);

	if (slot != NULL)
		assembler->spare = slot->bucket_next;
	else
		slot = mem_alloc_zero(1, sizeof(*slot));
	slot->time = line->time;
	slot->serial = line->serial;
	slot->size = 0;
	slot->count = 0;
	slot->titled = slot->alone = false;
	slot->node_length = (uint8_t)(line->node_length <= NODE_MAX ? line->node_length : 0);
	if (slot->node_length != 0 && slot->node == NULL)
		slot->node = mem_alloc(NODE_MAX);
	if (slot->node_length != 0)
		memcpy(slot->node, line->node, slot->node_length);
	slot->bucket_next = *bucket;
	*bucket = slot;
	link_newest(assembler, slot);
	assembler->open++;
	return slot;
}

static struct slot *
find_slot(struct assembler *assembler, const struct logline *line)
{
	struct slot *slot = assembler->last;

	if (slot != NULL && slot_is(slot, line))
		return slot;
	for (slot = *bucket_of(assembler, line->time, line->serial); slot != NULL; slot = slot->bucket_next)
		if (slot_is(slot, line))
			break;
	return slot;
}

static void
add_line(struct assembler *assembler, struct slot *slot, const struct logline *line, int64_t now)
{
	size_t size = line_size(line->length);

	if (slot->size + size > slot->capacity) {
		assembler->held -= slot->capacity;
		slot->lines = mem_grow(slot->lines, &slot->capacity, slot->size + size, 1);
		assembler->held += slot->capacity;
	}
	line_put(slot->lines + slot->size, line->type, line->flags, line->text, line->length);
	slot->size += size;
	slot->count++;
	slot->titled |= line->type == TYPE_PROCTITLE;
	slot->touched = now;
	assembler->bytes += size;
	if (assembler->newest != slot) {
		unlink_age(assembler, slot);
		link_newest(assembler, slot);
	}
	assembler->last = slot;
}

/* Sources in the kernel: messages of user space and of the audit daemon, and the callers that pass no context to audit_log_start(). */
static bool
stands_alone(const struct logline *line)
{
	uint16_t type = line->type;

	return (type >= TYPE_USER_FIRST && type <= TYPE_DAEMON_LAST) || (type >= TYPE_USER2_FIRST && type <= TYPE_USER2_LAST) ||
	    type == TYPE_SECCOMP || type == TYPE_ANOM_ABEND || type == TYPE_KERNEL || type == 1005 /* USER */ ||
	    (type == TYPE_LANDLOCK_DOMAIN && memmem(line->body, line->body_length, "status=deallocated", 18) != NULL);
}

/* Only while it is unknown whether EOE comes does an event that looks complete wait: so that events come out in order. */
static bool
is_complete(const struct assembler *assembler, const struct slot *slot)
{
	return slot->alone ? assembler->source != SOURCE_UNKNOWN : slot->titled && assembler->source == SOURCE_SILENT;
}

/* What has waited for this knowledge goes out, in the order in which it was completed. */
static void
learn(struct assembler *assembler, enum source source)
{
	struct slot *slot = assembler->oldest;

	if (assembler->source == source)
		return;
	assembler->source = source;
	while (slot != NULL) {
		struct slot *newer = slot->newer;

		if (is_complete(assembler, slot))
			close_slot(assembler, slot, true);
		slot = newer;
	}
}

/* No more than the table may hold, one more included: it is either learnt that events ended long ago, or the oldest has to go. */
static void
keep_bounds(struct assembler *assembler)
{
	if (assembler->source == SOURCE_UNKNOWN &&
	    (assembler->open >= EVENT_OPEN_MAX || assembler->bytes > EVENT_BYTES_MAX / 2))
		learn(assembler, SOURCE_SILENT);
	while (assembler->open >= EVENT_OPEN_MAX)
		give_up(assembler, assembler->oldest);
}

/* A line was added to the newest of the open events; alone, it may be as large as a record. */
static void
keep_bytes(struct assembler *assembler)
{
	while (assembler->open > 1 && assembler->bytes > EVENT_BYTES_MAX)
		give_up(assembler, assembler->oldest);
}

/* A record has a bounded length and number of lines; an event beyond that goes out in parts. */
static bool
is_full(const struct slot *slot, const struct logline *line)
{
	return slot->count == UINT16_MAX - 1 || slot->size + line_size(line->length) > RECORD_MAX - (64 << 10);
}

/* Nothing but EOE can follow in an event that looks complete: this line belongs to another one of the same name, a log read twice. */
static bool
is_over(const struct slot *slot, const struct logline *line)
{
	return (slot->titled || slot->alone) && line->type != TYPE_EOE;
}

void
assembler_push(struct assembler *assembler, const struct logline *line, int64_t now)
{
	struct slot *slot = find_slot(assembler, line);

	if (slot != NULL && (is_over(slot, line) || is_full(slot, line))) {
		close_slot(assembler, slot, is_over(slot, line));
		slot = NULL;
	}
	if (slot == NULL) {
		keep_bounds(assembler);
		slot = open_slot(assembler, line);
		slot->alone = stands_alone(line);
	}
	add_line(assembler, slot, line, now);
	keep_bytes(assembler);
	if (line->type == TYPE_EOE) {
		learn(assembler, SOURCE_ENDS);
		close_slot(assembler, slot, true);
	} else if (is_complete(assembler, slot)) {
		close_slot(assembler, slot, true);
	}
}

int64_t
assembler_expire(struct assembler *assembler, int64_t now)
{
	while (assembler->oldest != NULL && assembler->oldest->touched + EVENT_WAIT <= now)
		give_up(assembler, assembler->oldest);
	return assembler->oldest != NULL ? assembler->oldest->touched + EVENT_WAIT - now : -1;
}

bool
assembler_is_waiting(const struct assembler *assembler)
{
	if (assembler->source != SOURCE_UNKNOWN)
		return false;
	for (const struct slot *slot = assembler->oldest; slot != NULL; slot = slot->newer)
		if (slot->titled)
			return true;
	return false;
}

/* Messages of one line teach nothing about EOE; an event that has its PROCTITLE line, and no EOE after it, does. */
void
assembler_pause(struct assembler *assembler)
{
	if (assembler_is_waiting(assembler)) {
		learn(assembler, SOURCE_SILENT);
	} else if (assembler->source == SOURCE_UNKNOWN) {
		learn(assembler, SOURCE_ENDS);
		assembler->source = SOURCE_UNKNOWN;
	}
}

void
assembler_flush(struct assembler *assembler)
{
	while (assembler->oldest != NULL)
		give_up(assembler, assembler->oldest);
}
