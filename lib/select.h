/*
 * Which events become records: the classes of -c, and under `audit start` the users and objects of the configuration. All that is
 * read from files is here, so that it can be exchanged as a whole.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SELECT_H
#define SELECT_H

#include <stdbool.h>
#include <stddef.h>

#include "catalogue.h"
#include "err.h"
#include "objects.h"
#include "record.h"
#include "view.h"

/* What the selection is made of. */
struct selection_source {
	const char *confdir;
	const char *classes; /* -c, or NULL */
	bool started;        /* by `audit start`: users and objects count */
};

struct selection;

/* Reads the files. Returns NULL with *error if anything is wrong with them, or with the classes. */
struct selection *selection_load(const struct selection_source *source, struct err *error);
void selection_free(struct selection *selection);

/* The catalogue, which names the events. */
struct catalogue *selection_catalogue(const struct selection *selection);

/* Does this record pass as the event that it is? */
bool selection_takes(const struct selection *selection, const struct record *record);

/*
 * The objects that the view's record uses and that fire, at most max; returns how many. Whose record it is does not matter, but -c
 * does.
 */
size_t selection_objects(const struct selection *selection, struct view *view, struct object_hit *hits, size_t max);

#endif
