/* CRC-32C (Castagnoli, RFC 3720 appendix B.4), with the processor's instruction where it has one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CRC32C_H
#define CRC32C_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32c(const void *data, size_t length);

/* The same by tables alone: what crc32c() falls back to; visible so that tests can compare the two. */
uint32_t crc32c_by_table(const void *data, size_t length);

#endif
