/* SPDX-License-Identifier: BSD-2-Clause */
#include "names.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "mem.h"
#include "rectype.h"
#include "text.h"

enum {
	LOCAL_SLOTS = 256,
	NUMBER_BYTES = sizeof(((struct names *)NULL)->digits),
	ENTRY_BYTES = 16384,  /* of a passwd entry */
	ENRICHED_MARK = 0x1d, /* what auditd adds to a line stands behind it */
};

/* How the three ids are called: in the facts line, in the kernel's lines, and by auditd's log_format = ENRICHED. */
static const struct {
	const char *fact, *kernel, *enriched;
} spelling[WHO_COUNT] = {
	[WHO_LOGIN] = { "login", "auid", "AUID" },
	[WHO_REAL] = { "real", "uid", "UID" },
	[WHO_EFFECTIVE] = { "effective", "euid", "EUID" },
};

void
names_init(struct names *names, bool numeric)
{
	memset(names, 0, sizeof(*names));
	names->numeric = numeric;
	names->local = mem_alloc_zero(LOCAL_SLOTS, sizeof(*names->local));
}

void
names_clear(struct names *names)
{
	free(names->local);
	names->local = NULL;
}

void
names_set(struct names *names, const struct record *record)
{
	names->record = record;
	names->searched = false;
}

uint32_t
record_user(const struct record *record, enum who who)
{
	switch (who) {
	case WHO_LOGIN:
		return record->login;
	case WHO_REAL:
		return record->real;
	default:
		return record->effective;
	}
}

static void
set_name(struct user_name *name, const char *text, size_t length)
{
	name->length = 0;
	if (length > NAME_MAX_BYTES)
		return;
	memcpy(name->text, text, length);
	name->length = (uint8_t)length;
}

/* login= real= effective= of the facts line. */
static void
search_facts(struct names *names)
{
	size_t length;
	const char *facts = record_facts(names->record, &length);
	struct fields fields;
	struct field field;

	if (facts == NULL)
		return;
	fields_init(&fields, facts, length);
	while (field_next(&fields, &field))
		for (size_t who = 0; who < WHO_COUNT; who++)
			if (field_is(&field, spelling[who].fact, strlen(spelling[who].fact))) {
				char buffer[NAME_MAX_BYTES];
				size_t size;
				const char *text = field_text(TYPE_FACTS, &field, buffer, sizeof(buffer), &size);

				set_name(&names->recorded[who], text, size);
			}
}

/* auditd writes "unset" for an id that is none, and unknown(9005) where it knows no name. */
static bool
is_no_name(const struct field *field)
{
	return field->length == 0 || memchr(field->value, '(', field->length) != NULL ||
	    (field->length == 5 && memcmp(field->value, "unset", 5) == 0);
}

/* The enriched part of one line, which begins at mark; it counts where the line's own id is the record's. */
static void
search_enriched(struct names *names, enum who who, const char *text, size_t length, const char *mark)
{
	size_t size = strlen(spelling[who].enriched);
	struct field field;
	struct fields fields;
	uint64_t id;

	if (!field_find(text, (size_t)(mark - text), spelling[who].kernel, &field) ||
	    !text_unsigned(field.value, field.length, &id) || id != record_user(names->record, who))
		return;
	fields_init(&fields, mark, length - (size_t)(mark - text));
	while (field_next(&fields, &field))
		if (field_is(&field, spelling[who].enriched, size) && !is_no_name(&field)) {
			set_name(&names->recorded[who], field.value, field.length);
			return;
		}
}

/* False for the lines that hold no auid=, uid= or euid=: the most and the longest. */
static bool
tells_who(uint16_t type)
{
	return type != TYPE_FACTS && type != TYPE_PATH && type != TYPE_CWD && type != TYPE_EXECVE &&
	    type != TYPE_PROCTITLE && type != TYPE_SOCKADDR && type != TYPE_EOE;
}

static void
search_lines(struct names *names)
{
	struct line line;
	size_t offset = 0;

	while (record_next_line(names->record, &offset, &line)) {
		size_t length;
		const char *text, *mark;

		if (!tells_who(line.type))
			continue;
		text = line_body(&line, &length);
		mark = memchr(text, ENRICHED_MARK, length);
		for (int who = 0; mark != NULL && who < WHO_COUNT; who++)
			if (names->recorded[who].length == 0)
				search_enriched(names, (enum who)who, text, length, mark);
	}
}

static const char *
number_text(char digits[static NUMBER_BYTES], uint32_t id, size_t *length)
{
	size_t n = NUMBER_BYTES;

	do
		digits[--n] = (char)('0' + id % 10);
	while ((id /= 10) != 0);
	*length = NUMBER_BYTES - n;
	return digits + n;
}

/* What passwd says; the number where it says nothing. */
static const struct user_name *
local_name(struct names *names, uint32_t id)
{
	struct user_name *name = &names->local[(id ^ id >> 8) % LOCAL_SLOTS];
	struct passwd passwd, *entry;
	char digits[NUMBER_BYTES], buffer[ENTRY_BYTES];
	const char *number;
	size_t length;

	if (name->known && name->id == id)
		return name;
	name->known = true;
	name->id = id;
	name->length = 0;
	if (getpwuid_r(id, &passwd, buffer, sizeof(buffer), &entry) == 0 && entry != NULL)
		set_name(name, entry->pw_name, strlen(entry->pw_name));
	if (name->length == 0) {
		number = number_text(digits, id, &length);
		set_name(name, number, length);
	}
	return name;
}

/* Fills recorded[]: from the capturing host, or from an enriched log. */
static void
search(struct names *names)
{
	names->searched = true;
	for (size_t who = 0; who < WHO_COUNT; who++)
		names->recorded[who].length = 0;
	if (names->record->flags & RECORD_NAMES)
		search_facts(names);
	else
		search_lines(names);
}

const char *
names_user(struct names *names, enum who who, size_t *length)
{
	uint32_t id = record_user(names->record, who);
	const struct user_name *name = &names->recorded[who];

	if (id == ID_UNSET) {
		*length = 5;
		return "unset";
	}
	if (names->numeric)
		return number_text(names->digits, id, length);
	if (!names->searched)
		search(names);
	if (name->length == 0)
		name = local_name(names, id);
	*length = name->length;
	return name->text;
}
