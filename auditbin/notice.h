/* What the administrator must know: on stderr, and in syslog unless whoever started us puts stderr there. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NOTICE_H
#define NOTICE_H

#include <stdbool.h>
#include <stdint.h>

/* Something that goes on: said when it begins, and again every 60 s, also where it comes and goes. All zero: it does not. */
struct notice {
	bool on, said;
	int64_t due; /* ms, CLOCK_MONOTONIC: not said again before */
};

/* Opens syslog where it is to be used. */
void notice_init(void);

/* All of stderr goes to syslog, the library's messages too: nobody looks at it any more. */
void notice_detach(void);

void notice_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* It goes on. */
void notice_repeat(struct notice *notice, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* It is over: said if it had been going on. */
void notice_over(struct notice *notice, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
