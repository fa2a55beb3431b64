/* SPDX-License-Identifier: BSD-2-Clause */
#include "lru.h"

#include <stdlib.h>

#include "mem.h"

void
lru_init(struct lru *lru, size_t max)
{
	*lru = (struct lru){ .bits = 1, .max = max };
	while ((size_t)1 << lru->bits < max)
		lru->bits++;
	lru->buckets = mem_alloc_zero((size_t)1 << lru->bits, sizeof(struct lru_link *));
}

void
lru_clear(struct lru *lru)
{
	free(lru->buckets);
	*lru = (struct lru){ 0 };
}

/* Multiplied by 2^64 divided by the golden ratio: the upper bits depend on all bits of the key. */
static struct lru_link **
bucket_of(const struct lru *lru, uint64_t key)
{
	return &lru->buckets[key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - lru->bits)];
}

static void
unlink_use(struct lru *lru, struct lru_link *link)
{
	*(link->newer != NULL ? &link->newer->older : &lru->newest) = link->older;
	*(link->older != NULL ? &link->older->newer : &lru->oldest) = link->newer;
}

static void
make_newest(struct lru *lru, struct lru_link *link)
{
	link->newer = NULL;
	link->older = lru->newest;
	*(lru->newest != NULL ? &lru->newest->newer : &lru->oldest) = link;
	lru->newest = link;
}

struct lru_link *
lru_find(struct lru *lru, uint64_t key)
{
	struct lru_link *link = *bucket_of(lru, key);

	while (link != NULL && link->key != key)
		link = link->next;
	if (link != NULL && link != lru->newest) {
		unlink_use(lru, link);
		make_newest(lru, link);
	}
	return link;
}

void
lru_add(struct lru *lru, struct lru_link *link, uint64_t key)
{
	struct lru_link **bucket = bucket_of(lru, key);

	link->key = key;
	link->weight = 0;
	link->next = *bucket;
	*bucket = link;
	make_newest(lru, link);
	lru->count++;
}

void
lru_remove(struct lru *lru, struct lru_link *link)
{
	struct lru_link **place = bucket_of(lru, link->key);

	while (*place != link)
		place = &(*place)->next;
	*place = link->next;
	unlink_use(lru, link);
	lru->count--;
	lru->weight -= link->weight;
}

void
lru_weigh(struct lru *lru, struct lru_link *link, size_t weight)
{
	lru->weight += weight - link->weight;
	link->weight = weight;
}
