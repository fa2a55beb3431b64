/* Messages about a place in an expression. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "syntax.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

enum {
	EXCERPT = 96,  /* bytes of the source line that a message shows */
	MESSAGE = 160, /* bytes of the message proper: all parts together fit into struct err */
};

static bool
is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* What a hostile file holds is going to a terminal. */
static void
make_printable(char *text)
{
	size_t length = strlen(text);

	while (length > 0) {
		size_t n = text_printable(text, length);

		if (n == 0) {
			*text = *text == '\t' ? ' ' : '?';
			n = 1;
		}
		text += n;
		length -= n;
	}
}

/* Characters between two places of a line. */
static unsigned
count_characters(const char *from, const char *to)
{
	unsigned count = 0;

	for (; from < to; from++)
		count += !is_continuation(*from);
	return count;
}

struct excerpt {
	unsigned line, column; /* of the place, from 1; column in characters */
	char text[EXCERPT + 1];
	char caret[EXCERPT + 2];
};

/* The source line, cut on both sides where it is long. */
static void
make_excerpt(const struct syntax *syntax, const struct place *place, struct excerpt *excerpt)
{
	const char *at = syntax->text + place->begin, *begin = at, *end = at;
	unsigned column;

	while (begin > syntax->text && begin[-1] != '\n')
		begin--;
	while (end < syntax->text + syntax->length && *end != '\n')
		end++;
	excerpt->line = syntax->line;
	for (const char *p = syntax->text; p < begin; p++)
		excerpt->line += *p == '\n';
	excerpt->column = count_characters(begin, at) + 1;
	if (at - begin > EXCERPT * 2 / 3)
		begin = at - EXCERPT * 2 / 3;
	while (begin < at && is_continuation(*begin))
		begin++;
	column = count_characters(begin, at);
	snprintf(excerpt->text, sizeof(excerpt->text), "%.*s", (int)(end - begin), begin);
	snprintf(excerpt->caret, sizeof(excerpt->caret), "%*s^", (int)column, "");
	make_printable(excerpt->text);
}

static void
describe(const struct syntax *syntax, const struct place *place, const char *format, va_list ap, struct err *text)
{
	struct excerpt excerpt;
	char message[MESSAGE];

	vsnprintf(message, sizeof(message), format, ap);
	make_printable(message);
	make_excerpt(syntax, place, &excerpt);
	err_set(text, "%.100s:%u:%u: %s\n%s\n%s", syntax->origin, excerpt.line, excerpt.column, message, excerpt.text,
	    excerpt.caret);
}

void *
syntax_error(struct syntax *syntax, const struct place *place, const char *format, ...)
{
	va_list ap;

	if (syntax->failed)
		return NULL;
	syntax->failed = true;
	va_start(ap, format);
	describe(syntax, place, format, ap, syntax->error);
	va_end(ap);
	return NULL;
}

void *
syntax_unknown(struct syntax *syntax, const struct word *word, const char *thing, const char *nearest)
{
	int length = word->length < MESSAGE / 2 ? (int)word->length : MESSAGE / 2;

	if (nearest == NULL)
		return syntax_error(syntax, &word->place, "no %s \"%.*s\"", thing, length, word->text);
	return syntax_error(
	    syntax, &word->place, "no %s \"%.*s\" (did you mean \"%s\"?)", thing, length, word->text, nearest);
}

void
syntax_warn(struct syntax *syntax, const struct place *place, const char *format, ...)
{
	struct err text;
	va_list ap;

	if (syntax->context->warn == NULL)
		return;
	va_start(ap, format);
	describe(syntax, place, format, ap, &text);
	va_end(ap);
	syntax->context->warn(text.text);
}
