/* The parts of the compiler that make terms: term.c, operand.c, callset.c. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TERM_H
#define TERM_H

#include <stdbool.h>

#include "syntax.h"

/* A term's node; needs_text: the test looks at the value's text, which the header itself has for few fields. name: NULL for a class. */
struct node *term_test(struct syntax *syntax, enum test_kind kind, const struct name *name, bool needs_text);

/* "a number", for messages. */
const char *term_type(const struct name *name);

/* Can its values be compared with <? */
bool term_has_order(const struct name *name);

/* Do its texts hold addresses, so that networks can be compared with them? */
bool term_is_address(const struct name *name);

bool word_is(const struct word *word, const char *text);

/*
 * In operand.c: field == word; any word, or range, of a list; <, > and so on; flags by name: FIELD & mask == wanted, where either may
 * be NULL.
 */
struct node *operand_equal(struct syntax *syntax, const struct name *name, const struct word *word);
struct node *operand_in(struct syntax *syntax, const struct name *name, const struct words *words);
struct node *operand_order(
    struct syntax *syntax, const struct name *name, enum comparison comparison, const struct word *word);
struct node *operand_flags(
    struct syntax *syntax, const struct name *name, const struct word *mask, const struct word *wanted);

/* A term whose value is one of the ranges. They are sorted and joined in place. */
struct node *operand_ranges(
    struct syntax *syntax, const struct name *name, enum test_kind kind, struct range *ranges, size_t count);

/* What a word, or LOW..HIGH, means as numbers; *daily: as times of day. False after reporting what is wrong. */
bool operand_range(
    struct syntax *syntax, const struct name *name, const struct word *word, struct range *range, bool *daily);

/* In callset.c: system calls by name or number, by range, and by pattern (test has it). */
struct node *callset_in(struct syntax *syntax, const struct name *name, const struct words *words);
struct node *callset_range(struct syntax *syntax, const struct name *name, struct range *range);
struct node *callset_pattern(struct syntax *syntax, const struct name *name, const struct test *test);

#endif
