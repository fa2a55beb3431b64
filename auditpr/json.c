/* SPDX-License-Identifier: BSD-2-Clause */
#include "json.h"

#include <string.h>

#include "rectype.h"
#include "syscalls.h"
#include "text.h"
#include "textjson.h"
#include "words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What the record's lines are: a word that only some lines can tell is not looked for where those are missing. */
enum kind {
	KIND_FACTS = 1,
	KIND_CALL = 2,
	KIND_EXECVE = 4,
	KIND_SOCKADDR = 8,
	KIND_CWD = 16,
	KIND_PATH = 32,
	KIND_USER = 64,
	KIND_WHOLE = 128, /* with a prefix of its own, perhaps node= */
	KIND_CAPABILITIES = 256,
	KIND_OTHER = 512,
};

/* Keys of the object that are names of the vocabulary. */
static const struct word {
	const char *key, *name;
	bool many;
	unsigned kinds;
	const char *number; /* the key of the number behind a text; NULL: none is written */
} words[] = {
	{ "Host", "host", false, KIND_FACTS | KIND_WHOLE, NULL },
	{ "Boot", "boot", false, KIND_FACTS, NULL },
	{ "Origin", "origin", false, KIND_FACTS | KIND_USER, NULL },
	{ "OriginHost", "origin_host", false, KIND_FACTS, NULL },
	{ "Terminal", "terminal", false, KIND_FACTS | KIND_CALL | KIND_USER | KIND_OTHER, NULL },
	{ "Service", "service", false, KIND_FACTS, NULL },
	{ "Tag", "tag", false, KIND_FACTS, NULL },
	{ "Ancestry", "ancestry", false, KIND_FACTS, NULL },
	{ "Container", "container", false, KIND_FACTS, NULL },
	{ "Unit", "unit", false, KIND_FACTS | KIND_USER, NULL },
	{ "Exe", "exe", false, KIND_CALL | KIND_USER | KIND_OTHER, NULL },
	{ "Cwd", "cwd", false, KIND_CWD | KIND_USER, NULL },
	{ "Key", "key", true, KIND_CALL | KIND_OTHER, NULL },
	{ "Path", "path", true, KIND_PATH | KIND_OTHER, NULL },
	{ "Argv", "argv", true, KIND_EXECVE, NULL },
	{ "Address", "addr", false, KIND_SOCKADDR | KIND_USER, NULL },
	{ "Port", "port", false, KIND_SOCKADDR, NULL },
	{ "Socket", "socket", false, KIND_SOCKADDR, NULL },
	{ "Family", "family", false, KIND_SOCKADDR | KIND_CALL, "FamilyNumber" },
	{ "Request", "request", false, KIND_CALL, "RequestNumber" },
	{ "CallFlags", "flags", false, KIND_CALL, "CallFlagsNumber" },
	{ "Protection", "protection", false, KIND_CALL, "ProtectionNumber" },
	{ "Mode", "mode", false, KIND_CALL, "ModeNumber" },
	{ "Signal", "signal", false, KIND_CALL | KIND_OTHER, "SignalNumber" },
	{ "Capability", "capability", false, KIND_OTHER, "CapabilityNumber" },
	{ "Capabilities", "capabilities", false, KIND_CAPABILITIES, "CapabilitiesNumber" },
};
_Static_assert(COUNT(words) <= JSON_WORDS, "struct json_printer has room for them");

void
json_init(struct json_printer *printer, struct out *out, struct names *names)
{
	memset(printer, 0, sizeof(*printer));
	printer->out = out;
	printer->names = names;
	clock_init(&printer->clock, CLOCK_ISO);
	json_lines_init(&printer->lines, out);
	out_init(&printer->scratch, -1, 4096);
	printer->scratch.hold = true;
	printer->container = name_find("container", strlen("container"));
	for (size_t i = 0; i < COUNT(words); i++)
		printer->words[i] = name_find(words[i].name, strlen(words[i].name));
}

void
json_clear(struct json_printer *printer)
{
	json_lines_clear(&printer->lines);
	out_clear(&printer->scratch);
}

/* `,"key":` with a key of ours, which needs no escaping. Inline, so that the length of a constant is one. */
static inline __attribute__((always_inline)) void
put_key(struct out *out, const char *key)
{
	size_t length = strlen(key);
	unsigned char *p = out_reserve(out, length + 4);

	p[0] = ',';
	p[1] = '"';
	memcpy(p + 2, key, length + 1);
	p[length + 2] = '"';
	p[length + 3] = ':';
	out_advance(out, length + 4);
}

/* A word of ours, which needs no escaping either. */
static inline __attribute__((always_inline)) void
put_word(struct out *out, const char *key, const char *word)
{
	put_key(out, key);
	json_word(out, word, strlen(word));
}

static void
put_number(struct out *out, uint64_t magnitude, bool negative)
{
	/* Beyond 2^53 a number is no more exact in most readers of JSON: a string then. */
	bool exact = magnitude <= (uint64_t)1 << 53;

	if (!exact)
		out_char(out, '"');
	if (negative)
		out_char(out, '-');
	out_unsigned(out, magnitude);
	if (!exact)
		out_char(out, '"');
}

static inline __attribute__((always_inline)) void
put_unsigned(struct out *out, const char *key, uint64_t number)
{
	put_key(out, key);
	put_number(out, number, false);
}

static inline __attribute__((always_inline)) void
put_signed(struct out *out, const char *key, int64_t number)
{
	put_key(out, key);
	put_number(out, number < 0 ? -(uint64_t)number : (uint64_t)number, number < 0);
}

/* An id that is missing or unset is null. */
static inline __attribute__((always_inline)) void
put_id(struct out *out, const char *key, uint32_t id, uint32_t missing)
{
	put_key(out, key);
	if (id != missing)
		put_number(out, id, false);
	else
		out_bytes(out, "null", 4);
}

/* "Login":"joe","LoginUID":1000; an unset id is "unset" and null. */
static inline __attribute__((always_inline)) void
put_user(struct json_printer *printer, const struct record *record, enum who who, const char *key, const char *id_key)
{
	size_t length;
	const char *text = names_user(printer->names, who, &length);

	put_key(printer->out, key);
	text_json(printer->out, text, length);
	put_id(printer->out, id_key, record_user(record, who), ID_UNSET);
}

static void
put_call(struct out *out, const struct record *record)
{
	const char *name = syscall_name(record->arch, record->syscall), *arch = arch_name(record->arch);
	bool failed = record->result != RESULT_OK;

	if (arch != NULL) {
		put_word(out, "Arch", arch);
	} else if (record->arch != 0) {
		put_key(out, "Arch");
		out_char(out, '"');
		out_hex(out, record->arch, 1);
		out_char(out, '"');
	}
	if (name != NULL)
		put_word(out, "Syscall", name);
	if (record->syscall != -1)
		put_signed(out, "SyscallNumber", record->syscall);
	/* -1 is EPERM if that is the result; else nothing was returned: a message, exit, exit_group. An io_uring operation has no call. */
	if (record->exit == -1 && record->result != RESULT_FAIL_PRIV)
		return;
	put_signed(out, "Exit", record->exit);
	name = failed && !arch_is_foreign(record->arch) ? errno_name(-record->exit) : NULL;
	if (name != NULL)
		put_word(out, "Errno", name);
}

static void
put_flags(struct out *out, uint8_t flags)
{
	static const struct {
		uint8_t flag;
		const char *name;
	} names[] = { { RECORD_PARTIAL, "partial" }, { RECORD_REPLAYED, "replayed" }, { RECORD_MADE, "made" } };
	const char *separator = "[\"";

	put_key(out, "Flags");
	for (size_t i = 0; i < COUNT(names); i++)
		if (flags & names[i].flag) {
			out_text(out, separator);
			out_text(out, names[i].name);
			separator = "\",\"";
		}
	out_text(out, separator[0] == '[' ? "[]" : "\"]");
}

static void
put_header(struct json_printer *printer, const struct record *record)
{
	struct out *out = printer->out;
	size_t length;
	const char *text;

	out_bytes(out, "{\"EventType\":", 13);
	text_json(out, record->event, strlen(record->event));
	text = clock_text(&printer->clock, record->time, &length);
	put_key(out, "EventTime");
	json_word(out, text, length);
	put_user(printer, record, WHO_LOGIN, "Login", "LoginUID");
	put_user(printer, record, WHO_REAL, "Real", "RealUID");
	put_user(printer, record, WHO_EFFECTIVE, "Effective", "EffectiveUID");
	put_word(out, "Status", result_name(record->result));
	put_key(out, "Command");
	text_json(out, record->command, strlen(record->command));
	put_id(out, "PID", record->pid, 0);
	put_id(out, "ParentPID", record->ppid, record_has_parent(record) ? ID_UNSET : 0);
	put_id(out, "Thread", record->tid, 0);
	put_id(out, "Session", record->session, ID_UNSET);
	put_unsigned(out, "Serial", record->serial);
	put_call(out, record);
	put_flags(out, record->flags);
}

/* One value of a word, typed: what has a text is a string. */
static void
put_value(struct out *out, const struct value *value)
{
	if (value->text != NULL)
		text_json(out, value->text, value->length);
	else if (value->has_number)
		out_signed(out, value->number);
	else
		out_bytes(out, "null", 4);
}

static void
put_value_of(struct out *out, struct view *view, const struct word *word, const struct name *name)
{
	struct value value;

	if (name == NULL || !name_value(name, view, 0, &value))
		return;
	put_key(out, word->key);
	if (!word->many) {
		put_value(out, &value);
		if (word->number != NULL && value.text != NULL && value.has_number)
			put_signed(out, word->number, value.number);
		return;
	}
	out_char(out, '[');
	for (size_t n = 1;; n++) {
		put_value(out, &value);
		if (!name_value(name, view, n, &value))
			break;
		out_char(out, ',');
	}
	out_char(out, ']');
}

/* Lines that come with a call and hold only numbers. Source: linux/audit.h */
enum {
	AUX_BPRM_FCAPS = 1321,
	AUX_CAPSET = 1322,
	AUX_MMAP = 1323,
	AUX_OPENAT2 = 1337,
};

/* By record type: what is not named here is KIND_OTHER. Those of 0 hold nothing that a word asks for. */
static unsigned
kind_of(const struct line *line)
{
	switch (line->type) {
	case TYPE_FACTS:
		return KIND_FACTS;
	case TYPE_SYSCALL:
	case TYPE_URINGOP:
		return KIND_CALL;
	case TYPE_EXECVE:
		return KIND_EXECVE;
	case TYPE_SOCKADDR:
		return KIND_SOCKADDR;
	case TYPE_CWD:
		return KIND_CWD;
	case TYPE_PATH:
		return KIND_PATH;
	case AUX_BPRM_FCAPS:
	case AUX_CAPSET:
		return KIND_CAPABILITIES;
	case TYPE_PROCTITLE:
	case TYPE_EOE:
	case AUX_MMAP:
	case AUX_OPENAT2:
		return 0;
	default:
		return line->type < TYPE_SYSCALL || line->type >= TYPE_USER2_FIRST ? KIND_USER | KIND_OTHER : KIND_OTHER;
	}
}

static void
put_words(struct json_printer *printer, struct view *view)
{
	unsigned kinds = 0;
	struct line line;
	size_t offset = 0;

	while (record_next_line(view->record, &offset, &line))
		kinds |= kind_of(&line) | (line.flags & LINE_WHOLE ? KIND_WHOLE : 0);
	for (size_t i = 0; i < COUNT(words); i++)
		if (words[i].kinds & kinds)
			put_value_of(printer->out, view, &words[i], printer->words[i]);
}

/* The workload partition: AIX's word for a container; the host itself is the global one. */
static void
put_partition(struct json_printer *printer, struct view *view)
{
	struct value value;

	put_key(printer->out, "WPARname");
	if (name_value(printer->container, view, 0, &value))
		text_json(printer->out, value.text, value.length);
	else
		out_bytes(printer->out, "\"Global\"", 8);
}

static void
put_tail(struct json_printer *printer, struct view *view)
{
	struct out *scratch = &printer->scratch;

	scratch->head = scratch->tail = 0;
	if (printer->formats == NULL || !formats_print(printer->formats, view, scratch))
		return;
	put_key(printer->out, "Verbose");
	text_json(printer->out, (const char *)scratch->data, out_waiting(scratch));
}

void
json_print(struct json_printer *printer, struct view *view)
{
	view_parse(view, SIZE_MAX); /* all of it is printed: whoever needs a part finds it there */
	put_header(printer, view->record);
	put_partition(printer, view);
	put_tail(printer, view);
	put_words(printer, view);
	put_key(printer->out, "Records");
	json_lines_print(&printer->lines, view);
	out_bytes(printer->out, "}\n", 2);
}
