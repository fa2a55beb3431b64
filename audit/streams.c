/* SPDX-License-Identifier: BSD-2-Clause */
#include "streams.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mem.h"
#include "monotonic.h"
#include "record.h"
#include "rundir.h"
#include "supervisor.h"
#include "text.h"

enum {
	LISTEN_MAX = 5000,     /* ms that an auditstream may take until it listens */
	LISTEN_UNNAMED = 1000, /* the same where no command names one: a script may */
	READ_MAX = 5000,       /* ms that it may take until it has read the configuration again */
	LOOK_EVERY = 10,       /* ms */
};

static void
rest(int milliseconds)
{
	(void)poll(NULL, 0, milliseconds);
}

/* The next datagram of the supervisor, its letter in *what. Returns 1, 0 after so long, -1 if the supervisor is gone. */
static int
next_report(const struct streams *streams, int milliseconds, char *what, char text[static REPORT_MAX])
{
	struct pollfd fd = { .fd = streams->report, .events = POLLIN };
	char datagram[REPORT_MAX];
	ssize_t n;

	if (poll(&fd, 1, milliseconds) <= 0)
		return 0;
	n = recv(streams->report, datagram, sizeof(datagram), 0);
	if (n <= 0)
		return -1;
	*what = datagram[0];
	memcpy(text, datagram + 1, (size_t)n - 1);
	text[n - 1] = '\0';
	return 1;
}

static int
read_session(struct streams *streams, struct err *error)
{
	char what, text[REPORT_MAX];
	uint64_t session;

	if (next_report(streams, LISTEN_MAX, &what, text) != 1)
		return err_set(error, "the supervisor of the stream commands did not come up");
	if (what != REPORT_SESSION)
		return err_set(error, "%s", text);
	text[strcspn(text, "\n")] = '\0';
	if (!text_unsigned(text, strlen(text), &session) || session >= ID_UNSET)
		return err_set(error, "/proc/self/sessionid says `%s`", text);
	streams->session = (uint32_t)session;
	return 0;
}

int
streams_begin(struct streams *streams, const char *confdir, const struct commands *commands, struct err *error)
{
	int ends[2];
	pid_t pid;

	*streams = (struct streams){ .report = -1, .session = ID_UNSET };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		return err_set(error, "socketpair: %s", strerror(errno));
	pid = fork();
	if (pid == 0)
		supervise(ends[1], confdir, commands);
	close(ends[1]);
	streams->report = ends[0];
	if (pid == -1)
		return err_set(error, "fork: %s", strerror(errno));
	return read_session(streams, error);
}

void
streams_release(struct streams *streams)
{
	if (streams->report != -1)
		close(streams->report);
	streams->report = -1;
}

static unsigned
count_named(const struct commands *commands)
{
	unsigned count = 0;

	for (size_t i = 0; i < commands->count; i++)
		count += strstr(commands->commands[i].text, "auditstream") != NULL;
	return count;
}

static void
ignore(void *arg, pid_t pid, char *text)
{
}

/* Passes on what the supervisor says, for a moment. Returns 1, 0 if it is gone, -1 with *error if a command failed. */
static int
listen_to_supervisor(struct streams *streams, struct err *error)
{
	char what, text[REPORT_MAX];
	int rc, wait = LOOK_EVERY;

	while ((rc = next_report(streams, wait, &what, text)) == 1) {
		wait = 0;
		if (what == REPORT_FAILED)
			return err_set(error, "%s", text);
		if (what == REPORT_MESSAGE)
			fprintf(stderr, "%s\n", text);
	}
	return rc == -1 ? 0 : 1;
}

/* Runs so many commands more, of which so many are to keep a status file of that kind. Returns as streams_run(). */
static int
run_some(struct streams *streams, uint32_t count, const char *kind, unsigned expected, int rundir, struct err *error)
{
	unsigned listening;
	int64_t until = monotonic_ms() + (expected > 0 ? LISTEN_MAX : LISTEN_UNNAMED);
	int rc;

	if (send(streams->report, &count, sizeof(count), MSG_NOSIGNAL) == -1)
		return err_set(error, "the supervisor of the stream commands is gone");
	do {
		rc = listen_to_supervisor(streams, error);
		if (rc == -1)
			return -1;
		listening = streams_status(streams->session, rundir, kind, ignore, NULL);
		if (listening > 0 && listening >= expected)
			return 1;
		if (rc == 0 && expected > 0)
			return err_set(error, "%s ended at once", strcmp(kind, STATUS_OF_BIN) == 0 ? "auditbin" : "the stream commands");
		if (rc == 0)
			return 0;
	} while (monotonic_ms() < until);
	if (strcmp(kind, STATUS_OF_BIN) == 0)
		return err_set(error, "auditbin does not listen");
	if (expected > 0)
		warnx("warning: %u of %u auditstreams are not listening yet: events may be missed", expected - listening, expected);
	return 1;
}

int
streams_run(struct streams *streams, const struct commands *commands, int rundir, struct err *error)
{
	uint32_t bins = commands->count > 0 && commands->commands[0].line == 0, rest = (uint32_t)commands->count - bins;
	int rc = 1;

	/* auditbin is to be the one that the kernel waits for. */
	if (bins > 0)
		rc = run_some(streams, bins, STATUS_OF_BIN, bins, rundir, error);
	if (rc == 1 && rest > 0)
		rc = run_some(streams, rest, STATUS_OF_STREAM, count_named(commands), rundir, error);
	return rc;
}

/* The audit session of a process; ID_UNSET if it is gone. */
static uint32_t
session_of(pid_t pid)
{
	char path[64], text[16];
	uint64_t session;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/sessionid", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return ID_UNSET;
	n = read(fd, text, sizeof(text));
	close(fd);
	return n > 0 && text_unsigned(text, (size_t)n, &session) ? (uint32_t)session : ID_UNSET;
}

/* What has ended and is only not yet waited for is no more. */
static bool
is_zombie(pid_t pid)
{
	char path[64], text[512];
	const char *after;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return true;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	after = strrchr(text, ')');
	return after == NULL || after[1] == '\0' || after[2] == 'Z' || after[2] == 'X';
}

/* The next process of the session, 0 at the end. We ourselves do not count, from wherever we were started. */
static pid_t
next_process(DIR *proc, uint32_t session)
{
	const struct dirent *entry;

	while (session != ID_UNSET && proc != NULL && (entry = readdir(proc)) != NULL) {
		uint64_t pid;

		if (text_unsigned(entry->d_name, strlen(entry->d_name), &pid) && (pid_t)pid != getpid() &&
		    session_of((pid_t)pid) == session && !is_zombie((pid_t)pid))
			return (pid_t)pid;
	}
	return 0;
}

bool
streams_alive(uint32_t session)
{
	DIR *proc = opendir("/proc");
	pid_t pid = next_process(proc, session);

	if (proc != NULL)
		closedir(proc);
	return pid != 0;
}

unsigned
streams_signal_all(uint32_t session, int signal)
{
	DIR *proc = opendir("/proc");
	unsigned count = 0;
	pid_t pid;

	for (; (pid = next_process(proc, session)) != 0; count++)
		(void)kill(pid, signal);
	if (proc != NULL)
		closedir(proc);
	return count;
}

/* Which processes the session has, as one number. runner: the one that auditbin runs its commands by is among them. */
static uint64_t
sum_up(uint32_t session, bool *runner)
{
	DIR *proc = opendir("/proc");
	uint64_t sum = 0;
	pid_t pid;

	*runner = false;
	while ((pid = next_process(proc, session)) != 0) {
		char path[64], *comm;
		size_t length;

		snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
		comm = rundir_read(AT_FDCWD, path, &length);
		*runner |= comm != NULL && strcmp(comm, "auditbin-cmds\n") == 0;
		free(comm);
		sum = sum * 31 + (uint64_t)pid;
	}
	if (proc != NULL)
		closedir(proc);
	return sum;
}

bool
streams_wait(uint32_t session, int milliseconds)
{
	int64_t until = monotonic_ms() + milliseconds;
	uint64_t before = 0, now;
	bool runner;

	for (;;) {
		/* The supervisor is our child where the start itself fails. */
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		now = sum_up(session, &runner);
		if (now == 0)
			return true;
		/* Bin after bin is delivered. */
		if (runner && now != before)
			until = monotonic_ms() + milliseconds;
		before = now;
		if (monotonic_ms() >= until)
			return false;
		rest(LOOK_EVERY);
	}
}

void
streams_name(uint32_t session)
{
	DIR *proc = opendir("/proc");
	pid_t pid;

	while ((pid = next_process(proc, session)) != 0) {
		char path[64], *comm;
		struct shown shown;
		size_t length;

		snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
		comm = rundir_read(AT_FDCWD, path, &length);
		if (comm == NULL)
			continue;
		warnx("still running: %s (pid %d)", err_show(&shown, comm, strcspn(comm, "\n")), (int)pid);
		free(comm);
	}
	if (proc != NULL)
		closedir(proc);
}

/* The pid of a status file of that kind, 0 if it is not one. */
static pid_t
pid_of_file(const char *name, const char *kind)
{
	uint64_t pid;

	if (strncmp(name, kind, strlen(kind)) != 0)
		return 0;
	name += strlen(kind);
	return text_unsigned(name, strlen(name), &pid) && pid <= INT32_MAX ? (pid_t)pid : 0;
}

static DIR *
open_rundir(int rundir)
{
	int fd = rundir == -1 ? -1 : openat(rundir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd == -1 ? NULL : fdopendir(fd);

	if (fd != -1 && directory == NULL)
		close(fd);
	return directory;
}

unsigned
streams_status(uint32_t session, int rundir, const char *kind, void (*visit)(void *arg, pid_t pid, char *text), void *arg)
{
	DIR *directory = open_rundir(rundir);
	const struct dirent *entry;
	unsigned count = 0;

	while (directory != NULL && session != ID_UNSET && (entry = readdir(directory)) != NULL) {
		pid_t pid = pid_of_file(entry->d_name, kind);
		size_t length;
		char *text;

		if (pid == 0 || session_of(pid) != session || is_zombie(pid))
			continue;
		text = rundir_read(rundir, entry->d_name, &length);
		if (text == NULL)
			continue;
		visit(arg, pid, text);
		count++;
		free(text);
	}
	if (directory != NULL)
		closedir(directory);
	return count;
}

const char *
streams_value(const char *text, const char *name, char value[static 256])
{
	size_t length = strlen(name);

	for (; *text != '\0'; text += strcspn(text, "\n"), text += *text == '\n') {
		if (strncmp(text, name, length) == 0 && text[length] == ' ') {
			snprintf(value, 256, "%.*s", (int)strcspn(text + length + 1, "\n"), text + length + 1);
			return value;
		}
	}
	return strcpy(value, "-");
}

/* auditbin first. */
static unsigned
visit_all(uint32_t session, int rundir, void (*visit)(void *arg, pid_t pid, char *text), void *arg)
{
	unsigned count = streams_status(session, rundir, STATUS_OF_BIN, visit, arg);

	return count + streams_status(session, rundir, STATUS_OF_STREAM, visit, arg);
}

static void
send_signal(void *arg, pid_t pid, char *text)
{
	const int *signal = arg;

	(void)kill(pid, *signal);
}

unsigned
streams_signal(uint32_t session, int rundir, int signal)
{
	return visit_all(session, rundir, send_signal, &signal);
}

/* Who was told to read the configuration again, and how often it had by then. */
struct reader {
	pid_t pid;
	uint64_t reads;
};

struct readers {
	struct reader *readers;
	size_t count, capacity;
	size_t behind; /* of those that are still there, how many have not read it again */
	bool name;     /* say who they are */
};

static uint64_t
reads_of(const char *text)
{
	char value[256];
	uint64_t reads;

	streams_value(text, "reads", value);
	return text_unsigned(value, strlen(value), &reads) ? reads : 0;
}

static void
note_reader(void *arg, pid_t pid, char *text)
{
	struct readers *readers = arg;

	readers->readers = mem_grow(readers->readers, &readers->capacity, readers->count + 1, sizeof(*readers->readers));
	readers->readers[readers->count++] = (struct reader){ .pid = pid, .reads = reads_of(text) };
	(void)kill(pid, SIGHUP);
}

static void
look_at_reader(void *arg, pid_t pid, char *text)
{
	struct readers *readers = arg;

	for (size_t i = 0; i < readers->count; i++) {
		if (readers->readers[i].pid != pid || readers->readers[i].reads != reads_of(text))
			continue;
		readers->behind++;
		if (readers->name)
			warnx("process %d has not read the configuration again: until it does, it goes by the old one; %s/messages may say why",
			    (int)pid, rundir_path());
	}
}

bool
streams_reload(uint32_t session, int rundir)
{
	int64_t until = monotonic_ms() + READ_MAX;
	struct readers readers = { 0 };

	visit_all(session, rundir, note_reader, &readers);
	do {
		if (readers.behind > 0)
			rest(LOOK_EVERY);
		readers.behind = 0;
		readers.name = monotonic_ms() >= until;
		visit_all(session, rundir, look_at_reader, &readers);
	} while (readers.behind > 0 && !readers.name);
	free(readers.readers);
	return readers.behind == 0;
}

void
streams_clean(uint32_t session, int rundir)
{
	DIR *directory = open_rundir(rundir);
	const struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		pid_t pid = pid_of_file(entry->d_name, STATUS_OF_STREAM);

		if (pid == 0)
			pid = pid_of_file(entry->d_name, STATUS_OF_BIN);
		if (pid != 0 && (session == ID_UNSET || session_of(pid) != session))
			(void)unlinkat(rundir, entry->d_name, 0);
	}
	if (directory != NULL)
		closedir(directory);
}
