/*
 * A bounded table of what was used lately, by number. Entries are the caller's, with a struct lru_link as their first member; where the
 * table is full, or holds too much, the caller takes out the one that was not used for longest.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LRU_H
#define LRU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lru_link {
	uint64_t key;
	struct lru_link *next; /* in the same bucket */
	struct lru_link *newer, *older;
	size_t weight; /* bytes */
};

struct lru {
	struct lru_link **buckets;
	unsigned bits; /* there are 2 to that power */
	size_t count, max;
	size_t weight;                    /* of all entries, as far as the caller told */
	struct lru_link *newest, *oldest; /* by their last use; NULL where the table is empty */
};

/* The table holds at most max entries, which must be at least 2. */
void lru_init(struct lru *lru, size_t max);

/* Frees what lru_init() made; the entries are the caller's business, before. */
void lru_clear(struct lru *lru);

/* The entry with that key, which is now the newest; NULL if there is none. */
struct lru_link *lru_find(struct lru *lru, uint64_t key);

/* Takes an entry in; there must be no other with that key, and room. */
void lru_add(struct lru *lru, struct lru_link *link, uint64_t key);
void lru_remove(struct lru *lru, struct lru_link *link);

/* The entry, with all that it holds, takes so many bytes now. */
void lru_weigh(struct lru *lru, struct lru_link *link, size_t weight);

static inline bool
lru_is_full(const struct lru *lru)
{
	return lru->count == lru->max;
}

#endif
