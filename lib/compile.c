/* From the grammar's actions to a tree that evaluate.c can run: checks, resolves, folds, and puts what is cheap first. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "expr.h"
#include "span.h"
#include "syntax.h"
#include "tree.h"

enum { LENGTH_MAX = 1 << 20 }; /* bytes of source text */

static struct node *
new_node(struct syntax *syntax, enum node_kind kind)
{
	struct node *node = arena_alloc(&syntax->expr->arena, sizeof(*node));

	*node = (struct node){ .kind = kind };
	return node;
}

struct node *
tree_constant(struct syntax *syntax, bool truth)
{
	return new_node(syntax, truth ? NODE_TRUE : NODE_FALSE);
}

static void
append(struct node *parent, struct node *first, struct node *last)
{
	if (parent->first == NULL)
		parent->first = first;
	else
		parent->last->next = first;
	parent->last = last;
}

/* The node as a list of children for a parent of that kind: its own children if it is of the same kind. */
static void
adopt(struct node *parent, struct node *node)
{
	unsigned depth = node->depth;

	if (node->kind == parent->kind) {
		append(parent, node->first, node->last);
	} else {
		append(parent, node, node);
		depth++;
	}
	if (depth > parent->depth)
		parent->depth = (unsigned short)depth;
}

/* ALL or ANY of both. A constant operand either decides or does not matter. */
static struct node *
join(struct syntax *syntax, const struct place *place, enum node_kind kind, struct node *a, struct node *b)
{
	enum node_kind decides = kind == NODE_ALL ? NODE_FALSE : NODE_TRUE;
	enum node_kind idle = kind == NODE_ALL ? NODE_TRUE : NODE_FALSE;
	struct node *node;

	if (a == NULL || b == NULL)
		return NULL;
	if (a->kind == decides || b->kind == idle)
		return a;
	if (b->kind == decides || a->kind == idle)
		return b;
	if (a->kind == kind) {
		adopt(a, b);
		node = a;
	} else {
		node = new_node(syntax, kind);
		adopt(node, a);
		adopt(node, b);
	}
	if (node->depth > TREE_DEPTH)
		return syntax_error(syntax, place, "nested too deeply");
	return node;
}

struct node *
tree_and(struct syntax *syntax, const struct place *place, struct node *a, struct node *b)
{
	return join(syntax, place, NODE_ALL, a, b);
}

struct node *
tree_or(struct syntax *syntax, const struct place *place, struct node *a, struct node *b)
{
	return join(syntax, place, NODE_ANY, a, b);
}

/* By De Morgan down to the terms, so that no negation is left in the tree. */
struct node *
tree_not(struct node *node)
{
	if (node == NULL)
		return NULL;
	switch (node->kind) {
	case NODE_FALSE:
		node->kind = NODE_TRUE;
		break;
	case NODE_TRUE:
		node->kind = NODE_FALSE;
		break;
	case NODE_ALL:
	case NODE_ANY:
		node->kind = node->kind == NODE_ALL ? NODE_ANY : NODE_ALL;
		for (struct node *child = node->first; child != NULL; child = child->next)
			tree_not(child);
		break;
	case NODE_TEST:
		node->test.negate = !node->test.negate;
		break;
	}
	return node;
}

/* Children by cost, else as they were written: evaluation has no effects, so that only the speed changes. */
static void
order_children(struct node *node)
{
	struct node *first[TREE_COSTS] = { NULL }, *last[TREE_COSTS] = { NULL }, *next;

	for (struct node *child = node->first; child != NULL; child = next) {
		next = child->next;
		child->next = NULL;
		order_children(child);
		if (child->cost > node->cost)
			node->cost = child->cost;
		if (first[child->cost] == NULL)
			first[child->cost] = child;
		else
			last[child->cost]->next = child;
		last[child->cost] = child;
	}
	node->first = NULL;
	for (int cost = 0; cost < TREE_COSTS; cost++)
		if (first[cost] != NULL)
			append(node, first[cost], last[cost]);
}

/* Does the text hold HP-UX's filter blocks? Comments and empty lines may come before the first. */
static bool
is_filter(const char *text, size_t length)
{
	static const char word[] = "[filter]";
	const char *end = text + length;

	while (text < end) {
		if (*text == '#')
			text = memchr(text, '\n', (size_t)(end - text));
		else if (strchr(" \t\r\n", *text) == NULL)
			return (size_t)(end - text) >= strlen(word) && memcmp(text, word, strlen(word)) == 0;
		else
			text++;
		if (text == NULL)
			break;
	}
	return false;
}

static int64_t
clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * SECOND + now.tv_nsec;
}

struct expr *
expr_compile(const char *text, size_t length, const char *origin, unsigned line, const struct expr_context *context,
    struct err *error)
{
	static const struct expr_context nothing;
	struct expr *expr = mem_alloc_zero(1, sizeof(*expr));
	struct syntax syntax = {
		.text = text,
		.length = length,
		.origin = origin,
		.line = line,
		.context = context != NULL ? context : &nothing,
		.error = error,
		.filter = is_filter(text, length),
		.expr = expr,
	};

	syntax.now = syntax.context->now != 0 ? syntax.context->now : clock_now();
	expr->context = *syntax.context;
	expr->limits = regex_limits();
	expr->zone = arena_alloc(&expr->arena, sizeof(*expr->zone));
	*expr->zone = (struct zone){ 0 };
	if (length > LENGTH_MAX) {
		syntax.length = 0;
		syntax_error(&syntax, &(struct place){ 0, 0 }, "longer than %d bytes", LENGTH_MAX);
	} else if (syntax_parse(&syntax) != 0 && !syntax.failed) {
		syntax_error(&syntax, &(struct place){ 0, 0 }, "nested too deeply");
	}
	if (syntax.failed) {
		expr_free(expr);
		return NULL;
	}
	order_children(expr->root);
	return expr;
}

void
expr_free(struct expr *expr)
{
	if (expr == NULL)
		return;
	while (expr->regexes != NULL) {
		struct regex *next = expr->regexes->next;

		regex_free(expr->regexes);
		expr->regexes = next;
	}
	pcre2_match_context_free(expr->limits);
	arena_clear(&expr->arena);
	free(expr);
}
