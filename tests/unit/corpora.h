/* All lines of the logs that we have: tests/fixtures, and where it is there, the folder of public data that CORPORA names. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CORPORA_H
#define CORPORA_H

#include <glob.h>

#include "check.h"

/* Calls each(line, length) with each line of the files that match, in memory of exactly its size. Returns how many lines. */
static inline size_t
for_each_line(const char *pattern, void (*each)(const char *line, size_t length))
{
	size_t count = 0, size;
	glob_t found;

	if (glob(pattern, 0, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char *data = read_file(found.gl_pathv[i], &size);

		for (char *p = data, *newline; p < data + size; p = newline + 1) {
			char *line;

			newline = memchr(p, '\n', (size_t)(data + size - p));
			if (newline == NULL)
				newline = data + size;
			line = exact_copy(p, (size_t)(newline - p));
			each(line, (size_t)(newline - p));
			free(line);
			count++;
		}
		free(data);
	}
	globfree(&found);
	return count;
}

/* The same for all logs of CORPORA. 0 if it is not there. */
static inline size_t
for_each_corpora_line(void (*each)(const char *line, size_t length))
{
	static const char *const patterns[] = { "arch-samples/*.log", "audit-userspace/auparse/test/*.log",
		"audit-userspace/extracted/*.log", "oms-auditd-plugin/*.log", "selinux/python/*/*.log",
		"selinux/python/sepolgen/tests/audit.txt", "selinux/python/sepolgen/tests/test_data/*.log",
		"setroubleshoot/framework/test/data/audit/*.log" };
	const char *folder = getenv("CORPORA");
	size_t count = 0;

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		char pattern[4096];

		snprintf(pattern, sizeof(pattern), "%s/%s", folder != NULL ? folder : "../shared/corpora", patterns[i]);
		count += for_each_line(pattern, each);
	}
	return count;
}

#endif
