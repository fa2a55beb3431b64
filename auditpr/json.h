/*
 * One JSON object a line. The record's header has the names that collectors know AIX's columns by, every kernel line is an object
 * in Records with the kernel's own names. man/auditpr.8 lists the keys.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef JSON_H
#define JSON_H

#include "clock.h"
#include "jsonline.h"
#include "names.h"
#include "out.h"
#include "tail.h"
#include "value.h"
#include "view.h"

enum { JSON_WORDS = 26 };

struct json_printer {
	struct out *out;
	struct names *names;
	const struct formats *formats; /* set by the owner; NULL: no Verbose */
	struct clock clock;
	struct json_lines lines;
	struct out scratch;                   /* the tail, before it becomes a string */
	const struct name *words[JSON_WORDS]; /* of the vocabulary */
	const struct name *container;
};

void json_init(struct json_printer *printer, struct out *out, struct names *names);
void json_clear(struct json_printer *printer);
void json_print(struct json_printer *printer, struct view *view);

#endif
