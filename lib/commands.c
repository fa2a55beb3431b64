/* SPDX-License-Identifier: BSD-2-Clause */
#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"

#define AIX_PLACE "/usr/sbin/"

enum { PLACE_LENGTH = sizeof(AIX_PLACE) - 1 };
enum { COMMANDS_MAX = 1 << 20 }; /* bytes of a file */

/* A command as its lines are joined. */
struct joined {
	char *text;
	size_t length, capacity;
	unsigned line; /* the first */
};

static void
append(struct joined *joined, const char *text, size_t length)
{
	joined->text = mem_grow(joined->text, &joined->capacity, joined->length + length + 1, 1);
	memcpy(joined->text + joined->length, text, length);
	joined->length += length;
}

static void
add(struct commands *commands, struct joined *joined)
{
	const char *text = arena_string(&commands->arena, joined->text, joined->length);

	commands->commands = mem_grow(commands->commands, &commands->capacity, commands->count + 1, sizeof(*commands->commands));
	commands->commands[commands->count++] = (struct command){ .text = text, .line = joined->line };
	joined->length = 0;
}

static void
parse(struct commands *commands, const char *text, size_t length)
{
	const char *end = text + length;
	struct joined joined = { 0 };
	bool continues = false;

	for (unsigned line = 1; text < end; line++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text)), *stop = newline != NULL ? newline : end;
		const char *begin = continues ? text : text + strspn(text, " \t\r");
		bool goes_on;

		while (stop > begin && (stop[-1] == ' ' || stop[-1] == '\t' || stop[-1] == '\r'))
			stop--;
		goes_on = stop > begin && stop[-1] == '\\';
		if (continues || (begin < stop && *begin != '*' && *begin != '#')) {
			joined.line = continues ? joined.line : line;
			append(&joined, begin, (size_t)(stop - begin) - goes_on);
			continues = goes_on;
			if (!continues)
				add(commands, &joined);
		}
		text = newline != NULL ? newline + 1 : end;
	}
	if (continues)
		add(commands, &joined);
	free(joined.text);
}

/* Is this the path of a program of ours on AIX, and of none here? */
static bool
is_elsewhere(const char *path)
{
	static const char *const names[] = { "audit", "auditcat", "auditmerge", "auditpr", "auditselect", "auditstream" };
	size_t length = strspn(path + PLACE_LENGTH, "abcdefghijklmnopqrstuvwxyz");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char place[64];

		snprintf(place, sizeof(place), AIX_PLACE "%s", names[i]);
		if (PLACE_LENGTH + length == strlen(place) && memcmp(path, place, strlen(place)) == 0)
			return access(place, F_OK) == -1;
	}
	return false;
}

/* Files from AIX name our programs by AIX's paths. Where we are installed elsewhere only the name is left, which is found by PATH. */
static void
leave_names(char *text)
{
	for (char *at = text; (at = strstr(at, AIX_PLACE)) != NULL; at++)
		if ((at == text || strchr(" \t\n|&;()`=\"'", at[-1]) != NULL) && is_elsewhere(at))
			memmove(at, at + PLACE_LENGTH, strlen(at + PLACE_LENGTH) + 1);
}

int
commands_load(struct commands *commands, const char *path, struct err *error)
{
	size_t length;
	char *text;
	int rc = 0;

	*commands = (struct commands){ 0 };
	text = file_load(path, COMMANDS_MAX, &length, error);
	if (text == NULL)
		return -1;
	if (strlen(text) != length) {
		rc = err_set(error, "%s: a byte 0: not a text file", path);
	} else {
		leave_names(text);
		parse(commands, text, strlen(text));
	}
	if (rc == 0 && commands->count == 0)
		rc = err_set(error, "%s: no command in it", path);
	free(text);
	return rc;
}

int
commands_load_named(struct commands *commands, const struct config *config, const char *stanza, const char *path, struct err *error)
{
	*commands = (struct commands){ 0 };
	if (access(path, R_OK) == -1)
		return err_set(error, "%s:%u: cmds = %s: %s", config_path(config), config_line(config, stanza, "cmds"), path,
		    strerror(errno));
	return commands_load(commands, path, error);
}

void
commands_detach(struct commands *commands)
{
	for (size_t i = 0; i < commands->count; i++) {
		struct command *command = &commands->commands[i];
		size_t length = strlen(command->text);
		char *text;

		while (length > 0 && (command->text[length - 1] == ' ' || command->text[length - 1] == '\t'))
			length--;
		if (strchr(command->text, '|') == NULL || strchr("&;", command->text[length - 1]) != NULL)
			continue;
		text = arena_alloc(&commands->arena, length + sizeof(" &"));
		memcpy(text, command->text, length);
		strcpy(text + length, " &");
		command->text = text;
	}
}

void
commands_put_first(struct commands *commands, const char *text)
{
	commands->commands = mem_grow(commands->commands, &commands->capacity, commands->count + 1, sizeof(*commands->commands));
	memmove(commands->commands + 1, commands->commands, commands->count++ * sizeof(*commands->commands));
	commands->commands[0] = (struct command){ .text = text };
}

void
commands_clear(struct commands *commands)
{
	free(commands->commands);
	arena_clear(&commands->arena);
	*commands = (struct commands){ 0 };
}

static void
run_shell(const char *command, int messages)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(messages, STDERR_FILENO);
	execl("/bin/sh", "sh", "-n", "-c", command, (char *)NULL);
	dprintf(STDERR_FILENO, "%s\n", strerror(errno));
	_exit(127);
}

/* Reads what the shell says about the command. Returns its wait status, or -1. */
static int
ask_shell(const char *command, char *said, size_t size)
{
	int ends[2], status = -1;
	size_t length = 0;
	ssize_t n;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	pid = fork();
	if (pid == 0)
		run_shell(command, ends[1]);
	close(ends[1]);
	while (pid != -1 && (n = read(ends[0], said + length, size - 1 - length)) > 0)
		length += (size_t)n;
	close(ends[0]);
	said[length] = '\0';
	if (pid == -1 || waitpid(pid, &status, 0) == -1)
		return -1;
	return status;
}

int
commands_check(const struct commands *commands, const char *path, struct err *error)
{
	for (size_t i = 0; i < commands->count; i++) {
		const struct command *command = &commands->commands[i];
		char said[256];
		const char *why;
		struct shown shown;
		int status = ask_shell(command->text, said, sizeof(said));

		if (status == 0)
			continue;
		if (status == -1)
			return err_set(error, "sh: %s", strerror(errno));
		said[strcspn(said, "\n")] = '\0';
		/* "sh: 1: Syntax error: ...": what comes before is of no use. */
		why = strstr(said, "yntax error");
		why = why != NULL ? why - 1 : said;
		return err_set(error, "%s:%u: sh cannot read this: %s", path, command->line, err_show(&shown, why, strlen(why)));
	}
	return 0;
}
