/*
 * A plain main for a fuzz target: gives it each file that is named, in memory of exactly its size. Prints TAP for tests/run.sh.
 * An input that crashes ends the program: the runner misses its line.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned char *
read_exactly(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	unsigned char *data;
	long length;

	if (file == NULL || fseek(file, 0, SEEK_END) == -1 || (length = ftell(file)) < 0)
		err(1, "%s", path);
	rewind(file);
	data = malloc(length > 0 ? (size_t)length : 1);
	if (data == NULL || fread(data, 1, (size_t)length, file) != (size_t)length)
		err(1, "%s", path);
	fclose(file);
	*size = (size_t)length;
	return data;
}

int
main(int argc, char **argv)
{
	printf("1..%d\n", argc - 1);
	fflush(stdout);
	for (int i = 1; i < argc; i++) {
		size_t size;
		unsigned char *data = read_exactly(argv[i], &size);

		LLVMFuzzerTestOneInput(data, size);
		free(data);
		printf("ok %d - %s\n", i, argv[i]);
		fflush(stdout);
	}
	return 0;
}
