/* The options of auditcat. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "verify.h"

#define SIZE_UNSET UINT64_MAX

struct options {
	const char *confdir;
	const char *out;        /* -o: the trail; NULL: standard output */
	const char *backups;    /* -d */
	const char *expression; /* -t */
	uint64_t size;          /* -s, bytes; 0: never; SIZE_UNSET: what the configuration says */
	struct anchor anchor;   /* -e; sequence 0: none */
	bool pack, unpack, recover, verify, last, follow;

	const char *keys[SIGNERS_MAX]; /* -k, in the order in which they were used */
	size_t key_count;
};

/* Fills *options and leaves optind at the first operand; ends the program if they make no sense. */
void options_parse(struct options *options, int argc, char **argv);

#endif
