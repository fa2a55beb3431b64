/* SPDX-License-Identifier: BSD-2-Clause */
#include "binset.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "mem.h"
#include "monotonic.h"
#include "record.h"
#include "text.h"

enum {
	RETRY = 1000,     /* ms until a step that failed is tried again */
	LOOK = 1000,      /* ms between looks whether the current bin's name still means it */
	CHUNK = 1 << 20,  /* bytes of records in one write, at most (one record may be larger) */
	SLACK = 8192,     /* bytes that a bin takes on a disk besides its records, at most */
	NAMES_MAX = 1000, /* names that are taken by others, before a bin cannot be made */
};

/* The directory of a path, to be freed. */
static char *
directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return mem_string(".", 1);
	return mem_string(path, slash == path ? 1 : (size_t)(slash - path));
}

static const char *
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* --- what earlier runs left */

/* A file of its own: auditcat locks the directory of the trail. It stays, for one that goes away locks nobody out. */
static int
take_lock(struct binset *set, struct err *error)
{
	char *directory = directory_of(set->settings.bin1), *path;
	int rc = 0;

	if (asprintf(&path, "%s/.%s.lock", directory, name_of(set->settings.bin1)) == -1)
		path = mem_string("", 0);
	set->lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (set->lock == -1)
		rc = err_set(error, "%s: %s", path, strerror(errno));
	else if (flock(set->lock, LOCK_EX | LOCK_NB) == -1)
		rc = err_set(error, "%s: another auditbin fills these bins", path);
	free(path);
	free(directory);
	return rc;
}

static struct bin *
add_waiting(struct binset *set, const struct bin *bin)
{
	set->waiting = mem_grow(set->waiting, &set->capacity, set->count + 1, sizeof(*set->waiting));
	set->waiting[set->count] = *bin;
	return &set->waiting[set->count++];
}

/* bin1 and bin2 may be two names of one file. */
static bool
is_found(const struct binset *set, const struct bin *bin)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->waiting[i].device == bin->device && set->waiting[i].inode == bin->inode)
			return true;
	return false;
}

static int
find(struct binset *set, const char *path, struct err *error)
{
	struct bin bin;
	int rc = bin_find(&bin, path, error);

	if (rc != 1)
		return rc;
	if (is_found(set, &bin)) {
		bin_clear(&bin);
		return 0;
	}
	if (bin.sequence > set->sequence)
		set->sequence = bin.sequence;
	add_waiting(set, &bin);
	return 0;
}

/* The N of `bin2.N` or `bin2.N.new`; 0 if the name is another. */
static unsigned
number_of(const char *name, const char *bin2)
{
	size_t length = strlen(bin2), digits;
	uint64_t number;

	if (strncmp(name, bin2, length) != 0 || name[length] != '.')
		return 0;
	name += length + 1;
	digits = strspn(name, "0123456789");
	if ((name[digits] != '\0' && strcmp(name + digits, ".new") != 0) || !text_unsigned(name, digits, &number) || number > UINT32_MAX / 2)
		return 0;
	return (unsigned)number;
}

static char *
numbered(const char *bin2, unsigned number)
{
	size_t size = strlen(bin2) + 16;
	char *path = mem_alloc(size);

	snprintf(path, size, "%s.%u", bin2, number);
	return path;
}

static bool
is_waiting(const struct binset *set, const char *path)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->waiting[i].path, path) == 0)
			return true;
	return false;
}

static int
find_numbered(struct binset *set, struct err *error)
{
	char *directory = directory_of(set->settings.bin2);
	DIR *entries = opendir(directory);
	const struct dirent *entry;
	int rc = entries == NULL ? err_set(error, "%s: %s", directory, strerror(errno)) : 0;

	while (rc == 0 && (entry = readdir(entries)) != NULL) {
		unsigned number = number_of(entry->d_name, name_of(set->settings.bin2));
		char *path = number == 0 ? NULL : numbered(set->settings.bin2, number);

		if (path != NULL && !is_waiting(set, path))
			rc = find(set, path, error);
		if (number > set->number)
			set->number = number;
		free(path);
	}
	if (entries != NULL)
		closedir(entries);
	free(directory);
	return rc;
}

static int
compare_sequences(const void *a, const void *b)
{
	const struct bin *x = a, *y = b;

	return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

int
binset_open(struct binset *set, const struct binset_settings *settings, struct err *error)
{
	*set = (struct binset){
		.settings = *settings,
		.current = { .fd = -1 },
		.stray = { .fd = -1 },
		.lock = -1,
		.second = true, /* so that bin1 is the first */
	};
	if (take_lock(set, error) == -1 || find(set, settings->bin1, error) == -1 || find(set, settings->bin2, error) == -1 ||
	    find_numbered(set, error) == -1)
		return -1;
	if (set->count > 1)
		qsort(set->waiting, set->count, sizeof(*set->waiting), compare_sequences);
	return 0;
}

void
binset_clear(struct binset *set)
{
	for (size_t i = 0; i < set->count; i++)
		bin_clear(&set->waiting[i]);
	free(set->waiting);
	bin_clear(&set->current);
	bin_clear(&set->stray);
	if (set->lock != -1)
		close(set->lock);
}

/* --- the steps: each returns 0, or -1 with errno, and all stays as it was */

/* Is the name free? What stands there and is not of this set is left alone, and said. */
static bool
is_free(struct binset *set, const char *path)
{
	struct stat status;

	if (lstat(path, &status) == -1)
		return true; /* that it cannot be used for another reason is said when it is used */
	if (!is_waiting(set, path))
		notice_repeat(&set->foreign, "%s: not a bin of this auditbin: left alone, and another name is used", path);
	return false;
}

/* Tries to make a bin of that name. Returns 1, 0 if the name is taken, -1 with errno. */
static int
create_as(struct binset *set, const char *path)
{
	if (!is_free(set, path))
		return 0;
	if (bin_create(&set->current, path, set->sequence + 1) == -1)
		return errno == EEXIST ? 0 : -1;
	set->sequence++;
	return 1;
}

/* bin1 and bin2 take turns; where neither is free, bin2.N follows. */
static int
create_somewhere(struct binset *set)
{
	const struct binset_settings *settings = &set->settings;
	int rc = create_as(set, set->second ? settings->bin1 : settings->bin2);

	if (rc == 1)
		set->second = !set->second;
	if (rc == 0)
		rc = create_as(set, set->second ? settings->bin2 : settings->bin1);
	if (set->count == 0)
		set->number = 0;
	for (int i = 0; rc == 0 && i < NAMES_MAX; i++) {
		char *path = numbered(settings->bin2, ++set->number);

		rc = create_as(set, path);
		free(path);
	}
	if (rc == 0)
		errno = EEXIST;
	return rc == 1 ? 0 : -1;
}

/*
 * While bins wait, a new one is only made where there is room for it and for what the commands write, which is the trail on the same
 * disk: else neither would ever get on.
 */
static bool
has_room(const struct binset *set)
{
	char *directory = directory_of(set->settings.bin2);
	struct statvfs status;
	bool room = set->count == 0 || statvfs(directory, &status) == -1 ||
	    (uint64_t)status.f_bavail * status.f_frsize >= 2 * (set->waiting[0].content.body + SLACK);

	free(directory);
	return room;
}

static int
step_create(struct binset *set)
{
	if (!has_room(set)) {
		errno = ENOSPC;
		return -1;
	}
	if (create_somewhere(set) == -1)
		return -1;
	set->unsynced = (struct trail_content){ 0 };
	set->step = set->stray.path != NULL ? BINSET_COPY : BINSET_FILL;
	return 0;
}

static int
step_copy(struct binset *set)
{
	if (bin_copy(&set->current, &set->stray) == -1)
		return -1;
	bin_clear(&set->stray);
	set->step = BINSET_SYNC;
	return 0;
}

/* The bin has damage there, which its readers will find too. */
static void
note_loss(struct binset *set)
{
	if (set->current.lost == 0)
		return;
	notice_say("%s: the last %" PRIu64 " bytes of its records, which the disk had refused, were gone from memory when they were to be "
		   "written again: lost",
	    set->current.path, set->current.lost);
	set->lost += set->current.lost;
	set->current.lost = 0;
}

static int
step_sync(struct binset *set)
{
	if (bin_sync(&set->current) == -1)
		return -1;
	note_loss(set);
	set->unsynced = (struct trail_content){ 0 };
	set->step = BINSET_FILL;
	return 0;
}

static bool
is_at(uint64_t value, uint64_t limit)
{
	return limit != 0 && value >= limit;
}

/* Is a bin that has so many bytes of records to be finished? One record it may always have. */
static bool
is_full(const struct binset *set, uint64_t body)
{
	return body > 0 && is_at(TRAIL_HEAD + body, set->settings.binsize);
}

/* How many bytes of whole records can be written before something else is due: the bin is full, a threshold reached. */
static size_t
measure(const struct binset *set, const struct out *out)
{
	const struct binset_settings *settings = &set->settings;
	uint64_t records = set->unsynced.records;
	size_t size = 0, waiting = out_waiting(out);

	while (size < waiting && size < CHUNK && !is_full(set, set->current.content.body + size) &&
	    !is_at(set->unsynced.body + size, settings->bytethreshold) && !is_at(records, settings->eventthreshold)) {
		size += record_length(out->data + out->head + size);
		records++;
	}
	return size;
}

static int
step_fill(struct binset *set, struct out *out)
{
	size_t size = measure(set, out);
	uint64_t before = set->current.content.records;

	if (bin_append(&set->current, out->data + out->head, size) == -1)
		return -1;
	out_take(out, size);
	set->bytes += size;
	set->records += set->current.content.records - before;
	set->unsynced.body += size;
	set->unsynced.records += set->current.content.records - before;
	if (is_full(set, set->current.content.body))
		set->step = BINSET_FINISH; /* which synchronises too */
	else if (is_at(set->unsynced.body, set->settings.bytethreshold) || is_at(set->unsynced.records, set->settings.eventthreshold))
		set->step = BINSET_SYNC;
	return 0;
}

/* Warns where the file system of a path has little space. Returns its number. */
static unsigned long
check_space(const struct binset *set, const char *path, unsigned long checked)
{
	char *directory = directory_of(path);
	struct statvfs status;

	status.f_fsid = checked;
	if (statvfs(directory, &status) == 0 && status.f_fsid != checked &&
	    (uint64_t)status.f_bavail * status.f_frsize < set->settings.freespace)
		notice_say("%s: %" PRIu64 " bytes are free, less than freespace says (%" PRIu64 ")", directory,
		    (uint64_t)status.f_bavail * status.f_frsize, set->settings.freespace);
	free(directory);
	return status.f_fsid;
}

static void
after_switch(struct binset *set, const char *path)
{
	unsigned long checked = check_space(set, path, ~0UL);

	(void)check_space(set, set->settings.trail, checked);
	set->switches++;
}

/* A bin without records is of no use to anybody. */
static int
drop_empty(struct binset *set)
{
	if (unlink(set->current.path) == -1 && errno != ENOENT)
		return -1;
	bin_clear(&set->current);
	set->step = set->ending ? BINSET_ENDED : BINSET_CREATE;
	return 0;
}

static int
step_finish(struct binset *set)
{
	if (set->current.content.records == 0)
		return drop_empty(set);
	if (bin_finish(&set->current) == -1)
		return -1;
	note_loss(set);
	add_waiting(set, &set->current);
	after_switch(set, set->current.path);
	set->current = (struct bin){ .fd = -1 };
	set->step = set->ending ? BINSET_ENDED : BINSET_CREATE;
	return 0;
}

/* --- driving them */

/*
 * Somebody removed or renamed the current bin, or put something in its place. We hold its file still: what it has goes on in a new
 * one.
 */
static void
look(struct binset *set)
{
	if (set->step != BINSET_FILL && set->step != BINSET_SYNC && set->step != BINSET_FINISH)
		return;
	set->look_at = monotonic_ms() + LOOK;
	if (bin_look(&set->current) != 0)
		return;
	notice_say("%s: somebody removed or replaced it: its %" PRIu64 " records go on in a new bin", set->current.path,
	    set->current.content.records);
	set->stray = set->current;
	set->current = (struct bin){ .fd = -1 };
	set->step = BINSET_CREATE;
}

static int
step(struct binset *set, struct out *out)
{
	switch (set->step) {
	case BINSET_CREATE:
		return step_create(set);
	case BINSET_COPY:
		return step_copy(set);
	case BINSET_FILL:
		return step_fill(set, out);
	case BINSET_SYNC:
		return step_sync(set);
	case BINSET_FINISH:
		look(set);
		return set->step == BINSET_FINISH ? step_finish(set) : 0;
	case BINSET_ENDED:
		break;
	}
	return 0;
}

/* What the present step works on, for messages. */
static const char *
place(const struct binset *set)
{
	return set->current.path != NULL ? set->current.path : set->settings.bin1;
}

/* One step. Returns false if it failed, and is to be tried later. */
static bool
advance(struct binset *set, struct out *out)
{
	int64_t now = monotonic_ms();

	if (now < set->retry_at)
		return false;
	if (step(set, out) == 0) {
		notice_over(&set->trouble, "%s: written again", place(set));
		return true;
	}
	set->retry_at = now + RETRY;
	notice_repeat(&set->trouble, "%s: %s: records wait in memory, then in the kernel; tried again every second", place(set),
	    strerror(errno));
	return false;
}

void
binset_take(struct binset *set, struct out *out)
{
	if (out_waiting(out) > 0 && monotonic_ms() >= set->look_at)
		look(set);
	while (out_waiting(out) > 0 && set->step != BINSET_ENDED && advance(set, out))
		;
}

/* Nothing is to be done before there are records. */
static bool
is_settled(struct binset *set)
{
	if (set->ending && set->step == BINSET_FILL)
		set->step = BINSET_FINISH;
	return set->step == BINSET_FILL || set->step == BINSET_ENDED;
}

int64_t
binset_tend(struct binset *set)
{
	struct out nothing = { 0 };
	int64_t now;

	while (!is_settled(set))
		if (!advance(set, &nothing))
			break;
	now = monotonic_ms();
	if (now < set->retry_at)
		return set->retry_at - now;
	return is_settled(set) ? -1 : 0;
}

void
binset_end(struct binset *set)
{
	set->ending = true;
	if (set->step == BINSET_CREATE && set->stray.path == NULL)
		set->step = BINSET_ENDED;
}

/* --- the bins that wait */

struct bin *
binset_oldest(struct binset *set)
{
	return set->count > 0 ? &set->waiting[0] : NULL;
}

static void
forget_oldest(struct binset *set)
{
	bin_clear(&set->waiting[0]);
	memmove(&set->waiting[0], &set->waiting[1], --set->count * sizeof(set->waiting[0]));
}

void
binset_delivered(struct binset *set)
{
	struct bin *bin = &set->waiting[0];
	int rc = bin_look(bin);

	/*
	 * A command may have moved it. Where it stays, the next run delivers it once more: the trail takes each bin only once.
	 */
	if (rc == -1 || (rc == 1 && unlink(bin->path) == -1))
		notice_say("%s: %s: it was delivered, and should not stay", bin->path, strerror(errno));
	forget_oldest(set);
	set->retry_at = 0; /* there may be room now */
}

void
binset_disown(struct binset *set)
{
	struct bin *bin = &set->waiting[0];

	notice_say("%s: somebody removed or replaced it before every bin command had it: %" PRIu64 " records", bin->path,
	    bin->content.records);
	set->disowned++;
	forget_oldest(set);
}
