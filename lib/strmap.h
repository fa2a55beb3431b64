/* A map from names to numbers: what was compiled from the configuration and is asked for with every record. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STRMAP_H
#define STRMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strmap_slot {
	const char *key; /* NULL where the slot is free */
	uint32_t hash;
	uint32_t value;
};

/* All zero is an empty map. Keys are borrowed: they must outlive the map. */
struct strmap {
	struct strmap_slot *slots;
	size_t count;
	size_t size; /* of slots: a power of two, or 0 */
};

void strmap_clear(struct strmap *map);

/* The number that belongs to the key, or NULL. */
const uint32_t *strmap_find(const struct strmap *map, const char *key);

/*
 * The number that belongs to the key, which is put in with 0 if it was not there; *added (may be NULL) says so.
 * Valid until the next add.
 */
uint32_t *strmap_add(struct strmap *map, const char *key, bool *added);

#endif
