/* Packing inputs into sections, which go to the end of a trail or to standard output. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APPEND_H
#define APPEND_H

#include <stdbool.h>
#include <stdint.h>

#include "bins.h"
#include "out.h"
#include "rotate.h"
#include "section.h"
#include "trailfile.h"

struct append {
	struct packer packer;
	struct out *out;        /* NULL: to the trail */
	struct trailfile trail; /* its sequence and hash also serve the chain on standard output */
	struct rotation rotation;
	struct bins bins;
	void (*say)(const char *text);
	bool recover;         /* -r */
	bool rotation_failed; /* that was said, and is not tried again */
	bool broken;          /* nothing more can be written */
	int status;           /* EXIT_FAILED, EXIT_DAMAGED */
};

/* The caller has set packer, out or trail, rotation, say and recover. Returns 0, or -1 with errno. */
int append_begin(struct append *append);

/* Appends all of an input; takes over fd. What goes wrong is said and in the status. Returns 0, or -1 if nothing more can be written. */
int append_input(struct append *append, int fd, const char *name);

void append_end(struct append *append);

#endif
