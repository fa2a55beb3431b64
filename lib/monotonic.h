/* The clock for waiting: it only goes forward. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MONOTONIC_H
#define MONOTONIC_H

#include <stdint.h>
#include <time.h>

/* Milliseconds since some moment in the past (CLOCK_MONOTONIC). */
static inline int64_t
monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#endif
