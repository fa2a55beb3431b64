/* audit start: all is checked first; each step after that is undone if a later one fails. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record.h"
#include "session.h"
#include "streams.h"
#include "supervisor.h"
#include "verbs.h"

enum { GIVE_UP = 3000 }; /* ms that streams have to end where a start is undone */

/* What the kernel's numbers are to be. A limit of the backlog that is larger, or 0 for none, stays. */
static void
decide(struct state *state, const struct settings *settings, const struct audit_status *status)
{
	for (int i = 0; i < KERNEL_SETTINGS; i++)
		state->found[i] = state->set[i] = kernel_get(status, (enum kernel_setting)i);
	if (status->backlog_limit != 0 && status->backlog_limit < settings->backlog)
		state->set[KERNEL_BACKLOG_LIMIT] = (uint32_t)settings->backlog;
	if (settings->onfull == ONFULL_DROP)
		state->set[KERNEL_BACKLOG_WAIT_TIME] = 0;
	/* binmode = panic is AIX's word for it: the system stops if records cannot be written to a bin. */
	if (settings->onfull == ONFULL_PANIC || settings->binmode == BINMODE_PANIC)
		state->set[KERNEL_FAILURE] = FAILURE_PANIC;
	state->set[KERNEL_ENABLED] = 1;
}

/*
 * auditbin and the streams listen before the first rule of ours: no event comes that nobody takes, and the record of the start itself is in the
 * stream.
 */
static int
carry_out(struct session *session, struct setup *setup, struct streams *streams)
{
	struct state *state = &session->state;
	struct err error;
	int rc = 1;

	if (setup->commands.count > 0) {
		rc = streams_begin(streams, setup->confdir, &setup->commands, &error);
		state->session = streams->session;
	}
	if (rc == -1 || state_save(state, session->rundir, &error) == -1 || session_set(session, &error) == -1) {
		warnx("%s", error.text);
		return -1;
	}
	if (setup->commands.count > 0) {
		rc = streams_run(streams, &setup->commands, session->rundir, &error);
		state->streams = rc == 1;
	}
	if (rc == -1) {
		warnx("%s", error.text);
		return -1;
	}
	if (session_apply(session, setup) == -1)
		return -1;
	state->phase = PHASE_ON;
	if (session_describe(session, setup, &error) == -1 || state_save(state, session->rundir, &error) == -1) {
		warnx("%s", error.text);
		return -1;
	}
	return 0;
}

static int
start(struct session *session, struct setup *setup)
{
	struct streams streams = { .report = -1, .session = ID_UNSET };
	struct state *state = &session->state;
	int rc;

	decide(state, config_settings(setup->config), &session->status);
	state->phase = PHASE_STARTING;
	state->session = ID_UNSET;
	state->streams = false;
	free(state->confdir);
	state->confdir = mem_string(setup->confdir, strlen(setup->confdir));
	streams_clean(ID_UNSET, session->rundir);
	(void)unlinkat(session->rundir, AUDITBIN_FAILED, 0);
	if (session->status.pid != 0 && setup->commands.count > 0)
		warnx("process %u is the kernel's audit daemon: %s read beside it (multicast)", session->status.pid,
		    config_settings(setup->config)->binmode != BINMODE_OFF ? "bins and streams" : "the streams");
	rc = carry_out(session, setup, &streams);
	streams_release(&streams);
	if (rc == -1) {
		session_undo(session, GIVE_UP);
		streams_signal_all(streams.session, SIGKILL);
		warnx("auditing is not started");
		return EXIT_FAILED;
	}
	kernel_record(session->kernel, "audit-start", setup->confdir);
	return EXIT_OK;
}

/* Can auditing be started? Says why not. */
static bool
is_startable(const struct session *session)
{
	if (session_running(session)) {
		/* AIX's message. */
		warnx("** auditing enabled already");
		return false;
	}
	if (session->status.enabled == ENABLED_LOCKED) {
		warnx("the kernel's audit is locked until the next boot (enabled 2): its rules cannot be changed");
		return false;
	}
	return true;
}

/* A start that was killed, or whose streams were: what is left of it goes. Returns 0, or -1: it was said. */
static int
recover(struct session *session)
{
	uint32_t streams = session->state.session;
	struct err error;

	if (!session->started)
		return 0;
	warnx("the last start did not come to its end: what it left is taken away");
	(void)session_undo(session, GIVE_UP);
	streams_signal_all(streams, SIGKILL);
	if (session->started)
		return -1; /* it was said what could not be undone */
	if (kernel_status(session->kernel, &session->status, &error) == 0)
		return 0;
	warnx("%s", error.text);
	return -1;
}

int
verb_start(const char *confdir)
{
	struct session session;
	struct setup setup = { 0 };
	struct err error;
	int status = EXIT_FAILED;

	if (session_begin(&session, SESSION_CREATE, &error) == -1)
		warnx("%s", error.text);
	else if (is_startable(&session) && setup_load(&setup, confdir) && recover(&session) == 0)
		status = start(&session, &setup);
	setup_clear(&setup);
	session_end(&session);
	return status;
}

/* The numbers as found are those of any kernel: what differs is printed. */
static void
print_settings(const struct settings *settings)
{
	struct state state;
	struct audit_status nothing = { .backlog_limit = 1, .backlog_wait_time = 1, .failure = 1 };

	decide(&state, settings, &nothing);
	for (int i = 0; i < KERNEL_ENABLED; i++)
		if (state.set[i] != state.found[i])
			printf("%s %" PRIu32 "\n", kernel_setting_option((enum kernel_setting)i), state.set[i]);
}

int
verb_start_dry(const char *confdir)
{
	struct rules *rules = NULL;
	struct setup setup;
	struct out out;

	if (setup_load(&setup, confdir) && (rules = setup_rules(&setup, ID_UNSET)) != NULL) {
		for (size_t i = 0; i < setup.commands.count; i++)
			printf("# runs: %s\n", setup.commands.commands[i].text);
		print_settings(config_settings(setup.config));
		(void)fflush(stdout);
		out_init(&out, STDOUT_FILENO, 65536);
		rules_print(rules, &out);
		out_text(&out, "-e 1\n");
		if (out_flush(&out) == -1)
			err(EXIT_FAILED, "stdout");
		out_clear(&out);
	}
	rules_free(rules);
	setup_clear(&setup);
	return rules != NULL ? EXIT_OK : EXIT_FAILED;
}
