/*
 * The columns of auditpr's text: AIX's letters, titles and widths, and ours. Each is left-aligned and followed by one blank, is
 * never empty and never holds a blank, so that a parser may split a line at its blanks.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef COLUMN_H
#define COLUMN_H

#include "clock.h"
#include "err.h"
#include "names.h"
#include "out.h"
#include "value.h"
#include "view.h"

/* AIX's default: `e,l,R,t,c`, and the workload partition behind them. */
#define COLUMNS_DEFAULT "e,l,R,t,c,W"

enum {
	COLUMNS_MAX = 64,
	COLUMNS_LONG_MAX = 3, /* that -X adds */
};

struct column;

struct chosen {
	const struct column *column;
	const struct name *name; /* of the vocabulary, where the column is one of its names */
};

struct columns {
	struct chosen chosen[COLUMNS_MAX + COLUMNS_LONG_MAX];
	size_t count;
	struct clock clocks[3]; /* by enum clock_form */
	struct out joined;      /* scratch: several values of one column */
};

void columns_init(struct columns *columns);
void columns_clear(struct columns *columns);

/* Letters, joined or with commas. Returns 0, or -1 with *error naming the letter and all known ones. */
int columns_choose(struct columns *columns, const char *letters, struct err *error);

/* auditpr -X: for each user column one more at the end, with the name uncut. */
void columns_add_long_names(struct columns *columns);

/* The titles and the rule of dashes: two lines. */
void columns_print_titles(const struct columns *columns, struct out *out);

/* The columns of the view's record, without a newline. */
void columns_print(struct columns *columns, struct view *view, struct names *names, struct out *out);

#endif
