/*
 * The command line: EXECVE lines, of which a long one has many.
 *
 * Source: kernel/auditsc.c, audit_log_execve_info(). An argument stands whole as a3="..." or a3=HEX, or, where it does not fit
 * the rest of a line, as a3_len=DIGITS and then a3[0]=... a3[1]=... over as many lines as it takes.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "out.h"
#include "rectype.h"
#include "text.h"
#include "value_get.h"

struct argument {
	const char *text;
	size_t length;
};

struct argument_list {
	size_t count;
	struct argument *arguments;
	const char *line; /* all of them, quoted; NULL until somebody asks */
	size_t line_length;
};

/* What kind of field of an EXECVE line it is. */
enum piece {
	PIECE_NONE,
	PIECE_WHOLE, /* a3 */
	PIECE_PART,  /* a3[0] */
};

/* Also gives the argument's number. */
static enum piece
piece_of(const struct field *field, uint64_t *number)
{
	size_t digits = 0;

	if (field->enriched || field->name_length < 2 || field->name[0] != 'a')
		return PIECE_NONE;
	while (1 + digits < field->name_length && field->name[1 + digits] >= '0' && field->name[1 + digits] <= '9')
		digits++;
	if (!text_unsigned(field->name + 1, digits, number))
		return PIECE_NONE;
	if (1 + digits == field->name_length)
		return PIECE_WHOLE;
	return field->name[1 + digits] == '[' ? PIECE_PART : PIECE_NONE;
}

/* Where the reader of EXECVE lines stands. */
struct reader {
	struct view *view;
	struct argument_list *list;
	size_t capacity; /* of list->arguments */
	char *at, *end;  /* memory for what must be decoded or put together: all lines' text would fit */
	bool open;       /* the last argument is in pieces, and more may come */
	uint64_t number; /* its number */
};

static struct argument *
add_argument(struct reader *reader)
{
	struct argument_list *list = reader->list;

	if (list->count == reader->capacity) {
		struct argument *more;

		reader->capacity = reader->capacity == 0 ? 16 : 2 * reader->capacity;
		more = arena_alloc(&reader->view->arena, reader->capacity * sizeof(*more));
		if (list->count > 0)
			memcpy(more, list->arguments, list->count * sizeof(*more));
		list->arguments = more;
	}
	list->arguments[list->count] = (struct argument){ 0 };
	return &list->arguments[list->count++];
}

/* The field's bytes, in the reader's memory if they had to be decoded. */
static struct argument
decode(struct reader *reader, const struct field *field)
{
	struct argument piece;

	piece.text = field_text(TYPE_EXECVE, field, reader->at, (size_t)(reader->end - reader->at), &piece.length);
	if (piece.text == reader->at)
		reader->at += piece.length;
	return piece;
}

/* Pieces of one argument come one after the other, so they lie in one place. */
static void
take_piece(struct reader *reader, const struct field *field, uint64_t number)
{
	struct argument *argument, piece;
	const char *start = reader->at;

	if (reader->open && reader->number == number) {
		argument = &reader->list->arguments[reader->list->count - 1];
	} else {
		argument = add_argument(reader);
		argument->text = start;
	}
	piece = decode(reader, field);
	if (piece.text != start) {
		memcpy(reader->at, piece.text, piece.length);
		reader->at += piece.length;
	}
	argument->length += piece.length;
	reader->open = true;
	reader->number = number;
}

static void
read_line(struct reader *reader, const struct line *line)
{
	struct fields fields;
	struct field field;
	uint64_t number;
	size_t length;
	const char *text = line_body(line, &length);

	fields_init(&fields, text, length);
	while (field_next(&fields, &field)) {
		switch (piece_of(&field, &number)) {
		case PIECE_WHOLE:
			*add_argument(reader) = decode(reader, &field);
			reader->open = false;
			break;
		case PIECE_PART:
			take_piece(reader, &field, number);
			break;
		case PIECE_NONE:
			break;
		}
	}
}

/* Straight from the lines: the view would parse all of them, and keep every field. */
static struct argument_list *
read_arguments(struct view *view)
{
	struct reader reader = { .view = view, .list = arena_alloc(&view->arena, sizeof(*reader.list)) };
	size_t offset = 0, size = 0;
	struct line line;

	*reader.list = (struct argument_list){ 0 };
	while (record_next_line(view->record, &offset, &line))
		size += line.type == TYPE_EXECVE ? line.length : 0;
	if (size == 0)
		return reader.list;
	reader.at = arena_alloc(&view->arena, size);
	reader.end = reader.at + size;
	offset = 0;
	while (record_next_line(view->record, &offset, &line))
		if (line.type == TYPE_EXECVE)
			read_line(&reader, &line);
	return reader.list;
}

static struct argument_list *
argument_list(struct view *view)
{
	if (view->arguments == NULL)
		view->arguments = read_arguments(view);
	return view->arguments;
}

bool
get_argv(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct argument_list *list = argument_list(view);

	return nth < list->count && value_set_text(value, list->arguments[nth].text, list->arguments[nth].length);
}

enum {
	QUOTED_BYTE = 4, /* the most that one byte becomes in a quoted word: \xHH, '\'' */
	QUOTES = 4,      /* around a word: $'...', and a blank behind it */
};

/* The words go into memory that is large enough, so that the output never has to grow or write. */
static void
quote_all(struct view *view, struct argument_list *list)
{
	struct out out = { .fd = -1, .hold = true };

	for (size_t i = 0; i < list->count; i++)
		out.capacity += list->arguments[i].length * QUOTED_BYTE + QUOTES;
	out.data = arena_alloc(&view->arena, out.capacity);
	for (size_t i = 0; i < list->count; i++) {
		if (i > 0)
			out_char(&out, ' ');
		text_quote(&out, list->arguments[i].text, list->arguments[i].length);
	}
	list->line = (char *)out.data;
	list->line_length = out.tail;
}

bool
get_arguments(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	struct argument_list *list = argument_list(view);

	if (list->count == 0 || nth > 0)
		return false;
	if (list->line == NULL)
		quote_all(view, list);
	return value_set_text(value, list->line, list->line_length);
}
