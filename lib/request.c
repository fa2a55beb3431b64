/* SPDX-License-Identifier: BSD-2-Clause */
#include "request.h"

#include <linux/audit.h>
#include <string.h>

#define X(set, number, name) { REQUEST_##set, number, #name },
static const struct request {
	uint16_t set; /* enum request_set */
	uint32_t number;
	const char *name;
} requests[] = {
#include "requests.def"
};
#undef X

enum { REQUESTS = sizeof(requests) / sizeof(requests[0]) };

enum {
	IPC_64 = 0x100,    /* uapi/linux/ipc.h: the new form of the structures, which 32-bit programs ask for */
	IPC_VERSION = 16,  /* ipc() has the version of its interface above the call's number */
	QUOTA_COMMAND = 8, /* uapi/linux/quota.h, SUBCMDSHIFT: below it stands whose quota it is */
	QUOTA_MASK = 0xffffff,
	SCHED_RESET_ON_FORK = 0x40000000, /* uapi/linux/sched.h: beside the policy */
};

/* powerpc has terminals' requests of its own. Source: arch/powerpc/include/uapi/asm/ioctls.h, and asm-generic/ioctls.h. */
static const struct {
	uint32_t powerpc, generic;
} terminal_requests[] = {
	{ 0x402c7413, 0x5401 }, /* TCGETS */
	{ 0x802c7414, 0x5402 }, /* TCSETS */
	{ 0x802c7415, 0x5403 }, /* TCSETSW */
	{ 0x802c7416, 0x5404 }, /* TCSETSF */
	{ 0x40147417, 0x5405 }, /* TCGETA */
	{ 0x80147418, 0x5406 }, /* TCSETA */
	{ 0x80147419, 0x5407 }, /* TCSETAW */
	{ 0x8014741c, 0x5408 }, /* TCSETAF */
	{ 0x2000741d, 0x5409 }, /* TCSBRK */
	{ 0x2000741e, 0x540a }, /* TCXONC */
	{ 0x2000741f, 0x540b }, /* TCFLSH */
	{ 0x40047477, 0x540f }, /* TIOCGPGRP */
	{ 0x80047476, 0x5410 }, /* TIOCSPGRP */
	{ 0x40047473, 0x5411 }, /* TIOCOUTQ */
	{ 0x40087468, 0x5413 }, /* TIOCGWINSZ */
	{ 0x80087467, 0x5414 }, /* TIOCSWINSZ */
	{ 0x4004667f, 0x541b }, /* FIONREAD */
	{ 0x8004667e, 0x5421 }, /* FIONBIO */
	{ 0x20006602, 0x5450 }, /* FIONCLEX */
	{ 0x20006601, 0x5451 }, /* FIOCLEX */
	{ 0x8004667d, 0x5452 }, /* FIOASYNC */
};

/*
 * powerpc has the direction in three bits: none is 1, out of the kernel 2, into it 4; elsewhere it is two bits, with the same order
 * of none (0), into (1), out of (2). Source: arch/powerpc/include/uapi/asm/ioctl.h, asm-generic/ioctl.h.
 */
static uint32_t
generic_ioctl(uint32_t request)
{
	enum {
		DIRECTION = 29,
		OUT = 2,
		INTO = 4,
	};
	uint32_t direction = request >> DIRECTION;

	for (size_t i = 0; i < sizeof(terminal_requests) / sizeof(terminal_requests[0]); i++)
		if (terminal_requests[i].powerpc == request)
			return terminal_requests[i].generic;
	request &= ((uint32_t)1 << DIRECTION) - 1;
	return request | (direction & OUT ? UINT32_C(2) << 30 : 0) | (direction & INTO ? UINT32_C(1) << 30 : 0);
}

static bool
is_powerpc(uint32_t arch)
{
	return arch == AUDIT_ARCH_PPC64 || arch == AUDIT_ARCH_PPC64LE;
}

uint32_t
request_of(uint32_t arch, enum request_set set, uint64_t argument)
{
	uint32_t request = (uint32_t)argument; /* an int: what else the register holds is no part of it */

	switch (set) {
	case REQUEST_IOCTL:
		return is_powerpc(arch) ? generic_ioctl(request) : request;
	case REQUEST_MSGCTL:
	case REQUEST_SEMCTL:
	case REQUEST_SHMCTL:
		return request & ~(uint32_t)IPC_64;
	case REQUEST_IPC:
		return request & ((1u << IPC_VERSION) - 1);
	case REQUEST_QUOTA:
		return request >> QUOTA_COMMAND & QUOTA_MASK;
	case REQUEST_SCHED:
		return request & ~(uint32_t)SCHED_RESET_ON_FORK;
	default:
		return request;
	}
}

/*
 * Between the requests that every architecture has and those that came later (from 0x4200 on) each numbers ptrace() in its own way:
 * the names here are x86's. Source: uapi/linux/ptrace.h.
 */
static bool
is_x86_alone(enum request_set set, uint32_t request)
{
	enum {
		OWN_FIRST = 10,
		ATTACH = 16,
		DETACH = 17,
		SYSCALL = 24,
		OWN_END = 0x4200,
	};

	return set == REQUEST_PTRACE && request >= OWN_FIRST && request < OWN_END && request != ATTACH && request != DETACH &&
	    request != SYSCALL;
}

const char *
request_name(uint32_t arch, enum request_set set, uint32_t request)
{
	size_t low = 0, high = REQUESTS;

	if (arch != AUDIT_ARCH_X86_64 && arch != AUDIT_ARCH_I386 && is_x86_alone(set, request))
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct request *found = &requests[middle];

		if (found->set == set && found->number == request)
			return found->name;
		if (found->set < set || (found->set == set && found->number < request))
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool
request_find(const char *text, size_t length, int64_t *request)
{
	for (size_t i = 0; i < REQUESTS; i++)
		if (strlen(requests[i].name) == length && memcmp(requests[i].name, text, length) == 0) {
			*request = requests[i].number;
			return true;
		}
	return false;
}
