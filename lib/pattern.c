/* Shell patterns and regular expressions, both safe against hostile patterns and hostile text. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tree.h"

enum {
	MATCH_LIMIT = 200000,    /* steps of one search: some milliseconds */
	DEPTH_LIMIT = 10000,     /* nested alternatives that one search keeps */
	HEAP_LIMIT = 4096,       /* KiB of one search without JIT */
	PATTERN_MAX = 64 * 1024, /* bytes */
};

/* The byte that a pattern's element at *p stands for, a backslash resolved. *p is moved behind it. */
static unsigned char
literal(const char **p, const char *end)
{
	if (**p == '\\' && *p + 1 < end)
		++*p;
	return (unsigned char)*(*p)++;
}

/*
 * Is c in the [set] that begins at *p? *p is moved behind it. A set that is never closed is no set: then *p stays, and the
 * bracket is a byte like any other.
 */
static bool
in_set(const char **p, const char *end, unsigned char c)
{
	const char *at = *p + 1;
	bool found = false, negate = at < end && (*at == '!' || *at == '^');

	at += negate;
	for (const char *begin = at; at < end && (*at != ']' || at == begin);) {
		unsigned char low = literal(&at, end), high = low;

		if (at + 1 < end && *at == '-' && at[1] != ']') {
			at++;
			high = literal(&at, end);
		}
		found |= low <= c && c <= high;
	}
	if (at >= end)
		return literal(p, end) == c;
	*p = at + 1;
	return found != negate;
}

/* One element of the pattern that is no star against one byte. *p is moved behind it. */
static bool
match_one(const char **p, const char *end, unsigned char c)
{
	if (**p == '?') {
		++*p;
		return true;
	}
	return **p == '[' ? in_set(p, end, c) : literal(p, end) == c;
}

bool
glob_match(const struct text *pattern, const char *text, size_t length)
{
	const char *p = pattern->text, *end = p + pattern->length, *stop = text + length;
	const char *after_star = NULL, *retry = NULL;

	/* Only the last star needs to be tried again: what the ones before it took can stay as it is. */
	while (text < stop || p < end) {
		if (p < end && *p == '*') {
			after_star = ++p;
			retry = text;
			continue;
		}
		if (p < end && text < stop && match_one(&p, end, (unsigned char)*text)) {
			text++;
			continue;
		}
		if (after_star == NULL || retry == stop)
			return false;
		text = ++retry;
		p = after_star;
	}
	return true;
}

/* A byte that stands for itself in a regular expression, whatever stands around it. */
static bool
is_itself(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c != '\0' && strchr("/_-,:=@% ", c) != NULL);
}

/*
 * Is the pattern, for what it begins and ends with, as simple as it looks? No escapes, sets or options, and alternatives only
 * within parentheses.
 */
static bool
is_simple(const char *pattern, size_t length)
{
	int depth = 0;

	for (size_t i = 0; i < length; i++) {
		if (pattern[i] == '(') {
			if (i + 1 < length && (pattern[i + 1] == '?' || pattern[i + 1] == '*'))
				return false;
			depth++;
		} else if (pattern[i] == ')') {
			depth--;
		} else if (pattern[i] == '\\' || pattern[i] == '[' || (pattern[i] == '|' && depth == 0)) {
			return false;
		}
	}
	return true;
}

/* Keeps an end of the pattern, if it is not too long. Returns its length. */
static uint8_t
copy_end(char to[static REGEX_END], const char *from, const char *end)
{
	if (end - from > REGEX_END)
		return 0;
	memcpy(to, from, (size_t)(end - from));
	return (uint8_t)(end - from);
}

/* The bytes behind `^' and before `$' that every match has: most values are told by them without a search. */
static void
find_ends(struct regex *regex, const char *pattern, size_t length)
{
	const char *at = pattern, *end = pattern + length;

	if (length < 2 || !is_simple(pattern, length))
		return;
	if (*at == '^') {
		for (at++; at < end && is_itself(*at); at++)
			continue;
		if (at < end && strchr("*+?{", *at) != NULL && at > pattern + 1)
			at--; /* what is repeated may be missing */
		regex->head_length = copy_end(regex->head, pattern + 1, at);
	}
	if (end[-1] == '$') {
		for (at = end - 1; at > pattern && is_itself(at[-1]); at--)
			continue;
		regex->tail_length = copy_end(regex->tail, at, end - 1);
	}
}

/*
 * Patterns work on bytes: names of files have no encoding. (*UTF) at a pattern's beginning makes it work on characters; only then what is
 * none must be allowed for, which would make any pattern work on characters.
 */
static pcre2_code *
compile_pattern(const char *pattern, size_t length, int *problem, size_t *offset)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	uint32_t options = PCRE2_DOLLAR_ENDONLY;
	pcre2_code *code;

	if (context != NULL)
		pcre2_set_max_pattern_length(context, PATTERN_MAX);
	code = pcre2_compile((PCRE2_SPTR)pattern, length, options, problem, offset, context);
	if (code != NULL && pcre2_pattern_info(code, PCRE2_INFO_ALLOPTIONS, &options) == 0 && (options & PCRE2_UTF)) {
		pcre2_code_free(code);
		options = PCRE2_DOLLAR_ENDONLY | PCRE2_MATCH_INVALID_UTF;
		code = pcre2_compile((PCRE2_SPTR)pattern, length, options, problem, offset, context);
	}
	pcre2_compile_context_free(context);
	return code;
}

struct regex *
regex_new(const char *pattern, size_t length, char *message, size_t size, size_t *offset)
{
	struct regex *regex = mem_alloc_zero(1, sizeof(*regex));
	int problem;

	regex->code = compile_pattern(pattern, length, &problem, offset);
	if (regex->code == NULL) {
		if (pcre2_get_error_message(problem, (PCRE2_UCHAR *)message, size) < 0)
			snprintf(message, size, "error %d", problem);
		free(regex);
		return NULL;
	}
	find_ends(regex, pattern, length);
	regex->jit = pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE) == 0;
	regex->match = pcre2_match_data_create(1, NULL);
	return regex;
}

void
regex_free(struct regex *regex)
{
	pcre2_match_data_free(regex->match);
	pcre2_code_free(regex->code);
	free(regex);
}

pcre2_match_context *
regex_limits(void)
{
	pcre2_match_context *limits = pcre2_match_context_create(NULL);

	pcre2_set_match_limit(limits, MATCH_LIMIT);
	pcre2_set_depth_limit(limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(limits, HEAP_LIMIT);
	return limits;
}

int
regex_match(struct regex *regex, pcre2_match_context *limits, const char *text, size_t length)
{
	int rc = PCRE2_ERROR_JIT_STACKLIMIT;

	if (length < regex->head_length || memcmp(text, regex->head, regex->head_length) != 0 || length < regex->tail_length ||
	    memcmp(text + length - regex->tail_length, regex->tail, regex->tail_length) != 0)
		return 0;
	if (regex->jit)
		rc = pcre2_jit_match(regex->code, (PCRE2_SPTR)text, length, 0, 0, regex->match, limits);
	/* JIT's 32 KiB of machine stack were too few: the interpreter has the heap. */
	if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
		rc = pcre2_match(regex->code, (PCRE2_SPTR)text, length, 0, PCRE2_NO_JIT, regex->match, limits);
	if (rc >= 0)
		return 1;
	return rc == PCRE2_ERROR_NOMATCH ? 0 : -1;
}
