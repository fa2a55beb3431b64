/*
 * Unit tests: a program of functions, run in turn by test(), that CHECK what they expect. Prints TAP for tests/run.sh.
 * A failed check says where and what, and the test goes on.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHECK_H
#define CHECK_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned check_failures, check_tests, check_failed_tests;

/* After so many failures of one test the rest is only counted. */
enum { CHECK_SHOWN = 20 };

#define CHECK(condition)                      check_true((condition), #condition, __FILE__, __LINE__)
#define CHECK_NUMBER(actual, expected)        check_number((int64_t)(actual), (int64_t)(expected), #actual, __FILE__, __LINE__)
#define CHECK_BYTES(actual, length, expected) check_bytes((actual), (length), (expected), #actual, __FILE__, __LINE__)

static inline bool
check_true(bool holds, const char *what, const char *file, int line)
{
	if (!holds && ++check_failures <= CHECK_SHOWN)
		printf("# %s:%d: not true: %s\n", file, line, what);
	return holds;
}

static inline bool
check_number(int64_t actual, int64_t expected, const char *what, const char *file, int line)
{
	if (actual != expected && ++check_failures <= CHECK_SHOWN)
		printf("# %s:%d: %s is %" PRId64 ", not %" PRId64 "\n", file, line, what, actual, expected);
	return actual == expected;
}

static inline void
check_print_bytes(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		printf(text[i] < ' ' || text[i] > '~' ? "\\x%02x" : "%c", (unsigned char)text[i]);
}

/* The actual bytes are those of the string. */
static inline bool
check_bytes(const void *actual, size_t length, const char *expected, const char *what, const char *file, int line)
{
	bool same = length == strlen(expected) && memcmp(actual, expected, length) == 0;

	if (!same && ++check_failures <= CHECK_SHOWN) {
		printf("# %s:%d: %s is [", file, line, what);
		check_print_bytes(actual, length);
		printf("], not [");
		check_print_bytes(expected, strlen(expected));
		printf("]\n");
	}
	return same;
}

static inline void
test(const char *name, void (*function)(void))
{
	check_failures = 0;
	function();
	if (check_failures > 0)
		check_failed_tests++;
	printf("%sok %u - %s\n", check_failures > 0 ? "not " : "", ++check_tests, name);
	fflush(stdout);
}

/* Where the test cannot run. A reason that begins with "optional: " is no failure under STRICT=1 either. */
static inline void
test_skip(const char *name, const char *why)
{
	printf("ok %u - %s # skip %s\n", ++check_tests, name, why);
}

/* What main() returns. */
static inline int
test_end(void)
{
	printf("1..%u\n", check_tests);
	return check_failed_tests > 0;
}

/* A copy in memory of exactly that size, so that the address sanitizer sees a read beyond it. Ended by free(). */
static inline char *
exact_copy(const void *data, size_t length)
{
	char *copy = malloc(length ? length : 1);

	if (copy == NULL)
		abort();
	memcpy(copy, data, length);
	return copy;
}

/* A whole file in memory, with a NUL behind it; aborts if it cannot be read. Ended by free(). */
static inline char *
read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	size_t capacity = 1 << 16, n;
	char *data = malloc(capacity);

	*length = 0;
	if (file == NULL || data == NULL) {
		perror(path);
		abort();
	}
	while ((n = fread(data + *length, 1, capacity - 1 - *length, file)) > 0)
		if ((*length += n) == capacity - 1 && (data = realloc(data, capacity *= 2)) == NULL)
			abort();
	fclose(file);
	data[*length] = '\0';
	return data;
}

/* Numbers that are the same on every run: xorshift64*. The seed must not be 0. */
static inline uint64_t
random_next(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * 0x2545f4914f6cdd1dull;
}

#endif
