/* SPDX-License-Identifier: BSD-2-Clause */
#include "syscalls.h"

#include <linux/audit.h>
#include <linux/elf-em.h>

#define X(number, name) [number] = #name,
static const char *const x86_64[SYSCALL_MAX] = {
#include "syscalls/x86_64.def"
};
static const char *const i386[SYSCALL_MAX] = {
#include "syscalls/i386.def"
};
static const char *const generic[SYSCALL_MAX] = {
#include "syscalls/generic.def"
};
static const char *const arm[SYSCALL_MAX] = {
#include "syscalls/arm.def"
};
static const char *const ppc64[SYSCALL_MAX] = {
#include "syscalls/ppc64.def"
};
static const char *const s390x[SYSCALL_MAX] = {
#include "syscalls/s390x.def"
};
#undef X

#ifndef EM_RISCV
#define EM_RISCV 243
#endif
#ifndef EM_LOONGARCH
#define EM_LOONGARCH 258
#endif

/* aarch64, riscv64 and loongarch64 have no table of their own: they take asm-generic/unistd.h. */
static const struct {
	uint32_t arch;
	const char *name;
	const char *const *calls;
} arches[] = {
	{ AUDIT_ARCH_X86_64, "x86_64", x86_64 },
	{ AUDIT_ARCH_I386, "i386", i386 },
	{ AUDIT_ARCH_AARCH64, "aarch64", generic },
	{ AUDIT_ARCH_ARM, "arm", arm },
	{ EM_RISCV | __AUDIT_ARCH_64BIT | __AUDIT_ARCH_LE, "riscv64", generic },
	{ EM_LOONGARCH | __AUDIT_ARCH_64BIT | __AUDIT_ARCH_LE, "loongarch64", generic },
	{ AUDIT_ARCH_PPC64LE, "ppc64le", ppc64 },
	{ AUDIT_ARCH_PPC64, "ppc64", ppc64 },
	{ AUDIT_ARCH_S390X, "s390x", s390x },
};

enum { ARCHES = sizeof(arches) / sizeof(arches[0]) };

const char *
arch_at(size_t index)
{
	return index < ARCHES ? arches[index].name : NULL;
}

int
arch_index(uint32_t arch)
{
	for (int i = 0; i < ARCHES; i++)
		if (arches[i].arch == arch)
			return i;
	return -1;
}

const char *
arch_name(uint32_t arch)
{
	int i = arch_index(arch);

	return i < 0 ? NULL : arches[i].name;
}

enum {
	X32_BIT = 0x40000000, /* x32 calls come with AUDIT_ARCH_X86_64 and this bit: asm/unistd.h, __X32_SYSCALL_BIT */
	X32_FIRST = 512,      /* from here on calls that x32 has in a form of its own (asm/unistd_x32.h); old kernels took them without the bit too */
};

/* By number from X32_FIRST on: the call of the same name in x86_64's table. */
static const int16_t x32_places[] = { 13, 15, 16, 19, 20, 45, 46, 47, 59, 101, 127, 128, 129, 131, 222, 244, 246, 247, 273, 274,
	278, 279, 295, 296, 297, 299, 307, 310, 311, 54, 55, 206, 209, 322, 327, 328 };

int32_t
syscall_x32_place(size_t arch, int32_t number)
{
	if (arch >= ARCHES || arches[arch].calls != x86_64 || number < 0)
		return -1;
	number &= ~X32_BIT;
	if (number < SYSCALL_MAX)
		return number;
	number -= X32_FIRST;
	return number < (int32_t)(sizeof(x32_places) / sizeof(x32_places[0])) ? x32_places[number] : -1;
}

const char *
syscall_at(size_t arch, int32_t number)
{
	int32_t place = arch < ARCHES ? syscall_place(arch, number) : -1;

	return place < 0 ? NULL : arches[arch].calls[place];
}

const char *
syscall_name(uint32_t arch, int32_t number)
{
	int i = arch_index(arch);

	return i < 0 ? NULL : syscall_at((size_t)i, number);
}
