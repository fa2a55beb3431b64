/*
 * Evaluation: expressions of every kind over records whose header and lines are the input's. De Morgan holds for each, and what a
 * glance at the raw lines rules out, the field parser does not find.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include <stdio.h>

#include "expr.h"
#include "rectype.h"

static const char *const expressions[] = {
	"exe == /usr/bin/su || exe ~ \"^/t?mp/\" || exe =* */s*",
	"path == /etc/passwd || path ~ ^/etc || path =* /home/*/.*",
	"key in (a, b, \"c d\") || key =* [a-c]?",
	"argv == -c || arguments =* *sh* || argv ~ x",
	"addr in 10.0.0.0/8 || addr == ::1 || origin in 2001:db8::/32 || port < 1024",
	"flags & O_CREAT || flags & 3 == 2 || mode & 022 || perm & 04000",
	"from == /a || to == /b || dir =* /c*",
	"real != login || uid == %{euid} || exe == %{path} || pid > %{ppid}",
	"time in 22:00..06:00 || date == 2026-11-01 || time == 10:03",
	"exists owner || exists signal || exists child || exists rdev || exists socket",
	"type == SYSCALL && syscall ~ ^open && exit == -EACCES && errno == 13",
	"host == UNKNOWN || unit == cron || login in (unset, 1..10, nosuchuser)",
	"proctitle ~ \"\\x00\" || cmd =* *a* || acct != joe || comm == sh || cwd ~ a.c || name == b",
	"capabilities & 0x200000 || ino > 5 || a0 == -100 || a1 in 1..2 || success == no || result == FAIL",
};

enum { EXPRESSIONS = sizeof(expressions) / sizeof(expressions[0]) };

static struct expr *
compile(const char *before, const char *text, const char *behind)
{
	char whole[512];
	struct err error;
	struct expr *expr;

	snprintf(whole, sizeof(whole), "%s%s%s", before, text, behind);
	expr = expr_compile(whole, strlen(whole), "fuzz", 1, NULL, &error);
	if (expr == NULL)
		abort();
	return expr;
}

static void
match_all(const struct record *record)
{
	static struct expr *plain[EXPRESSIONS], *negated[EXPRESSIONS];
	struct view view = { 0 };

	for (size_t i = 0; i < EXPRESSIONS; i++) {
		bool alone, parsed;

		if (plain[i] == NULL) {
			plain[i] = compile("", expressions[i], "");
			negated[i] = compile("!(", expressions[i], ")");
		}
		/* On a view that nothing has parsed, then on one where everything is. */
		view_set(&view, record);
		alone = expr_match(plain[i], &view);
		while (view_at(&view, view.count) != NULL)
			continue;
		parsed = expr_match(plain[i], &view);
		if (alone != parsed || expr_match(negated[i], &view) == parsed)
			abort();
	}
	view_clear(&view);
}

struct input {
	const uint8_t *data;
	size_t size;
};

static unsigned
take(struct input *input)
{
	if (input->size == 0)
		return 0;
	input->size--;
	return *input->data++;
}

/* Lines separated by newlines; the first byte of each says its type. */
static unsigned char *
put_line(unsigned char *to, struct input *input)
{
	static const uint16_t types[] = { TYPE_FACTS, TYPE_SYSCALL, TYPE_PATH, TYPE_CWD, TYPE_EXECVE, TYPE_SOCKADDR, TYPE_PROCTITLE,
		TYPE_AVC, TYPE_USER_AUTH, TYPE_LANDLOCK_ACCESS, TYPE_URINGOP };
	uint16_t type = types[take(input) % (sizeof(types) / sizeof(types[0]))];
	const uint8_t *newline = memchr(input->data, '\n', input->size);
	size_t length = newline != NULL ? (size_t)(newline - input->data) : input->size;

	to = line_put(to, type, 0, (const char *)input->data, length);
	input->data += length;
	input->size -= length;
	(void)take(input);
	return to;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct record record = { .event = "FILE_Open", .command = "cat", .time = 1793520000500000000, .login = 1001 };
	/* A line of one byte takes sixteen. */
	unsigned char *lines = malloc(16 * size + 64), *end = lines;
	static const uint32_t archs[] = { 0xc000003e, 0x40000003, 0xc00000b7, 0, 0x15 };

	if (lines == NULL || size > 1 << 16) {
		free(lines);
		return 0;
	}
	record.arch = archs[take(&input) % 5];
	record.syscall = (int32_t)(take(&input) << 1 | take(&input) >> 7) - 1;
	record.exit = (int64_t)take(&input) - 128;
	record.result = take(&input);
	while (input.size > 0 && record.count < 100) {
		end = put_line(end, &input);
		record.count++;
	}
	record.lines = lines;
	record.size = (size_t)(end - lines);
	match_all(&record);
	free(lines);
	return 0;
}
