/* SPDX-License-Identifier: BSD-2-Clause */
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "programs.h"
#include "rundir.h"

enum {
	REPORT_FD = 3,
	MESSAGES_MAX = 1 << 20, /* bytes of the file `messages`; syslog goes on */
};

struct supervisor {
	const struct commands *commands;
	size_t started; /* of them */
	pid_t *shells;  /* of each command */
	int messages;   /* the file of that name, for who has no syslog */
	int errors;     /* what the commands write to stderr */
	int ends;       /* the other end of it; -1 once every command has it */
	bool released;  /* `audit start` has done its work */
	int signals;
	off_t written;
	char line[REPORT_MAX - 1]; /* of stderr, as far as it has come */
	size_t length;
};

static void
report(enum supervisor_report what, const char *text)
{
	char datagram[REPORT_MAX];
	int length = snprintf(datagram, sizeof(datagram), "%c%s", what, text);

	/* Fails when `audit start` has done its work: nobody listens any more. */
	(void)send(REPORT_FD, datagram, length < REPORT_MAX ? (size_t)length : REPORT_MAX - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void
say(struct supervisor *supervisor, enum supervisor_report what, const char *text)
{
	report(what, text);
	syslog(LOG_WARNING, "%s", text);
	if (supervisor->messages != -1 && supervisor->written < MESSAGES_MAX)
		supervisor->written += dprintf(supervisor->messages, "%s\n", text);
}

/* Keeps what is needed, and no lock, terminal or descriptor of who typed `audit start`. */
static void
detach(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd != REPORT_FD)
		dup2(fd, REPORT_FD);
	fcntl(REPORT_FD, F_SETFD, FD_CLOEXEC);
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	close_range(REPORT_FD + 1, UINT_MAX, 0);
	setsid();
	umask(027);
	if (chdir("/") == -1)
		report(REPORT_MESSAGE, "cannot change to /");
	prctl(PR_SET_NAME, "audit-streams");
	/* A command that ends with & leaves its shell: its processes become our children, so that we see them end. */
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
}

static ssize_t
read_number(const char *path, char number[static 16])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, number, 15);

	if (fd != -1)
		close(fd);
	number[n > 0 ? n : 0] = '\0';
	return n;
}

/* The kernel gives a new session to whoever writes a login uid: the one that we have, or root's where we have none. */
static int
new_session(char session[static 16])
{
	static const char path[] = "/proc/self/loginuid";
	char login[16], before[16];
	ssize_t n = read_number(path, login);
	int fd = open(path, O_WRONLY | O_CLOEXEC), rc;

	if (n == -1 || fd == -1)
		return -1;
	(void)read_number("/proc/self/sessionid", before);
	if (strcmp(login, "4294967295") == 0)
		strcpy(login, "0");
	rc = write(fd, login, strlen(login)) == -1 ? -1 : 0;
	close(fd);
	if (rc == 0 && (read_number("/proc/self/sessionid", session) <= 0 || strcmp(session, before) == 0)) {
		errno = EPERM;
		rc = -1;
	}
	return rc;
}

static void
begin_session(void)
{
	char session[16], why[256];

	if (new_session(session) == 0) {
		report(REPORT_SESSION, session);
		return;
	}
	if (errno == EPERM) {
		report(REPORT_REFUSED, "the stream commands need an audit session of their own, and the login uid of this one cannot be "
				       "set (loginuid_immutable): let a service start auditing, not a login");
	} else {
		snprintf(why, sizeof(why), "/proc/self/loginuid: %s: no audit session for the stream commands", strerror(errno));
		report(REPORT_REFUSED, why);
	}
	_exit(1);
}

static void
set_environment(const char *confdir)
{
	programs_set_path();
	setenv("AUDIT_STARTED", confdir, 1);
	setenv("AUDIT_RUNDIR", rundir_path(), 1);
}

static void
run_command(const char *command, int errors)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	dup2(errors, STDERR_FILENO);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static int
open_errors(struct supervisor *supervisor)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	supervisor->errors = ends[0];
	supervisor->ends = ends[1];
	return fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

/* No more commands come: when the last has ended, so does what they write. */
static void
close_ends(struct supervisor *supervisor)
{
	if (supervisor->ends != -1)
		close(supervisor->ends);
	supervisor->ends = -1;
}

static void
run_commands(struct supervisor *supervisor, size_t count)
{
	const struct commands *commands = supervisor->commands;

	for (; count > 0 && supervisor->started < commands->count; count--, supervisor->started++) {
		pid_t pid = fork();

		if (pid == 0)
			run_command(commands->commands[supervisor->started].text, supervisor->ends);
		if (pid == -1)
			say(supervisor, REPORT_FAILED, "a stream command cannot be run: no process");
		supervisor->shells[supervisor->started] = pid;
	}
	report(REPORT_RUNNING, "");
}

/* Runs as many commands as it is told. Where nobody is there any more to say so, none. */
static void
obey(struct supervisor *supervisor, int flags)
{
	uint32_t count;
	ssize_t n = recv(REPORT_FD, &count, sizeof(count), flags);

	if (n == sizeof(count)) {
		run_commands(supervisor, count);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		supervisor->released = true;
		close_ends(supervisor);
	}
}

/* A process of a command that has ended and is still there to be asked: "auditpr (pid 12), of line 3". */
static void
name_process(const struct supervisor *supervisor, pid_t pid, char *text, size_t size)
{
	char path[64], comm[32] = "a process";
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd != -1) {
		ssize_t n = read(fd, comm, sizeof(comm) - 1);

		comm[n > 0 ? n : 0] = '\0';
		comm[strcspn(comm, "\n")] = '\0';
		close(fd);
	}
	for (size_t i = 0; i < supervisor->commands->count; i++) {
		const struct command *command = &supervisor->commands->commands[i];

		if (i < supervisor->started && supervisor->shells[i] == pid) {
			if (command->line == 0)
				snprintf(text, size, "%s", command->text);
			else
				snprintf(text, size, "stream command of line %u", command->line);
			return;
		}
	}
	snprintf(text, size, "%s (pid %d) of the stream commands", comm, (int)pid);
}

static bool
is_auditbin(const struct supervisor *supervisor, pid_t pid)
{
	return supervisor->started > 0 && supervisor->shells[0] == pid && supervisor->commands->commands[0].line == 0;
}

static void
keep_failure(struct supervisor *supervisor, const char *text)
{
	struct err error;
	int rundir = rundir_open(false, &error);

	if (rundir == -1)
		return; /* nor could it be read */
	if (rundir_write(rundir, AUDITBIN_FAILED, text, strlen(text), &error) == -1)
		say(supervisor, REPORT_MESSAGE, error.text);
	close(rundir);
}

static void
report_end(struct supervisor *supervisor, const siginfo_t *info)
{
	char name[128], text[256];

	if (info->si_code == CLD_EXITED && info->si_status == 0)
		return;
	name_process(supervisor, info->si_pid, name, sizeof(name));
	if (info->si_code == CLD_EXITED)
		snprintf(text, sizeof(text), "%s: exit status %d", name, info->si_status);
	else
		snprintf(text, sizeof(text), "%s: ended by signal %d (%s)", name, info->si_status, strsignal(info->si_status));
	say(supervisor, REPORT_FAILED, text);
	if (is_auditbin(supervisor, info->si_pid))
		keep_failure(supervisor, text);
}

/* Takes note of every process that has ended. Returns whether there are any left. */
static bool
reap(struct supervisor *supervisor)
{
	siginfo_t info = { .si_pid = 0 };

	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0) {
		if (info.si_pid == 0)
			return true;
		report_end(supervisor, &info);
		(void)waitpid(info.si_pid, NULL, 0);
		info.si_pid = 0;
	}
	return errno != ECHILD;
}

static void
take_byte(struct supervisor *supervisor, char byte)
{
	if (byte != '\n')
		supervisor->line[supervisor->length++] = byte;
	if (byte != '\n' && supervisor->length < sizeof(supervisor->line) - 1)
		return;
	supervisor->line[supervisor->length] = '\0';
	say(supervisor, REPORT_MESSAGE, supervisor->line);
	supervisor->length = 0;
}

/* Passes the commands' messages on. Returns false at their end. */
static bool
read_errors(struct supervisor *supervisor)
{
	char bytes[4096];
	ssize_t n;

	while ((n = read(supervisor->errors, bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < n; i++)
			take_byte(supervisor, bytes[i]);
	return n == -1 && (errno == EAGAIN || errno == EINTR);
}

static void
watch(struct supervisor *supervisor)
{
	struct signalfd_siginfo info;

	while (reap(supervisor)) {
		struct pollfd fds[] = {
			{ .fd = supervisor->errors, .events = POLLIN },
			{ .fd = supervisor->signals, .events = POLLIN },
			{ .fd = supervisor->released ? -1 : REPORT_FD, .events = POLLIN },
		};

		(void)poll(fds, 3, -1);
		if (fds[2].revents != 0)
			obey(supervisor, MSG_DONTWAIT);
		if (fds[1].revents != 0)
			(void)!read(supervisor->signals, &info, sizeof(info));
		if (fds[0].revents != 0 && !read_errors(supervisor)) {
			close(supervisor->errors);
			supervisor->errors = -1;
		}
	}
	if (supervisor->errors != -1)
		(void)read_errors(supervisor);
	if (supervisor->length > 0)
		take_byte(supervisor, '\n');
}

static int
open_messages(void)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/messages", rundir_path());
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
}

static int
watch_children(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void
supervise(int fd, const char *confdir, const struct commands *commands)
{
	struct supervisor supervisor = {
		.commands = commands,
		.shells = mem_alloc_zero(commands->count, sizeof(pid_t)),
		.errors = -1,
		.ends = -1,
	};

	detach(fd);
	begin_session();
	openlog("audit", LOG_PID, LOG_DAEMON);
	supervisor.messages = open_messages();
	supervisor.signals = watch_children();
	set_environment(confdir);
	if (open_errors(&supervisor) == -1) {
		say(&supervisor, REPORT_FAILED, "the stream commands cannot be run: no pipe");
		_exit(1);
	}
	obey(&supervisor, 0);
	watch(&supervisor);
	_exit(0);
}
