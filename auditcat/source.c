/* SPDX-License-Identifier: BSD-2-Clause */
#include "source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "bytes.h"
#include "file.h"
#include "frames.h"
#include "mem.h"
#include "record.h"
#include "section.h"

enum {
	CHUNK = 1 << 18, /* bytes that a read asks for */
	PEEK = 16,       /* bytes that tell a record, a head or a tail */
};

void
source_init(struct source *source, int fd, const char *name, void (*complain)(const char *text))
{
	*source = (struct source){ .fd = fd, .name = name, .complain = complain };
}

void
source_clear(struct source *source)
{
	if (source->fd != -1)
		close(source->fd);
	free(source->data);
	free(source->unpacked);
	*source = (struct source){ .fd = -1 };
}

static void
complain(struct source *source, uint64_t position, const char *problem)
{
	char text[512];

	snprintf(text, sizeof(text), "%s: byte %" PRIu64 ": %s", source->name, position, problem);
	source->complain(text);
	source->damaged++;
}

/* Is there something behind what was found to be whole? */
static bool
is_unfinished(const struct source *source)
{
	return source->last > source->first && source->last > source->checked;
}

/* Has size bytes behind `first`, if the input does. Returns 1, 0 if it ends before, -1 if reading failed. */
static int
need(struct source *source, size_t size)
{
	while (source->last - source->first < size) {
		ssize_t n;

		if (source->end)
			return 0;
		if (source->capacity - source->last < CHUNK && source->first > 0) {
			memmove(source->data, source->data + source->first, source->last - source->first);
			source->checked -= source->first;
			source->last_record -= source->last_record < source->first ? source->last_record : source->first;
			source->last -= source->first;
			source->first = 0;
		}
		source->data = mem_grow(source->data, &source->capacity, source->last + CHUNK, 1);
		do
			n = read(source->fd, source->data + source->last, CHUNK);
		while (n == -1 && errno == EINTR);
		if (n == -1) {
			complain(source, source->position + (source->last - source->first), strerror(errno));
			return -1;
		}
		source->end = n == 0 && !(is_unfinished(source) && file_goes_on(source->fd));
		source->last += (size_t)n;
	}
	return 1;
}

/* Has size bytes behind `checked`. */
static int
need_checked(struct source *source, size_t size)
{
	return need(source, source->checked - source->first + size);
}

enum what { WHAT_OTHER,
	WHAT_RECORD,
	WHAT_HEAD,
	WHAT_TAIL,
	WHAT_CUT };

/* What stands so many bytes behind `checked`: a record as far as its length goes. Returns -1 if reading failed. */
static int
look(struct source *source, size_t ahead, size_t *length)
{
	const unsigned char *at;
	int rc = need_checked(source, ahead + PEEK);

	if (rc != 1)
		return rc == 0 ? WHAT_CUT : -1;
	at = source->data + source->checked + ahead;
	if (trail_is_head(at))
		return WHAT_HEAD;
	if (trail_is_tail(at))
		return WHAT_TAIL;
	*length = record_length(at);
	return *length != 0 ? WHAT_RECORD : WHAT_OTHER;
}

/* What is garbage so far belongs to the unit, and so many bytes behind it. */
static void
pass(struct source *source, size_t size)
{
	source->checked += source->garbage + size;
	source->body += source->garbage + size;
	source->garbage = 0;
}

/* One more byte that is no record. Who reads or packs it complains of it; here it is only kept together with the rest. */
static void
pass_over(struct source *source)
{
	if (++source->garbage == RECORD_MAX)
		pass(source, 0);
}

/* The tail behind the garbage: is it this bin's? Returns 1, 0, or -1 if reading failed. */
static int
is_own_tail(struct source *source)
{
	struct trail_tail tail;
	const char *problem;
	const unsigned char *at;
	int rc = need_checked(source, source->garbage + TRAIL_TAIL);

	if (rc != 1 || source->unit != SOURCE_BIN)
		return rc == -1 ? -1 : 0;
	at = source->data + source->checked + source->garbage;
	if (trail_parse_tail(at, &tail, &problem) == -1 || tail.content.body != source->body + source->garbage ||
	    memcmp(tail.bin, source->head.bin, TRAIL_BIN_ID) != 0)
		return 0;
	memcpy(source->tail_bytes, at, TRAIL_TAIL);
	return 1;
}

static void
finish(struct source *source, bool whole)
{
	source->ended = true;
	source->whole = whole;
}

/* The input ends behind `checked`, and has no tail. A crash may also have left a last record of which the length alone is right. */
static void
end_of_input(struct source *source)
{
	struct record record;
	const char *problem;
	size_t length = source->checked - source->last_record;

	if (length > 0 && source->last_record >= source->first && source->garbage == 0 &&
	    record_parse(source->data + source->last_record, length, &record, &problem) == -1)
		source->checked = source->last_record;
	source->torn = source->last - source->checked;
	finish(source, source->unit == SOURCE_PLAIN && source->torn == 0);
}

/* A record as its length says. A damaged one may lead anywhere: it is believed if there is something. Returns 0 or -1. */
static int
step_record(struct source *source, size_t length)
{
	size_t next;
	int rc = need_checked(source, source->garbage + length), what;

	if (rc == 1) {
		what = look(source, source->garbage + length, &next);
		if (what == -1)
			return -1;
		if (what != WHAT_OTHER) {
			pass(source, 0);
			source->last_record = source->checked;
			pass(source, length);
			return 0;
		}
	}
	pass_over(source);
	return rc == -1 ? -1 : 0;
}

/* Moves `checked` over the next record, or finds that the unit ends there. Returns 0, or -1 if reading failed. */
static int
step(struct source *source)
{
	size_t length;
	int what = look(source, source->garbage, &length), own;

	switch (what) {
	case WHAT_RECORD:
		return step_record(source, length);
	case WHAT_HEAD:
		pass(source, 0);
		finish(source, source->unit == SOURCE_PLAIN);
		return 0;
	case WHAT_TAIL:
		if ((own = is_own_tail(source)) == 1) {
			pass(source, 0);
			finish(source, true);
		} else {
			pass_over(source);
		}
		return own == -1 ? -1 : 0;
	case WHAT_CUT:
		end_of_input(source);
		return 0;
	case WHAT_OTHER:
		pass_over(source);
		return 0;
	default:
		return -1;
	}
}

static void
drop(struct source *source, size_t size)
{
	source->first += size;
	source->position += size;
}

/* A section's bytes are all there: checks them, and unpacks the records. */
static void
open_section(struct source *source)
{
	struct section_check check;
	const char *problem = NULL;
	const unsigned char *body = source->section + TRAIL_HEAD;
	size_t size = (size_t)source->head.content.body;
	uint64_t lost;

	(void)section_check_begin(&check, source->section, &problem);
	section_check_body(&check, body, size);
	source->whole = section_check_end(&check, body + size, &problem) == 0;
	if (!source->whole)
		complain(source, source->start, problem);
	memcpy(source->tail_bytes, body + size, TRAIL_TAIL);
	source->unpacked_first = 0;
	source->unpacked_size = (size_t)source->head.content.unpacked;
	source->unpacked = mem_grow(source->unpacked, &source->unpacked_capacity, source->unpacked_size, 1);
	if (source->head.flags & TRAIL_PACKED)
		source->unpacked_size = frames_unpack(body, size, source->unpacked, source->unpacked_size, &lost);
	else
		memcpy(source->unpacked, body, size);
}

/* The head is good, and says that its section is so long. Returns 1, 0 if it is cut, -1. */
static int
read_section(struct source *source)
{
	uint64_t size = TRAIL_HEAD + source->head.content.body + TRAIL_TAIL;
	int rc;

	if (source->head.content.body > SECTION_BODY_MAX)
		return 0;
	if ((rc = need(source, (size_t)size)) != 1)
		return rc;
	source->unit = SOURCE_SECTION;
	source->section = source->data + source->first;
	source->section_size = (size_t)size;
	open_section(source);
	drop(source, (size_t)size);
	source->checked = source->first;
	finish(source, source->whole);
	return 1;
}

/* The head at `first`. Returns 1 if a unit begins there, 0 if it is damaged, -1. */
static int
read_head(struct source *source)
{
	const char *problem;
	int rc = need(source, TRAIL_HEAD);

	if (rc != 1) /* that it is cut will be seen as the end of what it begins */
		return rc;
	if (trail_parse_head(source->data + source->first, &source->head, &problem) == -1) {
		complain(source, source->position, problem);
		return 0;
	}
	memcpy(source->head_bytes, source->data + source->first, TRAIL_HEAD);
	if (!(source->head.flags & TRAIL_OPEN)) {
		rc = read_section(source);
		if (rc == 0)
			complain(source, source->position, "the section is cut, or its head is wrong");
		return rc;
	}
	source->unit = SOURCE_BIN;
	drop(source, TRAIL_HEAD);
	source->checked = source->first;
	return 1;
}

/* What is no head is plain records, or damage. */
static void
begin_plain(struct source *source)
{
	const unsigned char *at = source->data + source->first;
	size_t there = source->last - source->first;

	source->unit = SOURCE_PLAIN;
	source->headless = there < PEEK || record_length(at) == 0;
	if (!source->headless)
		return;
	source->garbage = 1;
	memset(source->head_bytes, 0, sizeof(source->head_bytes));
	memcpy(source->head_bytes, at, there < TRAIL_HEAD ? there : TRAIL_HEAD);
	if (there >= PEEK && get_le32(at) == ZSTD_MAGICNUMBER)
		complain(source, source->position, "packed by zstd, and no trail: zstd -dc unpacks it");
	else if (there >= PEEK && !trail_is_head(at))
		complain(source, source->position, "neither a head nor a record");
}

int
source_next(struct source *source)
{
	const unsigned char *bytes;
	size_t size;
	bool all;
	int rc;

	if (source->unit != SOURCE_SECTION)
		while (source->started && !(source->ended && source->first == source->checked)) {
			if (source_window(source, 1, &bytes, &size, &all) == -1)
				return -1;
			source_take(source, size);
		}
	if (source->started && source->unit == SOURCE_BIN && source->whole)
		drop(source, TRAIL_TAIL);
	if (source->started && source->unit != SOURCE_SECTION)
		drop(source, (size_t)source->torn);
	source->started = true;
	source->ended = source->whole = source->headless = false;
	source->torn = source->body = source->garbage = 0;
	source->start = source->position;
	source->section = NULL;
	if ((rc = need(source, 1)) != 1)
		return rc;
	source->checked = source->last_record = source->first;
	rc = need(source, PEEK);
	if (rc == 1 && trail_is_head(source->data + source->first))
		rc = read_head(source);
	else
		rc = rc == -1 ? -1 : 0;
	if (rc != 0)
		return rc;
	begin_plain(source);
	return 1;
}

int
source_window(struct source *source, size_t enough, const unsigned char **bytes, size_t *size, bool *all)
{
	if (source->unit == SOURCE_SECTION) {
		*bytes = source->unpacked + source->unpacked_first;
		*size = source->unpacked_size - source->unpacked_first;
		*all = true;
		return 0;
	}
	while (!source->ended && source->checked - source->first < enough)
		if (step(source) == -1)
			return -1;
	*bytes = source->data + source->first;
	*size = source->checked - source->first;
	*all = source->ended;
	return 0;
}

void
source_take(struct source *source, size_t size)
{
	if (source->unit == SOURCE_SECTION)
		source->unpacked_first += size;
	else
		drop(source, size);
}
