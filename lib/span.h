/* A moment, a day or a time of day as people write it, turned into the span of time that it names. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SPAN_H
#define SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static const int64_t SECOND = 1000000000; /* ns */
static const int64_t DAY = 86400 * INT64_C(1000000000);

/* Both ends belong to it: 10:03 is the whole minute, 2026-11-01 the whole day from its first nanosecond to its last. */
struct span {
	int64_t low, high; /* ns since 1970, or since midnight if daily */
	bool daily;        /* a time of day */
};

/*
 * Reads, in local time (TZ) where no zone is given:
 *   2026-11-01  2026-11-01T10:03[:00[.5]][Z|+01:00]  the same with a blank for the T
 *   10:03  10:03:00  10:03:00.5  and the locale's %X
 *   29/04/11, days and months in the locale's order unless only the other one makes sense; the locale's %x
 *   -15m -3d -1h30m (s m h d w before now)  now today yesterday boot
 * Returns 0, or -1 if the text is none of them.
 */
int span_read(const char *text, size_t length, int64_t now, struct span *span);

#endif
