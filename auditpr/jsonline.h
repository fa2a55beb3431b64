/* The kernel's lines of a record as a JSON array of objects: one for each line, with the kernel's own field names. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef JSONLINE_H
#define JSONLINE_H

#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "out.h"
#include "view.h"

/* A field's name as a key of an object, made once. */
struct json_key {
	const char *text; /* `,"name":`; NULL where the name was not met */
	uint32_t length;
	uint32_t copies; /* so many duplicates in the last object that had it got names of their own */
	uint64_t object; /* that object */
	unsigned kind;   /* enum name_kind */
};

struct json_lines {
	struct out *out;
	struct json_key *keys; /* by the number of the view's spelling */
	size_t capacity;
	uint32_t age;       /* of the spellings that they are of */
	uint32_t type;      /* the number of the name "type" */
	struct arena arena; /* of the keys */
	uint64_t object;    /* counts them */
	const char *end;    /* of the record's bytes */
	struct out scratch;
};

void json_lines_init(struct json_lines *lines, struct out *out);
void json_lines_clear(struct json_lines *lines);
/* The view must have parsed all of its record. */
void json_lines_print(struct json_lines *lines, struct view *view);

#endif
