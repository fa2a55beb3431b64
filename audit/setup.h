/* The configuration as a whole: all files are read and checked against each other before anything is changed. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SETUP_H
#define SETUP_H

#include <stdbool.h>
#include <stdint.h>

#include "catalogue.h"
#include "commands.h"
#include "config.h"
#include "objects.h"
#include "out.h"
#include "rules.h"
#include "stanza.h"
#include "subjects.h"

struct setup {
	const char *confdir;
	struct config *config;
	struct catalogue *catalogue;
	struct subjects *subjects;
	struct objects *objects;
	struct stanza_file events;
	struct commands commands; /* auditbin with binmode, then, with streammode, those of the streams */
	const char *unknown;      /* the name in a class that is no event and no class */
	unsigned mistakes;        /* that were found */
};

/*
 * Reads and checks everything in confdir, which must outlive the setup. Says each mistake on stderr. Returns whether there is
 * none; clear it either way.
 */
bool setup_load(struct setup *setup, const char *confdir);
void setup_clear(struct setup *setup);

/* The kernel's rules for it. exempt: the audit session of the stream commands, or ID_UNSET. NULL: a mistake, which was said. */
struct rules *setup_rules(struct setup *setup, uint32_t exempt);

/* What `audit query` shows of it: the classes with their events, the objects. */
void setup_describe(const struct setup *setup, struct out *out);

#endif
