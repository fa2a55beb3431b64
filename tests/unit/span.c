/* SPDX-License-Identifier: BSD-2-Clause */
#include "span.h"

#include <time.h>

#include "check.h"

static const int64_t NOW = INT64_C(1793520000500000000); /* 2026-11-01T08:00:00.5Z, a Sunday */

static void
set_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

/* Both ends in seconds; high is the last whole second that belongs to it. */
static void
is_span(const char *text, int64_t low, int64_t high, bool daily)
{
	struct span span;

	if (!CHECK(span_read(text, strlen(text), NOW, &span) == 0)) {
		printf("# %s\n", text);
		return;
	}
	if (!CHECK_NUMBER(span.low, low * SECOND) | !CHECK_NUMBER(span.high, (high + 1) * SECOND - 1) | !CHECK(span.daily == daily))
		printf("# %s\n", text);
}

static void
is_moment(const char *text, int64_t ns)
{
	struct span span;

	if (!CHECK(span_read(text, strlen(text), NOW, &span) == 0) || !CHECK_NUMBER(span.low, ns) || !CHECK_NUMBER(span.high, ns))
		printf("# %s\n", text);
}

static void
is_nothing(const char *text)
{
	struct span span;

	if (!CHECK(span_read(text, strlen(text), NOW, &span) == -1))
		printf("# %s\n", text);
}

static void
times_of_day(void)
{
	set_zone("UTC0");
	is_span("10:03", 36180, 36239, true);
	is_span("10:03:00", 36180, 36180, true);
	is_span("0:00", 0, 59, true);
	is_span("23:59:59", 86399, 86399, true);
	is_nothing("24:00");
	is_nothing("10:60");
	is_nothing("10:3");
	is_nothing("10:03:");
	is_nothing("10:03:00.");
	is_nothing("10:03x");
}

static void
days(void)
{
	set_zone("UTC0");
	is_span("2026-11-01", 1793491200, 1793577599, false);
	is_span("11/01/26", 1793491200, 1793577599, false);
	is_span("11/01/2026", 1793491200, 1793577599, false);
	is_span("13/11/26", 1794528000, 1794614399, false); /* there is no month 13 */
	is_span("today", 1793491200, 1793577599, false);
	is_span("yesterday", 1793404800, 1793491199, false);
	is_span("2028-02-29", 1835395200, 1835481599, false);
	is_nothing("2026-02-29");
	is_nothing("2026-13-01");
	is_nothing("2026-00-01");
	is_nothing("2026-1-1");
	is_nothing("1969-12-31");
	is_nothing("2262-01-01");
	is_nothing("31/13/26");
	is_nothing("11/01/026");
	is_nothing("tomorrow");
	is_nothing("5");
	is_nothing("");
}

static void
moments(void)
{
	set_zone("UTC0");
	is_span("2026-11-01T10:03", 1793527380, 1793527439, false);
	is_span("2026-11-01T10:03:07Z", 1793527387, 1793527387, false);
	is_span("2026-11-01 10:03:07", 1793527387, 1793527387, false);
	is_span("2026-11-01T10:03:07+02:00", 1793520187, 1793520187, false);
	is_span("2026-11-01T10:03:07-0530", 1793547187, 1793547187, false);
	is_moment("2026-11-01T10:03:07.000000005", INT64_C(1793527387000000005));
	is_nothing("2026-11-01T");
	is_nothing("2026-11-01T10:03:07+25:00");
	is_nothing("2026-11-01T10:03:07Zx");
	is_nothing("2026-11-01x10:03");
}

static void
relative(void)
{
	set_zone("UTC0");
	is_moment("now", NOW);
	is_moment("-15m", NOW - 15 * 60 * SECOND);
	is_moment("-1h30m", NOW - 90 * 60 * SECOND);
	is_moment("-10s", NOW - 10 * SECOND);
	is_nothing("-");
	is_nothing("-5");
	is_nothing("-5y");
	is_nothing("-9999999s");
}

/* Central Europe: on 2026-10-25 the clock went back from 3 to 2, on 2026-03-29 it goes from 2 to 3. */
static void
clock_jumps(void)
{
	set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
	is_span("2026-10-25", 1792879200, 1792879200 + 25 * 3600 - 1, false);
	is_span("2026-03-29", 1774738800, 1774738800 + 23 * 3600 - 1, false);
	is_span("2026-03-29T02:30:00", 1774747800, 1774747800, false); /* 03:30, as far behind the jump */
	/* At the same time on the clock: from before the jump it is an hour more. */
	is_moment("-7d", NOW - 7 * DAY);
	is_moment("-1w1d", NOW - 8 * DAY - 3600 * SECOND);
}

int
main(void)
{
	test("times of day", times_of_day);
	test("days", days);
	test("moments", moments);
	test("relative times", relative);
	test("where the clock jumps", clock_jumps);
	return test_end();
}
