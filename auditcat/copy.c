/* SPDX-License-Identifier: BSD-2-Clause */
#include "copy.h"

#include <inttypes.h>

#include "source.h"

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
