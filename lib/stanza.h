/*
 * AIX's stanza files: a line `name:`, then lines `attribute = value`, usually indented. Comments begin with `*` (or `#`); a backslash at
 * the end of a line continues it, the two parts being joined by one blank; a value may be "quoted". Blank lines mean nothing.
 * A line is a name if it ends with a colon and has no `=`, or begins with a slash (files in `objects` may be called anything).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STANZA_H
#define STANZA_H

#include <stddef.h>

#include "err.h"
#include "mem.h"

struct attribute {
	const char *name;
	const char *value; /* NUL-terminated, without the quotes around the whole of it; quotes inside it stay as they are */
	unsigned line;     /* in the file, from 1; the first one of a continued line */
};

struct stanza {
	const char *name;
	unsigned line;
	struct attribute *attributes;
	size_t count, capacity;
};

struct stanza_file {
	const char *path; /* for messages */
	struct stanza *stanzas;
	size_t count, capacity;
	struct arena arena;
};

enum { STANZA_FILE_MAX = 64 << 20 }; /* bytes that stanza_load() reads at most */

/*
 * Parses length bytes of text into *file, whose contents need not be initialised, and must be cleared either way.
 * Returns 0, or -1 with *error "PATH:LINE: what: why". A stanza or attribute that stands twice is kept twice.
 */
int stanza_parse(struct stanza_file *file, const char *path, const char *text, size_t length, struct err *error);

/* Reads and parses a file: DIRECTORY/NAME. Returns as stanza_parse(). */
int stanza_load(struct stanza_file *file, const char *directory, const char *name, struct err *error);
void stanza_clear(struct stanza_file *file);

/* Refuse what stands twice: an attribute of a stanza; a stanza of the file, or an attribute of one. Return 0, or -1 with *error. */
int stanza_check_attributes(const struct stanza_file *file, const struct stanza *stanza, struct err *error);
int stanza_check_unique(const struct stanza_file *file, struct err *error);

/* The stanza, or its attribute, of that name; NULL if there is none. */
const struct stanza *stanza_find(const struct stanza_file *file, const char *name);
const struct attribute *stanza_attribute(const struct stanza *stanza, const char *name);

/* The words of a comma-separated list. */
struct list {
	const char *at;   /* what is still to be read */
	const char *word; /* the current one, not NUL-terminated, blanks around it cut */
	size_t length;
	const char *problem; /* with list_next()'s -1: what is wrong with it, a static string */
};

/* Begins at the first word of a NUL-terminated list, which may be empty. */
void list_init(struct list *list, const char *text);

/* The next word. Returns 1, 0 at the end, -1 if the word is empty or holds a blank. */
int list_next(struct list *list);

#endif
