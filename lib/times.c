/* Which times an expression can match, without a record: so that whole sections of a trail are passed over. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "expr.h"
#include "tree.h"

/* Does one of the ranges touch this span? */
static bool
any_touches(const struct test *test, int64_t first, int64_t last)
{
	for (size_t i = 0; i < test->range_count; i++)
		if (test->ranges[i].low <= last && test->ranges[i].high >= first)
			return true;
	return false;
}

/* Does one of them cover it? Ranges that border on each other are taken for ones that do not. */
static bool
one_covers(const struct test *test, int64_t first, int64_t last)
{
	for (size_t i = 0; i < test->range_count; i++)
		if (test->ranges[i].low <= first && test->ranges[i].high >= last)
			return true;
	return false;
}

/* A time of day comes every day, and what is no time tells nothing. */
static bool
test_may_match(const struct test *test, int64_t first, int64_t last)
{
	if (test->slot != SLOT_TIME || test->kind != TEST_SET)
		return true;
	return test->negate ? !one_covers(test, first, last) : any_touches(test, first, last);
}

/* The compiler has bounded the depth. */
static bool
may_match(const struct node *node, int64_t first, int64_t last)
{
	const struct node *child = node->first;

	switch (node->kind) {
	case NODE_FALSE:
		return false;
	case NODE_TRUE:
		return true;
	case NODE_ALL:
		while (child != NULL && may_match(child, first, last))
			child = child->next;
		return child == NULL;
	case NODE_ANY:
		while (child != NULL && !may_match(child, first, last))
			child = child->next;
		return child != NULL;
	case NODE_TEST:
		break;
	}
	return test_may_match(&node->test, first, last);
}

bool
expr_may_match(const struct expr *expr, int64_t first, int64_t last)
{
	return may_match(expr->root, first, last);
}
