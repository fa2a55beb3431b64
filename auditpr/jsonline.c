/* SPDX-License-Identifier: BSD-2-Clause */
#include "jsonline.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "rectype.h"
#include "text.h"

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
	NAMES_FIRST = 512, /* slots */
	NAMES_KEPT = 8192, /* slots beyond which the names are forgotten before the next object: hostile input has ever new ones */
	WORD = sizeof(uint64_t),
	KEY_ROOM = 32, /* bytes that each key has: copied whole, which is cheaper than a copy of just its length */
};

void
json_lines_init(struct json_lines *lines, struct out *out)
{
	memset(lines, 0, sizeof(*lines));
	lines->out = out;
	lines->size = NAMES_FIRST;
	lines->names = mem_alloc_zero(lines->size, sizeof(*lines->names));
	if (getrandom(&lines->seed, sizeof(lines->seed), GRND_NONBLOCK) != sizeof(lines->seed))
		lines->seed = (uint64_t)(uintptr_t)lines->names; /* early at boot: an address is better than nothing */
	out_init(&lines->scratch, -1, 256);
	lines->scratch.hold = true;
}

void
json_lines_clear(struct json_lines *lines)
{
	free(lines->names);
	out_clear(&lines->scratch);
	arena_clear(&lines->arena);
	memset(lines, 0, sizeof(*lines));
}

static void
begin_object(struct json_lines *lines)
{
	bool wrapped = ++lines->object == 0;

	if (!wrapped && lines->size <= NAMES_KEPT)
		return;
	free(lines->names);
	arena_reset(&lines->arena);
	lines->object = 1;
	lines->used = 0;
	lines->size = NAMES_FIRST;
	lines->names = mem_alloc_zero(lines->size, sizeof(*lines->names));
}

static uint64_t
load_word(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

static uint32_t
load_half(const char *p)
{
	uint32_t half;

	memcpy(&half, p, sizeof(half));
	return half;
}

static uint64_t
mix(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Up to 8 bytes, whole and without a loop; with its length it is the name. */
static uint64_t
pack_name(const char *name, size_t length)
{
	const unsigned char *p = (const unsigned char *)name;
	const char *end = name + length;

	if (length >= sizeof(uint32_t))
		return load_half(name) | (uint64_t)load_half(end - sizeof(uint32_t)) << 32;
	return length == 0 ? 0 : p[0] | (uint64_t)p[length / 2] << 8 | (uint64_t)p[length - 1] << 16;
}

static uint64_t
hash_long_name(const struct json_lines *lines, const char *name, size_t length)
{
	uint64_t hash = lines->seed;

	for (size_t i = 0; i + WORD < length; i += WORD)
		hash = mix(hash ^ load_word(name + i), 0xd6e8feb86659fd93u);
	return mix(hash ^ load_word(name + length - WORD), 0xd6e8feb86659fd93u);
}

/* The slot of that name, or the free one that it would take. */
static struct json_name *
find_slot(const struct json_lines *lines, const char *name, size_t length, uint64_t hash)
{
	size_t slot = (size_t)mix(hash ^ lines->seed, 0x9e3779b97f4a7c15u + length);

	for (;; slot++) {
		struct json_name *known = &lines->names[slot & (lines->size - 1)];

		if (known->name == NULL || (known->hash == hash && known->length == length && (length <= WORD || memcmp(known->name, name, length) == 0)))
			return known;
	}
}

static void
grow(struct json_lines *lines)
{
	struct json_name *old = lines->names;
	size_t size = lines->size;

	lines->size *= 2;
	lines->names = mem_alloc_zero(lines->size, sizeof(*lines->names));
	for (size_t i = 0; i < size; i++)
		if (old[i].name != NULL)
			*find_slot(lines, old[i].name, old[i].length, old[i].hash) = old[i];
	free(old);
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

static struct json_name *
learn(struct json_lines *lines, const char *name, size_t length, uint64_t hash)
{
	struct out *key = &lines->scratch;
	struct json_name *slot;
	size_t key_length;

	if (lines->used >= lines->size / 2)
		grow(lines);
	lines->used++;
	key->head = key->tail = 0;
	out_char(key, ',');
	text_json(key, name, length);
	out_char(key, ':');
	key_length = out_waiting(key);
	out_fill(key, ' ', KEY_ROOM);
	slot = find_slot(lines, name, length, hash);
	*slot = (struct json_name){
		.hash = hash,
		.name = arena_string(&lines->arena, name, length),
		.length = (uint32_t)length,
		.key = arena_string(&lines->arena, (const char *)key->data, out_waiting(key)),
		.key_length = (uint32_t)key_length,
		.kind = kind_of(name, length),
	};
	return slot;
}

static struct json_name *
find_name(struct json_lines *lines, const char *name, size_t length)
{
	uint64_t hash = length <= WORD ? pack_name(name, length) : hash_long_name(lines, name, length);
	struct json_name *known = find_slot(lines, name, length, hash);

	return known->name != NULL ? known : learn(lines, name, length, hash);
}

/* NAME_2, NAME_3, ...: the first that no key of the object has. */
static struct json_name *
find_unused_name(struct json_lines *lines, const char *name, size_t length)
{
	struct json_name *found;
	char *text = mem_alloc(length + sizeof("_4294967295"));

	memcpy(text, name, length);
	do {
		struct out *digits = &lines->scratch;

		digits->head = digits->tail = 0;
		out_char(digits, '_');
		out_unsigned(digits, ++find_name(lines, name, length)->copies + 1);
		memcpy(text + length, digits->data, out_waiting(digits));
		found = find_name(lines, text, length + out_waiting(digits));
	} while (found->object == lines->object);
	free(text);
	return found;
}

static void
put_known_key(struct out *out, const struct json_name *known)
{
	if (known->key_length > KEY_ROOM) {
		out_bytes(out, known->key, known->key_length);
		return;
	}
	memcpy(out_reserve(out, KEY_ROOM), known->key, KEY_ROOM);
	out_advance(out, known->key_length);
}

/* `,"name":`, the name being one that no field of this object has had. Returns what kind of field it is. */
static unsigned
put_name(struct json_lines *lines, const char *name, size_t length)
{
	struct json_name *known = find_name(lines, name, length);
	unsigned kind = known->kind;

	if (known->object == lines->object)
		known = find_unused_name(lines, name, length);
	known->object = lines->object;
	known->copies = 0;
	put_known_key(lines->out, known);
	return kind;
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
put_field(struct json_lines *lines, struct view *view, const struct view_field *field)
{
	unsigned kind = put_name(lines, field->field.name, field->field.name_length);
	size_t length = field->field.length;
	const char *text = field->field.value;

	if ((kind & KIND_NUMBER) && put_number(lines, &field->field, kind))
		return;
	if ((kind & KIND_STRING) || field->type == TYPE_EXECVE)
		text = view_text(view, field, &length);
	text_json(lines->out, text, length);
}

/* What is no pair, `avc: denied { read } for`: all words of the line as one text. Field number n is the line's first. */
static void
put_words(struct json_lines *lines, struct view *view, size_t n, uint16_t place)
{
	const struct view_field *field;
	struct out *joined = &lines->scratch;

	(void)put_name(lines, "text", 4);
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

	find_name(lines, "type", 4)->object = lines->object;
	out_bytes(out, "{\"type\":", 8);
	if (name != NULL) {
		text_json(out, name, strlen(name));
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
	const struct view_field *field;
	size_t first = n;
	bool has_words = false;

	begin_object(lines);
	put_type(lines, line);
	for (; (field = view_at(view, n)) != NULL && field->line == place; n++) {
		if (field->field.form == FIELD_WORD)
			has_words = true;
		else
			put_field(lines, view, field);
	}
	if (has_words)
		put_words(lines, view, first, place);
	out_char(lines->out, '}');
	return n;
}

void
json_lines_print(struct json_lines *lines, struct view *view)
{
	const struct view_field *field;
	struct line line;
	size_t offset = 0, n = 0;
	char separator = '[';

	for (uint16_t place = 0; record_next_line(view->record, &offset, &line); place++) {
		if (line.type == TYPE_FACTS) {
			while ((field = view_at(view, n)) != NULL && field->line == place)
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
