/* SPDX-License-Identifier: BSD-2-Clause */
#include "seen.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crc32c.h"
#include "field.h"
#include "record.h"

enum {
	KEY_MAX = 16 * 1024,                 /* bytes; a longer one is nobody's host name */
	KEYS_BYTES = SEEN_RECORDS * 2 * 128, /* of one set: twice what usual keys take */
};

static void
clear_keys(struct seen_keys *keys)
{
	strmap_clear(&keys->map);
	arena_clear(&keys->arena);
	keys->bytes = 0;
}

void
seen_clear(struct seen *seen)
{
	clear_keys(&seen->younger);
	clear_keys(&seen->older);
}

/* The facts that belong to the key; those that are not there have no length. */
static void
find_facts(const struct record *record, struct field facts[static 3])
{
	static const char *const names[] = { "host", "boot", "tail" };
	size_t length;
	const char *text = record_facts(record, &length);

	for (int i = 0; i < 3; i++)
		if (text == NULL || !field_find(text, length, names[i], &facts[i]))
			facts[i] = (struct field){ .value = "" };
}

/* The key as text: lengths stand before what is of any length, so that no two records share one. False if it cannot be one. */
static bool
make_key(const struct record *record, char key[static KEY_MAX])
{
	struct field facts[3];
	uint32_t lines = record->serial == 0 ? crc32c(record->lines, record->size) : 0;
	size_t length;

	find_facts(record, facts);
	length = (size_t)snprintf(key, KEY_MAX, "%" PRId64 " %" PRIu64 " %" PRIx32 " %zu %zu %s ", record->time, record->serial,
	    lines, facts[0].length, facts[1].length, record->event);
	for (int i = 0; i < 3; i++) {
		if (facts[i].length >= KEY_MAX - length || memchr(facts[i].value, '\0', facts[i].length) != NULL)
			return false;
		memcpy(key + length, facts[i].value, facts[i].length);
		length += facts[i].length;
	}
	key[length] = '\0';
	return true;
}

static void
remember(struct seen *seen, const char *key)
{
	struct seen_keys *keys = &seen->younger;
	size_t length = strlen(key);

	if (keys->map.count == SEEN_RECORDS || keys->bytes + length > KEYS_BYTES) {
		clear_keys(&seen->older);
		seen->older = *keys;
		*keys = (struct seen_keys){ 0 };
	}
	keys->bytes += length;
	strmap_add(&keys->map, arena_string(&keys->arena, key, length), NULL);
}

bool
seen_before(struct seen *seen, const struct record *record)
{
	char key[KEY_MAX];

	if (!make_key(record, key))
		return false;
	if (strmap_find(&seen->younger.map, key) != NULL || strmap_find(&seen->older.map, key) != NULL)
		return true;
	remember(seen, key);
	return false;
}
