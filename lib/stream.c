/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "mem.h"

enum {
	WASTE_MAX = 256 << 20, /* bytes, and 16 times as many as were read, that may be summed up for nothing while looking for a good record */
	LENGTH_SEEN = 12,      /* bytes that record_length() looks at */
	MARK_SEEN = 16,        /* bytes that trail_mark() looks at */
	LIKELY_SEEN = 32,      /* bytes that unpack_is_likely() looks at, at most */
};

/* A section's body. */
static void
hash_used(void *arg, const unsigned char *packed, size_t size)
{
	struct stream_section *section = arg;

	if (section->hashed)
		crypto_generichash_update(section->hash, packed, size);
}

/* Does the input end in something here? A bin may end behind any record: it is being filled. */
static bool
is_unfinished(void *arg)
{
	const struct stream *stream = arg;
	const struct stream_section *section = &stream->section;

	return buffer_available(&stream->input.bytes) > 0 ||
	    (section->inside == INSIDE_SECTION && !(section->head.flags & TRAIL_OPEN));
}

void
stream_init(struct stream *stream, int fd, const char *name, void (*complain)(const char *))
{
	memset(stream, 0, sizeof(*stream));
	input_init(&stream->input, fd, name);
	stream->input.unfinished = is_unfinished;
	stream->input.unfinished_arg = stream;
	unpack_init(&stream->unpack, &stream->input);
	stream->unpack.used = hash_used;
	stream->unpack.used_arg = &stream->section;
	stream->window = &stream->input.bytes;
	stream->complain = complain;
}

void
stream_clear(struct stream *stream)
{
	input_clear(&stream->input);
	unpack_clear(&stream->unpack);
	free(stream->section.hash);
}

static bool
is_packed(const struct stream *stream)
{
	return stream->window != &stream->input.bytes;
}

/* A place, as messages name it: in the file, and in what was unpacked from there on. */
struct place {
	char text[80];
};

static struct place
place_of(const struct stream *stream)
{
	struct place place;

	if (is_packed(stream))
		snprintf(place.text, sizeof(place.text), "byte %" PRIu64 ", unpacked byte %" PRIu64, stream->run,
		    buffer_position(stream->window) - stream->run_unpacked);
	else
		snprintf(place.text, sizeof(place.text), "byte %" PRIu64, buffer_position(stream->window));
	return place;
}

static void complain(struct stream *stream, const struct place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void
complain(struct stream *stream, const struct place *place, const char *format, ...)
{
	char text[1024];
	int n = snprintf(text, sizeof(text) / 2, "%s: %s: ", stream->input.name, place->text);
	va_list ap;

	if (n < 0 || n >= (int)sizeof(text) / 2)
		n = (int)sizeof(text) / 2 - 1;
	va_start(ap, format);
	vsnprintf(text + n, sizeof(text) - (size_t)n, format, ap);
	va_end(ap);
	stream->complain(text);
}

/* What input_need() or the like returned; complains if the system failed. */
static int
checked(struct stream *stream, int rc)
{
	struct place place = { "" };

	if (rc == -1) {
		snprintf(place.text, sizeof(place.text), "byte %" PRIu64, stream->input.bytes.base + stream->input.bytes.tail);
		complain(stream, &place, "%s", strerror(errno));
	}
	return rc;
}

static int
need_input(struct stream *stream, size_t size)
{
	return checked(stream, input_need(&stream->input, size));
}

/* What the input's head looks like. */
enum next {
	NEXT_END,
	NEXT_BYTES, /* records, or what is none */
	NEXT_FRAME,
	NEXT_MARK, /* a section's head or tail, damaged or not */
	NEXT_SKIPPABLE,
	NEXT_FAILED,
};

static enum next
look(struct stream *stream)
{
	const struct buffer *bytes = &stream->input.bytes;
	int rc = need_input(stream, MARK_SEEN);
	size_t size = buffer_available(bytes);

	if (rc == -1)
		return NEXT_FAILED;
	if (size == 0)
		return NEXT_END;
	if (size >= MARK_SEEN && trail_mark(buffer_bytes(bytes)) != TRAIL_NO_MARK)
		return NEXT_MARK;
	if (size >= 4 && unpack_is_frame(buffer_bytes(bytes)))
		return NEXT_FRAME;
	return size >= 8 && unpack_is_skippable(buffer_bytes(bytes)) ? NEXT_SKIPPABLE : NEXT_BYTES;
}

/* Takes a skippable frame of somebody else's away. */
static int
skip_frame(struct stream *stream)
{
	struct place place = place_of(stream);
	uint64_t size = 8 + (uint64_t)get_le32(buffer_bytes(&stream->input.bytes) + 4);
	int rc = checked(stream, input_skip(&stream->input, size));

	if (rc == 0) {
		stream->damaged++;
		complain(stream, &place, "a skippable frame of %" PRIu64 " bytes is cut", size);
	}
	return rc;
}

/*
 * More unpacked bytes. Frames that follow each other are one run of bytes, for others' frames need not end where a record does; a head
 * or a tail ends it, and so does damage. Returns 1, 0 at the end of the run, -1.
 */
static int
unpack_run(struct stream *stream)
{
	for (;;) {
		int rc = stream->unpack.open ? unpack_more(&stream->unpack) : 0;
		enum next next;

		if (rc == UNPACK_DAMAGED)
			stream->broken = true;
		if (stream->broken)
			return 0;
		if (rc != 0)
			return checked(stream, rc);
		if ((next = look(stream)) == NEXT_FAILED)
			return -1;
		if (next == NEXT_FRAME)
			unpack_begin(&stream->unpack);
		else if (next != NEXT_SKIPPABLE)
			return 0;
		else if ((rc = skip_frame(stream)) <= 0)
			return rc;
	}
}

/* Has at least size bytes at hand, reading as needed. Returns 1, 0 if the run of bytes ends before, -1 on an error. */
static int
need(struct stream *stream, size_t size)
{
	while (buffer_available(stream->window) < size) {
		int rc = is_packed(stream) ? unpack_run(stream) : checked(stream, input_more(&stream->input));

		if (rc <= 0)
			return rc;
	}
	return 1;
}

/* Does a line begin here as auditd writes them? */
static bool
is_log(const void *bytes)
{
	return memcmp(bytes, "type=", 5) == 0 || memcmp(bytes, "node=", 5) == 0;
}

/* Tries the record at the head. Returns 1 if it is good, 0 if not (*problem says why), -1 if reading failed. */
static int
try_record(struct stream *stream, struct record *record, const char **problem)
{
	size_t length;
	int rc;

	*problem = "record is cut";
	if ((rc = need(stream, LENGTH_SEEN)) <= 0)
		return rc;
	length = record_length(buffer_bytes(stream->window));
	if (length == 0) {
		*problem = is_log(buffer_bytes(stream->window)) ? "a log, not records: auditstream -i reads it" : "not a record";
		return 0;
	}
	if ((rc = need(stream, length)) <= 0)
		return rc;
	return record_parse(buffer_bytes(stream->window), length, record, problem) == 0;
}

/* Is that the first four bytes of something that may be read on from behind damage? */
static bool
may_begin(const struct stream *stream, const unsigned char *data)
{
	if (get_le32(data) == RECORD_MAGIC)
		return true;
	return !is_packed(stream) && (unpack_is_frame(data) || unpack_is_skippable(data));
}

/* Moves to the next such place behind the head; to the end of the run if there is none. Returns 1, 0 at the end, -1. */
static int
seek_beginning(struct stream *stream)
{
	struct buffer *window = stream->window;
	int rc;

	if ((rc = need(stream, 1)) <= 0)
		return rc;
	buffer_take(window, 1);
	while ((rc = need(stream, 4)) == 1) {
		const unsigned char *at = buffer_bytes(window), *last = window->data + window->tail - 4;

		while (at <= last && !may_begin(stream, at))
			at++;
		buffer_take(window, (size_t)(at - buffer_bytes(window)));
		if (at <= last)
			return 1;
	}
	if (rc == 0)
		buffer_take(window, buffer_available(window));
	return rc;
}

/*
 * What stands at the head looked like a record of so many bytes, which were summed up for nothing. Where that happens again and again
 * the input is made to be slow: then the claim is believed, and what it covers is skipped.
 */
static void
limit_waste(struct stream *stream)
{
	size_t available = buffer_available(stream->window);
	size_t length = available < LENGTH_SEEN ? 0 : record_length(buffer_bytes(stream->window));

	stream->wasted += length;
	if (stream->wasted <= WASTE_MAX + 16 * buffer_position(stream->window))
		return;
	if (length > available)
		length = available;
	if (length > 1)
		buffer_take(stream->window, length - 1); /* the search goes on one byte further */
}

/* Does a frame, a head or a tail stand at the input's head that reading can go on from? A head's checksum tells, a frame's looks. */
static int
try_frame(struct stream *stream)
{
	const struct buffer *bytes = &stream->input.bytes;
	const char *problem;

	switch (look(stream)) {
	case NEXT_FAILED:
		return -1;
	case NEXT_FRAME:
		if (need_input(stream, LIKELY_SEEN) == -1)
			return -1;
		return unpack_is_likely(buffer_bytes(bytes), buffer_available(bytes));
	case NEXT_MARK:
		if (need_input(stream, TRAIL_HEAD) <= 0)
			return 0;
		return trail_parse_head(buffer_bytes(bytes), &(struct trail_head){ 0 }, &problem) == 0 ||
		    trail_parse_tail(buffer_bytes(bytes), &(struct trail_tail){ 0 }, &problem) == 0;
	default:
		return 0;
	}
}

/*
 * Moves behind the head to where reading can go on: to a frame, a head, a tail, or, from the position records on, a record.
 * Returns 1, 0 at the end of the run, -1.
 */
static int
find_next(struct stream *stream, uint64_t records)
{
	struct record record;
	const char *problem;
	int rc;

	do {
		limit_waste(stream);
		if ((rc = seek_beginning(stream)) <= 0)
			return rc;
		if (get_le32(buffer_bytes(stream->window)) != RECORD_MAGIC)
			rc = try_frame(stream);
		else
			rc = buffer_position(stream->window) >= records ? try_record(stream, &record, &problem) : 0;
	} while (rc == 0);
	return rc;
}

/* The head is nothing good: says so once, and finds what is. Returns as find_next() does. */
static int
resynchronise(struct stream *stream, const char *problem)
{
	struct place place = place_of(stream);
	uint64_t from = buffer_position(stream->window);
	int rc = find_next(stream, 0);

	if (rc == -1)
		return -1;
	stream->damaged++;
	complain(stream, &place, "%s; skipped %" PRIu64 " bytes", problem, buffer_position(stream->window) - from);
	return rc;
}

/*
 * A frame is damaged. What stands behind its beginning is searched for another one, as the damage may have led too far; but for
 * records only what stands behind the last good block: the others were read.
 */
static int
leave_frame(struct stream *stream)
{
	struct unpack *unpack = &stream->unpack;
	struct place place;
	int rc;

	stream->broken = false;
	stream->section.hashed = false;
	snprintf(place.text, sizeof(place.text), "byte %" PRIu64, unpack->piece);
	unpack_rewind(unpack);
	if ((rc = find_next(stream, unpack->piece)) == -1)
		return -1;
	stream->damaged++;
	if (rc == 1)
		complain(stream, &place, "%s; reading goes on at byte %" PRIu64, unpack->problem, buffer_position(stream->window));
	else
		complain(stream, &place, "%s; there is nothing to be read behind it", unpack->problem);
	return 1;
}

/* Compares what was read of a section with what it was to hold. */
static void
compare(struct stream *stream, const struct place *place, const struct trail_content *content, uint64_t body)
{
	struct stream_section *section = &stream->section;

	if (section->skipped)
		return;
	if (section->inside == INSIDE_SECTION && content->body != body) {
		stream->damaged++;
		complain(stream, place, "section %" PRIu64 ": holds %" PRIu64 " bytes, not %" PRIu64, section->head.sequence, body,
		    content->body);
		section->hashed = false;
	}
	if (section->records != content->records) {
		stream->damaged++;
		complain(stream, place, "section %" PRIu64 ": %" PRIu64 " records of %" PRIu64 " were read", section->head.sequence,
		    section->records, content->records);
	}
}

/*
 * Damage that changes nothing of what is unpacked is damage, too. Whoever alters a section on purpose calculates a new hash: the chain and
 * the signatures, which auditcat -V looks at, are against that.
 */
static void
compare_hash(struct stream *stream, const struct place *place, const struct trail_tail *tail)
{
	struct stream_section *section = &stream->section;
	unsigned char hash[TRAIL_HASH];

	if (!section->hashed)
		return;
	crypto_generichash_final(section->hash, hash, sizeof(hash));
	if (memcmp(hash, tail->hash, sizeof(hash)) != 0) {
		stream->damaged++;
		complain(stream, place, "section %" PRIu64 ": its hash does not match", section->head.sequence);
	}
}

/* Another section begins, or the input ends: the present one has no tail. That is as it should be in a bin that is being filled. */
static void
end_untailed(struct stream *stream)
{
	struct stream_section *section = &stream->section;
	struct place place = place_of(stream);
	uint64_t body = buffer_position(stream->window) - section->body;

	if (section->inside == INSIDE_SECTION && !(section->head.flags & TRAIL_OPEN)) {
		stream->damaged++;
		complain(stream, &place, "section %" PRIu64 ": has no tail", section->head.sequence);
		compare(stream, &place, &section->head.content, body);
	}
	section->inside = INSIDE_NONE;
}

/* Skips the body of a section that is not wanted. */
static int
skip_body(struct stream *stream)
{
	struct place place = place_of(stream);
	struct stream_section *section = &stream->section;
	int rc;

	if (stream->wanted == NULL || (section->head.flags & TRAIL_OPEN) || stream->wanted(stream->wanted_arg, &section->head))
		return 1;
	section->skipped = true;
	section->hashed = false;
	rc = checked(stream, input_skip(&stream->input, section->head.content.body));
	if (rc == 0) {
		section->inside = INSIDE_NONE;
		stream->damaged++;
		complain(stream, &place, "section %" PRIu64 ": is cut", section->head.sequence);
	}
	return rc == -1 ? -1 : 1;
}

static void
start_hash(struct stream_section *section, const unsigned char *head)
{
	section->hashed = (section->head.flags & TRAIL_PACKED) != 0;
	if (section->hash == NULL)
		section->hash = mem_aligned(crypto_generichash_statebytes());
	crypto_generichash_init(section->hash, NULL, 0, TRAIL_HASH);
	crypto_generichash_update(section->hash, head, TRAIL_HEAD);
}

static int
take_head(struct stream *stream, const struct trail_head *head)
{
	end_untailed(stream);
	buffer_take(&stream->input.bytes, TRAIL_HEAD);
	stream->section = (struct stream_section){
		.inside = INSIDE_SECTION,
		.head = *head,
		.body = buffer_position(&stream->input.bytes),
		.hash = stream->section.hash,
	};
	start_hash(&stream->section, buffer_bytes(&stream->input.bytes) - TRAIL_HEAD);
	return skip_body(stream);
}

static int
take_tail(struct stream *stream, const struct trail_tail *tail)
{
	struct stream_section *section = &stream->section;
	const struct trail_head *head = &section->head;
	struct place place = place_of(stream);
	uint64_t body = buffer_position(&stream->input.bytes) - section->body;

	if (section->inside == INSIDE_DAMAGED)
		section->head.sequence = tail->sequence;
	else if (section->inside == INSIDE_SECTION &&
	    (memcmp(head->bin, tail->bin, TRAIL_BIN_ID) != 0 || head->part != tail->part || head->sequence != tail->sequence))
		end_untailed(stream);
	if (section->inside == INSIDE_NONE) {
		stream->damaged++;
		complain(stream, &place, "section %" PRIu64 ": has a tail, but no head", tail->sequence);
	} else {
		compare(stream, &place, &tail->content, body);
		compare_hash(stream, &place, tail);
	}
	section->inside = INSIDE_NONE;
	buffer_take(&stream->input.bytes, TRAIL_TAIL);
	return 1;
}

/* A head or a tail that is damaged. Of a tail, the head may know what it said. */
static int
take_damaged_mark(struct stream *stream, const char *what, const char *problem)
{
	struct stream_section *section = &stream->section;
	struct place place = place_of(stream);
	uint64_t body = buffer_position(&stream->input.bytes) - section->body;
	bool is_head = trail_mark(buffer_bytes(&stream->input.bytes)) == TRAIL_HEAD_MARK;
	char text[128];

	if (is_head)
		end_untailed(stream);
	else if (section->inside == INSIDE_SECTION && !(section->head.flags & TRAIL_OPEN))
		compare(stream, &place, &section->head.content, body);
	*section = (struct stream_section){ .inside = is_head ? INSIDE_DAMAGED : INSIDE_NONE, .hash = section->hash };
	snprintf(text, sizeof(text), "%s: %s", what, problem);
	return resynchronise(stream, text) == -1 ? -1 : 1;
}

static int
take_mark(struct stream *stream)
{
	const unsigned char *at;
	const char *problem = "is cut";
	struct trail_head head;
	struct trail_tail tail;
	int rc = need_input(stream, TRAIL_HEAD);

	if (rc == -1)
		return -1;
	at = buffer_bytes(&stream->input.bytes);
	if (trail_mark(at) == TRAIL_HEAD_MARK) {
		if (rc == 1 && trail_parse_head(at, &head, &problem) == 0)
			return take_head(stream, &head);
		return take_damaged_mark(stream, "a section's head", problem);
	}
	if (rc == 1 && trail_parse_tail(at, &tail, &problem) == 0)
		return take_tail(stream, &tail);
	return take_damaged_mark(stream, "a section's tail", problem);
}

/* The run of bytes has ended, or something else than a record stands at the input's head. Returns 1 to read on, 0 at the end, -1. */
static int
next_run(struct stream *stream)
{
	stream->window = &stream->input.bytes;
	if (stream->broken)
		return leave_frame(stream);
	switch (look(stream)) {
	case NEXT_FAILED:
		return -1;
	case NEXT_END:
		end_untailed(stream);
		return 0;
	case NEXT_MARK:
		return take_mark(stream);
	case NEXT_SKIPPABLE:
		return skip_frame(stream) == -1 ? -1 : 1;
	case NEXT_FRAME:
		stream->run = buffer_position(&stream->input.bytes);
		stream->run_unpacked = buffer_position(&stream->unpack.bytes);
		stream->window = &stream->unpack.bytes;
		unpack_begin(&stream->unpack);
		return 1;
	case NEXT_BYTES:
		break;
	}
	return 1;
}

/* No record stands at the head. Something else may, between runs of bytes; if not it is damage. Returns 1 to read on, 0 at the end, -1. */
static int
pass_by(struct stream *stream, const char *problem)
{
	enum next next = is_packed(stream) ? NEXT_BYTES : look(stream);

	if (next == NEXT_FAILED)
		return -1;
	if (next != NEXT_BYTES)
		return next_run(stream);
	return resynchronise(stream, problem) == -1 ? -1 : 1;
}

int
stream_read(struct stream *stream, struct record *record)
{
	const char *problem = NULL;
	int rc;

	for (;;) {
		if ((rc = need(stream, 1)) == 0) {
			rc = next_run(stream);
		} else if (rc == 1 && (rc = try_record(stream, record, &problem)) == 1) {
			stream->section.records++;
			buffer_take(stream->window, record->length);
			return 1;
		} else if (rc == 0) {
			rc = pass_by(stream, problem);
		}
		if (rc <= 0)
			return rc;
	}
}
