/* Memory that is there, or the program ends: out of memory is the one error that the library does not return. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

void *mem_alloc(size_t size) __attribute__((returns_nonnull, malloc));
void *mem_alloc_zero(size_t count, size_t size) __attribute__((returns_nonnull, malloc));
void *mem_resize(void *p, size_t size) __attribute__((returns_nonnull));
/* For the vectors of libsodium, at a multiple of 64. Ended by free(). */
void *mem_aligned(size_t size) __attribute__((returns_nonnull, malloc));
char *mem_string(const char *text, size_t length) __attribute__((returns_nonnull));

/* Makes *p hold at least need elements of the given size, growing by half; *capacity counts elements. */
void *mem_grow(void *p, size_t *capacity, size_t need, size_t size) __attribute__((returns_nonnull));

/* Memory for many small things that are forgotten together. All zero is an empty arena. */
struct arena {
	struct arena_block *blocks; /* the one in use first */
	size_t used;                /* bytes of the first block */
};

void *arena_alloc(struct arena *arena, size_t size) __attribute__((returns_nonnull));
char *arena_string(struct arena *arena, const char *text, size_t length) __attribute__((returns_nonnull));

/* Forgets everything, and keeps one block for what comes. */
void arena_reset(struct arena *arena);
void arena_clear(struct arena *arena);

#endif
