/*
 * The vocabulary: every name that an expression (auditselect -e, eventmap's when=), a tail argument (eventmap's tail=, %{name} in
 * the events file) or a column can use, and what it means for a record. One table, so that a name means the same everywhere.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VALUE_H
#define VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view.h"

/* What kind of thing a name stands for: what it can be compared with, and how it is printed. */
enum name_type {
	NAME_TEXT,    /* bytes */
	NAME_NUMBER,  /* signed 64 bits */
	NAME_OCTAL,   /* a number that people write in octal: a file mode */
	NAME_HEX,     /* a number that people write in hexadecimal */
	NAME_USER,    /* a uid; text is the name recorded at capture, if any */
	NAME_GROUP,   /* a gid; likewise */
	NAME_RESULT,  /* enum result */
	NAME_TIME,    /* ns since 1970; names `time` (of day) and `date` */
	NAME_ADDRESS, /* IPv4, IPv6: text in numeric form */
	NAME_FLAGS,   /* a mask whose bits have names; text has them: "O_WRONLY|O_CREAT" */
	NAME_ERRNO,   /* an errno: number, and text "EACCES" */
	NAME_CALL,    /* a system call's number; text "openat" */
};

/* What asking for it costs. */
enum name_cost {
	COST_HEADER, /* in the record's header */
	COST_FACTS,  /* in the facts line */
	COST_LINES,  /* the kernel's lines must be parsed */
};

struct value {
	bool has_number; /* number is valid */
	int64_t number;
	const char *text; /* raw bytes, valid as long as the view is on this record; NULL if there is none */
	size_t length;
};

struct name {
	const char *name;
	enum name_type type;
	enum name_cost cost;
	bool (*get)(const struct name *name, struct view *view, size_t nth, struct value *value);
	const char *field; /* for a name that is a kernel field: the field's name; else NULL or the getter's own business */
	uint16_t line;     /* only in lines of this record type; 0 for any */
};

/* NULL if there is no such name. */
const struct name *name_find(const char *text, size_t length);

/* The name that looks most like this one, for "did you mean"; NULL if none is near. */
const char *name_nearest(const char *text, size_t length);

/* All names, in order of name: 0 up to the first NULL. */
const struct name *name_at(size_t index);

/*
 * Value number nth (0 is the first) of that name in the view's record: path, argv, key and others have several.
 * False if the record has no such value.
 */
static inline bool
name_value(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	*value = (struct value){ 0 };
	return name->get(name, view, nth, value);
}

#endif
