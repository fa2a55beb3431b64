/*
 * The field parser against auparse's: CORPORA has what auparse_test printed of every field of some logs, raw and interpreted. What
 * differs on purpose is in the tables here, with the reason; doc/testing.md tells it too.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "field.h"
#include "value.h"

#include <ctype.h>
#include <unistd.h>

#include "check.h"
#include "fixture.h"
#include "logline.h"
#include "syscalls.h"
#include "text.h"

/* Fields that are made of words that stand in the line without a name: `avc:  denied  { read write } for`. */
static const char *const made[] = { "seresult", "seperms" };

/* Ids: auparse asks the host that it runs on for names; ours are those of the host that recorded them, and a log has none. */
static const char *const ids[] = { "auid", "uid", "gid", "euid", "suid", "fsuid", "egid", "sgid", "fsgid", "ouid", "ogid" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct reader {
	char *text; /* the line of the log that the reference speaks of */
	struct fields fields;
	uint16_t type;
	uint32_t arch;
	unsigned compared, interpreted;
};

static bool
is_one_of(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

/* Line number n of a file, from 1; NULL if there is none. */
static char *
line_of(const char *path, unsigned n)
{
	size_t length;
	char *data, *at, *line = NULL;

	if (access(path, R_OK) != 0)
		return NULL;
	data = read_file(path, &length);
	data = realloc(data, length + 1);
	data[length] = '\0';
	at = data;
	while (--n > 0 && (at = strchr(at, '\n')) != NULL)
		at++;
	if (at != NULL)
		line = strndup(at, strcspn(at, "\n"));
	free(data);
	return line;
}

static void
begin_line(struct reader *reader, const char *folder, unsigned number, const char *file)
{
	char path[4096];
	struct logline line;

	file = strrchr(file, '/') != NULL ? strrchr(file, '/') + 1 : file;
	if (strcmp(file, "None") == 0)
		snprintf(path, sizeof(path), "%s/extracted/auparse_test.log", folder);
	else
		snprintf(path, sizeof(path), "%s/auparse/test/%s", folder, file);
	free(reader->text);
	reader->text = line_of(path, number);
	if (reader->text == NULL || logline_parse(reader->text, strlen(reader->text), &line) == -1) {
		fields_init(&reader->fields, "", 0);
		return;
	}
	reader->type = line.type;
	fields_init(&reader->fields, line.body, line.body_length);
}

/* The name, or the last word of it: `old auid` is auparse's auid. */
static bool
has_name(const struct field *field, const char *name)
{
	size_t length = strlen(name), begin = field->name_length - length;

	return field->name_length >= length && memcmp(field->name + begin, name, length) == 0 &&
	    (begin == 0 || field->name[begin - 1] == ' ');
}

/* The line's next field of that name. */
static bool
next_named(struct reader *reader, const char *name, struct field *field)
{
	while (field_next(&reader->fields, field))
		if (has_name(field, name))
			return true;
	return false;
}

static void
raw_is(const struct field *field, const char *raw)
{
	size_t length = strlen(raw);
	bool quoted = length >= 2 && raw[0] == '"' && raw[length - 1] == '"';

	check_bytes(field->value, field->length, quoted ? strndupa(raw + 1, length - 2) : raw, raw, __FILE__, __LINE__);
}

/* What we make of the value. Returns its length. */
static size_t
interpret(struct reader *reader, const char *name, const struct field *field, char *text, size_t size)
{
	uint64_t number = 0;
	const char *word = NULL, *decoded;
	char buffer[8192];
	size_t length;

	if (strcmp(name, "arch") == 0 && text_hex(field->value, field->length, &number)) {
		reader->arch = (uint32_t)number;
		word = arch_name(reader->arch);
	} else if (strcmp(name, "syscall") == 0 && text_unsigned(field->value, field->length, &number)) {
		word = syscall_name(reader->arch, (int32_t)number);
	} else if (name[0] == 'a' && isdigit((unsigned char)name[1]) && text_hex(field->value, field->length, &number)) {
		return (size_t)snprintf(text, size, "0x%llx", (unsigned long long)number);
	} else if (is_one_of(ids, COUNT(ids), name) && field->length == 10 && memcmp(field->value, "4294967295", 10) == 0) {
		word = "unset";
	}
	if (word != NULL)
		return (size_t)snprintf(text, size, "%s", word);
	decoded = field_text(reader->type, field, buffer, sizeof(buffer), &length);
	return (size_t)snprintf(text, size, "%.*s", (int)length, decoded);
}

/* auparse puts commas between the words of `{ read write }`. */
static void
check_made(struct reader *reader, const char *name, const char *expected)
{
	struct value value = { 0 };
	char ours[256];

	take_text(reader->text);
	if (!CHECK(name_value(name_find(name, strlen(name)), &view, 0, &value) && value.length < sizeof(ours)))
		return;
	for (size_t i = 0; i < value.length; i++)
		ours[i] = value.text[i] == ' ' ? ',' : value.text[i];
	check_bytes(ours, value.length, expected, name, __FILE__, __LINE__);
	reader->compared++;
}

static void
check_field(struct reader *reader, char *text)
{
	char *raw = strchr(text, '='), *open, *close, ours[8192];
	struct field field;
	size_t length;

	*raw++ = '\0';
	if (strcmp(text, "type") == 0)
		return;
	if (is_one_of(made, COUNT(made), text)) {
		check_made(reader, text, raw);
		return;
	}
	open = strstr(raw, " (");
	close = open != NULL ? strrchr(open, ')') : NULL;
	if (open != NULL)
		*open = '\0';
	if (!CHECK(next_named(reader, text, &field))) {
		printf("# auparse has %s=%s\n", text, raw);
		return;
	}
	raw_is(&field, raw);
	reader->compared++;
	length = interpret(reader, text, &field, ours, sizeof(ours));
	if (close == NULL || (is_one_of(ids, COUNT(ids), text) && strncmp(open + 2, "unset", 5) != 0))
		return;
	*close = '\0';
	check_bytes(ours, length, open + 2, text, __FILE__, __LINE__);
	reader->interpreted++;
}

/* Tests 2, 4, 5 and 11 of auparse_test walk over every field; the others say things of their own. */
static bool
walks(const char *line, bool was)
{
	int number;

	if (sscanf(line, "Starting Test %d,", &number) == 1)
		return number == 2 || number == 4 || number == 5 || number == 11;
	return was && strncmp(line, "Test ", 5) != 0;
}

static void
as_auparse(void)
{
	const char *corpora = getenv("CORPORA");
	char folder[2048], path[4096], *reference, *state;
	struct reader reader = { 0 };
	size_t length;
	bool walking = false;

	snprintf(folder, sizeof(folder), "%s/audit-userspace", corpora != NULL ? corpora : "../shared/corpora");
	snprintf(path, sizeof(path), "%s/auparse/test/auparse_test.ref", folder);
	reference = read_file(path, &length);
	reference = realloc(reference, length + 1);
	reference[length] = '\0';
	for (char *line = strtok_r(reference, "\n", &state); line != NULL; line = strtok_r(NULL, "\n", &state)) {
		unsigned number;
		char file[256];

		walking = walks(line, walking);
		if (!walking)
			continue;
		if (sscanf(line, "    line=%u file=%255s", &number, file) == 2)
			begin_line(&reader, folder, number, file);
		else if (strncmp(line, "        ", 8) == 0 && strchr(line, '=') != NULL)
			check_field(&reader, line + 8);
	}
	CHECK(reader.compared > 500 && reader.interpreted > 20);
	free(reader.text);
	free(reference);
}

int
main(void)
{
	const char *corpora = getenv("CORPORA");
	char path[4096];

	snprintf(path, sizeof(path), "%s/audit-userspace", corpora != NULL ? corpora : "../shared/corpora");
	if (access(path, R_OK) != 0)
		test_skip("fields as auparse has them", "optional: no public data here (CORPORA)");
	else
		test("fields as auparse has them", as_auparse);
	return test_end();
}
