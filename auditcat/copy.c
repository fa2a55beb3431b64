/* SPDX-License-Identifier: BSD-2-Clause */
#include "copy.h"

#include <inttypes.h>

#include "source.h"
#include "stream.h"

/* Returns 0, or -1 if reading failed. */
static int
copy_records(struct source *source, struct out *out)
{
	for (;;) {
		const unsigned char *bytes;
		size_t size;
		bool all;

		if (source_window(source, 1 << 18, &bytes, &size, &all) == -1)
			return -1;
		if (size == 0)
			return 0;
		out_pass(out, bytes, size);
		source_take(source, size);
	}
}

/* Returns the exit status. */
static int
copy_unit(struct source *source, struct out *out, void (*say)(const char *text))
{
	struct err text;

	if (source->unit == SOURCE_SECTION) {
		out_pass(out, source->section, source->section_size);
		return EXIT_OK;
	}
	if (source->unit == SOURCE_BIN)
		out_bytes(out, source->head_bytes, TRAIL_HEAD);
	if (copy_records(source, out) == -1)
		return EXIT_FAILED;
	if (source->unit == SOURCE_BIN && source->whole)
		out_bytes(out, source->tail_bytes, TRAIL_TAIL);
	if (source->whole)
		return EXIT_OK;
	err_set(&text, "%s: byte %" PRIu64 ": %s: %" PRIu64 " bytes at its end are no whole record", source->name, source->start,
	    source->unit == SOURCE_BIN ? "the bin has no tail" : "the input ends in a record", source->torn);
	say(text.text);
	return EXIT_DAMAGED;
}

int
copy_input(int fd, const char *name, struct out *out, void (*say)(const char *text))
{
	struct source source;
	int status = EXIT_OK, next;

	source_init(&source, fd, name, say);
	while (status != EXIT_FAILED && out->error == 0 && (next = source_next(&source)) != 0) {
		int unit = next == -1 ? EXIT_FAILED : copy_unit(&source, out, say);

		if (unit != EXIT_OK)
			status = unit;
	}
	if (status == EXIT_OK && source.damaged > 0)
		status = EXIT_DAMAGED;
	source_clear(&source);
	return status;
}

/* Nothing is held back while the input pauses. That it cannot be written is seen when all is flushed. */
static void
pass_on(void *arg)
{
	(void)out_flush(arg);
}

static bool
is_wanted(void *arg, const struct trail_head *head)
{
	return head->content.records == 0 || expr_may_match(arg, head->content.first, head->content.last);
}

int
copy_unpacked(int fd, const char *name, const struct expr *expr, struct out *out, void (*say)(const char *text))
{
	struct stream stream;
	struct record record;
	int rc = 0, status;

	stream_init(&stream, fd, name, say);
	stream.input.idle = pass_on;
	stream.input.idle_arg = out;
	if (expr != NULL) {
		stream.wanted = is_wanted;
		stream.wanted_arg = (void *)(uintptr_t)expr; /* is_wanted() only reads it */
	}
	while (out->error == 0 && (rc = stream_read(&stream, &record)) == 1)
		out_bytes(out, record.data, record.length);
	status = rc == -1 ? EXIT_FAILED : stream.damaged > 0 ? EXIT_DAMAGED
							     : EXIT_OK;
	stream_clear(&stream);
	return status;
}
