/* SPDX-License-Identifier: BSD-2-Clause */
#include "syscalls.h"

#include <libaudit.h>
#include <linux/audit.h>

#include "check.h"

static void
is(uint32_t arch, int32_t call, const char *name)
{
	const char *ours = syscall_name(arch, call);

	if (CHECK(ours != NULL) && ours != NULL)
		CHECK_BYTES(ours, strlen(ours), name);
}

static void
known(void)
{
	is(AUDIT_ARCH_X86_64, 59, "execve");
	is(AUDIT_ARCH_X86_64, 257, "openat");
	is(AUDIT_ARCH_X86_64, 437, "openat2");
	is(AUDIT_ARCH_X86_64, 452, "fchmodat2");
	is(AUDIT_ARCH_I386, 11, "execve");
	is(AUDIT_ARCH_AARCH64, 221, "execve");
	is(AUDIT_ARCH_S390X, 11, "execve");
	is(AUDIT_ARCH_PPC64LE, 11, "execve");
	is(AUDIT_ARCH_ARM, 11, "execve");
	is(0xc00000f3, 64, "write"); /* riscv64 */
}

/* x32: a bit more, and from 512 on numbers of its own for calls that x86_64 has too. */
static void
x32(void)
{
	is(AUDIT_ARCH_X86_64, 0x40000000 | 1, "write");
	is(AUDIT_ARCH_X86_64, 0x40000000 | 512, "rt_sigaction");
	is(AUDIT_ARCH_X86_64, 0x40000000 | 520, "execve");
	is(AUDIT_ARCH_X86_64, 0x40000000 | 541, "setsockopt");
	is(AUDIT_ARCH_X86_64, 0x40000000 | 547, "pwritev2");
	is(AUDIT_ARCH_X86_64, 520, "execve");
	CHECK(syscall_name(AUDIT_ARCH_X86_64, 0x40000000 | 548) == NULL);
	CHECK(syscall_name(AUDIT_ARCH_I386, 0x40000000 | 1) == NULL);
	CHECK(syscall_name(AUDIT_ARCH_I386, 520) == NULL);
	for (int32_t number = 512; number < 548; number++)
		CHECK(syscall_name(AUDIT_ARCH_X86_64, number) != NULL);
}

/* What the installed libaudit knows of the tables that it shares with us is the same here. */
static void
as_libaudit(void)
{
	static const struct {
		uint32_t arch;
		int machine;
	} tables[] = { { AUDIT_ARCH_X86_64, MACH_86_64 }, { AUDIT_ARCH_I386, MACH_X86 } };

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		for (int call = 0; call < SYSCALL_MAX; call++) {
			const char *theirs = audit_syscall_to_name(call, tables[i].machine);

			if (theirs != NULL)
				is(tables[i].arch, call, theirs);
		}
	}
}

static void
unknown(void)
{
	CHECK(syscall_name(AUDIT_ARCH_X86_64, -1) == NULL);
	CHECK(syscall_name(AUDIT_ARCH_X86_64, SYSCALL_MAX - 1) == NULL);
	CHECK(syscall_name(AUDIT_ARCH_X86_64, INT32_MAX) == NULL);
	CHECK(syscall_name(AUDIT_ARCH_X86_64, INT32_MIN) == NULL);
	CHECK(syscall_name(0, 1) == NULL);
	CHECK(syscall_name(0xffffffff, 1) == NULL);
	CHECK(syscall_at(1000, 1) == NULL);
}

static void
architectures(void)
{
	CHECK(strcmp(arch_name(AUDIT_ARCH_X86_64), "x86_64") == 0);
	CHECK(strcmp(arch_name(AUDIT_ARCH_I386), "i386") == 0);
	CHECK(arch_name(0) == NULL && arch_index(0) == -1);
	for (size_t i = 0; arch_at(i) != NULL; i++)
		CHECK(syscall_at(i, 4) != NULL);
	CHECK(arch_at(1000) == NULL);
}

int
main(void)
{
	test("known calls", known);
	test("x32 calls", x32);
	test("as libaudit has them", as_libaudit);
	test("unknown calls", unknown);
	test("architectures", architectures);
	return test_end();
}
