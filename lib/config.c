/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "classes.h"
#include "nearest.h"
#include "text.h"

struct config {
	struct stanza_file file;
	struct settings settings;
	struct classes classes;
	struct config_user *users;
	size_t user_count;
};

enum setting_type {
	SETTING_SWITCH, /* on, off, yes, no: a bool */
	SETTING_CHOICE, /* one of several words: int64_t, its place among them */
	SETTING_NUMBER, /* int64_t from min to max */
	SETTING_PATH,   /* an absolute path */
};

struct setting {
	const char *stanza, *name;
	enum setting_type type;
	size_t offset; /* in struct settings */
	int64_t min, max;
	const char *choices[4];
};

#define SETTING(stanza, name, type, field, ...)                                   \
	{                                                                         \
		stanza, name, type, offsetof(struct settings, field), __VA_ARGS__ \
	}

enum {
	BLOCKS_MAX = 1 << 30,    /* of 512 bytes: half a TiB */
	FREESPACE_MAX = 4194303, /* AIX's own limit */
	BACKLOG_MAX = 1 << 22,
	THRESHOLD_MAX = 1 << 30,
};

static const struct setting settings[] = {
	SETTING("start", "backlog", SETTING_NUMBER, backlog, 64, BACKLOG_MAX, { NULL }),
	SETTING("start", "binmode", SETTING_CHOICE, binmode, 0, 0, { "off", "on", "panic" }),
	SETTING("start", "fullpath", SETTING_SWITCH, fullpath, 0, 0, { NULL }),
	SETTING("start", "ignorenonexistentity", SETTING_SWITCH, ignorenonexistentity, 0, 0, { NULL }),
	SETTING("start", "logins", SETTING_CHOICE, logins, 0, 0, { "always", "classes" }),
	SETTING("start", "onfull", SETTING_CHOICE, onfull, 0, 0, { "block", "drop", "panic" }),
	SETTING("start", "records", SETTING_CHOICE, records, 0, 0, { "full", "needed" }),
	SETTING("start", "streammode", SETTING_SWITCH, streammode, 0, 0, { NULL }),
	SETTING("bin", "backuppath", SETTING_PATH, backuppath, 0, 0, { NULL }),
	SETTING("bin", "backupsize", SETTING_NUMBER, backupsize, 0, BLOCKS_MAX, { NULL }),
	SETTING("bin", "bin1", SETTING_PATH, bin1, 0, 0, { NULL }),
	SETTING("bin", "bin2", SETTING_PATH, bin2, 0, 0, { NULL }),
	SETTING("bin", "bincompact", SETTING_SWITCH, bincompact, 0, 0, { NULL }),
	SETTING("bin", "binsize", SETTING_NUMBER, binsize, 0, INT64_C(1) << 40, { NULL }),
	SETTING("bin", "bytethreshold", SETTING_NUMBER, bytethreshold, 0, THRESHOLD_MAX, { NULL }),
	SETTING("bin", "cmds", SETTING_PATH, bincmds, 0, 0, { NULL }),
	SETTING("bin", "eventthreshold", SETTING_NUMBER, eventthreshold, 0, THRESHOLD_MAX, { NULL }),
	SETTING("bin", "freespace", SETTING_NUMBER, freespace, 0, FREESPACE_MAX, { NULL }),
	SETTING("bin", "key", SETTING_PATH, key, 0, 0, { NULL }),
	SETTING("bin", "trail", SETTING_PATH, trail, 0, 0, { NULL }),
	SETTING("bin", "virtual_log", SETTING_PATH, virtual_log, 0, 0, { NULL }),
	SETTING("stream", "cmds", SETTING_PATH, streamcmds, 0, 0, { NULL }),
	SETTING("stream", "streamcompact", SETTING_SWITCH, streamcompact, 0, 0, { NULL }),
};

enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

/* The stanzas that the file may have; the named ones hold settings, the others names that the administrator chooses. */
static const struct {
	const char *name;
	bool settings;
} stanzas[] = {
	{ "WPARS", false },
	{ "bin", true },
	{ "classes", false },
	{ "role", false },
	{ "start", true },
	{ "stream", true },
	{ "users", false },
};

enum { STANZAS = sizeof(stanzas) / sizeof(stanzas[0]) };

static int
complain(const struct config *config, unsigned line, const char *what, const char *word, const char *nearest,
    struct err *error)
{
	struct shown shown;

	err_show(&shown, word, strlen(word));
	if (nearest != NULL)
		return err_set(error, "%s:%u: %s `%s`: did you mean `%s`?", config->file.path, line, what, shown.text, nearest);
	return err_set(error, "%s:%u: %s `%s`", config->file.path, line, what, shown.text);
}

/* `attribute = value`: what is wrong with the value. */
static int
complain_of_value(const struct config *config, const struct attribute *attribute, const char *why, struct err *error)
{
	struct shown shown;

	return err_set(error, "%s:%u: %s = %s: %s", config->file.path, attribute->line, attribute->name,
	    err_show(&shown, attribute->value, strlen(attribute->value)), why);
}

static int
set_switch(const struct config *config, const struct attribute *attribute, bool *to, struct err *error)
{
	const char *value = attribute->value;

	*to = strcmp(value, "on") == 0 || strcmp(value, "yes") == 0;
	if (*to || strcmp(value, "off") == 0 || strcmp(value, "no") == 0)
		return 0;
	return complain_of_value(config, attribute, "on or off, yes or no", error);
}

static int
set_choice(const struct config *config, const struct setting *setting, const struct attribute *attribute, int64_t *to,
    struct err *error)
{
	char why[100] = "one of";

	for (int i = 0; setting->choices[i] != NULL; i++) {
		size_t used = strlen(why);

		if (strcmp(attribute->value, setting->choices[i]) == 0) {
			*to = i;
			return 0;
		}
		snprintf(why + used, sizeof(why) - used, "%s %s", i == 0 ? "" : ",", setting->choices[i]);
	}
	return complain_of_value(config, attribute, why, error);
}

static int
set_number(const struct config *config, const struct setting *setting, const struct attribute *attribute, int64_t *to,
    struct err *error)
{
	uint64_t number;
	char why[100];

	if (text_unsigned(attribute->value, strlen(attribute->value), &number) && number <= INT64_MAX &&
	    (int64_t)number >= setting->min && (int64_t)number <= setting->max) {
		*to = (int64_t)number;
		return 0;
	}
	snprintf(why, sizeof(why), "a number from %lld to %lld", (long long)setting->min, (long long)setting->max);
	return complain_of_value(config, attribute, why, error);
}

static int
set_path(const struct config *config, const struct attribute *attribute, const char **to, struct err *error)
{
	if (attribute->value[0] != '/')
		return complain_of_value(config, attribute, "not an absolute path", error);
	*to = attribute->value;
	return 0;
}

static int
set(struct config *config, const struct setting *setting, const struct attribute *attribute, struct err *error)
{
	void *to = (char *)&config->settings + setting->offset;

	switch (setting->type) {
	case SETTING_SWITCH:
		return set_switch(config, attribute, to, error);
	case SETTING_CHOICE:
		return set_choice(config, setting, attribute, to, error);
	case SETTING_NUMBER:
		return set_number(config, setting, attribute, to, error);
	case SETTING_PATH:
		return set_path(config, attribute, to, error);
	}
	return 0;
}

static int
read_setting(struct config *config, const struct stanza *stanza, const struct attribute *attribute, struct err *error)
{
	struct nearest nearest;
	char what[64];

	nearest_init(&nearest, attribute->name, strlen(attribute->name));
	for (size_t i = 0; i < SETTINGS; i++) {
		if (strcmp(settings[i].stanza, stanza->name) != 0)
			continue;
		if (strcmp(settings[i].name, attribute->name) == 0)
			return set(config, &settings[i], attribute, error);
		nearest_offer(&nearest, settings[i].name);
	}
	snprintf(what, sizeof(what), "stanza %s has no attribute", stanza->name);
	return complain(config, attribute->line, what, attribute->name, nearest.best, error);
}

static int
read_stanza(struct config *config, const struct stanza *stanza, struct err *error)
{
	struct nearest nearest;

	nearest_init(&nearest, stanza->name, strlen(stanza->name));
	for (size_t i = 0; i < STANZAS; i++) {
		nearest_offer(&nearest, stanzas[i].name);
		if (strcmp(stanzas[i].name, stanza->name) != 0)
			continue;
		for (size_t k = 0; stanzas[i].settings && k < stanza->count; k++)
			if (read_setting(config, stanza, &stanza->attributes[k], error) == -1)
				return -1;
		return 0;
	}
	return complain(config, stanza->line, "no such stanza", stanza->name, nearest.best, error);
}

static int
read_users(struct config *config, struct err *error)
{
	const struct stanza *stanza = stanza_find(&config->file, "users");

	if (stanza == NULL)
		return 0;
	config->users = mem_alloc_zero(stanza->count, sizeof(*config->users));
	for (; config->user_count < stanza->count; config->user_count++) {
		const struct attribute *attribute = &stanza->attributes[config->user_count];
		struct shown shown;
		char prefix[256];

		config->users[config->user_count] = (struct config_user){
			.name = attribute->name,
			.classes = attribute->value,
			.line = attribute->line,
		};
		snprintf(prefix, sizeof(prefix), "%s:%u: user `%s`: ", config->file.path, attribute->line,
		    err_show(&shown, attribute->name, strlen(attribute->name)));
		if (strcmp(attribute->name, "@") == 0)
			return err_set(error, "%sa group without a name", prefix);
		if (classes_include(&config->classes, attribute->value, prefix, NULL, error) == -1)
			return -1;
	}
	return 0;
}

static int
compile(struct config *config, struct err *error)
{
	if (stanza_check_unique(&config->file, error) == -1)
		return -1;
	for (size_t i = 0; i < config->file.count; i++)
		if (read_stanza(config, &config->file.stanzas[i], error) == -1)
			return -1;
	if (classes_compile(&config->classes, &config->file, stanza_find(&config->file, "classes"), error) == -1)
		return -1;
	return read_users(config, error);
}

static struct config *
finish(struct config *config, int rc, struct err *error)
{
	config->settings = (struct settings){
		.backlog = 8192,
		.trail = "/audit/trail",
		.bin1 = "/audit/bin1",
		.bin2 = "/audit/bin2",
		.freespace = 65536,
	};
	if (rc == 0)
		rc = compile(config, error);
	if (rc == 0)
		return config;
	config_free(config);
	return NULL;
}

const char *
config_started(void)
{
	const char *directory = getenv("AUDIT_STARTED");

	return directory != NULL && *directory == '/' ? directory : NULL;
}

const char *
config_directory(void)
{
	const char *started = config_started();

	return started != NULL ? started : CONFDIR;
}

struct config *
config_load(const char *confdir, struct err *error)
{
	struct config *config = mem_alloc_zero(1, sizeof(*config));

	return finish(config, stanza_load(&config->file, confdir, "config", error), error);
}

struct config *
config_parse(const char *path, const char *text, size_t length, struct err *error)
{
	struct config *config = mem_alloc_zero(1, sizeof(*config));

	return finish(config, stanza_parse(&config->file, path, text, length, error), error);
}

void
config_free(struct config *config)
{
	if (config == NULL)
		return;
	classes_clear(&config->classes);
	free(config->users);
	stanza_clear(&config->file);
	free(config);
}

const struct settings *
config_settings(const struct config *config)
{
	return &config->settings;
}

const struct config_user *
config_user(const struct config *config, size_t index)
{
	return index < config->user_count ? &config->users[index] : NULL;
}

const char *
config_path(const struct config *config)
{
	return config->file.path;
}

unsigned
config_line(const struct config *config, const char *stanza_name, const char *name)
{
	const struct stanza *stanza = stanza_find(&config->file, stanza_name);
	const struct attribute *attribute = stanza != NULL ? stanza_attribute(stanza, name) : NULL;

	return attribute != NULL ? attribute->line : 0;
}

int
config_in_class(const struct config *config, const char *class, const char *event, bool success)
{
	const struct event_class *found = classes_find(&config->classes, class);

	if (found == NULL)
		return strcmp(class, "ALL") == 0 ? 1 : -1;
	return event_set_has(&found->set, event, success);
}

const char *
config_class(const struct config *config, size_t index)
{
	return index < config->classes.count ? config->classes.classes[index].name : NULL;
}

const char *
config_class_member(const struct config *config, size_t class, size_t index, const char **suffix)
{
	const struct event_class *found = &config->classes.classes[class];
	const struct member *member;

	if (index >= found->count)
		return NULL;
	member = &found->members[index];
	*suffix = member->outcome == OUTCOME_SUCCESS ? "+" : member->outcome == OUTCOME_FAILURE ? "-"
												: "";
	return member->name;
}

const char *
config_nearest_class(const struct config *config, const char *class)
{
	return classes_nearest(&config->classes, class);
}

int
config_check_events(const struct config *config, bool (*known)(void *arg, const char *event), void *arg,
    struct err *error)
{
	for (size_t i = 0; i < config->classes.count; i++) {
		const struct event_class *class = &config->classes.classes[i];

		for (size_t k = 0; k < class->count; k++) {
			const struct member *member = &class->members[k];

			if (member->class == NULL && strcmp(member->name, "ALL") != 0 && !known(arg, member->name))
				return err_set(error, "%s:%u: class `%s`: no such event, and no such class: `%s`",
				    config->file.path, class->line, class->name, member->name);
		}
	}
	return 0;
}

struct event_set *
config_set(const struct config *config, const char *classes, struct err *error)
{
	struct event_set *set = mem_alloc_zero(1, sizeof(*set));

	if (classes_include(&config->classes, classes, "", set, error) == 0)
		return set;
	event_set_free(set);
	return NULL;
}
