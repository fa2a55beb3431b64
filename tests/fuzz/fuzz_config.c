/* What is compiled of stanza files: the input is read as a config and as an eventmap. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "catalogue.h"
#include "config.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct err error;

	config_free(config_parse("f", text, size, &error));
	catalogue_free(catalogue_parse("f", text, size, &error));
	return 0;
}
