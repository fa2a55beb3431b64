/* SPDX-License-Identifier: BSD-2-Clause */
#include "strmap.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

enum { SIZE_FIRST = 16 };

void
strmap_clear(struct strmap *map)
{
	free(map->slots);
	*map = (struct strmap){ 0 };
}

/* FNV-1a. */
static uint32_t
hash_of(const char *key)
{
	uint32_t hash = 2166136261u;

	for (; *key != '\0'; key++)
		hash = (hash ^ (unsigned char)*key) * 16777619u;
	return hash;
}

/* The slot that holds the key, or the free one where it belongs. */
static struct strmap_slot *
slot_of(const struct strmap *map, const char *key, uint32_t hash)
{
	size_t i = hash & (map->size - 1);

	while (map->slots[i].key != NULL && (map->slots[i].hash != hash || strcmp(map->slots[i].key, key) != 0))
		i = (i + 1) & (map->size - 1);
	return &map->slots[i];
}

/* Keeps a quarter of the slots free, so that runs stay short. */
static void
make_room(struct strmap *map)
{
	struct strmap larger = { .count = map->count, .size = map->size == 0 ? SIZE_FIRST : map->size * 2 };

	if (map->size != 0 && (map->count + 1) * 4 <= map->size * 3)
		return;
	larger.slots = mem_alloc_zero(larger.size, sizeof(*larger.slots));
	for (size_t i = 0; i < map->size; i++)
		if (map->slots[i].key != NULL)
			*slot_of(&larger, map->slots[i].key, map->slots[i].hash) = map->slots[i];
	free(map->slots);
	*map = larger;
}

const uint32_t *
strmap_find(const struct strmap *map, const char *key)
{
	const struct strmap_slot *slot;

	if (map->size == 0)
		return NULL;
	slot = slot_of(map, key, hash_of(key));
	return slot->key == NULL ? NULL : &slot->value;
}

uint32_t *
strmap_add(struct strmap *map, const char *key, bool *added)
{
	uint32_t hash = hash_of(key);
	struct strmap_slot *slot;

	make_room(map);
	slot = slot_of(map, key, hash);
	if (added != NULL)
		*added = slot->key == NULL;
	if (slot->key == NULL) {
		*slot = (struct strmap_slot){ .key = key, .hash = hash };
		map->count++;
	}
	return &slot->value;
}
