/* SPDX-License-Identifier: BSD-2-Clause */
#include "bin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"
#include "record.h"

enum {
	MODE = 0640,
	COPY = 1 << 20,   /* bytes at a time */
	LENGTH_SEEN = 12, /* bytes that record_length() looks at */
};

static int
write_at(int fd, const unsigned char *bytes, size_t size, uint64_t at)
{
	while (size > 0) {
		ssize_t n = pwrite(fd, bytes, size, (off_t)at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			errno = n == 0 ? ENOSPC : errno;
			return -1;
		}
		bytes += n;
		size -= (size_t)n;
		at += (uint64_t)n;
	}
	return 0;
}

/* Returns false with errno if not all of them can be read. */
static bool
read_at(int fd, unsigned char *bytes, size_t size, uint64_t at)
{
	while (size > 0) {
		ssize_t n = pread(fd, bytes, size, (off_t)at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			errno = n == 0 ? EIO : errno;
			return false;
		}
		bytes += n;
		size -= (size_t)n;
		at += (uint64_t)n;
	}
	return true;
}

/* Where the content ends. */
static uint64_t
end_of(const struct bin *bin)
{
	return TRAIL_HEAD + bin->content.body;
}

static int
write_head(const struct bin *bin)
{
	struct trail_head head = { .flags = TRAIL_OPEN, .sequence = bin->sequence };
	unsigned char bytes[TRAIL_HEAD];
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	head.created = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	memcpy(head.bin, bin->id, sizeof(head.bin));
	(void)gethostname(head.host, sizeof(head.host) - 1);
	trail_put_head(bytes, &head);
	return write_at(bin->fd, bytes, sizeof(bytes), 0) == 0 ? fdatasync(bin->fd) : -1;
}

/* The name that a bin has until its head is written, to be freed. */
static char *
name_unmade(const char *path)
{
	char *new = mem_alloc(strlen(path) + sizeof(".new"));

	stpcpy(stpcpy(new, path), ".new");
	return new;
}

/* What a crash left of a bin that was being made. It has no records. */
static void
remove_unmade(const char *path)
{
	struct stat status;

	if (lstat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= TRAIL_HEAD && status.st_uid == geteuid())
		(void)unlink(path);
}

/* Gives the file, whole with its head, the name path, unless there is something of that name. */
static int
make_under(struct bin *bin, const char *new, const char *path)
{
	struct stat status;

	remove_unmade(new);
	bin->fd = open(new, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, MODE);
	if (bin->fd == -1)
		return -1;
	(void)flock(bin->fd, LOCK_EX | LOCK_NB); /* says to another auditbin that it is being filled */
	if (getrandom(bin->id, sizeof(bin->id), 0) != sizeof(bin->id) || write_head(bin) == -1 || fstat(bin->fd, &status) == -1 ||
	    link(new, path) == -1) {
		int saved = errno;

		(void)unlink(new);
		errno = saved;
		return -1;
	}
	bin->device = status.st_dev;
	bin->inode = status.st_ino;
	if (unlink(new) == -1 || file_sync_name(path) == -1) {
		int saved = errno;

		(void)unlink(path);
		(void)unlink(new);
		errno = saved;
		return -1;
	}
	return 0;
}

int
bin_create(struct bin *bin, const char *path, uint64_t sequence)
{
	char *new = name_unmade(path);
	int rc, saved;

	*bin = (struct bin){ .path = mem_string(path, strlen(path)), .fd = -1, .sequence = sequence };
	rc = make_under(bin, new, path);
	saved = errno;
	free(new);
	if (rc == -1)
		bin_clear(bin);
	errno = saved;
	return rc;
}

/* Reads the tail at the end of so large a file. Is it this bin's? */
static bool
has_tail(struct bin *bin, int fd, off_t size)
{
	unsigned char bytes[TRAIL_TAIL];
	struct trail_tail tail;
	const char *problem;

	if (size < TRAIL_HEAD + TRAIL_TAIL || !read_at(fd, bytes, sizeof(bytes), (uint64_t)size - TRAIL_TAIL) ||
	    trail_parse_tail(bytes, &tail, &problem) == -1 || memcmp(tail.bin, bin->id, sizeof(tail.bin)) != 0 ||
	    tail.content.body != (uint64_t)(size - TRAIL_HEAD - TRAIL_TAIL))
		return false;
	bin->content = tail.content;
	return true;
}

static int
read_found(struct bin *bin, int fd, const struct stat *status, struct err *error)
{
	unsigned char bytes[TRAIL_HEAD];
	struct trail_head head;
	const char *problem = "shorter than a head";

	if (status->st_size == 0)
		return 0;
	if (status->st_size >= TRAIL_HEAD && !read_at(fd, bytes, sizeof(bytes), 0))
		return err_set(error, "%s: %s", bin->path, strerror(errno));
	if (status->st_size >= TRAIL_HEAD && trail_parse_head(bytes, &head, &problem) == 0)
		problem = head.flags & TRAIL_OPEN ? NULL : "a trail";
	if (problem != NULL)
		return err_set(error, "%s: not a bin (%s): move it away, and see with `auditcat -r` what it holds", bin->path, problem);
	memcpy(bin->id, head.bin, sizeof(bin->id));
	bin->sequence = head.sequence;
	bin->device = status->st_dev;
	bin->inode = status->st_ino;
	bin->recover = !has_tail(bin, fd, status->st_size);
	if (bin->recover)
		bin->content.body = (uint64_t)(status->st_size - TRAIL_HEAD);
	return bin->content.body > 0 ? 1 : 0;
}

static int
look_at(struct bin *bin, struct err *error)
{
	/* A fifo of that name must not hold us. */
	int fd = open(bin->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY), rc;
	struct stat status;

	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1 && errno == ELOOP)
		return err_set(error, "%s: a symbolic link: a bin must be a file of its own", bin->path);
	if (fd == -1 || fstat(fd, &status) == -1)
		rc = err_set(error, "%s: %s", bin->path, strerror(errno));
	else if (!S_ISREG(status.st_mode))
		rc = err_set(error, "%s: not a regular file: move it away", bin->path);
	else if (status.st_uid != geteuid() && status.st_uid != 0)
		rc = err_set(error, "%s: belongs to uid %u: move it away", bin->path, (unsigned)status.st_uid);
	else if (flock(fd, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK)
		rc = err_set(error, "%s: another auditbin fills it", bin->path);
	else {
		rc = read_found(bin, fd, &status, error);
		if (rc == 0 && unlink(bin->path) == -1)
			rc = err_set(error, "%s: %s", bin->path, strerror(errno));
	}
	if (fd != -1)
		close(fd);
	return rc;
}

int
bin_find(struct bin *bin, const char *path, struct err *error)
{
	char *new = name_unmade(path);
	int rc;

	remove_unmade(new);
	free(new);
	*bin = (struct bin){ .path = mem_string(path, strlen(path)), .fd = -1 };
	rc = look_at(bin, error);
	if (rc != 1)
		bin_clear(bin);
	return rc;
}

/* Adds whole records to what the content says. */
static void
count(struct trail_content *content, const unsigned char *records, size_t size)
{
	for (size_t offset = 0; offset < size; offset += record_length(records + offset)) {
		int64_t time = record_time(records + offset);

		content->first = content->records == 0 || time < content->first ? time : content->first;
		content->last = content->records == 0 || time > content->last ? time : content->last;
		content->records++;
	}
	content->body += size;
	content->unpacked += size;
}

int
bin_append(struct bin *bin, const unsigned char *records, size_t size)
{
	int saved;

	if (write_at(bin->fd, records, size, end_of(bin)) == 0) {
		count(&bin->content, records, size);
		return 0;
	}
	saved = errno;
	/* Half a record must not stay. Where it does, the next write stands in its place, or bin_finish() cuts it. */
	bin->ragged = true;
	(void)!ftruncate(bin->fd, (off_t)end_of(bin));
	errno = saved;
	return -1;
}

int
bin_copy(struct bin *bin, const struct bin *from)
{
	unsigned char *bytes = mem_alloc(COPY);
	uint64_t end = end_of(from), at = TRAIL_HEAD;
	int rc = 0, saved;

	while (rc == 0 && at < end) {
		size_t size = end - at < COPY ? (size_t)(end - at) : COPY;

		rc = read_at(from->fd, bytes, size, at) ? write_at(bin->fd, bytes, size, at) : -1;
		at += size;
	}
	saved = errno;
	free(bytes);
	bin->ragged = rc == -1;
	if (rc == 0)
		bin->content = from->content;
	errno = saved;
	return rc;
}

/* How many bytes of whole good records these begin with. */
static size_t
measure_good(const unsigned char *bytes, size_t size)
{
	struct record record;
	const char *problem;
	size_t good = 0, length;

	while (size - good >= LENGTH_SEEN && (length = record_length(bytes + good)) != 0 && length <= size - good &&
	    record_parse(bytes + good, length, &record, &problem) == 0)
		good += length;
	return good;
}

/* Writes once more what is in doubt, as far as the page cache still has it: what it has not is lost. Returns 0, or -1 with errno. */
static int
write_again(struct bin *bin)
{
	uint64_t at = TRAIL_HEAD + bin->synced, end = end_of(bin);
	unsigned char *bytes = mem_alloc(RECORD_MAX);
	int rc = 0;

	while (rc == 0 && at < end) {
		size_t size = end - at < RECORD_MAX ? (size_t)(end - at) : RECORD_MAX;
		size_t good = read_at(bin->fd, bytes, size, at) ? measure_good(bytes, size) : 0;

		if (good == 0)
			break;
		rc = write_at(bin->fd, bytes, good, at);
		at += good;
	}
	free(bytes);
	if (rc == 0)
		bin->lost = end - at;
	return rc;
}

int
bin_sync(struct bin *bin)
{
	if (bin->doubtful && write_again(bin) == -1)
		return -1;
	bin->doubtful = fdatasync(bin->fd) == -1;
	if (bin->doubtful)
		return -1;
	bin->synced = bin->content.body;
	return 0;
}

int
bin_finish(struct bin *bin)
{
	struct trail_tail tail = { .flags = TRAIL_OPEN, .sequence = bin->sequence, .content = bin->content };
	unsigned char bytes[TRAIL_TAIL];

	memcpy(tail.bin, bin->id, sizeof(tail.bin));
	trail_put_tail(bytes, &tail);
	if (write_at(bin->fd, bytes, sizeof(bytes), end_of(bin)) == -1 ||
	    (bin->ragged && ftruncate(bin->fd, (off_t)(end_of(bin) + TRAIL_TAIL)) == -1) || bin_sync(bin) == -1)
		return -1;
	close(bin->fd); /* all of it is on the disk: there is nothing more to fail */
	bin->fd = -1;
	return 0;
}

int
bin_look(const struct bin *bin)
{
	struct stat status;

	if (lstat(bin->path, &status) == -1)
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? 0 : -1;
	return status.st_dev == bin->device && status.st_ino == bin->inode;
}

void
bin_clear(struct bin *bin)
{
	if (bin->fd != -1)
		close(bin->fd);
	free(bin->path);
	*bin = (struct bin){ .fd = -1 };
}
