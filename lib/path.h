/* Paths, as the kernel's PATH lines name them. The values `path`, `dir`, `from` and `to` are made of the same. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PATH_H
#define PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "rectype.h"
#include "view.h"

/* The kernel's nametype= */
enum path_type {
	PATH_NORMAL,
	PATH_PARENT,
	PATH_DELETE,
	PATH_CREATE,
	PATH_UNKNOWN, /* looked up and not found */
	PATH_TYPES,
};

struct path {
	const char *text; /* absolute and normalised where that can be told, valid as long as the view is on its record; NULL if none */
	size_t length;
	enum path_type type;
};

/* Lines of security modules, and those of changed rules, may name paths too. */
static inline bool
path_in_lines_of(uint16_t type)
{
	return type == TYPE_CONFIG_CHANGE || type == TYPE_AVC || type == TYPE_LANDLOCK_ACCESS ||
	    (type >= TYPE_APPARMOR_FIRST && type <= TYPE_APPARMOR_LAST);
}

/* The path of PATH line number index, in the order of the lines; false if there are fewer. */
bool path_at(struct view *view, size_t index, struct path *path);

/* Normalises an absolute path in place: no `//`, `/.`, `/..` and no slash at its end. Returns its length, at least 1. */
size_t path_normalise(char *path, size_t length);

#endif
