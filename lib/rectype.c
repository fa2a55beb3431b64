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

/* Names that begin with the same eight bytes, and are of one length, are few. */
static unsigned
bucket_of(uint64_t first, size_t length)
{
	return (unsigned)((first ^ length << 32) * UINT64_C(0x9e3779b97f4a7c15) >> (64 - BUCKET_BITS));
}

__attribute__((constructor)) static void
make_indexes(void)
{
	for (unsigned i = 0; i < COUNT; i++) {
		unsigned bucket = bucket_of(swar_load(rectypes[i].name, rectypes[i].length), rectypes[i].length);

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
	uint64_t first = swar_load(name, length);

	for (unsigned bucket = bucket_of(first, length); by_name[bucket] != 0; bucket = (bucket + 1) % BUCKETS) {
		const struct rectype *type = &rectypes[by_name[bucket] - 1];

		if (type->length == length && get_le64(type->name) == first &&
		    (length <= 8 || memcmp(type->name + 8, name + 8, length - 8) == 0))
			return type->number;
	}
	return TYPE_UNKNOWN;
}
