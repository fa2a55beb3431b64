/* Whole reads and writes. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IO_H
#define IO_H

#include <stddef.h>
#include <stdint.h>

/* Reads size bytes that stand at the offset. Returns 1, 0 if the file ends before, -1 with errno. */
int io_read_at(int fd, uint64_t offset, void *to, size_t size);

/* Writes all of it. Returns 0, or -1 with errno. */
int io_write(int fd, const void *bytes, size_t size);

/* Appends the bytes from..end of one file to another. Returns 0, or -1 with errno. */
int io_copy(int from_fd, uint64_t from, uint64_t end, int to_fd);

#endif
