/* SPDX-License-Identifier: BSD-2-Clause */
#include "view.h"

#include <stdlib.h>
#include <string.h>

/* Tells most of the names that stand in one record apart. */
static uint8_t
name_mark(const char *name, size_t length)
{
	if (length == 0)
		return 0;
	return (uint8_t)(((unsigned char)name[0] * 5U + (unsigned char)name[length - 1] * 3U + length * 17U) % VIEW_MARKS);
}

void
view_set(struct view *view, const struct record *record)
{
	view->record = record;
	if (view->count > 0)
		memset(view->last, 0, sizeof(view->last));
	view->count = 0;
	view->offset = 0;
	view->line = 0;
	view->cursor = (struct view_cursor){ 0 };
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
	free(view->fields);
	*view = (struct view){ 0 };
}

/* Parses one more line. False if there is none. */
static bool
parse_line(struct view *view)
{
	struct line line;
	struct fields fields;
	struct view_field *f;
	const char *text;
	size_t length;

	if (!record_next_line(view->record, &view->offset, &line))
		return false;
	text = line_body(&line, &length);
	fields_init(&fields, text, length);
	for (;;) {
		if (view->count == view->capacity)
			view->fields = mem_grow(view->fields, &view->capacity, view->count + 64, sizeof(*f));
		f = &view->fields[view->count];
		if (!field_next(&fields, &f->field))
			break;
		f->type = line.type;
		f->line = view->line;
		f->mark = name_mark(f->field.name, f->field.name_length);
		view->last[f->mark] = (uint32_t)++view->count;
	}
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

const struct view_field *
view_find(struct view *view, uint16_t type, const char *name, size_t length, size_t *n)
{
	uint8_t mark = name_mark(name, length);

	do {
		while (*n < view->last[mark]) {
			const struct view_field *f = &view->fields[(*n)++];

			if (f->mark == mark && field_is(&f->field, name, length) && (type != 0 ? f->type == type : f->type != 0))
				return f;
		}
		if (*n < view->count)
			*n = view->count;
	} while (view_parse(view, *n));
	return NULL;
}

const char *
view_text(struct view *view, const struct view_field *field, size_t *length)
{
	size_t size = field->field.length / 2;
	char *buffer = NULL;

	if (field->field.form == FIELD_BARE && size > 0 && field_is_string(field->type, &field->field))
		buffer = arena_alloc(&view->arena, size);
	return field_text(field->type, &field->field, buffer, size, length);
}
