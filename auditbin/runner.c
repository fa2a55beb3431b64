/* SPDX-License-Identifier: BSD-2-Clause */
#include "runner.h"

#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "err.h"
#include "out.h"
#include "programs.h"

enum { REQUEST_MAX = 16384 }; /* bytes: two paths and more */

/* A datagram to the runner: this, then strings with their NUL. */
struct request {
	enum request_kind {
		REQUEST_RUN,       /* bin */
		REQUEST_CONFIGURE, /* cmds, trail */
	} kind;
	unsigned index;
	bool recover;
};

/* --- $bin and $trail */

/* One word of the shell for these bytes. */
static void
put_word(struct out *out, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+,:@%";

	if (*text != '\0' && text[strspn(text, plain)] == '\0') {
		out_text(out, text);
		return;
	}
	out_char(out, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			out_text(out, "'\\''");
		else
			out_char(out, *text);
	}
	out_char(out, '\'');
}

/* The length of `$name` or `${name}` at text, 0 if that is not there. */
static size_t
reference(const char *text, const char *name)
{
	size_t length = strlen(name);

	if (text[0] != '$')
		return 0;
	if (text[1] == '{')
		return strncmp(text + 2, name, length) == 0 && text[2 + length] == '}' ? length + 3 : 0;
	if (strncmp(text + 1, name, length) != 0 || isalnum((unsigned char)text[1 + length]) || text[1 + length] == '_')
		return 0;
	return length + 1;
}

char *
runner_substitute(const char *command, const char *bin, bool recover, const char *trail)
{
	struct out out;
	char quote = '\0';

	out_init(&out, -1, 4096);
	out.hold = true;
	while (*command != '\0') {
		size_t length;

		if (quote == '\0' && (length = reference(command, "bin")) > 0) {
			out_text(&out, recover ? "-r " : "");
			put_word(&out, bin);
			command += length;
			continue;
		}
		if (quote == '\0' && (length = reference(command, "trail")) > 0) {
			put_word(&out, trail);
			command += length;
			continue;
		}
		if (*command == '\\' && quote != '\'' && command[1] != '\0')
			out_char(&out, *command++);
		else if (*command == quote)
			quote = '\0';
		else if (quote == '\0' && (*command == '\'' || *command == '"'))
			quote = *command;
		out_char(&out, *command++);
	}
	out_char(&out, '\0');
	return (char *)out.data; /* nothing was written: it begins there */
}

/* --- the process */

struct runner {
	int socket;
	struct commands commands; /* as they were at the start, and then those of the last file that could be read */
	char *trail;
};

static void
exec_command(const struct runner *runner, const char *text, const char *bin, bool recover)
{
	char *command = runner_substitute(text, bin, recover, runner->trail), *value;
	sigset_t none;

	/* The same as text, for what is in quotes and for scripts. */
	if (asprintf(&value, "%s%s", recover ? "-r " : "", bin) == -1)
		_exit(127);
	setenv("bin", value, 1);
	setenv("trail", runner->trail, 1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* The terminal's interrupt is for auditbin, which lets the command come to its end. */
	setpgid(0, 0);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static void
run(const struct runner *runner, const struct request *request, const char *bin)
{
	const struct commands *commands = &runner->commands;
	struct runner_report report = { .status = W_EXITCODE(127, 0) }; /* so only what is known to have ended well counts as done */
	pid_t pid;

	if (request->index < commands->count) {
		report.line = commands->commands[request->index].line;
		report.last = request->index + 1 == commands->count;
		pid = fork();
		if (pid == 0)
			exec_command(runner, commands->commands[request->index].text, bin, request->recover);
		while (pid != -1 && waitpid(pid, &report.status, 0) == -1 && errno == EINTR)
			;
	}
	(void)send(runner->socket, &report, sizeof(report), MSG_NOSIGNAL);
}

static void
configure(struct runner *runner, const char *cmds, const char *trail)
{
	struct commands commands;
	struct err error;

	if (commands_load(&commands, cmds, &error) == -1) {
		warnx("%s: the bin commands stay as they were", error.text);
		commands_clear(&commands);
		return;
	}
	commands_clear(&runner->commands);
	runner->commands = commands;
	free(runner->trail);
	runner->trail = mem_string(trail, strlen(trail));
}

/* Carries out one request. Returns false when nobody is left to make one. */
static bool
serve(struct runner *runner)
{
	char datagram[REQUEST_MAX];
	struct request request;
	ssize_t n = recv(runner->socket, datagram, sizeof(datagram) - 2, 0);
	const char *first = datagram + sizeof(request);

	if (n == -1 && errno == EINTR)
		return true;
	if (n < (ssize_t)sizeof(request))
		return false;
	datagram[n] = datagram[n + 1] = '\0';
	memcpy(&request, datagram, sizeof(request));
	if (request.kind == REQUEST_RUN)
		run(runner, &request, first);
	else
		configure(runner, first, first + strlen(first) + 1);
	return true;
}

/* It ends when the process that captures has, after the command that it runs then. */
_Noreturn static void
be_runner(int socket, const char *confdir, const struct commands *commands, const char *trail, bool silent)
{
	struct runner runner = { .socket = socket, .commands = *commands, .trail = mem_string(trail, strlen(trail)) };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	if (silent)
		dup2(null, STDERR_FILENO);
	prctl(PR_SET_NAME, "auditbin-cmds");
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	programs_set_path();
	setenv("AUDIT_STARTED", confdir, 1);
	while (serve(&runner))
		;
	commands_clear(&runner.commands);
	free(runner.trail);
	_exit(EXIT_OK);
}

/* --- and who tells it */

int
runner_start(const char *confdir, const struct commands *commands, const char *trail, bool silent)
{
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		return -1;
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		be_runner(ends[1], confdir, commands, trail, silent);
	}
	close(ends[1]);
	if (pid == -1) {
		close(ends[0]);
		return -1;
	}
	return ends[0];
}

static int
tell(int runner, const struct request *request, const char *first, const char *second)
{
	char datagram[REQUEST_MAX];
	size_t length = sizeof(*request), one = strlen(first) + 1, two = strlen(second) + 1;

	if (length + one + two > sizeof(datagram) - 2) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(datagram, request, length);
	memcpy(datagram + length, first, one);
	memcpy(datagram + length + one, second, two);
	return send(runner, datagram, length + one + two, MSG_NOSIGNAL) == -1 ? -1 : 0;
}

int
runner_configure(int runner, const char *cmds, const char *trail)
{
	return tell(runner, &(struct request){ .kind = REQUEST_CONFIGURE }, cmds, trail);
}

int
runner_run(int runner, unsigned index, const char *bin, bool recover)
{
	return tell(runner, &(struct request){ .kind = REQUEST_RUN, .index = index, .recover = recover }, bin, "");
}

int
runner_report(int runner, struct runner_report *report)
{
	ssize_t n = recv(runner, report, sizeof(*report), MSG_DONTWAIT);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return n == sizeof(*report) ? 1 : -1;
}
