/* SPDX-License-Identifier: BSD-2-Clause */
#include "setup.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record.h"
#include "tail.h"
#include "text.h"

static void
mistake(struct setup *setup, const char *text)
{
	warnx("%s", text);
	setup->mistakes++;
}

static void
say(const char *text)
{
	warnx("warning: %s", text);
}

static void
mistake_in_config(struct setup *setup, const char *stanza, const char *name, const char *why)
{
	struct err error;

	err_set(&error, "%s:%u: %s", config_path(setup->config), config_line(setup->config, stanza, name), why);
	mistake(setup, error.text);
}

/* Who may write to a file of these says what is audited, or what root runs. */
static void
check_mode(struct setup *setup, const char *path)
{
	struct stat status;
	struct err error;

	if (stat(path, &status) == -1)
		return; /* that it cannot be read is said where it is read */
	if ((status.st_mode & S_IWOTH) != 0) {
		err_set(&error, "%s: anybody may write to it (mode %04o): chmod o-w", path, (unsigned)status.st_mode & 07777);
		mistake(setup, error.text);
	} else if (status.st_uid != 0 && status.st_uid != geteuid()) {
		err_set(&error, "%s: belongs to uid %u, who may change what is audited: chown root", path, (unsigned)status.st_uid);
		mistake(setup, error.text);
	}
}

/* Who may write to the directory may replace the file. */
static void
check_directory_of(struct setup *setup, const char *path)
{
	const char *slash = strrchr(path, '/');
	char directory[4096];

	if (slash == NULL || (size_t)(slash - path) >= sizeof(directory))
		return;
	snprintf(directory, sizeof(directory), "%.*s", slash == path ? 1 : (int)(slash - path), path);
	if (strcmp(directory, setup->confdir) != 0) /* that one is checked anyway */
		check_mode(setup, directory);
}

static void
check_modes(struct setup *setup)
{
	static const char *const names[] = { "config", "events", "eventmap", "objects" };

	check_mode(setup, setup->confdir);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", setup->confdir, names[i]);
		check_mode(setup, path);
	}
}

/* The formats of events are compiled as auditpr does it; its names are kept. */
static void
load_events(struct setup *setup)
{
	struct formats *formats = NULL;
	struct err error;

	if (stanza_load(&setup->events, setup->confdir, "events", &error) == -1)
		mistake(setup, error.text);
	else if (setup->catalogue != NULL && (formats = formats_load(setup->confdir, setup->catalogue, &error)) == NULL)
		mistake(setup, error.text);
	formats_free(formats);
}

static bool
has_format(const struct setup *setup, const char *event)
{
	const struct stanza *stanza = stanza_find(&setup->events, "auditpr");

	return stanza != NULL && stanza_attribute(stanza, event) != NULL;
}

static bool
is_of_object(const struct setup *setup, const char *event)
{
	const struct object *object;

	for (size_t i = 0; setup->objects != NULL && (object = objects_at(setup->objects, i)) != NULL; i++)
		for (int mode = 0; mode < OBJECT_MODES; mode++)
			if (object->events[mode] != NULL && strcmp(object->events[mode], event) == 0)
				return true;
	return false;
}

/* Can a record here have that name? */
static bool
is_made(const struct setup *setup, const char *event)
{
	return catalogue_has(setup->catalogue, event) || catalogue_makes(event) || is_of_object(setup, event);
}

static bool
is_known(void *arg, const char *event)
{
	struct setup *setup = arg;

	if (is_made(setup, event) || has_format(setup, event))
		return true;
	setup->unknown = event;
	return false;
}

/* AIX's events that Linux has not are in the file events, so that AIX's classes stay as they are. Who relies on them is to know. */
static void
warn_of_class(const struct setup *setup, size_t class)
{
	const struct config *config = setup->config;
	const char *name = config_class(config, class), *member, *suffix;
	char names[320] = "", more[32] = "";
	size_t used = 0, left_out = 0;
	struct err error;

	for (size_t i = 0; (member = config_class_member(config, class, i, &suffix)) != NULL; i++) {
		if (config_in_class(config, member, "", true) != -1 || is_made(setup, member))
			continue;
		if (used + strlen(member) + sizeof(", ") <= sizeof(names))
			used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s", used > 0 ? ", " : "", member);
		else
			left_out++;
	}
	if (used == 0)
		return;
	if (left_out > 0)
		snprintf(more, sizeof(more), " and %zu more", left_out);
	err_set(&error, "%s:%u: class `%s`: neither eventmap nor objects has, and so will never be seen: %s%s", config_path(config),
	    config_line(config, "classes", name), name, names, more);
	say(error.text);
}

/* The mistake of a name in a class that nothing has, with what looks like it. */
static void
mistake_of_event(struct setup *setup, struct err *error)
{
	const char *near = catalogue_nearest(setup->catalogue, setup->unknown);
	size_t length = strlen(error->text);

	if (near == NULL)
		near = config_nearest_class(setup->config, setup->unknown);
	if (near != NULL)
		snprintf(error->text + length, sizeof(error->text) - length, ": did you mean `%s`?", near);
	mistake(setup, error->text);
}

static void
check_events(struct setup *setup)
{
	struct err error;

	if (setup->config == NULL || setup->catalogue == NULL || setup->objects == NULL || setup->events.path == NULL)
		return; /* what is unknown cannot be told */
	if (config_check_events(setup->config, is_known, setup, &error) == -1) {
		mistake_of_event(setup, &error);
		return;
	}
	for (size_t i = 0; config_class(setup->config, i) != NULL; i++)
		warn_of_class(setup, i);
}

/* Reads the file of commands that a stanza names, whose writer is trusted as root is. */
static void
check_commands(struct setup *setup, struct commands *commands, const char *stanza, const char *path)
{
	struct err error;

	check_directory_of(setup, path);
	check_mode(setup, path);
	if (commands_load_named(commands, setup->config, stanza, path, &error) == -1 ||
	    commands_check(commands, path, &error) == -1)
		mistake(setup, error.text);
}

static void
load_commands(struct setup *setup)
{
	const struct settings *settings = config_settings(setup->config);

	if (!settings->streammode)
		return;
	if (settings->streamcmds == NULL)
		mistake_in_config(setup, "start", "streammode", "streammode = on: the stanza stream has no cmds");
	else
		check_commands(setup, &setup->commands, "stream", settings->streamcmds);
	commands_detach(&setup->commands);
}

/* Those of the bins and the trail, which root's programs write to. Mostly they are one directory, whose mode is to be said once. */
static bool
in_same_directory(const char *path, const char *other)
{
	size_t length = (size_t)(strrchr(path, '/') - path);

	return other != NULL && (size_t)(strrchr(other, '/') - other) == length && strncmp(path, other, length) == 0;
}

static void
check_place(struct setup *setup, const char *name, const char *path, const char *checked)
{
	const char *slash = strrchr(path, '/');
	struct stat status;
	char *directory, why[512];

	if (asprintf(&directory, "%.*s", slash == path ? 1 : (int)(slash - path), path) == -1)
		return;
	if (stat(directory, &status) == -1) {
		snprintf(why, sizeof(why), "%s: %.300s: %s", name, directory, strerror(errno));
		mistake_in_config(setup, "bin", name, why);
	} else if (!in_same_directory(path, checked)) {
		check_mode(setup, directory);
	}
	if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
		snprintf(why, sizeof(why), "%s = %.400s: not a regular file", name, path);
		mistake_in_config(setup, "bin", name, why);
	}
	free(directory);
}

static void
check_bins(struct setup *setup)
{
	const struct settings *settings = config_settings(setup->config);
	struct commands commands = { 0 };
	struct stat status;

	if (settings->binmode == BINMODE_OFF)
		return;
	check_place(setup, "trail", settings->trail, NULL);
	check_place(setup, "bin1", settings->bin1, settings->trail);
	check_place(setup, "bin2", settings->bin2, settings->bin1);
	if (strcmp(settings->bin1, settings->bin2) == 0)
		mistake_in_config(setup, "bin", "bin2", "bin2: the same as bin1");
	if (strcmp(settings->trail, settings->bin1) == 0 || strcmp(settings->trail, settings->bin2) == 0)
		mistake_in_config(setup, "bin", "trail", "trail: the same as a bin");
	if (settings->backupsize != 0 && settings->backuppath != NULL && stat(settings->backuppath, &status) == -1)
		mistake_in_config(setup, "bin", "backuppath", "backuppath: no such directory");
	if (settings->bincmds == NULL)
		mistake_in_config(setup, "start", "binmode", "binmode: the stanza bin has no cmds: what a full bin is to be given to");
	else
		check_commands(setup, &commands, "bin", settings->bincmds);
	commands_clear(&commands);
	commands_put_first(&setup->commands, "auditbin");
}

/* auditcat refuses to add to the trail without its key: better said before. */
static void
check_key(struct setup *setup)
{
	const char *key = config_settings(setup->config)->key;
	struct err error;

	if (key == NULL || access(key, F_OK) == 0)
		return;
	err_set(&error, "%s:%u: key = %s: there is no such file, and nothing will be added to the trail without it: audit key makes one",
	    config_path(setup->config), config_line(setup->config, "bin", "key"), key);
	say(error.text);
}

static void
load_config(struct setup *setup)
{
	struct err error;

	setup->config = config_load(setup->confdir, &error);
	if (setup->config == NULL) {
		mistake(setup, error.text);
		return;
	}
	setup->subjects = subjects_new(setup->config, say, &error);
	if (setup->subjects == NULL)
		mistake(setup, error.text);
	load_commands(setup);
	check_bins(setup);
	check_key(setup);
}

bool
setup_load(struct setup *setup, const char *confdir)
{
	struct err error;

	*setup = (struct setup){ .confdir = confdir };
	check_modes(setup);
	setup->catalogue = catalogue_load(confdir, &error);
	if (setup->catalogue == NULL)
		mistake(setup, error.text);
	load_config(setup);
	setup->objects = objects_load(confdir, say, &error);
	if (setup->objects == NULL)
		mistake(setup, error.text);
	load_events(setup);
	check_events(setup);
	return setup->mistakes == 0;
}

void
setup_clear(struct setup *setup)
{
	commands_clear(&setup->commands);
	stanza_clear(&setup->events);
	objects_free(setup->objects);
	subjects_free(setup->subjects);
	config_free(setup->config);
	catalogue_free(setup->catalogue);
	*setup = (struct setup){ 0 };
}

struct rules *
setup_rules(struct setup *setup, uint32_t exempt)
{
	char path[4096];
	struct rules_input input = {
		.config = setup->config,
		.catalogue = setup->catalogue,
		.subjects = setup->subjects,
		.objects = setup->objects,
		.objects_path = path,
		.warn = say,
		.arch = rules_native_arch(),
		.exempt = exempt,
	};
	struct rules *rules;
	struct err error;

	snprintf(path, sizeof(path), "%s/objects", setup->confdir);
	rules = rules_compile(&input, &error);
	if (rules == NULL)
		mistake(setup, error.text);
	return rules;
}

static void
describe_class(const struct config *config, size_t class, struct out *out)
{
	const char *member, *suffix;

	out_char(out, '\t');
	out_text(out, config_class(config, class));
	out_text(out, " - ");
	for (size_t i = 0; (member = config_class_member(config, class, i, &suffix)) != NULL; i++) {
		out_text(out, i > 0 ? "," : "");
		out_text(out, member);
		out_text(out, suffix);
	}
	out_char(out, '\n');
}

static void
describe_object(const struct object *object, struct out *out)
{
	static const char letters[OBJECT_MODES] = { 'r', 'w', 'x' };

	out_char(out, '\t');
	text_escape(out, object->path, strlen(object->path), ESCAPE_TEXT);
	out_text(out, ":\n");
	for (int mode = 0; mode < OBJECT_MODES; mode++) {
		if (object->events[mode] == NULL)
			continue;
		out_text(out, "\t\t");
		out_char(out, letters[mode]);
		out_text(out, " = ");
		out_text(out, object->events[mode]);
		out_char(out, '\n');
	}
}

void
setup_describe(const struct setup *setup, struct out *out)
{
	const struct object *object;
	size_t i;

	out_text(out, "audit events:\n");
	for (i = 0; config_class(setup->config, i) != NULL; i++)
		describe_class(setup->config, i, out);
	out_text(out, i == 0 ? "\tnone\n" : "");
	out_text(out, "audit objects:\n");
	for (i = 0; (object = objects_at(setup->objects, i)) != NULL; i++)
		describe_object(object, out);
	out_text(out, i == 0 ? "\tnone\n" : "");
}
