/* SPDX-License-Identifier: BSD-2-Clause */
#include "bins.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backwards.h"

int
bins_init(struct bins *bins, int directory, const char *name, uint64_t end, int backups)
{
	*bins = (struct bins){
		.fd = -1,
		.at = end,
		.backups = { { .directory = directory }, { .directory = backups } },
		.name = name,
		.done = directory == -1,
	};
	if (directory != -1)
		bins->fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	return directory == -1 || bins->fd != -1 ? 0 : -1;
}

static void
clear_backups(struct backups *backups)
{
	for (int i = 0; i < backups->count; i++)
		free(backups->listed[i]);
	free(backups->listed);
}

void
bins_clear(struct bins *bins)
{
	if (bins->fd != -1)
		close(bins->fd);
	for (int i = 0; i < 2; i++)
		clear_backups(&bins->backups[i]);
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

/* Does the file end with the section that the trail goes on from? Its size is set. Returns 1, 0, or -1 with errno. */
static int
is_previous(const struct bins *bins, int fd, uint64_t *size)
{
	struct section_at section;
	struct stat status;
	uint64_t at;
	int rc;

	if (fstat(fd, &status) == -1)
		return -1;
	if (!S_ISREG(status.st_mode))
		return 0;
	at = *size = (uint64_t)status.st_size;
	rc = backwards_next(fd, &at, &section);
	return rc == 1 ? memcmp(section.tail.hash, bins->previous, TRAIL_HASH) == 0 : rc;
}

/* Goes over to that file, if it is the backup that the trail goes on from. Returns 1, 0 if not, -1 with errno. */
static int
try_backup(struct bins *bins, int directory, const char *name)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK), rc;
	uint64_t size;

	if (fd == -1) /* a backup of ours is a file, and we may read it */
		return errno == ENOENT || errno == ELOOP || errno == ENXIO || errno == EACCES ? 0 : -1;
	rc = is_previous(bins, fd, &size);
	if (rc != 1) {
		close(fd);
		return rc;
	}
	close(bins->fd);
	bins->fd = fd;
	bins->at = size;
	return 1;
}

/* Keeps the names that may be backups of the trail. Returns 0, or -1 with errno. */
static int
list(struct backups *backups, const char *name)
{
	size_t length = strlen(name);
	struct dirent **all;
	int count = scandirat(backups->directory, ".", &all, NULL, alphasort);

	if (count == -1)
		return -1;
	backups->listed = all;
	for (int i = 0; i < count; i++) {
		if (strncmp(all[i]->d_name, name, length) == 0 && all[i]->d_name[length] == '.')
			all[backups->count++] = all[i];
		else
			free(all[i]);
	}
	backups->at = backups->count;
	return 0;
}

/*
 * Goes over to the backup that the trail goes on from, if it is in the directory: the first before the one that is searched now, unless
 * clocks were set back. Returns 1, 0 if it is not there, -1 with errno.
 */
static int
go_back(struct bins *bins, struct backups *backups)
{
	int rc = 0;

	if (backups->directory == -1 || (backups->listed == NULL && (rc = list(backups, bins->name)) == -1))
		return rc;
	for (int i = 1; rc == 0 && i <= backups->count; i++) {
		int next = (backups->at + backups->count - i) % backups->count;

		rc = try_backup(bins, backups->directory, backups->listed[next]->d_name);
		if (rc == 1)
			backups->at = next;
	}
	return rc;
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
		for (int i = 0; bins->linked && rc == 0 && i < 2; i++)
			rc = go_back(bins, &bins->backups[i]);
		bins->done = rc == 0;
		bins->linked = false;
		return rc == -1 ? -1 : 0;
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
