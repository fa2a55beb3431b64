/* The original lines, byte for byte: what auditd would have written, for ausearch, aureport and every tool that reads its log. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LINUX_H
#define LINUX_H

#include <stddef.h>
#include <stdint.h>

#include "out.h"
#include "record.h"

struct linux_printer {
	struct out *out;
	struct out stamp; /* scratch: what each line of the record begins with */
	/* The record before: one kernel event that is several audit events is printed once. */
	int64_t time;
	uint64_t serial;
	char event[RECORD_EVENT];
	unsigned char *lines;
	size_t size, capacity;
};

void linux_init(struct linux_printer *printer, struct out *out);
void linux_clear(struct linux_printer *printer);
void linux_print(struct linux_printer *printer, const struct record *record);

#endif
