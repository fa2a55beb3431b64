/* SPDX-License-Identifier: BSD-2-Clause */
#include "rectype.h"

#include <string.h>

#include "swar.h"

#define X(number, name) { number, sizeof(#name) - 1, #name },
static const struct rectype {
	uint16_t number;
	uint8_t length;
	char name[29];
} rectypes[] = {
#include "rectypes.def"
};
#undef X

enum {
	COUNT = sizeof(rectypes) / sizeof(rectypes[0]),
	BUCKET_BITS = 10,
	BUCKETS = 1 << BUCKET_BITS,
	TYPES = 3000,
};

/* Filled before main: the index in rectypes[] plus one, by hash of the name (open addressing) and by number. */
static uint8_t by_name[BUCKETS], by_number[TYPES];
_Static_assert(COUNT < 255, "the index fits a byte");

/* By its first and last eight bytes; multiplied by 2^64 divided by the golden ratio, so that the upper bits depend on all. */
static unsigned
name_bucket(const char *name, size_t length)
{
	size_t tail = length > 8 ? length - 8 : 0;
	uint64_t hash = swar_load(name, length) ^ swar_load(name + tail, length - tail) << 1 ^ length;

	return (unsigned)(hash * UINT64_C(0x9e3779b97f4a7c15) >> (64 - BUCKET_BITS));
}

__attribute__((constructor)) static void
make_indexes(void)
{
	for (unsigned i = 0; i < COUNT; i++) {
		unsigned bucket = name_bucket(rectypes[i].name, rectypes[i].length);

		while (by_name[bucket] != 0)
			bucket = (bucket + 1) % BUCKETS;
		by_name[bucket] = (uint8_t)(i + 1);
		by_number[rectypes[i].number] = (uint8_t)(i + 1);
	}
}

const char *
rectype_name(uint16_t type)
{
	if (type >= TYPES || by_number[type] == 0)
		return NULL;
	return rectypes[by_number[type] - 1].name;
}

uint16_t
rectype_number(const char *name, size_t length)
{
	for (unsigned bucket = name_bucket(name, length); by_name[bucket] != 0;
	     bucket = (bucket + 1) % BUCKETS) {
		const struct rectype *type = &rectypes[by_name[bucket] - 1];

		if (type->length == length && memcmp(type->name, name, length) == 0)
			return type->number;
	}
	return TYPE_UNKNOWN;
}
