/* The log line parser, and the assembler behind it: each line of the input, as auditstream reads it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "event.h"
#include "header.h"
#include "logline.h"
#include "out.h"

static void
describe(void *arg, const struct event *event)
{
	struct out *out = arg;
	struct record record, again;
	const char *problem;

	header_describe(event, &record);
	memcpy(record.event, "X", 2);
	record_write(out, &record, NULL, 0);
	/* What is written must read back. */
	if (record_length(out->data) != out->tail || record_parse(out->data, out->tail, &again, &problem) == -1)
		abort();
	out->tail = 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *end = p + size;
	struct assembler *assembler;
	struct out out;

	out_init(&out, -1, 1 << 16);
	out.hold = true;
	assembler = assembler_new(describe, &out);
	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		size_t length = (size_t)((newline != NULL ? newline : end) - p);
		struct logline line;

		if (logline_parse(p, length, &line) == 0) {
			touch(line.text, line.length);
			touch(line.body, line.body_length);
			touch(line.node, line.node_length);
			assembler_push(assembler, &line, 0);
		}
		if (logline_parse_message(p, length, &line) == 0)
			touch(line.text, line.length);
		p += length + (newline != NULL);
	}
	assembler_flush(assembler);
	assembler_free(assembler);
	out_clear(&out);
	return 0;
}
