/* The right side of a term: words, ranges and lists made into sets that a value is looked up in. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "span.h"
#include "term.h"
#include "words.h"

/* What the words of one term amount to, before it becomes a test. Each array has room for all words. */
struct values {
	struct range *ranges, *daily; /* room for two of each word: a time of day may go past midnight */
	size_t range_count, daily_count;
	struct address_range *networks;
	size_t network_count;
	struct text *texts;
	size_t text_count;
	bool names;   /* a text is needed that the header does not have */
	bool unknown; /* AIX's reserved word UNKNOWN: no host at all */
};

static void *
alloc(struct syntax *syntax, size_t count, size_t size)
{
	return arena_alloc(&syntax->expr->arena, count * size);
}

static void
init_values(struct syntax *syntax, struct values *values, size_t words)
{
	*values = (struct values){
		.ranges = alloc(syntax, 2 * words, sizeof(struct range)),
		.daily = alloc(syntax, 2 * words, sizeof(struct range)),
		.networks = alloc(syntax, words, sizeof(struct address_range)),
		.texts = alloc(syntax, words, sizeof(struct text)),
	};
}

static int
order_ranges(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return x->low < y->low ? -1 : x->low > y->low;
}

static int
order_texts(const void *a, const void *b)
{
	return text_order(a, b);
}

static void
sort_texts(struct text *texts, size_t count)
{
	if (count > 1)
		qsort(texts, count, sizeof(*texts), order_texts);
}

/* Sorts the ranges and joins those that meet. Returns how many are left. */
static size_t
merge_ranges(struct range *ranges, size_t count)
{
	size_t kept = 0;

	if (count == 0)
		return 0;
	qsort(ranges, count, sizeof(*ranges), order_ranges);
	for (size_t i = 1; i < count; i++) {
		struct range *last = &ranges[kept];

		if (ranges[i].low > last->high && ranges[i].low - 1 > last->high)
			ranges[++kept] = ranges[i];
		else if (ranges[i].high > last->high)
			last->high = ranges[i].high;
	}
	return kept + 1;
}

struct node *
operand_ranges(
    struct syntax *syntax, const struct name *name, enum test_kind kind, struct range *ranges, size_t count)
{
	struct node *node = term_test(syntax, kind, name, false);

	node->test.ranges = ranges;
	node->test.range_count = merge_ranges(ranges, count);
	return node;
}

/* No number below 0 or above 32 bits can be in these; a result is always there, the others may be missing. */
static bool
is_unsigned32(enum slot slot)
{
	return slot == SLOT_PID || slot == SLOT_PPID || slot == SLOT_TID || slot == SLOT_RESULT;
}

/* What is decided before any record is seen: pid < 0, or a list of nothing. */
static struct node *
fold(struct syntax *syntax, struct node *node)
{
	const struct test *test = &node->test;
	const struct range *first = test->ranges, *last = first + test->range_count - 1;

	if (test->range_count == 0 && test->text_count == 0)
		return tree_constant(syntax, false);
	if (test->text_count > 0 || !is_unsigned32(test->slot))
		return node;
	if (first->low > UINT32_MAX || last->high < 0)
		return tree_constant(syntax, false);
	if (test->slot == SLOT_RESULT && first == last && first->low <= 0 && first->high >= UINT32_MAX)
		return tree_constant(syntax, true);
	return node;
}

static struct node *
set_node(struct syntax *syntax, const struct name *name, struct values *values)
{
	struct node *node = term_test(syntax, TEST_SET, name, values->names);

	sort_texts(values->texts, values->text_count);
	node->test.ranges = values->ranges;
	node->test.range_count = merge_ranges(values->ranges, values->range_count);
	node->test.texts = values->texts;
	node->test.text_count = values->text_count;
	return fold(syntax, node);
}

static struct node *
networks_node(struct syntax *syntax, const struct name *name, struct values *values)
{
	struct node *node = term_test(syntax, TEST_ADDRESS, name, true);

	sort_texts(values->texts, values->text_count);
	node->test.texts = values->texts;
	node->test.text_count = values->text_count;
	node->test.networks = values->networks;
	node->test.network_count = values->network_count;
	return node;
}

/* Joins what the values amount to: several kinds of tests may be needed for one term. */
static struct node *
values_node(struct syntax *syntax, const struct name *name, const struct place *place, struct values *values)
{
	struct node *node;

	node = values->network_count > 0 ? networks_node(syntax, name, values) : set_node(syntax, name, values);
	if (values->daily_count > 0)
		node = tree_or(syntax, place, node,
		    operand_ranges(syntax, name, TEST_DAILY, values->daily, values->daily_count));
	if (values->unknown)
		node = tree_or(syntax, place, node, tree_not(term_test(syntax, TEST_EXISTS, name, true)));
	return node;
}

static void
add_text(struct values *values, const char *text, size_t length)
{
	values->texts[values->text_count++] = (struct text){ text, length };
}

/* A time of day that begins after it ends goes past midnight. */
static void
add_range(struct values *values, struct range range, bool daily)
{
	if (!daily) {
		values->ranges[values->range_count++] = range;
	} else if (range.low <= range.high) {
		values->daily[values->daily_count++] = range;
	} else {
		values->daily[values->daily_count++] = (struct range){ range.low, DAY - 1 };
		values->daily[values->daily_count++] = (struct range){ 0, range.high };
	}
}

/* A range of addresses; false if neither end is one. */
static bool
read_address_range(const struct word *word, struct address_range *range)
{
	struct address_range from, to;
	struct word low, high;

	if (!constant_split(word, &low, &high) || !constant_network(low.text, low.length, &from) ||
	    !constant_network(high.text, high.length, &to) || memcmp(from.low, to.high, sizeof(to.high)) > 0)
		return false;
	memcpy(range->low, from.low, sizeof(range->low));
	memcpy(range->high, to.high, sizeof(range->high));
	return true;
}

/* What is made of digits and dots, or has a colon, was meant as an address; anything else is a host's name. */
static bool
add_address(struct syntax *syntax, const struct name *name, const struct word *word, struct values *values)
{
	struct address_range *range = &values->networks[values->network_count];
	size_t length;
	const char *text = constant_text(syntax, word, &length);

	if (constant_network(text, length, range) || read_address_range(word, range)) {
		values->network_count++;
		return true;
	}
	if (memchr(text, ':', length) != NULL || strspn(text, "0123456789./") == length)
		return syntax_error(syntax, &word->place, "\"%.*s\" is no address", (int)word->length, word->text);
	add_text(values, text, length);
	values->names = true;
	return true;
}

static bool
add_constant(struct syntax *syntax, const struct name *name, const struct word *word, struct values *values)
{
	struct constant constant;

	if (term_is_address(name))
		return add_address(syntax, name, word, values);
	if (word->form == WORD_BARE && word_is(word, "UNKNOWN") && strcmp(name->name, "host") == 0) {
		values->unknown = true;
		return true;
	}
	if (!constant_read(syntax, name, word, &constant))
		return false;
	if (constant.is_number) {
		add_range(values, constant.range, constant.daily);
	} else {
		add_text(values, constant.text, constant.length);
		/* The header says `unset` itself. */
		values->names |= constant.length != 5 || memcmp(constant.text, "unset", 5) != 0;
	}
	return true;
}

/* One end of a range; an empty word leaves it open. */
static bool
read_end(struct syntax *syntax, const struct name *name, const struct word *word, struct constant *constant)
{
	if (word->length == 0)
		return true;
	if (!constant_read(syntax, name, word, constant))
		return false;
	if (!constant->is_number)
		return syntax_error(syntax, &word->place, "\"%.*s\" cannot end a range", (int)word->length, word->text);
	return true;
}

static bool
read_span(struct syntax *syntax, const struct name *name, const struct word *low, const struct word *high,
    struct range *range, bool *daily)
{
	struct constant from = { .range = { INT64_MIN, INT64_MIN } }, to = { .range = { INT64_MAX, INT64_MAX } };

	if (low->length + high->length == 0)
		return syntax_error(syntax, &low->place, "a range needs at least one end");
	if (!read_end(syntax, name, low, &from) || !read_end(syntax, name, high, &to))
		return false;
	if (low->length == 0 && to.daily)
		from = (struct constant){ .daily = true };
	if (high->length == 0 && from.daily)
		to = (struct constant){ .range = { DAY - 1, DAY - 1 }, .daily = true };
	if (from.daily != to.daily)
		return syntax_error(syntax, &low->place, "one end is a time of day, the other is not");
	if (!from.daily && from.range.low > to.range.high)
		return syntax_error(syntax, &low->place, "the range ends before it begins");
	*range = (struct range){ from.range.low, to.range.high };
	*daily = from.daily;
	return true;
}

bool
operand_range(struct syntax *syntax, const struct name *name, const struct word *word, struct range *range, bool *daily)
{
	struct constant constant;
	struct word low, high;

	if (constant_split(word, &low, &high))
		return read_span(syntax, name, &low, &high, range, daily);
	if (!constant_read(syntax, name, word, &constant))
		return false;
	if (!constant.is_number)
		return syntax_error(syntax, &word->place, "\"%.*s\" has no order", (int)word->length, word->text);
	*range = constant.range;
	*daily = constant.daily;
	return true;
}

/* An element of `in`: a value, or LOW..HIGH where the field has an order. */
static bool
add_element(struct syntax *syntax, const struct name *name, const struct word *word, struct values *values)
{
	struct word low, high;
	struct range range = { 0 };
	bool daily = false;

	if (!term_has_order(name) || !constant_split(word, &low, &high))
		return add_constant(syntax, name, word, values);
	if (!operand_range(syntax, name, word, &range, &daily))
		return false;
	add_range(values, range, daily);
	return true;
}

struct node *
operand_equal(struct syntax *syntax, const struct name *name, const struct word *word)
{
	struct values values;

	if (name->type == NAME_CALL)
		return callset_in(syntax, name, syntax_list(syntax, NULL, word));
	if (name->type == NAME_FLAGS && (word->length == 0 || *word->text < '0' || *word->text > '9'))
		return operand_flags(syntax, name, NULL, word);
	init_values(syntax, &values, 1);
	if (!add_constant(syntax, name, word, &values))
		return NULL;
	return values_node(syntax, name, &word->place, &values);
}

struct node *
operand_in(struct syntax *syntax, const struct name *name, const struct words *words)
{
	struct node *node = NULL;
	struct values values;

	if (name->type == NAME_CALL)
		return callset_in(syntax, name, words);
	if (name->type == NAME_FLAGS) {
		node = tree_constant(syntax, false);
		for (size_t i = 0; i < words->count; i++)
			node = tree_or(syntax, &words->items[i].place, node, operand_equal(syntax, name, &words->items[i]));
		return node;
	}
	init_values(syntax, &values, words->count);
	for (size_t i = 0; i < words->count; i++)
		if (!add_element(syntax, name, &words->items[i], &values))
			return NULL;
	return values_node(syntax, name, &words->items[0].place, &values);
}

/* The numbers of all that are less than all of the range's, and so on. False if there are none. */
static bool
order_range(enum comparison comparison, struct range range, struct range all, struct range *result)
{
	switch (comparison) {
	case COMPARE_LESS:
		*result = (struct range){ all.low, range.low - (range.low > all.low) };
		return range.low > all.low;
	case COMPARE_MORE:
		*result = (struct range){ range.high + (range.high < all.high), all.high };
		return range.high < all.high;
	case COMPARE_AT_MOST:
		*result = (struct range){ all.low, range.high };
		return true;
	default:
		*result = (struct range){ range.low, all.high };
		return true;
	}
}

struct node *
operand_order(
    struct syntax *syntax, const struct name *name, enum comparison comparison, const struct word *word)
{
	struct constant constant;
	struct range *range = alloc(syntax, 1, sizeof(*range)), all = { INT64_MIN, INT64_MAX };

	if (!term_has_order(name))
		return syntax_error(syntax, &word->place, "%s is %s, which has no order", name->name, term_type(name));
	if (!constant_read(syntax, name, word, &constant))
		return NULL;
	if (!constant.is_number)
		return syntax_error(syntax, &word->place, "\"%.*s\" has no order", (int)word->length, word->text);
	if (constant.daily)
		all = (struct range){ 0, DAY - 1 };
	if (!order_range(comparison, constant.range, all, range))
		return tree_constant(syntax, false);
	if (name->type == NAME_CALL)
		return callset_range(syntax, name, range);
	if (constant.daily)
		return operand_ranges(syntax, name, TEST_DAILY, range, 1);
	return fold(syntax, operand_ranges(syntax, name, TEST_SET, range, 1));
}

/* "O_RDWR|O_CLOEXEC" as a sorted list without repetitions; each must be a word that the kernel's headers have. */
static bool
split_names(struct syntax *syntax, const struct word *word, const char *text, size_t length, struct text **names,
    size_t *count)
{
	const char *end = text + length;
	struct text *list = alloc(syntax, length / 2 + 1, sizeof(*list));
	size_t kept = 0, n = 0;
	int64_t number;

	while (text < end) {
		const char *bar = memchr(text, '|', (size_t)(end - text));

		list[n] = (struct text){ text, (size_t)((bar != NULL ? bar : end) - text) };
		if (!word_number(text, list[n].length, &number)) {
			syntax_error(syntax, &word->place, "no flag \"%.*s\"", (int)list[n].length, text);
			return false;
		}
		text += list[n++].length + 1;
	}
	sort_texts(list, n);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || text_order(&list[i], &list[kept - 1]) != 0)
			list[kept++] = list[i];
	*names = list;
	*count = kept;
	return kept > 0 || syntax_error(syntax, &word->place, "a flag is needed") != NULL;
}

/* O_ACCMODE is the one mask that has no name of its own in a value. */
static bool
split_mask(struct syntax *syntax, const struct word *word, struct text **names, size_t *count)
{
	static const char access[] = "O_RDONLY|O_WRONLY|O_RDWR";
	size_t length;
	const char *text = constant_text(syntax, word, &length);

	if (strcmp(text, "O_ACCMODE") == 0)
		return split_names(syntax, word, access, strlen(access), names, count);
	return split_names(syntax, word, text, length, names, count);
}

struct node *
operand_flags(struct syntax *syntax, const struct name *name, const struct word *mask, const struct word *wanted)
{
	struct node *node = term_test(syntax, TEST_NAMES, name, true);
	struct test *test = &node->test;
	struct text *names;

	if (mask != NULL) {
		if (!split_mask(syntax, mask, &names, &test->text_count))
			return NULL;
		test->texts = names;
	}
	if (wanted != NULL) {
		test->compare = true;
		if (!split_mask(syntax, wanted, &names, &test->wanted_count))
			return NULL;
		test->wanted_texts = names;
	}
	return node;
}
