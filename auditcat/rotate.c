/* SPDX-License-Identifier: BSD-2-Clause */
#include "rotate.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "chain.h"
#include "io.h"

enum { LINK_SIZE = TRAIL_HEAD + TRAIL_TAIL }; /* bytes of a trail that holds no records yet */

static const char NEW[] = ".new", OLD[] = ".old";

/* The names that one rotation uses. */
struct names {
	char backup[NAME_MAX + 1]; /* NAME.STAMP */
	char copy[NAME_MAX + 1];   /* NAME.STAMP.part: a copy that is not complete */
	char next[NAME_MAX + 1];   /* NAME.new.STAMP */
	char old[NAME_MAX + 1];    /* NAME.old.STAMP: the trail that was copied */
};

static int
backup_directory(const struct rotation *rotation, const struct trailfile *trail)
{
	return rotation->directory != -1 ? rotation->directory : trail->directory;
}

/* Makes the others out of the backup's name. Returns 0, or -1 with errno. */
static int
derive_names(const struct trailfile *trail, struct names *names)
{
	const char *stamp = names->backup + strlen(trail->name);

	if (strlen(names->backup) + sizeof(".part") > sizeof(names->copy)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(names->copy, sizeof(names->copy), "%.*s.part", (int)(sizeof(names->copy) - sizeof(".part")), names->backup);
	snprintf(names->next, sizeof(names->next), "%s%s%.*s", trail->name, NEW, NAME_MAX / 2, stamp);
	snprintf(names->old, sizeof(names->old), "%s%s%.*s", trail->name, OLD, NAME_MAX / 2, stamp);
	return 0;
}

/* Is that the same file as the trail, under a second name? */
static bool
is_second_name(const struct trailfile *trail, int directory, const char *name)
{
	struct stat a, b;

	return fstat(trail->fd, &a) == 0 && fstatat(directory, name, &b, AT_SYMLINK_NOFOLLOW) == 0 && a.st_dev == b.st_dev &&
	    a.st_ino == b.st_ino;
}

/* Is that a copy of the trail, or of what it was before others appended to it? Only complete ones have that name. */
static bool
is_copy(const struct trailfile *trail, int directory, const char *name)
{
	struct stat a, b;

	return fstat(trail->fd, &a) == 0 && fstatat(directory, name, &b, AT_SYMLINK_NOFOLLOW) == 0 && a.st_dev != b.st_dev &&
	    a.st_size >= b.st_size;
}

static int
open_next(const struct trailfile *trail, const char *name, int flags)
{
	return openat(trail->directory, name, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | flags, 0640);
}

/* Writes the new trail. Returns its descriptor, or -1 with errno. */
static int
make_next(const struct trailfile *trail, const char *name, struct packer *packer)
{
	int fd = open_next(trail, name, O_CREAT | O_EXCL);

	if (fd == -1)
		return -1;
	if (chain_link(packer, trail->sequence, trail->hash) == 0 && io_write(fd, packer->data, packer->size) == 0 &&
	    fsync(fd) == 0 && fsync(trail->directory) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Copies all that is there. What others append meanwhile follows when the old trail is settled. */
static int
copy_trail(const struct trailfile *trail, int directory, const struct names *names)
{
	int fd = openat(directory, names->copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640), rc;
	struct stat status;

	if (fd == -1)
		return -1;
	rc = fstat(trail->fd, &status);
	if (rc == 0)
		rc = io_copy(trail->fd, 0, (uint64_t)status.st_size, fd);
	if (rc == 0)
		rc = fsync(fd);
	if (close(fd) == -1)
		rc = -1;
	return rc == 0 ? renameat(directory, names->copy, directory, names->backup) : -1;
}

/* Gives the trail its second name. Returns 0, or -1 with errno. */
static int
make_backup(const struct trailfile *trail, int directory, const struct names *names)
{
	int rc = linkat(trail->directory, trail->name, directory, names->backup, 0);

	if (rc == -1 && errno == EXDEV)
		rc = copy_trail(trail, directory, names);
	return rc == 0 ? fsync(directory) : -1;
}

/* Takes away what was made so far. The backup goes only if the trail itself still stands in its place. */
static void
undo(const struct trailfile *trail, int directory, const struct names *names)
{
	int saved = errno;

	if (is_second_name(trail, trail->directory, trail->name) &&
	    (is_second_name(trail, directory, names->backup) || is_copy(trail, directory, names->backup)))
		(void)unlinkat(directory, names->backup, 0);
	if (is_second_name(trail, trail->directory, trail->name) && is_second_name(trail, trail->directory, names->old))
		(void)unlinkat(trail->directory, names->old, 0);
	(void)unlinkat(directory, names->copy, 0);
	(void)unlinkat(trail->directory, names->next, 0);
	errno = saved;
}

/* A trail of which the backup is a copy must not lose its name with the exchange. Returns 0, or -1 with errno. */
static int
keep_old(const struct trailfile *trail, int directory, const struct names *names)
{
	if (is_second_name(trail, directory, names->backup) || is_second_name(trail, trail->directory, names->old))
		return 0;
	return linkat(trail->directory, trail->name, trail->directory, names->old, 0) == 0 ? fsync(trail->directory) : -1;
}

/* Puts the new trail in the place of the old one, and takes over its descriptor. Returns 0, or -1 with *error. */
static int
exchange(struct trailfile *trail, int directory, int fd, const struct names *names, struct err *error)
{
	int rc;

	if (keep_old(trail, directory, names) == -1 || renameat(trail->directory, names->next, trail->directory, trail->name) == -1) {
		err_set(error, "%s: putting a new trail in its place: %s", trail->path, strerror(errno));
		close(fd);
		return -1;
	}
	/* Whatever happens now, the old one is no longer the trail. */
	rc = fsync(trail->directory);
	if (rc == -1)
		err_set(error, "%s: a new trail is in its place, but perhaps not on disk: %s", trail->path, strerror(errno));
	return trailfile_use(trail, fd, error) == -1 ? -1 : rc;
}

/* Does anybody else have it open to write to it? A lease for reading is only given where nobody has. */
static bool
is_held(int fd)
{
	bool held;

	(void)signal(SIGIO, SIG_IGN); /* should somebody open it just then */
	held = fcntl(fd, F_SETLEASE, F_RDLCK) == -1 && errno == EAGAIN;
	(void)fcntl(fd, F_SETLEASE, F_UNLCK);
	return held;
}

/*
 * Adds what the old trail has behind the copied bytes to the copy. What the disk refuses would count as copied the next time: then all is
 * copied once more, but for what begin_alike() looks at. Returns 0, or -1 with errno.
 */
static int
catch_up(int old, int copy)
{
	struct stat from, to;
	int saved;

	if (fstat(old, &from) == -1 || fstat(copy, &to) == -1)
		return -1;
	if (from.st_size > to.st_size && io_copy(old, (uint64_t)to.st_size, (uint64_t)from.st_size, copy) == -1)
		return -1;
	if (fsync(copy) == 0)
		return 0;
	saved = errno;
	(void)!ftruncate(copy, TRAIL_HEAD);
	errno = saved;
	return -1;
}

/* Does the backup of that name begin as the old trail does? */
static bool
begin_alike(int old, int copy)
{
	unsigned char a[TRAIL_HEAD], b[TRAIL_HEAD];

	return io_read_at(old, 0, a, sizeof(a)) == 1 && io_read_at(copy, 0, b, sizeof(b)) == 1 && memcmp(a, b, sizeof(a)) == 0;
}

/* Lets the old trail go, unless somebody may still append to it. Returns 1, 0 if it stays, -1 with errno. */
static int
settle(const struct trailfile *trail, int directory, const struct names *names)
{
	int old = openat(trail->directory, names->old, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int copy = openat(directory, names->backup, O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int rc = old == -1 || copy == -1 ? -1 : 0, saved;

	if (rc == 0 && begin_alike(old, copy)) {
		bool held = is_held(old); /* if not, nobody will: it has no name that others know */

		rc = catch_up(old, copy);
		if (rc == 0 && !held)
			rc = unlinkat(trail->directory, names->old, 0) == 0 ? 1 : -1;
	}
	saved = errno;
	if (old != -1)
		close(old);
	if (copy != -1)
		close(copy);
	errno = saved;
	return rc;
}

/* Does that new trail go on from the trail as it is now? Then its rotation can be finished. */
static bool
continues(const struct trailfile *trail, int fd)
{
	unsigned char bytes[LINK_SIZE];
	struct trail_head head;
	struct trail_tail tail;
	const char *problem;

	return io_read_at(fd, 0, bytes, sizeof(bytes)) == 1 && trail_parse_head(bytes, &head, &problem) == 0 &&
	    trail_parse_tail(bytes + TRAIL_HEAD, &tail, &problem) == 0 && (head.flags & TRAIL_LINK) &&
	    head.sequence == trail->sequence + 1 && memcmp(head.previous, trail->hash, TRAIL_HASH) == 0;
}

static int
recover(struct trailfile *trail, int directory, const struct names *names, struct err *error)
{
	int fd = open_next(trail, names->next, 0);

	if (fd == -1)
		return err_set(error, "%s: left by a rotation that did not end: %s", names->next, strerror(errno));
	if (continues(trail, fd) &&
	    (is_second_name(trail, directory, names->backup) || is_copy(trail, directory, names->backup)))
		return exchange(trail, directory, fd, names, error);
	close(fd);
	undo(trail, directory, names);
	return 0;
}

/*
 * Is that name the new trail of a rotation that did not end? It holds no records. A larger file is the backup of another trail, whose name
 * is this one's with ".new" behind it.
 */
static bool
is_next(const struct trailfile *trail, const char *name)
{
	struct stat status;

	return fstatat(trail->directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) && status.st_size <= LINK_SIZE;
}

/* Is the name NAME.what.STAMP? Then *names is what the rotation of that stamp uses. */
static bool
is_left(const struct trailfile *trail, const char *name, const char *what, struct names *names)
{
	size_t length = strlen(trail->name), skip = length + strlen(what);

	if (strncmp(name, trail->name, length) != 0 || strncmp(name + length, what, strlen(what)) != 0 || name[skip] != '.')
		return false;
	stpcpy(stpcpy(names->backup, trail->name), name + skip); /* no longer than the name */
	return derive_names(trail, names) == 0;
}

/* Finds the next such name in the directory. */
static bool
find_left(DIR *directory, const struct trailfile *trail, const char *what, struct names *names)
{
	const struct dirent *entry;

	while ((entry = readdir(directory)) != NULL)
		if (is_left(trail, entry->d_name, what, names))
			return true;
	return false;
}

/* Both in this order: what is only settled when a rotation has come to its end. */
static int
take_left(const struct rotation *rotation, struct trailfile *trail, DIR *directory, struct err *said, struct err *error)
{
	struct names names;

	while (find_left(directory, trail, NEW, &names))
		if (is_next(trail, names.next) && recover(trail, backup_directory(rotation, trail), &names, error) == -1)
			return -1;
	rewinddir(directory);
	while (rotation->directory != -1 && find_left(directory, trail, OLD, &names))
		if (settle(trail, rotation->directory, &names) == -1 && errno != ENOENT)
			err_set(said, "%s: adding what others appended to %s to its backup: %s", trail->path, names.old, strerror(errno));
	return 0;
}

int
rotation_recover(const struct rotation *rotation, struct trailfile *trail, struct err *said, struct err *error)
{
	int fd = openat(trail->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;
	DIR *directory = fd != -1 ? fdopendir(fd) : NULL;

	said->text[0] = '\0';
	if (directory == NULL)
		return err_set(error, "%s: its directory: %s", trail->path, strerror(errno));
	rc = take_left(rotation, trail, directory, said, error);
	closedir(directory);
	return rc;
}

/* Bytes that are left in the trail's file system for who is not root. */
static uint64_t
free_bytes(const struct trailfile *trail)
{
	struct statvfs status;

	if (fstatvfs(trail->fd, &status) == -1)
		return UINT64_MAX;
	return (uint64_t)status.f_bavail * status.f_frsize;
}

bool
rotation_is_due(const struct rotation *rotation, const struct trailfile *trail)
{
	if (trail->size <= LINK_SIZE)
		return false;
	return (rotation->size != 0 && trail->size >= rotation->size) ||
	    (rotation->free != 0 && free_bytes(trail) < rotation->free);
}

/* What is to be said of a rotation that went well; directory: of a copy, else -1. */
static void
conclude(const struct trailfile *trail, int directory, const struct names *names, struct err *said)
{
	size_t used = strlen(said->text);
	int rc = directory == -1 ? 1 : settle(trail, directory, names);

	if (rc == 0)
		snprintf(said->text + used, sizeof(said->text) - used, "; somebody has it open, so it also stays, as %s, until nobody has",
		    names->old);
	else if (rc == -1 && errno != ENOENT)
		snprintf(said->text + used, sizeof(said->text) - used, "; what others have appended since is in %s: %s", names->old, strerror(errno));
}

int
rotation_run(const struct rotation *rotation, struct trailfile *trail, struct packer *packer, struct err *said,
    struct err *error)
{
	int directory = backup_directory(rotation, trail), fd;
	struct names names;
	uint64_t size = trail->size;

	if (trailfile_free_name(trail, directory, "", names.backup) == -1 || derive_names(trail, &names) == -1)
		return err_set(error, "%s: naming its backup: %s", trail->path, strerror(errno));
	fd = make_next(trail, names.next, packer);
	if (fd == -1) {
		undo(trail, directory, &names);
		return err_set(error, "%s: making a new trail: %s", trail->path, strerror(errno));
	}
	if (make_backup(trail, directory, &names) == -1) {
		undo(trail, directory, &names);
		close(fd);
		return err_set(error, "%s: backing it up as %s%s%s: %s", trail->path, rotation->directory != -1 ? rotation->name : "",
		    rotation->directory != -1 ? "/" : "", names.backup, strerror(errno));
	}
	if (exchange(trail, directory, fd, &names, error) == -1) {
		undo(trail, directory, &names);
		return -1;
	}
	err_set(said, "%s: %" PRIu64 " bytes: backed up as %s%s%s", trail->path, size, rotation->directory != -1 ? rotation->name : "",
	    rotation->directory != -1 ? "/" : "", names.backup);
	conclude(trail, rotation->directory, &names, said);
	return 0;
}
