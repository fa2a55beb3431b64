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

const char *
syscall_at(size_t arch, int32_t number)
{
	/* x32 calls come with AUDIT_ARCH_X86_64 and this bit (asm/unistd.h, __X32_SYSCALL_BIT). */
	number &= ~0x40000000;
	if (arch >= ARCHES || number < 0 || number >= SYSCALL_MAX)
		return NULL;
	return arches[arch].calls[number];
}

const char *
syscall_name(uint32_t arch, int32_t number)
{
	int i = arch_index(arch);

	return i < 0 ? NULL : syscall_at((size_t)i, number);
}
