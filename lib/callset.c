/* Tests of system calls. All names are tried when the expression is compiled: what is left to do for a record is one bit. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "nearest.h"
#include "syscalls.h"
#include "term.h"

static struct calls *
new_calls(struct syntax *syntax)
{
	struct calls *calls = arena_alloc(&syntax->expr->arena, sizeof(*calls));

	memset(calls, 0, sizeof(*calls));
	return calls;
}

/* Architectures without a table here are compared with the ranges themselves. */
static void
add_ranges(struct calls *calls, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (int64_t n = 0; n < SYSCALL_MAX; n++)
			if (ranges[i].low <= n && n <= ranges[i].high)
				for (size_t arch = 0; arch < CALLS_ARCHS; arch++)
					calls->bits[arch][n / 64] |= UINT64_C(1) << (n % 64);
}

/* Adds the calls whose names pass. Returns whether there are any. */
static bool
add_named(struct calls *calls, bool (*pass)(const void *arg, const char *name), const void *arg)
{
	bool any = false;

	for (size_t arch = 0; arch < CALLS_ARCHS && arch_at(arch) != NULL; arch++)
		for (int32_t n = 0; n < SYSCALL_MAX; n++) {
			const char *name = syscall_at(arch, n);

			if (name == NULL || !pass(arg, name))
				continue;
			calls->bits[arch][n / 64] |= UINT64_C(1) << (n % 64);
			any = true;
		}
	return any;
}

static struct node *
make_test(
    struct syntax *syntax, const struct name *name, const struct calls *calls, struct range *ranges, size_t count)
{
	struct node *node = operand_ranges(syntax, name, TEST_CALL, ranges, count);

	node->test.calls = calls;
	return node;
}

static bool
is_name(const void *arg, const char *name)
{
	const struct text *wanted = arg;

	return strlen(name) == wanted->length && memcmp(name, wanted->text, wanted->length) == 0;
}

static void *
report_unknown(struct syntax *syntax, const struct word *word)
{
	const char *best = NULL;
	unsigned least = edit_distance_limit(word->length) + 1;

	for (size_t arch = 0; arch_at(arch) != NULL; arch++)
		for (int32_t n = 0; n < SYSCALL_MAX; n++) {
			const char *name = syscall_at(arch, n);
			unsigned d = name == NULL ? least : edit_distance(word->text, word->length, name, strlen(name));

			if (d < least) {
				least = d;
				best = name;
			}
		}
	return syntax_unknown(syntax, word, "system call", best);
}

struct node *
callset_in(struct syntax *syntax, const struct name *name, const struct words *words)
{
	struct calls *calls = new_calls(syntax);
	struct range *ranges = arena_alloc(&syntax->expr->arena, words->count * sizeof(*ranges));
	size_t count = 0;
	bool daily;

	for (size_t i = 0; i < words->count; i++) {
		const struct word *word = &words->items[i];
		struct text text;

		text.text = constant_text(syntax, word, &text.length);
		if (add_named(calls, is_name, &text))
			continue;
		if (strspn(text.text, "0123456789abcdefx.-") != text.length)
			return report_unknown(syntax, word);
		if (!operand_range(syntax, name, word, &ranges[count++], &daily))
			return NULL;
	}
	add_ranges(calls, ranges, count);
	return make_test(syntax, name, calls, ranges, count);
}

struct node *
callset_range(struct syntax *syntax, const struct name *name, struct range *range)
{
	struct calls *calls = new_calls(syntax);

	add_ranges(calls, range, 1);
	return make_test(syntax, name, calls, range, 1);
}

struct pattern {
	const struct test *test;
	pcre2_match_context *limits;
};

static bool
matches(const void *arg, const char *name)
{
	const struct pattern *pattern = arg;

	if (pattern->test->kind == TEST_GLOB)
		return glob_match(&pattern->test->glob, name, strlen(name));
	return regex_match(pattern->test->regex, pattern->limits, name, strlen(name)) == 1;
}

struct node *
callset_pattern(struct syntax *syntax, const struct name *name, const struct test *test)
{
	struct calls *calls = new_calls(syntax);
	struct pattern pattern = { test, syntax->expr->limits };

	add_named(calls, matches, &pattern);
	return make_test(syntax, name, calls, NULL, 0);
}
