/* Heads of our own: what they say besides what they hold. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHAIN_H
#define CHAIN_H

#include <stdint.h>

#include "section.h"

/* A head of a new bin, made on this host now, with a random id. */
void chain_new_bin(struct trail_head *head);

/* Makes the section, without records, that begins a trail behind the section with that sequence and hash. Returns 0, or -1 with errno. */
int chain_link(struct packer *packer, uint64_t sequence, const unsigned char hash[TRAIL_HASH]);

#endif
