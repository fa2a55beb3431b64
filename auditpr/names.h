/*
 * Names for the user ids of a record: the name that the capturing host recorded; else the one that auditd wrote into an enriched
 * log; else what this host's passwd says.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

enum who {
	WHO_LOGIN,
	WHO_REAL,
	WHO_EFFECTIVE,
	WHO_COUNT,
};

enum { NAME_MAX_BYTES = 255 }; /* a longer name counts as none */

/* A name, or no name where length is 0. */
struct user_name {
	uint32_t id;
	uint8_t length;
	bool known; /* looked up already */
	char text[NAME_MAX_BYTES];
};

struct names {
	bool numeric; /* auditpr -r: ids stay numbers */
	const struct record *record;
	bool searched; /* the record's own names are in recorded[] */
	struct user_name recorded[WHO_COUNT];
	char digits[10];         /* of a number that stands for a name with -r */
	struct user_name *local; /* what passwd said, or the number, by id; a fixed number of slots, the latest id wins */
};

void names_init(struct names *names, bool numeric);
void names_clear(struct names *names);

/* Turns to another record, which must live until the next call. */
void names_set(struct names *names, const struct record *record);

/* The user's name, its number where it has none, or "unset". Raw bytes, valid until the next call. */
const char *names_user(struct names *names, enum who who, size_t *length);

uint32_t record_user(const struct record *record, enum who who);

#endif
