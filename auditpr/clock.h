/* Times as text. A stamp's second is formatted once: most records share it with the one before. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum clock_form {
	CLOCK_AIX,   /* Thu Jan 22 14:11:38 2026 */
	CLOCK_MICRO, /* 22 Nov 2022 14:19:42.790048 */
	CLOCK_ISO,   /* 2026-11-22T05:31:14.234000+00:00 */
};

struct clock {
	enum clock_form form;
	bool known; /* the text is that of second */
	int64_t second;
	size_t length;
	size_t fraction; /* place of the six digits in text, 0 where the form has none */
	char text[64];
};

static inline void
clock_init(struct clock *clock, enum clock_form form)
{
	*clock = (struct clock){ .form = form };
}

/* The local time of ns since 1970, as text that is valid until the next call. *length is set. */
const char *clock_text(struct clock *clock, int64_t ns, size_t *length);

#endif
