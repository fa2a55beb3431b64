/* A section's records out of its zstd frames. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FRAMES_H
#define FRAMES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Unpacks the frames, one after the other, into room bytes. What is damaged is passed over to the next frame, and its bytes as packed
 * are counted in *lost. Where many are damaged the rest is lost: it was made to be slow. Returns how many bytes came out.
 */
size_t frames_unpack(const unsigned char *body, size_t size, unsigned char *to, size_t room, uint64_t *lost);

#endif
