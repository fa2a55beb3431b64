/* SPDX-License-Identifier: BSD-2-Clause */
#include "view.h"

#include <stdlib.h>
#include <string.h>

#include "plain.h"
#include "rectype.h"
#include "text.h"

enum { NAMES_KEPT = 4096 }; /* more are forgotten before the next record: hostile input has ever new ones */

void
view_set(struct view *view, const struct record *record)
{
	if (view->spellings.size == 0 || view->spellings.count > NAMES_KEPT)
		spellings_begin(&view->spellings);
	view->record = record;
	view->turn++;
	view->count = 0;
	view->offset = 0;
	view->line = 0;
	view->cursor = (struct view_cursor){ 0 };
	view->call_sought = view->call_bare = false;
	view->keys = NULL;
	view->paths = NULL;
	view->arguments = NULL;
	view->socket = NULL;
	arena_reset(&view->arena);
}

void
view_clear(struct view *view)
{
	arena_clear(&view->arena);
	spellings_clear(&view->spellings);
	free(view->names);
	free(view->fields);
	*view = (struct view){ 0 };
}

/* Names that were met for the first time have no fields so far. */
static void
add_names(struct view *view, uint32_t number)
{
	size_t old = view->name_capacity;

	view->names = mem_grow(view->names, &view->name_capacity, number + 1, sizeof(*view->names));
	memset(view->names + old, 0, (view->name_capacity - old) * sizeof(*view->names));
}

/* The fields of that name that were met so far. */
static inline struct view_name *
name_of(struct view *view, uint32_t number)
{
	struct view_name *name;

	if (number >= view->name_capacity)
		add_names(view, number);
	name = &view->names[number];
	if (name->turn != view->turn)
		*name = (struct view_name){ view->turn, VIEW_NONE, VIEW_NONE };
	return name;
}

/* Field number n is the last one of that name so far. */
static inline void
link_field(struct view *view, uint32_t number, uint32_t n)
{
	struct view_name *name = name_of(view, number);

	if (name->first == VIEW_NONE)
		name->first = n;
	else
		view->fields[name->last].next = n;
	name->last = n;
}

/* The next field, and the number of its name; false at the end of the line. */
static inline bool
next_field(struct spellings *spellings, struct fields *fields, struct view_field *f)
{
	struct field *field = &f->field;
	uint64_t word;

	if (field_plain(fields, field, &word)) {
		f->name = spelling_of_word(spellings, field->name, field->name_length, word);
		return true;
	}
	if (!field_odd(fields, field))
		return false;
	f->name = field->name_length > 0 ? spelling_number(spellings, field->name, field->name_length) : VIEW_NONE;
	return true;
}

/* Parses one more line, if there is one. */
static bool
parse_line(struct view *view)
{
	struct line line;
	struct fields fields;
	struct view_field *f;
	const char *text;
	size_t length, n = view->count;

	if (!record_next_line(view->record, &view->offset, &line))
		return false;
	text = line_body(&line, &length);
	fields_init(&fields, text, length);
	while (fields.at < fields.end) {
		if (n == view->capacity)
			view->fields = mem_grow(view->fields, &view->capacity, n + 64, sizeof(*f));
		f = &view->fields[n];
		if (!next_field(&view->spellings, &fields, f))
			break;
		f->type = line.type;
		f->line = view->line;
		f->next = VIEW_NONE;
		if (f->name != VIEW_NONE)
			link_field(view, f->name, (uint32_t)n);
		n++;
	}
	view->count = n;
	view->line++;
	return true;
}

bool
view_parse(struct view *view, size_t n)
{
	while (n >= view->count)
		if (!parse_line(view))
			return false;
	return true;
}

/* Where the next line of that type (0: any) ends that is not parsed yet; 0 if there is none. The headers of lines tell. */
static size_t
next_line_end(const struct view *view, uint16_t type)
{
	size_t offset = view->offset;
	struct line line;

	while (record_next_line(view->record, &offset, &line))
		if (type == 0 || line.type == type)
			return offset;
	return 0;
}

/* The first field of that name from number n on, VIEW_NONE if none was met so far. */
static uint32_t
field_from(struct view *view, uint32_t number, size_t n)
{
	const struct view_name *name = name_of(view, number);
	uint32_t at = name->first;

	if (at == VIEW_NONE || n > name->last)
		return VIEW_NONE;
	if (n > at && view->fields[n - 1].name == number) /* whoever asks for the next one asks from behind the last one */
		return view->fields[n - 1].next;
	while (at < n)
		at = view->fields[at].next;
	return at;
}

const struct view_field *
view_find(struct view *view, uint16_t type, const char *name, size_t length, size_t *n)
{
	uint32_t number = spelling_number(&view->spellings, name, length), at = field_from(view, number, *n), last;
	size_t needed;

	for (;;) {
		for (; at != VIEW_NONE; at = view->fields[at].next) {
			const struct view_field *f = &view->fields[at];

			*n = at + 1;
			if (type != 0 ? f->type == type : f->type != TYPE_FACTS)
				return f;
		}
		last = name_of(view, number)->last;
		if (*n < view->count)
			*n = view->count;
		needed = next_line_end(view, type);
		if (needed == 0)
			return NULL;
		while (view->offset < needed && parse_line(view))
			;
		at = last != VIEW_NONE ? view->fields[last].next : name_of(view, number)->first;
		while (at < *n)
			at = view->fields[at].next;
	}
}

const char *
view_text(struct view *view, const struct view_field *field, size_t *length)
{
	const struct field *f = &field->field;

	/* No hexadecimal digit is below '0': (null) needs no try. */
	if (f->form == FIELD_BARE && f->length > 1 && f->value[0] >= '0' && field_is_string(field->type, f)) {
		unsigned char *bytes = arena_alloc(&view->arena, f->length / 2);

		if (text_unhex(f->value, f->length, bytes)) {
			*length = f->length / 2;
			return (const char *)bytes;
		}
	}
	*length = f->length;
	return f->value;
}
