/*
 * The assembler: lines of many events, interleaved as processors write them, become whole events.
 *
 * Lines belong together by (time, serial, node). An event is complete
 *   - with its EOE line, or where the source sends none (a log that auditd wrote), with its PROCTITLE line;
 *   - at once, if it is one that consists of one line: a user message, SECCOMP, ANOM_ABEND, ...;
 *   - else when nothing came for EVENT_WAIT of the caller's clock, when the table is full, or at the end of the input.
 * Whether a source sends EOE is learnt from the source: until that is known, complete-looking events wait.
 *
 * Nothing is allocated per line: slots and their buffers are used again.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "logline.h"

enum {
	EVENT_WAIT = 2000,         /* ms without a further line until an open event is given up */
	EVENT_OPEN_MAX = 4096,     /* events open at a time */
	EVENT_BYTES_MAX = 6 << 20, /* bytes that open events may hold together; the longest unchanged one then goes */
};

struct event {
	int64_t time; /* ns since 1970 */
	uint64_t serial;
	const unsigned char *lines; /* in the record's form, borrowed until the callback returns */
	size_t size;
	uint16_t count;
	bool ended;       /* its end was seen, or it is one that has none */
	const char *node; /* NULL if none */
	size_t node_length;
};

struct assembler;

/* Every event is passed to emit(arg, event) once. */
struct assembler *assembler_new(void (*emit)(void *arg, const struct event *event), void *arg);
void assembler_free(struct assembler *assembler);

/* The source is known to send EOE (netlink). */
void assembler_expect_end(struct assembler *assembler);

/* Takes a line in. now: ms of any clock that only goes forward; 0 always where time plays no part (a file). */
void assembler_push(struct assembler *assembler, const struct logline *line, int64_t now);

/* Gives up events that got no line since now - EVENT_WAIT. Returns ms until the next one is due, -1 if none is open. */
int64_t assembler_expire(struct assembler *assembler, int64_t now);

/* It is not known yet whether the source sends EOE, and an event waits that only lacks that. */
bool assembler_is_waiting(const struct assembler *assembler);

/* The input pauses, for longer than EOE would take: events that look complete are. */
void assembler_pause(struct assembler *assembler);

/* The input has ended: all that is open goes out. */
void assembler_flush(struct assembler *assembler);

#endif
