/* SPDX-License-Identifier: BSD-2-Clause */
#include "source.h"

#include <stddef.h>
#include <string.h>

#include "field.h"
#include "mem.h"

enum { TEXT_MAX = 4096 }; /* bytes of a field that are looked at */

static void
set(char *to, size_t size, const char *text, size_t length)
{
	length = strnlen(text, length);
	if (length > size - 1)
		length = size - 1;
	memcpy(to, text, length);
	to[length] = '\0';
}

static bool
is_one_of(const char *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(text, words[i]) == 0)
			return true;
	return false;
}

#define IS_ONE_OF(text, words) is_one_of(text, words, sizeof(words) / sizeof((words)[0]))

/* A numeric address that says something: programs also send 0.0.0.0 and ::. */
static void
set_address(struct source *source, const char *text, size_t length)
{
	static const char *const nothing[] = { "0.0.0.0", "::", "?", "UNKNOWN" };

	set(source->address, sizeof(source->address), text, length);
	if (IS_ONE_OF(source->address, nothing))
		source->address[0] = '\0';
}

/* PAM gives the name of the service where there is no terminal: ssh, cron. */
static void
set_terminal(struct source *source, const char *text, size_t length)
{
	static const char *const none[] = { "ssh", "sshd", "cron", "atd", "systemd", "systemd-user", "login", "ftp", "xrdp-sesman" };

	if (length > 5 && memcmp(text, "/dev/", 5) == 0) {
		text += 5;
		length -= 5;
	}
	set(source->terminal, sizeof(source->terminal), text, length);
	if (IS_ONE_OF(source->terminal, none))
		source->terminal[0] = '\0';
}

/* OpenSSH 9.8 and systemd 255 run what lets users in as programs of their own, which earlier ones did themselves. */
void
source_set_service(struct source *source, const char *program, size_t length)
{
	static const struct {
		const char *part, *whole;
	} parts[] = {
		{ "sshd-session", "sshd" },
		{ "sshd-auth", "sshd" },
		{ "systemd-executor", "systemd" },
	};
	const char *slash = memrchr(program, '/', length);

	if (slash != NULL) {
		length -= (size_t)(slash + 1 - program);
		program = slash + 1;
	}
	set(source->service, sizeof(source->service), program, length);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strcmp(source->service, parts[i].part) == 0)
			strcpy(source->service, parts[i].whole);
}

static bool
is_nothing(const struct field *field)
{
	return field->length == 0 || (field->form == FIELD_BARE && field->length == 1 && field->value[0] == '?');
}

static void
take(struct source *source, uint16_t type, const struct field *field)
{
	char buffer[TEXT_MAX];
	size_t length;
	const char *text;

	if (is_nothing(field))
		return;
	text = field_text(type, field, buffer, sizeof(buffer), &length);
	if (field_is(field, "acct", 4))
		set(source->user, sizeof(source->user), text, length);
	else if (field_is(field, "addr", 4))
		set_address(source, text, length);
	else if (field_is(field, "hostname", 8))
		set(source->host, sizeof(source->host), text, length);
	else if (field_is(field, "terminal", 8))
		set_terminal(source, text, length);
	else if (field_is(field, "exe", 3))
		source_set_service(source, text, length);
}

bool
source_read(struct source *source, const struct line *line)
{
	size_t length;
	const char *text = line_body(line, &length);
	struct fields fields;
	struct field field;
	bool success = false;

	*source = (struct source){ .told = true };
	fields_init(&fields, text, length);
	while (field_next(&fields, &field) && !field.enriched) {
		take(source, line->type, &field);
		/* The last one counts: libaudit writes it behind all that others may have put into the message. */
		if (field_is(&field, "res", 3))
			success = field.length > 0 && (field.value[0] == 's' || field.value[0] == '1');
	}
	if (strcmp(source->host, source->address) == 0)
		source->host[0] = '\0';
	return success;
}

/* Where each text stands. */
static const struct {
	size_t at, size;
} texts[] = {
	{ offsetof(struct source, user), sizeof(((struct source *)0)->user) },
	{ offsetof(struct source, address), sizeof(((struct source *)0)->address) },
	{ offsetof(struct source, host), sizeof(((struct source *)0)->host) },
	{ offsetof(struct source, terminal), sizeof(((struct source *)0)->terminal) },
	{ offsetof(struct source, service), sizeof(((struct source *)0)->service) },
};

enum { TEXTS = sizeof(texts) / sizeof(texts[0]) };

void
source_fill(struct source *source, const struct source *more)
{
	for (size_t i = 0; i < TEXTS; i++) {
		char *to = (char *)source + texts[i].at;

		if (to[0] == '\0')
			memcpy(to, (const char *)more + texts[i].at, texts[i].size);
	}
	source->told |= more->told;
}

/* A byte for `told`, and the texts with their NULs. */
char *
source_pack(const struct source *source, size_t *size)
{
	char *packed, *to;

	*size = 1;
	for (size_t i = 0; i < TEXTS; i++)
		*size += strlen((const char *)source + texts[i].at) + 1;
	packed = to = mem_alloc(*size);
	*to++ = source->told;
	for (size_t i = 0; i < TEXTS; i++)
		to = stpcpy(to, (const char *)source + texts[i].at) + 1;
	return packed;
}

void
source_unpack(struct source *source, const char *packed)
{
	*source = (struct source){ 0 };
	if (packed == NULL)
		return;
	source->told = *packed++ != 0;
	for (size_t i = 0; i < TEXTS; i++) {
		size_t size = strlen(packed) + 1;

		memcpy((char *)source + texts[i].at, packed, size);
		packed += size;
	}
}

/* A screen and keyboard of this machine, or its serial line. */
static bool
is_console(const char *terminal)
{
	return strncmp(terminal, "tty", 3) == 0 || strncmp(terminal, "console", 7) == 0 || strncmp(terminal, "hvc", 3) == 0 ||
	    strncmp(terminal, "xvc", 3) == 0;
}

const char *
source_origin(const struct source *source)
{
	static const char *const timed[] = { "cron", "crond", "fcron", "anacron", "atd" };

	if (is_console(source->terminal))
		return "console"; /* where login(1) tells a host, it is this one */
	if (source->address[0] != '\0')
		return source->address;
	if (source->host[0] != '\0')
		return source->host;
	if (IS_ONE_OF(source->service, timed))
		return "cron";
	if (strcmp(source->service, "systemd") == 0)
		return "systemd";
	if (strcmp(source->service, "xrdp-sesman") == 0)
		return "?"; /* it makes displays for who is somewhere else, and early ones did not tell where */
	if (source->terminal[0] == ':')
		return "console"; /* a display */
	return source->told ? "local" : "?";
}
