/*
 * The events file, compiled once: each format becomes segments, a piece of fixed text or one value each.
 *
 * Source of the syntax: AIX's "events File" (Files Reference) and auditpr's page. man/events.5 is ours.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mem.h"
#include "stanza.h"
#include "strmap.h"
#include "tail_program.h"
#include "text.h"
#include "value.h"
#include "view.h"

/* One argument of a tail: a name, and which of its values. */
struct slot {
	const struct name *name; /* NULL: there is none */
	size_t nth;
	const struct name *before; /* taken instead where the record has it; NULL for none */
};

struct segment {
	const char *text; /* NULL where it is a value */
	size_t length;
	struct slot slot;
	char directive; /* d, s, ...; 'v' for %{name}: as its type is printed */
};

struct format {
	struct segment *segments;
	size_t count, capacity;
	struct slot *slots; /* the arguments of the event's tail, in order */
	size_t slot_count;
	struct tail_program *program; /* an external formatter instead of segments; else NULL */
};

struct formats {
	struct stanza_file file; /* fixed text and names are its own */
	struct arena arena;
	struct format *formats;
	size_t count;
	struct strmap by_event; /* index into formats */
	const struct name *path, *arguments, *tail;
};

/* What is being compiled. */
struct source {
	struct formats *formats;
	const struct attribute *attribute;
	struct format *format;
	char *text;   /* the format string, escapes replaced, is built here */
	size_t taken; /* arguments that directives have used */
	bool mapped;  /* the map has the event, and says what its tail is */
	struct err *error;
};

static int
complain(const struct source *source, const char *what, const char *text, size_t length)
{
	struct shown shown;

	return err_set(source->error, "%s:%u: %s: %s %s", source->formats->file.path, source->attribute->line,
	    source->attribute->name, what, err_show(&shown, text, length));
}

/*
 * `privilege` supplies two values, all others one. Of a command line the whole is meant; an execution that failed has none, but
 * the path of what was to be executed.
 */
static void
add_slots(const struct formats *formats, struct format *format, const struct name *name)
{
	if (strcmp(name->name, "argv") == 0 || name == formats->arguments)
		format->slots[format->slot_count++] = (struct slot){ .name = formats->path, .before = formats->arguments };
	else
		format->slots[format->slot_count++] = (struct slot){ .name = name };
	if (strcmp(name->name, "privilege") == 0)
		format->slots[format->slot_count++] = (struct slot){ .name = name, .nth = 1 };
}

static void
take_tail(struct source *source, const struct catalogue *catalogue)
{
	struct format *format = source->format;
	size_t count;
	const struct name *const *tail = catalogue_tail(catalogue, source->attribute->name, &count);

	source->mapped = count > 0;
	format->slots = arena_alloc(&source->formats->arena, (2 * count + 1) * sizeof(*format->slots));
	format->slot_count = 0;
	for (size_t i = 0; i < count; i++)
		add_slots(source->formats, format, tail[i]);
	if (count == 0)
		format->slots[format->slot_count++] = (struct slot){
			.name = source->formats->path,
			.before = source->formats->tail,
		};
}

static struct segment *
add_segment(struct format *format)
{
	format->segments = mem_grow(format->segments, &format->capacity, format->count + 1, sizeof(*format->segments));
	format->segments[format->count] = (struct segment){ 0 };
	return &format->segments[format->count++];
}

static char
escaped(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	default:
		return c;
	}
}

/* Fixed text up to a directive or the closing quote; %% and backslash escapes are replaced in place. Returns where it ends. */
static const char *
read_text(struct source *source, const char *at, const char *end)
{
	char *text = source->text, *to = text;
	struct segment *segment;

	while (at < end && (*at != '%' || (at + 1 < end && at[1] == '%'))) {
		if (*at == '%')
			at++;
		else if (*at == '\\' && at + 1 < end) {
			*to++ = escaped(at[1]);
			at += 2;
			continue;
		}
		*to++ = *at++;
	}
	segment = add_segment(source->format);
	segment->text = text;
	segment->length = (size_t)(to - text);
	source->text = to;
	return at;
}

/* %{name}. Returns where it ends, or NULL with the error. */
static const char *
read_named(struct source *source, const char *at, const char *end)
{
	const char *name = at + 1, *close = memchr(name, '}', (size_t)(end - name)), *near;
	struct segment *segment;
	const struct name *found;

	if (close == NULL) {
		complain(source, "no `}` after", at - 1, (size_t)(end - at + 1));
		return NULL;
	}
	found = name_find(name, (size_t)(close - name));
	if (found == NULL) {
		complain(source, "unknown name", name, (size_t)(close - name));
		near = name_nearest(name, (size_t)(close - name));
		if (near != NULL) {
			size_t length = strlen(source->error->text);

			snprintf(source->error->text + length, sizeof(source->error->text) - length,
			    " (did you mean %s?)", near);
		}
		return NULL;
	}
	if (strcmp(found->name, "argv") == 0)
		found = source->formats->arguments;
	segment = add_segment(source->format);
	segment->slot.name = found;
	segment->directive = 'v';
	return close + 1;
}

/* The event's next argument. Returns 0, or -1 with the error if it has no more. */
static int
take_slot(struct source *source, char directive, struct slot *slot)
{
	const struct format *format = source->format;
	size_t n = source->taken++;

	*slot = (struct slot){ 0 };
	if (n < format->slot_count) {
		/* What an object's record says of itself is text; numbers of an event that the map does not have are unknown. */
		if (source->mapped || directive == 's')
			*slot = format->slots[n];
		return 0;
	}
	if (!source->mapped)
		return 0;
	return err_set(source->error, "%s:%u: %s: more directives than the event's tail has arguments (%zu)",
	    source->formats->file.path, source->attribute->line, source->attribute->name, format->slot_count);
}

/* Behind a `%`. Returns where the directive ends, or NULL with the error. */
static const char *
read_directive(struct source *source, const char *at, const char *end)
{
	const char *start = at - 1;
	struct slot slot;
	struct segment *segment;

	if (at < end && *at == '{')
		return read_named(source, at, end);
	while (at < end && strchr("hljzt", *at) != NULL)
		at++;
	if (at == end || strchr("AdGoPsTuxXD", *at) == NULL) {
		complain(source, "unknown directive", start, (size_t)(at - start) + (at < end));
		return NULL;
	}
	if (take_slot(source, *at, &slot) == -1)
		return NULL;
	segment = add_segment(source->format);
	segment->slot = slot;
	segment->directive = *at;
	return at + 1;
}

static int
compile_text(struct source *source, const char *at, const char *end)
{
	source->text = arena_alloc(&source->formats->arena, (size_t)(end - at));
	while (at != NULL && at < end)
		at = *at == '%' && (at + 1 == end || at[1] != '%') ? read_directive(source, at + 1, end)
								   : read_text(source, at, end);
	return at == NULL ? -1 : 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The quote that closes the string which begins at text, or NULL. */
static const char *
closing_quote(const char *text)
{
	for (const char *p = text + 1; *p != '\0'; p++) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		else if (*p == '"')
			return p;
	}
	return NULL;
}

/* What stands behind printf: "text", or text that needs no quotes. */
static int
compile_printf(struct source *source, const char *text)
{
	const char *close;

	if (*text != '"')
		return compile_text(source, text, text + strlen(text));
	close = closing_quote(text);
	if (close == NULL)
		return complain(source, "no closing quote:", text, strlen(text));
	if (close[1] != '\0')
		return complain(source, "something follows the format:", close + 1, strlen(close + 1));
	return compile_text(source, text + 1, close);
}

static const char *
skip_blanks(const char *text)
{
	while (is_blank(*text))
		text++;
	return text;
}

/* An empty command is an event without a tail: no format. */
static int
compile(struct source *source)
{
	static const char command[] = "printf";
	const char *text = skip_blanks(source->attribute->value);
	size_t length = strlen(command);

	if (strncmp(text, command, length) == 0 && (is_blank(text[length]) || text[length] == '"'))
		return compile_printf(source, skip_blanks(text + length));
	source->format->program = tail_program_new(text);
	return source->format->program != NULL ? 0 : complain(source, "no closing quote:", text, strlen(text));
}

static int
load_format(struct formats *formats, const struct attribute *attribute, const struct catalogue *catalogue,
    struct err *error)
{
	struct source source = { .formats = formats, .attribute = attribute, .error = error };
	uint32_t *index;
	bool added;

	if (*skip_blanks(attribute->value) == '\0')
		return 0;
	index = strmap_add(&formats->by_event, attribute->name, &added);
	if (!added)
		return err_set(error, "%s:%u: %s has a second format", formats->file.path, attribute->line, attribute->name);
	*index = (uint32_t)formats->count;
	source.format = &formats->formats[formats->count++];
	take_tail(&source, catalogue);
	return compile(&source);
}

static int
load_stanza(struct formats *formats, const struct catalogue *catalogue, struct err *error)
{
	const struct stanza *stanza = stanza_find(&formats->file, "auditpr");

	if (stanza == NULL)
		return err_set(error, "%s: no stanza auditpr", formats->file.path);
	formats->formats = mem_alloc_zero(stanza->count, sizeof(*formats->formats));
	for (size_t i = 0; i < stanza->count; i++)
		if (load_format(formats, &stanza->attributes[i], catalogue, error) == -1)
			return -1;
	return 0;
}

struct formats *
formats_load(const char *confdir, const struct catalogue *catalogue, struct err *error)
{
	struct formats *formats = mem_alloc_zero(1, sizeof(*formats));

	formats->path = name_find("path", 4);
	formats->arguments = name_find("arguments", 9);
	formats->tail = name_find("tail", 4);
	if (stanza_load(&formats->file, confdir, "events", error) == -1 || load_stanza(formats, catalogue, error) == -1) {
		formats_free(formats);
		return NULL;
	}
	return formats;
}

void
formats_free(struct formats *formats)
{
	if (formats == NULL)
		return;
	for (size_t i = 0; i < formats->count; i++) {
		free(formats->formats[i].segments);
		tail_program_free(formats->formats[i].program);
	}
	free(formats->formats);
	strmap_clear(&formats->by_event);
	arena_clear(&formats->arena);
	stanza_clear(&formats->file);
	free(formats);
}

/* DD Mmm YYYY HH:MM:SS:mmmuuu, local time, English months as on AIX in the C locale. */
static void
print_time(int64_t seconds, unsigned microseconds, struct out *out)
{
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	char text[96];
	struct tm tm;

	if (localtime_r(&(time_t){ seconds }, &tm) == NULL) {
		out_char(out, '-');
		return;
	}
	snprintf(text, sizeof(text), "%02d %s %04d %02d:%02d:%02d:%06u", tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900,
	    tm.tm_hour, tm.tm_min, tm.tm_sec, microseconds);
	out_text(out, text);
}

static void
print_nanoseconds(int64_t ns, struct out *out)
{
	enum { SECOND = 1000000000 };
	int64_t fraction = (ns % SECOND + SECOND) % SECOND;

	print_time((ns - fraction) / SECOND, (unsigned)(fraction / 1000), out);
}

static void
print_octal(uint64_t number, struct out *out)
{
	char digits[24], *p = digits + sizeof(digits);

	do
		*--p = (char)('0' + (number & 7));
	while ((number >>= 3) != 0);
	out_bytes(out, p, (size_t)(digits + sizeof(digits) - p));
}

static void
print_upper_hex(uint64_t number, struct out *out)
{
	char digits[16], *p = digits + sizeof(digits);

	do
		*--p = "0123456789ABCDEF"[number & 15];
	while ((number >>= 4) != 0);
	out_bytes(out, p, (size_t)(digits + sizeof(digits) - p));
}

/* As people write a number of that type. */
static void
print_number(enum name_type type, int64_t number, struct out *out)
{
	switch (type) {
	case NAME_OCTAL:
		print_octal((uint64_t)number, out);
		break;
	case NAME_HEX:
		out_hex(out, (uint64_t)number, 1);
		break;
	case NAME_TIME:
		print_nanoseconds(number, out);
		break;
	default:
		out_signed(out, number);
	}
}

/* The words of the command line are quoted already, so that no byte of them can do harm. */
static bool
is_quoted(const struct name *name)
{
	return strcmp(name->name, "arguments") == 0;
}

static void
print_value(const struct name *name, const struct value *value, struct out *out)
{
	if (value->text == NULL)
		print_number(name->type, value->number, out);
	else if (name->type == NAME_TEXT && is_quoted(name))
		out_bytes(out, value->text, value->length);
	else
		text_escape(out, value->text, value->length, ESCAPE_TEXT);
}

/* "major, minor", from the "major,minor" of rdev; a device of the kernel's lines is "fe:00", hexadecimal. */
static void
print_device(const struct name *name, const struct value *value, struct out *out)
{
	const char *text = value->text, *between;
	uint64_t major, minor;
	size_t length = value->length;

	if (text != NULL && (between = memchr(text, ',', length)) != NULL) {
		text_escape(out, text, (size_t)(between - text), ESCAPE_TEXT);
		out_text(out, ", ");
		text_escape(out, between + 1, length - (size_t)(between + 1 - text), ESCAPE_TEXT);
	} else if (text != NULL && (between = memchr(text, ':', length)) != NULL &&
	    text_hex(text, (size_t)(between - text), &major) &&
	    text_hex(between + 1, length - (size_t)(between + 1 - text), &minor)) {
		out_unsigned(out, major);
		out_text(out, ", ");
		out_unsigned(out, minor);
	} else {
		print_value(name, value, out);
	}
}

/* Without its sign: AIX's numbers have 32 bits, and one that is negative on Linux is an int too. */
static uint64_t
without_sign(int64_t number)
{
	return number < 0 && number >= INT32_MIN ? (uint32_t)number : (uint64_t)number;
}

/* A directive that wants a number, and has one. */
static void
print_directive(char directive, const struct name *name, int64_t number, struct out *out)
{
	switch (directive) {
	case 'd':
		out_signed(out, number);
		break;
	case 'u':
		out_unsigned(out, without_sign(number));
		break;
	case 'o':
		print_octal(without_sign(number), out);
		break;
	case 'x':
		out_hex(out, without_sign(number), 1);
		break;
	case 'X':
		print_upper_hex(without_sign(number), out);
		break;
	case 'T':
		if (name->type == NAME_TIME)
			print_nanoseconds(number, out);
		else
			print_time(number, 0, out);
		break;
	}
}

/* The slot's value; returns the name that had it, or NULL. */
static const struct name *
slot_value(const struct slot *slot, struct view *view, struct value *value)
{
	if (slot->before != NULL && name_value(slot->before, view, 0, value))
		return slot->before;
	return slot->name != NULL && name_value(slot->name, view, slot->nth, value) ? slot->name : NULL;
}

static void
print_slot(const struct slot *slot, char directive, struct view *view, struct out *out)
{
	struct value value = { 0 };
	const struct name *name = slot_value(slot, view, &value);

	if (name == NULL)
		out_char(out, '-');
	else if (directive == 'D')
		print_device(name, &value, out);
	else if (value.has_number && strchr("duoxXT", directive) != NULL)
		print_directive(directive, name, value.number, out);
	else if (value.has_number && directive == 'v' && name->type == NAME_OCTAL)
		print_number(name->type, value.number, out); /* a mode as chmod takes it; %s has the letters */
	else
		print_value(name, &value, out);
}

/* name=value, one a line, for the standard input of an external formatter. */
static void
run_program(const struct format *format, struct view *view, struct out *out)
{
	struct out input;

	out_init(&input, -1, 4096);
	input.hold = true;
	for (size_t i = 0; i < format->slot_count; i++) {
		const struct slot *slot = &format->slots[i];

		out_text(&input, slot->before != NULL ? slot->before->name : slot->name->name);
		out_char(&input, '=');
		print_slot(slot, 'v', view, &input);
		out_char(&input, '\n');
	}
	tail_program_run(format->program, view->record->event, input.data + input.head, out_waiting(&input), out);
	out_clear(&input);
}

bool
formats_print(const struct formats *formats, struct view *view, struct out *out)
{
	const uint32_t *index = strmap_find(&formats->by_event, view->record->event);
	const struct format *format;

	if (index == NULL)
		return false;
	format = &formats->formats[*index];
	if (format->program != NULL) {
		run_program(format, view, out);
		return true;
	}
	for (const struct segment *segment = format->segments; segment < format->segments + format->count; segment++) {
		if (segment->text != NULL)
			out_bytes(out, segment->text, segment->length);
		else
			print_slot(&segment->slot, segment->directive, view, out);
	}
	return true;
}
