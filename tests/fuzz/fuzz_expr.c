/* The compiler of expressions: any text compiles, or is refused with a message of one place; what compiles can be run. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "expr.h"
#include "rectype.h"

static int
in_class(void *arg, const char *class, const char *event, bool success)
{
	touch(class, strlen(class));
	touch(event, strlen(event));
	return class[0] == 'f' ? success : -1;
}

static void
warn(const char *text)
{
	touch(text, strlen(text));
}

static void
run(const struct expr *expr)
{
	static const char body[] = "arch=c000003e syscall=257 success=no exit=-13 a0=1 pid=11 auid=1001 uid=0 comm=\"id\" exe=\"/bin/id\"";
	unsigned char lines[256];
	struct record record = {
		.lines = lines,
		.count = 1,
		.time = 1793520000500000000,
		.login = 1001,
		.session = 3,
		.pid = 11,
		.arch = 0xc000003e,
		.syscall = 257,
		.exit = -13,
		.result = RESULT_FAIL_DAC,
		.event = "FILE_Open",
		.command = "cat",
	};
	struct view view = { 0 };

	record.size = (size_t)(line_put(lines, TYPE_SYSCALL, 0, body, sizeof(body) - 1) - lines);
	view_set(&view, &record);
	(void)expr_match(expr, &view);
	view_clear(&view);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct expr_context context = { .in_class = in_class, .warn = warn, .now = 1793520000000000000 };
	struct err error = { "" };
	struct expr *expr = expr_compile((const char *)data, size, "fuzz", 1, &context, &error);
	size_t length = strlen(error.text);

	if (expr != NULL)
		run(expr);
	else if (length == 0 || length == sizeof(error.text) - 1 || error.text[length - 1] != '^')
		abort(); /* no message, or one that was cut */
	expr_free(expr);
	return 0;
}
