/* Records to standard output: as they are stored, or unpacked. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef COPY_H
#define COPY_H

#include "err.h"
#include "expr.h"
#include "out.h"

/* Copies all of an input; takes over fd. Returns the exit status; what is wrong was said. */
int copy_input(int fd, const char *name, struct out *out, void (*say)(const char *text));

/* Writes the plain records, without sections in which no record can match the expression (NULL: with all). Else as copy_input(). */
int copy_unpacked(int fd, const char *name, const struct expr *expr, struct out *out, void (*say)(const char *text));

#endif
