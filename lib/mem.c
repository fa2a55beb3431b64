/* SPDX-License-Identifier: BSD-2-Clause */
#include "mem.h"

#include <err.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void *
mem_alloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (p == NULL)
		err(1, "out of memory");
	return p;
}

void *
mem_aligned(size_t size)
{
	void *p = aligned_alloc(64, (size + 63) / 64 * 64);

	if (p == NULL)
		err(1, "out of memory");
	return p;
}

void *
mem_alloc_zero(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (p == NULL)
		err(1, "out of memory");
	return p;
}

void *
mem_resize(void *p, size_t size)
{
	p = realloc(p, size ? size : 1);
	if (p == NULL)
		err(1, "out of memory");
	return p;
}

char *
mem_string(const char *text, size_t length)
{
	char *p = mem_alloc(length + 1);

	memcpy(p, text, length);
	p[length] = '\0';
	return p;
}

void *
mem_grow(void *p, size_t *capacity, size_t need, size_t size)
{
	size_t more;

	if (p != NULL && need <= *capacity)
		return p;
	more = *capacity + *capacity / 2;
	if (more < need)
		more = need;
	if (more > (size_t)-1 / 2 / size)
		errx(1, "out of memory");
	*capacity = more;
	return mem_resize(p, more * size);
}

struct arena_block {
	struct arena_block *next;
	size_t size;
	max_align_t data[];
};

enum { ARENA_BLOCK = 4 * 1024 }; /* bytes; a larger wish gets a block of its own size */

void *
arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->blocks;
	void *p;

	size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	if (block == NULL || block->size - arena->used < size) {
		size_t block_size = size > ARENA_BLOCK ? size : ARENA_BLOCK;

		block = mem_alloc(sizeof(*block) + block_size);
		block->next = arena->blocks;
		block->size = block_size;
		arena->blocks = block;
		arena->used = 0;
	}
	p = (char *)block->data + arena->used;
	arena->used += size;
	return p;
}

char *
arena_string(struct arena *arena, const char *text, size_t length)
{
	char *p = arena_alloc(arena, length + 1);

	memcpy(p, text, length);
	p[length] = '\0';
	return p;
}

void
arena_clear(struct arena *arena)
{
	while (arena->blocks != NULL) {
		struct arena_block *next = arena->blocks->next;

		free(arena->blocks);
		arena->blocks = next;
	}
	arena->used = 0;
}

void
arena_reset(struct arena *arena)
{
	struct arena_block *keep = arena->blocks;

	arena->used = 0;
	if (keep == NULL || (keep->next == NULL && keep->size == ARENA_BLOCK))
		return;
	if (keep->size == ARENA_BLOCK) {
		arena->blocks = keep->next;
		keep->next = NULL;
	} else {
		keep = NULL;
	}
	arena_clear(arena);
	arena->blocks = keep;
}
