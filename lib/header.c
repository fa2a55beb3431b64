/* SPDX-License-Identifier: BSD-2-Clause */
#include "header.h"

#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "callline.h"
#include "field.h"
#include "rectype.h"
#include "text.h"

/* What the lines say beyond the header's own fields, and is needed to judge them. */
struct findings {
	bool has_call;    /* a SYSCALL or URINGOP line, which EOE follows */
	bool has_success; /* success=, res= or result= was there */
	bool success;
	bool has_login, has_real, has_session; /* a line other than a call's told that id, or that it is not set */
	bool denied;                           /* a security module says it was its doing */
	bool found;                            /* a named object was found: a PATH line with an inode that is no parent directory */
	uint16_t told_by;                      /* the type of the first line that told of a call */
	uint16_t judged_type;                  /* the record type that success was taken from */
	bool pam;                              /* ... and it was PAM's doing */
};

/* A field's name of up to 8 bytes as a number, so that a switch finds it: one comparison instead of many. */
#define KEY(a, b, c, d, e, f, g, h)                                                                             \
	((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | (uint64_t)(e) << 32 | \
	    (uint64_t)(f) << 40 | (uint64_t)(g) << 48 | (uint64_t)(h) << 56)

/* So that what is known of a name is known where it is asked. */
#define ALWAYS_INLINE inline __attribute__((always_inline))

static uint64_t
key_of(const struct field *field)
{
	uint64_t key = 0;

	if (field->name_length <= 8)
		memcpy(&key, field->name, field->name_length);
	return le64toh(key);
}

static uint32_t
id_of(const struct field *field)
{
	uint64_t n;

	/* "unset", "-1" and 4294967295 are the same. */
	return text_unsigned(field->value, field->length, &n) && n <= UINT32_MAX ? (uint32_t)n : ID_UNSET;
}

static uint32_t
pid_of(const struct field *field)
{
	uint64_t n;

	return text_unsigned(field->value, field->length, &n) && n <= UINT32_MAX ? (uint32_t)n : 0;
}

static void
set_command(struct record *record, uint16_t type, const struct field *field)
{
	char buffer[RECORD_COMMAND];
	size_t length;
	const char *text = field_text(type, field, buffer, sizeof(buffer), &length);

	if (length > RECORD_COMMAND - 1)
		length = RECORD_COMMAND - 1;
	memset(record->command, 0, sizeof(record->command)); /* nothing of a longer one before it stays */
	memcpy(record->command, text, length);
}

/* A user message has no comm=, but exe=: the last part of the path. */
static void
set_command_from_exe(struct record *record, uint16_t type, struct field *field)
{
	char buffer[4096];
	size_t length;
	const char *text = field_text(type, field, buffer, sizeof(buffer), &length);
	const char *slash = memrchr(text, '/', length);

	field->form = FIELD_QUOTED; /* decoded: what is set is the text as it is */
	field->value = slash != NULL ? slash + 1 : text;
	field->length = length - (size_t)(field->value - text);
	set_command(record, type, field);
}

static bool
value_is(const struct field *field, const char *word)
{
	return field->length == strlen(word) && memcmp(field->value, word, field->length) == 0;
}

static void
judge(struct findings *findings, uint16_t type, bool success)
{
	findings->has_success = true;
	findings->success = success;
	findings->judged_type = type;
}

/* Where a call's line is read to. */
struct call {
	uint16_t type;
	struct record *record;
	struct findings *findings;
};

static ALWAYS_INLINE void
read_call_field(uint64_t key, const struct field *field, const struct call *call)
{
	struct record *record = call->record;
	struct findings *findings = call->findings;
	uint64_t n;
	int64_t number;

	switch (key) {
	case KEY('a', 'r', 'c', 'h', 0, 0, 0, 0):
		if (text_hex(field->value, field->length, &n))
			record->arch = (uint32_t)n;
		break;
	case KEY('s', 'y', 's', 'c', 'a', 'l', 'l', 0):
		if (text_signed(field->value, field->length, &number))
			record->syscall = (int32_t)number;
		break;
	case KEY('s', 'u', 'c', 'c', 'e', 's', 's', 0):
		/* sendto() and io_uring_enter() succeed though what they asked for failed, as a line before has told. */
		if (findings->told_by != TYPE_URINGOP && (!findings->has_success || findings->success))
			judge(findings, call->type, value_is(field, "yes"));
		break;
	case KEY('e', 'x', 'i', 't', 0, 0, 0, 0):
		if (findings->told_by != TYPE_URINGOP && text_signed(field->value, field->length, &number))
			record->exit = number;
		break;
	case KEY('p', 'p', 'i', 'd', 0, 0, 0, 0):
		record->ppid = pid_of(field);
		break;
	case KEY('p', 'i', 'd', 0, 0, 0, 0, 0):
		record->pid = pid_of(field);
		break;
	case KEY('a', 'u', 'i', 'd', 0, 0, 0, 0):
		record->login = id_of(field);
		break;
	case KEY('u', 'i', 'd', 0, 0, 0, 0, 0):
		record->real = id_of(field);
		break;
	case KEY('e', 'u', 'i', 'd', 0, 0, 0, 0):
		record->effective = id_of(field);
		break;
	case KEY('s', 'e', 's', 0, 0, 0, 0, 0):
		record->session = id_of(field);
		break;
	case KEY('c', 'o', 'm', 'm', 0, 0, 0, 0):
		set_command(record, call->type, field);
		break;
	}
}

static ALWAYS_INLINE bool
skip(struct call_line *line, uint64_t name)
{
	const char *value;
	size_t length;

	return call_line_take(line, name, &value, &length);
}

static ALWAYS_INLINE bool
take(struct call_line *line, uint64_t name, const struct call *call)
{
	const uint64_t key = name ^ (uint64_t)'=' << (56 - (__builtin_clzll(name) & ~7));
	const char *value;
	size_t length;

	if (!call_line_take(line, name, &value, &length))
		return false;
	read_call_field(key, &(struct field){ .form = FIELD_BARE, .value = value, .length = length }, call);
	return true;
}

/*
 * The fields before comm in the order of the kernel, audit_log_exit() and audit_log_task_info(), up to one that is not as usual: half of a
 * replay's time went into them. Returns what follows.
 */
static struct call_line
read_usual_fields(struct call_line line, const struct call *call)
{
#define TAKE(name) take(&line, CALL_FIELD(name "="), call)
#define SKIP(name) skip(&line, CALL_FIELD(name "="))
	(void)(TAKE("arch") && TAKE("syscall") && (!TAKE("success") || TAKE("exit")) && /* exit() has neither */
	    SKIP("a0") && SKIP("a1") && SKIP("a2") && SKIP("a3") && SKIP("items") && TAKE("ppid") && TAKE("pid") &&
	    TAKE("auid") && TAKE("uid") && SKIP("gid") && TAKE("euid") && SKIP("suid") && SKIP("fsuid") && SKIP("egid") &&
	    SKIP("sgid") && SKIP("fsgid") && SKIP("tty") && TAKE("ses"));
#undef TAKE
#undef SKIP
	return line;
}

/* comm, as the kernel writes it if all of it can be printed. */
static bool
take_command(struct call_line line, const struct call *call)
{
	static const char name[] = "comm=\"";
	struct field field = { .form = FIELD_QUOTED, .value = line.at + strlen(name) };
	const char *close;

	if (line.end - line.at < (ptrdiff_t)strlen(name) || memcmp(line.at, name, strlen(name)) != 0 ||
	    (close = memchr(field.value, '"', (size_t)(line.end - field.value))) == NULL)
		return false;
	field.length = (size_t)(close - field.value);
	set_command(call->record, call->type, &field);
	return true;
}

/* What is not as usual, up to comm: it comes behind all that is looked for. */
static void
read_unusual_fields(struct call_line line, const struct call *call)
{
	static const uint64_t last = KEY('c', 'o', 'm', 'm', 0, 0, 0, 0);
	struct fields fields;
	struct field field;
	uint64_t key = 0;

	fields_init(&fields, line.at, (size_t)(line.end - line.at));
	while (key != last && field_next(&fields, &field) && !field.enriched) {
		key = key_of(&field);
		read_call_field(key, &field, call);
	}
}

static void
read_call(const char *text, size_t length, uint16_t type, struct record *record, struct findings *findings)
{
	struct call call = { type, record, findings };
	struct call_line line = read_usual_fields(call_line_begin(text, length), &call);

	findings->has_call = true;
	if (!take_command(line, &call))
		read_unusual_fields(line, &call);
	if (findings->told_by == 0)
		findings->told_by = type;
}

/* "Success" is what programs of 2006 wrote, and "Authentication failure". */
static bool
means_success(const struct field *field)
{
	return value_is(field, "success") || value_is(field, "1") || value_is(field, "yes") || value_is(field, "Success");
}

/*
 * The first word counts, also where it is that the id is not set: before what a program says in its message, which may be anything, the
 * kernel tells who the program is.
 */
static void
tell_id(uint32_t *id, bool *told, const struct field *field)
{
	if (*id == ID_UNSET && !*told)
		*id = id_of(field);
	*told = true;
}

/* Any other line: a user message, LOGIN, CONFIG_CHANGE, SECCOMP, ... Only what no line before has told. */
static void
read_other_field(struct field *field, uint16_t type, struct record *record, struct findings *findings)
{
	switch (key_of(field)) {
	case KEY('p', 'i', 'd', 0, 0, 0, 0, 0):
		if (record->pid == 0)
			record->pid = pid_of(field);
		break;
	case KEY('n', 'e', 'w', ' ', 'a', 'u', 'i', 'd'):
	case KEY('a', 'u', 'i', 'd', 0, 0, 0, 0):
		tell_id(&record->login, &findings->has_login, field);
		break;
	case KEY('u', 'i', 'd', 0, 0, 0, 0, 0):
		tell_id(&record->real, &findings->has_real, field);
		break;
	case KEY('n', 'e', 'w', ' ', 's', 'e', 's', 0):
	case KEY('s', 'e', 's', 0, 0, 0, 0, 0):
		tell_id(&record->session, &findings->has_session, field);
		break;
	case KEY('r', 'e', 's', 0, 0, 0, 0, 0):
	case KEY('r', 'e', 's', 'u', 'l', 't', 0, 0):
		if (!findings->has_success)
			judge(findings, type, means_success(field));
		break;
	case KEY('a', 'r', 'c', 'h', 0, 0, 0, 0): {
		uint64_t n;

		if (type == TYPE_SECCOMP && text_hex(field->value, field->length, &n))
			record->arch = (uint32_t)n;
		break;
	}
	case KEY('s', 'y', 's', 'c', 'a', 'l', 'l', 0): {
		int64_t n;

		if (type == TYPE_SECCOMP && text_signed(field->value, field->length, &n))
			record->syscall = (int32_t)n;
		break;
	}
	case KEY('c', 'o', 'm', 'm', 0, 0, 0, 0):
		set_command(record, type, field);
		break;
	case KEY('e', 'x', 'e', 0, 0, 0, 0, 0):
		if (record->command[0] == '\0')
			set_command_from_exe(record, type, field);
		break;
	}
}

static void
read_other(const char *text, size_t length, uint16_t type, struct record *record, struct findings *findings)
{
	struct fields fields;
	struct field field;

	fields_init(&fields, text, length);
	while (field_next(&fields, &field) && !field.enriched)
		read_other_field(&field, type, record, findings);
}

static void
read_message(const char *text, size_t length, uint16_t type, struct record *record, struct findings *findings)
{
	read_other(text, length, type, record, findings);
	if (findings->has_success && !findings->success && findings->judged_type == type)
		findings->pam = memmem(text, length, "PAM:", 4) != NULL;
}

/* Only one failure asks what was found; the SYSCALL line, which tells the failure, stands before. */
static void
read_path(const char *text, size_t length, const struct record *record, struct findings *findings)
{
	if (record->exit == -EACCES && memmem(text, length, " inode=", 7) != NULL && memmem(text, length, "nametype=PARENT", 15) == NULL)
		findings->found = true;
}

/*
 * Such a line may also tell of what is allowed: by a rule that asks for it to be logged, in permissive mode, or AppArmor's loading of a
 * profile. Source: security/selinux/avc.c, security/apparmor/audit.c, security/smack/smack_access.c.
 */
static bool
tells_of_denial(const char *text, size_t length)
{
	const char *at = memmem(text, length, "avc:", 4), *end = text + length;
	struct field field;

	if (at != NULL) {
		for (at += 4; at < end && *at == ' '; at++)
			continue;
		return end - at > 6 && memcmp(at, "denied", 6) == 0 && memmem(at, (size_t)(end - at), " permissive=1", 13) == NULL;
	}
	if (field_find(text, length, "apparmor", &field))
		return value_is(&field, "DENIED") || value_is(&field, "KILLED") || value_is(&field, "ERROR");
	return field_find(text, length, "action", &field) && value_is(&field, "denied");
}

/* What a filter lets pass, perhaps after it was told of: all else is refused. Source: uapi/linux/seccomp.h. */
static bool
filter_refuses(const char *text, size_t length)
{
	enum {
		USER_NOTIF = 0x7fc0,
		TRACE = 0x7ff0,
		LOG = 0x7ffc,
		ALLOW = 0x7fff,
	};
	struct field field;
	uint64_t code;

	if (!field_find(text, length, "code", &field) || field.length < 3 || !text_hex(field.value + 2, field.length - 2, &code))
		return false;
	code >>= 16; /* SECCOMP_RET_ACTION_FULL; below it stands data */
	return code != USER_NOTIF && code != TRACE && code != LOG && code != ALLOW;
}

static bool
is_denial(uint16_t type, const char *text, size_t length)
{
	switch (type) {
	case TYPE_AVC:
	case TYPE_USER_AVC:
		return tells_of_denial(text, length);
	case TYPE_SECCOMP:
		return filter_refuses(text, length);
	case TYPE_SELINUX_ERR:
	case TYPE_LANDLOCK_ACCESS:
	case TYPE_APPARMOR_DENIED:
	case TYPE_APPARMOR_ERROR:
	case TYPE_APPARMOR_KILL:
		return true;
	default:
		return false;
	}
}

static void
read_line(const struct line *line, struct record *record, struct findings *findings)
{
	size_t length;
	const char *text;

	switch (line->type) {
	case TYPE_CWD:
	case TYPE_PROCTITLE:
	case TYPE_EXECVE:
	case TYPE_SOCKADDR:
	case TYPE_EOE:
		return;
	}
	text = line_body(line, &length);
	findings->denied |= is_denial(line->type, text, length);
	if (line->type == TYPE_PATH)
		read_path(text, length, record, findings);
	else if (line->type == TYPE_SYSCALL || line->type == TYPE_URINGOP)
		read_call(text, length, line->type, record, findings);
	else
		read_message(text, length, line->type, record, findings);
}

/* useradd and its like use two of PAM's types for what they change: `op=adding user`. */
static bool
is_authentication(const struct findings *findings)
{
	switch (findings->judged_type) {
	case TYPE_USER_AUTH:
	case TYPE_USER_LOGIN:
	case TYPE_GRP_AUTH:
		return true;
	case TYPE_USER_ACCT:
	case TYPE_USER_CHAUTHTOK:
		return findings->pam;
	default:
		return false;
	}
}

static uint32_t
result_of(const struct record *record, const struct findings *findings)
{
	if (!findings->has_success && findings->denied && !findings->has_call)
		return RESULT_FAIL_ACCESS;
	if (!findings->has_success || findings->success)
		return RESULT_OK;
	if (is_authentication(findings))
		return RESULT_FAIL_AUTH;
	if (!findings->has_call)
		return RESULT_FAIL; /* no exit status to judge by */
	if (record->exit == -EPERM)
		return RESULT_FAIL_PRIV;
	if (record->exit == -EACCES)
		return findings->found && !findings->denied ? RESULT_FAIL_DAC : RESULT_FAIL_ACCESS;
	return RESULT_FAIL;
}

void
header_describe(const struct event *event, struct record *record)
{
	struct findings findings = { 0 };
	struct line line;
	size_t offset = 0;

	*record = (struct record){
		.lines = event->lines,
		.size = event->size,
		.count = event->count,
		.time = event->time,
		.serial = event->serial,
		.login = ID_UNSET,
		.real = ID_UNSET,
		.effective = ID_UNSET,
		.session = ID_UNSET,
		.exit = -1,
		.syscall = -1,
	};
	while (record_next_line(record, &offset, &line))
		read_line(&line, record, &findings);
	record->tid = record->pid; /* the kernel's audit names the process, not the thread */
	record->result = result_of(record, &findings);
	if (findings.has_call && !event->ended)
		record->flags |= RECORD_PARTIAL;
}
