/*
 * One line of an audit log, as auditd, a plug-in pipe, syslog or ausearch --format raw hold it:
 *
 *     [node=HOST ]type=SYSCALL msg=audit(1795325474.234:290855): arch=c000003e ...
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOGLINE_H
#define LOGLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct logline {
	uint16_t type;  /* TYPE_UNKNOWN for a name that this build does not know */
	uint16_t flags; /* enum line_flag */
	int64_t time;   /* ns since 1970 */
	uint64_t serial;
	const char *node; /* not NUL-terminated, NULL if none */
	size_t node_length;
	const char *body; /* what follows `audit(...): ` */
	size_t body_length;
	const char *text; /* what a record keeps: the body, or with LINE_WHOLE the whole line */
	size_t length;
};

/* What stands before a line's text, `audit(SEC.MS:SERIAL): `. It is kept for the next line, which mostly has the same. */
struct stamp {
	int64_t time;
	uint64_t serial;
	bool odd; /* printing the numbers again would not give it back */
	char text[56];
	size_t length; /* of text; 0 if there is none, or an odd one */
};

/* Takes a line apart (no newline at its end). Returns 0, or -1 if it is no audit record. The parts borrow the line. */
int logline_parse(const char *line, size_t length, struct logline *parsed);

/* The same for the next line of a log. stamp: that of the line before, all zero at first; set to this one's. */
int logline_parse_next(const char *line, size_t length, struct stamp *stamp, struct logline *parsed);

/* Takes apart what stands behind `msg=`, which is all that netlink gives: `audit(SEC.MS:SERIAL): TEXT`. */
int logline_parse_message(const char *text, size_t length, struct logline *parsed);

#endif
