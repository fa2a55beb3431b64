/* SPDX-License-Identifier: BSD-2-Clause */
#include "column.h"

#include <stdio.h>
#include <string.h>

#include "field.h"
#include "rectype.h"
#include "text.h"

/* What a column's printer works with. */
struct row {
	struct columns *columns;
	const struct chosen *chosen;
	const struct record *record;
	struct view *view;
	struct names *names;
	struct out *out;
};

struct column {
	char letter;
	bool cut; /* to the width, as AIX does; else what is longer moves the rest of the line */
	uint8_t width;
	const char *title;
	void (*print)(const struct row *row);
	const char *name;    /* of the vocabulary, for print_value() and print_values() */
	const char *missing; /* what stands for no value */
};

/* Bytes that stand for themselves in a column. */
static bool
is_plain(const char *text, size_t length)
{
	unsigned bad = 0;

	for (size_t i = 0; i < length; i++)
		bad |= (unsigned)((unsigned char)text[i] - 0x21u > 0x7e - 0x21u) | (text[i] == '\\');
	return bad == 0;
}

/* How many cells the first character of text takes when escaped; *size is set to its bytes. */
static size_t
escaped_cells(const char *text, size_t length, size_t *size)
{
	*size = text_printable(text, length);
	if (*size == 0) {
		*size = 1;
		return 4;
	}
	if (*text == '\\')
		return 2;
	return text_is_blank(text, *size) ? 4 * *size : 1;
}

/* Appends what fits, whole characters and whole escapes only. Returns the cells that it took. */
static size_t
put_escaped(struct out *out, const char *text, size_t length, size_t room)
{
	size_t taken = 0, i = 0;

	while (i < length) {
		size_t size, cells = escaped_cells(text + i, length - i, &size);

		if (cells > room - taken)
			break;
		taken += cells;
		i += size;
	}
	text_escape(out, text, i, ESCAPE_COLUMN);
	return taken;
}

/* One column: the text, escaped and perhaps cut, blanks up to its width, and the blank behind it. */
static void
put_cell(const struct row *row, const char *text, size_t length)
{
	const struct column *column = row->chosen->column;
	size_t room = column->cut ? column->width : (size_t)-1, taken;

	if (length == 0) {
		text = column->missing;
		length = strlen(text);
	}
	if (is_plain(text, length)) {
		taken = length < room ? length : room;
		out_bytes(row->out, text, taken);
	} else {
		taken = put_escaped(row->out, text, length, room);
	}
	out_fill(row->out, ' ', (taken < column->width ? column->width - taken : 0) + 1);
}

static void
put_number(const struct row *row, uint64_t number)
{
	char digits[20];
	size_t n = sizeof(digits);

	do
		digits[--n] = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	put_cell(row, digits + n, sizeof(digits) - n);
}

static void
print_event(const struct row *row)
{
	put_cell(row, row->record->event, strlen(row->record->event));
}

static void
print_user(const struct row *row, enum who who)
{
	size_t length;
	const char *text = names_user(row->names, who, &length);

	put_cell(row, text, length);
}

static void
print_login(const struct row *row)
{
	print_user(row, WHO_LOGIN);
}

static void
print_real(const struct row *row)
{
	print_user(row, WHO_REAL);
}

static void
print_effective(const struct row *row)
{
	print_user(row, WHO_EFFECTIVE);
}

static void
print_status(const struct row *row)
{
	const char *text = result_name(row->record->result);

	put_cell(row, text, strlen(text));
}

static void
print_clock(const struct row *row, enum clock_form form)
{
	size_t length;
	const char *text = clock_text(&row->columns->clocks[form], row->record->time, &length);

	/* The blanks of AIX's time are its own: no escaping. */
	out_bytes(row->out, text, length);
	out_fill(row->out, ' ', (length < row->chosen->column->width ? row->chosen->column->width - length : 0) + 1);
}

static void
print_time(const struct row *row)
{
	print_clock(row, CLOCK_AIX);
}

static void
print_micro(const struct row *row)
{
	print_clock(row, CLOCK_MICRO);
}

static void
print_iso(const struct row *row)
{
	print_clock(row, CLOCK_ISO);
}

static void
print_command(const struct row *row)
{
	put_cell(row, row->record->command, strlen(row->record->command));
}

/* 0 means that no line told the id; of a parent that was told, the kernel itself. */
static void
print_process(const struct row *row, uint32_t id, bool told)
{
	if (id != 0 || told)
		put_number(row, id);
	else
		put_cell(row, NULL, 0);
}

static void
print_pid(const struct row *row)
{
	print_process(row, row->record->pid, false);
}

static void
print_parent(const struct row *row)
{
	print_process(row, row->record->ppid, record_has_parent(row->record));
}

static void
print_thread(const struct row *row)
{
	print_process(row, row->record->tid, false);
}

static void
print_serial(const struct row *row)
{
	put_number(row, row->record->serial);
}

static void
print_session(const struct row *row)
{
	if (row->record->session == ID_UNSET)
		put_cell(row, "unset", 5);
	else
		put_number(row, row->record->session);
}

/* The container that the capturing host knew: a fact, found without reading the kernel's lines. */
static void
print_container(const struct row *row)
{
	size_t length;
	const char *facts = record_facts(row->record, &length);
	char buffer[256];
	struct field field;
	const char *text = NULL;

	if (facts != NULL && field_find(facts, length, "container", &field))
		text = field_text(TYPE_FACTS, &field, buffer, sizeof(buffer), &length);
	put_cell(row, text, text != NULL ? length : 0);
}

/* The third part of an SELinux context, user:role:type:level. */
static void
print_role(const struct row *row)
{
	struct value value;
	const char *role, *end;

	if (row->chosen->name == NULL || !name_value(row->chosen->name, row->view, 0, &value) || value.text == NULL ||
	    (role = memchr(value.text, ':', value.length)) == NULL ||
	    (end = memchr(role + 1, ':', value.length - (size_t)(role + 1 - value.text))) == NULL) {
		put_cell(row, NULL, 0);
		return;
	}
	put_cell(row, role + 1, (size_t)(end - role - 1));
}

/* What a failed call's errno is called; what any other returned. */
static void
print_exit(const struct row *row)
{
	const struct record *record = row->record;
	char digits[24];
	const char *name = record->result != RESULT_OK && record->exit < 0 && record->exit >= -4095
	    ? strerrorname_np((int)-record->exit)
	    : NULL;

	if (record->syscall == -1 || (record->exit == -1 && record->result == RESULT_OK))
		put_cell(row, NULL, 0); /* exit, exit_group: nothing is returned */
	else if (name != NULL)
		put_cell(row, name, strlen(name));
	else
		put_cell(row, digits, (size_t)snprintf(digits, sizeof(digits), "%lld", (long long)record->exit));
}

static void
put_value(struct out *out, const struct name *name, const struct value *value)
{
	if (value->text != NULL)
		out_bytes(out, value->text, value->length);
	else if (value->has_number && name->type == NAME_HEX)
		out_hex(out, (uint64_t)value->number, 16);
	else if (value->has_number)
		out_signed(out, value->number);
}

/* The first values, so many at most, of any name of the vocabulary, joined by commas. */
static void
print_first(const struct row *row, size_t most)
{
	const struct name *name = row->chosen->name;
	struct out *joined = &row->columns->joined;
	struct value value;

	joined->head = joined->tail = 0;
	for (size_t n = 0; n < most && name != NULL && name_value(name, row->view, n, &value); n++) {
		if (n > 0)
			out_char(joined, ',');
		put_value(joined, name, &value);
	}
	put_cell(row, (const char *)joined->data, out_waiting(joined));
}

/* A field may stand in several lines, the exe of a process and that of what it touched: the first is the record's own. */
static void
print_value(const struct row *row)
{
	print_first(row, 1);
}

/* Of a set of bits its number, which has a width; words would fill the line. */
static void
print_mask(const struct row *row)
{
	const struct name *name = row->chosen->name;
	struct value value;
	char digits[24];

	if (name == NULL || !name_value(name, row->view, 0, &value) || !value.has_number)
		put_cell(row, NULL, 0);
	else
		put_cell(row, digits,
		    (size_t)snprintf(digits, sizeof(digits), "%016llx", (unsigned long long)value.number));
}

static void
print_values(const struct row *row)
{
	print_first(row, SIZE_MAX);
}

/* Linux has nothing of the kind. */
static void
print_nothing(const struct row *row)
{
	put_cell(row, NULL, 0);
}

/*
 * AIX's letters first (widths and titles from its real output), then ours. An event's name is never cut, for it is what the record
 * is about; nor is a host's, nor anything of ours.
 */
static const struct column table[] = {
	{ 'e', false, 15, "event", print_event, NULL, "-" },
	{ 'l', true, 8, "login", print_login, NULL, "-" },
	{ 'R', true, 11, "status", print_status, NULL, "-" },
	{ 't', true, 24, "time", print_time, NULL, "-" },
	{ 'c', true, 31, "command", print_command, NULL, "-" },
	{ 'r', true, 8, "real", print_real, NULL, "-" },
	{ 'p', false, 8, "process", print_pid, NULL, "-" },
	{ 'P', false, 8, "parent", print_parent, NULL, "-" },
	{ 'T', false, 8, "thread", print_thread, NULL, "-" },
	{ 'h', false, 16, "hostname", print_value, "host", "none" },
	{ 'i', true, 40, "roles", print_role, "subj", "none" },
	{ 'E', false, 16, "privileges", print_mask, "capabilities", "-" },
	{ 'S', false, 40, "label", print_value, "subj", "-" },
	{ 'I', false, 15, "integrity", print_nothing, NULL, "-" },
	{ 'W', true, 25, "wpar name", print_container, NULL, "Global" },
	{ 'd', true, 28, "time", print_micro, NULL, "-" },

	{ 'a', false, 15, "origin", print_value, "origin", "-" },
	{ 'A', false, 40, "ancestry", print_value, "ancestry", "-" },
	{ 'C', false, 15, "call", print_value, "syscall", "-" },
	{ 'D', false, 32, "time", print_iso, NULL, "-" },
	{ 'f', false, 40, "path", print_values, "path", "-" },
	{ 'g', false, 8, "exit", print_exit, NULL, "-" },
	{ 'G', false, 28, "tag", print_value, "tag", "-" },
	{ 'k', false, 15, "key", print_values, "key", "-" },
	{ 'n', false, 10, "serial", print_serial, NULL, "-" },
	{ 's', false, 8, "session", print_session, NULL, "-" },
	{ 'u', true, 8, "effective", print_effective, NULL, "-" },
	{ 'U', false, 24, "unit", print_value, "unit", "-" },
	{ 'v', false, 10, "service", print_value, "service", "-" },
	{ 'w', false, 31, "cwd", print_value, "cwd", "-" },
	{ 'x', false, 31, "exe", print_value, "exe", "-" },
	{ 'y', false, 10, "terminal", print_value, "terminal", "-" },
};

/* What -X puts at the end of the record: the user columns that were chosen, uncut. */
static const struct column long_names[] = {
	{ 'l', false, 32, "login name", print_login, NULL, "-" },
	{ 'r', false, 32, "real name", print_real, NULL, "-" },
	{ 'u', false, 32, "effective name", print_effective, NULL, "-" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct column *
find_column(const struct column *columns, size_t count, char letter)
{
	for (size_t i = 0; i < count; i++)
		if (columns[i].letter == letter)
			return &columns[i];
	return NULL;
}

static void
add(struct columns *columns, const struct column *column)
{
	const char *name = column->name;

	columns->chosen[columns->count++] =
	    (struct chosen){ column, name != NULL ? name_find(name, strlen(name)) : NULL };
}

static int
unknown_letter(char letter, struct err *error)
{
	char known[COUNT(table) + 1] = "", shown[8];

	for (size_t i = 0; i < COUNT(table); i++)
		known[i] = table[i].letter;
	snprintf(shown, sizeof(shown), letter > ' ' && letter < 0x7f ? "%c" : "\\x%02x", (unsigned char)letter);
	return err_set(error, "-h: no field \"%s\"; the fields are %s", shown, known);
}

void
columns_init(struct columns *columns)
{
	*columns = (struct columns){ 0 };
	for (size_t form = 0; form < COUNT(columns->clocks); form++)
		clock_init(&columns->clocks[form], (enum clock_form)form);
	out_init(&columns->joined, -1, 4096);
	columns->joined.hold = true;
}

void
columns_clear(struct columns *columns)
{
	out_clear(&columns->joined);
}

int
columns_choose(struct columns *columns, const char *letters, struct err *error)
{
	columns->count = 0;
	for (; *letters != '\0'; letters++) {
		const struct column *column = find_column(table, COUNT(table), *letters);

		if (*letters == ',')
			continue;
		if (column == NULL)
			return unknown_letter(*letters, error);
		if (columns->count == COLUMNS_MAX)
			return err_set(error, "-h: more than %d fields", COLUMNS_MAX);
		add(columns, column);
	}
	if (columns->count == 0)
		return err_set(error, "-h: no fields");
	return 0;
}

void
columns_add_long_names(struct columns *columns)
{
	bool added[COUNT(long_names)] = { false };

	for (size_t i = 0, count = columns->count; i < count; i++) {
		const struct column *column =
		    find_column(long_names, COUNT(long_names), columns->chosen[i].column->letter);

		if (column != NULL && !added[column - long_names]) {
			added[column - long_names] = true;
			add(columns, column);
		}
	}
}

void
columns_print_titles(const struct columns *columns, struct out *out)
{
	for (size_t i = 0; i < columns->count; i++) {
		const struct column *column = columns->chosen[i].column;
		size_t length = strlen(column->title);

		out_bytes(out, column->title, length);
		out_fill(out, ' ', (length < column->width ? column->width - length : 0) + 1);
	}
	out_char(out, '\n');
	for (size_t i = 0; i < columns->count; i++) {
		out_fill(out, '-', columns->chosen[i].column->width);
		out_char(out, ' ');
	}
	out_char(out, '\n');
}

void
columns_print(struct columns *columns, struct view *view, struct names *names, struct out *out)
{
	struct row row = { .columns = columns, .record = view->record, .view = view, .names = names, .out = out };

	for (size_t i = 0; i < columns->count; i++) {
		row.chosen = &columns->chosen[i];
		row.chosen->column->print(&row);
	}
}
