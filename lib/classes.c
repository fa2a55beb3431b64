/* SPDX-License-Identifier: BSD-2-Clause */
#include "classes.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"
#include "record.h"

enum {
	DEPTH_MAX = 64,       /* classes within classes */
	EVENTS_MAX = 1 << 20, /* that all classes hold together: a bound on memory, far above any real file */
};

static const char all_events[] = "ALL";

const char *
event_name_problem(const char *name, size_t length)
{
	if (length > RECORD_EVENT - 1)
		return "longer than 31 characters";
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)name[i]) && strchr("_@.:/", name[i]) == NULL)
			return "only letters, digits and _@.:/ make a name";
	return NULL;
}

unsigned
outcome_of(const char *word, size_t *length)
{
	if (*length < 2 || (word[*length - 1] != '+' && word[*length - 1] != '-'))
		return OUTCOME_BOTH;
	(*length)--;
	return word[*length] == '+' ? OUTCOME_SUCCESS : OUTCOME_FAILURE;
}

static int
complain(const struct classes *classes, unsigned line, const struct event_class *class, const char *what, const char *word,
    size_t length, struct err *error)
{
	struct shown shown_class, shown;

	return err_set(error, "%s:%u: class `%s`: %s: `%s`", classes->file->path, line,
	    err_show(&shown_class, class->name, strlen(class->name)), what, err_show(&shown, word, length));
}

struct event_class *
classes_find(const struct classes *classes, const char *name)
{
	const uint32_t *index = strmap_find(&classes->by_name, name);

	return index == NULL ? NULL : &classes->classes[*index];
}

static int
add_member(struct classes *classes, struct event_class *class, const char *word, size_t length, struct err *error)
{
	unsigned outcome = outcome_of(word, &length);
	const char *problem = event_name_problem(word, length);

	if (problem != NULL)
		return complain(classes, class->line, class, problem, word, length, error);
	class->members = mem_grow(class->members, &class->capacity, class->count + 1, sizeof(*class->members));
	class->members[class->count++] = (struct member){
		.name = arena_string(&classes->file->arena, word, length),
		.outcome = outcome,
	};
	return 0;
}

static int
read_class(struct classes *classes, struct event_class *class, const struct attribute *attribute, struct err *error)
{
	const char *problem = event_name_problem(attribute->name, strlen(attribute->name));
	struct list list;
	int rc;

	class->name = attribute->name;
	class->line = attribute->line;
	if (strcmp(class->name, all_events) == 0)
		problem = "ALL always holds every event, and cannot be defined";
	if (problem != NULL)
		return complain(classes, class->line, class, problem, class->name, strlen(class->name), error);
	list_init(&list, attribute->value);
	while ((rc = list_next(&list)) == 1)
		if (add_member(classes, class, list.word, list.length, error) == -1)
			return -1;
	return rc == -1 ? complain(classes, class->line, class, list.problem, list.word, list.length, error) : 0;
}

static bool
include_event(struct event_set *set, const char *event, unsigned outcome)
{
	bool added = false;

	if (strcmp(event, all_events) == 0)
		set->all |= outcome;
	else
		*strmap_add(&set->events, event, &added) |= outcome;
	return added;
}

/* Returns how many events are new in the set. */
static size_t
include_set(struct event_set *set, const struct event_set *other, unsigned outcome)
{
	size_t added = 0;

	set->all |= other->all & outcome;
	for (size_t i = 0; i < other->events.size; i++)
		if (other->events.slots[i].key != NULL)
			added += include_event(set, other->events.slots[i].key, other->events.slots[i].value & outcome);
	return added;
}

static int resolve(struct classes *classes, struct event_class *class, unsigned depth, struct err *error);

static int
resolve_member(struct classes *classes, struct event_class *class, struct member *member, unsigned depth, struct err *error)
{
	member->class = classes_find(classes, member->name);
	if (member->class == NULL) {
		classes->events += include_event(&class->set, member->name, member->outcome);
	} else {
		if (member->class->state == CLASS_OPEN)
			return complain(classes, class->line, class, "holds itself by its member", member->name,
			    strlen(member->name), error);
		if (resolve(classes, member->class, depth + 1, error) == -1)
			return -1;
		classes->events += include_set(&class->set, &member->class->set, member->outcome);
	}
	if (classes->events > EVENTS_MAX)
		return complain(classes, class->line, class, "too many events in all classes together", member->name,
		    strlen(member->name), error);
	return 0;
}

static int
resolve(struct classes *classes, struct event_class *class, unsigned depth, struct err *error)
{
	if (class->state == CLASS_DONE)
		return 0;
	if (depth > DEPTH_MAX)
		return complain(classes, class->line, class, "classes within classes are nested too deep", class->name,
		    strlen(class->name), error);
	class->state = CLASS_OPEN;
	for (size_t i = 0; i < class->count; i++)
		if (resolve_member(classes, class, &class->members[i], depth, error) == -1)
			return -1;
	class->state = CLASS_DONE;
	return 0;
}

int
classes_compile(struct classes *classes, struct stanza_file *file, const struct stanza *stanza, struct err *error)
{
	*classes = (struct classes){ .file = file };
	if (stanza == NULL)
		return 0;
	classes->classes = mem_alloc_zero(stanza->count, sizeof(*classes->classes));
	classes->count = stanza->count;
	for (size_t i = 0; i < stanza->count; i++) {
		*strmap_add(&classes->by_name, stanza->attributes[i].name, NULL) = (uint32_t)i;
		if (read_class(classes, &classes->classes[i], &stanza->attributes[i], error) == -1)
			return -1;
	}
	for (size_t i = 0; i < classes->count; i++)
		if (resolve(classes, &classes->classes[i], 0, error) == -1)
			return -1;
	return 0;
}

void
classes_clear(struct classes *classes)
{
	for (size_t i = 0; i < classes->count; i++) {
		free(classes->classes[i].members);
		strmap_clear(&classes->classes[i].set.events);
	}
	free(classes->classes);
	strmap_clear(&classes->by_name);
	*classes = (struct classes){ 0 };
}

const char *
classes_nearest(const struct classes *classes, const char *name)
{
	struct nearest nearest;

	nearest_init(&nearest, name, strlen(name));
	nearest_offer(&nearest, all_events);
	for (size_t i = 0; i < classes->count; i++)
		nearest_offer(&nearest, classes->classes[i].name);
	return nearest.best;
}

static int
complain_of_word(const struct classes *classes, const char *prefix, const char *what, const char *word, size_t length,
    bool suggest, struct err *error)
{
	struct shown shown;
	char *name = mem_string(word, length);
	const char *nearest = suggest ? classes_nearest(classes, name) : NULL;

	err_set(error, "%s%s `%s`%s%s%s", prefix, what, err_show(&shown, word, length),
	    nearest != NULL ? ": did you mean `" : "", nearest != NULL ? nearest : "", nearest != NULL ? "`?" : "");
	free(name);
	return -1;
}

int
classes_include(const struct classes *classes, const char *text, const char *prefix, struct event_set *set,
    struct err *error)
{
	struct list list;
	int rc;

	list_init(&list, text);
	while ((rc = list_next(&list)) == 1) {
		unsigned outcome = outcome_of(list.word, &list.length);
		char *name = mem_string(list.word, list.length);
		const uint32_t *index = strmap_find(&classes->by_name, name);
		bool all = strcmp(name, all_events) == 0;

		free(name);
		if (index == NULL && !all)
			return complain_of_word(classes, prefix, "no class", list.word, list.length, true, error);
		if (set != NULL && all)
			set->all |= outcome;
		else if (set != NULL)
			include_set(set, &classes->classes[*index].set, outcome);
	}
	return rc == -1 ? complain_of_word(classes, prefix, list.problem, list.word, list.length, false, error) : 0;
}

bool
event_set_has(const struct event_set *set, const char *event, bool success)
{
	unsigned outcome = success ? OUTCOME_SUCCESS : OUTCOME_FAILURE;
	const uint32_t *found;

	if (set->all & outcome)
		return true;
	found = strmap_find(&set->events, event);
	return found != NULL && (*found & outcome);
}

/* Does b hold all that a does? */
static bool
includes(const struct event_set *a, const struct event_set *b)
{
	if (a->all & ~b->all)
		return false;
	for (size_t i = 0; i < a->events.size; i++) {
		const struct strmap_slot *slot = &a->events.slots[i];
		const uint32_t *found;

		if (slot->key == NULL || (slot->value & ~b->all) == 0)
			continue;
		found = strmap_find(&b->events, slot->key);
		if (found == NULL || (slot->value & ~b->all & ~*found))
			return false;
	}
	return true;
}

bool
event_set_equal(const struct event_set *a, const struct event_set *b)
{
	return includes(a, b) && includes(b, a);
}

bool
event_set_is_empty(const struct event_set *set)
{
	static const struct event_set empty;

	return includes(set, &empty);
}

void
event_set_free(struct event_set *set)
{
	if (set == NULL)
		return;
	strmap_clear(&set->events);
	free(set);
}
