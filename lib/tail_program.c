/* SPDX-License-Identifier: BSD-2-Clause */
#include "tail_program.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mem.h"
#include "text.h"

struct tail_program {
	char **words; /* the command's */
	size_t count;
	struct arena arena;
};

enum { OUTPUT_MAX = 64 * 1024 }; /* bytes of its output that are kept */

/* One word, unquoted, from *at on. Returns it, or NULL if a quote is not closed. */
static char *
read_word(struct arena *arena, const char **at)
{
	const char *p = *at;
	char *word = arena_alloc(arena, strlen(p) + 1), *to = word;
	bool quoted = false;

	for (; *p != '\0' && (quoted || (*p != ' ' && *p != '\t')); p++) {
		if (*p == '"') {
			quoted = !quoted;
			continue;
		}
		if (*p == '\\' && p[1] != '\0')
			p++;
		*to++ = *p;
	}
	*to = '\0';
	*at = p;
	return quoted ? NULL : word;
}

struct tail_program *
tail_program_new(const char *command)
{
	struct tail_program *program = mem_alloc_zero(1, sizeof(*program));
	size_t capacity = 0;

	for (;;) {
		char *word;

		command += strspn(command, " \t");
		program->words = mem_grow(program->words, &capacity, program->count + 1, sizeof(*program->words));
		if (*command == '\0')
			return program;
		word = read_word(&program->arena, &command);
		if (word == NULL) {
			tail_program_free(program);
			return NULL;
		}
		program->words[program->count++] = word;
	}
}

void
tail_program_free(struct tail_program *program)
{
	if (program == NULL)
		return;
	free(program->words);
	arena_clear(&program->arena);
	free(program);
}

/* A running program. Its input is a socket, not a pipe, so that no SIGPIPE comes of one that does not read it. */
struct child {
	pid_t pid;
	int input, output;   /* -1 once closed */
	const char *waiting; /* of its input */
	size_t length;
	char *text; /* its output */
	size_t size;
	bool cut;
};

/* Returns 0, or an errno. */
static int
spawn(const struct tail_program *program, const char *event, int input, int output, pid_t *pid)
{
	char **words = mem_alloc((program->count + 2) * sizeof(*words)); /* of its own: several threads may run the program */
	posix_spawn_file_actions_t actions;
	int rc;

	memcpy(words, program->words, program->count * sizeof(*words));
	words[program->count] = (char *)event;
	words[program->count + 1] = NULL;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	rc = posix_spawnp(pid, words[0], &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	free(words);
	return rc;
}

/* Returns 0, or an errno. */
static int
start(const struct tail_program *program, const char *event, struct child *child)
{
	int input[2], output[2], rc;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, input) == -1)
		return errno;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, output) == -1) {
		rc = errno;
		close(input[0]);
		close(input[1]);
		return rc;
	}
	rc = spawn(program, event, input[1], output[1], &child->pid);
	close(input[1]);
	close(output[1]);
	child->input = input[0];
	child->output = output[0];
	return rc;
}

static void
close_end(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

static void
give_input(struct child *child)
{
	ssize_t n = send(child->input, child->waiting, child->length, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n > 0) {
		child->waiting += n;
		child->length -= (size_t)n;
	}
	if (child->length == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
		close_end(&child->input);
}

static void
take_output(struct child *child)
{
	char rest[4096];
	bool full = child->size == OUTPUT_MAX;
	ssize_t n = full ? read(child->output, rest, sizeof(rest))
			 : read(child->output, child->text + child->size, OUTPUT_MAX - child->size);

	if (n > 0 && full)
		child->cut = true;
	else if (n > 0)
		child->size += (size_t)n;
	else if (n == 0 || errno != EINTR)
		close_end(&child->output);
}

/* Talks with it until it has closed its output. Both ways at once: it may print before it has read all. */
static void
converse(struct child *child)
{
	if (child->length == 0)
		close_end(&child->input);
	while (child->output != -1) {
		struct pollfd fds[2] = {
			{ .fd = child->output, .events = POLLIN },
			{ .fd = child->input, .events = POLLOUT }, /* one that is -1 is passed over */
		};

		if (poll(fds, 2, -1) == -1 && errno != EINTR)
			break;
		if (fds[1].revents != 0)
			give_input(child);
		if (fds[0].revents != 0)
			take_output(child);
	}
	close_end(&child->input);
	close_end(&child->output);
}

/*
 * What it printed, without the last newlines. Its input was escaped, so backslashes are not escaped again; but nothing else that
 * it prints reaches a terminal as a control.
 */
static void
print_output(const struct child *child, struct out *out)
{
	size_t length = child->size;

	while (length > 0 && child->text[length - 1] == '\n')
		length--;
	for (size_t i = 0; i < length;) {
		size_t size = child->text[i] == '\n' ? 1 : text_printable(child->text + i, length - i);

		if (size > 0)
			out_bytes(out, child->text + i, size);
		else
			text_escape(out, child->text + i, size = 1, ESCAPE_TEXT);
		i += size;
	}
	if (child->cut)
		out_text(out, "...");
}

static void
print_failure(const struct tail_program *program, const char *why, int number, struct out *out)
{
	out_char(out, '(');
	text_escape(out, program->words[0], strlen(program->words[0]), ESCAPE_TEXT);
	out_text(out, ": ");
	out_text(out, why);
	if (number > 0) {
		out_char(out, ' ');
		out_signed(out, number);
	}
	out_char(out, ')');
}

/* How it ended, unless well. */
static void
report_end(const struct tail_program *program, pid_t pid, struct out *out)
{
	int status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR) {
			print_failure(program, strerror(errno), 0, out);
			return;
		}
	if (WIFSIGNALED(status))
		print_failure(program, "killed by signal", WTERMSIG(status), out);
	else if (WEXITSTATUS(status) != 0)
		print_failure(program, "exit status", WEXITSTATUS(status), out);
}

void
tail_program_run(const struct tail_program *program, const char *event, const void *input, size_t length,
    struct out *out)
{
	struct child child = { .input = -1, .output = -1, .waiting = input, .length = length };
	int rc = start(program, event, &child);

	if (rc != 0) {
		close_end(&child.input);
		close_end(&child.output);
		print_failure(program, strerror(rc), 0, out);
		return;
	}
	child.text = mem_alloc(OUTPUT_MAX);
	converse(&child);
	print_output(&child, out);
	free(child.text);
	report_end(program, child.pid, out);
}
