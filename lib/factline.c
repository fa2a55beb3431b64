/* SPDX-License-Identifier: BSD-2-Clause */
#include "factline.h"

#include <stdbool.h>
#include <string.h>

static void
append(struct factline *line, const char *bytes, size_t length)
{
	memcpy(line->at, bytes, length);
	line->at += length;
}

/* A byte that the kernel would not write between quotes (audit_string_contains_control() in kernel/audit.c). */
static bool
is_odd(const char *value, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (value[i] == '"' || value[i] < 0x21 || value[i] > 0x7e)
			return true;
	return false;
}

static void
append_hex(struct factline *line, const char *value, size_t length)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < length; i++) {
		*line->at++ = digits[(unsigned char)value[i] >> 4];
		*line->at++ = digits[value[i] & 15];
	}
}

void
factline_add(struct factline *line, const char *name, const char *value, size_t length)
{
	size_t name_length = strlen(name);

	/* A blank, =, two quotes. */
	if ((size_t)(line->end - line->at) < name_length + 2 * length + 4)
		return;
	if (line->at != line->start)
		append(line, " ", 1);
	append(line, name, name_length);
	append(line, "=", 1);
	if (is_odd(value, length)) {
		append_hex(line, value, length);
		return;
	}
	append(line, "\"", 1);
	append(line, value, length);
	append(line, "\"", 1);
}

void
factline_join(struct factline *line, const char *pairs, size_t length)
{
	if (length == 0 || (size_t)(line->end - line->at) < length + 1)
		return;
	if (line->at != line->start)
		append(line, " ", 1);
	append(line, pairs, length);
}
