/* SPDX-License-Identifier: BSD-2-Clause */
#include "value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "call.h"
#include "callline.h"
#include "nearest.h"
#include "rectype.h"
#include "syscalls.h"
#include "text.h"
#include "value_get.h"
#include "words.h"

enum {
	TYPE_IPC = 1303,
	TYPE_BPRM_FCAPS = 1321,
	TYPE_CAPSET = 1322,
};

static bool
is_unset(const char *text, size_t length)
{
	uint64_t n;

	return (length == 5 && memcmp(text, "unset", 5) == 0) || (length == 2 && memcmp(text, "-1", 2) == 0) ||
	    (text_unsigned(text, length, &n) && n == ID_UNSET);
}

static bool
hexadecimal(const char *text, size_t length, int64_t *number)
{
	uint64_t n;

	if (length > 2 && text[0] == '0' && text[1] == 'x') {
		text += 2;
		length -= 2;
	}
	if (!text_hex(text, length, &n))
		return false;
	*number = (int64_t)n;
	return true;
}

/* oflag= is 0102 in OPENAT2 and 0x42 in MQ_OPEN. */
static bool
octal(const char *text, size_t length, int64_t *number)
{
	uint64_t n = 0;

	if (length > 2 && text[1] == 'x')
		return hexadecimal(text, length, number);

	if (length == 0 || length > 21)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '7')
			return false;
		n = n << 3 | (unsigned)(text[i] - '0');
	}
	*number = (int64_t)n;
	return true;
}

static bool
set_unset(struct value *value)
{
	return value_set_text(value, "unset", 5);
}

/* A number, or the text as it stands where it is none. */
void
value_from_text(enum name_type type, const char *text, size_t length, struct value *value)
{
	bool is_number = false;

	switch (type) {
	case NAME_USER:
	case NAME_GROUP:
		if (is_unset(text, length)) {
			set_unset(value);
			return;
		}
		/* FALLTHROUGH */
	case NAME_NUMBER:
	case NAME_FLAGS:
		is_number = text_signed(text, length, &value->number);
		break;
	case NAME_OCTAL:
		is_number = octal(text, length, &value->number);
		break;
	case NAME_HEX:
		is_number = hexadecimal(text, length, &value->number);
		break;
	default:
		break;
	}
	value->has_number = is_number;
	if (!is_number)
		value_set_text(value, text, length);
}

bool
value_is_nothing(const struct field *field)
{
	if (field->form != FIELD_BARE)
		return false;
	return (field->length == 6 && (memcmp(field->value, "(null)", 6) == 0 || memcmp(field->value, "(none)", 6) == 0)) ||
	    (field->length == 1 && field->value[0] == '?');
}

const struct view_field *
value_find(struct view *view, uint16_t type, const char *name, size_t *n)
{
	size_t length = strlen(name);
	const struct view_field *f;

	while ((f = view_find(view, type, name, length, n)) != NULL)
		if (!value_is_nothing(&f->field))
			return f;
	return NULL;
}

const struct view_field *
value_find_nth(struct view *view, const struct name *name, const char *field, size_t nth, size_t *n)
{
	size_t skip = nth;
	const struct view_field *f;

	*n = value_search(view, name, &skip);
	do
		f = value_find(view, name->line, field, n);
	while (f != NULL && skip-- > 0);
	if (f != NULL)
		value_found(view, name, nth, *n);
	return f;
}

/* The facts are the first line, if they are there: nothing more is parsed. */
bool
value_fact(struct view *view, const char *name, struct value *value)
{
	size_t length = strlen(name);
	const struct view_field *f;

	if (view->record->count == 0 || get_le16(view->record->lines) != TYPE_FACTS)
		return false;
	for (size_t n = 0; (n < view->count || view->line == 0) && (f = view_at(view, n)) != NULL; n++) {
		if (f->type != TYPE_FACTS || f->line != 0)
			return false;
		if (field_is(&f->field, name, length) && !value_is_nothing(&f->field)) {
			value->text = view_text(view, f, &value->length);
			return true;
		}
	}
	return false;
}

static bool
get_fact(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	return nth == 0 && value_fact(view, name->name, value);
}

/* As recorded at capture; else, of a log that came from several hosts, what stands before the record itself. */
static bool
get_host(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	static const char node[] = "node=";
	struct line line;
	size_t offset = 0;

	if (nth > 0)
		return false;
	if (value_fact(view, "host", value))
		return true;
	while (record_next_line(view->record, &offset, &line)) {
		const char *start = line.text + sizeof(node) - 1, *blank;

		if ((line.flags & LINE_WHOLE) == 0 || line.length < sizeof(node) || memcmp(line.text, node, sizeof(node) - 1) != 0)
			continue;
		blank = memchr(start, ' ', line.length - (sizeof(node) - 1));
		if (blank != NULL && blank > start)
			return value_set_text(value, start, (size_t)(blank - start));
	}
	return false;
}

/* The fact; else the service that systemd says it starts or stops. */
static bool
get_unit(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	return (nth == 0 && value_fact(view, "unit", value)) || get_field(name, view, nth, value);
}

static bool
get_event(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	return nth == 0 && value_set_text(value, view->record->event, strlen(view->record->event));
}

static bool
get_command(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	size_t length = strlen(view->record->command);

	return nth == 0 && length > 0 && value_set_text(value, view->record->command, length);
}

static bool
get_result(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const char *text = result_name(view->record->result);

	return nth == 0 && value_set_text(value, text, strlen(text)) && value_set_number(value, view->record->result);
}

/* The number, and the name that the capturing host had for it. */
static bool
set_user(struct view *view, const char *fact, uint32_t id, struct value *value)
{
	if (id == ID_UNSET)
		return set_unset(value);
	value_fact(view, fact, value);
	return value_set_number(value, id);
}

static bool
get_login(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	return nth == 0 && set_user(view, "login", view->record->login, value);
}

static bool
get_real(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	return nth == 0 && set_user(view, "real", view->record->real, value);
}

static bool
get_effective(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	return nth == 0 && set_user(view, "effective", view->record->effective, value);
}

static bool
get_session(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	if (nth > 0)
		return false;
	return view->record->session == ID_UNSET ? set_unset(value) : value_set_number(value, view->record->session);
}

static bool
get_pid(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	return nth == 0 && view->record->pid != 0 && value_set_number(value, view->record->pid);
}

static bool
get_ppid(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	return nth == 0 && record_has_parent(view->record) && value_set_number(value, view->record->ppid);
}

static bool
get_tid(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	return nth == 0 && view->record->tid != 0 && value_set_number(value, view->record->tid);
}

/* -1 is EPERM, or that there is none: only the lines tell. */
static bool
get_exit(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	size_t n = 0;

	if (nth > 0 || (view->record->exit == -1 && view_find(view, 0, "exit", 4, &n) == NULL))
		return false;
	return value_set_number(value, view->record->exit);
}

/* What a call that succeeded returned. */
static bool
get_returned(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	uint64_t number;

	return nth == 0 && view->record->result == RESULT_OK && call_argument(view, CALL_RETURN, &number) &&
	    value_set_number(value, (int64_t)number);
}

enum { ERRNO_MAX = 4095 }; /* the kernel's MAX_ERRNO */

static bool
get_errno(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	int64_t number = -view->record->exit;
	const char *text;

	if (view->record->result == RESULT_OK || number < 1 || number > ERRNO_MAX || !get_exit(name, view, nth, value))
		return false;
	text = arch_is_foreign(view->record->arch) ? NULL : errno_name(number);
	if (text != NULL)
		value_set_text(value, text, strlen(text));
	return value_set_number(value, number);
}

static bool
get_arch(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const char *text = arch_name(view->record->arch);

	if (nth > 0 || view->record->arch == 0)
		return false;
	if (text != NULL)
		value_set_text(value, text, strlen(text));
	return value_set_number(value, view->record->arch);
}

static bool
get_syscall(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const char *text = syscall_name(view->record->arch, view->record->syscall);

	if (nth > 0 || view->record->syscall == -1)
		return false;
	if (text != NULL)
		value_set_text(value, text, strlen(text));
	return value_set_number(value, view->record->syscall);
}

static bool
get_time(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	return nth == 0 && value_set_number(value, view->record->time);
}

static bool
get_serial(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	return nth == 0 && value_set_number(value, (int64_t)view->record->serial);
}

/* "yes" or "no": the call's; of a program's message, what its result says. */
static bool
get_success(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	size_t n = 0;
	const struct view_field *f;

	if (nth > 0)
		return false;
	f = view_find(view, 0, "success", 7, &n);
	if (f != NULL)
		return value_set_text(value, f->field.value, f->field.length);
	n = 0;
	f = view_find(view, 0, "res", 3, &n);
	n = 0;
	if (f == NULL && view_find(view, 0, "result", 6, &n) == NULL)
		return false;
	return view->record->result == RESULT_OK ? value_set_text(value, "yes", 3) : value_set_text(value, "no", 2);
}

static const char *
line_type_name(const struct line *line, size_t *length)
{
	static const char prefix[] = "type=";
	const char *name = rectype_name(line->type), *start, *end;

	if (name != NULL) {
		*length = strlen(name);
		return name;
	}
	/* A type that this build does not know: its line is kept whole. */
	start = memmem(line->text, line->length, prefix, sizeof(prefix) - 1);
	if ((line->flags & LINE_WHOLE) == 0 || start == NULL)
		return NULL;
	start += sizeof(prefix) - 1;
	end = memchr(start, ' ', line->length - (size_t)(start - line->text));
	if (end == NULL)
		return NULL;
	*length = (size_t)(end - start);
	return start;
}

static bool
get_type(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	struct line line;
	size_t skip = nth, offset = value_search(view, name, &skip);

	while (record_next_line(view->record, &offset, &line)) {
		if (line.type == TYPE_FACTS || skip-- > 0)
			continue;
		value_found(view, name, nth, offset);
		value->text = line_type_name(&line, &value->length);
		return value->text != NULL || value_set_number(value, line.type);
	}
	return false;
}

struct key_list {
	size_t count;
	struct {
		const char *text;
		size_t length;
	} keys[];
};

/* Keys are joined with 0x01 (AUDIT_KEY_SEPARATOR). Returns how many there are; with a list, adds them to it. */
static size_t
split_keys(const char *text, size_t length, struct key_list *list)
{
	const char *end = text + length, *separator;
	size_t count = 0;

	for (; text < end; text = separator + 1) {
		separator = memchr(text, 1, (size_t)(end - text));
		if (separator == NULL)
			separator = end;
		if (separator == text)
			continue;
		count++;
		if (list == NULL)
			continue;
		list->keys[list->count].text = text;
		list->keys[list->count++].length = (size_t)(separator - text);
	}
	return count;
}

static size_t
collect_keys(struct view *view, struct key_list *list)
{
	const struct view_field *f;
	size_t n = 0, count = 0;

	while ((f = value_find(view, 0, "key", &n)) != NULL) {
		size_t length;
		const char *text = view_text(view, f, &length);

		count += split_keys(text, length, list);
	}
	return count;
}

static const struct key_list *
key_list(struct view *view)
{
	size_t count;

	if (view->keys != NULL)
		return view->keys;
	count = collect_keys(view, NULL);
	view->keys = arena_alloc(&view->arena, sizeof(*view->keys) + count * sizeof(view->keys->keys[0]));
	view->keys->count = 0;
	if (count > 0)
		collect_keys(view, view->keys);
	return view->keys;
}

static bool
get_key(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct key_list *list = key_list(view);

	return nth < list->count && value_set_text(value, list->keys[nth].text, list->keys[nth].length);
}

/* The capabilities in force: those that an exec gave, or that capset() set. The kernel's names: old_pe= before, pe= after. */
static bool
effective_capabilities(struct view *view, uint64_t *mask)
{
	static const struct {
		uint16_t type;
		const char *field;
	} places[] = {
		{ TYPE_BPRM_FCAPS, "pe" },
		{ TYPE_BPRM_FCAPS, "new_pe" },
		{ TYPE_CAPSET, "cap_pe" },
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		size_t n = 0;
		const struct view_field *f = value_find(view, places[i].type, places[i].field, &n);

		if (f != NULL && text_hex(f->field.value, f->field.length, mask))
			return true;
	}
	return false;
}

static bool
get_capabilities(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	uint64_t mask;

	char *text;

	if (nth > 0 || !effective_capabilities(view, &mask))
		return false;
	text = arena_alloc(&view->arena, FLAGS_TEXT);
	value_set_text(value, text, flags_write(FLAGS_CAPABILITIES, mask, text, FLAGS_TEXT));
	return value_set_number(value, (int64_t)mask);
}

/* A capability that a security module speaks of, by its number. */
static bool
get_capability(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const char *text;

	if (!get_field(name, view, nth, value))
		return false;
	text = value->has_number ? capability_name(value->number) : NULL;
	return text == NULL || value_set_text(value, text, strlen(text));
}

/* For AIX's "%x:%x": the high half, and the low. */
static bool
get_privilege(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	uint64_t mask;

	return nth < 2 && effective_capabilities(view, &mask) &&
	    value_set_number(value, (int64_t)(nth == 0 ? mask >> 32 : mask & UINT32_MAX));
}

enum { FIELD_NAME_MAX = 32 };

/* What auditd resolved, log_format = ENRICHED: behind uid=0 in the same line UID="root". */
static bool
enriched_name(struct view *view, size_t n, const struct view_field *of, struct value *value)
{
	char upper[FIELD_NAME_MAX];
	size_t length = of->field.name_length;
	uint16_t line = of->line;
	const struct view_field *f;

	if (length > sizeof(upper))
		return false;
	for (size_t i = 0; i < length; i++)
		upper[i] = (char)toupper((unsigned char)of->field.name[i]);
	for (; (f = view_at(view, n)) != NULL && f->line == line; n++)
		if (f->field.enriched && field_is(&f->field, upper, length))
			return value_set_text(value, f->field.value, f->field.length);
	return false;
}

/* The fact that names the user of a field of the kernel's. */
static const char *
fact_of_field(const char *field)
{
	if (strcmp(field, "auid") == 0)
		return "login";
	if (strcmp(field, "uid") == 0)
		return "real";
	return strcmp(field, "euid") == 0 ? "effective" : NULL;
}

/* The facts are of the header's ids. */
static bool
is_header_id(const struct record *record, const char *fact, int64_t id)
{
	switch (fact[0]) {
	case 'l':
		return id == record->login;
	case 'r':
		return id == record->real;
	default:
		return id == record->effective;
	}
}

static void
add_user_name(const char *field, struct view *view, size_t n, const struct view_field *f, struct value *value)
{
	const char *fact = fact_of_field(field);

	if (fact != NULL && is_header_id(view->record, fact, value->number) && value_fact(view, fact, value))
		return;
	enriched_name(view, n, f, value);
}

bool
get_field(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const char *field = name->field != NULL ? name->field : name->name;
	const struct view_field *f;
	const char *text;
	size_t n, length;

	f = value_find_nth(view, name, field, nth, &n);
	if (f == NULL)
		return false;
	text = view_text(view, f, &length);
	value_from_text(name->type, text, length, value);
	if (value->has_number && (name->type == NAME_USER || name->type == NAME_GROUP)) {
		struct view_field copy = *f; /* view_at() may move the fields */

		add_user_name(field, view, n, &copy, value);
	}
	return true;
}

/* a0 to a3, which each call's line has once. Where it begins as the kernel writes it no more of it is read. */
static bool
get_logged(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	size_t offset = 0, skip = nth, length;
	struct line line;
	const char *text;

	do
		if (!record_next_line(view->record, &offset, &line))
			return false;
	while (line.type != TYPE_SYSCALL || skip-- > 0);
	text = line_body(&line, &length);
	if (!call_line_argument(text, length, (unsigned)(name->name[1] - '0'), &text, &length))
		return get_field(name, view, nth, value);
	value_from_text(name->type, text, length, value);
	return true;
}

/*
 * What some programs write as `op=adding user to group`, not quoted: the value goes on up to the next pair. The view keeps fields in
 * the order of the text, so the words that follow are the next ones.
 */
static bool
get_words(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct view_field *f, *word;
	size_t n;
	const char *text, *end;
	uint16_t line;

	f = value_find_nth(view, name, name->name, nth, &n);
	if (f == NULL)
		return false;
	if (f->field.form == FIELD_QUOTED) {
		text = view_text(view, f, &value->length);
		value_from_text(name->type, text, value->length, value);
		return true;
	}
	text = f->field.value;
	end = text + f->field.length;
	line = f->line;
	while ((word = view_at(view, n++)) != NULL && word->line == line && word->field.form == FIELD_WORD)
		end = word->field.value + word->field.length;
	value_from_text(name->type, text, (size_t)(end - text), value);
	return true;
}

/* The account that a program speaks of. useradd and sshd give only its number, for which auditd may have written a name. */
static bool
get_acct(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct view_field *f;
	struct view_field id;
	size_t n = 0;

	if (get_field(name, view, nth, value))
		return true;
	f = nth == 0 ? value_find(view, 0, "id", &n) : NULL;
	if (f == NULL || !f->field.nested)
		return false;
	id = *f; /* view_at() may move the fields */
	if (!enriched_name(view, n, &id, value))
		value_set_text(value, id.field.value, id.field.length);
	return true;
}

/* The first of these fields that the record has. */
static bool
first_of(struct view *view, const char *const *fields, struct value *value)
{
	for (; *fields != NULL; fields++) {
		size_t n = 0;
		const struct view_field *f = value_find(view, 0, *fields, &n);

		if (f != NULL) {
			value->text = view_text(view, f, &value->length);
			return true;
		}
	}
	return false;
}

/* The label of who did it: subj=, or what a security module calls it in its own line. */
static bool
get_subject(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	static const char *const fields[] = { "subj", "scontext", "profile", NULL };

	return nth == 0 && first_of(view, fields, value);
}

/* SELinux's word for it, in its own line or in that of a program that asks it: `avc:  denied  { read write } for`. */
static const char *
avc_text(struct view *view, size_t *length)
{
	struct line line;
	const char *text, *avc;

	if (!record_find_line(view->record, TYPE_AVC, &line) && !record_find_line(view->record, TYPE_USER_AVC, &line))
		return NULL;
	text = line_body(&line, length);
	avc = memmem(text, *length, "avc:", 4);
	*length -= avc != NULL ? (size_t)(avc + 4 - text) : 0;
	return avc != NULL ? avc + 4 : NULL;
}

static bool
words_in_braces(struct view *view, struct value *value)
{
	size_t length;
	const char *text = avc_text(view, &length);
	const char *open = text != NULL ? memmem(text, length, "{ ", 2) : NULL;
	const char *close = open != NULL ? memmem(open, length - (size_t)(open - text), " }", 2) : NULL;

	return close != NULL && close > open + 2 && value_set_text(value, open + 2, (size_t)(close - open - 2));
}

static bool
get_seperms(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	return nth == 0 && words_in_braces(view, value);
}

/* denied or granted */
static bool
get_seresult(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	size_t length, blanks = 0, end;
	const char *text = nth == 0 ? avc_text(view, &length) : NULL;

	if (text == NULL)
		return false;
	while (blanks < length && text[blanks] == ' ')
		blanks++;
	for (end = blanks; end < length && text[end] >= 'a' && text[end] <= 'z'; end++)
		continue;
	return end > blanks && value_set_text(value, text + blanks, end - blanks);
}

/* What a security module refused: Landlock's blockers=, AppArmor's denied_mask=, SELinux's permissions. */
static bool
get_denied(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	static const char *const fields[] = { "blockers", "denied_mask", NULL };

	return nth == 0 && (first_of(view, fields, value) || words_in_braces(view, value));
}

/* ses= and its like: a number, or unset. */
static bool
get_session_field(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	if (!get_field(name, view, nth, value))
		return false;
	if (value->has_number && value->number == ID_UNSET) {
		*value = (struct value){ 0 };
		set_unset(value);
	}
	return true;
}

/* clang-format off: one line each shows what differs */
#define HEADER(name, type, get)                       \
	{                                             \
		name, type, COST_HEADER, get, NULL, 0 \
	}
#define FACTS(name, type, get)                       \
	{                                            \
		name, type, COST_FACTS, get, NULL, 0 \
	}
#define LINES(name, type, get)                       \
	{                                            \
		name, type, COST_LINES, get, NULL, 0 \
	}
#define FIELD(name, type)                                  \
	{                                                  \
		name, type, COST_LINES, get_field, NULL, 0 \
	}
#define ARGUMENT(name)                                                     \
	{                                                                  \
		name, NAME_HEX, COST_LINES, get_logged, NULL, TYPE_SYSCALL \
	} /* EXECVE has fields of that name too */
/* clang-format on */

/*
 * Sorted by name (strcmp). The fields are those of the kernel's audit_log_format() calls and of libaudit's dictionary of fields,
 * as types are where they are known.
 */
static const struct name names[] = {
	ARGUMENT("a0"),
	ARGUMENT("a1"),
	ARGUMENT("a2"),
	ARGUMENT("a3"),
	FIELD("abs_timeout_nsec", NAME_NUMBER),
	FIELD("abs_timeout_sec", NAME_NUMBER),
	LINES("acct", NAME_TEXT, get_acct),
	FIELD("acl", NAME_TEXT),
	FIELD("action", NAME_TEXT),
	LINES("addr", NAME_ADDRESS, get_addr),
	FACTS("ancestry", NAME_TEXT, get_fact),
	FIELD("apid", NAME_NUMBER),
	FIELD("apparmor", NAME_TEXT),
	HEADER("arch", NAME_HEX, get_arch),
	LINES("arg0", NAME_NUMBER, get_argument),
	LINES("arg1", NAME_NUMBER, get_argument),
	LINES("arg2", NAME_NUMBER, get_argument),
	LINES("arg3", NAME_NUMBER, get_argument),
	FIELD("argc", NAME_NUMBER),
	LINES("arguments", NAME_TEXT, get_arguments),
	LINES("argv", NAME_TEXT, get_argv),
	FIELD("audit_backlog_limit", NAME_NUMBER),
	FIELD("audit_backlog_wait_sum", NAME_NUMBER),
	FIELD("audit_backlog_wait_time", NAME_NUMBER),
	FIELD("audit_enabled", NAME_NUMBER),
	FIELD("audit_failure", NAME_NUMBER),
	FIELD("audit_pid", NAME_NUMBER),
	FIELD("audit_rate_limit", NAME_NUMBER),
	FIELD("auid", NAME_USER),
	FIELD("banner", NAME_TEXT),
	FIELD("banners", NAME_TEXT),
	FIELD("blockers", NAME_TEXT),
	FIELD("bool", NAME_TEXT),
	FACTS("boot", NAME_TEXT, get_fact),
	FIELD("bus", NAME_TEXT),
	LINES("call", NAME_TEXT, get_call),
	FIELD("cap_fe", NAME_HEX),
	FIELD("cap_fi", NAME_HEX),
	FIELD("cap_fp", NAME_HEX),
	FIELD("cap_frootid", NAME_NUMBER),
	FIELD("cap_fver", NAME_NUMBER),
	FIELD("cap_pa", NAME_HEX),
	FIELD("cap_pe", NAME_HEX),
	FIELD("cap_pi", NAME_HEX),
	FIELD("cap_pp", NAME_HEX),
	LINES("capabilities", NAME_FLAGS, get_capabilities),
	LINES("capability", NAME_FLAGS, get_capability),
	FIELD("cause", NAME_TEXT),
	FIELD("cgroup", NAME_TEXT),
	FIELD("changed", NAME_TEXT),
	LINES("child", NAME_NUMBER, get_child),
	FIELD("cipher", NAME_TEXT),
	FIELD("cmd", NAME_TEXT),
	FIELD("code", NAME_TEXT),
	FIELD("comm", NAME_TEXT),
	HEADER("command", NAME_TEXT, get_command),
	FIELD("compat", NAME_TEXT),
	FACTS("container", NAME_TEXT, get_fact),
	FIELD("count", NAME_NUMBER),
	FIELD("cwd", NAME_TEXT),
	FIELD("daddr", NAME_ADDRESS),
	FIELD("data", NAME_TEXT),
	HEADER("date", NAME_TIME, get_time),
	FIELD("default-context", NAME_TEXT),
	FIELD("denials", NAME_NUMBER),
	LINES("denied", NAME_TEXT, get_denied),
	FIELD("denied_mask", NAME_TEXT),
	LINES("dev", NAME_TEXT, get_dev),
	FIELD("device", NAME_TEXT),
	LINES("dir", NAME_TEXT, get_dir),
	FIELD("direction", NAME_TEXT),
	FIELD("domain", NAME_TEXT),
	FIELD("dport", NAME_NUMBER),
	FIELD("dst", NAME_TEXT),
	HEADER("effective", NAME_USER, get_effective),
	FIELD("egid", NAME_GROUP),
	FIELD("enforcing", NAME_TEXT),
	FIELD("entries", NAME_TEXT),
	HEADER("errno", NAME_ERRNO, get_errno),
	FIELD("euid", NAME_USER),
	HEADER("event", NAME_TEXT, get_event),
	FIELD("exe", NAME_TEXT),
	HEADER("exit", NAME_NUMBER, get_exit),
	LINES("family", NAME_TEXT, get_family),
	FIELD("fan_info", NAME_HEX),
	FIELD("fan_type", NAME_TEXT),
	LINES("fd", NAME_NUMBER, get_fd),
	FIELD("fd0", NAME_NUMBER),
	FIELD("fd1", NAME_NUMBER),
	LINES("fd_to", NAME_NUMBER, get_fd_to),
	FIELD("fe", NAME_HEX),
	FIELD("fi", NAME_HEX),
	FIELD("file", NAME_TEXT),
	LINES("flags", NAME_FLAGS, get_flags),
	FIELD("format", NAME_TEXT),
	FIELD("fp", NAME_HEX),
	LINES("from", NAME_TEXT, get_from),
	FIELD("frootid", NAME_NUMBER),
	FIELD("fsgid", NAME_GROUP),
	FIELD("fsuid", NAME_USER),
	FIELD("fver", NAME_TEXT),
	FIELD("gid", NAME_GROUP),
	FIELD("gpg_res", NAME_TEXT),
	FIELD("grantors", NAME_TEXT),
	LINES("group", NAME_GROUP, get_group),
	FIELD("grp", NAME_TEXT),
	FIELD("hash", NAME_TEXT),
	FIELD("hook", NAME_TEXT),
	FACTS("host", NAME_TEXT, get_host),
	FIELD("hostname", NAME_TEXT),
	FIELD("icmp_type", NAME_NUMBER),
	FIELD("icmptype", NAME_TEXT),
	FIELD("id", NAME_NUMBER),
	FIELD("igid", NAME_GROUP),
	FIELD("image", NAME_TEXT),
	FIELD("img-ctx", NAME_TEXT),
	FIELD("info", NAME_TEXT),
	FIELD("inif", NAME_TEXT),
	LINES("ino", NAME_NUMBER, get_ino),
	FIELD("inode", NAME_NUMBER),
	FIELD("invalid_context", NAME_TEXT),
	FIELD("ip", NAME_HEX),
	{ "ipc-ogid", NAME_GROUP, COST_LINES, get_field, "ogid", TYPE_IPC },
	{ "ipc-ouid", NAME_USER, COST_LINES, get_field, "ouid", TYPE_IPC },
	FIELD("ipx-net", NAME_TEXT),
	FIELD("item", NAME_NUMBER),
	FIELD("items", NAME_NUMBER),
	FIELD("iuid", NAME_USER),
	FIELD("kernel", NAME_TEXT),
	FIELD("kex", NAME_TEXT),
	LINES("key", NAME_TEXT, get_key),
	FIELD("key_enforce", NAME_TEXT),
	LINES("key_serial", NAME_NUMBER, get_key_serial),
	FIELD("kind", NAME_TEXT),
	FIELD("ksize", NAME_TEXT),
	FIELD("label", NAME_TEXT),
	FIELD("laddr", NAME_ADDRESS),
	FIELD("len", NAME_NUMBER),
	FIELD("list", NAME_TEXT),
	HEADER("login", NAME_USER, get_login),
	FIELD("lport", NAME_NUMBER),
	FIELD("lsm", NAME_TEXT),
	FIELD("mac", NAME_TEXT),
	FIELD("major", NAME_NUMBER),
	FIELD("minor", NAME_NUMBER),
	FIELD("mnt", NAME_TEXT),
	LINES("mode", NAME_OCTAL, get_mode),
	FIELD("model", NAME_TEXT),
	FIELD("mq_curmsgs", NAME_NUMBER),
	FIELD("mq_flags", NAME_HEX),
	FIELD("mq_maxmsg", NAME_NUMBER),
	FIELD("mq_msgsize", NAME_NUMBER),
	FIELD("mqdes", NAME_NUMBER),
	FIELD("msg_len", NAME_NUMBER),
	FIELD("msg_prio", NAME_NUMBER),
	FIELD("name", NAME_TEXT),
	FIELD("nametype", NAME_TEXT),
	FIELD("net", NAME_TEXT),
	FIELD("new", NAME_TEXT),
	FIELD("new-chardev", NAME_TEXT),
	FIELD("new-context", NAME_TEXT),
	FIELD("new-disk", NAME_TEXT),
	FIELD("new-enabled", NAME_NUMBER),
	FIELD("new-fs", NAME_TEXT),
	FIELD("new-level", NAME_TEXT),
	FIELD("new-mem", NAME_NUMBER),
	FIELD("new-net", NAME_TEXT),
	FIELD("new-range", NAME_TEXT),
	FIELD("new-rng", NAME_TEXT),
	FIELD("new-role", NAME_TEXT),
	FIELD("new-seuser", NAME_TEXT),
	FIELD("new-vcpu", NAME_NUMBER),
	FIELD("new_gid", NAME_GROUP),
	FIELD("new_group", NAME_TEXT),
	FIELD("new_lock", NAME_TEXT),
	FIELD("new_pe", NAME_HEX),
	FIELD("new_pi", NAME_HEX),
	FIELD("new_pp", NAME_HEX),
	FIELD("nl-mcgrp", NAME_TEXT),
	FIELD("nsec", NAME_NUMBER),
	FIELD("oauid", NAME_USER),
	FIELD("obj", NAME_TEXT),
	FIELD("obj_trust", NAME_TEXT),
	FIELD("ocomm", NAME_TEXT),
	FIELD("oflag", NAME_OCTAL),
	FIELD("ogid", NAME_GROUP),
	FIELD("old", NAME_TEXT),
	FIELD("old-auid", NAME_USER),
	FIELD("old-chardev", NAME_TEXT),
	FIELD("old-context", NAME_TEXT),
	FIELD("old-disk", NAME_TEXT),
	FIELD("old-enabled", NAME_NUMBER),
	FIELD("old-fs", NAME_TEXT),
	FIELD("old-level", NAME_TEXT),
	FIELD("old-mem", NAME_NUMBER),
	FIELD("old-net", NAME_TEXT),
	FIELD("old-range", NAME_TEXT),
	FIELD("old-rng", NAME_TEXT),
	FIELD("old-role", NAME_TEXT),
	LINES("old-ses", NAME_NUMBER, get_session_field),
	FIELD("old-seuser", NAME_TEXT),
	FIELD("old-vcpu", NAME_NUMBER),
	FIELD("old_enforcing", NAME_TEXT),
	FIELD("old_lock", NAME_TEXT),
	FIELD("old_pa", NAME_HEX),
	FIELD("old_pe", NAME_HEX),
	FIELD("old_pi", NAME_HEX),
	FIELD("old_pp", NAME_HEX),
	FIELD("old_prom", NAME_NUMBER),
	LINES("op", NAME_TEXT, get_words),
	FIELD("operation", NAME_TEXT),
	FIELD("opid", NAME_NUMBER),
	LINES("origin", NAME_ADDRESS, get_origin),
	FACTS("origin_host", NAME_TEXT, get_fact),
	LINES("oses", NAME_NUMBER, get_session_field),
	FIELD("ouid", NAME_USER),
	FIELD("outif", NAME_TEXT),
	LINES("owner", NAME_USER, get_owner),
	FIELD("pa", NAME_HEX),
	LINES("path", NAME_TEXT, get_path),
	FIELD("pe", NAME_HEX),
	FIELD("per", NAME_HEX),
	LINES("perm", NAME_OCTAL, get_perm),
	FIELD("permissive", NAME_NUMBER),
	FIELD("pfs", NAME_TEXT),
	FIELD("pi", NAME_HEX),
	HEADER("pid", NAME_NUMBER, get_pid),
	LINES("port", NAME_NUMBER, get_port),
	FIELD("pp", NAME_HEX),
	HEADER("ppid", NAME_NUMBER, get_ppid),
	LINES("privilege", NAME_HEX, get_privilege),
	FIELD("proctitle", NAME_TEXT),
	FIELD("profile", NAME_TEXT),
	FIELD("prog-id", NAME_NUMBER),
	FIELD("prom", NAME_NUMBER),
	LINES("protection", NAME_FLAGS, get_protection),
	FIELD("proto", NAME_TEXT),
	FIELD("protocol", NAME_TEXT),
	FIELD("qbytes", NAME_HEX),
	FIELD("range", NAME_TEXT),
	LINES("rdev", NAME_TEXT, get_rdev),
	HEADER("real", NAME_USER, get_real),
	FIELD("reason", NAME_TEXT),
	LINES("request", NAME_FLAGS, get_request),
	FIELD("requested_mask", NAME_TEXT),
	FIELD("res", NAME_TEXT),
	FIELD("resolve", NAME_HEX),
	FIELD("resp", NAME_TEXT),
	FIELD("resrc", NAME_TEXT),
	HEADER("result", NAME_RESULT, get_result),
	LINES("returned", NAME_NUMBER, get_returned),
	FIELD("role", NAME_TEXT),
	FIELD("root_dir", NAME_TEXT),
	FIELD("rport", NAME_NUMBER),
	FIELD("saddr", NAME_TEXT),
	FIELD("saddr_fam", NAME_TEXT),
	FIELD("sauid", NAME_USER),
	FIELD("sauth", NAME_TEXT),
	FIELD("scontext", NAME_TEXT),
	FIELD("scope", NAME_TEXT),
	FIELD("sec", NAME_NUMBER),
	FIELD("selected-context", NAME_TEXT),
	FIELD("seperm", NAME_TEXT),
	LINES("seperms", NAME_TEXT, get_seperms),
	LINES("seresult", NAME_TEXT, get_seresult),
	HEADER("serial", NAME_NUMBER, get_serial),
	FACTS("service", NAME_TEXT, get_fact),
	LINES("ses", NAME_NUMBER, get_session_field),
	HEADER("session", NAME_NUMBER, get_session),
	FIELD("seuser", NAME_TEXT),
	FIELD("sgid", NAME_GROUP),
	FIELD("sig", NAME_NUMBER),
	FIELD("sigev_signo", NAME_NUMBER),
	LINES("signal", NAME_FLAGS, get_signal),
	LINES("size", NAME_NUMBER, get_size),
	LINES("socket", NAME_TEXT, get_socket),
	FIELD("spid", NAME_TEXT),
	FIELD("sport", NAME_NUMBER),
	FIELD("src", NAME_TEXT),
	FIELD("stage", NAME_TEXT),
	FIELD("state", NAME_TEXT),
	FIELD("status", NAME_TEXT),
	LINES("subj", NAME_TEXT, get_subject),
	FIELD("subj_trust", NAME_TEXT),
	LINES("success", NAME_TEXT, get_success),
	FIELD("suid", NAME_USER),
	FIELD("suser", NAME_TEXT),
	FIELD("sw", NAME_TEXT),
	FIELD("sw_type", NAME_TEXT),
	HEADER("syscall", NAME_CALL, get_syscall),
	FACTS("tag", NAME_TEXT, get_fact),
	FACTS("tail", NAME_TEXT, get_fact),
	LINES("target", NAME_NUMBER, get_target),
	FIELD("tclass", NAME_TEXT),
	FIELD("tcontext", NAME_TEXT),
	LINES("terminal", NAME_TEXT, get_terminal),
	FIELD("text", NAME_TEXT),
	HEADER("tid", NAME_NUMBER, get_tid),
	HEADER("time", NAME_TIME, get_time),
	LINES("to", NAME_TEXT, get_to),
	FIELD("ttl", NAME_NUMBER),
	FIELD("tty", NAME_TEXT),
	LINES("type", NAME_TEXT, get_type),
	FIELD("uid", NAME_USER),
	LINES("unit", NAME_TEXT, get_unit),
	FIELD("uring_op", NAME_NUMBER),
	FIELD("uuid", NAME_TEXT),
	FIELD("ver", NAME_TEXT),
	FIELD("virt", NAME_TEXT),
	FIELD("vm", NAME_TEXT),
	FIELD("vm-ctx", NAME_TEXT),
	FIELD("vm-pid", NAME_TEXT),
	FIELD("watch", NAME_TEXT),
	FIELD("xdevice", NAME_TEXT),
};

enum { NAMES = sizeof(names) / sizeof(names[0]) };

const struct name *
name_find(const char *text, size_t length)
{
	size_t low = 0, high = NAMES;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strncmp(text, names[middle].name, length);

		if (order == 0)
			order = names[middle].name[length] == '\0' ? 0 : -1;
		if (order == 0)
			return &names[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const char *
name_nearest(const char *text, size_t length)
{
	unsigned best = edit_distance_limit(length) + 1;
	const char *nearest = NULL;

	for (size_t i = 0; i < NAMES; i++) {
		unsigned distance = edit_distance(text, length, names[i].name, strlen(names[i].name));

		if (distance < best) {
			best = distance;
			nearest = names[i].name;
		}
	}
	return nearest;
}

const struct name *
name_at(size_t index)
{
	return index < NAMES ? &names[index] : NULL;
}
