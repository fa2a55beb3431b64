/* SPDX-License-Identifier: BSD-2-Clause */
#include "err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

int
err_set(struct err *error, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(error->text, sizeof(error->text), format, ap);
	va_end(ap);
	return -1;
}

const char *
err_show(struct shown *shown, const char *text, size_t length)
{
	size_t at = 0, used = 0;

	/* Room for the longest step (a character of 4 bytes, or \\xHH), the dots and the NUL. */
	while (at < length && used + 4 + 4 <= sizeof(shown->text)) {
		size_t n = text_printable(text + at, length - at);

		if (n > 0)
			memcpy(shown->text + used, text + at, n);
		else
			snprintf(shown->text + used, 5, "\\x%02x", (unsigned char)text[at]);
		used += n > 0 ? n : 4;
		at += n > 0 ? n : 1;
	}
	memcpy(shown->text + used, "...", 4);
	if (at == length)
		shown->text[used] = '\0';
	return shown->text;
}
