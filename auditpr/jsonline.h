/* The kernel's lines of a record as a JSON array of objects: one for each line, with the kernel's own field names. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef JSONLINE_H
#define JSONLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "out.h"
#include "view.h"

/* A field's name that has been met: what it is as a key, decided once. */
struct json_name {
	uint64_t hash;
	const char *name; /* NULL: the slot is free */
	const char *key;  /* `,"name":` */
	uint32_t length, key_length;
	uint32_t object; /* the last object that had it */
	uint32_t copies; /* so many duplicates in that object got names of their own */
	unsigned kind;   /* enum name_kind */
};

struct json_lines {
	struct out *out;
	struct json_name *names; /* open-addressed */
	size_t size, used;       /* slots, a power of two; taken */
	struct arena arena;      /* of the names and keys */
	uint64_t seed;           /* of the hash: no input can be made to collide on purpose */
	uint32_t object;         /* counts them */
	struct out scratch;
};

void json_lines_init(struct json_lines *lines, struct out *out);
void json_lines_clear(struct json_lines *lines);
void json_lines_print(struct json_lines *lines, struct view *view);

#endif
