/*
 * Rules as the kernel's netlink messages hold them (struct audit_rule_data), and back. Pure.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULES_DATA_H
#define RULES_DATA_H

#include <linux/audit.h>

#include "mem.h"
#include "rules.h"

enum { RULE_DATA_MAX = sizeof(struct audit_rule_data) + 8192 }; /* bytes of a rule: a path and a key are the longest of ours */

/* Writes the rule to data, which has size bytes. Returns its length, or 0 if it does not fit. */
size_t rule_encode(const struct rule *rule, struct audit_rule_data *data, size_t size);

/* Reads a rule; its texts are put in the arena. False if the bytes are not a rule. */
bool rule_decode(struct rule *rule, const struct audit_rule_data *data, size_t size, struct arena *arena);

/*
 * Do both say the same? The order of the fields is nothing, nor is where the rule stands in its list, nor the bits of the mask that
 * the kernel takes for classes of calls and does not keep.
 */
bool rule_same(const struct rule *a, const struct rule *b);

#endif
