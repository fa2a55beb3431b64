/* SPDX-License-Identifier: BSD-2-Clause */
#include "bins.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "backwards.h"

void
bins_init(struct bins *bins, int fd, uint64_t end)
{
	*bins = (struct bins){ .fd = fd, .at = end };
}

void
bins_clear(struct bins *bins)
{
	strmap_clear(&bins->map);
	arena_clear(&bins->names);
	free(bins->parts);
	*bins = (struct bins){ .fd = -1 };
}

/* The bin's place in parts; it is made if it is not there. */
static struct bin_parts *
place(struct bins *bins, const unsigned char bin[TRAIL_BIN_ID])
{
	char name[2 * TRAIL_BIN_ID + 1];
	const uint32_t *known;

	sodium_bin2hex(name, sizeof(name), bin, TRAIL_BIN_ID);
	if ((known = strmap_find(&bins->map, name)) != NULL)
		return &bins->parts[*known];
	*strmap_add(&bins->map, arena_string(&bins->names, name, strlen(name)), NULL) = (uint32_t)bins->bin_count;
	bins->parts = mem_grow(bins->parts, &bins->capacity, bins->bin_count + 1, sizeof(*bins->parts));
	bins->parts[bins->bin_count] = (struct bin_parts){ .first = UINT32_MAX };
	return &bins->parts[bins->bin_count++];
}

void
bins_add(struct bins *bins, const struct trail_head *head)
{
	struct bin_parts *parts = place(bins, head->bin);

	if (head->part < parts->first)
		parts->first = head->part;
	if (head->part >= parts->next)
		parts->next = head->part + 1;
	parts->bytes += head->content.unpacked;
	parts->last |= (head->flags & TRAIL_LAST) != 0;
}

/* Is the bin certainly not in the part of the trail that was not searched yet? */
static bool
is_searched(const struct bins *bins, int64_t created)
{
	return bins->at == 0 || (bins->count >= BINS_SECTIONS && bins->created < created - BINS_AGE * INT64_C(1000000000));
}

int
bins_find(struct bins *bins, const unsigned char bin[TRAIL_BIN_ID], int64_t created, struct bin_parts *parts)
{
	struct bin_parts *found = place(bins, bin);

	/* A bin's parts stand in their order: before part 0 there are none. */
	while (found->first != 0 && !is_searched(bins, created)) {
		struct section_at section;
		int rc = backwards_next(bins->fd, &bins->at, &section);

		if (rc == -1)
			return -1;
		if (rc == 0) {
			bins->at = 0;
			break;
		}
		bins->count++;
		bins->created = section.head.created;
		if (section.head.flags & TRAIL_OPEN) { /* a bin that was copied as it is */
			section.head.content = section.tail.content;
			section.head.flags |= TRAIL_LAST;
		}
		bins_add(bins, &section.head);
		found = place(bins, bin);
	}
	*parts = *found;
	return found->next > 0;
}
