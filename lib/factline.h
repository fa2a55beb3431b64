/* The facts line while it is written: `name="value"` pairs, as the kernel would write them, so that the one field parser reads them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FACTLINE_H
#define FACTLINE_H

#include <stddef.h>

/* Writes from start on; at is where the next pair goes, end the first byte that it may not use. */
struct factline {
	char *start, *at, *end;
};

/*
 * Appends a blank, unless it is the first pair, and the pair; the value as hexadecimal where the kernel would write that: it has a
 * blank, a quote, or a byte that is not printable ASCII. A pair that does not fit, with every byte as hexadecimal, is left out.
 */
void factline_add(struct factline *line, const char *name, const char *value, size_t length);

/* The same for pairs that were made before. */
void factline_join(struct factline *line, const char *pairs, size_t length);

static inline size_t
factline_length(const struct factline *line)
{
	return (size_t)(line->at - line->start);
}

#endif
