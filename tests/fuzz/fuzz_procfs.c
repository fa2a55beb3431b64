/* The reader of /proc/PID/stat, in which a process names itself. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "procfs.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct process_stat stat;
	uint64_t ticks;

	if (procfs_parse_stat((const char *)data, size, &stat, &ticks) &&
	    memchr(stat.command, '\0', sizeof(stat.command)) == NULL)
		abort();
	return 0;
}
