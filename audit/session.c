/* SPDX-License-Identifier: BSD-2-Clause */
#include "session.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "precedence.h"
#include "record.h"
#include "rules_kernel.h"
#include "rundir.h"
#include "streams.h"

enum { KILL_AFTER = 1000 }; /* ms */

int
session_begin(struct session *session, enum session_purpose purpose, struct err *error)
{
	int rc;

	*session = (struct session){ .rundir = -1, .kernel = -1, .state = { .session = ID_UNSET } };
	session->kernel = kernel_open(error);
	if (session->kernel == -1 || kernel_status(session->kernel, &session->status, error) == -1)
		return -1;
	session->rundir = rundir_open(purpose == SESSION_CREATE, error);
	if (session->rundir == -1)
		return error->text[0] != '\0' ? -1 : 0;
	if (purpose != SESSION_LOOK && rundir_lock(session->rundir, error) == -1)
		return -1;
	rc = state_load(&session->state, session->rundir, error);
	session->started = rc == 1;
	return rc == -1 ? -1 : 0;
}

void
session_end(struct session *session)
{
	state_clear(&session->state);
	kernel_close(session->kernel);
	if (session->rundir != -1)
		close(session->rundir);
}

bool
session_running(const struct session *session)
{
	if (!session->started || session->state.phase == PHASE_STARTING)
		return false;
	return !session->state.streams || streams_alive(session->state.session);
}

int
session_set(struct session *session, struct err *error)
{
	const struct state *state = &session->state;

	for (int i = 0; i < KERNEL_SETTINGS; i++)
		if (state->set[i] != state->found[i] &&
		    kernel_set(session->kernel, (enum kernel_setting)i, state->set[i], error) == -1)
			return -1;
	return 0;
}

bool
session_restore(struct session *session)
{
	const struct state *state = &session->state;
	struct audit_status now;
	struct err error;
	bool well = true;

	if (kernel_status(session->kernel, &now, &error) == -1) {
		warnx("%s", error.text);
		return false;
	}
	/* Who changed a number after us means it: it stays. */
	for (int i = KERNEL_SETTINGS - 1; i >= 0; i--) {
		enum kernel_setting setting = (enum kernel_setting)i;

		if (state->set[i] == state->found[i] || kernel_get(&now, setting) != state->set[i])
			continue;
		if (kernel_set(session->kernel, setting, state->found[i], &error) == -1) {
			warnx("%s", error.text);
			well = false;
		}
	}
	return well;
}

int
session_apply(struct session *session, struct setup *setup)
{
	struct rules *rules = setup_rules(setup, session->state.session);
	struct err error;
	int rc;

	if (rules == NULL)
		return -1;
	rc = rules_kernel_apply(rules, NULL, &error);
	if (rc == -1)
		warnx("%s", error.text);
	rules_free(rules);
	return rc;
}

int
session_describe(struct session *session, const struct setup *setup, struct err *error)
{
	struct out out;
	int rc;

	out_init(&out, -1, 4096);
	out.hold = true;
	setup_describe(setup, &out);
	rc = rundir_write(session->rundir, "active", (const char *)out.data + out.head, out_waiting(&out), error);
	out_clear(&out);
	return rc;
}

/* Tells the streams to end: the auditstreams first, so that what they have read still goes through the commands behind them. */
static bool
end_streams(struct session *session, int milliseconds)
{
	uint32_t id = session->state.session;

	if (streams_signal(id, session->rundir, SIGTERM) == 0 && streams_alive(id))
		streams_signal_all(id, SIGTERM);
	if (streams_wait(id, milliseconds))
		return true;
	streams_name(id);
	return false;
}

bool
session_undo(struct session *session, int milliseconds)
{
	struct err error;
	bool restored = true, ended;

	if (rules_kernel_remove(NULL, &error) == -1) {
		warnx("%s", error.text);
		restored = false;
	}
	ended = end_streams(session, milliseconds);
	restored &= session_restore(session);
	if (session->state.set[KERNEL_BACKLOG_WAIT_TIME] == 0)
		precedence_give_back(); /* a daemon that was killed could not */
	streams_clean(session->state.session, session->rundir);
	(void)unlinkat(session->rundir, "active", 0);
	/* While the kernel is not as it was found, what was found must not be forgotten: the next shutdown or start tries again. */
	if (restored)
		state_remove(session->rundir);
	session->started = !restored;
	return restored && ended;
}
