/* The classes of the file config, compiled: which events each holds. Private to config.c and classes.c. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLASSES_H
#define CLASSES_H

#include "config.h"
#include "mem.h"
#include "strmap.h"

enum outcome {
	OUTCOME_SUCCESS = 1,
	OUTCOME_FAILURE = 2,
	OUTCOME_BOTH = 3,
};

struct event_set {
	struct strmap events; /* enum outcome of each */
	unsigned all;         /* enum outcome: of every event */
};

struct member {
	const char *name;
	unsigned outcome;
	struct event_class *class; /* NULL if it is an event */
};

enum class_state {
	CLASS_NEW,
	CLASS_OPEN, /* its members are being resolved */
	CLASS_DONE,
};

struct event_class {
	const char *name;
	unsigned line;
	struct member *members;
	size_t count, capacity;
	struct event_set set;
	enum class_state state;
};

struct classes {
	struct stanza_file *file;
	struct event_class *classes;
	size_t count;
	struct strmap by_name; /* in classes */
	size_t events;         /* that all sets hold together */
};

/* Compiles the stanza, which must outlive the classes; file is for messages and memory. Returns 0, or -1 with *error; clear either way. */
int classes_compile(struct classes *classes, struct stanza_file *file, const struct stanza *stanza, struct err *error);
void classes_clear(struct classes *classes);

/* NULL if there is none. */
struct event_class *classes_find(const struct classes *classes, const char *name);

/* The class, or ALL, that looks most like this one; NULL if none is near. */
const char *classes_nearest(const struct classes *classes, const char *name);

/*
 * Puts the events of all classes of the list into the set; with NULL it only checks that they are there.
 * Returns 0, or -1 with *error, which begins with prefix.
 */
int classes_include(const struct classes *classes, const char *list, const char *prefix, struct event_set *set,
    struct err *error);

/* Takes a trailing + or - off the word. */
unsigned outcome_of(const char *word, size_t *length);

#endif
