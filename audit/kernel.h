/* What `audit` asks of the kernel's audit, and sets, besides rules. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KERNEL_H
#define KERNEL_H

#include <libaudit.h>
#include <stdint.h>

#include "err.h"

/* The numbers of the kernel's status that auditing sets, in the order in which they are set. */
enum kernel_setting {
	KERNEL_BACKLOG_LIMIT,
	KERNEL_BACKLOG_WAIT_TIME,
	KERNEL_FAILURE,
	KERNEL_ENABLED,
	KERNEL_SETTINGS,
};

enum {
	ENABLED_LOCKED = 2,
	FAILURE_PANIC = 2,
};

/* "backlog_limit": as in `auditctl -s`. */
const char *kernel_setting_name(enum kernel_setting setting);

/* The option of auditctl that sets it. */
const char *kernel_setting_option(enum kernel_setting setting);

/* Returns a descriptor, or -1 with *error. */
int kernel_open(struct err *error);
void kernel_close(int fd);

/* Returns 0, or -1 with *error. */
int kernel_status(int fd, struct audit_status *status, struct err *error);
uint32_t kernel_get(const struct audit_status *status, enum kernel_setting setting);
int kernel_set(int fd, enum kernel_setting setting, uint32_t value, struct err *error);

/* Puts a record of what was done, by whom, into the kernel's stream: `op=OP config="PATH"`. Where that fails, nothing else does. */
void kernel_record(int fd, const char *op, const char *path);

#endif
