/*
 * Who is audited for what: the users stanza of config, with names and groups resolved to uids. The kernel's rules (rules.h) are
 * a superset of it; auditstream applies exactly this.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SUBJECTS_H
#define SUBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"
#include "err.h"

struct subjects;

/*
 * Users with the same events, for whom the kernel can share rules. Whoever has the same as the default is not listed: nobody needs
 * a rule of their own for that.
 */
struct subject_set {
	const struct event_set *events;
	const uint32_t *uids; /* sorted; none for the default */
	size_t count;
	bool is_default; /* everybody who is not in another set */
	unsigned line;   /* of the config, the first of its users */
};

/*
 * Resolves the users stanza. A user or group that does not exist is an error with file and line, or with ignorenonexistentity a
 * warning. The config must outlive the subjects. Returns NULL with *error.
 */
struct subjects *subjects_new(const struct config *config, void (*warn)(const char *text), struct err *error);
void subjects_free(struct subjects *subjects);

/* The distinct sets, the default last: 0 up to the first NULL. A user for whom nothing is audited is in a set with no events. */
const struct subject_set *subjects_at(const struct subjects *subjects, size_t index);

/* Is the event, with that success, audited for this user? login: ID_UNSET for a daemon, which counts as its real user. */
bool subjects_take(const struct subjects *subjects, uint32_t login, uint32_t real, const char *event, bool success);

#endif
