/* SPDX-License-Identifier: BSD-2-Clause */
#include "objects.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "object_table.h"
#include "path.h"
#include "strmap.h"

struct loader {
	struct objects *objects;
	struct stanza_file *file;
	void (*warn)(const char *text);
	struct err *error;
	struct strmap lines; /* by path, as it is written: the line of its stanza */
};

static const char wildcards[] = "*?[";

static int
complain(struct loader *loader, unsigned line, const char *path, const char *what)
{
	struct shown shown;

	return err_set(loader->error, "%s:%u: object `%s`: %s", loader->file->path, line, err_show(&shown, path, strlen(path)),
	    what);
}

static void
warn(struct loader *loader, const struct object *object, const char *path, const char *what, const char *other)
{
	struct shown shown, shown_other;
	struct err text;

	if (loader->warn == NULL)
		return;
	err_set(&text, "%s:%u: object `%s`: %s%s%s%s", loader->file->path, object->line, err_show(&shown, path, strlen(path)), what,
	    other != NULL ? " `" : "", other != NULL ? err_show(&shown_other, other, strlen(other)) : "", other != NULL ? "`" : "");
	loader->warn(text.text);
}

static int
read_mode(struct loader *loader, const struct stanza *stanza, const struct attribute *attribute, struct object *object)
{
	static const char modes[] = "rwx"; /* in the order of enum object_mode */
	const char *mode = attribute->name, *event = attribute->value, *place = strchr(modes, *mode), *problem;
	struct shown shown, shown_event;
	char text[300];

	if (strlen(mode) != 1 || place == NULL) {
		snprintf(text, sizeof(text), "no such mode `%s`: r, w or x", err_show(&shown, mode, strlen(mode)));
		return complain(loader, attribute->line, stanza->name, text);
	}
	problem = *event == '\0' ? "the name of an event is missing" : event_name_problem(event, strlen(event));
	if (problem != NULL) {
		snprintf(text, sizeof(text), "%s = %s: %s", mode, err_show(&shown_event, event, strlen(event)), problem);
		return complain(loader, attribute->line, stanza->name, text);
	}
	object->events[place - modes] = event;
	loader->objects->modes |= 1u << (place - modes);
	return 0;
}

static struct object_place *
slot_of(const struct objects *objects, uint32_t hash)
{
	size_t i = hash & (objects->size - 1);

	while (objects->places[i].path != NULL)
		i = (i + 1) & (objects->size - 1);
	return &objects->places[i];
}

static void
make_room(struct objects *objects)
{
	enum { FIRST = 64 };
	struct object_place *old = objects->places;
	size_t size = objects->size;

	if (size != 0 && (objects->used + 1) * 2 <= size)
		return;
	objects->size = size == 0 ? FIRST : size * 2;
	objects->places = mem_alloc_zero(objects->size, sizeof(*objects->places));
	for (size_t i = 0; i < size; i++)
		if (old[i].path != NULL)
			*slot_of(objects, old[i].hash) = old[i];
	free(old);
}

static void
add_place(struct objects *objects, const struct object_place *place)
{
	uint32_t hash = object_hash_start;
	struct object_place *slot;

	make_room(objects);
	for (size_t i = 0; i < place->length; i++)
		hash = object_hash_add(hash, place->path[i]);
	slot = slot_of(objects, hash);
	*slot = *place;
	slot->hash = hash;
	objects->used++;
}

/* The object under this path; unsure: it may be a directory. */
static void
add_path(struct loader *loader, const struct object *object, const char *path, bool unsure)
{
	struct object_place place = {
		.path = path,
		.length = strlen(path),
		.object = (uint32_t)(object - loader->objects->objects),
		.below = unsure || object->kind != OBJECT_FILE,
	};

	if (object->kind == OBJECT_GLOB) {
		const char *slash = path + strcspn(path, wildcards);

		while (*slash != '/')
			slash--;
		place.pattern = path;
		place.length = slash == path ? 1 : (size_t)(slash - path);
	}
	add_place(loader->objects, &place);
}

/* DIRECTORY/NAME, or NULL if that is too long. */
static const char *
join(struct loader *loader, const char *directory, const char *name)
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof(path), "%s/%s", strcmp(directory, "/") == 0 ? "" : directory, name);

	return length < 0 || (size_t)length >= sizeof(path) ? NULL : arena_string(&loader->file->arena, path, (size_t)length);
}

/* The real path of a directory. False, with errno, if there is none. */
static bool
real_directory(const char *path, char resolved[PATH_MAX])
{
	struct stat status;

	if (realpath(path, resolved) == NULL || stat(resolved, &status) == -1)
		return false;
	errno = ENOTDIR;
	return S_ISDIR(status.st_mode);
}

/*
 * The path with the directory before its rest (at least its last part) resolved; itself if that directory is not there, or, after a
 * warning, cannot be looked at.
 */
static const char *
resolve_directory(struct loader *loader, const struct object *object, const char *path, const char *rest)
{
	char *directory = mem_string(path, rest - path > 1 ? (size_t)(rest - path) - 1 : 1), resolved[PATH_MAX];
	const char *whole = path;

	if (real_directory(directory, resolved))
		whole = join(loader, resolved, rest);
	else if (errno != ENOENT && errno != ENOTDIR) /* that it is not there is said where the rules are made */
		warn(loader, object, path, strerror(errno), directory);
	free(directory);
	return whole != NULL ? whole : path;
}

/* A file or directory, as it is now. Returns its real path; *unsure if it may be a directory. */
static const char *
examine_file(struct loader *loader, struct object *object, const char *path, bool *unsure)
{
	const char *last = strrchr(path, '/') + 1;
	char resolved[PATH_MAX];
	struct stat status;

	if (realpath(path, resolved) != NULL && stat(resolved, &status) == 0) {
		if (S_ISDIR(status.st_mode))
			object->kind = OBJECT_DIRECTORY;
		return arena_string(&loader->file->arena, resolved, strlen(resolved));
	}
	if (errno != ENOENT && errno != ENOTDIR) {
		*unsure = true;
		warn(loader, object, path, strerror(errno), NULL);
		return path;
	}
	if (lstat(path, &status) == 0 && S_ISLNK(status.st_mode)) {
		warn(loader, object, path, "a symbolic link that leads nowhere: the link itself is audited", NULL);
		return path;
	}
	object->missing = true;
	return resolve_directory(loader, object, path, last);
}

/* The directory before the first wildcard is as real as a file's is. */
static const char *
examine_glob(struct loader *loader, const struct object *object, const char *path)
{
	const char *rest = path + strcspn(path, wildcards);

	while (rest[-1] != '/')
		rest--;
	return resolve_directory(loader, object, path, rest);
}

static bool
is_glob(const char *path)
{
	struct stat status;

	return strpbrk(path, wildcards) != NULL && lstat(path, &status) == -1;
}

/* FNV-1a of 64 bits (RFC draft-eastlake-fnv). */
static uint64_t
id_of_path(const char *path)
{
	uint64_t id = 0xcbf29ce484222325;

	for (; *path != '\0'; path++)
		id = (id ^ (unsigned char)*path) * 0x100000001b3;
	return id;
}

static void
place_object(struct loader *loader, struct object *object, const char *path, bool slash)
{
	bool unsure = false;

	if (is_glob(path)) {
		object->kind = OBJECT_GLOB;
		object->path = examine_glob(loader, object, path);
	} else {
		object->kind = slash ? OBJECT_DIRECTORY : OBJECT_FILE;
		object->path = examine_file(loader, object, path, &unsure);
	}
	object->id = id_of_path(object->path);
	add_path(loader, object, object->path, unsure);
	if (strcmp(path, object->path) == 0)
		return;
	add_path(loader, object, path, unsure);
	warn(loader, object, path, "reached by a symbolic link: what is audited is", object->path);
}

static int
read_object(struct loader *loader, const struct stanza *stanza, struct object *object)
{
	size_t length = strlen(stanza->name);
	char *path = arena_string(&loader->file->arena, stanza->name, length);
	uint32_t *line;
	char text[64];
	bool added;

	object->line = stanza->line;
	if (*path != '/')
		return complain(loader, stanza->line, path, "not an absolute path");
	if (length >= PATH_MAX)
		return complain(loader, stanza->line, path, "a path has at most 4095 bytes");
	path[path_normalise(path, length)] = '\0';
	line = strmap_add(&loader->lines, path, &added);
	if (!added) {
		snprintf(text, sizeof(text), "stands twice: the first is in line %u", *line);
		return complain(loader, stanza->line, path, text);
	}
	*line = stanza->line;
	if (stanza_check_attributes(loader->file, stanza, loader->error) == -1)
		return -1;
	for (size_t i = 0; i < stanza->count; i++)
		if (read_mode(loader, stanza, &stanza->attributes[i], object) == -1)
			return -1;
	if (stanza->count == 0)
		return complain(loader, stanza->line, path, "no r, w or x: nothing to be audited");
	place_object(loader, object, path, stanza->name[length - 1] == '/');
	return 0;
}

static struct objects *
finish(struct objects *objects, int rc, void (*warn_of)(const char *text), struct err *error)
{
	struct loader loader = { .objects = objects, .file = &objects->file, .warn = warn_of, .error = error };

	if (rc == 0)
		objects->objects = mem_alloc_zero(objects->file.count, sizeof(*objects->objects));
	for (size_t i = 0; rc == 0 && i < objects->file.count; i++, objects->count++)
		rc = read_object(&loader, &objects->file.stanzas[i], &objects->objects[i]);
	strmap_clear(&loader.lines);
	if (rc == 0) {
		objects_classify_calls(objects);
		return objects;
	}
	objects_free(objects);
	return NULL;
}

struct objects *
objects_load(const char *confdir, void (*warn_of)(const char *text), struct err *error)
{
	struct objects *objects = mem_alloc_zero(1, sizeof(*objects));

	return finish(objects, stanza_load(&objects->file, confdir, "objects", error), warn_of, error);
}

struct objects *
objects_parse(const char *path, const char *text, size_t length, void (*warn_of)(const char *text), struct err *error)
{
	struct objects *objects = mem_alloc_zero(1, sizeof(*objects));

	return finish(objects, stanza_parse(&objects->file, path, text, length, error), warn_of, error);
}

void
objects_free(struct objects *objects)
{
	if (objects == NULL)
		return;
	free(objects->objects);
	free(objects->places);
	stanza_clear(&objects->file);
	free(objects);
}

const struct object *
objects_at(const struct objects *objects, size_t index)
{
	return index < objects->count ? &objects->objects[index] : NULL;
}
