/* SPDX-License-Identifier: BSD-2-Clause */
#include "span.h"

#include <langinfo.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
	LONGEST = 64, /* bytes of text: all forms are shorter */
	YEAR_MIN = 1970,
	YEAR_MAX = 2261, /* the last whole year that ns in 64 bits reach */
};

/* A text that is taken apart from the left. */
struct reader {
	const char *at;
};

/* Up to digits decimal digits. Returns how many there were. */
static int
read_number(struct reader *reader, int digits, int *number)
{
	int n = 0;

	*number = 0;
	while (n < digits && reader->at[n] >= '0' && reader->at[n] <= '9')
		*number = *number * 10 + (reader->at[n++] - '0');
	reader->at += n;
	return n;
}

static bool
skip(struct reader *reader, char c)
{
	if (*reader->at != c)
		return false;
	reader->at++;
	return true;
}

/* Local time of the broken-down form as ns. mktime() moves what a clock's jump leaves out onto the other side of the jump. */
static bool
local_time(const struct tm *tm, int64_t *ns)
{
	struct tm copy = *tm;
	time_t t;

	copy.tm_isdst = -1;
	t = mktime(&copy);
	*ns = (int64_t)t * SECOND;
	return t >= 0 && t < INT64_MAX / SECOND;
}

static bool
is_date(const struct tm *tm)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year = tm->tm_year + 1900;

	if (year < YEAR_MIN || year > YEAR_MAX || tm->tm_mon < 0 || tm->tm_mon > 11 || tm->tm_mday < 1)
		return false;
	if (tm->tm_mon == 1 && (year % 4 != 0 || (year % 100 == 0 && year % 400 != 0)))
		return tm->tm_mday <= 28;
	return tm->tm_mday <= days[tm->tm_mon];
}

static void
set_date(struct tm *tm, int year, int month, int day)
{
	*tm = (struct tm){ .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day };
}

/* YYYY-MM-DD */
static bool
read_iso_date(struct reader *reader, struct tm *tm)
{
	struct reader r = *reader;
	int year, month, day;

	if (read_number(&r, 4, &year) != 4 || !skip(&r, '-') || read_number(&r, 2, &month) != 2 || !skip(&r, '-') ||
	    read_number(&r, 2, &day) != 2)
		return false;
	set_date(tm, year, month, day);
	*reader = r;
	return is_date(tm);
}

/* Does the locale write the day before the month? */
static bool
day_is_first(void)
{
	const char *form = nl_langinfo(D_FMT);
	const char *day = strpbrk(form, "de"), *month = strpbrk(form, "mD");

	return day != NULL && (month == NULL || day < month);
}

/* D/M/Y or M/D/Y: AIX's examples have 29/04/11. */
static bool
read_slash_date(struct reader *reader, struct tm *tm)
{
	struct reader r = *reader;
	int a, b, year, digits;

	if (read_number(&r, 2, &a) == 0 || !skip(&r, '/') || read_number(&r, 2, &b) == 0 || !skip(&r, '/'))
		return false;
	digits = read_number(&r, 4, &year);
	if (digits != 2 && digits != 4)
		return false;
	if (digits == 2)
		year += year < 69 ? 2000 : 1900;
	*reader = r;
	if (a > 12 || (day_is_first() && b <= 12))
		set_date(tm, year, b, a);
	else
		set_date(tm, year, a, b);
	return is_date(tm);
}

/* The date in the locale's own form. */
static bool
read_locale_date(struct reader *reader, struct tm *tm)
{
	const char *end;

	memset(tm, 0, sizeof(*tm));
	end = strptime(reader->at, "%x", tm);
	if (end == NULL)
		return false;
	reader->at = end;
	return is_date(tm);
}

static bool
read_date(struct reader *reader, struct tm *tm)
{
	return read_iso_date(reader, tm) || read_slash_date(reader, tm) || read_locale_date(reader, tm);
}

/* HH:MM[:SS[.fraction]] as ns since midnight; *unit is how long the moment that it names lasts. */
static bool
read_clock(struct reader *reader, int64_t *ns, int64_t *unit)
{
	struct reader r = *reader;
	int hour, minute, second = 0;

	if (read_number(&r, 2, &hour) == 0 || !skip(&r, ':') || read_number(&r, 2, &minute) != 2)
		return false;
	*unit = 60 * SECOND;
	if (skip(&r, ':')) {
		if (read_number(&r, 2, &second) != 2)
			return false;
		*unit = SECOND;
	}
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	*ns = ((hour * 60 + minute) * INT64_C(60) + second) * SECOND;
	if (*unit == SECOND && skip(&r, '.')) {
		if (*r.at < '0' || *r.at > '9')
			return false;
		for (; *r.at >= '0' && *r.at <= '9' && *unit > 1; r.at++) {
			*unit /= 10;
			*ns += (*r.at - '0') * *unit;
		}
	}
	*reader = r;
	return true;
}

/* The time of day in the locale's own form, such as 10:03:00 PM. */
static bool
read_locale_clock(struct reader *reader, int64_t *ns, int64_t *unit)
{
	struct tm tm = { 0 };
	const char *end = strptime(reader->at, "%X", &tm);

	if (end == NULL || tm.tm_sec > 59)
		return false;
	*ns = ((tm.tm_hour * 60 + tm.tm_min) * INT64_C(60) + tm.tm_sec) * SECOND;
	*unit = SECOND;
	reader->at = end;
	return true;
}

/* Z, +01:00 or +0100 as ns; leaves *offset alone where there is none. */
static bool
read_zone(struct reader *reader, bool *known, int64_t *offset)
{
	int hours, minutes, sign = *reader->at == '-' ? -1 : 1;

	*known = skip(reader, 'Z');
	*offset = 0;
	if (*known || (*reader->at != '+' && *reader->at != '-'))
		return true;
	reader->at++;
	*known = true;
	if (read_number(reader, 2, &hours) != 2 || hours > 14)
		return false;
	skip(reader, ':');
	if (read_number(reader, 2, &minutes) != 2 || minutes > 59)
		return false;
	*offset = sign * (hours * INT64_C(60) + minutes) * 60 * SECOND;
	return true;
}

/* The moment on that day at ns since midnight. */
static bool
moment_of(const struct tm *date, int64_t ns, struct reader *zone, int64_t *moment)
{
	struct tm tm = *date;
	int64_t offset, seconds = ns / SECOND;
	bool known;

	if (!read_zone(zone, &known, &offset))
		return false;
	tm.tm_hour = (int)(seconds / 3600);
	tm.tm_min = (int)(seconds / 60 % 60);
	tm.tm_sec = (int)(seconds % 60);
	if (known)
		*moment = (int64_t)timegm(&tm) * SECOND - offset;
	else if (!local_time(&tm, moment))
		return false;
	*moment += ns % SECOND;
	return true;
}

/* From this midnight to the next one: 23 or 25 hours where the clock jumps. */
static bool
whole_day(const struct tm *date, struct span *span)
{
	struct tm next = *date;

	next.tm_mday++;
	if (!local_time(date, &span->low) || !local_time(&next, &span->high))
		return false;
	span->high--;
	return true;
}

static int
read_day(struct reader reader, const struct tm *date, struct span *span)
{
	int64_t ns, unit;

	if (*reader.at == '\0')
		return whole_day(date, span) ? 0 : -1;
	if (!skip(&reader, 'T') && !skip(&reader, ' '))
		return -1;
	if (!read_clock(&reader, &ns, &unit) || !moment_of(date, ns, &reader, &span->low) || *reader.at != '\0')
		return -1;
	span->high = span->low + unit - 1;
	return 0;
}

static bool
read_daily(const char *text, struct span *span)
{
	struct reader reader = { text };
	int64_t unit;

	if (!read_clock(&reader, &span->low, &unit) || *reader.at != '\0') {
		reader.at = text;
		if (!read_locale_clock(&reader, &span->low, &unit) || *reader.at != '\0')
			return false;
	}
	span->high = span->low + unit - 1;
	span->daily = true;
	return true;
}

/* So many of the unit before *moment. Days and weeks go by the calendar: the same time on the clock, whatever jumped between. */
static bool
step_back(int64_t *moment, int count, char unit)
{
	time_t t = (time_t)(*moment / SECOND);
	int64_t fraction = *moment % SECOND;
	struct tm tm;

	switch (unit) {
	case 's':
		*moment -= count * SECOND;
		return true;
	case 'm':
		*moment -= count * INT64_C(60) * SECOND;
		return true;
	case 'h':
		*moment -= count * INT64_C(3600) * SECOND;
		return true;
	case 'd':
	case 'w':
		localtime_r(&t, &tm);
		tm.tm_mday -= unit == 'w' ? 7 * count : count;
		if (!local_time(&tm, moment))
			return false;
		*moment += fraction;
		return true;
	}
	return false;
}

/* -15m, -1h30m: one moment. */
static bool
read_relative(const char *text, int64_t now, struct span *span)
{
	struct reader reader = { text };
	int count;

	if (!skip(&reader, '-') || *reader.at == '\0')
		return false;
	span->low = now;
	while (*reader.at != '\0') {
		if (read_number(&reader, 6, &count) == 0 || !step_back(&span->low, count, *reader.at))
			return false;
		reader.at++;
	}
	span->high = span->low;
	return true;
}

/* When this host was started, as far as today's clock can tell. */
static int64_t
boot_time(void)
{
	struct timespec now, up;

	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	return (now.tv_sec - up.tv_sec) * SECOND + now.tv_nsec - up.tv_nsec;
}

static bool
read_keyword(const char *text, int64_t now, struct span *span)
{
	time_t t = (time_t)(now / SECOND);
	struct tm tm;

	if (strcmp(text, "now") == 0 || strcmp(text, "boot") == 0) {
		span->low = span->high = *text == 'n' ? now : boot_time();
		return true;
	}
	localtime_r(&t, &tm);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	if (strcmp(text, "yesterday") == 0)
		tm.tm_mday--;
	else if (strcmp(text, "today") != 0)
		return false;
	return whole_day(&tm, span);
}

int
span_read(const char *text, size_t length, int64_t now, struct span *span)
{
	char copy[LONGEST];
	struct reader reader = { copy };
	struct tm date;

	*span = (struct span){ 0 };
	if (length == 0 || length >= sizeof(copy) || memchr(text, '\0', length) != NULL)
		return -1;
	memcpy(copy, text, length);
	copy[length] = '\0';
	if (read_keyword(copy, now, span) || read_relative(copy, now, span) || read_daily(copy, span))
		return 0;
	if (read_date(&reader, &date))
		return read_day(reader, &date, span);
	return -1;
}
