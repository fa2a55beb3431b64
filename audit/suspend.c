/* audit off, audit on, audit start -r: what is started goes on otherwise. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "rules_kernel.h"
#include "session.h"
#include "streams.h"
#include "verbs.h"

/* Begins a session for a verb that needs a start. Returns 0, or -1: it was said. */
static int
begin_started(struct session *session)
{
	struct err error;

	if (session_begin(session, SESSION_CHANGE, &error) == -1)
		warnx("%s", error.text);
	else if (!session->started || session->state.phase == PHASE_STARTING)
		warnx("auditing is not started: audit start");
	else
		return 0;
	session_end(session);
	return -1;
}

/* The same, in that phase. */
static int
begin(struct session *session, enum phase phase, const char *otherwise)
{
	if (begin_started(session) == -1)
		return -1;
	if (session->state.phase == phase)
		return 0;
	warnx("%s", otherwise);
	session_end(session);
	return -1;
}

/* Remembers the phase. The numbers stay noted as set by us, so that shutdown knows. */
static int
enter(struct session *session, enum phase phase)
{
	struct err error;

	session->state.phase = phase;
	if (state_save(&session->state, session->rundir, &error) == 0)
		return 0;
	warnx("%s", error.text);
	return -1;
}

/* `enabled`, where it is ours: programs' own messages stop too. */
static int
enable(struct session *session, bool on)
{
	const struct state *state = &session->state;
	struct err error;
	uint32_t value = on ? state->set[KERNEL_ENABLED] : state->found[KERNEL_ENABLED];

	if (state->set[KERNEL_ENABLED] == state->found[KERNEL_ENABLED] ||
	    kernel_set(session->kernel, KERNEL_ENABLED, value, &error) == 0)
		return 0;
	warnx("%s", error.text);
	return -1;
}

int
verb_off(void)
{
	struct session session;
	struct err error;
	int status = EXIT_FAILED;

	if (begin(&session, PHASE_ON, "auditing is off already") == -1)
		return EXIT_FAILED;
	kernel_record(session.kernel, "audit-off", session.state.confdir);
	if (rules_kernel_remove(NULL, &error) == -1)
		warnx("%s", error.text);
	else if (enable(&session, false) == 0 && enter(&session, PHASE_OFF) == 0)
		status = EXIT_OK;
	session_end(&session);
	return status;
}

/* Kernel and streams follow the files. Returns 0; 1 if a stream is late, which was said; -1 if something is wrong, which was too. */
static int
apply_files(struct session *session)
{
	struct setup setup;
	struct err error;
	int rc = -1;

	if (setup_load(&setup, session->state.confdir) && session_apply(session, &setup) == 0) {
		rc = streams_reload(session->state.session, session->rundir) ? 0 : 1;
		if (session_describe(session, &setup, &error) == -1) {
			warnx("%s", error.text);
			rc = -1;
		}
	}
	setup_clear(&setup);
	return rc;
}

static void
ignore(void *arg, pid_t pid, char *text)
{
}

/* From now on the machine stops if records cannot be taken: what binmode = panic says from the start. Returns 0, or -1: it was said. */
static int
panic_when_full(struct session *session)
{
	struct err error;

	if (streams_status(session->state.session, session->rundir, STATUS_OF_BIN, ignore, NULL) == 0) {
		warnx("on panic: this is for bins, and binmode is off");
		return -1;
	}
	session->state.set[KERNEL_FAILURE] = FAILURE_PANIC;
	if (state_save(&session->state, session->rundir, &error) == 0 &&
	    kernel_set(session->kernel, KERNEL_FAILURE, FAILURE_PANIC, &error) == 0)
		return 0;
	warnx("%s", error.text);
	return -1;
}

static int
resume(struct session *session)
{
	if (apply_files(session) == -1 || enable(session, true) == -1 || enter(session, PHASE_ON) == -1)
		return -1;
	kernel_record(session->kernel, "audit-on", session->state.confdir);
	return 0;
}

/* Where auditing is on already, `on panic` still changes what happens to bins, as on AIX. */
int
verb_on(bool panic)
{
	struct session session;
	int status = EXIT_FAILED;
	bool suspended;

	if (begin_started(&session) == -1)
		return EXIT_FAILED;
	suspended = session.state.phase == PHASE_OFF;
	if (!suspended && !panic)
		warnx("** auditing enabled already");
	else if ((!panic || panic_when_full(&session) == 0) && (!suspended || resume(&session) == 0))
		status = EXIT_OK;
	session_end(&session);
	return status;
}

int
verb_reload(const char *confdir)
{
	struct session session;
	int status = EXIT_FAILED, rc;

	if (begin(&session, PHASE_ON, "auditing is off: audit on reads the files again") == -1)
		return EXIT_FAILED;
	if (confdir != NULL && strcmp(confdir, session.state.confdir) != 0) {
		warnx("-C %s: auditing was started from %s", confdir, session.state.confdir);
	} else if ((rc = apply_files(&session)) != -1) {
		kernel_record(session.kernel, "audit-reload", session.state.confdir);
		status = rc == 0 ? EXIT_OK : EXIT_FAILED;
	}
	session_end(&session);
	return status;
}
