/* Numbers out of text, and text made safe to print. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct out;

/* The whole text must be the number, and fit: decimal; decimal with an optional minus; hexadecimal without 0x. */
bool text_unsigned(const char *text, size_t length, uint64_t *number);
bool text_signed(const char *text, size_t length, int64_t *number);
bool text_hex(const char *text, size_t length, uint64_t *number);

/* Appends the bytes of so many hexadecimal digits to bytes, which has room for length / 2. False if they are not hexadecimal or odd. */
bool text_unhex(const char *text, size_t length, unsigned char *bytes);

/* The character at text, of UTF-8 that is well-formed. Returns its bytes, or 0 if the byte there begins none. There must be one. */
size_t text_character(const char *text, size_t length, uint32_t *character);

/*
 * The length of the printable character at text (1 to 4 bytes of well-formed UTF-8), or 0 if the byte there must be escaped:
 * controls (C0, C1, DEL), malformed UTF-8, and the invisible characters that reorder or hide what follows them.
 */
size_t text_printable(const char *text, size_t length);

/* Is the printable character of so many bytes a blank, ASCII's or another of Unicode's? */
bool text_is_blank(const char *text, size_t size);

/* How text_escape() treats what is printable. */
enum text_escape {
	ESCAPE_TEXT,   /* blanks stay; for tails */
	ESCAPE_COLUMN, /* blanks become \x20 (Unicode's likewise, byte by byte), so that a column never holds one */
};

/* Appends text with every unprintable byte as \xHH and a backslash as \\. */
void text_escape(struct out *out, const char *text, size_t length, enum text_escape how);

/* Appends one shell word that means these bytes: plain, 'quoted', or $'quoted' where bytes are unprintable. */
void text_quote(struct out *out, const char *text, size_t length);

#endif
