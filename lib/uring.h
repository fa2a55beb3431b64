/* What io_uring asks of the kernel, as system calls: an URINGOP line has an operation's number where SYSCALL has a call's. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef URING_H
#define URING_H

#include <stddef.h>
#include <stdint.h>

#include "record.h"

enum { URING_MAX = 64 }; /* every number in our table is below this */

/* The operation of an URINGOP line; URING_NONE if it tells none. */
enum { URING_NONE = UINT32_MAX };
uint32_t uring_op_of(const struct line *line);

/* "OPENAT" for 18, or NULL. */
const char *uring_name(uint32_t op);

/* The system call that does the same, "openat" for 18, or NULL where there is none. */
const char *uring_call(uint32_t op);

#endif
