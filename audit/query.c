/* audit query: AIX's layout, and with -v what the kernel and the streams say. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "rules_kernel.h"
#include "rundir.h"
#include "session.h"
#include "streams.h"
#include "verbs.h"

static void
print_active(const struct session *session)
{
	size_t length;
	char *text = session->started ? rundir_read(session->rundir, "active", &length) : NULL;

	fputs(text != NULL ? text : "audit events:\n\tnone\naudit objects:\n\tnone\n", stdout);
	free(text);
}

static void
print_kernel(const struct session *session)
{
	const struct audit_status *status = &session->status;
	struct err error;
	size_t ours, others;

	printf("kernel:\n\tenabled %" PRIu32 "\n\tfailure %" PRIu32 "\n\tdaemon %" PRIu32 "\n", status->enabled, status->failure,
	    status->pid);
	printf("\tbacklog %" PRIu32 " of %" PRIu32 "\n\tbacklog_wait_time %" PRIu32 "\n\tlost %" PRIu32 "\n", status->backlog,
	    status->backlog_limit, status->backlog_wait_time, status->lost);
	if (rules_kernel_count(&ours, &others, &error) == -1)
		warnx("%s", error.text);
	else
		printf("\trules %zu, and %zu of others\n", ours, others);
}

/* What each reader of the kernel's events says of itself. */
static void
print_reader(const char *program, pid_t pid, char *text)
{
	static const char *const names[] = { "mode", "received", "written", "queued", "lost_kernel", "lost_socket", "lost_queue",
		"lost_events" };
	enum { NAMES = sizeof(names) / sizeof(*names) };
	char values[NAMES][256];

	for (size_t i = 0; i < NAMES; i++)
		streams_value(text, names[i], values[i]);
	printf("\t%s is process %d: %s, received %s, written %s, queued %s bytes, lost in kernel %s, socket %s, queue %s, events %s\n", program,
	    (int)pid, values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7]);
}

static void
print_stream(void *arg, pid_t pid, char *text)
{
	print_reader("auditstream", pid, text);
}

static void
print_manager(void *arg, pid_t pid, char *text)
{
	printf("audit bin manager is process %d\n", (int)pid);
}

static void
print_bins(void *arg, pid_t pid, char *text)
{
	char values[5][256];

	puts("audit bins:");
	print_reader("auditbin", pid, text);
	printf("\tfills %s: %s bytes; %s switches, %s bins delivered, %s waiting\n", streams_value(text, "bin", values[0]),
	    streams_value(text, "bytes", values[1]), streams_value(text, "switches", values[2]), streams_value(text, "delivered", values[3]),
	    streams_value(text, "waiting", values[4]));
	if (strcmp(streams_value(text, "failing", values[0]), "0") != 0)
		printf("\tthe bin command of line %s fails\n", values[0]);
	if (strcmp(streams_value(text, "unwritable", values[0]), "0") != 0)
		puts("\tthe bin cannot be written");
}

static void
print_streams(const struct session *session)
{
	size_t length;
	char *messages;

	puts("audit streams:");
	if (streams_status(session->state.session, session->rundir, STATUS_OF_STREAM, print_stream, NULL) == 0)
		puts("\tnone");
	messages = session->started ? rundir_read(session->rundir, "messages", &length) : NULL;
	if (messages != NULL && length > 0)
		printf("messages of the stream commands, in %s/messages:\n\t%zu bytes\n", rundir_path(), length);
	free(messages);
}

int
verb_query(bool verbose)
{
	struct session session;
	struct err error;
	int status = EXIT_FAILED;

	if (session_begin(&session, SESSION_LOOK, &error) == -1) {
		warnx("%s", error.text);
	} else {
		puts(session_running(&session) && session.state.phase == PHASE_ON ? "auditing on" : "auditing off");
		if (streams_status(session.state.session, session.rundir, STATUS_OF_BIN, print_manager, NULL) == 0)
			puts("bin processing off");
		print_active(&session);
		if (verbose) {
			print_kernel(&session);
			streams_status(session.state.session, session.rundir, STATUS_OF_BIN, print_bins, NULL);
			print_streams(&session);
		}
		status = EXIT_OK;
	}
	session_end(&session);
	if (fflush(stdout) == EOF)
		err(EXIT_FAILED, "stdout");
	return status;
}
