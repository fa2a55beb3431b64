/* SPDX-License-Identifier: BSD-2-Clause */
#include "trailfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "backwards.h"
#include "bytes.h"
#include "io.h"
#include "mem.h"
#include "record.h"
#include "section.h"

enum {
	PATIENCE = 60000,       /* ms to wait for the lock: an append takes well under a second */
	GLANCE = 200,           /* ms to wait for those who only look at the trail's size */
	WRITING = 10000,        /* ms to wait for a section to be written: one that was stopped may never be */
	MODE = 0640,            /* of a new trail: as AIX's */
	SEARCH = 1 << 16,       /* bytes that are searched for a head at a time */
	HEAD_MAGIC = 16,        /* bytes of a head that trail_is_head() looks at */
	RECORD_MAGIC_SIZE = 12, /* bytes of a record that record_length() looks at */
	TRIES = 64,             /* of what looks like a record */
};

/* realpath() follows what the kernel would not (fs.protected_symlinks): a link by which another user leads us to a file of ours. */
static bool
is_trap(const char *path, struct stat *status)
{
	return lstat(path, status) == 0 && S_ISLNK(status->st_mode) && status->st_uid != geteuid() && status->st_uid != 0;
}

/* The directory that holds the trail, opened, and the trail's name there; a symbolic link is followed to where the file is. */
static int
open_directory(struct trailfile *trail, struct err *error)
{
	char *real = realpath(trail->path, NULL), *path = real != NULL ? real : mem_string(trail->path, strlen(trail->path));
	char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path, *directory = slash == NULL ? "." : slash == path ? "/"
													      : path;
	struct stat status;
	int rc = 0;

	if (is_trap(trail->path, &status))
		rc = err_set(error, "%s: a symbolic link of uid %u", trail->path, (unsigned)status.st_uid);
	else if (*name == '\0' || strlen(name) > NAME_MAX)
		rc = err_set(error, "%s: not the name of a file", trail->path);
	else
		strcpy(trail->name, name);
	if (slash != NULL)
		*slash = '\0';
	if (rc == 0 && (trail->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		rc = err_set(error, "%s: the directory of the trail: %s", directory, strerror(errno));
	free(path);
	return rc;
}

static int
lock(struct trailfile *trail, struct err *error)
{
	if (io_lock(trail->directory, LOCK_EX, PATIENCE) == 0)
		return 0;
	if (errno == EWOULDBLOCK)
		return err_set(error, "%s: another auditcat has held its directory's lock for %d s; try again when it has ended", trail->path,
		    PATIENCE / 1000);
	return err_set(error, "%s: cannot be locked: %s", trail->path, strerror(errno));
}

/* The last section that is part of a chain: one that was written whole into a trail, not a bin that somebody copied there. */
static int
find_last(struct trailfile *trail)
{
	struct section_at section;
	uint64_t at = trail->size;
	int rc;

	trail->chained = false;
	trail->sequence = trail->end = 0;
	memset(trail->hash, 0, sizeof(trail->hash));
	while ((rc = backwards_next(trail->fd, &at, &section)) == 1) {
		if (trail->end == 0)
			trail->end = section.end;
		if (section.head.flags & TRAIL_OPEN)
			continue;
		trail->chained = true;
		trail->sequence = section.tail.sequence;
		memcpy(trail->hash, section.tail.hash, TRAIL_HASH);
		return 0;
	}
	return rc;
}

/* Passes whole records from *at on. Returns 0, or -1 with errno. */
static int
pass_records(const struct trailfile *trail, uint64_t *at)
{
	unsigned char bytes[RECORD_MAGIC_SIZE];
	size_t length;

	while (trail->size - *at >= sizeof(bytes)) {
		if (io_read_at(trail->fd, *at, bytes, sizeof(bytes)) == -1)
			return -1;
		length = record_length(bytes);
		if (length == 0 || length > trail->size - *at)
			break;
		*at += length;
	}
	return 0;
}

/* The first head at or behind *at: also one of which the file's end holds a part. *at is the size if there is none. */
static int
find_head(const struct trailfile *trail, uint64_t *at)
{
	unsigned char bytes[SEARCH + HEAD_MAGIC], head[TRAIL_HEAD];

	trail_put_head(head, &(struct trail_head){ 0 });
	while (*at < trail->size) {
		size_t size = trail->size - *at < sizeof(bytes) ? (size_t)(trail->size - *at) : sizeof(bytes);
		size_t last = size == sizeof(bytes) ? SEARCH : size;

		if (io_read_at(trail->fd, *at, bytes, size) == -1)
			return -1;
		for (size_t i = 0; i < last; i++)
			if (memcmp(bytes + i, head, size - i < HEAD_MAGIC ? size - i : HEAD_MAGIC) == 0) {
				*at += i;
				return 0;
			}
		*at += last;
	}
	return 0;
}

/* Is it the head of a section that would end behind the end of the file? */
static bool
is_torn(const struct trailfile *trail, uint64_t at, const unsigned char bytes[static TRAIL_HEAD])
{
	struct trail_head head;
	const char *problem;

	if (trail_parse_head(bytes, &head, &problem) == -1 || head.flags & TRAIL_OPEN || head.content.body > SECTION_BODY_MAX)
		return false;
	return head.content.body + TRAIL_HEAD + TRAIL_TAIL > trail->size - at;
}

/* A head whose section would end behind the end of the file begins a torn end; other damage is left to those who read. */
static int
find_torn(struct trailfile *trail)
{
	unsigned char bytes[TRAIL_HEAD];
	uint64_t at = trail->end;
	int rc;

	trail->torn = trail->size;
	for (;;) {
		if (pass_records(trail, &at) == -1 || find_head(trail, &at) == -1)
			return -1;
		if (at == trail->size)
			return 0;
		if ((rc = io_read_at(trail->fd, at, bytes, sizeof(bytes))) == -1)
			return -1;
		if (rc == 0 || is_torn(trail, at, bytes)) {
			trail->torn = at;
			return 0;
		}
		at++;
	}
}

int
trailfile_look(struct trailfile *trail, struct err *error)
{
	struct stat status;

	if (fstat(trail->fd, &status) == -1)
		return err_set(error, "%s: %s", trail->path, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return err_set(error, "%s: not a file: a trail must be one", trail->path);
	/* A bin that is found here counts as added: an auditcat that was killed may have written it and not come to this. */
	if (fdatasync(trail->fd) == -1)
		return err_set(error, "%s: %s", trail->path, strerror(errno));
	trail->size = (uint64_t)status.st_size;
	if (find_last(trail) == -1 || find_torn(trail) == -1)
		return err_set(error, "%s: %s", trail->path, strerror(errno));
	return 0;
}

int
trailfile_use(struct trailfile *trail, int fd, struct err *error)
{
	if (trail->fd != -1)
		close(trail->fd);
	trail->fd = fd;
	if (trailfile_look(trail, error) == 0)
		return 0;
	close(trail->fd); /* nobody may go on from what was not understood */
	trail->fd = -1;
	return -1;
}

int
trailfile_open(struct trailfile *trail, const char *path, struct err *error)
{
	*trail = (struct trailfile){ .path = path, .directory = -1, .fd = -1 };
	if (open_directory(trail, error) == -1 || lock(trail, error) == -1)
		return -1;
	trail->fd = openat(trail->directory, trail->name, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, MODE);
	if (trail->fd == -1 || fsync(trail->directory) == -1)
		return err_set(error, "%s: %s", path, strerror(errno));
	return 0;
}

void
trailfile_clear(struct trailfile *trail)
{
	if (trail->fd != -1)
		close(trail->fd);
	if (trail->directory != -1)
		close(trail->directory);
	trail->fd = trail->directory = -1;
}

int
trailfile_free_name(const struct trailfile *trail, int directory, const char *what, char name[static NAME_MAX + 1])
{
	char stamp[32];
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%S", &utc);
	for (unsigned n = 0; n < 1000; n++) {
		struct stat status;
		int length = snprintf(name, NAME_MAX + 1, "%s%s%s.%s.%03u", trail->name, *what != '\0' ? "." : "", what, stamp, n);

		if (length > NAME_MAX) {
			errno = ENAMETOOLONG;
			return -1;
		}
		if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == -1)
			return errno == ENOENT ? 0 : -1;
	}
	errno = EEXIST;
	return -1;
}

/* Copies what is torn to a file beside the trail. Returns 0, or -1 with errno. */
static int
save_torn(const struct trailfile *trail, char name[static NAME_MAX + 1])
{
	int fd, rc;

	if (trailfile_free_name(trail, trail->directory, "torn", name) == -1)
		return -1;
	fd = openat(trail->directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, MODE);
	if (fd == -1)
		return -1;
	rc = io_copy(trail->fd, trail->torn, trail->size, fd);
	if (rc == 0)
		rc = fsync(fd);
	if (close(fd) == -1)
		rc = -1;
	if (rc == 0)
		rc = fsync(trail->directory);
	else
		(void)unlinkat(trail->directory, name, 0);
	return rc;
}

/*
 * Does a record stand in these bytes? One that others appended does; what is left of packed ones does not. Where many look like one, they
 * are not all summed up.
 */
static bool
holds_record(const unsigned char *bytes, size_t size)
{
	const unsigned char *at = bytes, *end = bytes + size;
	unsigned char magic[4];
	struct record record;
	const char *problem;

	put_le32(magic, RECORD_MAGIC);
	for (int tries = 0; tries < TRIES; tries++) {
		size_t length;

		at = memmem(at, (size_t)(end - at), magic, sizeof(magic));
		if (at == NULL || end - at < RECORD_MAGIC_SIZE)
			return false;
		length = record_length(at);
		if (length != 0 && length <= (size_t)(end - at) && record_parse(at, length, &record, &problem) == 0)
			return true;
		at++;
	}
	return true;
}

/* Is all that is torn a part of that bin? What cannot be read is not known to be. */
static bool
is_part_of(const struct trailfile *trail, const unsigned char bin[TRAIL_BIN_ID])
{
	uint64_t size = trail->size - trail->torn;
	unsigned char *bytes;
	struct trail_head head;
	const char *problem;
	bool is;

	if (size < TRAIL_HEAD || size > TRAIL_HEAD + SECTION_BODY_MAX + TRAIL_TAIL)
		return false;
	bytes = mem_alloc((size_t)size);
	is = io_read_at(trail->fd, trail->torn, bytes, (size_t)size) == 1 && trail_parse_head(bytes, &head, &problem) == 0 &&
	    memcmp(head.bin, bin, TRAIL_BIN_ID) == 0 && !holds_record(bytes, (size_t)size);
	free(bytes);
	return is;
}

int
trailfile_mend(struct trailfile *trail, const unsigned char bin[TRAIL_BIN_ID], struct err *said, struct err *error)
{
	char name[NAME_MAX + 1] = "";
	uint64_t torn = trail->size - trail->torn;
	bool again;

	said->text[0] = '\0';
	if (torn == 0)
		return 0;
	again = is_part_of(trail, bin);
	if (!again && save_torn(trail, name) == -1)
		return err_set(error, "%s: byte %" PRIu64 ": saving a section that was never finished: %s", trail->path, trail->torn,
		    strerror(errno));
	if (ftruncate(trail->fd, (off_t)trail->torn) == -1 || fdatasync(trail->fd) == -1)
		return err_set(error, "%s: cutting off a section that was never finished: %s", trail->path, strerror(errno));
	err_set(said, "%s: byte %" PRIu64 ": a section was never finished: cut off %" PRIu64 " bytes, %s%s", trail->path, trail->torn, torn,
	    again ? "which now come again" : "saved in ", name);
	trail->size = trail->torn;
	return 0;
}

/* What an append has written so far. */
struct piece {
	off_t start;
	size_t size;
};

/* Appends the bytes in one piece: others may append between two writes. Returns 0, or -1 with errno. */
static int
write_piece(int fd, const unsigned char *bytes, size_t size, struct piece *piece)
{
	*piece = (struct piece){ .size = 0 };
	while (piece->size < size) {
		ssize_t n = write(fd, bytes + piece->size, size - piece->size);
		off_t end = lseek(fd, 0, SEEK_CUR);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 || end == -1)
			return -1;
		if (piece->size == 0)
			piece->start = end - n;
		if (piece->start + (off_t)piece->size + n != end) {
			errno = EBUSY;
			return -1;
		}
		piece->size += (size_t)n;
	}
	return 0;
}

/* Takes back what a failed append has written, unless others have appended behind it. */
static void
cut_back(struct trailfile *trail, const struct piece *piece, struct err *error)
{
	size_t used = strlen(error->text);
	struct stat status;

	if (piece->size == 0)
		return;
	if (fstat(trail->fd, &status) == 0 && status.st_size == piece->start + (off_t)piece->size &&
	    ftruncate(trail->fd, piece->start) == 0) {
		(void)fdatasync(trail->fd);
		return;
	}
	snprintf(error->text + used, sizeof(error->text) - used,
	    "; what was written of it (%zu bytes from byte %lld on) could not be cut off: the next auditcat -o will do it, or readers will"
	    " say that it is damaged",
	    piece->size, (long long)piece->start);
}

/* The section is on disk, or nothing of it is there. Returns 0, or -1 with *error. */
static int
write_whole(struct trailfile *trail, const unsigned char *section, size_t size, struct err *error)
{
	struct piece piece;

	if (write_piece(trail->fd, section, size, &piece) == 0 && fdatasync(trail->fd) == 0)
		return 0;
	err_set(error, "%s: %s", trail->path, strerror(errno));
	cut_back(trail, &piece, error);
	return -1;
}

int
trailfile_append(struct trailfile *trail, const unsigned char *section, size_t size, struct err *error)
{
	struct trail_tail tail;
	const char *problem;
	int rc;

	if (trail_parse_tail(section + size - TRAIL_TAIL, &tail, &problem) == -1)
		return err_set(error, "%s: a section of our own: %s", trail->path, problem);
	(void)io_lock(trail->fd, LOCK_EX, GLANCE); /* nobody who may read the trail can keep records out by a lock */
	rc = write_whole(trail, section, size, error);
	(void)flock(trail->fd, LOCK_UN);
	if (rc == -1)
		return -1;
	trail->end = (uint64_t)lseek(trail->fd, 0, SEEK_CUR);
	trail->size = trail->torn = trail->end;
	trail->chained = true;
	trail->sequence = tail.sequence;
	memcpy(trail->hash, tail.hash, TRAIL_HASH);
	return 0;
}

/* Its lock is held for as long as it is being filled. */
static bool
is_bin(int fd)
{
	unsigned char bytes[TRAIL_HEAD];
	struct trail_head head;
	const char *problem;

	return io_read_at(fd, 0, bytes, sizeof(bytes)) == 1 && trail_parse_head(bytes, &head, &problem) == 0 && head.flags & TRAIL_OPEN;
}

int
trailfile_stat(int fd, struct stat *status)
{
	bool locked = !is_bin(fd) && io_lock(fd, LOCK_SH, WRITING) == 0;
	int rc = fstat(fd, status);

	if (locked)
		(void)flock(fd, LOCK_UN);
	return rc;
}
