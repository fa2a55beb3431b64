/* SPDX-License-Identifier: BSD-2-Clause */
#include "catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "catalogue_tables.h"
#include "config.h"
#include "nearest.h"
#include "syscalls.h"
#include "text.h"
#include "uring.h"

struct compiler {
	struct catalogue *catalogue;
	const struct stanza_file *file;
	uint32_t entry;      /* the stanza that is compiled */
	struct strmap calls; /* names of system calls, all architectures together: the index in catalogue->calls */
	struct err *error;
};

static int
complain(const struct compiler *compiler, unsigned line, const char *what, const char *word, size_t length,
    const char *nearest)
{
	struct shown shown;

	err_show(&shown, word, length);
	if (nearest != NULL)
		return err_set(compiler->error, "%s:%u: %s `%s`: did you mean `%s`?", compiler->file->path, line, what,
		    shown.text, nearest);
	return err_set(compiler->error, "%s:%u: %s `%s`", compiler->file->path, line, what, shown.text);
}

/*
 * Appends the entry to a list of candidates. Behind an entry without a condition nothing can be reached: it is left out, and the
 * list of nearly every call and type is one long.
 */
static void
append_candidate(struct catalogue *catalogue, struct candidate_list *list, uint32_t entry)
{
	if (list->last != 0) {
		struct candidate *last = &catalogue->candidates[list->last];

		if (last->entry == entry || catalogue->entries[last->entry].when == NULL)
			return;
		last->next = (uint32_t)catalogue->candidate_count;
	} else {
		list->first = (uint32_t)catalogue->candidate_count;
	}
	list->last = (uint32_t)catalogue->candidate_count;
	catalogue->candidates = mem_grow(catalogue->candidates, &catalogue->candidate_capacity,
	    catalogue->candidate_count + 1, sizeof(*catalogue->candidates));
	catalogue->candidates[catalogue->candidate_count++] = (struct candidate){ .entry = entry };
}

static void
append_source(struct compiler *compiler, const char *call, uint16_t type)
{
	struct catalogue *catalogue = compiler->catalogue;
	const struct entry *entry = &catalogue->entries[compiler->entry];

	catalogue->sources = mem_grow(catalogue->sources, &catalogue->source_capacity, catalogue->source_count + 1,
	    sizeof(*catalogue->sources));
	catalogue->sources[catalogue->source_count++] = (struct catalogue_source){
		.event = entry->event,
		.call = call,
		.type = type,
		.conditional = entry->when != NULL,
	};
}

/* Numbers the names of all system calls, so that a call is the same whatever the architecture calls number 2. */
static void
number_calls(struct compiler *compiler)
{
	struct catalogue *catalogue = compiler->catalogue;
	uint32_t count = 1; /* number 0: a call without a name */

	for (size_t arch = 0; arch_at(arch) != NULL && arch < ARCHES_MAX; arch++) {
		for (int32_t number = 0; number < SYSCALL_MAX; number++) {
			const char *name = syscall_at(arch, number);
			uint32_t *call;
			bool added;

			if (name == NULL)
				continue;
			call = strmap_add(&compiler->calls, name, &added);
			if (added)
				*call = count++;
			catalogue->call_of[arch][number] = (uint16_t)*call;
		}
	}
	for (uint32_t op = 0; op < URING_MAX; op++) {
		const char *name = uring_call(op);

		if (name != NULL)
			catalogue->call_of_op[op] = (uint16_t)*strmap_find(&compiler->calls, name);
	}
	catalogue->calls = mem_alloc_zero(count, sizeof(*catalogue->calls));
}

static int
compile_call(struct compiler *compiler, const struct attribute *attribute, const char *word, size_t length)
{
	struct catalogue *catalogue = compiler->catalogue;
	const char *name = arena_string(&catalogue->file.arena, word, length);
	const uint32_t *call = strmap_find(&compiler->calls, name);
	struct nearest nearest;

	if (call != NULL) {
		append_candidate(catalogue, &catalogue->calls[*call], compiler->entry);
		append_source(compiler, name, 0);
		return 0;
	}
	nearest_init(&nearest, word, length);
	for (size_t i = 0; i < compiler->calls.size; i++)
		if (compiler->calls.slots[i].key != NULL)
			nearest_offer(&nearest, compiler->calls.slots[i].key);
	return complain(compiler, attribute->line, "no architecture has a system call", word, length, nearest.best);
}

static uint16_t
type_of(const char *word, size_t length)
{
	uint64_t number;

	if (text_unsigned(word, length, &number))
		return number > 0 && number < TYPES_MAX ? (uint16_t)number : TYPE_UNKNOWN;
	return rectype_number(word, length);
}

static int
compile_type(struct compiler *compiler, const struct attribute *attribute, const char *word, size_t length)
{
	struct catalogue *catalogue = compiler->catalogue;
	uint16_t type = type_of(word, length);
	struct nearest nearest;

	if (type < TYPES_MAX) {
		append_candidate(catalogue, &catalogue->types[type], compiler->entry);
		append_source(compiler, NULL, type);
		return 0;
	}
	nearest_init(&nearest, word, length);
	for (unsigned t = 1; t < TYPES_MAX; t++)
		if (rectype_name((uint16_t)t) != NULL)
			nearest_offer(&nearest, rectype_name((uint16_t)t));
	return complain(compiler, attribute->line, "no record type", word, length, nearest.best);
}

static int
compile_tail_name(struct compiler *compiler, const struct attribute *attribute, const char *word, size_t length)
{
	struct catalogue *catalogue = compiler->catalogue;
	struct event_info *info = &catalogue->events[catalogue->entries[compiler->entry].info];
	const struct name *name = name_find(word, length);

	if (name == NULL)
		return complain(compiler, attribute->line, "no field", word, length, name_nearest(word, length));
	info->tail = mem_grow(info->tail, &info->capacity, info->count + 1, sizeof(const struct name *));
	info->tail[info->count++] = name;
	return 0;
}

static int
compile_list(struct compiler *compiler, const struct attribute *attribute,
    int (*compile)(struct compiler *, const struct attribute *, const char *, size_t))
{
	struct list list;
	int rc;

	list_init(&list, attribute->value);
	while ((rc = list_next(&list)) == 1)
		if (compile(compiler, attribute, list.word, list.length) == -1)
			return -1;
	return rc == -1 ? complain(compiler, attribute->line, list.problem, list.word, list.length, NULL) : 0;
}

/* The tail of an event is that of its first stanza that has one. */
static int
compile_tail(struct compiler *compiler, const struct attribute *attribute)
{
	struct event_info *info = &compiler->catalogue->events[compiler->catalogue->entries[compiler->entry].info];

	if (info->has_tail)
		return 0;
	info->has_tail = true;
	return compile_list(compiler, attribute, compile_tail_name);
}

static int
compile_when(struct compiler *compiler, const struct attribute *attribute)
{
	static const struct expr_context context;
	struct entry *entry = &compiler->catalogue->entries[compiler->entry];

	entry->when = expr_compile(attribute->value, strlen(attribute->value), compiler->file->path, attribute->line,
	    &context, compiler->error);
	return entry->when == NULL ? -1 : 0;
}

static const char *const attributes[] = { "syscall", "tail", "type", "when" };

enum { ATTRIBUTES = sizeof(attributes) / sizeof(attributes[0]) };

static bool
is_attribute(const char *name)
{
	for (size_t i = 0; i < ATTRIBUTES; i++)
		if (strcmp(attributes[i], name) == 0)
			return true;
	return false;
}

static int
complain_of_attribute(const struct compiler *compiler, const struct attribute *attribute)
{
	struct nearest nearest;
	size_t length = strlen(attribute->name);

	nearest_init(&nearest, attribute->name, length);
	for (size_t i = 0; i < ATTRIBUTES; i++)
		nearest_offer(&nearest, attributes[i]);
	return complain(compiler, attribute->line, "no such attribute", attribute->name, length, nearest.best);
}

static int
check_attributes(const struct compiler *compiler, const struct stanza *stanza)
{
	for (size_t i = 0; i < stanza->count; i++)
		if (!is_attribute(stanza->attributes[i].name))
			return complain_of_attribute(compiler, &stanza->attributes[i]);
	return stanza_check_attributes(compiler->file, stanza, compiler->error);
}

static int
check_event_name(const struct compiler *compiler, const struct stanza *stanza)
{
	const char *problem = event_name_problem(stanza->name, strlen(stanza->name));
	struct shown shown;

	if (problem == NULL)
		return 0;
	return err_set(compiler->error, "%s:%u: event `%s`: %s", compiler->file->path, stanza->line,
	    err_show(&shown, stanza->name, strlen(stanza->name)), problem);
}

static void
add_entry(struct compiler *compiler, const struct stanza *stanza)
{
	struct catalogue *catalogue = compiler->catalogue;
	struct entry *entry = &catalogue->entries[compiler->entry];
	bool added;
	uint32_t *info = strmap_add(&catalogue->by_name, stanza->name, &added);

	if (added) {
		*info = (uint32_t)catalogue->event_count;
		catalogue->events[catalogue->event_count++].name = stanza->name;
	}
	entry->info = *info;
	memcpy(entry->event, stanza->name, strlen(stanza->name)); /* the rest is zero: entries come zeroed */
}

static int
compile_stanza(struct compiler *compiler, const struct stanza *stanza)
{
	const struct attribute *when = stanza_attribute(stanza, "when"), *call = stanza_attribute(stanza, "syscall");
	const struct attribute *type = stanza_attribute(stanza, "type"), *tail = stanza_attribute(stanza, "tail");

	if (check_event_name(compiler, stanza) == -1 || check_attributes(compiler, stanza) == -1)
		return -1;
	if (when != NULL && call == NULL && type == NULL)
		return err_set(compiler->error, "%s:%u: %s has `when` but neither `syscall` nor `type`: of what?",
		    compiler->file->path, when->line, stanza->name);
	add_entry(compiler, stanza);
	if (when != NULL && compile_when(compiler, when) == -1)
		return -1;
	if (call != NULL && compile_list(compiler, call, compile_call) == -1)
		return -1;
	if (type != NULL && compile_list(compiler, type, compile_type) == -1)
		return -1;
	return tail != NULL ? compile_tail(compiler, tail) : 0;
}

static int
compile(struct catalogue *catalogue, struct err *error)
{
	struct compiler compiler = { .catalogue = catalogue, .file = &catalogue->file, .error = error };
	int rc = 0;

	catalogue->entries = mem_alloc_zero(catalogue->file.count, sizeof(*catalogue->entries));
	catalogue->events = mem_alloc_zero(catalogue->file.count, sizeof(*catalogue->events));
	catalogue->candidate_count = 1; /* number 0: the end of a list */
	catalogue->candidates = mem_grow(NULL, &catalogue->candidate_capacity, 64, sizeof(*catalogue->candidates));
	number_calls(&compiler);
	for (size_t i = 0; i < catalogue->file.count && rc == 0; i++) {
		compiler.entry = (uint32_t)i;
		rc = compile_stanza(&compiler, &catalogue->file.stanzas[i]);
	}
	strmap_clear(&compiler.calls);
	return rc;
}

static struct catalogue *
finish(struct catalogue *catalogue, int rc, struct err *error)
{
	if (rc == 0)
		rc = compile(catalogue, error);
	if (rc == 0)
		return catalogue;
	catalogue_free(catalogue);
	return NULL;
}

struct catalogue *
catalogue_load(const char *confdir, struct err *error)
{
	struct catalogue *catalogue = mem_alloc_zero(1, sizeof(*catalogue));

	return finish(catalogue, stanza_load(&catalogue->file, confdir, "eventmap", error), error);
}

struct catalogue *
catalogue_parse(const char *path, const char *text, size_t length, struct err *error)
{
	struct catalogue *catalogue = mem_alloc_zero(1, sizeof(*catalogue));

	return finish(catalogue, stanza_parse(&catalogue->file, path, text, length, error), error);
}

void
catalogue_free(struct catalogue *catalogue)
{
	if (catalogue == NULL)
		return;
	for (size_t i = 0; catalogue->entries != NULL && i < catalogue->file.count; i++)
		if (catalogue->entries[i].when != NULL)
			expr_free(catalogue->entries[i].when);
	for (size_t i = 0; i < catalogue->event_count; i++)
		free(catalogue->events[i].tail);
	free(catalogue->entries);
	free(catalogue->events);
	free(catalogue->candidates);
	free(catalogue->sources);
	free(catalogue->calls);
	strmap_clear(&catalogue->by_name);
	stanza_clear(&catalogue->file);
	free(catalogue);
}

bool
catalogue_has(const struct catalogue *catalogue, const char *event)
{
	return strmap_find(&catalogue->by_name, event) != NULL;
}

const struct name *const *
catalogue_tail(const struct catalogue *catalogue, const char *event, size_t *count)
{
	const uint32_t *info = strmap_find(&catalogue->by_name, event);

	*count = info == NULL ? 0 : catalogue->events[*info].count;
	return info == NULL ? NULL : catalogue->events[*info].tail;
}

const char *
catalogue_nearest(const struct catalogue *catalogue, const char *event)
{
	struct nearest nearest;

	nearest_init(&nearest, event, strlen(event));
	for (size_t i = 0; i < catalogue->event_count; i++)
		nearest_offer(&nearest, catalogue->events[i].name);
	return nearest.best;
}

const char *
catalogue_at(const struct catalogue *catalogue, size_t index)
{
	return index < catalogue->event_count ? catalogue->events[index].name : NULL;
}

const struct catalogue_source *
catalogue_source(const struct catalogue *catalogue, size_t index)
{
	return index < catalogue->source_count ? &catalogue->sources[index] : NULL;
}
