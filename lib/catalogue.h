/*
 * The catalogue of audit events, from the file eventmap: which audit event a kernel event is, and what its tail holds.
 * The first stanza that matches names the event; what none matches is SYS_<call>, URING_<op> or KERN_<TYPE>, never nothing.
 * man/eventmap.5 describes the file.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CATALOGUE_H
#define CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "value.h"
#include "view.h"

struct catalogue;

/* Reads confdir/eventmap, or its text; path is for messages. Returns NULL with *error "PATH:LINE: what: why". */
struct catalogue *catalogue_load(const char *confdir, struct err *error);
struct catalogue *catalogue_parse(const char *path, const char *text, size_t length, struct err *error);
void catalogue_free(struct catalogue *catalogue);

/*
 * Sets record->event of a record that header_describe() filled. The view is the caller's scratch: it is set to the record only if
 * a `when` had to be asked.
 */
void catalogue_name(struct catalogue *catalogue, struct view *view, struct record *record);

/* Is this the name of an event of the map (not SYS_ or KERN_)? */
bool catalogue_has(const struct catalogue *catalogue, const char *event);

/* Is this a name that the catalogue makes of what no stanza matches: SYS_<call>, URING_<op>, KERN_<TYPE>, with a name or a number? */
bool catalogue_makes(const char *event);

/* The event of the map that looks most like this one, for "did you mean"; NULL if none is near. */
const char *catalogue_nearest(const struct catalogue *catalogue, const char *event);

/* The names of the map's events, in the order of the file: 0 up to the first NULL. */
const char *catalogue_at(const struct catalogue *catalogue, size_t index);

/* One word of a `syscall =` or `type =`: what the kernel must tell for the event to be seen. */
struct catalogue_source {
	const char *event;
	const char *call; /* NULL where it is a record type */
	uint16_t type;    /* 0 where it is a system call */
	bool conditional; /* the stanza has a `when` */
};

/* All of them in the order of the file: 0 up to the first NULL. */
const struct catalogue_source *catalogue_source(const struct catalogue *catalogue, size_t index);

/* The names of the tail's arguments of that event, in order; *count is 0 where there are none. */
const struct name *const *catalogue_tail(const struct catalogue *catalogue, const char *event, size_t *count);

#endif
