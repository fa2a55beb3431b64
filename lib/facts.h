/*
 * The facts of a record that the kernel does not put into each: where its login session came from, the processes that led to it, the
 * container and unit that it lives in. They are learnt from every event as it passes, and on the machine itself from /proc, logind and
 * utmp.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FACTS_H
#define FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"
#include "factline.h"
#include "processes.h"
#include "record.h"
#include "users.h"

enum { FACTS_HOSTS = 1024 }; /* in one log, by node=; of more nothing is learnt */

struct facts;

/*
 * Takes in what runs already. source: who knows the processes of this machine; NULL for events of another time or machine. users: their
 * names, or NULL. Both are the caller's.
 */
struct facts *facts_new(const struct process_source *source, struct users *users);
void facts_free(struct facts *facts);

/* Takes in the event, which header_describe() made that record of. */
void facts_learn(struct facts *facts, const struct event *event, const struct record *record);

/* The parent of the process of the event that was learnt last; 0 if that is not known. */
uint32_t facts_parent(const struct facts *facts);

/* Appends the facts of the event that was learnt last. */
void facts_append(struct facts *facts, const struct record *record, struct factline *line);

#endif
