/* Rules as auditctl(8) writes them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <libaudit.h>
#include <string.h>

#include "record.h"
#include "rectype.h"
#include "rules.h"
#include "syscalls.h"
#include "text.h"

enum { LINE_LIMIT = 6000 }; /* bytes: auditctl -R reads lines of 6144 */

static const char *
field_word(uint32_t field)
{
	switch (field) {
	case AUDIT_ARCH:
		return "arch";
	case AUDIT_LOGINUID:
		return "auid";
	case AUDIT_UID:
		return "uid";
	case AUDIT_SUCCESS:
		return "success";
	case AUDIT_SESSIONID:
		return "sessionid";
	case AUDIT_MSGTYPE:
		return "msgtype";
	case AUDIT_WATCH:
		return "path";
	case AUDIT_DIR:
		return "dir";
	case AUDIT_PERM:
		return "perm";
	case AUDIT_FILTERKEY:
		return "key";
	default:
		return NULL;
	}
}

static const char *
op_word(uint32_t op)
{
	switch (op) {
	case AUDIT_EQUAL:
		return "=";
	case AUDIT_NOT_EQUAL:
		return "!=";
	case AUDIT_GREATER_THAN_OR_EQUAL:
		return ">=";
	case AUDIT_LESS_THAN_OR_EQUAL:
		return "<=";
	default:
		return NULL;
	}
}

/* auditctl splits its lines at blanks and knows no quotes. What would not be seen for what it is on a terminal is not written either. */
static bool
is_word(const char *text)
{
	size_t length = strlen(text), size;

	if (length == 0)
		return false;
	for (size_t i = 0; i < length; i += size) {
		size = text_printable(text + i, length - i);
		if (size == 0 || text_is_blank(text + i, size))
			return false;
	}
	return true;
}

static void
print_permissions(uint32_t permissions, struct out *out)
{
	if (permissions & AUDIT_PERM_READ)
		out_char(out, 'r');
	if (permissions & AUDIT_PERM_WRITE)
		out_char(out, 'w');
	if (permissions & AUDIT_PERM_EXEC)
		out_char(out, 'x');
	if (permissions & AUDIT_PERM_ATTR)
		out_char(out, 'a');
}

/* To the libaudit that is here, and so to its auditctl. */
static bool
is_known_type(uint32_t type)
{
	const char *name = type <= UINT16_MAX ? rectype_name((uint16_t)type) : NULL;

	return name != NULL && audit_name_to_msg_type(name) == (int)type;
}

static bool
is_known_call(uint32_t arch, uint32_t number)
{
	int machine = audit_elf_to_machine(arch);
	const char *name = syscall_name(arch, (int32_t)number);

	return name != NULL && machine >= 0 && audit_name_to_syscall(name, machine) == (int)number;
}

static void
print_value(const struct rule_field *field, struct out *out)
{
	switch (field->field) {
	case AUDIT_ARCH:
		out_text(out, field->value & __AUDIT_ARCH_64BIT ? "b64" : "b32");
		return;
	case AUDIT_LOGINUID:
		if (field->value == ID_UNSET) {
			out_text(out, "unset");
			return;
		}
		break;
	case AUDIT_MSGTYPE:
		if (is_known_type(field->value)) {
			out_text(out, rectype_name((uint16_t)field->value));
			return;
		}
		break;
	case AUDIT_PERM:
		print_permissions(field->value, out);
		return;
	}
	if (field->text != NULL)
		out_text(out, field->text);
	else
		out_unsigned(out, field->value);
}

static void
print_field(const struct rule_field *field, struct out *out)
{
	out_text(out, " -F ");
	out_text(out, field_word(field->field));
	out_text(out, op_word(field->op));
	print_value(field, out);
}

static void
print_calls(const struct rule *rule, uint32_t arch, struct out *out)
{
	const char *separator = " -S ";

	if (rule_is_all(rule->mask)) {
		out_text(out, " -S all");
		return;
	}
	for (uint32_t number = 0; number < RULE_CALLS; number++) {
		if (!rule_has_call(rule->mask, number))
			continue;
		out_text(out, separator);
		separator = ",";
		if (is_known_call(arch, number))
			out_text(out, syscall_name(arch, (int32_t)number));
		else
			out_unsigned(out, number);
	}
}

/* Only of a rule for calls does auditctl want to be told which: a rule for a file takes all that use it, and no other list has any. */
static bool
tells_calls(const struct rule *rule)
{
	return rule->list == AUDIT_FILTER_EXIT && rule_text(rule, AUDIT_WATCH) == NULL && rule_text(rule, AUDIT_DIR) == NULL;
}

/* The kernel takes a key there, auditctl does not. */
static bool
hides_key(const struct rule *rule)
{
	return rule->list == AUDIT_FILTER_EXCLUDE;
}

static bool
is_printable(const struct rule *rule)
{
	size_t length = 0;

	for (size_t i = 0; i < rule->count; i++) {
		const struct rule_field *field = &rule->fields[i];

		if (field_word(field->field) == NULL || op_word(field->op) == NULL)
			return false;
		if (field->text != NULL && !is_word(field->text))
			return false;
		length += field->text != NULL ? strlen(field->text) : 0;
	}
	return length < LINE_LIMIT && (rule->action == AUDIT_ALWAYS || rule->action == AUDIT_NEVER) &&
	    (rule->list == AUDIT_FILTER_EXIT || rule->list == AUDIT_FILTER_EXCLUDE);
}

bool
rule_print(const struct rule *rule, struct out *out)
{
	if (!is_printable(rule))
		return false;
	out_text(out, rule->first ? "-A " : "-a ");
	out_text(out, rule->action == AUDIT_ALWAYS ? "always" : "never");
	out_text(out, rule->list == AUDIT_FILTER_EXIT ? ",exit" : ",exclude");
	if (tells_calls(rule) && rule->fields[0].field != AUDIT_ARCH)
		print_calls(rule, 0, out);
	for (size_t i = 0; i < rule->count; i++) {
		const struct rule_field *field = &rule->fields[i];

		if (field->field == AUDIT_FILTERKEY && hides_key(rule))
			continue;
		print_field(field, out);
		if (field->field == AUDIT_ARCH && tells_calls(rule))
			print_calls(rule, field->value, out);
	}
	return true;
}

void
rules_print(const struct rules *rules, struct out *out)
{
	const struct rule *rule;

	for (size_t i = 0; (rule = rules_at(rules, i)) != NULL; i++) {
		out_text(out, "# ");
		out_text(out, rule->origin);
		if (hides_key(rule))
			out_text(out, "; with the key " RULES_RECORDS_KEY ", which auditctl cannot write");
		out_char(out, '\n');
		if (!rule_print(rule, out))
			out_text(out, "# a rule that auditctl cannot write: there are blanks or unprintable bytes in the path");
		out_char(out, '\n');
	}
}
