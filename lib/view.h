/*
 * A record's fields, parsed on demand and at most once: the kernel's lines are only read as far as somebody asks.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIEW_H
#define VIEW_H

#include "field.h"
#include "mem.h"
#include "plain.h"
#include "record.h"
#include "spelling.h"

enum { VIEW_NONE = 0xffffffff }; /* no name, no field */

struct view_field {
	struct field field;
	uint32_t name; /* its number among view->spellings; VIEW_NONE for a word */
	uint32_t next; /* the next field of that name, VIEW_NONE behind the last */
	uint16_t type; /* of the line it stands in; TYPE_FACTS for the facts */
	uint16_t line; /* its place among the lines of the record, from 0 */
};

/* A name, and its fields. */
struct view_name {
	char text[PLAIN_NAME]; /* for plain_is_name(); empty if it was never asked */
	uint32_t follower;     /* the name that stood behind it when last met: so it does nearly always */
	uint32_t first, last;  /* numbers of fields */
	uint64_t turn;         /* the view's when it met them: they are another record's if it has turned since */
};

/*
 * How far the search for the values of a name has come: whoever asks for all of them, one after the other, must not begin anew with
 * each, for a record may hold tens of thousands.
 */
struct view_cursor {
	const void *name; /* the struct name whose values these are; NULL for none */
	size_t nth;       /* the value that is looked for from here on */
	size_t at;        /* the getter's own place */
};

struct view {
	const struct record *record;
	struct view_field *fields;
	size_t count, capacity;
	struct spellings spellings; /* kept from record to record, for names come again */
	struct view_name *names;    /* by number */
	size_t name_capacity;
	uint32_t latest;    /* the name that was met last */
	uint64_t turn;      /* counts the records */
	size_t offset;      /* of the next line to be parsed */
	uint16_t line;      /* its place */
	struct arena arena; /* decoded text; forgotten with the record */
	struct view_cursor cursor;

	/* What call.h knows of the record's call: NULL if nothing, or if nobody has asked. */
	const struct call *call;
	bool call_sought;
	bool call_bare; /* it was asked of io_uring: neither its arguments nor what it returned is logged */

	/* What the getters of value.h have made of the record, in the arena; NULL until somebody asks. */
	struct key_list *keys;
	struct path_list *paths;
	struct argument_list *arguments;
	struct socket *socket;
};

/* All zero is an empty view. view_set() turns it to another record, which must live until the next view_set(). */
void view_set(struct view *view, const struct record *record);
void view_clear(struct view *view);

/* Parses on until field number n is there. False if the record has fewer. */
bool view_parse(struct view *view, size_t n);

/* Field number n in the order of the text, all lines as one; NULL behind the last. */
static inline const struct view_field *
view_at(struct view *view, size_t n)
{
	return n < view->count || view_parse(view, n) ? &view->fields[n] : NULL;
}

/*
 * The next field of that name from number *n on, *n being moved behind it; NULL if there is none. The enriched part, whose names are
 * upper case, is found by those. type: only in lines of that record type; 0 for any of the kernel's lines, not the facts.
 */
const struct view_field *view_find(struct view *view, uint16_t type, const char *name, size_t length, size_t *n);

/* The field's value decoded (field_text()), valid as long as the view is on this record. */
const char *view_text(struct view *view, const struct view_field *field, size_t *length);

#endif
