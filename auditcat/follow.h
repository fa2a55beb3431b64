/*
 * Records of bins and trails that grow, each once, as plain records.
 *
 * Files are followed by name: when a trail is rotated or a bin is begun anew, what is left of the old one is read first. A bin's records
 * that were read from the bin are left out where they come again in a trail, and the other way round: heads name the bin.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOLLOW_H
#define FOLLOW_H

#include <stddef.h>

#include "out.h"

/*
 * Follows the files until SIGTERM or SIGINT. What goes wrong is said. Returns the exit status; EXIT_FAILED also if out cannot be written.
 */
int follow(char *const *paths, size_t count, struct out *out, void (*say)(const char *text));

#endif
