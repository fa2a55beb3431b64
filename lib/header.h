/* The header of a record, from the kernel's lines of one event: who, when, what, and how it ended. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HEADER_H
#define HEADER_H

#include "event.h"
#include "record.h"

/* Fills all of *record but event[], which is left empty for the catalogue. The record borrows the event's lines. */
void header_describe(const struct event *event, struct record *record);

#endif
