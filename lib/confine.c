/* SPDX-License-Identifier: BSD-2-Clause */
#include "confine.h"

#include <cap-ng.h>
#include <err.h>
#include <stdbool.h>
#include <sys/prctl.h>

#include "err.h"

void
confine(unsigned kept)
{
	static const struct {
		unsigned flag, capability;
	} known[] = {
		{ CONFINE_AUDIT, CAP_AUDIT_CONTROL },
		{ CONFINE_RELOAD, CAP_DAC_READ_SEARCH },
		{ CONFINE_PRECEDENCE, CAP_SYS_NICE },
	};
	enum { KNOWN = sizeof(known) / sizeof(known[0]) };
	bool held[KNOWN];
	capng_select_t sets;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		err(EXIT_FAILED, "no new privileges");
	if (capng_get_caps_process() == -1)
		errx(EXIT_FAILED, "cannot read the capabilities of this process");
	/* The bounding set can only be cleared by who has CAP_SETPCAP; who has not, gains nothing by exec anyway (no new privileges). */
	sets = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS;
	for (int i = 0; i < KNOWN; i++)
		held[i] = (kept & known[i].flag) && capng_have_capability(CAPNG_PERMITTED, known[i].capability);
	capng_clear(sets);
	for (int i = 0; i < KNOWN; i++)
		if (held[i])
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, known[i].capability);
	if (capng_apply(sets) != 0)
		errx(EXIT_FAILED, "cannot drop capabilities");
}
