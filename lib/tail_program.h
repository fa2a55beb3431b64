/* `Program -i n Arg ...` of the events file: a tail that another program makes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TAIL_PROGRAM_H
#define TAIL_PROGRAM_H

#include <stddef.h>

#include "out.h"

struct tail_program;

/* Splits a command at blanks, as a shell would where there are only "quotes" and backslashes. NULL if a quote is not closed. */
struct tail_program *tail_program_new(const char *command);
void tail_program_free(struct tail_program *program);

/*
 * Runs it, without a shell, with the event's name as its last argument and input on its standard input, and appends what it
 * prints; bytes that are neither printable nor newlines are escaped. Where it fails, that is said instead.
 */
void tail_program_run(const struct tail_program *program, const char *event, const void *input, size_t length,
    struct out *out);

#endif
