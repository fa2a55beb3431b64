/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules_data.h"

#include <assert.h>
#include <string.h>

static_assert(RULE_FIELDS == AUDIT_MAX_FIELDS && RULE_WORDS == AUDIT_BITMASK_SIZE, "the kernel's sizes");

/* Fields whose value is the length of a text in buf (kernel/auditfilter.c, audit_data_to_entry). */
static bool
is_text(uint32_t field)
{
	switch (field) {
	case AUDIT_SUBJ_USER:
	case AUDIT_SUBJ_ROLE:
	case AUDIT_SUBJ_TYPE:
	case AUDIT_SUBJ_SEN:
	case AUDIT_SUBJ_CLR:
	case AUDIT_OBJ_USER:
	case AUDIT_OBJ_ROLE:
	case AUDIT_OBJ_TYPE:
	case AUDIT_OBJ_LEV_LOW:
	case AUDIT_OBJ_LEV_HIGH:
	case AUDIT_WATCH:
	case AUDIT_DIR:
	case AUDIT_EXE:
	case AUDIT_FILTERKEY:
		return true;
	default:
		return false;
	}
}

size_t
rule_encode(const struct rule *rule, struct audit_rule_data *data, size_t size)
{
	size_t length = 0;

	if (size < sizeof(*data))
		return 0;
	memset(data, 0, sizeof(*data));
	data->flags = rule->list | (rule->first ? AUDIT_FILTER_PREPEND : 0);
	data->action = rule->action;
	data->field_count = (uint32_t)rule->count;
	memcpy(data->mask, rule->mask, sizeof(data->mask));
	for (size_t i = 0; i < rule->count; i++) {
		const struct rule_field *field = &rule->fields[i];

		data->fields[i] = field->field;
		data->fieldflags[i] = field->op;
		data->values[i] = field->value;
		if (field->text == NULL)
			continue;
		if (field->value > size - sizeof(*data) - length)
			return 0;
		memcpy((char *)(data + 1) + length, field->text, field->value);
		length += field->value;
	}
	data->buflen = (uint32_t)length;
	return sizeof(*data) + length;
}

bool
rule_decode(struct rule *rule, const struct audit_rule_data *data, size_t size, struct arena *arena)
{
	size_t length = 0;

	memset(rule, 0, sizeof(*rule));
	if (size < sizeof(*data) || data->buflen > size - sizeof(*data) || data->field_count > RULE_FIELDS)
		return false;
	rule->list = data->flags & ~(uint32_t)AUDIT_FILTER_PREPEND;
	rule->first = data->flags & AUDIT_FILTER_PREPEND;
	rule->action = data->action;
	rule->count = data->field_count;
	memcpy(rule->mask, data->mask, sizeof(rule->mask));
	for (size_t i = 0; i < rule->count; i++) {
		struct rule_field *field = &rule->fields[i];

		*field = (struct rule_field){ .field = data->fields[i], .op = data->fieldflags[i], .value = data->values[i] };
		if (!is_text(field->field))
			continue;
		if (field->value > data->buflen - length)
			return false;
		field->text = arena_string(arena, (const char *)(data + 1) + length, field->value);
		length += field->value;
	}
	return true;
}

static bool
same_field(const struct rule_field *a, const struct rule_field *b)
{
	if (a->field != b->field || a->op != b->op || a->value != b->value || (a->text == NULL) != (b->text == NULL))
		return false;
	return a->text == NULL || memcmp(a->text, b->text, a->value) == 0;
}

/* How often the rule has such a field. */
static size_t
count_field(const struct rule *rule, const struct rule_field *field)
{
	size_t count = 0;

	for (size_t i = 0; i < rule->count; i++)
		count += same_field(&rule->fields[i], field);
	return count;
}

bool
rule_same(const struct rule *a, const struct rule *b)
{
	if (a->list != b->list || a->action != b->action || a->count != b->count ||
	    memcmp(a->mask, b->mask, RULE_CALLS / 8) != 0)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (count_field(a, &a->fields[i]) != count_field(b, &a->fields[i]))
			return false;
	return true;
}
