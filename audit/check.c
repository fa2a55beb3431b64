/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <unistd.h>

#include "record.h"
#include "setup.h"
#include "verbs.h"

int
verb_check(const char *confdir)
{
	struct rules *rules = NULL;
	struct setup setup;
	struct out out;
	int status = EXIT_FAILED;

	if (setup_load(&setup, confdir) && (rules = setup_rules(&setup, ID_UNSET)) != NULL) {
		out_init(&out, STDOUT_FILENO, 65536);
		rules_print(rules, &out);
		if (out_flush(&out) == -1)
			err(EXIT_FAILED, "stdout");
		out_clear(&out);
		status = EXIT_OK;
	}
	rules_free(rules);
	setup_clear(&setup);
	return status;
}
