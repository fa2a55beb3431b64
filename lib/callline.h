/*
 * The line of a call (SYSCALL, URINGOP) as the kernel writes it, field by field in the kernel's order. What comes next is known, so that
 * nothing is looked for but the blanks, those of 64 bytes at once: several times as fast as field_next(), which is for anything else.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CALLLINE_H
#define CALLLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "swar.h"

struct call_line {
	const char *at, *end; /* what is still to be read */
	const char *block;    /* where blanks were looked for */
	uint64_t blanks;      /* those of the block that are still ahead */
};

/* A field's name with its =, up to 8 bytes, as a number: no integer constant to the letter of C, but one to the compiler. */
#define CALL_FIELD_BYTE(name, i) ((i) < sizeof(name) - 1 ? (uint64_t)(name)[(i) % sizeof(name)] << 8 * (i) : 0)
#define CALL_FIELD(name)                                                                                             \
	(CALL_FIELD_BYTE(name, 0) | CALL_FIELD_BYTE(name, 1) | CALL_FIELD_BYTE(name, 2) | CALL_FIELD_BYTE(name, 3) | \
	    CALL_FIELD_BYTE(name, 4) | CALL_FIELD_BYTE(name, 5) | CALL_FIELD_BYTE(name, 6) | CALL_FIELD_BYTE(name, 7))

/* Looks for blanks in the bytes from p on, of which there must be some, in a line of at least 64. */
static inline void
call_line_look(struct call_line *line, const char *p)
{
	const char *last = line->end - 64;

	line->block = p;
	line->blanks = p <= last ? swar_blanks_of_64(p) : swar_blanks_of_64(last) >> (p - last);
}

/* A line that is too short to be a call's comes out as one at its end. */
static inline struct call_line
call_line_begin(const char *text, size_t length)
{
	struct call_line line = { text, text + length, text, 0 };

	if (length >= 64)
		call_line_look(&line, text);
	return line;
}

/*
 * Takes the field of that name and the blank behind it, and tells its value. False, and nothing is taken, if another comes, or its value
 * is not bare, or the line's end is near.
 */
static inline __attribute__((always_inline)) bool
call_line_take(struct call_line *line, uint64_t name, const char **value, size_t *length)
{
	const int unused = __builtin_clzll(name) & ~7; /* bits of eight bytes */
	const char *p = line->at, *blank;

	while (line->blanks == 0) {
		if (line->end - line->block <= 64)
			return false;
		call_line_look(line, line->block + 64);
	}
	blank = line->block + __builtin_ctzll(line->blanks);
	if (line->end - p < 8 || (get_le64(p) ^ name) << unused != 0)
		return false;
	p += 8 - unused / 8;
	if (*p == '"' || *blank != ' ')
		return false;
	line->blanks &= line->blanks - 1;
	line->at = blank + 1;
	*value = p;
	*length = (size_t)(blank - p);
	return true;
}

/* Argument a0 to a3 (n: 0 to 3) of a SYSCALL line's text. False if the line is not as usual up to there. */
bool call_line_argument(const char *text, size_t size, unsigned n, const char **value, size_t *length);

#endif
