/* The terms of an expression: FIELD op VALUE, checked against the vocabulary and made into tests. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "nearest.h"
#include "term.h"

/* The header's fields that need no parsing. */
static const struct {
	const char *name;
	enum slot slot;
} SLOTS[] = {
	{ "command", SLOT_COMMAND },
	{ "date", SLOT_TIME },
	{ "effective", SLOT_EFFECTIVE },
	{ "event", SLOT_EVENT },
	{ "exit", SLOT_EXIT },
	{ "login", SLOT_LOGIN },
	{ "pid", SLOT_PID },
	{ "ppid", SLOT_PPID },
	{ "real", SLOT_REAL },
	{ "result", SLOT_RESULT },
	{ "serial", SLOT_SERIAL },
	{ "session", SLOT_SESSION },
	{ "syscall", SLOT_SYSCALL },
	{ "tid", SLOT_TID },
	{ "time", SLOT_TIME },
};

static enum slot
find_slot(const struct name *name)
{
	for (size_t i = 0; i < sizeof(SLOTS) / sizeof(*SLOTS); i++)
		if (strcmp(SLOTS[i].name, name->name) == 0)
			return SLOTS[i].slot;
	return SLOT_NONE;
}

bool
word_is(const struct word *word, const char *text)
{
	return word->length == strlen(text) && memcmp(word->text, text, word->length) == 0;
}

static void *
alloc(struct syntax *syntax, size_t count, size_t size)
{
	return arena_alloc(&syntax->expr->arena, count * size);
}

struct words *
syntax_list(struct syntax *syntax, struct words *list, const struct word *word)
{
	if (list == NULL) {
		list = alloc(syntax, 1, sizeof(*list));
		*list = (struct words){ 0 };
	}
	if (list->count == list->capacity) {
		size_t capacity = list->capacity > 0 ? 2 * list->capacity : 1;
		struct word *items = alloc(syntax, capacity, sizeof(*items));

		if (list->count > 0)
			memcpy(items, list->items, list->count * sizeof(*items));
		list->items = items;
		list->capacity = capacity;
	}
	list->items[list->count++] = *word;
	return list;
}

static const struct name *
find_field(struct syntax *syntax, const struct word *word)
{
	const struct name *name = name_find(word->text, word->length);
	const char *nearest;

	if (name != NULL)
		return name;
	nearest = name_nearest(word->text, word->length);
	if (nearest == NULL && edit_distance(word->text, word->length, "class", 5) <= edit_distance_limit(5))
		nearest = "class";
	return syntax_unknown(syntax, word, "field", nearest);
}

bool
term_is_address(const struct name *name)
{
	return name->type == NAME_ADDRESS || strcmp(name->name, "origin") == 0 || strcmp(name->name, "hostname") == 0;
}

bool
term_has_order(const struct name *name)
{
	return name->type != NAME_TEXT && name->type != NAME_RESULT && name->type != NAME_ADDRESS &&
	    name->type != NAME_FLAGS;
}

const char *
term_type(const struct name *name)
{
	static const char *const names[] = {
		[NAME_TEXT] = "text",
		[NAME_NUMBER] = "a number",
		[NAME_OCTAL] = "an octal number",
		[NAME_HEX] = "a number",
		[NAME_USER] = "a user",
		[NAME_GROUP] = "a group",
		[NAME_RESULT] = "a result",
		[NAME_TIME] = "a time",
		[NAME_ADDRESS] = "an address",
		[NAME_FLAGS] = "a set of flags",
		[NAME_ERRNO] = "an error number",
		[NAME_CALL] = "a system call",
	};

	return names[name->type];
}

struct node *
term_test(struct syntax *syntax, enum test_kind kind, const struct name *name, bool needs_text)
{
	struct node *node = alloc(syntax, 1, sizeof(*node));
	struct test *test = &node->test;
	unsigned cost = name != NULL ? name->cost : COST_HEADER;
	enum slot slot = SLOT_NONE;

	*node = (struct node){ .kind = NODE_TEST };
	test->kind = kind;
	test->name = name;
	if (name != NULL)
		slot = find_slot(name);
	if (slot != SLOT_NONE && (!needs_text || slot == SLOT_EVENT || slot == SLOT_COMMAND))
		test->slot = slot;
	else if (slot != SLOT_NONE)
		cost = COST_FACTS;
	if (name != NULL && (kind == TEST_SET || kind == TEST_REGEX || kind == TEST_GLOB)) {
		test->glance = alloc(syntax, 1, sizeof(*test->glance));
		if (!glance_init(test->glance, name))
			test->glance = NULL;
	}
	node->cost = (unsigned char)(2 * cost + (kind == TEST_REGEX || kind == TEST_GLOB));
	return node;
}

static struct node *
class_in(struct syntax *syntax, const struct words *words)
{
	const struct expr_context *context = syntax->context;
	struct node *node = term_test(syntax, TEST_CLASS, NULL, false);
	struct text *texts = alloc(syntax, words->count, sizeof(*texts));

	for (size_t i = 0; i < words->count; i++) {
		const struct word *word = &words->items[i];

		texts[i].text = constant_text(syntax, word, &texts[i].length);
		if (context->in_class == NULL)
			return syntax_error(syntax, &word->place, "classes are not known here");
		if (context->in_class(context->arg, texts[i].text, "", true) == -1)
			return syntax_unknown(syntax, word, "class",
			    context->near_class != NULL ? context->near_class(context->arg, texts[i].text) : NULL);
	}
	node->test.texts = texts;
	node->test.text_count = words->count;
	return node;
}

static struct regex *
read_regex(struct syntax *syntax, const struct word *value, const struct text *pattern)
{
	char message[100];
	size_t offset;
	struct regex *regex = regex_new(pattern->text, pattern->length, message, sizeof(message), &offset);
	struct place place = value->place;

	if (regex == NULL) {
		place.begin += (value->form != WORD_BARE) + (offset <= value->length ? offset : value->length);
		return syntax_error(syntax, &place, "regular expression: %s", message);
	}
	regex->next = syntax->expr->regexes;
	syntax->expr->regexes = regex;
	return regex;
}

static struct node *
compare_pattern(struct syntax *syntax, const struct name *name, bool is_glob, const struct word *value)
{
	struct node *node = term_test(syntax, is_glob ? TEST_GLOB : TEST_REGEX, name, true);
	struct text pattern;

	if (name->type == NAME_NUMBER || name->type == NAME_OCTAL || name->type == NAME_HEX || name->type == NAME_TIME)
		return syntax_error(syntax, &value->place, "%s is %s: patterns are for text", name->name, term_type(name));
	pattern.text = constant_pattern(syntax, value, &pattern.length);
	if (is_glob)
		node->test.glob = pattern;
	else if ((node->test.regex = read_regex(syntax, value, &pattern)) == NULL)
		return NULL;
	return name->type == NAME_CALL ? callset_pattern(syntax, name, &node->test) : node;
}

/* Fields of one kind can be compared with each other. */
enum kind {
	KIND_NUMBER,
	KIND_USER,
	KIND_GROUP,
	KIND_TIME,
	KIND_ADDRESS,
	KIND_TEXT,
	KIND_RESULT,
	KIND_FLAGS,
	KIND_CALL,
};

static enum kind
kind_of(const struct name *name)
{
	static const enum kind kinds[] = {
		[NAME_TEXT] = KIND_TEXT,
		[NAME_NUMBER] = KIND_NUMBER,
		[NAME_OCTAL] = KIND_NUMBER,
		[NAME_HEX] = KIND_NUMBER,
		[NAME_ERRNO] = KIND_NUMBER,
		[NAME_USER] = KIND_USER,
		[NAME_GROUP] = KIND_GROUP,
		[NAME_TIME] = KIND_TIME,
		[NAME_ADDRESS] = KIND_ADDRESS,
		[NAME_RESULT] = KIND_RESULT,
		[NAME_FLAGS] = KIND_FLAGS,
		[NAME_CALL] = KIND_CALL,
	};

	return term_is_address(name) ? KIND_ADDRESS : kinds[name->type];
}

/*
 * Is the value another field? %{name} always is. A bare name is where the field on the left is a number, a user, a group, a time
 * or an address and the name is of a field of the same kind: `real != login`. Otherwise it is a value: `command == login`.
 */
static const struct name *
value_field(struct syntax *syntax, const struct name *name, enum comparison comparison, const struct word *value)
{
	const struct name *other;

	if (value->form == WORD_FIELD)
		return find_field(syntax, value);
	if (value->form != WORD_BARE || kind_of(name) >= KIND_TEXT || comparison >= COMPARE_REGEX)
		return NULL;
	other = name_find(value->text, value->length);
	return other != NULL && kind_of(other) == kind_of(name) ? other : NULL;
}

/* Numbers are compared as such, whatever names they have; everything else as text. */
static bool
compares_text(const struct name *name)
{
	return kind_of(name) >= KIND_ADDRESS && kind_of(name) != KIND_RESULT;
}

static struct node *
compare_fields(struct syntax *syntax, const struct name *name, enum comparison comparison, const struct name *other,
    const struct word *value)
{
	struct node *node = term_test(syntax, TEST_FIELDS, name, compares_text(name));
	struct node *second = term_test(syntax, TEST_FIELDS, other, compares_text(name));
	struct test *test = &node->test;

	if (kind_of(name) != kind_of(other))
		return syntax_error(syntax, &value->place, "%s is %s, %s is %s", name->name, term_type(name),
		    other->name, term_type(other));
	if (comparison > COMPARE_AT_LEAST)
		return syntax_error(syntax, &value->place, "a pattern cannot be a field");
	if (comparison > COMPARE_NOT_EQUAL && !term_has_order(name))
		return syntax_error(syntax, &value->place, "%s is %s, which has no order", name->name, term_type(name));
	test->other = other;
	test->other_slot = second->test.slot;
	test->less = comparison == COMPARE_LESS || comparison == COMPARE_AT_MOST;
	test->more = comparison == COMPARE_MORE || comparison == COMPARE_AT_LEAST;
	test->equal = comparison != COMPARE_LESS && comparison != COMPARE_MORE;
	if (second->cost > node->cost)
		node->cost = second->cost;
	return comparison == COMPARE_NOT_EQUAL ? tree_not(node) : node;
}

static bool
is_negative(enum comparison comparison)
{
	return comparison == COMPARE_NOT_EQUAL || comparison == COMPARE_NOT_REGEX || comparison == COMPARE_NOT_GLOB;
}

static struct node *
compare_class(struct syntax *syntax, enum comparison comparison, const struct word *value)
{
	struct node *node;

	if (comparison != COMPARE_EQUAL && comparison != COMPARE_NOT_EQUAL)
		return syntax_error(syntax, &value->place, "class takes only ==, != and in");
	node = class_in(syntax, syntax_list(syntax, NULL, value));
	return comparison == COMPARE_EQUAL ? node : tree_not(node);
}

struct node *
tree_compare(struct syntax *syntax, const struct word *field, enum comparison comparison, const struct word *value)
{
	const struct name *name, *other;
	struct node *node;

	if (word_is(field, "class"))
		return compare_class(syntax, comparison, value);
	name = find_field(syntax, field);
	if (name == NULL)
		return NULL;
	other = value_field(syntax, name, comparison, value);
	if (syntax->failed)
		return NULL;
	if (other != NULL)
		return compare_fields(syntax, name, comparison, other, value);
	if (comparison >= COMPARE_REGEX)
		node = compare_pattern(syntax, name, comparison >= COMPARE_GLOB, value);
	else if (comparison >= COMPARE_LESS)
		node = operand_order(syntax, name, comparison, value);
	else
		node = operand_equal(syntax, name, value);
	return is_negative(comparison) ? tree_not(node) : node;
}

struct node *
tree_in(struct syntax *syntax, const struct word *field, const struct words *values)
{
	const struct name *name;

	if (word_is(field, "class"))
		return class_in(syntax, values);
	name = find_field(syntax, field);
	if (name == NULL)
		return NULL;
	return operand_in(syntax, name, values);
}

struct node *
tree_exists(struct syntax *syntax, const struct word *field)
{
	const struct name *name = find_field(syntax, field);

	return name != NULL ? term_test(syntax, TEST_EXISTS, name, false) : NULL;
}

static struct node *
mask_bits(struct syntax *syntax, const struct name *name, const struct word *field, const struct word *mask,
    const struct word *wanted)
{
	struct constant bits, left = { .is_number = true };
	struct node *node = term_test(syntax, TEST_MASK, name, false);

	if (name->type != NAME_NUMBER && name->type != NAME_OCTAL && name->type != NAME_HEX && name->type != NAME_FLAGS)
		return syntax_error(syntax, &field->place, "%s is %s: a mask is for numbers", name->name, term_type(name));
	if (!constant_read(syntax, name, mask, &bits) || (wanted != NULL && !constant_read(syntax, name, wanted, &left)))
		return NULL;
	if (!bits.is_number || !left.is_number)
		return syntax_error(syntax, &mask->place, "a mask is a number");
	if (wanted == NULL && bits.range.low == 0)
		return tree_constant(syntax, false);
	node->test.mask = (uint64_t)bits.range.low;
	node->test.wanted = (uint64_t)left.range.low;
	node->test.compare = wanted != NULL;
	return node;
}

struct node *
tree_mask(struct syntax *syntax, const struct word *field, const struct word *mask, enum comparison comparison,
    const struct word *wanted)
{
	const struct name *name = find_field(syntax, field);
	struct node *node;

	if (name == NULL)
		return NULL;
	if (wanted != NULL && comparison != COMPARE_EQUAL && comparison != COMPARE_NOT_EQUAL)
		return syntax_error(syntax, &wanted->place, "what is left under a mask takes only == and !=");
	if (name->type == NAME_FLAGS && (mask->length == 0 || *mask->text < '0' || *mask->text > '9'))
		node = operand_flags(syntax, name, mask, wanted);
	else
		node = mask_bits(syntax, name, field, mask, wanted);
	return wanted != NULL && comparison == COMPARE_NOT_EQUAL ? tree_not(node) : node;
}
