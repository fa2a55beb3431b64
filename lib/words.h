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
	FLAGS_CLONE,  /* clone(), unshare(), setns() */
	FLAGS_ACCESS, /* the mode of access() */
	FLAGS_SETS,
};

/*
 * Writes "O_WRONLY|O_CREAT" and what has no name as 0x... Returns the length; text is cut, never overrun. FLAGS_TEXT is enough
 * for every value.
 */
enum { FLAGS_TEXT = 640 };
size_t flags_write(enum flag_set set, uint64_t number, char *text, size_t size);

/* "EACCES" for 13, "SIGTERM" for 15, "inet6" for 10; NULL where there is none. */
const char *errno_name(int64_t number);
const char *signal_name(int64_t number);
const char *family_name(int64_t number);

/* The number of any word of this file: "O_CREAT", "EACCES", "SIGTERM" or "TERM", "inet6". False if it is none. */
bool word_number(const char *text, size_t length, int64_t *number);

#endif
