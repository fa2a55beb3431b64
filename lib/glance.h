/*
 * A glance at a record's raw lines that can rule out, without parsing them, that a field has a value with some property. It only
 * saves time: whatever it cannot tell for sure it leaves to the field parser.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef GLANCE_H
#define GLANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "value.h"

struct glance {
	uint16_t type; /* only lines of this type hold the field; 0: all kernel lines may */
	bool is_path;  /* values are paths that come out absolute and normalised */
	bool is_key;   /* a value may be several, joined */
	char tag[32];  /* "exe=" */
	size_t length;
	size_t rare; /* which of the tag's bytes is seldom in audit lines, to be searched for */
};

/* Prepares to look for values of that name. False if a glance cannot tell anything about it. */
bool glance_init(struct glance *glance, const struct name *name);

/* True if certainly no value of the field passes. */
bool glance_rules_out(
    const struct glance *glance, const struct record *record, bool (*pass)(void *arg, const struct value *value), void *arg);

#endif
