/* Which times an expression can match: whatever matches a record must say so of every span that the record's time is in. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "expr.h"

#include <stdarg.h>
#include <time.h>

#include "check.h"
#include "record.h"
#include "span.h"

enum { EXPRESSIONS = 3000,
	MOMENTS = 60,
	DEPTH = 4 };

static uint64_t seed = 20261101;

/* Around the nights in which clocks jump, in spring and in autumn 2026. */
static const int64_t FIRST = 1774600000 * INT64_C(1000000000), SPAN = 240 * 86400 * INT64_C(1000000000);

static unsigned
below(unsigned limit)
{
	return (unsigned)(random_next(&seed) % limit);
}

struct text {
	char bytes[8192];
	size_t length;
};

static void put(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void
put(struct text *text, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	text->length += (size_t)vsnprintf(text->bytes + text->length, sizeof(text->bytes) - text->length, format, ap);
	va_end(ap);
}

static int64_t
any_moment(void)
{
	return FIRST + (int64_t)(random_next(&seed) % (uint64_t)SPAN);
}

/* A moment, a day, or a time of day, in local time. */
static void
put_value(struct text *text, bool daily)
{
	time_t t = (time_t)(any_moment() / SECOND);
	char value[64];
	struct tm tm;

	localtime_r(&t, &tm);
	strftime(value, sizeof(value), daily ? "%H:%M" : below(2) ? "%Y-%m-%d"
								  : "%Y-%m-%dT%H:%M:%S",
	    &tm);
	put(text, "\"%s\"", value);
}

static void
put_term(struct text *text)
{
	static const char *const operators[] = { "==", "!=", "<", "<=", ">", ">=" };
	bool daily = below(3) == 0;
	const char *field = daily || below(2) ? "time" : "date";

	if (below(6) == 0) {
		put(text, "pid %s %u", operators[below(6)], below(3));
		return;
	}
	if (below(4) == 0) {
		put(text, "%s in (", field);
		put_value(text, daily);
		put(text, ", ");
		put_value(text, *field == 't' && below(2));
		put(text, ")");
		return;
	}
	put(text, "%s %s ", field, operators[below(6)]);
	put_value(text, daily);
}

static void
put_expression(struct text *text, int depth)
{
	unsigned terms = 1 + below(3);

	if (depth == 0) {
		put_term(text);
		return;
	}
	put(text, below(3) == 0 ? "! ( " : "( ");
	for (unsigned i = 0; i < terms; i++) {
		put_expression(text, depth - 1 - (int)below((unsigned)depth));
		if (i + 1 < terms)
			put(text, below(2) ? " && " : " || ");
	}
	put(text, " )");
}

static bool
matches(const struct expr *expr, int64_t moment)
{
	struct record record = { .time = moment, .pid = below(3), .event = "E", .syscall = -1, .exit = -1 };
	struct view view = { 0 };
	bool match;

	view_set(&view, &record);
	match = expr_match(expr, &view);
	view_clear(&view);
	return match;
}

/* Spans around the moment, of a nanosecond to a year. */
static void
check_moment(const struct expr *expr, const char *text, int64_t moment)
{
	static const int64_t widths[] = { 1, 1000000000, 3600000000000, 86400000000000, 31536000000000000 };

	if (!matches(expr, moment))
		return;
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		int64_t first = moment - (int64_t)(random_next(&seed) % (uint64_t)widths[i]);
		int64_t last = moment + (int64_t)(random_next(&seed) % (uint64_t)widths[i]);

		if (!CHECK(expr_may_match(expr, first, last)))
			printf("# %s at %" PRId64 " in %" PRId64 " to %" PRId64 "\n", text, moment, first, last);
	}
}

static void
against_matching(void)
{
	static const char *const zones[] = { "UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45" };
	struct err error;

	for (unsigned i = 0; i < EXPRESSIONS; i++) {
		struct text text = { .length = 0 };
		struct expr *expr;

		if (i % (EXPRESSIONS / 4) == 0) {
			setenv("TZ", zones[i / (EXPRESSIONS / 4)], 1);
			tzset();
		}
		put_expression(&text, DEPTH);
		expr = expr_compile(text.bytes, text.length, "it", 1, &(struct expr_context){ .now = FIRST }, &error);
		if (expr == NULL) {
			printf("# %s: %s\n", text.bytes, error.text);
			CHECK(false);
			continue;
		}
		for (int k = 0; k < MOMENTS; k++)
			check_moment(expr, text.bytes, any_moment());
		expr_free(expr);
	}
	setenv("TZ", "UTC0", 1);
	tzset();
}

static int64_t
at(const char *text)
{
	struct span span;

	CHECK_NUMBER(span_read(text, strlen(text), FIRST, &span), 0);
	return span.low;
}

static bool
may_match(const char *text, int64_t first, int64_t last)
{
	struct err error = { "" };
	struct expr *expr = expr_compile(text, strlen(text), "it", 1, &(struct expr_context){ .now = FIRST }, &error);
	bool may = true;

	if (CHECK(expr != NULL))
		may = expr_may_match(expr, first, last);
	expr_free(expr);
	return may;
}

/* That it is not always true. */
static void
rules_out(void)
{
	int64_t noon = at("2026-06-01T12:00:00"), hour = 3600 * SECOND, day = 24 * hour, midnight = noon - 12 * hour;

	CHECK(!may_match("date == 2026-06-01", midnight - hour, midnight - 1));
	CHECK(may_match("date == 2026-06-01", midnight - hour, midnight));
	CHECK(may_match("date == 2026-06-01", midnight + day - 1, midnight + 3 * day));
	CHECK(!may_match("date == 2026-06-01", midnight + day, midnight + 3 * day));
	CHECK(!may_match("date != 2026-06-01", midnight, midnight + day - 1));
	CHECK(may_match("date != 2026-06-01", midnight, midnight + day));
	CHECK(!may_match("! (date == 2026-06-01)", midnight + 1, midnight + 2));
	CHECK(!may_match("date == 2026-06-01 && pid == 1", midnight + day, midnight + 2 * day));
	CHECK(may_match("date == 2026-06-01 || pid == 1", midnight + day, midnight + 2 * day));
	CHECK(!may_match("date == 2026-06-01 || date == 2026-06-03", midnight + day, midnight + 2 * day - 1));
	CHECK(!may_match("date == 2026-06-01 && date == 2026-06-03", midnight, midnight + hour));
	CHECK(!may_match("date >= 2026-06-01 && time == 10:03", midnight - 2 * hour, midnight - 1));
	CHECK(may_match("time == 10:03", midnight, midnight + 1));
	CHECK(!may_match("time >= \"2026-06-01 10:00\" && time < \"2026-06-01 11:00\"", midnight, midnight + hour));
	CHECK(!may_match("[filter]\n+timestamp = (060110002026..060111002026)\n", midnight, midnight + hour));
	CHECK(may_match("[filter]\n+timestamp = (060110002026..060111002026)\n", noon - 2 * hour, noon - hour));
}

int
main(void)
{
	setenv("TZ", "UTC0", 1);
	tzset();
	test("what matches is in a span that may match", against_matching);
	test("spans that are ruled out", rules_out);
	return test_end();
}
