/* SPDX-License-Identifier: BSD-2-Clause */
#include "bins.h"

#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backwards.h"

void
bins_init(struct bins *bins, int fd, uint64_t end)
{
	*bins = (struct bins){ .fd = fd == -1 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0), .at = end, .directories = { -1, -1 } };
	bins->done = bins->fd == -1;
}

void
bins_clear(struct bins *bins)
{
	if (bins->fd != -1)
		close(bins->fd);
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

/* Does the file end with the section that the trail goes on from? Its size is set. */
static bool
is_previous(const struct bins *bins, int fd, uint64_t *size)
{
	struct section_at section;
	struct stat status;
	uint64_t at;

	if (fstat(fd, &status) == -1 || !S_ISREG(status.st_mode))
		return false;
	at = *size = (uint64_t)status.st_size;
	return backwards_next(fd, &at, &section) == 1 && memcmp(section.tail.hash, bins->previous, TRAIL_HASH) == 0;
}

/* Goes over to the backup that the trail goes on from, if it is in the directory. Names hold times: the latest comes first. */
static bool
go_back(struct bins *bins, int directory)
{
	struct dirent **entries;
	size_t length = strlen(bins->name);
	int count = directory == -1 ? 0 : scandirat(directory, ".", &entries, NULL, alphasort);
	bool found = false;

	for (int i = count - 1; i >= 0; i--) {
		const char *name = entries[i]->d_name;
		uint64_t size;
		int fd = -1;

		if (!found && strncmp(name, bins->name, length) == 0 && name[length] == '.')
			fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (fd != -1 && is_previous(bins, fd, &size)) {
			close(bins->fd);
			bins->fd = fd;
			bins->at = size;
			found = true;
		} else if (fd != -1) {
			close(fd);
		}
		free(entries[i]);
	}
	if (count > 0)
		free(entries);
	return found;
}

/* Takes note of one more section. Returns 0, or -1 with errno. */
static int
search(struct bins *bins)
{
	struct section_at section;
	int rc = backwards_next(bins->fd, &bins->at, &section);

	if (rc == -1)
		return -1;
	if (rc == 0) {
		bins->done = !bins->linked || (!go_back(bins, bins->directories[0]) && !go_back(bins, bins->directories[1]));
		bins->linked = false;
		return 0;
	}
	bins->count++;
	bins->created = section.head.created;
	bins->linked = section.head.flags & TRAIL_LINK;
	memcpy(bins->previous, section.head.previous, TRAIL_HASH);
	if (section.head.flags & TRAIL_OPEN) { /* a bin that was copied as it is */
		section.head.content = section.tail.content;
		section.head.flags |= TRAIL_LAST;
	}
	bins_add(bins, &section.head);
	return 0;
}

/* Is the bin certainly not in the part of the trail that was not searched yet? */
static bool
is_searched(const struct bins *bins, int64_t created)
{
	return bins->done || (bins->count >= BINS_SECTIONS && bins->created < created - BINS_AGE * INT64_C(1000000000));
}

int
bins_find(struct bins *bins, const unsigned char bin[TRAIL_BIN_ID], int64_t created, struct bin_parts *parts)
{
	/* A bin's parts stand in their order: before part 0 there are none. */
	while (place(bins, bin)->first != 0 && !is_searched(bins, created))
		if (search(bins) == -1)
			return -1;
	*parts = *place(bins, bin);
	return parts->next > 0;
}
