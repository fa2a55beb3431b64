/* The getters behind the table in value.c, by what they read; for value*.c only. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VALUE_GET_H
#define VALUE_GET_H

#include "value.h"

typedef bool value_getter(const struct name *name, struct view *view, size_t nth, struct value *value);

/* value.c: any field of the kernel's lines, name->field where that is set, else name->name. */
value_getter get_field;

/* value_path.c: PATH and CWD lines, and the paths in the lines of security modules. */
value_getter get_path, get_from, get_to, get_dir, get_perm, get_ino, get_dev, get_path_rdev;

/* value_argv.c: EXECVE lines. */
value_getter get_argv, get_arguments;

/* value_addr.c: SOCKADDR lines, and the addresses in messages of programs. */
value_getter get_addr, get_port, get_family, get_socket, get_origin, get_terminal;

/* value_call.c: the arguments and the return value of the system call. */
value_getter get_flags, get_mode, get_fd, get_owner, get_group, get_child, get_target, get_signal, get_rdev,
    get_request, get_protection, get_call, get_argument, get_size, get_key_serial, get_fd_to;

/*
 * Where the search for value *nth begins, and how many values of those that it finds it has to pass, in *nth. 0 is the beginning;
 * else what the getter told value_found() last.
 */
static inline size_t
value_search(const struct view *view, const struct name *name, size_t *nth)
{
	if (view->cursor.name != name || view->cursor.nth > *nth)
		return 0;
	*nth -= view->cursor.nth;
	return view->cursor.at;
}

/* Value nth was found: the next one is to be looked for from that place on. */
static inline bool
value_found(struct view *view, const struct name *name, size_t nth, size_t at)
{
	view->cursor = (struct view_cursor){ name, nth + 1, at };
	return true;
}

/* Sets a value from a field's decoded text, as name->type says. */
void value_from_text(enum name_type type, const char *text, size_t length, struct value *value);

/* Adds the text of a value whose number is a mode: "rw-r-----". */
bool value_set_mode(struct view *view, struct value *value);

static inline bool
value_set_text(struct value *value, const char *text, size_t length)
{
	value->text = text;
	value->length = length;
	return true;
}

static inline bool
value_set_number(struct value *value, int64_t number)
{
	value->has_number = true;
	value->number = number;
	return true;
}

/* The kernel's and the programs' ways to say that there is nothing: (null), (none), ?; outside quotes. */
bool value_is_nothing(const struct field *field);

/* The next field of that name, in lines of that type (0: any of the kernel's), from *n on, that says something; NULL if none. */
const struct view_field *value_find(struct view *view, uint16_t type, const char *name, size_t *n);

/* Likewise the nth of them, for a name whose values they are; *n is set. */
const struct view_field *value_find_nth(
    struct view *view, const struct name *name, const char *field, size_t nth, size_t *n);

/* The fact of that name, decoded. Reads no more than the facts line. */
bool value_fact(struct view *view, const char *name, struct value *value);

#endif
