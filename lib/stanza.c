/* SPDX-License-Identifier: BSD-2-Clause */
#include "stanza.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct reader {
	struct stanza_file *file;
	const char *at, *end; /* what is still to be read */
	unsigned number;      /* of the line before at */
	char *text;           /* the current line, continuation joined, blanks at both ends cut */
	size_t length, capacity;
	unsigned line; /* its number */
	struct err *error;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void
trim(const char **text, size_t *length)
{
	while (*length > 0 && is_blank((*text)[*length - 1]))
		(*length)--;
	while (*length > 0 && is_blank(**text)) {
		(*text)++;
		(*length)--;
	}
}

static int
complain(struct reader *reader, const char *what, const char *text, size_t length)
{
	struct shown shown;

	return err_set(reader->error, "%s:%u: %s: %s", reader->file->path, reader->line, what,
	    err_show(&shown, text, length));
}

/* The next line of the file, blanks at both ends cut. False at the end. */
static bool
next_physical(struct reader *reader, const char **text, size_t *length)
{
	const char *newline;

	if (reader->at == reader->end)
		return false;
	newline = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
	*text = reader->at;
	*length = (size_t)((newline != NULL ? newline : reader->end) - reader->at);
	reader->at = newline != NULL ? newline + 1 : reader->end;
	reader->number++;
	trim(text, length);
	return true;
}

static void
append(struct reader *reader, const char *text, size_t length)
{
	reader->text = mem_grow(reader->text, &reader->capacity, reader->length + length + 1, 1);
	if (reader->length > 0)
		reader->text[reader->length++] = ' ';
	memcpy(reader->text + reader->length, text, length);
	reader->length += length;
}

/* Whatever uses a name later must not have to think of control characters. */
static int
check_characters(struct reader *reader)
{
	for (const char *c = reader->text; c < reader->text + reader->length; c++)
		if (((unsigned char)*c < ' ' && *c != '\t') || *c == 0x7f)
			return complain(reader, "control character", c, 1);
	return 0;
}

/* The next line that says something, whole. Returns 1, 0 at the end, -1. */
static int
next_line(struct reader *reader)
{
	const char *text;
	size_t length;
	bool more;

	do {
		if (!next_physical(reader, &text, &length))
			return 0;
	} while (length == 0 || *text == '*' || *text == '#');
	reader->line = reader->number;
	reader->length = 0;
	do {
		more = length > 0 && text[length - 1] == '\\';
		length -= more;
		trim(&text, &length);
		append(reader, text, length);
		if (more && !next_physical(reader, &text, &length))
			return complain(reader, "continued at the end of the file", reader->text, reader->length);
	} while (more);
	return check_characters(reader) == -1 ? -1 : 1;
}

static bool
is_head(const struct reader *reader)
{
	return reader->length > 0 && reader->text[reader->length - 1] == ':' &&
	    (reader->text[0] == '/' || memchr(reader->text, '=', reader->length) == NULL);
}

static int
add_stanza(struct reader *reader)
{
	struct stanza_file *file = reader->file;
	const char *name = reader->text;
	size_t length = reader->length - 1;

	trim(&name, &length);
	if (length == 0)
		return complain(reader, "a stanza without a name", reader->text, reader->length);
	file->stanzas = mem_grow(file->stanzas, &file->capacity, file->count + 1, sizeof(*file->stanzas));
	file->stanzas[file->count++] = (struct stanza){
		.name = arena_string(&file->arena, name, length),
		.line = reader->line,
	};
	return 0;
}

static char *
unquote(struct arena *arena, const char *text, size_t length)
{
	char *value = arena_alloc(arena, length + 1), *to = value;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\\' && i + 1 < length && (text[i + 1] == '"' || text[i + 1] == '\\'))
			i++;
		*to++ = text[i];
	}
	*to = '\0';
	return value;
}

/* The value as the caller sees it; NULL with the error set if a string does not end. */
static const char *
read_value(struct reader *reader, const char *text, size_t length)
{
	size_t close = 0; /* the first quote that ends a string */
	bool quoted = false;

	for (size_t i = 0; i < length; i++) {
		if (quoted && text[i] == '\\') {
			i++;
		} else if (text[i] == '"') {
			quoted = !quoted;
			if (!quoted && close == 0)
				close = i;
		}
	}
	if (quoted) {
		complain(reader, "unterminated string", text, length);
		return NULL;
	}
	if (length > 1 && text[0] == '"' && close == length - 1)
		return unquote(&reader->file->arena, text + 1, length - 2);
	return arena_string(&reader->file->arena, text, length);
}

static int
add_attribute(struct reader *reader)
{
	struct stanza_file *file = reader->file;
	const char *name = reader->text, *equals = memchr(name, '=', reader->length), *value;
	size_t name_length, length;
	struct stanza *stanza;

	if (equals == NULL)
		return complain(reader, "missing `=`", reader->text, reader->length);
	name_length = (size_t)(equals - name);
	trim(&name, &name_length);
	if (name_length == 0)
		return complain(reader, "an attribute without a name", reader->text, reader->length);
	for (size_t i = 0; i < name_length; i++)
		if (is_blank(name[i]) || name[i] == '"')
			return complain(reader, "not the name of an attribute", name, name_length);
	if (file->count == 0)
		return complain(reader, "an attribute before the first stanza", name, name_length);
	value = equals + 1;
	length = reader->length - (size_t)(value - reader->text);
	trim(&value, &length);
	value = read_value(reader, value, length);
	if (value == NULL)
		return -1;
	stanza = &file->stanzas[file->count - 1];
	stanza->attributes = mem_grow(stanza->attributes, &stanza->capacity, stanza->count + 1,
	    sizeof(*stanza->attributes));
	stanza->attributes[stanza->count++] = (struct attribute){
		.name = arena_string(&file->arena, name, name_length),
		.value = value,
		.line = reader->line,
	};
	return 0;
}

int
stanza_parse(struct stanza_file *file, const char *path, const char *text, size_t length, struct err *error)
{
	struct reader reader = { .file = file, .at = text, .end = text + length, .error = error };
	int rc;

	*file = (struct stanza_file){ 0 };
	file->path = arena_string(&file->arena, path, strlen(path));
	while ((rc = next_line(&reader)) == 1) {
		rc = is_head(&reader) ? add_stanza(&reader) : add_attribute(&reader);
		if (rc == -1)
			break;
	}
	free(reader.text);
	return rc;
}
