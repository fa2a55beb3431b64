/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bytes.h"

enum { WASTE_MAX = 256 << 20 }; /* bytes that may be summed up for nothing while looking for a good record */

void
stream_init(struct stream *stream, int fd, const char *name, void (*complain)(const char *))
{
	memset(stream, 0, sizeof(*stream));
	input_init(&stream->input, fd, name);
	stream->complain = complain;
}

void
stream_clear(struct stream *stream)
{
	input_clear(&stream->input);
}

/* Where reading stopped, and why. */
static void
complain(struct stream *stream, const char *problem)
{
	char text[512];

	snprintf(text, sizeof(text), "%s: byte %" PRIu64 ": %s", stream->input.name,
	    stream->input.position + input_available(&stream->input), problem);
	stream->complain(text);
}

/* Reads more. Packed data that is damaged ends the input: what was unpacked before is read to its end. */
static int
more(struct stream *stream)
{
	int rc = input_more(&stream->input);

	if (rc == -1 && stream->input.problem != NULL) {
		stream->damaged++;
		complain(stream, stream->input.problem);
		return 0;
	}
	if (rc == -1)
		complain(stream, strerror(errno));
	return rc;
}

/* Has at least size bytes at hand, reading as needed. Returns 1, 0 if the input ends before, -1 on an error. */
static int
need(struct stream *stream, size_t size)
{
	while (input_available(&stream->input) < size) {
		int rc = more(stream);

		if (rc <= 0)
			return rc;
	}
	return 1;
}

/* Tries the record at the head. Returns 1 if it is good, 0 if not (*problem says why), -1 if reading failed. */
static int
try_record(struct stream *stream, struct record *record, const char **problem)
{
	size_t length;
	int rc;

	*problem = "record is cut";
	if ((rc = need(stream, 12)) <= 0)
		return rc;
	length = record_length(stream->input.data + stream->input.head);
	if (length == 0) {
		*problem = "not a record";
		return 0;
	}
	if ((rc = need(stream, length)) <= 0)
		return rc;
	return record_parse(stream->input.data + stream->input.head, length, record, problem) == 0;
}

/* Moves to the next place, behind the head, where the magic stands; to the end if it stands nowhere. Returns -1 if reading failed. */
static int
seek_magic(struct stream *stream)
{
	unsigned char magic[4];
	struct input *input = &stream->input;

	put_le32(magic, RECORD_MAGIC);
	input_take(input, 1);
	for (;;) {
		const unsigned char *at = input->data + input->head;
		const unsigned char *found = memmem(at, input_available(input), magic, sizeof(magic));
		int rc;

		if (found != NULL) {
			input_take(input, (size_t)(found - at));
			return 0;
		}
		if (input_available(input) >= sizeof(magic))
			input_take(input, input_available(input) - (sizeof(magic) - 1));
		rc = more(stream);
		if (rc == 0)
			input_take(input, input_available(input));
		if (rc <= 0)
			return rc;
	}
}

/*
 * What stands at the head looked like a record of so many bytes, which were summed up for nothing. Where that happens again and again
 * the input is made to be slow: then the claim is believed, and what it covers is skipped.
 */
static void
limit_waste(struct input *input, uint64_t from, uint64_t *wasted)
{
	size_t available = input_available(input), length = available < 12 ? 0 : record_length(input->data + input->head);

	*wasted += length;
	if (*wasted <= WASTE_MAX + 16 * (input->position - from))
		return;
	if (length > available)
		length = available;
	if (length > 1)
		input_take(input, length - 1); /* the search goes on one byte further */
}

/* The head is no good record: says so once, and finds the next good one. */
static int
resynchronise(struct stream *stream, struct record *record, const char *problem)
{
	uint64_t from = stream->input.position, wasted = 0;
	char text[256];
	int rc;

	do {
		limit_waste(&stream->input, from, &wasted);
		if (seek_magic(stream) == -1)
			return -1;
		if (input_available(&stream->input) == 0) {
			rc = 0;
			break;
		}
		rc = try_record(stream, record, &(const char *){ NULL });
		if (rc == -1)
			return -1;
	} while (rc == 0);
	stream->damaged++;
	snprintf(text, sizeof(text), "%s: byte %" PRIu64 ": %s; skipped %" PRIu64 " bytes", stream->input.name, from,
	    problem, stream->input.position - from);
	stream->complain(text);
	if (rc == 1)
		input_take(&stream->input, record->length);
	return rc;
}

int
stream_read(struct stream *stream, struct record *record)
{
	const char *problem = NULL;
	int rc = need(stream, 1);

	if (rc == 0)
		return 0;
	if (rc == 1)
		rc = try_record(stream, record, &problem);
	if (rc == -1)
		return -1;
	if (rc == 0)
		return resynchronise(stream, record, problem);
	input_take(&stream->input, record->length);
	return 1;
}
