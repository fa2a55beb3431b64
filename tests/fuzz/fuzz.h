/* What a fuzz target defines: called by clang's fuzzer, or by onefile.c with a saved input. Returns 0; aborts on what is wrong. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads every byte, so that the address sanitizer sees one that is not there. */
static inline unsigned
touch(const void *bytes, size_t length)
{
	const volatile unsigned char *p = bytes;
	unsigned sum = 0;

	for (size_t i = 0; i < length; i++)
		sum += p[i];
	return sum;
}

#endif
