/*
 * From the configuration to the kernel's rules: few rules that let through a superset of what is wanted. Pure: nothing is asked of
 * the kernel here; rules_kernel.h talks to it. doc/design.md describes the compilation.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULES_H
#define RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalogue.h"
#include "config.h"
#include "err.h"
#include "objects.h"
#include "out.h"
#include "subjects.h"

#define RULES_KEY         "auditstream-"      /* every rule of ours has a key that begins so */
#define RULES_OBJECT_KEY  RULES_KEY "object-" /* and the object's id, 16 hexadecimal digits */
#define RULES_USERS_KEY   RULES_KEY "users"   /* the users stanza */
#define RULES_EXEMPT_KEY  RULES_KEY "exempt"  /* our own session is not audited: stands before all others */
#define RULES_RECORDS_KEY RULES_KEY "records" /* record types that nobody wants */

enum {
	RULE_FIELDS = 64,                   /* AUDIT_MAX_FIELDS */
	RULE_WORDS = 64,                    /* AUDIT_BITMASK_SIZE */
	RULE_CALLS = (RULE_WORDS - 1) * 32, /* the last word is for the kernel's classes of calls, which we do not use */
};

struct rule_field {
	uint32_t field; /* AUDIT_ARCH, AUDIT_LOGINUID, ... of linux/audit.h */
	uint32_t op;    /* AUDIT_EQUAL, ... */
	uint32_t value;
	const char *text; /* of AUDIT_WATCH, AUDIT_DIR and AUDIT_FILTERKEY: the value is its length */
};

struct rule {
	uint32_t list;   /* AUDIT_FILTER_EXIT or AUDIT_FILTER_EXCLUDE */
	uint32_t action; /* AUDIT_ALWAYS or AUDIT_NEVER */
	bool first;      /* goes before all rules that are there */
	uint32_t mask[RULE_WORDS];
	struct rule_field fields[RULE_FIELDS];
	size_t count;       /* of fields */
	const char *origin; /* "FILE:LINE: what it is", escaped; NULL of a rule that the kernel listed */
};

struct rules;

struct rules_input {
	const struct config *config;
	const struct catalogue *catalogue;
	const struct subjects *subjects;
	const struct objects *objects;
	const char *objects_path; /* the file's, for messages */
	uint32_t arch;            /* AUDIT_ARCH_ of this machine; its 32-bit companion is derived */
	uint32_t exempt;          /* login session whose processes are never audited: ours; ID_UNSET: none */
	/* Does the directory exist? NULL asks the file system. */
	bool (*is_directory)(const char *path);
	/* Told of what is left out; NULL: nobody. */
	void (*warn)(const char *text);
};

/* Returns NULL with *error. The rules hold all they need. */
struct rules *rules_compile(const struct rules_input *input, struct err *error);
void rules_free(struct rules *rules);

/* In the order in which they are loaded: 0 up to the first NULL. */
const struct rule *rules_at(const struct rules *rules, size_t index);

/* Each rule in auditctl's syntax, accepted by `auditctl -R`, behind a comment with the file and line it comes from. */
void rules_print(const struct rules *rules, struct out *out);

/* One rule so, without comment and newline; false if auditctl has no syntax for it (nothing is appended). */
bool rule_print(const struct rule *rule, struct out *out);

/* AUDIT_ARCH_ of the machine this runs on, or 0 if we know none. */
uint32_t rules_native_arch(void);

/* AUDIT_ARCH_ of the 32-bit programs that such a machine runs, or 0. */
uint32_t rules_companion_arch(uint32_t arch);

static inline void
rule_add_call(uint32_t mask[RULE_WORDS], uint32_t number)
{
	mask[number / 32] |= UINT32_C(1) << (number % 32);
}

static inline bool
rule_has_call(const uint32_t mask[RULE_WORDS], uint32_t number)
{
	return mask[number / 32] >> (number % 32) & 1;
}

/* Is it a rule for all system calls? */
bool rule_is_all(const uint32_t mask[RULE_WORDS]);

/* The text of a field, NULL if the rule has none; of AUDIT_FILTERKEY: the key. */
const char *rule_text(const struct rule *rule, uint32_t field);

#endif
