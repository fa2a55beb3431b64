/*
 * The kernel's rules: ours are brought to what is wanted, and only ours are touched: those whose key begins with RULES_KEY.
 * All of it needs CAP_AUDIT_CONTROL. Nothing is remembered between calls: what is there is asked of the kernel.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULES_KERNEL_H
#define RULES_KERNEL_H

#include <stddef.h>

#include "err.h"
#include "rules.h"

struct rules_changes {
	size_t added, removed, kept;
};

/*
 * Loads what is missing, makes sure that all is there, then deletes what is no longer wanted. On any error the kernel is put back
 * as it was, and *error names the rule that was refused. changes may be NULL. Returns 0, or -1 with *error.
 */
int rules_kernel_apply(const struct rules *rules, struct rules_changes *changes, struct err *error);

/* Deletes all rules of ours. removed may be NULL. Returns 0, or -1 with *error: then those that could be deleted are. */
int rules_kernel_remove(size_t *removed, struct err *error);

/* How many rules are loaded. Returns 0, or -1 with *error. */
int rules_kernel_count(size_t *ours, size_t *foreign, struct err *error);

#endif
