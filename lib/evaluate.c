/* Runs a compiled expression against a record. Touches nothing but the record, the view and the expression. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <string.h>
#include <time.h>

#include "bytes.h"
#include "expr.h"
#include "rectype.h"
#include "span.h"
#include "tree.h"

static bool
fetch_id(uint32_t id, struct value *value)
{
	if (id != ID_UNSET) {
		*value = (struct value){ .has_number = true, .number = id };
	} else {
		*value = (struct value){ .text = "unset", .length = 5 };
	}
	return true;
}

static bool
fetch_number(int64_t number, struct value *value)
{
	*value = (struct value){ .has_number = true, .number = number };
	return true;
}

static bool
fetch_text(const char *text, struct value *value)
{
	*value = (struct value){ .text = text, .length = strlen(text) };
	return value->length > 0;
}

/* The header's field, or nothing, as the vocabulary (value.c) has it, but without a look at the facts for a user's name. */
static bool
fetch_header(enum slot slot, const struct record *record, struct value *value)
{
	switch (slot) {
	case SLOT_LOGIN:
		return fetch_id(record->login, value);
	case SLOT_REAL:
		return fetch_id(record->real, value);
	case SLOT_EFFECTIVE:
		return fetch_id(record->effective, value);
	case SLOT_SESSION:
		return fetch_id(record->session, value);
	case SLOT_PID:
		return record->pid != 0 && fetch_number(record->pid, value);
	case SLOT_PPID:
		return record_has_parent(record) && fetch_number(record->ppid, value);
	case SLOT_TID:
		return record->tid != 0 && fetch_number(record->tid, value);
	case SLOT_RESULT:
		return fetch_number(record->result, value);
	case SLOT_SERIAL:
		return fetch_number((int64_t)record->serial, value);
	case SLOT_TIME:
		return fetch_number(record->time, value);
	case SLOT_EVENT:
		return fetch_text(record->event, value);
	case SLOT_COMMAND:
		return fetch_text(record->command, value);
	case SLOT_SYSCALL:
		return record->syscall != -1 && fetch_number(record->syscall, value);
	case SLOT_EXIT:
	case SLOT_NONE:
		break;
	}
	return false;
}

/* The field's value number nth. */
static bool
fetch(enum slot slot, const struct name *name, struct view *view, size_t nth, struct value *value)
{
	if (slot == SLOT_NONE)
		return name_value(name, view, nth, value);
	if (nth > 0)
		return false;
	if (slot == SLOT_EXIT) {
		/* -1 is EPERM, or that there is none: only the lines tell. */
		return view->record->exit == -1 ? name_value(name, view, nth, value) : fetch_number(view->record->exit, value);
	}
	return fetch_header(slot, view->record, value);
}

int
text_order(const struct text *a, const struct text *b)
{
	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	return memcmp(a->text, b->text, a->length);
}

static bool
has_text(const struct text *texts, size_t count, const char *text, size_t length)
{
	struct text wanted = { text, length };
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = text_order(&wanted, &texts[middle]);

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

static bool
has_number(const struct range *ranges, size_t count, int64_t number)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (number < ranges[middle].low)
			high = middle;
		else if (number > ranges[middle].high)
			low = middle + 1;
		else
			return true;
	}
	return false;
}

static bool
in_texts(const struct test *test, const struct value *value)
{
	return test->text_count > 0 && value->text != NULL &&
	    has_text(test->texts, test->text_count, value->text, value->length);
}

static bool
in_ranges(const struct test *test, const struct value *value)
{
	return value->has_number && has_number(test->ranges, test->range_count, value->number);
}

/* Local time of day of a moment, ns since midnight. */
static int64_t
time_of_day(struct zone *zone, int64_t moment)
{
	int64_t quarter = moment / (900 * SECOND), day;
	time_t t = (time_t)(moment / SECOND);
	struct tm tm;

	if (!zone->known || quarter != zone->quarter) {
		localtime_r(&t, &tm);
		*zone = (struct zone){ quarter, tm.tm_gmtoff * SECOND, true };
	}
	day = (moment % DAY + zone->offset) % DAY;
	return day < 0 ? day + DAY : day;
}

/* An address as 16 bytes, IPv4 mapped into IPv6; a zone, fe80::1%eth0, is no part of it. */
static bool
read_address(const char *text, size_t length, unsigned char *address)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	const char *zone = memchr(text, '%', length);
	char copy[INET6_ADDRSTRLEN];

	if (zone != NULL)
		length = (size_t)(zone - text);
	if (length >= sizeof(copy))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	if (inet_pton(AF_INET, copy, address + 12) == 1) {
		memcpy(address, mapped, sizeof(mapped));
		return true;
	}
	return inet_pton(AF_INET6, copy, address) == 1;
}

static bool
in_networks(const struct test *test, const struct value *value)
{
	unsigned char address[16];

	if (value->text == NULL || !read_address(value->text, value->length, address))
		return false;
	for (size_t i = 0; i < test->network_count; i++) {
		const struct address_range *range = &test->networks[i];

		if (memcmp(address, range->low, 16) >= 0 && memcmp(address, range->high, 16) <= 0)
			return true;
	}
	return false;
}

/* Bits by number: any of the mask's, or what is left under it compared with what is wanted. */
static bool
has_bits(const struct test *test, const struct value *value)
{
	uint64_t left = (uint64_t)value->number & test->mask;

	return value->has_number && (test->compare ? left == test->wanted : left != 0);
}

/* The same by names, which stand in the value's text as "O_WRONLY|O_CREAT". No mask at all is every bit. */
static bool
has_names(const struct test *test, const struct value *value)
{
	const char *at = value->text, *end;
	size_t found = 0;

	if (at == NULL)
		return false;
	end = at + value->length;
	while (at < end) {
		const char *bar = memchr(at, '|', (size_t)(end - at));
		size_t length = (size_t)((bar != NULL ? bar : end) - at);

		if (test->text_count == 0 || has_text(test->texts, test->text_count, at, length)) {
			if (!test->compare)
				return true;
			if (!has_text(test->wanted_texts, test->wanted_count, at, length))
				return false;
			found++;
		}
		at += length + 1;
	}
	return test->compare && found == test->wanted_count;
}

static bool
in_calls(const struct test *test, const struct record *record, const struct value *value)
{
	int arch = arch_index(record->arch);
	int32_t place = arch < 0 || arch >= CALLS_ARCHS ? -1 : syscall_place((size_t)arch, (int32_t)value->number);

	if (place < 0)
		return in_ranges(test, value);
	return test->calls->bits[arch][place / 64] >> (place % 64) & 1;
}

static int
compare_values(const struct value *a, const struct value *b)
{
	size_t length = a->length < b->length ? a->length : b->length;
	int order;

	if (a->has_number && b->has_number)
		return a->number < b->number ? -1 : a->number > b->number;
	order = length > 0 ? memcmp(a->text, b->text, length) : 0;
	return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

/* Is there a value of the other field that compares as wanted? Numbers are compared with numbers, texts with texts. */
static bool
agrees_with_field(const struct test *test, struct view *view, const struct value *value)
{
	struct value other;

	for (size_t nth = 0; fetch(test->other_slot, test->other, view, nth, &other); nth++) {
		int order;

		if (value->has_number != other.has_number && (value->text == NULL || other.text == NULL))
			continue;
		order = compare_values(value, &other);
		if (order < 0 ? test->less : order > 0 ? test->more
						       : test->equal)
			return true;
	}
	return false;
}

static bool
matches_regex(const struct expr *expr, const struct test *test, const struct value *value, bool *give_up)
{
	int rc = value->text == NULL ? 0 : regex_match(test->regex, expr->limits, value->text, value->length);

	if (rc == -1) {
		*give_up = true;
		if (!test->regex->gave_up && expr->context.warn != NULL)
			expr->context.warn("a regular expression takes too long on some value, which counts as no match");
		test->regex->gave_up = true;
	}
	return rc == 1;
}

static bool
satisfies(const struct expr *expr, const struct test *test, struct view *view, const struct value *value, bool *give_up)
{
	switch (test->kind) {
	case TEST_EXISTS:
		return value->has_number || value->text == NULL || value->length != 5 || memcmp(value->text, "unset", 5) != 0;
	case TEST_SET:
		return in_ranges(test, value) || in_texts(test, value);
	case TEST_DAILY:
		return has_number(test->ranges, test->range_count, time_of_day(expr->zone, value->number));
	case TEST_ADDRESS:
		return in_networks(test, value) || in_texts(test, value);
	case TEST_REGEX:
		return matches_regex(expr, test, value, give_up);
	case TEST_GLOB:
		return value->text != NULL && glob_match(&test->glob, value->text, value->length);
	case TEST_MASK:
		return has_bits(test, value);
	case TEST_NAMES:
		return has_names(test, value);
	case TEST_CALL:
		return in_calls(test, view->record, value);
	case TEST_FIELDS:
		return agrees_with_field(test, view, value);
	case TEST_CLASS:
		break;
	}
	return false;
}

static bool
in_class(const struct expr *expr, const struct test *test, const struct record *record)
{
	for (size_t i = 0; i < test->text_count; i++)
		if (expr->context.in_class(expr->context.arg, test->texts[i].text, record->event,
			record->result == RESULT_OK) == 1)
			return true;
	return false;
}

struct glancer {
	const struct expr *expr;
	const struct test *test;
	struct view *view;
};

/* A value of which it cannot be said counts as satisfying: the glance gives up then. */
static bool
may_satisfy(void *arg, const struct value *value)
{
	const struct glancer *glancer = arg;
	bool give_up = false;

	return satisfies(glancer->expr, glancer->test, glancer->view, value, &give_up) || give_up;
}

/* Nothing of the record is parsed yet, or no more than the facts. */
static bool
is_fresh(const struct view *view)
{
	return view->line == 0 || (view->line == 1 && get_le16(view->record->lines) == TYPE_FACTS);
}

/* Before the kernel's lines are parsed; once they are, a look at them costs less. */
static bool
glance(const struct expr *expr, const struct test *test, struct view *view)
{
	struct glancer glancer = { expr, test, view };

	return test->glance != NULL && is_fresh(view) &&
	    glance_rules_out(test->glance, view->record, may_satisfy, &glancer);
}

/* Any value of the field may satisfy the test; the negation holds where none does, also where there is no value. */
static bool
run_test(const struct expr *expr, const struct test *test, struct view *view)
{
	struct value value;
	bool give_up = false;

	if (test->kind == TEST_CLASS)
		return in_class(expr, test, view->record) != test->negate;
	if (glance(expr, test, view))
		return test->negate;
	for (size_t nth = 0; !give_up && fetch(test->slot, test->name, view, nth, &value); nth++)
		if (satisfies(expr, test, view, &value, &give_up))
			return !test->negate;
	return test->negate;
}

/* The compiler has bounded the depth. */
static bool
run(const struct expr *expr, const struct node *node, struct view *view)
{
	const struct node *child;

	switch (node->kind) {
	case NODE_FALSE:
		return false;
	case NODE_TRUE:
		return true;
	case NODE_ALL:
		for (child = node->first; child != NULL; child = child->next)
			if (!run(expr, child, view))
				return false;
		return true;
	case NODE_ANY:
		for (child = node->first; child != NULL; child = child->next)
			if (run(expr, child, view))
				return true;
		return false;
	case NODE_TEST:
		break;
	}
	return run_test(expr, &node->test, view);
}

bool
expr_match(const struct expr *expr, struct view *view)
{
	return run(expr, expr->root, view);
}
