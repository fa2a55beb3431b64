/* Why something failed, where errno cannot tell: the library fills it, the program prints it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ERR_H
#define ERR_H

#include <stddef.h>

/* Exit statuses of all programs; the table stands in every man page. */
enum {
	EXIT_OK = 0,      /* all well */
	EXIT_FAILED = 1,  /* the system failed us: I/O, permission */
	EXIT_DAMAGED = 2, /* went through, but some input was bad */
	EXIT_USAGE = 64,  /* wrong options, expression or configuration: do not retry */
};

struct err {
	char text[512];
};

/* Formats the text and returns -1, so that a function can end with `return err_set(...)`. */
int err_set(struct err *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Text of a file or an option as a message shows it: unprintable bytes escaped, cut where it is long. */
struct shown {
	char text[100];
};
const char *err_show(struct shown *shown, const char *text, size_t length);

#endif
