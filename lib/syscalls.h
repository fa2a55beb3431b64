/* The names of system calls on each architecture, as the kernel's audit names architectures (AUDIT_ARCH_*). */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SYSCALLS_H
#define SYSCALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SYSCALL_MAX = 512 }; /* every number in our tables is below this */

/* The architectures that have a table, in order: 0 up to the first NULL. */
const char *arch_at(size_t index);

/* "x86_64" for 0xc000003e, or NULL. */
const char *arch_name(uint32_t arch);

/* The index for arch_at() and syscall_at() of an AUDIT_ARCH_ value, or -1. */
int arch_index(uint32_t arch);

/*
 * True for an architecture that has no table here: MIPS, SPARC, Alpha and PA-RISC number errors and signals in their own way. All that
 * have one share the numbers, and 0, which a record has that names none, is taken for one of them.
 */
static inline bool
arch_is_foreign(uint32_t arch)
{
	return arch != 0 && arch_index(arch) < 0;
}

/*
 * The call's place in the table of the architecture with that index, which is its number there; -1 where the table cannot have it.
 * x32's calls, whose numbers have a bit more, stand in the places of x86_64's calls of the same names.
 */
int32_t syscall_x32_place(size_t arch, int32_t number);

static inline int32_t
syscall_place(size_t arch, int32_t number)
{
	return number >= 0 && number < SYSCALL_MAX ? number : syscall_x32_place(arch, number);
}

/* "openat", or NULL where the architecture or the number has no name here. */
const char *syscall_name(uint32_t arch, int32_t number);
const char *syscall_at(size_t arch, int32_t number);

#endif
