/* SPDX-License-Identifier: BSD-2-Clause */
#include "spelling.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "bytes.h"
#include "swar.h"

enum {
	WORD = 8,          /* bytes of a name that, as a little-endian word, is its own hash */
	SIZE_FIRST = 1024, /* slots: the kernel has some hundred names, and each should find its own free */
};

static inline uint64_t
mix(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Where the search for a name begins. */
static inline size_t
first_slot(const struct spellings *spellings, size_t length, uint64_t hash)
{
	return (size_t)mix(hash ^ spellings->seed, 0x9e3779b97f4a7c15u + length) & (spellings->size - 1);
}

void
spellings_begin(struct spellings *spellings)
{
	uint32_t age = spellings->age + 1;

	spellings_clear(spellings);
	spellings->age = age;
	spellings->size = SIZE_FIRST;
	spellings->slots = mem_alloc_zero(spellings->size, sizeof(*spellings->slots));
	if (getrandom(&spellings->seed, sizeof(spellings->seed), GRND_NONBLOCK) != sizeof(spellings->seed))
		spellings->seed = (uint64_t)(uintptr_t)spellings->slots; /* early at boot: an address is better than nothing */
}

void
spellings_clear(struct spellings *spellings)
{
	free(spellings->slots);
	arena_clear(&spellings->arena);
	*spellings = (struct spellings){ 0 };
}

static bool
is_known_as(const struct spelling *known, const char *text, size_t length, uint64_t hash)
{
	return known->hash == hash && known->length == length && (length <= WORD || memcmp(known->text, text, length) == 0);
}

/* The slot of that name, or the free one that it would take. */
static struct spelling *
find_slot(const struct spellings *spellings, const char *text, size_t length, uint64_t hash)
{
	size_t slot = first_slot(spellings, length, hash);

	while (spellings->slots[slot].text != NULL && !is_known_as(&spellings->slots[slot], text, length, hash))
		slot = (slot + 1) & (spellings->size - 1);
	return &spellings->slots[slot];
}

static void
grow(struct spellings *spellings)
{
	struct spelling *old = spellings->slots;
	size_t size = spellings->size;

	spellings->size *= 2;
	spellings->slots = mem_alloc_zero(spellings->size, sizeof(*spellings->slots));
	for (size_t i = 0; i < size; i++)
		if (old[i].text != NULL)
			*find_slot(spellings, old[i].text, old[i].length, old[i].hash) = old[i];
	free(old);
}

/* Its number; learnt if it is new. */
static uint32_t
search(struct spellings *spellings, const char *text, size_t length, uint64_t hash)
{
	struct spelling *known;

	if (spellings->count >= spellings->size / 2)
		grow(spellings);
	known = find_slot(spellings, text, length, hash);
	if (known->text == NULL)
		*known = (struct spelling){
			.hash = hash,
			.text = arena_string(&spellings->arena, text, length),
			.length = (uint32_t)length,
			.number = spellings->count++,
		};
	return known->number;
}

/* search() of a short name, which nearly always stands in its first slot. */
static uint32_t
search_word(struct spellings *spellings, const char *text, size_t length, uint64_t word)
{
	const struct spelling *known = &spellings->slots[first_slot(spellings, length, word)];

	return known->hash == word && known->length == length && known->text != NULL ? known->number
										     : search(spellings, text, length, word);
}

uint32_t
spelling_number(struct spellings *spellings, const char *text, size_t length)
{
	uint64_t hash = spellings->seed;

	if (length <= WORD)
		return search_word(spellings, text, length, swar_load(text, length));
	for (size_t i = 0; i + WORD < length; i += WORD)
		hash = mix(hash ^ get_le64(text + i), 0xd6e8feb86659fd93u);
	hash = mix(hash ^ get_le64(text + length - WORD), 0xd6e8feb86659fd93u);
	return search(spellings, text, length, hash);
}
