/* SPDX-License-Identifier: BSD-2-Clause */
#include "jsonline.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "rectype.h"
#include "text.h"
#include "textjson.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * The kernel's fields that are always decimal, and so can be JSON numbers. Any other stays a string, even where one value happens
 * to consist of digits (a1=10 is hexadecimal, res=1 is elsewhere res=success): a field has one type wherever it stands.
 */
static const char *const ids[] = { "auid", "uid", "gid", "euid", "suid", "fsuid", "egid", "sgid", "fsgid", "ses", "ouid",
	"ogid", "oauid", "oses", "old-auid", "old-ses", "old auid", "new auid", "old ses", "new ses" };
static const char *const numbers[] = { "argc", "entries", "exit", "fan_type", "fd", "fd0", "fd1", "ino", "inode", "item",
	"items", "list", "lport", "major", "minor", "nsec", "old_prom", "opid", "pid", "ppid", "prom", "resp", "rport",
	"sec", "sig", "spid", "syscall", "uring_op" };

enum name_kind {
	KIND_NUMBER = 1,
	KIND_ID = 2,     /* a number, of which 4294967295 means none */
	KIND_STRING = 4, /* the kernel writes it as hexadecimal if it is odd; in EXECVE lines others are, too */
};

enum {
	KEY_ROOM = 32, /* bytes that each key has: copied whole, which is cheaper than a copy of just its length */
	SHORT_ROOM = KEY_ROOM + JSON_STEP + 2,
};

void
json_lines_init(struct json_lines *lines, struct out *out)
{
	memset(lines, 0, sizeof(*lines));
	lines->out = out;
	out_init(&lines->scratch, -1, 256);
	lines->scratch.hold = true;
}

void
json_lines_clear(struct json_lines *lines)
{
	free(lines->keys);
	out_clear(&lines->scratch);
	arena_clear(&lines->arena);
	memset(lines, 0, sizeof(*lines));
}

static bool
is_in(const char *const *list, size_t count, const char *name, size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(list[i]) == length && memcmp(list[i], name, length) == 0)
			return true;
	return false;
}

static unsigned
kind_of(const char *name, size_t length)
{
	if (is_in(ids, COUNT(ids), name, length))
		return KIND_NUMBER | KIND_ID;
	if (is_in(numbers, COUNT(numbers), name, length))
		return KIND_NUMBER;
	/* Of any line of the kernel's but EXECVE: facts, type 0, are all strings. */
	return field_is_string(TYPE_SYSCALL, &(struct field){ .name = name, .name_length = length }) ? KIND_STRING : 0;
}

static void
learn(struct json_lines *lines, struct json_key *key, const char *name, size_t length)
{
	struct out *text = &lines->scratch;

	text->head = text->tail = 0;
	out_char(text, ',');
	text_json(text, name, length);
	out_char(text, ':');
	*key = (struct json_key){ .length = (uint32_t)out_waiting(text), .kind = kind_of(name, length) };
	out_fill(text, ' ', KEY_ROOM);
	key->text = arena_string(&lines->arena, (const char *)text->data, out_waiting(text));
}

static void
add_keys(struct json_lines *lines, uint32_t number)
{
	size_t old = lines->capacity;

	lines->keys = mem_grow(lines->keys, &lines->capacity, number + 1, sizeof(*lines->keys));
	memset(lines->keys + old, 0, (lines->capacity - old) * sizeof(*lines->keys));
}

/* The key of the name that has that number. */
static inline struct json_key *
key_of(struct json_lines *lines, uint32_t number, const char *name, size_t length)
{
	struct json_key *key;

	if (number >= lines->capacity)
		add_keys(lines, number);
	key = &lines->keys[number];
	if (key->text == NULL)
		learn(lines, key, name, length);
	return key;
}

static struct json_key *
find_key(struct json_lines *lines, struct view *view, const char *name, size_t length)
{
	return key_of(lines, spelling_number(&view->spellings, name, length), name, length);
}

/* NAME_2, NAME_3, ...: the first that no key of the object has. */
static struct json_key *
find_unused_key(struct json_lines *lines, struct view *view, const char *name, size_t length)
{
	struct json_key *found;
	char *text = mem_alloc(length + sizeof("_4294967295"));
	size_t whole;

	memcpy(text, name, length);
	do {
		struct out *digits = &lines->scratch;
		uint32_t copies = ++find_key(lines, view, name, length)->copies;

		digits->head = digits->tail = 0;
		out_char(digits, '_');
		out_unsigned(digits, copies + 1);
		whole = length + out_waiting(digits);
		memcpy(text + length, digits->data, out_waiting(digits));
		found = find_key(lines, view, text, whole);
	} while (found->object == lines->object);
	free(text);
	return found;
}

static void
put_key(struct out *out, const struct json_key *key)
{
	if (key->length > KEY_ROOM) {
		out_bytes(out, key->text, key->length);
		return;
	}
	memcpy(out_reserve(out, KEY_ROOM), key->text, KEY_ROOM);
	out_advance(out, key->length);
}

/* The key for a field of this object, whose name is key's: another one where the object has had a field of that name. */
static inline const struct json_key *
take_key(struct json_lines *lines, struct view *view, struct json_key *key, const struct field *field)
{
	if (key->object == lines->object)
		key = find_unused_key(lines, view, field->name, field->name_length);
	key->object = lines->object;
	key->copies = 0;
	return key;
}

/* Decimal as JSON writes it, and small enough to be exact in any reader: up to 2^53. */
static bool
is_json_number(const char *text, size_t length)
{
	size_t digits = length - (text[0] == '-');
	int64_t number;

	if (!text_signed(text, length, &number))
		return false;
	if (text[length - digits] == '0' && length > 1)
		return false;
	return number <= (int64_t)1 << 53 && number >= -((int64_t)1 << 53);
}

/* A number, or null for an id that is none. False if the field is neither here. */
static bool
put_number(struct json_lines *lines, const struct field *field, unsigned kind)
{
	if (field->form != FIELD_BARE || field->length == 0 || !is_json_number(field->value, field->length))
		return false;
	if ((kind & KIND_ID) && (field->value[0] == '-' || (field->length == 10 && memcmp(field->value, "4294967295", 10) == 0)))
		out_bytes(lines->out, "null", 4);
	else
		out_bytes(lines->out, field->value, field->length);
	return true;
}

static void
put_value(struct json_lines *lines, struct view *view, const struct view_field *field, unsigned kind)
{
	size_t length = field->field.length;
	const char *text = field->field.value;

	if ((kind & KIND_NUMBER) && put_number(lines, &field->field, kind))
		return;
	if (kind & KIND_STRING)
		text = view_text(view, field, &length);
	text_json(lines->out, text, length);
}

/* Of one to eight bytes, all of which can be read: no zero before other digits, and all are digits. */
static inline bool
is_short_number(const char *text, size_t length)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t digits = (get_le64(text) ^ ones * '0') << (64 - 8 * length);

	return (((digits + ones * (0x7f - 9)) | digits) & ones << 7) == 0 && (*text != '0' || length == 1);
}

/*
 * Key and value as nearly all are: both short, a number of few digits or a text that stands as it is. SHORT_ROOM bytes may be written.
 * Returns the place behind it, or NULL if the value is something else.
 */
static inline unsigned char *
put_short(unsigned char *to, const struct json_key *key, const struct field *field, unsigned kind)
{
	unsigned char *p = to + key->length;

	memcpy(to, key->text, KEY_ROOM);
	if (!(kind & KIND_NUMBER))
		return json_put_short(p, field->value, field->length);
	if (field->form != FIELD_BARE || field->length - 1 > 7 || !is_short_number(field->value, field->length))
		return NULL;
	memcpy(p, field->value, 8);
	return p + field->length;
}

/* string: a KIND_STRING if all of the line's values are. */
static inline void
put_field(struct json_lines *lines, struct view *view, const struct view_field *field, unsigned string)
{
	const struct field *f = &field->field;
	struct json_key *named = key_of(lines, field->name, f->name, f->name_length);
	unsigned kind = named->kind | string;
	const struct json_key *key = take_key(lines, view, named, f);
	bool encoded = (kind & KIND_STRING) && f->form == FIELD_BARE;
	unsigned char *to, *end;

	if (f->length <= JSON_STEP && lines->end - f->value >= JSON_STEP && key->length <= KEY_ROOM && !encoded) {
		to = out_reserve(lines->out, SHORT_ROOM);
		end = put_short(to, key, f, kind);
		if (end != NULL) {
			out_advance(lines->out, (size_t)(end - to));
			return;
		}
	}
	put_key(lines->out, key);
	put_value(lines, view, field, kind);
}

/* What is no pair, `avc: denied { read } for`: all words of the line as one text. Field number n is the line's first. */
static void
put_words(struct json_lines *lines, struct view *view, size_t n, uint16_t place)
{
	static const struct field text = { .name = "text", .name_length = 4 };
	const struct view_field *field;
	struct out *joined = &lines->scratch;

	put_key(lines->out, take_key(lines, view, find_key(lines, view, text.name, text.name_length), &text));
	joined->head = joined->tail = 0;
	for (; (field = view_at(view, n)) != NULL && field->line == place; n++) {
		if (field->field.form != FIELD_WORD)
			continue;
		if (out_waiting(joined) > 0)
			out_char(joined, ' ');
		out_bytes(joined, field->field.value, field->field.length);
	}
	text_json(lines->out, (const char *)joined->data, out_waiting(joined));
}

/* The type's name as it stands in a whole line; *length is 0 if it stands nowhere. */
static const char *
written_type(const struct line *line, size_t *length)
{
	const char *type = memmem(line->text, line->length, "type=", 5), *blank;

	*length = 0;
	if (type == NULL)
		return NULL;
	type += 5;
	blank = memchr(type, ' ', line->length - (size_t)(type - line->text));
	if (blank != NULL)
		*length = (size_t)(blank - type);
	return type;
}

/* `{"type":"SYSCALL"` */
static void
put_type(struct json_lines *lines, const struct line *line)
{
	struct out *out = lines->out;
	const char *name = rectype_name(line->type);
	size_t length = 0;

	lines->keys[lines->type].object = lines->object;
	lines->keys[lines->type].copies = 0;
	out_bytes(out, "{\"type\":", 8);
	if (name != NULL) {
		json_word(out, name, strlen(name));
		return;
	}
	if (line->type == TYPE_UNKNOWN)
		name = written_type(line, &length);
	if (length > 0) {
		text_json(out, name, length);
		return;
	}
	out_bytes(out, "\"UNKNOWN[", 9);
	out_unsigned(out, line->type);
	out_bytes(out, "]\"", 2);
}

/* One line, whose first field is number n of the view; place is its own number. Returns the number of the next line's first. */
static size_t
put_line(struct json_lines *lines, struct view *view, const struct line *line, size_t n, uint16_t place)
{
	const struct view_field *field = view->fields + n, *end = view->fields + view->count;
	unsigned string = line->type == TYPE_EXECVE ? KIND_STRING : 0;
	bool has_words = false;

	lines->object++;
	put_type(lines, line);
	for (; field < end && field->line == place; field++) {
		if (field->field.form == FIELD_WORD)
			has_words = true;
		else
			put_field(lines, view, field, string);
	}
	if (has_words)
		put_words(lines, view, n, place);
	out_char(lines->out, '}');
	return (size_t)(field - view->fields);
}

/* Forgets the keys where their numbers mean other names now. */
static void
begin_record(struct json_lines *lines, struct view *view)
{
	lines->end = (const char *)view->record->lines + view->record->size;
	if (lines->age == view->spellings.age)
		return;
	free(lines->keys);
	lines->keys = NULL;
	lines->capacity = 0;
	arena_reset(&lines->arena);
	lines->age = view->spellings.age;
	lines->type = spelling_number(&view->spellings, "type", 4);
	(void)key_of(lines, lines->type, "type", 4);
}

void
json_lines_print(struct json_lines *lines, struct view *view)
{
	const struct record *record = view->record;
	struct line line;
	size_t offset = 0, n = 0;
	char separator = '[';

	begin_record(lines, view);
	for (uint16_t place = 0; record_next_line(record, &offset, &line); place++) {
		if (line.type == TYPE_FACTS) {
			while (n < view->count && view->fields[n].line == place)
				n++;
			continue;
		}
		out_char(lines->out, separator);
		separator = ',';
		n = put_line(lines, view, &line, n, place);
	}
	if (separator == '[')
		out_char(lines->out, separator);
	out_char(lines->out, ']');
}
