/* The reader of logind's files of sessions. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "session_lookup.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source source = { .told = false };
	int64_t since = 0;

	if (session_parse_logind((const char *)data, size, 7, &source, &since))
		touch(&source, sizeof(source));
	if (since < 0)
		abort();
	return 0;
}
