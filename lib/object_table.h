/* The file objects, compiled: what it takes to know the files of an event at a glance. Private to objects.c and objects_match.c. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OBJECT_TABLE_H
#define OBJECT_TABLE_H

#include <stdint.h>

#include "objects.h"
#include "stanza.h"
#include "syscalls.h"

enum { OBJECT_ARCHES = 16 }; /* more than syscalls.c has */

/* What a system call does to the files that it names: a bit of each enum object_mode, and these. */
enum {
	ACCESS_READ = 1 << OBJECT_READ,
	ACCESS_WRITE = 1 << OBJECT_WRITE,
	ACCESS_EXECUTE = 1 << OBJECT_EXECUTE,
	ACCESS_OPEN = 1 << OBJECT_MODES,        /* its flags tell */
	ACCESS_URING = 1 << (OBJECT_MODES + 1), /* the operations that it carries out tell */
};

/*
 * A path that is searched for. An object has one for its path and, where it was written otherwise, one for that; a glob has the
 * directory before its first wildcard here.
 */
struct object_place {
	const char *path;
	size_t length;
	uint32_t hash;
	uint32_t object;     /* index */
	const char *pattern; /* of a glob, else NULL */
	bool below;          /* what is below it is meant too; of a glob: only that */
};

struct objects {
	struct stanza_file file;
	struct object *objects;
	size_t count;
	struct object_place *places; /* by hash: size slots, a power of two, free where path is NULL; at least half of them are */
	size_t size, used;
	unsigned modes; /* all that any object asks for: ACCESS_ bits */
	unsigned char calls[OBJECT_ARCHES][SYSCALL_MAX];
};

/* The hash of a path grows with the path, so that one walk over it finds all directories above it too. FNV-1a. */
static const uint32_t object_hash_start = 2166136261u;

static inline uint32_t
object_hash_add(uint32_t hash, char c)
{
	return (hash ^ (unsigned char)c) * 16777619u;
}

/* Fills objects->calls. */
void objects_classify_calls(struct objects *objects);

#endif
