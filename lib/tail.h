/* The tail of a printed record, by the formats of AIX's `events` file. man/events.5 describes them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TAIL_H
#define TAIL_H

#include "catalogue.h"
#include "err.h"
#include "out.h"

struct formats;

/* Reads confdir/events; the tail's arguments come from the catalogue, which must outlive the formats. Returns NULL with *error. */
struct formats *formats_load(const char *confdir, const struct catalogue *catalogue, struct err *error);
void formats_free(struct formats *formats);

/*
 * Appends the tail of the view's record, escaped (text_escape(), ESCAPE_TEXT), without a newline.
 * Returns false if the event has no format: it has no tail. A value that the record does not have is printed as `-`.
 */
bool formats_print(const struct formats *formats, struct view *view, struct out *out);

#endif
