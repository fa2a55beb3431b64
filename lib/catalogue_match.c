/* Which audit event a kernel event is: done once for each event, so all of it is table look-ups unless a stanza has a `when`. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "catalogue.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "catalogue_tables.h"
#include "text.h"

enum {
	NO_ENTRY = UINT32_MAX,
};

struct match {
	const struct catalogue *catalogue;
	struct view *view;
	const struct record *record;
	uint32_t best; /* the first stanza that matches so far */
	bool viewed;   /* the view is set to the record */
	uint32_t op;   /* io_uring's, URING_NONE if it is none */
};

static bool
matches(struct match *match, const struct entry *entry)
{
	if (entry->when == NULL)
		return true;
	if (!match->viewed)
		view_set(match->view, match->record);
	match->viewed = true;
	return expr_match(entry->when, match->view);
}

/* A stanza of the list that stands before the best one so far and matches is the better one. */
static void
consider(struct match *match, const struct candidate_list *list)
{
	const struct catalogue *catalogue = match->catalogue;

	for (uint32_t i = list->first; i != 0; i = catalogue->candidates[i].next) {
		uint32_t entry = catalogue->candidates[i].entry;

		if (entry >= match->best)
			return;
		if (matches(match, &catalogue->entries[entry])) {
			match->best = entry;
			return;
		}
	}
}

static void
consider_lines(struct match *match)
{
	uint16_t before = TYPE_FACTS;
	size_t offset = 0;
	struct line line;

	while (record_next_line(match->record, &offset, &line)) {
		if (line.type == TYPE_FACTS || line.type == before)
			continue;
		before = line.type;
		if (line.type < TYPES_MAX && match->catalogue->types[line.type].first != 0)
			consider(match, &match->catalogue->types[line.type]);
		if (line.type == TYPE_URINGOP && match->op == URING_NONE)
			match->op = uring_op_of(&line);
	}
}

/* An operation of io_uring is what was done, not the io_uring_enter that may have carried it. */
static uint16_t
call_of(const struct match *match)
{
	const struct record *record = match->record;
	int32_t place;
	int arch;

	if (match->op != URING_NONE)
		return match->op < URING_MAX ? match->catalogue->call_of_op[match->op] : 0;
	arch = arch_index(record->arch);
	if (arch < 0 || arch >= ARCHES_MAX)
		return 0;
	place = syscall_place((size_t)arch, record->syscall);
	return place < 0 ? 0 : match->catalogue->call_of[arch][place];
}

static void
name_call(char *event, const char *kind, const char *name, int64_t number)
{
	if (name != NULL)
		snprintf(event, RECORD_EVENT, "%s_%s", kind, name);
	else
		snprintf(event, RECORD_EVENT, "%s_%lld", kind, (long long)number);
}

/* A type that this build has no number for still has its name in the line: [node=HOST ]type=NAME msg=... */
static void
name_unknown_type(char *event, const struct line *line)
{
	const char *end = line->text + line->length, *at = memmem(line->text, line->length, "type=", 5);
	char *to = stpcpy(event, "KERN_");

	for (at = at != NULL ? at + 5 : end; at < end && *at != ' ' && to < event + RECORD_EVENT - 1; at++)
		*to++ = isalnum((unsigned char)*at) ? *at : '_';
	*to = '\0';
}

/* Lines that tell more of an event and are none themselves. */
static bool
is_auxiliary(uint16_t type)
{
	static const uint16_t types[] = { 1300, 1302, 1303, 1304, 1306, 1307, 1309, 1311, 1312, 1313, 1314, 1315, 1316, 1317,
		1318, 1320, 1321, 1322, 1323, 1327, 1330, 1336, 1337, 1402, 1425, 1426 };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i] == type)
			return true;
	return false;
}

/* The line that names an event which is no call: the first that is not auxiliary (true), else the first, if there is any. */
static bool
find_main(const struct record *record, struct line *main)
{
	size_t offset = 0;
	struct line line;

	*main = (struct line){ .text = NULL };
	while (record_next_line(record, &offset, &line)) {
		if (line.type == TYPE_FACTS)
			continue;
		if (!is_auxiliary(line.type)) {
			*main = line;
			return true;
		}
		if (main->text == NULL)
			*main = line;
	}
	return false;
}

static void
name_generic(const struct match *match, char *event)
{
	const struct record *record = match->record;
	struct line line;
	bool has_main = find_main(record, &line);

	if (!has_main && match->op != URING_NONE && uring_call(match->op) != NULL)
		name_call(event, "SYS", uring_call(match->op), 0);
	else if (!has_main && match->op != URING_NONE)
		name_call(event, "URING", uring_name(match->op), match->op);
	else if (!has_main && record->syscall != -1)
		name_call(event, "SYS", syscall_name(record->arch, record->syscall), record->syscall);
	else if (line.type == TYPE_UNKNOWN && line.text != NULL)
		name_unknown_type(event, &line);
	else
		name_call(event, "KERN", rectype_name(line.type), line.type);
}

void
catalogue_name(struct catalogue *catalogue, struct view *view, struct record *record)
{
	struct match match = {
		.catalogue = catalogue,
		.view = view,
		.record = record,
		.best = NO_ENTRY,
		.op = URING_NONE,
	};

	memset(record->event, 0, sizeof(record->event));
	consider_lines(&match);
	consider(&match, &catalogue->calls[call_of(&match)]);
	if (match.best != NO_ENTRY)
		memcpy(record->event, catalogue->entries[match.best].event, sizeof(record->event));
	else
		name_generic(&match, record->event);
}

static bool
is_number(const char *text)
{
	uint64_t number;

	return text_unsigned(text, strlen(text), &number) && number <= INT32_MAX;
}

static bool
is_call(const char *name)
{
	for (size_t arch = 0; arch_at(arch) != NULL; arch++)
		for (int32_t number = 0; number < SYSCALL_MAX; number++) {
			const char *call = syscall_at(arch, number);

			if (call != NULL && strncmp(call, name, RECORD_EVENT - sizeof("SYS_")) == 0)
				return true;
		}
	return false;
}

static bool
is_uring_op(const char *name)
{
	for (uint32_t op = 0; op < URING_MAX; op++)
		if (uring_name(op) != NULL && strcmp(uring_name(op), name) == 0)
			return true;
	return false;
}

bool
catalogue_makes(const char *event)
{
	if (strncmp(event, "SYS_", 4) == 0)
		return is_number(event + 4) || is_call(event + 4);
	if (strncmp(event, "URING_", 6) == 0)
		return is_number(event + 6) || is_uring_op(event + 6);
	if (strncmp(event, "KERN_", 5) == 0)
		return is_number(event + 5) || rectype_number(event + 5, strlen(event + 5)) != TYPE_UNKNOWN;
	return false;
}
