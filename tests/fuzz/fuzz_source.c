/* The reader of user messages: the text of one. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "rectype.h"
#include "source.h"

static void
check(const char *text, size_t size)
{
	if (memchr(text, '\0', size) == NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct line line = { .type = TYPE_USER_LOGIN, .text = (const char *)data, .length = size };
	struct source source, more = { .told = true };

	(void)source_read(&source, &line);
	source_fill(&more, &source);
	check(more.user, sizeof(more.user));
	check(more.address, sizeof(more.address));
	check(more.host, sizeof(more.host));
	check(more.terminal, sizeof(more.terminal));
	check(more.service, sizeof(more.service));
	if (source_origin(&more)[0] == '\0')
		abort();
	return 0;
}
