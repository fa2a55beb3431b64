/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "rules_kernel.h"
#include "rundir.h"
#include "session.h"
#include "supervisor.h"
#include "verbs.h"

enum { DRAIN_MAX = 10000 }; /* ms that streams have to write out what the kernel has recorded */

/* Says how auditbin ended, where that was not well. Returns whether it was. */
static bool
ended_well(const struct session *session)
{
	size_t length;
	char *text = rundir_read(session->rundir, AUDITBIN_FAILED, &length);
	bool well = text == NULL && errno == ENOENT;

	if (!well)
		warnx("%s: bins may be left, which the next start delivers; what it said is in %s/messages",
		    text != NULL ? text : AUDITBIN_FAILED ": unreadable", rundir_path());
	free(text);
	(void)unlinkat(session->rundir, AUDITBIN_FAILED, 0);
	return well;
}

static int
shut_down(struct session *session)
{
	bool well;

	if (session->status.enabled == 2) { /* the kernel's AUDIT_LOCKED */
		warnx("the kernel's audit is locked until the next boot (enabled 2): auditing goes on");
		return EXIT_FAILED;
	}
	kernel_record(session->kernel, "audit-shutdown", session->state.confdir);
	well = session_undo(session, DRAIN_MAX);
	well &= ended_well(session);
	puts("auditing reset");
	return well ? EXIT_OK : EXIT_FAILED;
}

/* Rules of ours without a state: the run directory was cleaned. They are taken away too. */
static int
remove_leftovers(void)
{
	size_t removed;
	struct err error;

	if (rules_kernel_remove(&removed, &error) == -1) {
		warnx("%s", error.text);
		return EXIT_FAILED;
	}
	puts(removed > 0 ? "auditing reset" : "auditing off");
	return EXIT_OK;
}

int
verb_shutdown(void)
{
	struct session session;
	struct err error;
	int status = EXIT_FAILED;

	if (session_begin(&session, SESSION_CHANGE, &error) == -1)
		warnx("%s", error.text);
	else if (session.started)
		status = shut_down(&session);
	else
		status = remove_leftovers();
	session_end(&session);
	if (fflush(stdout) == EOF)
		err(EXIT_FAILED, "stdout");
	return status;
}
