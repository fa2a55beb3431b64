/* The arguments and the return value of the system call, by the table of call.c. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <linux/audit.h>
#include <stdio.h>
#include <string.h>

#include "call.h"
#include "rectype.h"
#include "syscalls.h"
#include "text.h"
#include "value_get.h"

enum {
	TYPE_IPC_SET_PERM = 1311,
	TYPE_OBJ_PID = 1318,
	TYPE_MMAP = 1323,
};

/* A field of a line that the kernel adds where a call's arguments are in memory. */
static bool
auxiliary(struct view *view, uint16_t type, const char *field, enum name_type as, struct value *value)
{
	struct line line;
	struct field found;
	size_t length;
	const char *text;

	if (!record_find_line(view->record, type, &line))
		return false;
	text = line_body(&line, &length);
	if (!field_find(text, length, field, &found))
		return false;
	value_from_text(as, found.value, found.length, value);
	return value->has_number;
}

/*
 * Some architectures number four of the open flags in their own way; made equal, so that a name is one number everywhere.
 * Source: uapi/asm-generic/fcntl.h, arch/{arm,arm64,powerpc}/include/uapi/asm/fcntl.h.
 */
static const struct {
	uint64_t generic, arm, powerpc;
} own_flags[] = {
	{ 040000, 0200000, 0400000 },  /* O_DIRECT */
	{ 0100000, 0400000, 0200000 }, /* O_LARGEFILE */
	{ 0200000, 040000, 040000 },   /* O_DIRECTORY */
	{ 0400000, 0100000, 0100000 }, /* O_NOFOLLOW */
};

static bool
is_powerpc(uint32_t arch)
{
	return arch == AUDIT_ARCH_PPC64 || arch == AUDIT_ARCH_PPC64LE;
}

static uint64_t
generic_open_flags(uint32_t arch, uint64_t flags)
{
	bool arm = arch == AUDIT_ARCH_ARM || arch == AUDIT_ARCH_AARCH64;
	bool powerpc = is_powerpc(arch);
	uint64_t from = 0, to = 0;

	if (!arm && !powerpc)
		return flags;
	for (size_t i = 0; i < sizeof(own_flags) / sizeof(own_flags[0]); i++) {
		uint64_t theirs = arm ? own_flags[i].arm : own_flags[i].powerpc;

		from |= theirs;
		if ((flags & theirs) != 0)
			to |= own_flags[i].generic;
	}
	return (flags & ~from) | to;
}

static bool
call_flags(struct view *view, const struct call *call, uint64_t *flags)
{
	struct value value = { 0 };

	if (call->flags != CALL_NONE) {
		if (!call_argument(view, call->flags, flags))
			return false;
		*flags &= UINT32_MAX; /* an int: what else the register holds is no part of it */
		return true;
	}
	if (!(call->flag_set == FLAGS_OPEN && auxiliary(view, TYPE_OPENAT2, "oflag", NAME_OCTAL, &value)) &&
	    !(call->flag_set == FLAGS_MAP && auxiliary(view, TYPE_MMAP, "flags", NAME_HEX, &value)))
		return false;
	*flags = (uint64_t)value.number;
	return true;
}

/* x86 has more of mmap()'s flags; powerpc has two of them at other places (arch/powerpc/include/uapi/asm/mman.h). */
static enum flag_set
map_flags_of(uint32_t arch, uint64_t *flags)
{
	enum {
		LOCKED = 0x2000,
		NORESERVE = 0x4000,
		POWERPC_NORESERVE = 0x40,
		POWERPC_LOCKED = 0x80,
	};

	if (arch == AUDIT_ARCH_X86_64 || arch == AUDIT_ARCH_I386)
		return FLAGS_MAP_X86;
	if (is_powerpc(arch))
		*flags = (*flags & ~(uint64_t)(POWERPC_NORESERVE | POWERPC_LOCKED)) | (*flags & POWERPC_NORESERVE ? NORESERVE : 0) |
		    (*flags & POWERPC_LOCKED ? LOCKED : 0);
	return FLAGS_MAP;
}

bool
get_flags(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct call *call = nth == 0 ? call_of(view) : NULL;
	enum flag_set set;
	uint64_t flags;
	char *text;

	if (call == NULL || call->flag_set == FLAGS_NONE || !call_flags(view, call, &flags))
		return false;
	set = call->flag_set;
	if (set == FLAGS_OPEN)
		flags = generic_open_flags(view->record->arch, flags);
	else if (set == FLAGS_MAP)
		set = map_flags_of(view->record->arch, &flags);
	text = arena_alloc(&view->arena, FLAGS_TEXT);
	value_set_text(value, text, flags_write(set, flags, text, FLAGS_TEXT));
	return value_set_number(value, (int64_t)flags);
}

/* Of a call that is carried and asks for nothing itself, the call: SYS_BIND. */
bool
get_request(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct call *call = nth == 0 ? call_of(view) : NULL;
	uint32_t arch = view->record->arch, request;
	enum request_set set;
	const char *text;
	uint64_t argument;

	if (nth > 0)
		return false;
	if (call != NULL && call->request_set != REQUEST_NONE && call_argument(view, call->request, &argument))
		set = call->request_set;
	else if (!call_carrier(view, &set, &argument))
		return false;
	request = request_of(arch, set, argument);
	text = request_name(arch, set, request);
	if (text != NULL)
		value_set_text(value, text, strlen(text));
	return value_set_number(value, request);
}

bool
get_call(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	char *text;
	const char *found;

	if (nth > 0)
		return false;
	text = arena_alloc(&view->arena, CALL_NAME);
	found = call_name(view, text);
	return found != NULL && value_set_text(value, found, strlen(found));
}

/* arg0 to arg3: the argument as the int that it mostly is. */
bool
get_argument(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	uint64_t argument;

	return nth == 0 && call_argument(view, A0 + (unsigned)(name->name[3] - '0'), &argument) &&
	    value_set_number(value, (int32_t)argument);
}

bool
get_size(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct call *call = nth == 0 ? call_of(view) : NULL;
	uint64_t size;

	if (call != NULL && call->size != CALL_NONE)
		return call_argument(view, call->size, &size) && value_set_number(value, (int64_t)size);
	return get_field(name, view, nth, value);
}

/* Which of keyctl()'s arguments is a key or a keyring. Source: keyctl(2). */
static enum call_place
place_of_key(uint64_t request)
{
	enum {
		JOIN_SESSION_KEYRING = 1,
		SET_REQKEY_KEYRING = 14,
		SESSION_TO_PARENT = 18,
		GET_PERSISTENT = 22,
		DH_COMPUTE = 23,
		PKEY_ENCRYPT = 25,
		PKEY_VERIFY = 28,
		CAPABILITIES = 31,
		WATCH_KEY = 32,
	};

	if (request == GET_PERSISTENT)
		return A2;
	if (request == JOIN_SESSION_KEYRING || request == SET_REQKEY_KEYRING || request == SESSION_TO_PARENT || request == DH_COMPUTE ||
	    (request >= PKEY_ENCRYPT && request <= PKEY_VERIFY) || request == CAPABILITIES || request > WATCH_KEY)
		return CALL_NONE;
	return A1;
}

/* The serial number of the key that keyctl() is asked about. */
bool
get_key_serial(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct call *call = nth == 0 ? call_of(view) : NULL;
	uint64_t request, serial;

	if (call == NULL || call->request_set != REQUEST_KEYCTL || !call_argument(view, call->request, &request))
		return false;
	return call_argument(view, place_of_key(request & UINT32_MAX), &serial) && value_set_number(value, (int32_t)serial);
}

bool
get_protection(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct call *call = nth == 0 ? call_of(view) : NULL;
	uint64_t protection;
	char *text;

	if (call == NULL || !call_argument(view, call->protection, &protection))
		return false;
	protection &= UINT32_MAX;
	text = arena_alloc(&view->arena, FLAGS_TEXT);
	value_set_text(value, text, flags_write(FLAGS_PROTECTION, protection, text, FLAGS_TEXT));
	return value_set_number(value, (int64_t)protection);
}

enum { TMPFILE = 020000000 }; /* O_TMPFILE without O_DIRECTORY, asm-generic/fcntl.h */

/* open() has a mode if it may create: else the register holds anything. */
static bool
creates(struct view *view, const struct call *call)
{
	uint64_t flags;

	return !call->mode_if_created || (call_flags(view, call, &flags) && (flags & (O_CREAT | TMPFILE)) != 0);
}

enum { MODE_BITS = 0177777 }; /* umode_t */

bool
value_set_mode(struct view *view, struct value *value)
{
	char *text = arena_alloc(&view->arena, MODE_TEXT);

	return value_set_text(value, text, mode_write((uint64_t)value->number, text));
}

/* From the call's arguments, or the line that tells them. */
static bool
call_mode(struct view *view, struct value *value)
{
	const struct call *call = call_of(view);
	uint64_t mode;

	if (call != NULL && call->mode != CALL_NONE)
		return creates(view, call) && call_argument(view, call->mode, &mode) &&
		    value_set_number(value, (int64_t)(mode & MODE_BITS));
	if (call != NULL && call->flag_set == FLAGS_OPEN)
		return creates(view, call) && auxiliary(view, TYPE_OPENAT2, "mode", NAME_OCTAL, value);
	return auxiliary(view, TYPE_IPC_SET_PERM, "mode", NAME_OCTAL, value);
}

bool
get_mode(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	return nth == 0 && call_mode(view, value) && value_set_mode(view, value);
}

bool
get_fd(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct call *call = nth == 0 ? call_of(view) : NULL;
	uint64_t fd;

	if (call != NULL && call->fd != CALL_NONE)
		return call_argument(view, call->fd, &fd) && value_set_number(value, (int32_t)fd);
	return nth == 0 && auxiliary(view, TYPE_MMAP, "fd", NAME_NUMBER, value); /* mmap()'s fifth argument */
}

bool
get_fd_to(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct call *call = nth == 0 ? call_of(view) : NULL;
	uint64_t fd;

	return call != NULL && call_argument(view, call->fd_to, &fd) && value_set_number(value, (int32_t)fd);
}

/* Calls with 16-bit ids beside those of the same name with 32: the kernel's CONFIG_UID16 and compat calls. */
static bool
has_old_ids(uint32_t arch)
{
	return arch == AUDIT_ARCH_I386 || arch == AUDIT_ARCH_ARM;
}

/* An id argument; -1 leaves the id as it is. */
static bool
get_id(struct view *view, const struct call *call, enum call_place place, struct value *value)
{
	bool old = call->old_ids && has_old_ids(view->record->arch);
	uint64_t id;

	if (!call_argument(view, place, &id))
		return false;
	id &= old ? UINT16_MAX : UINT32_MAX;
	return id != (old ? UINT16_MAX : UINT32_MAX) && value_set_number(value, (int64_t)id);
}

bool
get_owner(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct call *call = nth == 0 ? call_of(view) : NULL;

	if (call != NULL && call->owner != CALL_NONE)
		return get_id(view, call, call->owner, value);
	return nth == 0 && auxiliary(view, TYPE_IPC_SET_PERM, "ouid", NAME_USER, value);
}

bool
get_group(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct call *call = nth == 0 ? call_of(view) : NULL;

	if (call != NULL && call->group != CALL_NONE)
		return get_id(view, call, call->group, value);
	return nth == 0 && auxiliary(view, TYPE_IPC_SET_PERM, "ogid", NAME_GROUP, value);
}

/* In the parent; the child itself returns 0. */
bool
get_child(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct call *call = nth == 0 ? call_of(view) : NULL;

	return call != NULL && call->forks && view->record->exit > 0 && value_set_number(value, view->record->exit);
}

/* The pid argument, negative for a group; then the processes that it reached. */
bool
get_target(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct call *call = call_of(view);
	const struct view_field *f;
	uint64_t pid;
	size_t skip = nth, n = value_search(view, name, &skip);

	/* The first value, so that the search for the others begins at the first line, which is SYSCALL. */
	if (n == 0 && call != NULL && call->target != CALL_NONE && call_argument(view, call->target, &pid) && skip-- == 0) {
		value_found(view, name, nth, 1);
		return value_set_number(value, (int32_t)pid);
	}
	while ((f = view_find(view, TYPE_OBJ_PID, "opid", 4, &n)) != NULL)
		if (skip-- == 0) {
			value_from_text(NAME_NUMBER, f->field.value, f->field.length, value);
			return value_found(view, name, nth, n);
		}
	return false;
}

/* What a call sends; else what a process got (sig= of SECCOMP and ANOM_ABEND). */
bool
get_signal(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct call *call = nth == 0 ? call_of(view) : NULL;
	const char *text;
	uint64_t signal;

	if (nth > 0)
		return false;
	if (call != NULL && call->signal != CALL_NONE && call_argument(view, call->signal, &signal)) {
		value_set_number(value, (int32_t)signal);
	} else {
		size_t n = 0;
		const struct view_field *f = value_find(view, 0, "sig", &n);

		if (f == NULL)
			return false;
		value_from_text(NAME_NUMBER, f->field.value, f->field.length, value);
	}
	text = value->has_number && !arch_is_foreign(view->record->arch) ? signal_name(value->number) : NULL;
	if (text != NULL)
		value_set_text(value, text, strlen(text));
	return true;
}

/* "major,minor" in decimal. */
static bool
set_device(struct view *view, uint64_t major, uint64_t minor, struct value *value)
{
	enum { TEXT = 48 };
	char *text = arena_alloc(&view->arena, TEXT);

	value_set_number(value, (int64_t)(major << 20 | minor));
	return value_set_text(value, text,
	    (size_t)snprintf(text, TEXT, "%llu,%llu", (unsigned long long)major, (unsigned long long)minor));
}

/* The argument is in the kernel's 32-bit form (new_decode_dev()); the PATH line has major:minor, both hexadecimal. */
bool
get_rdev(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct call *call = nth == 0 ? call_of(view) : NULL;
	struct value kernel = { 0 };
	uint64_t device, major, minor;
	const char *colon;

	if (call != NULL && call->device != CALL_NONE && call_argument(view, call->device, &device))
		return set_device(view, (device & 0xfff00) >> 8, (device & 0xff) | (device >> 12 & 0xfff00), value);
	if (!get_path_rdev(name, view, nth, &kernel))
		return false;
	colon = memchr(kernel.text, ':', kernel.length);
	return colon != NULL && text_hex(kernel.text, (size_t)(colon - kernel.text), &major) &&
	    text_hex(colon + 1, kernel.length - (size_t)(colon + 1 - kernel.text), &minor) &&
	    set_device(view, major, minor, value);
}
