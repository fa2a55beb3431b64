/* The words for numbers that the kernel's interfaces use: flags, errors, signals, address families. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The masks whose bits have names here. */
enum flag_set {
	FLAGS_NONE,
	FLAGS_OPEN,
	FLAGS_AT, /* unlinkat(), linkat(), fchownat() */
	FLAGS_MOUNT,
	FLAGS_UMOUNT,
	FLAGS_CLONE,      /* clone(), unshare(), setns() */
	FLAGS_ACCESS,     /* the mode of access() */
	FLAGS_DESCRIPTOR, /* what open()'s flags say of a descriptor alone: pipe2(), dup3(), accept4() */
	FLAGS_PROTECTION, /* mmap(), mprotect() */
	FLAGS_MAP,
	FLAGS_MAP_X86,          /* with those that only x86 has */
	FLAGS_SOCKET,           /* a socket's type */
	FLAGS_IPC,              /* msgget(), semget(), shmget() */
	FLAGS_MOUNT_ATTRIBUTES, /* fsmount() */
	FLAGS_CAPABILITIES,
	FLAGS_SETS,
};

/*
 * Writes "O_WRONLY|O_CREAT" and what has no name as 0x... Returns the length; text is cut, never overrun. FLAGS_TEXT is enough
 * for every value.
 */
enum { FLAGS_TEXT = 1024 };
size_t flags_write(enum flag_set set, uint64_t number, char *text, size_t size);

/* A mode as ls(1) has it, "-rw-r-----", without the first letter if it does not tell the kind of file. Returns the length. */
enum { MODE_TEXT = 10 };
size_t mode_write(uint64_t mode, char *text);

/* "EACCES" for 13, "SIGTERM" for 15, "inet6" for 10, "CAP_KILL" for 5; NULL where there is none. */
const char *errno_name(int64_t number);
const char *signal_name(int64_t number);
const char *family_name(int64_t number);
const char *capability_name(int64_t number);

/* The number of any word here or in request.h: "O_CREAT", "EACCES", "SIGTERM" or "TERM", "inet6". False if it is none. */
bool word_number(const char *text, size_t length, int64_t *number);

#endif
