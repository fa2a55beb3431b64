/* SPDX-License-Identifier: BSD-2-Clause */
#include "clock.h"

#include <string.h>
#include <time.h>

enum { NS = 1000000000 };

/* strftime's %z is +0100; ISO 8601 beside a time with colons has +01:00. */
static void
put_colon_in_zone(struct clock *clock)
{
	char *minutes = clock->text + clock->length - 2;

	memmove(minutes + 1, minutes, 3);
	*minutes = ':';
	clock->length++;
}

static size_t
format_time(enum clock_form form, char *text, size_t size, const struct tm *tm)
{
	switch (form) {
	case CLOCK_AIX:
		return strftime(text, size, "%a %b %e %H:%M:%S %Y", tm);
	case CLOCK_MICRO:
		return strftime(text, size, "%d %b %Y %H:%M:%S.000000", tm);
	default:
		return strftime(text, size, "%Y-%m-%dT%H:%M:%S.000000%z", tm);
	}
}

static void
format_second(struct clock *clock, int64_t second)
{
	struct tm tm;
	time_t t = (time_t)second;
	const char *point;

	clock->known = true;
	clock->second = second;
	(void)localtime_r(&t, &tm);
	clock->length = format_time(clock->form, clock->text, sizeof(clock->text) - 1, &tm);
	point = memchr(clock->text, '.', clock->length);
	clock->fraction = point != NULL ? (size_t)(point - clock->text) + 1 : 0;
	if (clock->form == CLOCK_ISO)
		put_colon_in_zone(clock);
}

const char *
clock_text(struct clock *clock, int64_t ns, size_t *length)
{
	int64_t second = ns / NS, rest = ns % NS;

	if (rest < 0) {
		rest += NS;
		second--;
	}
	if (!clock->known || clock->second != second)
		format_second(clock, second);
	rest /= 1000;
	for (size_t i = clock->fraction + 6; clock->fraction != 0 && i-- > clock->fraction; rest /= 10)
		clock->text[i] = (char)('0' + rest % 10);
	*length = clock->length;
	return clock->text;
}
