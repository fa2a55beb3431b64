/* What the arguments of system calls mean: a table by name, in call.c, and how to get at one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CALL_H
#define CALL_H

#include "record.h"
#include "request.h"
#include "view.h"
#include "words.h"

/* Where something of a call is; the kernel logs its first four arguments. */
enum call_place {
	CALL_NONE,
	A0,
	A1,
	A2,
	A3,
	CALL_RETURN, /* what it returned */
	CALL_HIDDEN, /* the call has it, and the kernel does not log it */
};

/* How many names it takes, and what their PATH lines look like. */
enum call_names {
	NAMES_ONE,
	NAMES_RENAME,
	NAMES_LINK,
	NAMES_SYMLINK,
	NAMES_MOUNT,
};

struct call {
	const char *name;
	enum flag_set flag_set;
	enum request_set request_set;
	enum call_names names;
	/* enum call_place */
	unsigned char flags, mode, fd, owner, group, target, signal, device, size;
	unsigned char fd_to;      /* the descriptor that it copies to, from fd */
	unsigned char request;    /* what it is asked to do, of request_set */
	unsigned char protection; /* of memory, FLAGS_PROTECTION */
	unsigned char family;     /* a socket's */
	unsigned char directory;  /* the descriptor that a relative first name is relative to */
	unsigned char directory2; /* likewise the second; of NAMES_ONE: there are two names, in an order that kernels differ in */
	bool mode_if_created;     /* the mode means something with O_CREAT or O_TMPFILE only */
	bool forks;               /* returns a child's pid to the parent */
	bool special;             /* an architecture has it in another form */
	bool old_ids;             /* where the architecture has a call of this name with 16-bit ids, it is that */
};

/* What is known of the record's call, or of the one that it carries (socketcall() and ipc() do); NULL if nothing is. */
const struct call *call_of(struct view *view);

/* The name of that call, in text if it has to be made; NULL if it has none. */
enum { CALL_NAME = 16 };
const char *call_name(struct view *view, char text[CALL_NAME]);

/* Does the record's call carry another? Then which, and the set of requests that names it. */
bool call_carrier(struct view *view, enum request_set *set, uint64_t *which);

/* Has the record a call, with a name here? One that call_of() does not know takes no directory descriptor. */
bool syscall_is_known(struct view *view);

/* The value of an argument of the call that call_of() tells; false if the record does not have it. */
bool call_argument(struct view *view, enum call_place place, uint64_t *number);

/* True if that argument is AT_FDCWD. */
bool call_is_cwd(struct view *view, enum call_place place);

#endif
