/* SPDX-License-Identifier: BSD-2-Clause */
#include "session_lookup.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <paths.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <utmpx.h>

#include "procfs.h"
#include "span.h"
#include "text.h"

enum {
	LOGIND_MAX = 4096, /* bytes of logind's file that are looked at */
	UTMP_MAX = 4096,   /* entries of utmp that are */
};

static void
set(char *to, size_t size, const char *text, size_t length)
{
	if (length > size - 1)
		length = size - 1;
	memcpy(to, text, length);
	to[length] = '\0';
}

#define SET(field, text, length) set(field, sizeof(field), text, length)

/* An address stands where a name may stand, and a display too. */
static void
set_remote(struct source *source, const char *text, size_t length)
{
	unsigned char address[16];
	char name[sizeof(source->host)];

	SET(name, text, length);
	if (name[0] == ':')
		return;
	if (inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1)
		SET(source->address, text, length);
	else
		SET(source->host, text, length);
}

/* NAME=VALUE. logind escapes only what no name of a user, host or terminal has. */
static bool
take_line(const char *line, size_t length, uint32_t session, struct source *source, int64_t *since)
{
	const char *equals = memchr(line, '=', length), *value;
	size_t name, size;
	uint64_t number;

	if (equals == NULL)
		return false;
	name = (size_t)(equals - line);
	value = equals + 1;
	size = length - name - 1;
#define IS(word) (name == strlen(word) && memcmp(line, word, name) == 0)
	if (IS("USER"))
		SET(source->user, value, size);
	else if (IS("REMOTE_HOST"))
		set_remote(source, value, size);
	else if (IS("TTY") || (IS("DISPLAY") && source->terminal[0] == '\0'))
		SET(source->terminal, value, size);
	else if (IS("SERVICE"))
		SET(source->service, value, size);
	else if (IS("REALTIME") && text_unsigned(value, size, &number) && number <= INT64_MAX / 1000)
		*since = (int64_t)number * 1000;
	else if (IS("AUDIT"))
		return text_unsigned(value, size, &number) && number == session;
#undef IS
	return false;
}

bool
session_parse_logind(const char *text, size_t length, uint32_t session, struct source *source, int64_t *since)
{
	const char *end = text + length, *newline;
	bool ours = false;

	for (; text < end; text = newline + 1) {
		newline = memchr(text, '\n', (size_t)(end - text));
		if (newline == NULL)
			newline = end;
		ours |= take_line(text, (size_t)(newline - text), session, source, since);
	}
	return ours;
}

static bool
ask_logind(uint32_t session, struct source *source, int64_t *since)
{
	char path[64], text[LOGIND_MAX];
	struct source found = { .told = true };
	int64_t when = 0;
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/run/systemd/sessions/%u", (unsigned)session);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1)
		return false;
	length = read(fd, text, sizeof(text));
	close(fd);
	if (length <= 0 || !session_parse_logind(text, (size_t)length, session, &found, &when))
		return false;
	source_fill(source, &found);
	*since = when;
	return true;
}

/* The numeric address of an entry; its form says IPv4 where the last three words are zero (utmp(5)). */
static void
set_utmp_address(struct source *source, const struct utmpx *entry)
{
	static const unsigned char none[16];

	if (memcmp(entry->ut_addr_v6, none, sizeof(none)) == 0)
		return;
	inet_ntop(memcmp(entry->ut_addr_v6 + 1, none, 12) == 0 ? AF_INET : AF_INET6, entry->ut_addr_v6, source->address,
	    sizeof(source->address));
}

/* tmux and screen have entries of their own, whose host is "tmux(812).%0" or ":pts/0:S.0". */
static bool
is_terminal_program(const struct utmpx *entry)
{
	return memchr(entry->ut_host, '(', sizeof(entry->ut_host)) != NULL || strncmp(entry->ut_host, ":pts/", 5) == 0;
}

static int64_t
time_of(const struct utmpx *entry)
{
	return entry->ut_tv.tv_sec * SECOND + entry->ut_tv.tv_usec * 1000;
}

/* Is it the entry of a process in that session? Entries may be left behind: then its number may be that of a process that began later. */
static bool
is_of_session(const struct utmpx *entry, uint32_t session)
{
	struct process_stat stat;
	uint32_t pid = (uint32_t)entry->ut_pid;

	return entry->ut_type == USER_PROCESS && !is_terminal_program(entry) && procfs_session(pid) == session &&
	    procfs_stat(pid, &stat) && procfs_boot() + stat.start <= time_of(entry) + PROCFS_EXACT;
}

/*
 * The first entry of that session is that of its login: terminal programs may write what their users like into later ones. getutxent()
 * would wait seconds for whoever holds a lock on the file.
 */
static bool
find_entry(uint32_t session, struct utmpx *first)
{
	FILE *file = fopen(_PATH_UTMP, "re");
	struct utmpx entry;
	bool found = false;

	if (file == NULL)
		return false;
	for (int i = 0; i < UTMP_MAX && fread(&entry, sizeof(entry), 1, file) == 1; i++)
		if (is_of_session(&entry, session) && (!found || time_of(&entry) < time_of(first))) {
			*first = entry;
			found = true;
		}
	fclose(file);
	return found;
}

static bool
ask_utmp(uint32_t session, struct source *source, int64_t *since)
{
	struct source told = { .told = true };
	struct utmpx entry;

	if (!find_entry(session, &entry))
		return false;
	if (*since == 0)
		*since = time_of(&entry);
	SET(told.user, entry.ut_user, strnlen(entry.ut_user, sizeof(entry.ut_user)));
	SET(told.terminal, entry.ut_line, strnlen(entry.ut_line, sizeof(entry.ut_line)));
	set_remote(&told, entry.ut_host, strnlen(entry.ut_host, sizeof(entry.ut_host)));
	set_utmp_address(&told, &entry);
	source_fill(source, &told);
	return true;
}

bool
session_look_up(uint32_t session, struct source *source, int64_t *since)
{
	bool known = ask_logind(session, source, since);

	/* utmp knows the address where logind has a name. */
	return known && source->address[0] != '\0' ? true : ask_utmp(session, source, since) || known;
}
