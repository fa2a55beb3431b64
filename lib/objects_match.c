/*
 * Which objects an event uses. Nearly every event uses none, and that has to be seen without parsing it: the names in its PATH
 * lines are hashed as they stand there, and only where a hash is known, or a name is not plain, the lines are read properly.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "object_table.h"
#include "path.h"
#include "rectype.h"
#include "text.h"
#include "uring.h"
#include "value.h"

/*
 * Sorted by name. Source: the kernel's asm-generic/audit_read.h, audit_write.h, audit_dir_write.h, and audit_match_perm() of
 * kernel/auditsc.c, which adds opens, execve and bind. mmap() and write() have no PATH lines: what counts is the open.
 */
static const struct {
	const char *name;
	unsigned char access;
} classes[] = {
	{ "acct", ACCESS_WRITE },
	{ "bind", ACCESS_WRITE },
	{ "creat", ACCESS_WRITE },
	{ "execve", ACCESS_EXECUTE },
	{ "execveat", ACCESS_EXECUTE },
	{ "fallocate", ACCESS_WRITE },
	{ "fgetxattr", ACCESS_READ },
	{ "file_getattr", ACCESS_READ },
	{ "flistxattr", ACCESS_READ },
	{ "ftruncate", ACCESS_WRITE },
	{ "ftruncate64", ACCESS_WRITE },
	{ "getxattr", ACCESS_READ },
	{ "getxattrat", ACCESS_READ },
	{ "io_uring_enter", ACCESS_URING },
	{ "lgetxattr", ACCESS_READ },
	{ "link", ACCESS_WRITE },
	{ "linkat", ACCESS_WRITE },
	{ "listxattr", ACCESS_READ },
	{ "listxattrat", ACCESS_READ },
	{ "llistxattr", ACCESS_READ },
	{ "mkdir", ACCESS_WRITE },
	{ "mkdirat", ACCESS_WRITE },
	{ "mknod", ACCESS_WRITE },
	{ "mknodat", ACCESS_WRITE },
	{ "open", ACCESS_OPEN },
	{ "openat", ACCESS_OPEN },
	{ "openat2", ACCESS_OPEN },
	{ "quotactl", ACCESS_READ | ACCESS_WRITE },
	{ "readlink", ACCESS_READ },
	{ "readlinkat", ACCESS_READ },
	{ "rename", ACCESS_WRITE },
	{ "renameat", ACCESS_WRITE },
	{ "renameat2", ACCESS_WRITE },
	{ "rmdir", ACCESS_WRITE },
	{ "swapon", ACCESS_WRITE },
	{ "symlink", ACCESS_WRITE },
	{ "symlinkat", ACCESS_WRITE },
	{ "truncate", ACCESS_WRITE },
	{ "truncate64", ACCESS_WRITE },
	{ "unlink", ACCESS_WRITE },
	{ "unlinkat", ACCESS_WRITE },
};

static int
compare_class(const void *name, const void *class)
{
	return strcmp(name, *(const char *const *)class);
}

static unsigned
access_of_call(const char *name)
{
	size_t count = sizeof(classes) / sizeof(classes[0]);
	const char *const *class = name == NULL ? NULL : bsearch(name, classes, count, sizeof(classes[0]), compare_class);

	return class == NULL ? 0 : classes[((const char *)class - (const char *)classes) / sizeof(classes[0])].access;
}

void
objects_classify_calls(struct objects *objects)
{
	for (size_t arch = 0; arch < OBJECT_ARCHES && arch_at(arch) != NULL; arch++)
		for (int32_t number = 0; number < SYSCALL_MAX; number++)
			objects->calls[arch][number] = (unsigned char)access_of_call(syscall_at(arch, number));
}

/* What the record's call does; an event without a call may still be an operation of io_uring. */
static unsigned
access_of_record(const struct objects *objects, const struct record *record)
{
	int32_t place;
	int arch;

	if (record->syscall < 0)
		return ACCESS_URING;
	arch = arch_index(record->arch);
	if (arch < 0 || arch >= OBJECT_ARCHES)
		return 0;
	place = syscall_place((size_t)arch, record->syscall);
	return place < 0 ? 0 : objects->calls[arch][place];
}

/* --- at a glance */

/* A walk over a path, in pieces. */
struct glance_walk {
	const struct objects *objects;
	uint32_t hash;
	bool begun;
	size_t part; /* bytes of the present part of the path */
	bool dots;   /* they are all dots */
	bool maybe;  /* a hash is known; or the path is not normalised, so that hashes say nothing */
};

static bool
is_known(const struct objects *objects, uint32_t hash)
{
	for (size_t i = hash & (objects->size - 1); objects->places[i].path != NULL; i = (i + 1) & (objects->size - 1))
		if (objects->places[i].hash == hash)
			return true;
	return false;
}

/* At the end of a part: an object may stand here, or this be `.` or `..`. */
static void
walk_part(struct glance_walk *walk)
{
	walk->maybe |= is_known(walk->objects, walk->hash) || (walk->dots && walk->part <= 2);
}

static void
walk_on(struct glance_walk *walk, const char *text, size_t length)
{
	for (const char *end = text + length; text < end; text++) {
		if (*text != '/') {
			walk->part++;
			walk->dots &= *text == '.';
			walk->hash = object_hash_add(walk->hash, *text);
			continue;
		}
		if (walk->begun)
			walk_part(walk);
		walk->hash = object_hash_add(walk->hash, *text);
		if (!walk->begun)
			walk->maybe |= is_known(walk->objects, walk->hash); /* "/" */
		walk->begun = true;
		walk->part = 0;
		walk->dots = true;
	}
}

/* A name or directory of a line: in place, or out of its hexadecimal form. */
struct glance_text {
	const char *text;
	size_t length;
	char decoded[512];
};

/* The string at `at`; false if it is too long or none. */
static bool
glance_string(const char *at, const char *end, struct glance_text *text)
{
	const char *close;

	if (at == end)
		return false;
	if (*at == '"') {
		close = memchr(at + 1, '"', (size_t)(end - at - 1));
		text->text = at + 1;
		text->length = close == NULL ? 0 : (size_t)(close - at - 1);
		return close != NULL;
	}
	close = memchr(at, ' ', (size_t)(end - at));
	if (close == NULL)
		close = end;
	text->text = text->decoded;
	text->length = (size_t)(close - at) / 2;
	return text->length <= sizeof(text->decoded) && text_unhex(at, (size_t)(close - at), (unsigned char *)text->decoded);
}

/* The working directory of the event, of no length if there is none; false if it has to be read properly. */
static bool
glance_at_cwd(const struct record *record, struct glance_text *cwd)
{
	struct line line;
	const char *body;
	size_t length;

	cwd->length = 0;
	if (!record_find_line(record, TYPE_CWD, &line))
		return true;
	body = line_body(&line, &length);
	return length > 4 && memcmp(body, "cwd=", 4) == 0 && glance_string(body + 4, body + length, cwd);
}

/* Begins with the directory that a relative name is relative to. False if that cannot be told. */
static bool
walk_cwd(struct glance_walk *walk, const struct record *record)
{
	struct glance_text cwd;

	if (!glance_at_cwd(record, &cwd))
		return false;
	if (cwd.length > 1)
		walk_on(walk, cwd.text, cwd.length);
	walk_on(walk, "/", 1);
	return true;
}

/* Can the file of this name be an object's? */
static bool
may_be_object(const struct objects *objects, const struct record *record, const char *name, size_t length)
{
	struct glance_walk walk = { .objects = objects, .hash = object_hash_start };

	if (length == 0)
		return false;
	if (*name != '/' && !walk_cwd(&walk, record))
		return true;
	for (; length > 1 && name[0] == '.' && name[1] == '/'; length -= 2)
		name += 2;
	walk_on(&walk, name, length);
	if (walk.part > 0)
		walk_part(&walk);
	return walk.maybe;
}

/* `item=0 name="/etc/passwd" inode=...`, of the kernel's making. */
static bool
path_line_may_hit(const struct objects *objects, const struct record *record, const struct line *line)
{
	size_t length;
	const char *text = line_body(line, &length), *end = text + length, *blank = memchr(text, ' ', length);
	struct glance_text name;

	if (blank == NULL || end - blank < 12 || memcmp(blank, " name=", 6) != 0)
		return true;
	if (memcmp(blank + 6, "(null)", 6) == 0)
		return false;
	return !glance_string(blank + 6, end, &name) || may_be_object(objects, record, name.text, name.length);
}

/* The key is the kernel's last field; several in one, or an odd one, stand as hexadecimal. */
static bool
key_may_hit(const struct line *line, const char *prefix)
{
	size_t length, prefix_length = strlen(prefix);
	const char *text = line_body(line, &length), *end, *key;

	end = memchr(text, 0x1d, length);
	if (end == NULL)
		end = text + length;
	while (end > text && end[-1] == ' ')
		end--;
	key = memrchr(text, ' ', (size_t)(end - text));
	if (key == NULL || end - key < 6 || memcmp(key, " key=", 5) != 0)
		return true;
	key += 5;
	if (*key == '(')
		return false;
	return *key != '"' || ((size_t)(end - key) > prefix_length && memcmp(key + 1, prefix, prefix_length) == 0);
}

static bool
may_hit(const struct objects *objects, const struct record *record, const char *key_prefix)
{
	size_t offset = 0;
	struct line line;

	while (record_next_line(record, &offset, &line)) {
		if (line.type == TYPE_OPENAT2)
			return true; /* names may be those of a root of its own */
		if (line.type == TYPE_PATH && path_line_may_hit(objects, record, &line))
			return true;
		if (key_prefix != NULL && (line.type == TYPE_SYSCALL || line.type == TYPE_URINGOP) &&
		    key_may_hit(&line, key_prefix))
			return true;
	}
	return false;
}

/* --- properly */

struct search {
	const struct objects *objects;
	struct view *view;
	unsigned access;
	struct object_hit *hits;
	size_t count, max;
};

static unsigned
access_of_uring(const struct record *record)
{
	struct line line;
	struct field field;
	const char *text;
	size_t length;
	uint64_t op;

	if (!record_find_line(record, TYPE_URINGOP, &line))
		return 0;
	text = line_body(&line, &length);
	if (!field_find(text, length, "uring_op", &field) || !text_unsigned(field.value, field.length, &op) || op >= URING_MAX)
		return 0;
	return access_of_call(uring_call((uint32_t)op));
}

static bool
creates(struct view *view)
{
	struct path path;

	for (size_t i = 0; path_at(view, i, &path); i++)
		if (path.type == PATH_CREATE)
			return true;
	return false;
}

/* As ACC_MODE() of the kernel's linux/fs.h has it; but emptying a file, or making it, is writing it. Flags that nobody knows: all. */
static unsigned
access_of_open(struct view *view)
{
	static const unsigned char modes[O_ACCMODE + 1] = { ACCESS_READ, ACCESS_WRITE, ACCESS_READ | ACCESS_WRITE,
		ACCESS_READ | ACCESS_WRITE };
	struct value flags;
	unsigned access;

	if (!name_value(name_find("flags", 5), view, 0, &flags) || !flags.has_number)
		return ACCESS_READ | ACCESS_WRITE;
	access = modes[flags.number & O_ACCMODE];
	if ((flags.number & O_TRUNC) != 0 || ((flags.number & O_CREAT) != 0 && creates(view)))
		access |= ACCESS_WRITE;
	return access;
}

static unsigned
access_of_view(const struct objects *objects, struct view *view)
{
	unsigned access = access_of_record(objects, view->record);

	if ((access & ACCESS_URING) != 0) {
		access = access_of_uring(view->record);
		if ((access & ACCESS_OPEN) != 0)
			return ACCESS_READ | ACCESS_WRITE; /* the kernel does not say how */
	}
	return (access & ACCESS_OPEN) != 0 ? access_of_open(view) : access;
}

static bool
is_hit(const struct search *search, const struct object *object, enum object_mode mode)
{
	for (size_t i = 0; i < search->count; i++)
		if (search->hits[i].object == object && search->hits[i].mode == mode)
			return true;
	return false;
}

static void
hit(struct search *search, const struct object *object, const char *path, size_t length)
{
	for (enum object_mode mode = 0; mode < OBJECT_MODES; mode++)
		if ((search->access & 1u << mode) != 0 && object->events[mode] != NULL && search->count < search->max &&
		    !is_hit(search, object, mode))
			search->hits[search->count++] = (struct object_hit){ object, mode, path, length };
}

static bool
matches_glob(struct search *search, const char *pattern, const struct path *path)
{
	const char *text = arena_string(&search->view->arena, path->text, path->length);

	return fnmatch(pattern, text, FNM_PATHNAME) == 0;
}

/* Hits the objects that stand at the first so many bytes of the path. */
static void
search_place(struct search *search, const struct path *path, size_t length, uint32_t hash)
{
	const struct objects *objects = search->objects;
	const struct object_place *place;

	for (size_t i = hash & (objects->size - 1); (place = &objects->places[i])->path != NULL; i = (i + 1) & (objects->size - 1)) {
		bool whole = length == path->length;

		if (place->hash != hash || place->length != length || memcmp(place->path, path->text, length) != 0)
			continue;
		if (path->type == PATH_PARENT ? place->pattern != NULL || !place->below : !whole && !place->below)
			continue;
		if (place->pattern == NULL || (!whole && matches_glob(search, place->pattern, path)))
			hit(search, &objects->objects[place->object], path->text, path->length);
	}
}

static void
search_path(struct search *search, const struct path *path)
{
	uint32_t hash = object_hash_start;

	for (size_t i = 0; i < path->length; i++) {
		if (path->text[i] == '/' && i > 0)
			search_place(search, path, i, hash);
		hash = object_hash_add(hash, path->text[i]);
		if (i == 0 && path->length > 1)
			search_place(search, path, 1, hash);
	}
	search_place(search, path, path->length, hash);
}

/* A file that was used, or a directory in which something was made or removed. */
static bool
is_used(const struct path *path, bool parents)
{
	return path->text != NULL && path->length > 0 && path->text[0] == '/' && path->type != PATH_UNKNOWN &&
	    (path->type == PATH_PARENT) == parents;
}

static void
search_paths(struct search *search, bool parents)
{
	struct path path;

	for (size_t i = 0; path_at(search->view, i, &path); i++)
		if (is_used(&path, parents))
			search_path(search, &path);
}

/* By a name that is none of the object's: that which was used first is told. */
static void
hit_by_key(struct search *search, const struct object *object)
{
	struct path path;

	for (size_t i = 0; path_at(search->view, i, &path); i++)
		if (is_used(&path, false)) {
			hit(search, object, path.text, path.length);
			return;
		}
	hit(search, object, object->path, strlen(object->path));
}

/* A rule for a glob may let more through than the glob means. */
static void
search_keys(struct search *search, const char *prefix)
{
	const struct name *key = name_find("key", 3);
	size_t length = strlen(prefix);
	struct value value;
	uint64_t id;

	for (size_t nth = 0; name_value(key, search->view, nth, &value); nth++) {
		if (value.length != length + 16 || memcmp(value.text, prefix, length) != 0 || !text_hex(value.text + length, 16, &id))
			continue;
		for (size_t i = 0; i < search->objects->count; i++)
			if (search->objects->objects[i].id == id && search->objects->objects[i].kind != OBJECT_GLOB)
				hit_by_key(search, &search->objects->objects[i]);
	}
}

size_t
objects_match(const struct objects *objects, struct view *view, const char *key_prefix, struct object_hit *hits, size_t max)
{
	struct search search = { .objects = objects, .view = view, .hits = hits, .max = max };
	unsigned access = objects->count == 0 ? 0 : access_of_record(objects, view->record);

	if ((access & (objects->modes | ACCESS_OPEN | ACCESS_URING)) == 0 || !may_hit(objects, view->record, key_prefix))
		return 0;
	search.access = access_of_view(objects, view);
	if ((search.access & objects->modes) == 0)
		return 0;
	search_paths(&search, false);
	search_paths(&search, true);
	if (key_prefix != NULL)
		search_keys(&search, key_prefix);
	return search.count;
}
