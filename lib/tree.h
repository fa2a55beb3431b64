/* A compiled expression, as compile.c makes it and evaluate.c runs it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TREE_H
#define TREE_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "expr.h"
#include "glance.h"
#include "mem.h"
#include "syscalls.h"
#include "value.h"

/* Closed interval. Every comparison of numbers, and of times, is a set of these. */
struct range {
	int64_t low, high;
};

/* IPv6 in network order; IPv4 as ::ffff:a.b.c.d. */
struct address_range {
	unsigned char low[16], high[16];
};

struct text {
	const char *text; /* NUL-terminated too */
	size_t length;
};

enum { REGEX_END = 32 }; /* bytes of what begins or ends every match, at most */

struct regex {
	struct regex *next; /* of the expression, to be freed */
	pcre2_code *code;
	pcre2_match_data *match;
	char head[REGEX_END], tail[REGEX_END]; /* what every match begins and ends with, at the text's own ends */
	uint8_t head_length, tail_length;
	bool jit;
	bool gave_up; /* a match went over the limit, and that was said */
};

/* Header fields that are read straight from struct record. */
enum slot {
	SLOT_NONE, /* ask the vocabulary */
	SLOT_LOGIN,
	SLOT_REAL,
	SLOT_EFFECTIVE,
	SLOT_SESSION,
	SLOT_PID,
	SLOT_PPID,
	SLOT_TID,
	SLOT_RESULT,
	SLOT_EXIT,
	SLOT_SERIAL,
	SLOT_TIME,
	SLOT_EVENT,
	SLOT_COMMAND,
	SLOT_SYSCALL,
};

/* How one value of a field is tested. */
enum test_kind {
	TEST_EXISTS,
	TEST_SET,     /* the number is in one of the ranges, or the text is one of the texts */
	TEST_DAILY,   /* a time whose time of day is in one of the ranges */
	TEST_ADDRESS, /* the text as an address is in one of the networks, or the text is one of the texts */
	TEST_REGEX,
	TEST_GLOB,
	TEST_MASK,   /* bits by number */
	TEST_NAMES,  /* bits by name: texts are those of the mask */
	TEST_CALL,   /* the system call's bit is set in calls */
	TEST_CLASS,  /* the event is in one of the classes named by texts */
	TEST_FIELDS, /* compared with the values of another field */
};

enum { CALLS_ARCHS = 8 }; /* more than there are tables (syscalls.h) */

struct calls {
	uint64_t bits[CALLS_ARCHS][SYSCALL_MAX / 64]; /* one for each system call of each architecture */
};

struct test {
	enum test_kind kind;
	enum slot slot;
	bool negate;
	const struct name *name;    /* NULL for a class */
	struct glance *glance;      /* NULL: none is possible, or it would save nothing */
	const struct range *ranges; /* sorted, apart from each other */
	size_t range_count;
	const struct text *texts; /* sorted by length, then bytes */
	size_t text_count;
	union {
		struct {
			const struct address_range *networks;
			size_t network_count;
		};
		struct {
			uint64_t mask;
			bool compare; /* what is left under the mask is compared; else: is any bit set? */
			uint64_t wanted;
			const struct text *wanted_texts; /* sorted */
			size_t wanted_count;
		};
		struct regex *regex;
		struct text glob;
		const struct calls *calls;
		struct {
			const struct name *other;
			enum slot other_slot;
			bool less, equal, more; /* which outcomes are a match */
		};
	};
};

enum node_kind {
	NODE_FALSE,
	NODE_TRUE,
	NODE_ALL, /* of its children */
	NODE_ANY,
	NODE_TEST,
};

struct node {
	enum node_kind kind;
	unsigned char cost; /* 0 to TREE_COSTS - 1; of the dearest child */
	unsigned short depth;
	struct node *next; /* sibling */
	struct node *first, *last;
	struct test test;
};

enum {
	TREE_DEPTH = 200, /* of nested parentheses and negations */
	TREE_COSTS = 6,   /* enum name_cost, twice: patterns cost more than what else is in the same place */
};

/* The time zone's offset, remembered for the quarter of an hour that was asked for last: no zone changes within one. */
struct zone {
	int64_t quarter;
	int64_t offset; /* ns east of UTC */
	bool known;
};

struct expr {
	struct arena arena;
	struct node *root;
	struct regex *regexes;
	pcre2_match_context *limits;
	struct expr_context context;
	struct zone *zone; /* a cache: changes while matching */
};

/* The order of struct test's texts: by length, then by bytes. */
int text_order(const struct text *a, const struct text *b);

/* In pattern.c. */

/*
 * Does the whole text match the shell pattern? `*`, `?`, `[a-z]`, `[!a-z]`, backslash; a `/` is a byte like any other. Takes at most
 * as many steps as pattern times text has bytes.
 */
bool glob_match(const struct text *pattern, const char *text, size_t length);

/* Compiles a regular expression. Returns NULL with the reason in message and the byte in *offset. */
struct regex *regex_new(const char *pattern, size_t length, char *message, size_t size, size_t *offset);
void regex_free(struct regex *regex);

/* Is it found in the text? 1, 0, or -1 if the limits ended the search. */
int regex_match(struct regex *regex, pcre2_match_context *limits, const char *text, size_t length);
pcre2_match_context *regex_limits(void);

#endif
