/*
 * What scanner.l, grammar.y and the compiler share: the source text, words in it, and the constructors that the grammar's actions call.
 * A constructor returns NULL after it has reported what is wrong; the parse ends there.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SYNTAX_H
#define SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

#include "expr.h"
#include "tree.h"

/* A piece of the source text, in bytes from its beginning. */
struct place {
	size_t begin, end;
};

enum word_form {
	WORD_BARE,
	WORD_RAW,     /* 'quoted': every byte stands for itself */
	WORD_ESCAPED, /* "quoted": \" \\ \xHH mean one byte each */
	WORD_FIELD,   /* %{name} */
};

/* Borrows the source text; the quotes do not belong to it. */
struct word {
	const char *text;
	size_t length;
	enum word_form form;
	struct place place;
};

struct words {
	struct word *items; /* in the expression's arena */
	size_t count, capacity;
};

enum comparison {
	COMPARE_EQUAL,
	COMPARE_NOT_EQUAL,
	COMPARE_LESS,
	COMPARE_MORE,
	COMPARE_AT_MOST,
	COMPARE_AT_LEAST,
	COMPARE_REGEX,
	COMPARE_NOT_REGEX,
	COMPARE_GLOB,
	COMPARE_NOT_GLOB,
};

struct syntax {
	const char *text;
	size_t length;
	const char *origin; /* for messages */
	unsigned line;      /* of the text's first line */
	const struct expr_context *context;
	int64_t now; /* ns since 1970 */
	struct err *error;
	bool failed;       /* *error is set */
	bool begun;        /* the scanner has told the parser which language it is */
	bool filter;       /* HP-UX's filter blocks */
	size_t offset;     /* of the scanner */
	struct expr *expr; /* being made: owns all memory */
};

/* In scanner.l: runs the parser over the whole text. Returns 0 if it was accepted. */
int syntax_parse(struct syntax *syntax);

/* Reports what is wrong there, unless something was reported before. Returns NULL. */
void *syntax_error(struct syntax *syntax, const struct place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Reports that there is no such thing, and what looks like it; nearest may be NULL. Returns NULL. */
void *syntax_unknown(struct syntax *syntax, const struct word *word, const char *thing, const char *nearest);

/* Passes a warning about that place to the context, if it wants any. */
void syntax_warn(struct syntax *syntax, const struct place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Appends a word to a list; list may be NULL for a new one. */
struct words *syntax_list(struct syntax *syntax, struct words *list, const struct word *word);

/* Boolean structure. They take over their operands. */
struct node *tree_constant(struct syntax *syntax, bool truth);
struct node *tree_and(struct syntax *syntax, const struct place *place, struct node *a, struct node *b);
struct node *tree_or(struct syntax *syntax, const struct place *place, struct node *a, struct node *b);
struct node *tree_not(struct node *node);

/* Terms: FIELD op VALUE; FIELD in (VALUES); exists FIELD; FIELD & MASK, and its comparison with wanted unless that is NULL. */
struct node *tree_compare(
    struct syntax *syntax, const struct word *field, enum comparison comparison, const struct word *value);
struct node *tree_in(struct syntax *syntax, const struct word *field, const struct words *values);
struct node *tree_exists(struct syntax *syntax, const struct word *field);
struct node *tree_mask(struct syntax *syntax, const struct word *field, const struct word *mask,
    enum comparison comparison, const struct word *wanted);

/* In filter.c: one condition of an HP-UX filter, and a whole rule list: includes are what every record must meet. */
struct node *filter_condition(
    struct syntax *syntax, const struct word *keyword, enum comparison comparison, const struct word *value);

/* In constant.c: what a word means as a value of that field. */
struct constant {
	bool is_number;     /* else it is text */
	struct range range; /* all numbers that the word stands for: FAIL is every failure, a date a whole day */
	bool daily;         /* the range is a time of day */
	const char *text;   /* in the expression's arena */
	size_t length;
};

/* Reads the word as a value of the named type. False after reporting why it is none. */
bool constant_read(struct syntax *syntax, const struct name *name, const struct word *word, struct constant *constant);

/* The word's bytes, escapes resolved, in the expression's arena, with a NUL behind them. */
const char *constant_text(struct syntax *syntax, const struct word *word, size_t *length);

/* The word as text for a pattern: only \" of a quoted word is resolved, all other escapes belong to the pattern. */
const char *constant_pattern(struct syntax *syntax, const struct word *word, size_t *length);

/* The address or network that the word names, as its first and last address. False if it is none. */
bool constant_network(const char *text, size_t length, struct address_range *range);

/* Splits LOW..HIGH; either may be empty. False if the word holds no "..". */
bool constant_split(const struct word *word, struct word *low, struct word *high);

#endif
