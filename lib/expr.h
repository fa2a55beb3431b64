/*
 * The expression language of auditselect, also of `when =` in eventmap. man/auditselect.8 describes it.
 * scanner.l and grammar.y make a tree, compile.c checks and folds it, evaluate.c runs it.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPR_H
#define EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "view.h"

struct expr;

/* What an expression may ask of its surroundings. All may be zero. */
struct expr_context {
	/*
	 * `class == files`: is the event, with that success, in the class? Returns 1, 0, or -1 if there is no such class, which the
	 * compiler asks with an empty event. NULL: the expression may not use class.
	 */
	int (*in_class)(void *arg, const char *class, const char *event, bool success);
	/* What an unknown class is likely meant for, and an event that is not known; NULL: nothing is near, or it is known. Each may be NULL. */
	const char *(*near_class)(void *arg, const char *class);
	const char *(*near_event)(void *arg, const char *event);
	void *arg;
	/* Told of what is odd but no error: the name of a user or of an event that this host does not know. May be NULL. */
	void (*warn)(const char *text);
	/* The moment that -15m and today are reckoned from, ns since 1970; 0: the clock's. */
	int64_t now;
};

/*
 * Compiles the expression, or HP-UX's filter blocks if it begins with [filter]. Origin names it in messages ("expression", or a
 * file), line is its first line's number there.
 * Returns NULL with *error saying where and why (three lines: message, source line, caret).
 * The context's functions may be called as long as the expression lives.
 */
struct expr *expr_compile(const char *text, size_t length, const char *origin, unsigned line,
    const struct expr_context *context, struct err *error);

/* Does the view's record match? */
bool expr_match(const struct expr *expr, struct view *view);

/*
 * Could a record match whose time is from first to last, both included (ns since 1970)? False only if none can: dates and moments tell, and
 * times of day do not.
 */
bool expr_may_match(const struct expr *expr, int64_t first, int64_t last);

void expr_free(struct expr *expr);

#endif
