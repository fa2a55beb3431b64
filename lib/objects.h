/* The file objects: files whose use makes events, whoever uses them. man/audit_objects.5 describes it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OBJECTS_H
#define OBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "view.h"

enum object_mode { OBJECT_READ,
	OBJECT_WRITE,
	OBJECT_EXECUTE,
	OBJECT_MODES };
enum object_kind { OBJECT_FILE,
	OBJECT_DIRECTORY,
	OBJECT_GLOB }; /* a directory stands for all that is below it */

struct object {
	const char *path; /* absolute, normalised; a symbolic link is replaced by what it points to */
	enum object_kind kind;
	bool missing;                     /* a file that was not there when this was read */
	const char *events[OBJECT_MODES]; /* NULL: not audited */
	unsigned line;
	uint64_t id; /* made from the path alone, so that a rule's key means the same object after the file has changed */
};

struct objects;

/* Reads confdir/objects, or its text. warn is told of symbolic links and the like. Returns NULL with *error "PATH:LINE: what: why". */
struct objects *objects_load(const char *confdir, void (*warn)(const char *text), struct err *error);
struct objects *objects_parse(const char *path, const char *text, size_t length, void (*warn)(const char *text), struct err *error);
void objects_free(struct objects *objects);

/* In the order of the file: 0 up to the first NULL. */
const struct object *objects_at(const struct objects *objects, size_t index);

struct object_hit {
	const struct object *object;
	enum object_mode mode;
	const char *path; /* the file that was used, valid as long as the view is on this record */
	size_t length;
};

/*
 * The objects that the event in the view uses, in each of their modes, at most max; returns how many. A system call reads, writes or
 * executes as the kernel's permission classes say (asm-generic/audit_read.h, audit_write.h, audit_dir_write.h; opens by their flags).
 * key_prefix: a rule key of ours, `PREFIXid` in 16 hexadecimal digits, so that a file that is reached by another name is known too.
 */
size_t objects_match(const struct objects *objects, struct view *view, const char *key_prefix, struct object_hit *hits, size_t max);

#endif
