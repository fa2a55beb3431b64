/* What auditpr prints of each record, in one of its three forms. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

#include "column.h"
#include "err.h"
#include "json.h"
#include "linux.h"
#include "names.h"
#include "out.h"
#include "record.h"
#include "tail.h"
#include "view.h"

enum report_form {
	REPORT_TEXT,
	REPORT_JSON,
	REPORT_LINUX,
};

enum report_tail {
	TAIL_NONE,
	TAIL_BELOW,  /* -v: on the next line, indented */
	TAIL_BESIDE, /* -w: on the same line */
};

/* What the command line says. Strings are borrowed. */
struct report_options {
	enum report_form form;
	enum report_tail tail;
	const char *fields;  /* -h */
	const char *message; /* -m, NULL for none */
	int titles;          /* -t: 0 never, 1 once, 2 before each record */
	bool numeric;        /* -r */
	bool long_names;     /* -X */
};

struct report {
	struct report_options options;
	const struct formats *formats; /* NULL: no tails */
	struct out *out;
	struct names names;
	struct view view;
	struct columns columns;
	struct json_printer json;
	struct linux_printer lines;
	struct out scratch; /* a tail, before it is laid out */
};

/* Returns 0, or -1 with *error if the fields are wrong. report_set_formats() may follow. */
int report_init(struct report *report, const struct report_options *options, struct out *out, struct err *error);
void report_clear(struct report *report);

/* Gives the formats of the tails; they are borrowed. */
void report_set_formats(struct report *report, const struct formats *formats);

/* What stands before the first record. */
void report_begin(struct report *report);
void report_record(struct report *report, const struct record *record);

#endif
