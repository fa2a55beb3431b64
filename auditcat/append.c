/* SPDX-License-Identifier: BSD-2-Clause */
#include "append.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chain.h"
#include "source.h"

int
append_begin(struct append *append)
{
	append->status = EXIT_OK;
	append->rotation_failed = append->broken = false;
	return bins_init(&append->bins, append->trail.directory, append->trail.name, append->trail.size, append->rotation.directory);
}

void
append_end(struct append *append)
{
	bins_clear(&append->bins);
}

static void
worsen(struct append *append, int status)
{
	if (append->status != EXIT_FAILED)
		append->status = status;
}

/* Damage is what -r was asked to get over: it is said, all that is there is kept, and there is nothing more that a second try could do. */
static void
note_damage(struct append *append)
{
	if (!append->recover)
		worsen(append, EXIT_DAMAGED);
}

static void
failed(struct append *append, const char *text)
{
	append->say(text);
	worsen(append, EXIT_FAILED);
}

/* A failure after which nothing more can be written. Returns -1. */
static int
broken(struct append *append, const char *text)
{
	failed(append, text);
	append->broken = true;
	return -1;
}

/* The unit's place in the chain of bins and parts. *skip: bytes of it that the trail has. Returns 0, or -1. */
static int
find_place(struct append *append, const struct source *source, struct trail_head *head, uint64_t *skip)
{
	struct bin_parts parts;
	struct err error;
	int rc;

	*skip = 0;
	if (source->unit == SOURCE_PLAIN) {
		chain_new_bin(head);
		if (source->headless) /* the same id when it comes again */
			crypto_generichash(head->bin, sizeof(head->bin), source->head_bytes, sizeof(source->head_bytes), NULL, 0);
	} else {
		*head = source->head;
	}
	rc = bins_find(&append->bins, head->bin, head->created, &parts);
	if (rc == -1) {
		err_set(&error, "%s: %s", append->trail.path, strerror(errno));
		return broken(append, error.text);
	}
	if (source->unit == SOURCE_SECTION) {
		if (rc == 1 && head->part >= parts.first && head->part < parts.next)
			*skip = UINT64_MAX;
	} else {
		head->part = parts.next;
		*skip = parts.bytes;
	}
	return 0;
}

/* Passes over what the trail has of the unit. Returns 0, or -1. */
static int
skip_bytes(struct source *source, uint64_t skip)
{
	while (skip > 0) {
		const unsigned char *bytes;
		size_t size;
		bool all;

		if (source_window(source, 1, &bytes, &size, &all) == -1)
			return -1;
		if (size > skip)
			size = (size_t)skip;
		if (size == 0)
			return 0;
		source_take(source, size);
		skip -= size;
	}
	return 0;
}

/* A failure leaves a trail that is too long, and nothing is lost: it is said, and appending goes on. */
static void
rotate(struct append *append)
{
	struct err said, error;

	if (append->rotation_failed || !rotation_is_due(&append->rotation, &append->trail))
		return;
	if (rotation_run(&append->rotation, &append->trail, &append->packer, &said, &error) == 0) {
		append->say(said.text);
	} else {
		append->rotation_failed = true;
		failed(append, error.text);
	}
}

/* Before the first section is written to the trail, and before each new bin. Returns 0, or -1. */
static int
prepare_trail(struct append *append, const struct trail_head *head)
{
	struct err said, error;

	if (append->out != NULL)
		return 0;
	if (trailfile_mend(&append->trail, head->bin, &said, &error) == -1)
		return broken(append, error.text);
	if (said.text[0] != '\0')
		append->say(said.text);
	if (head->part == 0)
		rotate(append);
	append->broken = append->trail.fd == -1;
	return append->broken ? -1 : 0;
}

/* Writes the section that was packed last. Returns 0, or -1. */
static int
write_section(struct append *append, const struct trail_head *head, const struct trail_tail *tail)
{
	struct err error;

	if (append->out != NULL) {
		out_pass(append->out, append->packer.data, append->packer.size);
		append->trail.sequence = tail->sequence;
		memcpy(append->trail.hash, tail->hash, TRAIL_HASH);
	} else if (trailfile_append(&append->trail, append->packer.data, append->packer.size, &error) == -1) {
		return broken(append, error.text);
	}
	bins_add(&append->bins, head);
	return 0;
}

/* Packs the bytes as the next part. Returns how many it took, or -1. */
static int64_t
append_part(struct append *append, struct trail_head *head, const unsigned char *bytes, size_t size, bool all)
{
	struct trail_tail tail;
	struct err error;
	int64_t taken;

	if (prepare_trail(append, head) == -1)
		return -1;
	head->sequence = append->trail.sequence + 1;
	memcpy(head->previous, append->trail.hash, TRAIL_HASH);
	taken = packer_pack(&append->packer, bytes, size, all, head, &tail);
	if (taken == -1) {
		err_set(&error, "packing: %s", strerror(errno));
		return broken(append, error.text);
	}
	return write_section(append, head, &tail) == -1 ? -1 : taken;
}

/* All bytes of the unit that its end allows for. Returns 0, -1. */
static int
append_parts(struct append *append, struct source *source, struct trail_head *head)
{
	uint32_t last = source->unit == SOURCE_SECTION ? head->flags & TRAIL_LAST : TRAIL_LAST;

	for (;;) {
		const unsigned char *bytes;
		size_t size;
		bool all;
		int64_t taken;

		if (source_window(source, TRAIL_SECTION, &bytes, &size, &all) == -1) {
			worsen(append, EXIT_FAILED);
			return -1;
		}
		if (size == 0 || (all && source->unit == SOURCE_BIN && !source->whole && !append->recover))
			return 0;
		head->flags = last;
		if ((taken = append_part(append, head, bytes, size, all)) == -1)
			return -1;
		source_take(source, (size_t)taken);
		head->part++;
	}
}

/* The unit has been read to its end: what is to be said of that. */
static void
judge(struct append *append, const struct source *source)
{
	struct err text;

	if (source->whole || source->unit == SOURCE_SECTION)
		return;
	if (source->unit == SOURCE_BIN && !append->recover) {
		err_set(&text, "%s: byte %" PRIu64 ": the bin has no tail: if nothing writes to it any more, `auditcat -o trail -r %s` recovers it",
		    source->name, source->start, source->name);
		worsen(append, EXIT_DAMAGED);
	} else if (append->recover) {
		err_set(&text, "%s: recovered, though it has no tail: %" PRIu64 " bytes at its end were no whole record", source->name,
		    source->torn);
	} else {
		err_set(&text, "%s: the input ends in a record: %" PRIu64 " bytes were left out", source->name, source->torn);
		worsen(append, EXIT_DAMAGED);
	}
	append->say(text.text);
}

static int
append_unit(struct append *append, struct source *source)
{
	struct trail_head head;
	struct err text;
	uint64_t skip, damaged = append->packer.damaged;

	if (source->headless && !append->recover) { /* it would be added again with each try */
		err_set(&text, "%s: byte %" PRIu64 ": what begins there has no good head, and is left out: -r takes its records", source->name,
		    source->start);
		append->say(text.text);
		worsen(append, EXIT_DAMAGED);
		return 0;
	}
	if (source->unit == SOURCE_SECTION && source->head.flags & TRAIL_LINK)
		return 0;
	if (find_place(append, source, &head, &skip) == -1 || skip_bytes(source, skip) == -1 ||
	    append_parts(append, source, &head) == -1)
		return -1;
	judge(append, source);
	damaged = append->packer.damaged - damaged;
	if (damaged > 0) {
		err_set(&text, "%s: byte %" PRIu64 ": in what begins there, bytes in %" PRIu64 " places are no records: they were kept as they are",
		    source->name, source->start, damaged);
		append->say(text.text);
		note_damage(append);
	}
	return 0;
}

/* Adding a trail to itself would never end. */
static bool
is_trail(const struct append *append, int fd)
{
	struct stat a, b;

	return append->out == NULL && fstat(fd, &a) == 0 && fstat(append->trail.fd, &b) == 0 && a.st_dev == b.st_dev &&
	    a.st_ino == b.st_ino;
}

int
append_input(struct append *append, int fd, const char *name)
{
	struct source source;
	struct err text;
	int next, rc = 0;

	if (is_trail(append, fd)) {
		err_set(&text, "%s: is the trail itself: left out", name);
		close(fd);
		failed(append, text.text);
		return 0;
	}
	source_init(&source, fd, name, append->say);
	while (rc == 0 && (next = source_next(&source)) != 0)
		rc = next == -1 ? -1 : append_unit(append, &source);
	if (rc == -1)
		worsen(append, EXIT_FAILED);
	else if (source.damaged > 0)
		note_damage(append);
	source_clear(&source);
	return append->broken ? -1 : 0;
}
