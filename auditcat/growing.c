/* SPDX-License-Identifier: BSD-2-Clause */
#include "growing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "frames.h"
#include "io.h"
#include "mem.h"
#include "record.h"
#include "section.h"

enum {
	CHUNK = 1 << 18,       /* bytes that are read at a time, where no single thing is longer */
	PEEK = 16,             /* bytes that tell a record, a head or a tail */
	WASTE_MAX = 256 << 20, /* bytes, and as many as were read, that may be summed up for nothing */
};

void
growing_init(struct growing *growing, const char *path, void (*say)(const char *text))
{
	*growing = (struct growing){ .path = path, .say = say, .fd = -1 };
}

void
growing_clear(struct growing *growing)
{
	if (growing->fd != -1)
		close(growing->fd);
	free(growing->data);
	free(growing->unpacked);
	*growing = (struct growing){ .fd = -1 };
}

static void
complain(struct growing *growing, const char *problem)
{
	struct err text;

	err_set(&text, "%s: byte %" PRIu64 ": %s", growing->path, growing->offset, problem);
	growing->say(text.text);
	growing->damaged++;
}

static int
failed(struct growing *growing)
{
	struct err text;

	err_set(&text, "%s: %s", growing->path, strerror(errno));
	growing->say(text.text);
	return -1;
}

static void
begin_anew(struct growing *growing)
{
	growing->offset = growing->body = growing->wasted = 0;
	growing->in_bin = growing->is_bin = growing->in_garbage = false;
	growing->last.end = 0;
}

/* What the bytes at hand are good for. */
enum progress {
	PROGRESS_DONE = 1, /* something was read */
	PROGRESS_WAIT = 0, /* it is not all there yet */
	PROGRESS_MORE = 2, /* it is there, but not at hand: *need bytes are wanted */
	PROGRESS_FAILED = -1,
};

/* A view on the file from offset on. */
struct view_on {
	const unsigned char *bytes;
	size_t size;    /* at hand */
	uint64_t there; /* in the file */
};

/* Are so many bytes at hand? If not, are they in the file? */
static enum progress
has(const struct view_on *view, uint64_t size, size_t *need)
{
	if (view->size >= size)
		return PROGRESS_DONE;
	*need = (size_t)size;
	return view->there >= size ? PROGRESS_MORE : PROGRESS_WAIT;
}

/* So many bytes that are no record. */
static enum progress
read_garbage(struct growing *growing, size_t size)
{
	if (!growing->in_garbage)
		complain(growing, "no record: looking for the next one");
	growing->in_garbage = true;
	growing->offset += size;
	growing->body += growing->in_bin ? size : 0;
	return PROGRESS_DONE;
}

static void
pass_section(struct growing *growing, const unsigned char *bytes, const struct trail_head *head, struct seen *seen, struct out *out)
{
	struct seen_bin *bin = seen_bin(seen, head->bin);
	const unsigned char *body = bytes + TRAIL_HEAD;
	size_t size = (size_t)head->content.body, room = (size_t)head->content.unpacked;
	uint64_t before, lost;

	if (head->part == 0) /* also where the file is read anew */
		bin->packed = 0;
	before = seen_pass(bin, bin->packed, bin->packed + room);
	bin->packed += room;
	if (head->flags & TRAIL_PACKED) {
		growing->unpacked = mem_grow(growing->unpacked, &growing->unpacked_capacity, room, 1);
		size = frames_unpack(body, size, growing->unpacked, room, &lost);
		body = growing->unpacked;
	}
	if (size > before)
		out_pass(out, body + before, size - before);
}

static enum progress
read_section(struct growing *growing, const struct view_on *view, const struct trail_head *head, struct seen *seen,
    struct out *out, size_t *need)
{
	uint64_t size = TRAIL_HEAD + head->content.body + TRAIL_TAIL;
	struct section_check check;
	const char *problem = "its head says that it is longer than any";
	enum progress progress;

	if (head->content.body > SECTION_BODY_MAX) {
		complain(growing, problem);
		return read_garbage(growing, 1);
	}
	if ((progress = has(view, size, need)) != PROGRESS_DONE)
		return progress;
	if (section_check_begin(&check, view->bytes, &problem) == 0)
		section_check_body(&check, view->bytes + TRAIL_HEAD, (size_t)head->content.body);
	if (section_check_end(&check, view->bytes + size - TRAIL_TAIL, NULL, &problem) == -1)
		complain(growing, problem);
	pass_section(growing, view->bytes, head, seen, out);
	growing->last = (struct section_place){ .start = growing->offset, .end = growing->offset + size, .unpacked = head->content.unpacked };
	memcpy(growing->last.bin, head->bin, TRAIL_BIN_ID);
	growing->sequence = head->sequence;
	growing->offset += size;
	growing->in_bin = false;
	return PROGRESS_DONE;
}

static enum progress
read_head(struct growing *growing, const struct view_on *view, struct seen *seen, struct out *out, size_t *need)
{
	struct trail_head head;
	const char *problem;
	enum progress progress = has(view, TRAIL_HEAD, need);

	if (progress != PROGRESS_DONE)
		return progress;
	if (trail_parse_head(view->bytes, &head, &problem) == -1)
		return read_garbage(growing, 1);
	growing->in_garbage = false;
	if (!(head.flags & TRAIL_OPEN))
		return read_section(growing, view, &head, seen, out, need);
	growing->in_bin = true;
	growing->is_bin |= growing->offset == 0;
	if (growing->offset == 0)
		memcpy(growing->head_bytes, view->bytes, TRAIL_HEAD);
	growing->head = head;
	growing->body = 0;
	growing->offset += TRAIL_HEAD;
	return PROGRESS_DONE;
}

static enum progress
read_tail(struct growing *growing, const struct view_on *view, size_t *need)
{
	struct trail_tail tail;
	const char *problem;
	enum progress progress = has(view, TRAIL_TAIL, need);

	if (progress != PROGRESS_DONE)
		return progress;
	if (!growing->in_bin || trail_parse_tail(view->bytes, &tail, &problem) == -1 ||
	    memcmp(tail.bin, growing->head.bin, TRAIL_BIN_ID) != 0)
		return read_garbage(growing, 1);
	growing->in_bin = growing->in_garbage = false;
	growing->offset += TRAIL_TAIL;
	return PROGRESS_DONE;
}

static enum progress
read_record(struct growing *growing, const struct view_on *view, size_t length, struct seen *seen, struct out *out, size_t *need)
{
	struct record record;
	const char *problem;
	enum progress progress = has(view, length, need);

	if (progress != PROGRESS_DONE)
		return progress;
	if (record_parse(view->bytes, length, &record, &problem) == -1) {
		/* Where that happens again and again the input is made to be slow: then its claims are believed. */
		growing->wasted += length;
		return read_garbage(growing, growing->wasted <= WASTE_MAX + growing->offset ? 1 : length);
	}
	growing->in_garbage = false;
	if (!growing->in_bin || seen_pass(seen_bin(seen, growing->head.bin), growing->body, growing->body + length) == 0)
		out_bytes(out, view->bytes, length);
	growing->offset += length;
	growing->body += length;
	return PROGRESS_DONE;
}

/* What stands at the offset. */
static enum progress
read_one(struct growing *growing, const struct view_on *view, struct seen *seen, struct out *out, size_t *need)
{
	enum progress progress = has(view, PEEK, need);
	size_t length;

	if (progress != PROGRESS_DONE)
		return progress;
	if (trail_is_head(view->bytes))
		return read_head(growing, view, seen, out, need);
	if (trail_is_tail(view->bytes))
		return read_tail(growing, view, need);
	length = record_length(view->bytes);
	return length != 0 ? read_record(growing, view, length, seen, out, need) : read_garbage(growing, 1);
}

/* Has the bin been begun anew, though it is the same file? It is known by its head. */
static bool
is_anew(const struct growing *growing)
{
	unsigned char bytes[TRAIL_HEAD];

	return growing->is_bin && io_read_at(growing->fd, 0, bytes, sizeof(bytes)) == 1 &&
	    memcmp(bytes, growing->head_bytes, TRAIL_HEAD) != 0;
}

/* A section that did not get to the disk was cut off again by who appended it: it comes once more. */
static bool
take_back(struct growing *growing, uint64_t size, struct seen *seen)
{
	struct section_place *last = &growing->last;

	if (last->end != growing->offset || last->start != size)
		return false;
	seen_bin(seen, last->bin)->packed -= last->unpacked;
	growing->sequence--;
	growing->offset = size;
	last->end = 0;
	return true;
}

/* The file has that size now: is what stands before the offset still what was read? If not, the offset is moved to where to go on. */
static void
check_offset(struct growing *growing, uint64_t size, struct seen *seen)
{
	if (size >= growing->offset ? !is_anew(growing) : take_back(growing, size, seen))
		return;
	if (!growing->is_bin)
		complain(growing, "the file was cut before here: reading it from its beginning");
	begin_anew(growing);
}

/* Reads what is there from the offset on, as much as need be. Returns 0, or -1. */
static int
fill(struct growing *growing, uint64_t size, size_t need, struct view_on *view)
{
	size_t want = need > CHUNK ? need : CHUNK;

	view->there = size - growing->offset;
	if (want > view->there)
		want = (size_t)view->there;
	growing->data = mem_grow(growing->data, &growing->capacity, want, 1);
	view->bytes = growing->data;
	view->size = want;
	switch (io_read_at(growing->fd, growing->offset, growing->data, want)) {
	case 0: /* it was cut meanwhile: the next look will tell */
		view->size = view->there = 0;
		return 0;
	case 1:
		return 0;
	default:
		return failed(growing);
	}
}

/*
 * Reads the open file to its end, as far as it is whole there. final: nothing will be added to it, so what is not whole is damage, and a
 * length that leads beyond the end is wrong. Returns 0, or -1.
 */
static int
read_file(struct growing *growing, bool final, struct seen *seen, struct out *out)
{
	enum progress progress = PROGRESS_MORE;
	size_t need = CHUNK;

	while (progress != PROGRESS_WAIT) {
		struct view_on view;
		struct stat status;

		if (fstat(growing->fd, &status) == -1)
			return failed(growing);
		check_offset(growing, (uint64_t)status.st_size, seen);
		if (fill(growing, (uint64_t)status.st_size, need, &view) == -1)
			return -1;
		do {
			uint64_t before = growing->offset;

			progress = read_one(growing, &view, seen, out, &need);
			if (progress == PROGRESS_WAIT && final && view.there > 0)
				progress = read_garbage(growing, 1);
			view.bytes += growing->offset - before;
			view.size -= (size_t)(growing->offset - before);
			view.there -= growing->offset - before;
		} while (progress == PROGRESS_DONE);
	}
	return 0;
}

/* The sequence of the link that a trail begins with; 0 if it does not begin with one. */
static uint64_t
link_of(int fd)
{
	unsigned char bytes[TRAIL_HEAD];
	struct trail_head head;
	const char *problem;

	if (io_read_at(fd, 0, bytes, sizeof(bytes)) != 1 || trail_parse_head(bytes, &head, &problem) == -1)
		return 0;
	return head.flags & TRAIL_LINK ? head.sequence : 0;
}

/* Among the backups beside the trail, the one that goes on behind what was read last. Returns its descriptor, or -1. */
static int
find_between(const struct growing *growing)
{
	const char *slash = strrchr(growing->path, '/');
	const char *name = slash != NULL ? slash + 1 : growing->path;
	char *parent = slash != NULL ? mem_string(growing->path, (size_t)(slash - growing->path) + 1) : mem_string(".", 1);
	DIR *directory = opendir(parent);
	struct dirent *entry;
	int found = -1;

	while (directory != NULL && found == -1 && (entry = readdir(directory)) != NULL) {
		if (strncmp(entry->d_name, name, strlen(name)) != 0 || entry->d_name[strlen(name)] != '.' ||
		    strstr(entry->d_name, ".new.") != NULL)
			continue;
		found = openat(dirfd(directory), entry->d_name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
		if (found != -1 && link_of(found) != growing->sequence + 1) {
			close(found);
			found = -1;
		}
	}
	if (directory != NULL)
		closedir(directory);
	free(parent);
	return found;
}

/* Goes over to another file. */
static void
use(struct growing *growing, int fd)
{
	struct stat status = { 0 };

	if (growing->fd != -1)
		close(growing->fd);
	growing->fd = fd;
	(void)fstat(fd, &status);
	growing->device = status.st_dev;
	growing->inode = status.st_ino;
	begin_anew(growing);
}

/*
 * The name stands for another file now. A trail that was rotated more than once since the last look left others in between: they are
 * read first. Returns 0, or -1.
 */
static int
go_over(struct growing *growing, int fd, struct seen *seen, struct out *out)
{
	uint64_t link = link_of(fd);
	struct err text;

	while (growing->sequence != 0 && link > growing->sequence + 1) {
		uint64_t before = growing->sequence;
		int between = find_between(growing);

		if (between != -1) {
			use(growing, between);
			if (read_file(growing, true, seen, out) == -1) {
				close(fd);
				return -1;
			}
		}
		if (growing->sequence > before)
			continue;
		err_set(&text, "sections %" PRIu64 " to %" PRIu64 " were rotated away before they were read", before + 1, link - 1);
		complain(growing, text.text);
		break;
	}
	use(growing, fd);
	return 0;
}

/* The file that has the name now, if it is not the open one: -1 if nothing has changed, or it cannot be opened (*why: errno, else 0). */
static int
open_other(const struct growing *growing, int *why)
{
	struct stat status;
	int fd;

	*why = stat(growing->path, &status) == -1 ? errno : 0;
	if (*why != 0 || (growing->fd != -1 && status.st_dev == growing->device && status.st_ino == growing->inode))
		return -1;
	fd = open(growing->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	*why = fd == -1 ? errno : 0;
	return fd;
}

/* Says why there is no file, or no other: once, and not that a bin was delivered, or a trail is just being backed up. */
static void
say_missing(struct growing *growing, int why)
{
	struct err text;

	if (growing->missing || (why == ENOENT && growing->fd != -1))
		return;
	err_set(&text, "%s: %s: waiting for it", growing->path, why == ENOENT ? "not there yet" : strerror(why));
	growing->say(text.text);
	growing->missing = true;
}

int
growing_read(struct growing *growing, struct seen *seen, struct out *out)
{
	int fd, why;

	if (growing->fd != -1 && read_file(growing, false, seen, out) == -1)
		return -1;
	fd = open_other(growing, &why);
	if (why != 0)
		say_missing(growing, why);
	if (fd == -1)
		return 0;
	growing->missing = false;
	/* Its last bytes may have come since it was read; those who rotate do not write to it any more. */
	if (growing->fd != -1 && read_file(growing, true, seen, out) == -1) {
		close(fd);
		return -1;
	}
	if (go_over(growing, fd, seen, out) == -1)
		return -1;
	return read_file(growing, false, seen, out);
}
