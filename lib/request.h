/* Calls that do several things by one of their arguments: what they were asked to do, in words. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The sets of requests.def, in its order. */
enum request_set {
	REQUEST_NONE,
	REQUEST_PTRACE,
	REQUEST_KEYCTL,
	REQUEST_BPF,
	REQUEST_IOCTL,
	REQUEST_PRCTL,
	REQUEST_ARCH_PRCTL,
	REQUEST_FCNTL,
	REQUEST_MSGCTL,
	REQUEST_SEMCTL,
	REQUEST_SHMCTL,
	REQUEST_IPC,
	REQUEST_SOCKETCALL,
	REQUEST_LEVEL,
	REQUEST_SHUTDOWN,
	REQUEST_QUOTA,
	REQUEST_REBOOT,
	REQUEST_RLIMIT,
	REQUEST_SCHED,
	REQUEST_PRIORITY,
	REQUEST_IOPRIO,
	REQUEST_ITIMER,
	REQUEST_CLOCK,
	REQUEST_SECCOMP,
	REQUEST_MADVISE,
	REQUEST_FSCONFIG,
	REQUEST_SYSLOG,
	REQUEST_LSM,
	REQUEST_LANDLOCK,
	REQUEST_EPOLL,
};

/*
 * What a call's argument asks for, without the bits that are no part of the request; an ioctl() by the number that it has on most
 * architectures, so that a name is one number everywhere.
 */
uint32_t request_of(uint32_t arch, enum request_set set, uint64_t argument);

/* "PTRACE_ATTACH"; NULL where it has no name on that architecture. */
const char *request_name(uint32_t arch, enum request_set set, uint32_t request);

/* The request of that name, whatever the set. False if there is none. */
bool request_find(const char *text, size_t length, int64_t *request);

#endif
