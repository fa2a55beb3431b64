/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

#include <inttypes.h>
#include <linux/audit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mem.h"
#include "record.h"
#include "rectype.h"
#include "strmap.h"
#include "syscalls.h"
#include "text.h"

enum {
	ARCHES = 2,        /* this machine's, and that of its 32-bit programs */
	EXCLUDED_MAX = 40, /* users that one rule excludes one by one; more do not fit with the other fields */
	RANGES_MAX = 2,    /* of uids of one set */
};

/* How a call must end for a rule to take it: the bits are those of class members' + and -. */
enum outcome {
	SUCCESS = 1,
	FAILURE = 2,
	BOTH = SUCCESS | FAILURE,
	OUTCOMES,
};

struct rules {
	struct arena arena;
	struct rule *items;
	size_t count, capacity;
};

/* A call of one architecture that can be seen as the event. */
struct source {
	const char *event;
	unsigned arch; /* in compiler.arches */
	uint32_t number;
};

struct compiler {
	const struct rules_input *input;
	struct rules *rules;
	struct err *error;
	struct arena arena;
	uint32_t arches[ARCHES];
	unsigned arch_count;
	struct source *sources;
	size_t source_count, source_capacity;
	uint32_t *listed; /* everybody who is not in the default, sorted */
	size_t listed_count, listed_capacity;
};

struct range {
	uint32_t low, high;
};

/* The fields that say whose calls a rule takes. */
struct who {
	struct rule_field fields[EXCLUDED_MAX + 2];
	size_t count;
};

/* ---- rules */

static void
add_field(struct rule *rule, uint32_t field, uint32_t op, uint32_t value)
{
	rule->fields[rule->count++] = (struct rule_field){ .field = field, .op = op, .value = value };
}

static void
add_text(struct compiler *compiler, struct rule *rule, uint32_t field, const char *text)
{
	size_t length = strlen(text);

	add_field(rule, field, AUDIT_EQUAL, (uint32_t)length);
	rule->fields[rule->count - 1].text = arena_string(&compiler->rules->arena, text, length);
}

static void
add_all_calls(uint32_t mask[RULE_WORDS])
{
	memset(mask, 0xff, RULE_WORDS * sizeof(mask[0]));
}

bool
rule_is_all(const uint32_t mask[RULE_WORDS])
{
	for (size_t i = 0; i < RULE_CALLS / 32; i++)
		if (mask[i] != UINT32_MAX)
			return false;
	return true;
}

static bool
is_empty(const uint32_t mask[RULE_WORDS])
{
	for (size_t i = 0; i < RULE_WORDS; i++)
		if (mask[i] != 0)
			return false;
	return true;
}

const char *
rule_text(const struct rule *rule, uint32_t field)
{
	for (size_t i = 0; i < rule->count; i++)
		if (rule->fields[i].field == field)
			return rule->fields[i].text;
	return NULL;
}

/* Valid until the next one is added. */
static struct rule *
add_rule(struct compiler *compiler, uint32_t list, uint32_t action, const char *origin)
{
	struct rules *rules = compiler->rules;
	struct rule *rule;

	rules->items = mem_grow(rules->items, &rules->capacity, rules->count + 1, sizeof(*rules->items));
	rule = &rules->items[rules->count++];
	memset(rule, 0, sizeof(*rule));
	rule->list = list;
	rule->action = action;
	rule->origin = origin;
	return rule;
}

/* "PATH:LINE: WHAT", made safe to print. */
static const char *
origin_of(struct compiler *compiler, const char *path, unsigned line, const char *what)
{
	struct out out;
	const char *text;

	out_init(&out, -1, 256);
	out.hold = true;
	text_escape(&out, path, strlen(path), ESCAPE_TEXT);
	if (line != 0) {
		out_char(&out, ':');
		out_unsigned(&out, line);
	}
	out_text(&out, ": ");
	text_escape(&out, what, strlen(what), ESCAPE_TEXT);
	text = arena_string(&compiler->rules->arena, (const char *)out.data + out.head, out_waiting(&out));
	out_clear(&out);
	return text;
}

/* ---- the events' system calls */

static void
add_source(struct compiler *compiler, const char *event, unsigned arch, uint32_t number)
{
	compiler->sources = mem_grow(compiler->sources, &compiler->source_capacity, compiler->source_count + 1,
	    sizeof(*compiler->sources));
	compiler->sources[compiler->source_count++] = (struct source){ event, arch, number };
}

/* SYS_openat, and as far as a call has no name here SYS_257: such events need no stanza of eventmap. */
static void
add_made_sources(struct compiler *compiler, unsigned arch)
{
	for (int32_t number = 0; number < SYSCALL_MAX; number++) {
		const char *name = syscall_name(compiler->arches[arch], number);
		char event[64];
		int length;

		length = name != NULL ? snprintf(event, sizeof(event), "SYS_%s", name) : snprintf(event, sizeof(event), "SYS_%d", (int)number);
		add_source(compiler, arena_string(&compiler->arena, event, (size_t)length), arch, (uint32_t)number);
	}
}

/* A call that only another architecture has is left out here. */
static void
add_mapped_sources(struct compiler *compiler, unsigned arch)
{
	const struct catalogue_source *source;
	struct strmap numbers = { 0 };

	for (int32_t number = 0; number < SYSCALL_MAX; number++) {
		const char *name = syscall_name(compiler->arches[arch], number);

		if (name != NULL)
			*strmap_add(&numbers, name, NULL) = (uint32_t)number;
	}
	for (size_t i = 0; (source = catalogue_source(compiler->input->catalogue, i)) != NULL; i++) {
		const uint32_t *number = source->call == NULL ? NULL : strmap_find(&numbers, source->call);

		if (number != NULL)
			add_source(compiler, source->event, arch, *number);
	}
	strmap_clear(&numbers);
}

static unsigned
outcome_of_event(const struct event_set *set, const char *event)
{
	return (event_set_has(set, event, true) ? SUCCESS : 0u) | (event_set_has(set, event, false) ? FAILURE : 0u);
}

/* No event has this name: only the class ALL holds it. */
static unsigned
outcome_of_all(const struct event_set *set)
{
	return outcome_of_event(set, "");
}

/* Such a call's SYSCALL line has no success=, and no rule that asks for one takes it. For auditstream it has succeeded. */
static bool
never_returns(const char *call)
{
	return call != NULL && (strcmp(call, "exit") == 0 || strcmp(call, "exit_group") == 0);
}

/* The calls of the set's events, by how they must end. */
static void
make_masks(const struct compiler *compiler, const struct event_set *set, unsigned arch, uint32_t masks[OUTCOMES][RULE_WORDS])
{
	unsigned all = outcome_of_all(set);
	unsigned wanted[SYSCALL_MAX] = { 0 };

	memset(masks, 0, OUTCOMES * sizeof(masks[0]));
	if (all != 0)
		add_all_calls(masks[all]);
	for (size_t i = 0; i < compiler->source_count; i++)
		if (compiler->sources[i].arch == arch)
			wanted[compiler->sources[i].number] |= outcome_of_event(set, compiler->sources[i].event);
	for (uint32_t number = 0; number < SYSCALL_MAX; number++) {
		unsigned outcome = wanted[number] | all;

		if (never_returns(syscall_name(compiler->arches[arch], (int32_t)number)))
			outcome = outcome & SUCCESS ? BOTH : 0;
		if (outcome != 0 && outcome != all)
			rule_add_call(masks[outcome], number);
	}
}

/* ---- the users */

static void
who_add(struct who *who, uint32_t field, uint32_t op, uint32_t value)
{
	who->fields[who->count++] = (struct rule_field){ .field = field, .op = op, .value = value };
}

/*
 * The kernel has no "one of": a set is the range from its least to its greatest uid, and what is between them and not in the set is
 * left to user space. It is cut in two at the widest gap: root and a few people would else be everybody.
 */
static size_t
make_ranges(const uint32_t *uids, size_t count, struct range ranges[RANGES_MAX])
{
	size_t cut = 0;

	for (size_t i = 1; i < count; i++)
		if (uids[i] - uids[i - 1] > (cut == 0 ? 1 : uids[cut] - uids[cut - 1]))
			cut = i;
	if (cut == 0) {
		ranges[0] = (struct range){ uids[0], uids[count - 1] };
		return 1;
	}
	ranges[0] = (struct range){ uids[0], uids[cut - 1] };
	ranges[1] = (struct range){ uids[cut], uids[count - 1] };
	return 2;
}

static void
who_in_range(struct who *who, uint32_t field, const struct range *range)
{
	if (range->low == range->high) {
		who_add(who, field, AUDIT_EQUAL, range->low);
		return;
	}
	who_add(who, field, AUDIT_GREATER_THAN_OR_EQUAL, range->low);
	who_add(who, field, AUDIT_LESS_THAN_OR_EQUAL, range->high);
}

static void
who_is_not_listed(const struct compiler *compiler, struct who *who, uint32_t field)
{
	for (size_t i = 0; i < compiler->listed_count; i++)
		who_add(who, field, AUDIT_NOT_EQUAL, compiler->listed[i]);
}

static int
compare_uids(const void *a, const void *b)
{
	uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;

	return (first > second) - (first < second);
}

static void
list_users(struct compiler *compiler)
{
	const struct subject_set *set;

	for (size_t i = 0; (set = subjects_at(compiler->input->subjects, i)) != NULL; i++)
		for (size_t k = 0; !set->is_default && k < set->count; k++) {
			compiler->listed = mem_grow(compiler->listed, &compiler->listed_capacity,
			    compiler->listed_count + 1, sizeof(*compiler->listed));
			compiler->listed[compiler->listed_count++] = set->uids[k];
		}
	if (compiler->listed_count > 0)
		qsort(compiler->listed, compiler->listed_count, sizeof(*compiler->listed), compare_uids);
}

/* The first of the set's users, who stands on its line of the config, and what is audited for all of them. */
static const char *
set_origin(struct compiler *compiler, const struct subject_set *set)
{
	const struct config *config = compiler->input->config;
	const struct config_user *user;
	char more[64] = "", *text;
	const char *origin;

	for (size_t i = 0; (user = config_user(config, i)) != NULL && user->line != set->line; i++)
		;
	if (user == NULL)
		return origin_of(compiler, config_path(config), 0, "users");
	if (!set->is_default && set->count > 1)
		snprintf(more, sizeof(more), " (%zu users)", set->count);
	if (asprintf(&text, "%s%s: %s", user->name, more, user->classes) == -1)
		abort();
	origin = origin_of(compiler, config_path(config), set->line, text);
	free(text);
	return origin;
}

static void
add_call_rule(struct compiler *compiler, const struct who *who, unsigned arch, unsigned outcome,
    const uint32_t mask[RULE_WORDS], const char *origin)
{
	struct rule *rule = add_rule(compiler, AUDIT_FILTER_EXIT, AUDIT_ALWAYS, origin);

	memcpy(rule->mask, mask, sizeof(rule->mask));
	add_field(rule, AUDIT_ARCH, AUDIT_EQUAL, compiler->arches[arch]);
	memcpy(rule->fields + rule->count, who->fields, who->count * sizeof(who->fields[0]));
	rule->count += who->count;
	if (outcome != BOTH)
		add_field(rule, AUDIT_SUCCESS, AUDIT_EQUAL, outcome == SUCCESS);
	add_text(compiler, rule, AUDIT_FILTERKEY, RULES_USERS_KEY);
}

/* What the rules for one set are made of. */
struct set_rules {
	uint32_t masks[ARCHES][OUTCOMES][RULE_WORDS];
	const char *origin;
};

static void
add_call_rules(struct compiler *compiler, const struct set_rules *set, const struct who *who)
{
	for (unsigned arch = 0; arch < compiler->arch_count; arch++)
		for (unsigned outcome = BOTH; outcome > 0; outcome--)
			if (!is_empty(set->masks[arch][outcome]))
				add_call_rule(compiler, who, arch, outcome, set->masks[arch][outcome], set->origin);
}

/* By the login uid; and by the real one where there is no login uid, as daemons have it. */
static void
add_range(struct compiler *compiler, const struct set_rules *rules, const struct range *range)
{
	struct who person = { .count = 0 }, daemon = { .count = 0 };

	who_in_range(&person, AUDIT_LOGINUID, range);
	add_call_rules(compiler, rules, &person);
	who_add(&daemon, AUDIT_LOGINUID, AUDIT_EQUAL, ID_UNSET);
	who_in_range(&daemon, AUDIT_UID, range);
	add_call_rules(compiler, rules, &daemon);
}

/* Where nobody is left out, both are everybody: one rule without any user. */
static void
add_default(struct compiler *compiler, const struct set_rules *rules)
{
	struct who person = { .count = 0 }, daemon = { .count = 0 };

	if (compiler->listed_count == 0 || compiler->listed_count > EXCLUDED_MAX) {
		add_call_rules(compiler, rules, &person);
		return;
	}
	who_add(&person, AUDIT_LOGINUID, AUDIT_NOT_EQUAL, ID_UNSET);
	who_is_not_listed(compiler, &person, AUDIT_LOGINUID);
	add_call_rules(compiler, rules, &person);
	who_add(&daemon, AUDIT_LOGINUID, AUDIT_EQUAL, ID_UNSET);
	who_is_not_listed(compiler, &daemon, AUDIT_UID);
	add_call_rules(compiler, rules, &daemon);
}

static void
add_set(struct compiler *compiler, const struct subject_set *set)
{
	struct set_rules rules;
	struct range ranges[RANGES_MAX] = { { 0, 0 } };
	size_t count = set->is_default ? 0 : make_ranges(set->uids, set->count, ranges);

	rules.origin = set_origin(compiler, set);
	for (unsigned arch = 0; arch < compiler->arch_count; arch++)
		make_masks(compiler, set->events, arch, rules.masks[arch]);
	if (set->is_default)
		add_default(compiler, &rules);
	for (size_t i = 0; i < count; i++)
		add_range(compiler, &rules, &ranges[i]);
}

static void
add_sets(struct compiler *compiler)
{
	const struct subject_set *set;

	list_users(compiler);
	for (size_t i = 0; (set = subjects_at(compiler->input->subjects, i)) != NULL; i++)
		if (set->events != NULL && (set->is_default || set->count > 0))
			add_set(compiler, set);
}

/* ---- the objects */

static bool
is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static uint32_t
permissions_of(const struct object *object)
{
	static const uint32_t bits[OBJECT_MODES] = {
		[OBJECT_READ] = AUDIT_PERM_READ,
		[OBJECT_WRITE] = AUDIT_PERM_WRITE,
		[OBJECT_EXECUTE] = AUDIT_PERM_EXEC,
	};
	uint32_t permissions = 0;

	for (int mode = 0; mode < OBJECT_MODES; mode++)
		if (object->events[mode] != NULL)
			permissions |= bits[mode];
	return permissions;
}

/* The directory that must exist for the kernel to take the rule: of a glob, the longest part without a pattern. */
static const char *
directory_of(struct compiler *compiler, const struct object *object)
{
	size_t length = strlen(object->path);

	if (object->kind == OBJECT_DIRECTORY)
		return object->path;
	if (object->kind == OBJECT_GLOB)
		length = strcspn(object->path, "*?[\\");
	while (length > 1 && object->path[length - 1] != '/')
		length--;
	return arena_string(&compiler->arena, object->path, length > 1 ? length - 1 : 1);
}

/* The kernel would refuse the rule. 0: it is left out. */
static int
miss_directory(struct compiler *compiler, const struct object *object, const char *directory)
{
	struct shown shown, missing;
	bool skip = config_settings(compiler->input->config)->ignorenonexistentity;
	struct err text;

	err_set(&text, "%s:%u: object `%s`: no such directory: %s%s", compiler->input->objects_path, object->line,
	    err_show(&shown, object->path, strlen(object->path)), err_show(&missing, directory, strlen(directory)),
	    skip ? ": skipped; when it is there, audit start -r" : "");
	if (!skip)
		return err_set(compiler->error, "%s", text.text);
	if (compiler->input->warn != NULL)
		compiler->input->warn(text.text);
	return 0;
}

/* A file may be made later; that it is not there may also be a mistake, such as another system's path. */
static const char *
object_origin(struct compiler *compiler, const struct object *object)
{
	const char *origin = origin_of(compiler, compiler->input->objects_path, object->line, object->path);
	static const char yet[] = ": no such file yet";
	char *text;

	if (!object->missing)
		return origin;
	text = arena_alloc(&compiler->rules->arena, strlen(origin) + sizeof(yet));
	return strcat(strcpy(text, origin), yet);
}

static int
add_object(struct compiler *compiler, const struct object *object)
{
	uint32_t permissions = permissions_of(object);
	const char *directory = directory_of(compiler, object);
	bool is_file = object->kind == OBJECT_FILE && strcmp(object->path, "/") != 0;
	bool (*exists)(const char *) = compiler->input->is_directory != NULL ? compiler->input->is_directory : is_directory;
	struct rule *rule;
	char key[64];

	if (permissions == 0)
		return 0;
	if (!exists(directory))
		return miss_directory(compiler, object, directory);
	rule = add_rule(compiler, AUDIT_FILTER_EXIT, AUDIT_ALWAYS, object_origin(compiler, object));
	add_all_calls(rule->mask);
	add_text(compiler, rule, is_file ? AUDIT_WATCH : AUDIT_DIR, is_file ? object->path : directory);
	add_field(rule, AUDIT_PERM, AUDIT_EQUAL, permissions);
	snprintf(key, sizeof(key), RULES_OBJECT_KEY "%016" PRIx64, object->id);
	add_text(compiler, rule, AUDIT_FILTERKEY, key);
	return 0;
}

static int
add_objects(struct compiler *compiler)
{
	const struct object *object;

	if (compiler->input->objects == NULL)
		return 0;
	for (size_t i = 0; (object = objects_at(compiler->input->objects, i)) != NULL; i++)
		if (add_object(compiler, object) == -1)
			return -1;
	return 0;
}

/* ---- what is not to be recorded */

static void
add_exempt(struct compiler *compiler)
{
	struct rule *rule;

	if (compiler->input->exempt == ID_UNSET)
		return;
	rule = add_rule(compiler, AUDIT_FILTER_EXIT, AUDIT_NEVER, "audit start: the session of the stream commands");
	rule->first = true;
	add_all_calls(rule->mask);
	add_field(rule, AUDIT_SESSIONID, AUDIT_EQUAL, compiler->input->exempt);
	add_text(compiler, rule, AUDIT_FILTERKEY, RULES_EXEMPT_KEY);
}

static bool
is_selected(const struct compiler *compiler, const char *event)
{
	const struct subject_set *set;

	for (size_t i = 0; (set = subjects_at(compiler->input->subjects, i)) != NULL; i++)
		if (set->events != NULL && outcome_of_event(set->events, event) != 0)
			return true;
	return false;
}

static bool
is_type_selected(const struct compiler *compiler, uint16_t type)
{
	const struct catalogue_source *source;
	char event[64];

	for (size_t i = 0; (source = catalogue_source(compiler->input->catalogue, i)) != NULL; i++)
		if (source->type == type && is_selected(compiler, source->event))
			return true;
	snprintf(event, sizeof(event), "KERN_%s", rectype_name(type));
	return is_selected(compiler, event);
}

/* Has an event of the map this field in its tail? */
static bool
is_in_a_tail(const struct compiler *compiler, const char *field)
{
	const char *event;

	for (size_t i = 0; (event = catalogue_at(compiler->input->catalogue, i)) != NULL; i++) {
		size_t count;
		const struct name *const *tail = catalogue_tail(compiler->input->catalogue, event, &count);

		for (size_t k = 0; k < count; k++)
			if (strcmp(tail[k]->name, field) == 0)
				return true;
	}
	return false;
}

static void
add_exclusion(struct compiler *compiler, uint16_t type)
{
	char what[128];
	struct rule *rule;

	snprintf(what, sizeof(what), "records = needed: no selected event uses %s", rectype_name(type));
	rule = add_rule(compiler, AUDIT_FILTER_EXCLUDE, AUDIT_ALWAYS,
	    origin_of(compiler, config_path(compiler->input->config), 0, what));
	add_all_calls(rule->mask);
	add_field(rule, AUDIT_MSGTYPE, AUDIT_EQUAL, type);
	add_text(compiler, rule, AUDIT_FILTERKEY, RULES_RECORDS_KEY);
}

/*
 * With `records = needed`. PROCTITLE comes with every system call and is cut, stale, and told better by EXECVE. The others always
 * are events of their own: a type that comes with a call names that call's event, so without it another event would be seen.
 * Logins and sessions stay, whoever selects them: the origin of every later record comes from them.
 */
static void
add_exclusions(struct compiler *compiler)
{
	static const uint16_t alone[] = { AUDIT_SECCOMP, AUDIT_NETFILTER_PKT };
	static const char *const messages[] = { "SERVICE_START", "SERVICE_STOP", "CRED_ACQ", "CRED_REFR", "CRED_DISP" };

	if (config_settings(compiler->input->config)->records != RECORDS_NEEDED)
		return;
	if (!is_in_a_tail(compiler, "proctitle"))
		add_exclusion(compiler, TYPE_PROCTITLE);
	for (size_t i = 0; i < sizeof(alone) / sizeof(alone[0]); i++)
		if (!is_type_selected(compiler, alone[i]))
			add_exclusion(compiler, alone[i]);
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		uint16_t type = rectype_number(messages[i], strlen(messages[i]));

		if (!is_type_selected(compiler, type))
			add_exclusion(compiler, type);
	}
}

/* ---- all of it */

uint32_t
rules_native_arch(void)
{
#if defined(__x86_64__)
	return AUDIT_ARCH_X86_64;
#elif defined(__i386__)
	return AUDIT_ARCH_I386;
#elif defined(__aarch64__)
	return AUDIT_ARCH_AARCH64;
#elif defined(__arm__)
	return AUDIT_ARCH_ARM;
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
	return AUDIT_ARCH_PPC64LE;
#elif defined(__powerpc64__)
	return AUDIT_ARCH_PPC64;
#elif defined(__s390x__)
	return AUDIT_ARCH_S390X;
#elif defined(__riscv) && __riscv_xlen == 64
	return AUDIT_ARCH_RISCV64;
#elif defined(__loongarch__) && __loongarch_grlen == 64
	return AUDIT_ARCH_LOONGARCH64;
#else
	return 0;
#endif
}

/* Only where we have a table of its calls: 32-bit programs on ppc64 and s390x are not audited by system call. */
uint32_t
rules_companion_arch(uint32_t arch)
{
	switch (arch) {
	case AUDIT_ARCH_X86_64:
		return AUDIT_ARCH_I386;
	case AUDIT_ARCH_AARCH64:
		return AUDIT_ARCH_ARM;
	default:
		return 0;
	}
}

static int
compile(struct compiler *compiler)
{
	uint32_t companion = rules_companion_arch(compiler->input->arch);

	if (arch_name(compiler->input->arch) == NULL)
		return err_set(compiler->error, "rules: no table of system calls for architecture %x", compiler->input->arch);
	compiler->arches[compiler->arch_count++] = compiler->input->arch;
	if (companion != 0)
		compiler->arches[compiler->arch_count++] = companion;
	for (unsigned arch = 0; arch < compiler->arch_count; arch++) {
		add_mapped_sources(compiler, arch);
		add_made_sources(compiler, arch);
	}
	add_exempt(compiler);
	add_exclusions(compiler);
	/* The kernel keeps the key of the first rule that matches: an object that is reached by another name is known by its key alone. */
	if (add_objects(compiler) == -1)
		return -1;
	add_sets(compiler);
	return 0;
}

struct rules *
rules_compile(const struct rules_input *input, struct err *error)
{
	struct compiler compiler = { .input = input, .rules = mem_alloc_zero(1, sizeof(struct rules)), .error = error };
	int rc = compile(&compiler);

	free(compiler.sources);
	free(compiler.listed);
	arena_clear(&compiler.arena);
	if (rc == 0)
		return compiler.rules;
	rules_free(compiler.rules);
	return NULL;
}

void
rules_free(struct rules *rules)
{
	if (rules == NULL)
		return;
	arena_clear(&rules->arena);
	free(rules->items);
	free(rules);
}

const struct rule *
rules_at(const struct rules *rules, size_t index)
{
	return index < rules->count ? &rules->items[index] : NULL;
}
