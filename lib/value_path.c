/*
 * Paths: what the PATH lines of an event name, absolute where that is the truth.
 *
 * Source: kernel/auditsc.c, audit_log_name(), and fs/namei.c. A name is logged as the program gave it, so a relative one is
 * relative to the working directory or, with the *at calls, to the directory that their descriptor stands for, which the kernel
 * does not log. And where a name has no directory part, the PARENT item's name is the working directory even if the call was
 * relative to another one: such a PARENT says nothing.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "path.h"

#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "rectype.h"
#include "text.h"
#include "value_get.h"

struct path_item {
	const char *name; /* decoded, as the program gave it; NULL for none */
	size_t length;
	enum path_type type;
	bool repeated; /* it is not the first of its type */
	bool resolved; /* name is final: joined and normalised */
	struct line line;
};

struct path_list {
	const char *cwd; /* NULL if not logged */
	size_t cwd_length;
	size_t count;
	bool own_root;        /* the names are those of a root of their own, the directory that the call starts from */
	bool parents_only;    /* there is nothing but PARENT items (a failed creation) */
	bool has_module;      /* there are lines that may name more paths */
	struct value *sorted; /* the paths that are shown, as is_listed() looks for them; NULL until it does */
	size_t sorted_count;
	struct path_item items[];
};

static enum path_type
item_type(const struct field *field)
{
	switch (field->length > 0 ? field->value[0] : '\0') {
	case 'P':
		return PATH_PARENT;
	case 'D':
		return PATH_DELETE;
	case 'C':
		return PATH_CREATE;
	case 'U':
		return PATH_UNKNOWN;
	default:
		return PATH_NORMAL;
	}
}

/* An upper bound, from the lines' own headers. */
static size_t
count_items(const struct record *record)
{
	struct line line;
	size_t offset = 0, count = 0;

	while (record_next_line(record, &offset, &line))
		count += line.type == TYPE_PATH;
	return count;
}

/* The field's text, decoded into the view's memory. */
static const char *
decoded(struct view *view, const struct line *line, const struct field *field, size_t *length)
{
	const struct view_field in_view = { .field = *field, .type = line->type };

	return view_text(view, &in_view, length);
}

/* One more field of the item's line. False if the item needs no more: what else a PATH line says is rarely asked for. */
static bool
take_field(struct view *view, const struct field *field, struct path_item *item)
{
	if (field->enriched)
		return false;
	if (field_is(field, "nametype", 8)) {
		item->type = item_type(field);
		return false;
	}
	if (field_is(field, "name", 4) && item->name == NULL && !value_is_nothing(field))
		item->name = decoded(view, &item->line, field, &item->length);
	return true;
}

static void
read_item(struct view *view, const struct line *line, struct path_item *item)
{
	struct fields fields;
	struct field field;
	size_t length;
	const char *text = line_body(line, &length);

	*item = (struct path_item){ .line = *line };
	fields_init(&fields, text, length);
	while (field_next(&fields, &field) && take_field(view, &field, item))
		continue;
}

/* The same from a view that has parsed the line already, whose place is the line's. *n: where to look for its fields. */
static void
read_parsed_item(struct view *view, const struct line *line, uint16_t place, size_t *n, struct path_item *item)
{
	*item = (struct path_item){ .line = *line };
	while (*n < view->count && view->fields[*n].line < place)
		++*n;
	while (*n < view->count && view->fields[*n].line == place && take_field(view, &view->fields[*n].field, item))
		++*n;
}

static void
read_cwd(struct view *view, const struct line *line, struct path_list *list)
{
	size_t length;
	const char *text = line_body(line, &length);
	struct field field;

	if (field_find(text, length, "cwd", &field) && !value_is_nothing(&field))
		list->cwd = decoded(view, line, &field, &list->cwd_length);
}

/* openat2() with RESOLVE_IN_ROOT (0x10 in linux/openat2.h). */
static bool
has_own_root(const struct line *line)
{
	enum { IN_ROOT = 0x10 };
	size_t length;
	const char *text = line_body(line, &length);
	struct field field;
	uint64_t resolve;

	return field_find(text, length, "resolve", &field) && field.length > 2 &&
	    text_hex(field.value + 2, field.length - 2, &resolve) && (resolve & IN_ROOT) != 0;
}

/* Straight from the lines where the view would have to parse them: it would parse all. */
static struct path_list *
read_items(struct view *view)
{
	size_t most = count_items(view->record), offset = 0, n = 0;
	struct path_list *list = arena_alloc(&view->arena, sizeof(*list) + most * sizeof(list->items[0]));
	bool seen[PATH_TYPES] = { false };
	struct line line;

	*list = (struct path_list){ .parents_only = true };
	for (uint16_t place = 0; record_next_line(view->record, &offset, &line); place++) {
		if (line.type == TYPE_PATH && place < view->line)
			read_parsed_item(view, &line, place, &n, &list->items[list->count++]);
		else if (line.type == TYPE_PATH)
			read_item(view, &line, &list->items[list->count++]);
		else if (line.type == TYPE_CWD && list->cwd == NULL)
			read_cwd(view, &line, list);
		else if (line.type == TYPE_OPENAT2)
			list->own_root = has_own_root(&line);
		list->has_module |= path_in_lines_of(line.type);
	}
	for (size_t i = 0; i < list->count; i++) {
		struct path_item *item = &list->items[i];

		list->parents_only &= item->type == PATH_PARENT;
		item->repeated = seen[item->type];
		seen[item->type] = true;
	}
	return list;
}

static struct path_list *
path_list(struct view *view)
{
	if (view->paths == NULL)
		view->paths = read_items(view);
	return view->paths;
}

/*
 * Does the item stand for the second of a call's two names? rename: PARENT, PARENT, DELETE (old), [DELETE (what was at the new
 * place)], CREATE (new), [CREATE (old, where the two are exchanged)]. link and symlink: PARENT (of new), old, CREATE (new).
 */
static bool
is_second(const struct path_item *item, enum call_names names)
{
	if (names == NAMES_LINK || names == NAMES_SYMLINK)
		return item->type == PATH_CREATE || item->type == PATH_PARENT;
	return item->repeated != (item->type == PATH_CREATE);
}

/* True if the item's name is relative to the working directory. */
static bool
is_from_cwd(struct view *view, const struct path_item *item)
{
	const struct call *call = call_of(view);
	enum call_place directory;

	if (call == NULL)
		return syscall_is_known(view);
	if (call->names == NAMES_ONE && call->directory2 != CALL_NONE)
		return call_is_cwd(view, call->directory) && call_is_cwd(view, call->directory2);
	if (call->names == NAMES_SYMLINK && item->type != PATH_CREATE && item->type != PATH_PARENT)
		return false; /* what the link will say: relative to where it stands */
	directory = call->names != NAMES_ONE && is_second(item, call->names) ? call->directory2 : call->directory;
	return directory == CALL_NONE || call_is_cwd(view, directory);
}

/* True if a path has no `//`, `/.`, `/..` part and no slash at its end, so that it can stay as it is. */
static bool
is_normal(const char *path, size_t length)
{
	if (length > 1 && path[length - 1] == '/')
		return false;
	for (const char *p = path; (p = memchr(p, '/', length - (size_t)(p - path))) != NULL; p++) {
		size_t left = length - (size_t)(p - path);

		if (left > 1 && (p[1] == '/' || (p[1] == '.' && (left == 2 || p[2] == '/' || p[2] == '.'))))
			return false; /* `/..` and names that begin with two dots: the slow way decides */
	}
	return true;
}

/* Takes the last part off the path of so many bytes. */
static size_t
without_last(const char *path, size_t length)
{
	while (length > 0 && path[length - 1] != '/')
		length--;
	return length > 0 ? length - 1 : 0;
}

size_t
path_normalise(char *path, size_t length)
{
	size_t to = 0;

	for (size_t from = 0; from < length;) {
		size_t part, start;

		while (from < length && path[from] == '/')
			from++;
		start = from;
		while (from < length && path[from] != '/')
			from++;
		part = from - start;
		if (part == 0 || (part == 1 && path[start] == '.'))
			continue;
		if (part == 2 && path[start] == '.' && path[start + 1] == '.') {
			to = without_last(path, to);
			continue;
		}
		path[to++] = '/';
		memmove(path + to, path + start, part);
		to += part;
	}
	if (to == 0)
		path[to++] = '/';
	return to;
}

/* prefix, a slash and path, normalised, in the arena. */
static const char *
join(struct view *view, const char *prefix, size_t prefix_length, const char *path, size_t *length)
{
	char *whole = arena_alloc(&view->arena, prefix_length + 1 + *length);

	if (prefix_length > 0)
		memcpy(whole, prefix, prefix_length);
	whole[prefix_length] = '/';
	memcpy(whole + prefix_length + 1, path, *length);
	*length = path_normalise(whole, prefix_length + 1 + *length);
	return whole;
}

/* The working directory can be "(unreachable)/...": nothing to make an absolute path of. */
static bool
has_cwd(const struct path_list *list)
{
	return list->cwd_length > 0 && list->cwd[0] == '/';
}

/* Below a root of its own a name never leaves it, by a slash or dots; where that root is unknown, the name is relative to it. */
static void
resolve_below(struct view *view, const struct path_list *list, struct path_item *item)
{
	bool known = has_cwd(list) && is_from_cwd(view, item);

	if (known && item->type == PATH_PARENT && item->length == list->cwd_length && memcmp(item->name, list->cwd, item->length) == 0)
		return; /* the kernel's word for the directory of a name without one */
	item->name = join(view, NULL, 0, item->name, &item->length);
	if (known) {
		item->name = join(view, list->cwd, list->cwd_length, item->name, &item->length);
	} else if (item->length > 1) {
		item->name++;
		item->length--;
	} else {
		item->name = ".";
	}
}

static void
resolve(struct view *view, const struct path_list *list, struct path_item *item)
{
	item->resolved = true;
	if (item->name == NULL || item->length == 0)
		return;
	if (list->own_root) {
		resolve_below(view, list, item);
		return;
	}
	if (item->name[0] == '/') {
		if (!is_normal(item->name, item->length))
			item->name = join(view, NULL, 0, item->name, &item->length);
		return;
	}
	if (has_cwd(list) && is_from_cwd(view, item))
		item->name = join(view, list->cwd, list->cwd_length, item->name, &item->length);
}

/* A PARENT item that only repeats the working directory, of a call that was relative to another directory. */
static bool
is_false_parent(struct view *view, const struct path_list *list, const struct path_item *item)
{
	return item->type == PATH_PARENT && !item->resolved && item->length == list->cwd_length &&
	    memcmp(item->name, list->cwd, item->length) == 0 && !is_from_cwd(view, item);
}

/* Sets the value to the item's path, if it has one. */
static bool
item_value(struct view *view, const struct path_list *list, struct path_item *item, struct value *value)
{
	if (item->name == NULL || item->length == 0)
		return false;
	if (is_false_parent(view, list, item)) {
		item->name = NULL;
		return false;
	}
	if (!item->resolved)
		resolve(view, list, item);
	return value_set_text(value, item->name, item->length);
}

bool
path_at(struct view *view, size_t index, struct path *path)
{
	struct path_list *list = path_list(view);
	struct value value = { 0 };

	if (index >= list->count)
		return false;
	(void)item_value(view, list, &list->items[index], &value);
	*path = (struct path){ value.text, value.length, list->items[index].type };
	return true;
}

/* The directory of an object is only of interest where there is no object. */
static bool
is_shown(const struct path_list *list, const struct path_item *item)
{
	return item->type != PATH_PARENT || list->parents_only;
}

static int
compare_paths(const void *left, const void *right)
{
	const struct value *a = left, *b = right;

	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	return memcmp(a->text, b->text, a->length);
}

/* Sorted, so that a record with thousands of paths and of denials takes no longer than it must. */
static void
sort_paths(struct view *view, struct path_list *list)
{
	list->sorted = arena_alloc(&view->arena, (list->count + 1) * sizeof(*list->sorted));
	for (size_t i = 0; i < list->count; i++) {
		struct value *path = &list->sorted[list->sorted_count];

		*path = (struct value){ 0 };
		if (is_shown(list, &list->items[i]) && item_value(view, list, &list->items[i], path))
			list->sorted_count++;
	}
	qsort(list->sorted, list->sorted_count, sizeof(*list->sorted), compare_paths);
}

/* Does a PATH line say it too? */
static bool
is_listed(struct view *view, struct path_list *list, const struct value *path)
{
	if (list->sorted == NULL)
		sort_paths(view, list);
	return bsearch(path, list->sorted, list->sorted_count, sizeof(*list->sorted), compare_paths) != NULL;
}

/* A path that another line names; false if this field is none. */
static bool
module_path(struct view *view, const struct view_field *f, struct value *value)
{
	bool is_name = field_is(&f->field, "name", 4);
	bool is_tree = f->type == TYPE_CONFIG_CHANGE && field_is(&f->field, "dir", 3);

	if (!path_in_lines_of(f->type) || !(is_name || is_tree || field_is(&f->field, "path", 4)) || value_is_nothing(&f->field))
		return false;
	value->text = view_text(view, f, &value->length);
	return value->length > 0 && (!is_name || (value->length > 1 && value->text[0] == '/'));
}

/*
 * What PATH lines name; then the paths that other lines do: path= of AVC and LANDLOCK_ACCESS, AppArmor's name=, a whole path where
 * SELinux's is only the last part, and path= or dir= of a rule that was changed. What a PATH line says too is not said again.
 */
bool
get_path(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	struct path_list *list = path_list(view);
	size_t skip = nth, at = value_search(view, name, &skip);
	const struct view_field *f;

	for (; at < list->count; at++) {
		struct path_item *item = &list->items[at];

		if (is_shown(list, item) && item_value(view, list, item, value) && skip-- == 0)
			return value_found(view, name, nth, at + 1);
	}
	if (!list->has_module)
		return false;
	for (; (f = view_at(view, at - list->count)) != NULL; at++)
		if (module_path(view, f, value) && !is_listed(view, list, value) && skip-- == 0)
			return value_found(view, name, nth, at + 1);
	return false;
}

bool
get_dir(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	struct path_list *list = path_list(view);
	size_t skip = nth;

	for (size_t at = value_search(view, name, &skip); at < list->count; at++)
		if (list->items[at].type == PATH_PARENT && item_value(view, list, &list->items[at], value) && skip-- == 0)
			return value_found(view, name, nth, at + 1);
	return false;
}

static enum call_names
call_names(struct view *view)
{
	const struct call *call = call_of(view);

	return call != NULL ? call->names : NAMES_ONE;
}

/* mount() looks up where to mount first, then what. */
static bool
is_old_name(const struct path_item *item, enum call_names names)
{
	switch (names) {
	case NAMES_RENAME:
		return item->type == PATH_DELETE;
	case NAMES_MOUNT:
		return item->type == PATH_NORMAL && item->repeated;
	default:
		return item->type == PATH_NORMAL || item->type == PATH_UNKNOWN;
	}
}

bool
get_from(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	enum call_names names = call_names(view);
	struct path_list *list;

	if (names == NAMES_ONE || nth > 0)
		return false;
	list = path_list(view);
	for (size_t i = 0; i < list->count; i++) {
		struct path_item *item = &list->items[i];

		if (is_old_name(item, names))
			return item_value(view, list, item, value);
	}
	return false;
}

bool
get_to(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	struct path_list *list;

	if (call_names(view) == NAMES_ONE || nth > 0)
		return false;
	list = path_list(view);
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].type == PATH_CREATE)
			return item_value(view, list, &list->items[i], value);
	return false;
}

/* A field of the first PATH line that is no PARENT's (of the first where there is no other); false if it is not there. */
static bool
object_field(struct view *view, const char *name, struct field *field)
{
	const struct path_list *list = path_list(view);

	for (size_t i = 0; i < list->count; i++)
		if (is_shown(list, &list->items[i])) {
			size_t length;
			const char *text = line_body(&list->items[i].line, &length);

			return field_find(text, length, name, field);
		}
	return false;
}

bool
get_perm(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	struct field field;

	if (nth > 0 || !object_field(view, "mode", &field))
		return false;
	value_from_text(NAME_OCTAL, field.value, field.length, value);
	return !value->has_number || value_set_mode(view, value);
}

/* Of the object: from its PATH line, or what a security module says of it. */
static bool
object_or_module_field(struct view *view, const char *object, const char *module, struct field *field)
{
	const struct view_field *f;
	size_t n = 0;

	if (object_field(view, object, field))
		return true;
	f = value_find(view, 0, module, &n);
	if (f != NULL)
		*field = f->field;
	return f != NULL;
}

bool
get_ino(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	struct field field;

	if (nth > 0 || !object_or_module_field(view, "inode", "ino", &field))
		return false;
	value_from_text(NAME_NUMBER, field.value, field.length, value);
	return true;
}

bool
get_dev(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	struct field field;

	return nth == 0 && object_or_module_field(view, "dev", "dev", &field) &&
	    value_set_text(value, field.value, field.length);
}

/* The PATH line's rdev=, in the kernel's form, unless it is 00:00, of what is no device. */
bool
get_path_rdev(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	struct field field;

	return nth == 0 && object_field(view, "rdev", &field) &&
	    !(field.length == 5 && memcmp(field.value, "00:00", 5) == 0) &&
	    value_set_text(value, field.value, field.length);
}
