/* SPDX-License-Identifier: BSD-2-Clause */
#include "view.h"

#include <stdlib.h>
#include <string.h>

#include "plain.h"
#include "rectype.h"
#include "text.h"

enum { NAMES_KEPT = 4096 }; /* more are forgotten before the next record: hostile input has ever new ones */

/* Nothing is known so far of names that were met for the first time. */
static void
add_names(struct view *view, uint32_t number)
{
	size_t old = view->name_capacity;

	view->names = mem_grow(view->names, &view->name_capacity, number + 1, sizeof(*view->names));
	memset(view->names + old, 0, (view->name_capacity - old) * sizeof(*view->names));
}

static void
forget_names(struct view *view)
{
	spellings_begin(&view->spellings);
	free(view->names);
	view->names = NULL;
	view->name_capacity = 0;
	view->latest = 0;
	add_names(view, view->latest);
}

void
view_set(struct view *view, const struct record *record)
{
	if (view->spellings.size == 0 || view->spellings.count > NAMES_KEPT)
		forget_names(view);
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

/* What is known of a name. */
static inline struct view_name *
known_name(struct view *view, uint32_t number)
{
	if (number >= view->name_capacity)
		add_names(view, number);
	return &view->names[number];
}

/* The fields of that name that were met so far. */
static inline struct view_name *
name_of(struct view *view, uint32_t number)
{
	struct view_name *name = known_name(view, number);

	if (name->turn != view->turn) {
		name->turn = view->turn;
		name->first = name->last = VIEW_NONE;
	}
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

/* Makes room for field number n. */
static inline struct view_field *
field_at(struct view *view, size_t n)
{
	if (n == view->capacity)
		view->fields = mem_grow(view->fields, &view->capacity, n + 64, sizeof(*view->fields));
	return &view->fields[n];
}

/* Another name than was expected. */
static uint32_t
find_name(struct view *view, const struct field *field)
{
	uint32_t number = spelling_number(&view->spellings, field->name, field->name_length);

	memcpy(known_name(view, number)->text, field->name, field->name_length + 1);
	known_name(view, view->latest)->follower = number;
	return number;
}

/* The number of a plain field's name. */
static inline uint32_t
number_of_plain(struct view *view, const struct field *field)
{
	uint32_t number = view->names[view->latest].follower;

	if (!plain_is_name(field, view->names[number].text))
		number = find_name(view, field);
	view->latest = number;
	return number;
}

/* The next field, which is not plain, and the number of its name; false at the end of the line. */
static bool
next_odd(struct view *view, struct fields *fields, struct view_field *f)
{
	struct field *field = &f->field;

	if (!field_odd(fields, field))
		return false;
	f->name = field->name_length > 0 ? spelling_number(&view->spellings, field->name, field->name_length) : VIEW_NONE;
	return true;
}

/* Parses one more line, if there is one. */
static bool
parse_line(struct view *view)
{
	const struct record *record = view->record;
	const char *readable = (const char *)record->lines + record->size, *text;
	struct line line;
	struct fields fields;
	struct plain plain;
	size_t length, n = view->count;

	if (!record_next_line(record, &view->offset, &line))
		return false;
	text = line_body(&line, &length);
	fields_init(&fields, text, length);
	plain_begin(&plain, &fields, readable);
	for (; plain.at < plain.end; n++) {
		struct view_field *f = field_at(view, n);

		if (plain_next(&plain, &f->field)) {
			f->name = number_of_plain(view, &f->field);
		} else {
			fields.at = plain.at;
			if (!next_odd(view, &fields, f))
				break;
			plain_begin(&plain, &fields, readable);
		}
		f->type = line.type;
		f->line = view->line;
		f->next = VIEW_NONE;
		if (f->name != VIEW_NONE)
			link_field(view, f->name, (uint32_t)n);
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
