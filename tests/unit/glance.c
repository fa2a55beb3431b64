/*
 * What a glance at a record's raw lines rules out, the field parser does not find: every expression says the same of a view that nobody
 * has parsed, where a glance may answer, and of one that was parsed before, where none does.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "glance.h"

#include "check.h"
#include "expr.h"
#include "rectype.h"

enum { LINES = 5,
	TEXT = 1024 };

static const uint16_t types[] = { TYPE_SYSCALL, TYPE_PATH, TYPE_PATH, TYPE_CWD, TYPE_EXECVE, TYPE_USER_AUTH, TYPE_PROCTITLE, TYPE_AVC };

static const char *const names[] = { "exe=", "key=", "key=", "comm=", "cwd=", "name=", "name=", "path=", "item=0 name=", "item=1 name=",
	"nametype=", "a0=", "acct=", "xkey=", "(key=", "pid=" };

/* 6E6574 is net, 2F62696E2F6C73 is /bin/ls, 6C73 is ls, 6E65740178 is net\001x, 2F62696E is /bin */
static const char *const values[] = { "\"net\"", "net", "6E6574", "6e6574", "\"net\001x\"", "6E65740178", "\"x\001net\"", "net\001x", "6E657", "\"6E6574\"",
	"(null)", "(none)", "?", "\"\"", "", "\"net", "\"ne't\"", "\"n\035et\"", "6E6574,", "6E6574)", "\"/bin/ls\"", "\"/bin/ls/\"", "\"/bin//ls\"",
	"\"/bin/./ls\"", "\"ls\"", "\"./ls\"", "\"../bin/ls\"", "2F62696E2F6C73", "6C73", "\"/bin\"", "2F62696E", "\"/\"", "\".\"", "\"PARENT\"",
	"\"bin/ls\"", "/bin/ls", "\"/x/y\"", "\"/xx/bin\"", "NORMAL", "CREATE", "\"x exe=\"", "\"a key=\\\"net\"" };

static const char *const between[] = { " ", " ", " ", " ", "  ", "\t", " msg='", "' ", "\035", ", ", "\n", "=" };

static const char *const expressions[] = { "key == net", "key ~ net", "key ~ \"^net$\"", "key =* \"n*t\"", "key == x", "key != net", "key in (a, x)",
	"exe == net", "exe ~ \"ls$\"", "exe ~ \"^/bin/(ls|x)$\"", "exe ~ \"^net\"", "exe =* \"*/ls\"", "exe ~ \"6E\"", "exe == \"\"", "comm == net",
	"comm ~ \"ls$\"", "cwd == /bin", "cwd ~ \"^/bin$\"", "name == ls", "name ~ \"^/bin/ls$\"", "path == /bin/ls", "path ~ \"^/(bin|x)/ls$\"",
	"path ~ \"^/bin/(ls|x)$\"", "path ~ \"^/bin\"", "path ~ \"^/bin/ls$|^/x/y$\"", "path ~ \"^/x*/bin\"", "path ~ \"/ls?$\"", "path == ls", "path =* \"/bin/l?\"",
	"path in (/x/y, /bin)", "path ~ \"(?m)^ls\"", "path ~ \"(?i)^/BIN/ls$\"", "path !~ \"ls$\"", "host == net && exe ~ \"ls$\"",
	"host != net || key == x", "acct == net", "acct ~ \"n.t\"" };

enum { EXPRESSIONS = sizeof(expressions) / sizeof(expressions[0]) };

#define ANY(array) (array)[random_next(&seed) % (sizeof(array) / sizeof((array)[0]))]

static uint64_t seed = 11;

static void
make_text(char *text)
{
	int fields = (int)(random_next(&seed) % 6);

	*text = '\0';
	if (random_next(&seed) % 3 == 0)
		strcat(text, random_next(&seed) % 2 ? "cwd=\"/bin\" " : "item=0 ");
	while (fields-- > 0) {
		strcat(text, ANY(names));
		strcat(text, ANY(values));
		if (fields > 0)
			strcat(text, ANY(between));
	}
}

/* A line whose padding, which nobody looks at, is not zero. */
static unsigned char *
put(unsigned char *to, uint16_t type, const char *text)
{
	size_t length = strlen(text);
	unsigned char *end = line_put(to, type, 0, text, length);

	memcpy(to + RECORD_LINE + length, "xe=key=", (size_t)(end - to) - RECORD_LINE - length);
	return end;
}

/* Lines in exactly their bytes, so that the address sanitizer sees who reads behind them. */
static void
make(struct record *record)
{
	unsigned char lines[LINES * (TEXT + 16)], *end = lines;

	*record = (struct record){ .event = "FILE_Open", .syscall = -1, .exit = -1 };
	if (random_next(&seed) % 4 == 0) {
		end = put(end, TYPE_FACTS, "host=net key=net exe=\"/bin/ls\"");
		record->count++;
	}
	for (int count = 1 + (int)(random_next(&seed) % (LINES - 1)); count > 0; count--) {
		char text[TEXT];

		make_text(text);
		end = put(end, ANY(types), text);
		record->count++;
	}
	record->size = (size_t)(end - lines);
	record->lines = (unsigned char *)exact_copy(lines, record->size);
}

static void
glance_agrees_with_the_parser(void)
{
	struct expr *compiled[EXPRESSIONS];
	struct view view = { 0 };
	size_t matches[EXPRESSIONS] = { 0 };

	for (size_t i = 0; i < EXPRESSIONS; i++) {
		struct err error;

		compiled[i] = expr_compile(expressions[i], strlen(expressions[i]), "expression", 1, NULL, &error);
		if (!CHECK(compiled[i] != NULL))
			return;
	}
	for (int round = 0; round < 30000; round++) {
		struct record record;

		make(&record);
		for (size_t i = 0; i < EXPRESSIONS; i++) {
			bool fresh, parsed;

			view_set(&view, &record);
			fresh = expr_match(compiled[i], &view);
			view_set(&view, &record);
			view_parse(&view, SIZE_MAX);
			parsed = expr_match(compiled[i], &view);
			matches[i] += parsed;
			if (!CHECK(fresh == parsed)) {
				printf("# %s\n", expressions[i]);
				return;
			}
		}
		free((void *)(uintptr_t)record.lines);
	}
	for (size_t i = 0; i < EXPRESSIONS; i++) {
		CHECK(matches[i] > 10);
		expr_free(compiled[i]);
	}
	view_clear(&view);
}

int
main(void)
{
	test("a glance agrees with the parser", glance_agrees_with_the_parser);
	return test_end();
}
