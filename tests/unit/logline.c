/* SPDX-License-Identifier: BSD-2-Clause */
#include "logline.h"

#include "check.h"
#include "corpora.h"
#include "record.h"
#include "rectype.h"

#define STAMP "audit(1795325474.234:290855): "
enum { SERIAL = 290855 };
static const int64_t stamp = 1795325474234000000;

static const struct {
	const char *what, *line;
	uint16_t type, flags;
	const char *node, *body;
} good[] = {
	{ "as auditd writes it", "type=SYSCALL msg=" STAMP "arch=c000003e a=1", TYPE_SYSCALL, 0, NULL, "arch=c000003e a=1" },
	{ "nothing behind the stamp", "type=EOE msg=" STAMP, TYPE_EOE, 0, NULL, "" },
	{ "no blank behind the stamp", "type=EOE msg=audit(1795325474.234:290855):", TYPE_EOE, LINE_WHOLE, NULL, "" },
	{ "two blanks behind the stamp", "type=EXECVE msg=" STAMP " a283=\"x\"", TYPE_EXECVE, 0, NULL, " a283=\"x\"" },
	{ "a blank at the end", "type=MQ_GETSETATTR msg=" STAMP "mqdes=3 ", 1315, 0, NULL, "mqdes=3 " },
	{ "a carriage return at the end", "type=CWD msg=" STAMP "cwd=\"/\"\r", TYPE_CWD, 0, NULL, "cwd=\"/\"\r" },
	{ "enriched", "type=CWD msg=" STAMP "cwd=\"/\"\035X=\"y\"", TYPE_CWD, 0, NULL, "cwd=\"/\"\035X=\"y\"" },
	{ "a number", "type=1300 msg=" STAMP "a=1", TYPE_SYSCALL, LINE_NUMERIC, NULL, "a=1" },
	{ "a number without msg=", "type=1300 " STAMP "a=1", TYPE_SYSCALL, LINE_NUMERIC | LINE_NO_MSG, NULL, "a=1" },
	{ "a number that nobody knows", "type=1499 msg=" STAMP "a=1", 1499, LINE_NUMERIC, NULL, "a=1" },
	{ "UNKNOWN[1423]", "type=UNKNOWN[1423] msg=" STAMP "a=1", TYPE_LANDLOCK_ACCESS, LINE_UNKNOWN, NULL, "a=1" },
	{ "UNKNOWN of a known number", "type=UNKNOWN[1327] msg=" STAMP "a=1", TYPE_PROCTITLE, LINE_UNKNOWN, NULL, "a=1" },
	{ "a name that nobody knows", "type=NEWER_THAN_US msg=" STAMP "a=1", TYPE_UNKNOWN, LINE_NUMERIC | LINE_WHOLE, NULL, "a=1" },
	{ "a number too large", "type=65535 msg=" STAMP "a=1", TYPE_UNKNOWN, LINE_NUMERIC | LINE_WHOLE, NULL, "a=1" },
	{ "a number with a zero before it", "type=01300 msg=" STAMP "a=1", TYPE_UNKNOWN, LINE_NUMERIC | LINE_WHOLE, NULL, "a=1" },
	{ "a zero", "type=0 msg=" STAMP "a=1", TYPE_UNKNOWN, LINE_NUMERIC | LINE_WHOLE, NULL, "a=1" },
	{ "UNKNOWN without a number", "type=UNKNOWN[] msg=" STAMP "a=1", TYPE_UNKNOWN, LINE_NUMERIC | LINE_WHOLE, NULL, "a=1" },
	{ "a node", "node=web1 type=SYSCALL msg=" STAMP "a=1", TYPE_SYSCALL, LINE_WHOLE, "web1", "a=1" },
	{ "syslog's prefix", "Nov 22 05:11:03 web1 audispd: type=SYSCALL msg=" STAMP "a=1", TYPE_SYSCALL, LINE_WHOLE, NULL, "a=1" },
	{ "syslog's prefix and a node", "Nov 22 05:11:03 web1 audispd: node=web2 type=SYSCALL msg=" STAMP "a=1", TYPE_SYSCALL,
	    LINE_WHOLE, "web2", "a=1" },
	{ "the kernel's own log", "[  194.256676] audit: type=1100 " STAMP "pid=1", TYPE_USER_AUTH,
	    LINE_WHOLE | LINE_NUMERIC | LINE_NO_MSG, NULL, "pid=1" },
	{ "a prefix that holds type=", "x type=y type=1300 " STAMP "a=1", TYPE_SYSCALL, LINE_WHOLE | LINE_NUMERIC | LINE_NO_MSG, NULL, "a=1" },
	{ "a stamp in the text too", "type=USER msg=" STAMP "msg=audit(1.000:2): x", 1005, 0, NULL, "msg=audit(1.000:2): x" },
};

static void
forms(void)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		size_t length = strlen(good[i].line);
		char *line = exact_copy(good[i].line, length);
		struct logline parsed;
		unsigned before = check_failures;

		if (CHECK_NUMBER(logline_parse(line, length, &parsed), 0)) {
			CHECK_NUMBER(parsed.type, good[i].type);
			/* What else a whole line was is of no use to anybody. */
			CHECK_NUMBER(parsed.flags & LINE_WHOLE, good[i].flags & LINE_WHOLE);
			if (!(good[i].flags & LINE_WHOLE))
				CHECK_NUMBER(parsed.flags, good[i].flags);
			CHECK_NUMBER(parsed.time, stamp);
			CHECK_NUMBER(parsed.serial, SERIAL);
			CHECK_BYTES(parsed.body, parsed.body_length, good[i].body);
			CHECK_BYTES(parsed.text, parsed.length, good[i].flags & LINE_WHOLE ? good[i].line : good[i].body);
			CHECK((parsed.node != NULL) == (good[i].node != NULL));
			if (parsed.node != NULL && good[i].node != NULL)
				CHECK_BYTES(parsed.node, parsed.node_length, good[i].node);
		}
		if (check_failures != before)
			printf("#    %s\n", good[i].what);
		free(line);
	}
}

static const char *const bad[] = {
	"", " ", "type=", "type=SYSCALL", "type=SYSCALL ", "type= msg=" STAMP, "x", "msg=" STAMP, "# a comment",
	"type=SYSCALL msg=audit(1795325474.234:2908", /* cut inside its id */
	"type=SYSCALL msg=audit(1795325474.234:290855)", "type=SYSCALL msg=audit(1795325474.234:): ",
	"type=SYSCALL msg=audit(1795325474:290855): ", "type=SYSCALL msg=audit(.234:290855): ",
	"type=SYSCALL msg=audit(1795325474.:290855): ", "type=SYSCALL msg=audit(1795325474.1000:290855): ",
	"type=SYSCALL msg=audit(-1.234:290855): ", "type=SYSCALL msg=audit(99999999999999999999.234:290855): ",
	"type=SYSCALL msg=audit(9999999999999.234:290855): ", "type=SYSCALL msg=audit(1795325474.234:99999999999999999999): ",
	"type=SYSCALL msg=audit(1795325474.234: 290855): ", "type=SYSCALLmsg=" STAMP, "type=SYSCALL  msg=" STAMP,
	"type=AVC msg=type=AVC msg=" STAMP, /* two lines run together */
	"Nov 22 05:11:03 web1 kernel: hello type=x"
};

static void
no_records(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		size_t length = strlen(bad[i]);
		char *line = exact_copy(bad[i], length);
		struct logline parsed;

		if (!CHECK_NUMBER(logline_parse(line, length, &parsed), -1))
			printf("#    %s\n", bad[i]);
		free(line);
	}
}

static const struct {
	const char *line;
	int64_t time;
	uint64_t serial;
	bool whole;
} stamps[] = {
	{ "type=CWD msg=audit(0.000:0): x", 0, 0, false },
	{ "type=CWD msg=audit(1.001:1): x", 1001000000, 1, false },
	{ "type=CWD msg=audit(12.001:1): x", 12001000000, 1, false },
	{ "type=CWD msg=audit(01795325474.234:7): x", 1795325474234000000, 7, true },
	{ "type=CWD msg=audit(1795325474.23:7): x", 1795325474023000000, 7, true },
	{ "type=CWD msg=audit(1795325474.0234:7): x", 1795325474234000000, 7, true },
	{ "type=CWD msg=audit(1795325474.234:007): x", 1795325474234000000, 7, true },
	{ "type=CWD msg=audit(1795325474.234:4294967295): x", 1795325474234000000, 4294967295, false },
	{ "type=CWD msg=audit(1795325474.234:999999999999999999): x", 1795325474234000000, 999999999999999999, false },
	{ "type=CWD msg=audit(9223372035.999:1): x", 9223372035999000000, 1, false },
};

/* Numbers that printing would write in another way: the line is kept whole. */
static void
odd_stamps(void)
{
	for (size_t i = 0; i < sizeof(stamps) / sizeof(stamps[0]); i++) {
		struct logline parsed;

		if (CHECK_NUMBER(logline_parse(stamps[i].line, strlen(stamps[i].line), &parsed), 0)) {
			CHECK_NUMBER(parsed.time, stamps[i].time);
			CHECK_NUMBER(parsed.serial, stamps[i].serial);
			if (!CHECK_NUMBER((parsed.flags & LINE_WHOLE) != 0, stamps[i].whole))
				printf("#    %s\n", stamps[i].line);
		}
	}
}

static struct stamp last;

static bool
is_same(const struct logline *a, const struct logline *b)
{
	return a->type == b->type && a->flags == b->flags && a->time == b->time && a->serial == b->serial && a->node == b->node &&
	    a->node_length == b->node_length && a->body == b->body && a->body_length == b->body_length && a->text == b->text &&
	    a->length == b->length;
}

/* What stood before makes no difference. */
static void
as_alone(const char *line, size_t length)
{
	struct logline parsed, alone;
	int rc = logline_parse_next(line, length, &last, &parsed);

	CHECK_NUMBER(rc, logline_parse(line, length, &alone));
	if (rc == 0 && !CHECK(is_same(&parsed, &alone)))
		printf("#    %.*s\n", (int)length, line);
}

static const char *
sample(size_t n)
{
	const size_t goods = sizeof(good) / sizeof(good[0]), odds = sizeof(stamps) / sizeof(stamps[0]);

	if (n < goods)
		return good[n].line;
	n -= goods;
	if (n < odds)
		return stamps[n].line;
	n -= odds;
	return n < sizeof(bad) / sizeof(bad[0]) ? bad[n] : NULL;
}

static void
followers(void)
{
	for (size_t first = 0; sample(first) != NULL; first++)
		for (size_t second = 0; sample(second) != NULL; second++)
			for (size_t cut = 0; cut <= strlen(sample(second)); cut++) {
				char *line = exact_copy(sample(second), cut);

				last = (struct stamp){ .length = 0 };
				as_alone(sample(first), strlen(sample(first)));
				as_alone(line, cut);
				as_alone(sample(first), strlen(sample(first)));
				free(line);
			}
	last = (struct stamp){ .length = 0 };
	CHECK(for_each_line("tests/fixtures/*.log", as_alone) > 20000);
}

static void
messages(void)
{
	struct logline parsed;

	CHECK_NUMBER(logline_parse_message(STAMP "a=1", strlen(STAMP "a=1"), &parsed), 0);
	CHECK_NUMBER(parsed.time, stamp);
	CHECK_NUMBER(parsed.serial, SERIAL);
	CHECK_BYTES(parsed.text, parsed.length, "a=1");
	CHECK_NUMBER(logline_parse_message(STAMP, strlen(STAMP), &parsed), 0);
	CHECK_BYTES(parsed.text, parsed.length, "");
	CHECK_NUMBER(logline_parse_message("", 0, &parsed), -1);
	CHECK_NUMBER(logline_parse_message("audit(", 6, &parsed), -1);
	CHECK_NUMBER(logline_parse_message("hello", 5, &parsed), -1);
}

/* Writes the line that a record of it stands for, as auditpr -F linux does, by the rules of doc/record-format.md. */
static size_t
print_again(const struct logline *parsed, char *to, size_t size)
{
	char name[32];

	if (parsed->flags & LINE_WHOLE)
		return (size_t)snprintf(to, size, "%.*s", (int)parsed->length, parsed->text);
	if (parsed->flags & LINE_NUMERIC)
		snprintf(name, sizeof(name), "%u", parsed->type);
	else if (parsed->flags & LINE_UNKNOWN)
		snprintf(name, sizeof(name), "UNKNOWN[%u]", parsed->type);
	else
		snprintf(name, sizeof(name), "%s", rectype_name(parsed->type));
	return (size_t)snprintf(to, size, "type=%s %saudit(%" PRId64 ".%03d:%" PRIu64 "): %.*s", name,
	    parsed->flags & LINE_NO_MSG ? "" : "msg=", parsed->time / 1000000000, (int)(parsed->time / 1000000 % 1000),
	    parsed->serial, (int)parsed->length, parsed->text);
}

static size_t records;

static void
survives(const char *line, size_t length)
{
	static char again[1 << 20];
	struct logline parsed;

	if (logline_parse(line, length, &parsed) == -1 || memchr(line, '\0', length) != NULL)
		return;
	records++;
	CHECK(parsed.body >= line && parsed.body + parsed.body_length == line + length);
	CHECK(parsed.text >= line && parsed.text + parsed.length == line + length);
	CHECK_NUMBER(print_again(&parsed, again, sizeof(again)), length);
	if (!CHECK(memcmp(again, line, length) == 0))
		printf("#    %.*s\n", (int)length, line);
}

static void
forms_survive(void)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		survives(good[i].line, strlen(good[i].line));
}

static void
fixtures(void)
{
	size_t lines;

	records = 0;
	lines = for_each_line("tests/fixtures/*.log", survives);
	CHECK(lines > 20000);
	CHECK_NUMBER(records, lines);
}

static void
corpora(void)
{
	records = 0;
	CHECK(for_each_corpora_line(survives) > 1000);
	CHECK(records > 1000);
}

static void
ignore(const char *line, size_t length)
{
	(void)line;
	(void)length;
}

int
main(void)
{
	test("forms of lines", forms);
	test("what is no record", no_records);
	test("odd stamps", odd_stamps);
	test("a line behind another", followers);
	test("messages of netlink", messages);
	test("each form is printed as it was", forms_survive);
	test("every line of the fixtures is printed as it was", fixtures);
	if (for_each_corpora_line(ignore) > 0)
		test("every line of public logs is printed as it was", corpora);
	else
		test_skip("every line of public logs is printed as it was", "optional: CORPORA is not here");
	return test_end();
}
