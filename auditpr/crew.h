/*
 * Printing on several processors: each worker takes some records, in turn, prints them for itself, and writes that as soon as all that
 * stood before it is written. No record is kept back for the sake of those to come: where the input pauses, what has come is written.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CREW_H
#define CREW_H

#include <stdbool.h>

#include "report.h"
#include "stream.h"

struct crew;

/* unbuffered: each record is written before the next one is read. Returns NULL with *error if the options are wrong. */
struct crew *crew_new(const struct report_options *options, bool unbuffered, struct err *error);
void crew_free(struct crew *crew);

/* Gives the formats of the tails; they are borrowed. */
void crew_set_formats(struct crew *crew, const struct formats *formats);

/* Writes what stands before the first record. Ends the program if it cannot; so does crew_print(). */
void crew_begin(struct crew *crew);

/* Prints all records of the stream, whose idle function it sets. Returns 0, or -1 if reading failed (already complained of). */
int crew_print(struct crew *crew, struct stream *stream);

#endif
