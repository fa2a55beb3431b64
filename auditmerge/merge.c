/* SPDX-License-Identifier: BSD-2-Clause */
#include "merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "field.h"
#include "mem.h"

void
merge_init(struct merge *merge, size_t capacity, merge_back *back)
{
	*merge = (struct merge){ .capacity = capacity, .back = back };
	merge->sources = mem_alloc_zero(capacity, sizeof(*merge->sources));
	merge->heap = mem_alloc_zero(capacity, sizeof(struct source *));
}

void
merge_clear(struct merge *merge)
{
	for (size_t i = 0; i < merge->count; i++)
		stream_clear(&merge->sources[i].stream);
	free(merge->sources);
	free(merge->heap);
}

struct stream *
merge_add(struct merge *merge, int fd, const char *name, void (*complain)(const char *text))
{
	struct source *source = &merge->sources[merge->count];

	source->place = merge->count++;
	stream_init(&source->stream, fd, name, complain);
	return &source->stream;
}

/* By the bytes, then by length; a record without a host comes first. */
static int
compare_hosts(const struct source *a, const struct source *b)
{
	size_t length = a->host_length < b->host_length ? a->host_length : b->host_length;
	int order = length == 0 ? 0 : memcmp(a->host, b->host, length);

	return order != 0 ? order : (a->host_length > b->host_length) - (a->host_length < b->host_length);
}

static bool
is_before(const struct source *a, const struct source *b)
{
	int order;

	if (a->record.time != b->record.time)
		return a->record.time < b->record.time;
	order = compare_hosts(a, b);
	if (order != 0)
		return order < 0;
	if (a->record.serial != b->record.serial)
		return a->record.serial < b->record.serial;
	return a->place < b->place;
}

/* Moves the source at place i down until none below it is earlier. */
static void
sift(struct merge *merge, size_t i)
{
	struct source **heap = merge->heap, *source = heap[i];

	for (;;) {
		size_t below = 2 * i + 1;

		if (below + 1 < merge->waiting && is_before(heap[below + 1], heap[below]))
			below++;
		if (below >= merge->waiting || !is_before(heap[below], source))
			break;
		heap[i] = heap[below];
		i = below;
	}
	heap[i] = source;
}

/* A name that can stand between quotes in the facts, as all of networks can. */
static bool
is_plain(const char *name)
{
	for (; *name != '\0'; name++)
		if (*name <= ' ' || *name > '~' || *name == '"')
			return false;
	return true;
}

/* The record's own host, else that of the section of a bin or trail that it stands in. */
static void
find_host(struct source *source)
{
	const struct stream_section *section = &source->stream.section;
	struct field field = { .value = NULL };
	size_t length;
	const char *facts = record_facts(&source->record, &length);

	source->add_host = false;
	if (facts != NULL && field_find(facts, length, "host", &field)) {
		source->host = field.value;
		source->host_length = field.length;
		return;
	}
	source->host = NULL;
	source->host_length = 0;
	if (section->inside != INSIDE_SECTION || section->head.host[0] == '\0' || !is_plain(section->head.host))
		return;
	source->host = section->head.host;
	source->host_length = strlen(section->head.host);
	source->add_host = source->record.length <= RECORD_MAX - 2 * TRAIL_HOST; /* else it would become too long */
}

/* An input's end: what it says about the exit status. A failure weighs more than damage. */
static void
take_status(struct merge *merge, const struct source *source, int rc)
{
	if (rc == -1)
		merge->status = EXIT_FAILED;
	else if (source->stream.damaged > 0 && merge->status == EXIT_OK)
		merge->status = EXIT_DAMAGED;
}

/* Reads the source's next record. Returns false at its end. */
static bool
advance(struct merge *merge, struct source *source)
{
	int rc = stream_read(&source->stream, &source->record);

	if (rc != 1) {
		take_status(merge, source, rc);
		return false;
	}
	find_host(source);
	return true;
}

static void
begin(struct merge *merge)
{
	merge->begun = true;
	for (size_t i = 0; i < merge->count; i++)
		if (advance(merge, &merge->sources[i]))
			merge->heap[merge->waiting++] = &merge->sources[i];
	for (size_t i = merge->waiting / 2; i-- > 0;)
		sift(merge, i);
}

/* The first source's record has been taken: its next one finds its place. */
static void
go_on(struct merge *merge)
{
	struct source *source = merge->heap[0];
	int64_t before = source->record.time;

	if (!advance(merge, source)) {
		merge->heap[0] = merge->heap[--merge->waiting];
	} else if (source->record.time < before && !source->went_back) {
		source->went_back = true;
		if (merge->back != NULL)
			merge->back(source, (uint64_t)before - (uint64_t)source->record.time);
	}
	if (merge->waiting > 0)
		sift(merge, 0);
}

const struct source *
merge_next(struct merge *merge)
{
	if (!merge->begun)
		begin(merge);
	else if (merge->waiting > 0)
		go_on(merge);
	return merge->waiting > 0 ? merge->heap[0] : NULL;
}

void
merge_write(struct out *out, const struct source *source)
{
	struct record record = source->record;
	size_t facts_length = 0, length, offset = 0;
	const char *facts = record_facts(&record, &facts_length);
	char *text;

	if (!source->add_host) {
		out_bytes(out, record.data, record.length);
		return;
	}
	text = mem_alloc(source->host_length + sizeof("host=\"\" ") + facts_length);
	length = (size_t)sprintf(text, "host=\"%.*s\"", (int)source->host_length, source->host);
	if (facts != NULL) {
		struct line line;

		text[length++] = ' ';
		memcpy(text + length, facts, facts_length);
		length += facts_length;
		(void)record_next_line(&record, &offset, &line);
		record.lines += offset;
		record.size -= offset;
		record.count--;
	}
	record_write(out, &record, text, length);
	free(text);
}
