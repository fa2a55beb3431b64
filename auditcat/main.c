/*
 * auditcat: packs, unpacks, appends, verifies and follows bins and trails.
 * Ends at the end of the inputs, with -f by SIGTERM or SIGINT: 0; 1 if reading or writing failed; 2 if some of the input was damaged,
 * or -V found something; 64 if called wrongly or the configuration is wrong.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "append.h"
#include "config.h"
#include "confine.h"
#include "copy.h"
#include "file.h"
#include "follow.h"
#include "mem.h"
#include "options.h"
#include "verify.h"

enum {
	OUT_BYTES = 1 << 18, /* small things are gathered up to here before a write */
	BLOCK = 512,         /* bytes: the unit of freespace */
	FREESPACE = 65536,   /* blocks: AIX's default, where there is no configuration */
};

static void
say(const char *text)
{
	warnx("%s", text);
}

/* The files that are read: opened while there is privilege. */
struct inputs {
	char **paths;
	int *fds; /* -1: could not be opened, which was said */
	size_t count;
	int status;
};

static const char *
name_of(const struct inputs *inputs, size_t i)
{
	return inputs->fds[i] == STDIN_FILENO ? "stdin" : inputs->paths[i];
}

static void
open_inputs(struct inputs *inputs, char **paths, size_t count)
{
	inputs->paths = paths;
	inputs->count = count;
	inputs->status = EXIT_OK;
	file_allow_many();
	inputs->fds = mem_alloc_zero(count, sizeof(*inputs->fds));
	for (size_t i = 0; i < count; i++) {
		inputs->fds[i] = strcmp(paths[i], "-") == 0 ? STDIN_FILENO : open(paths[i], O_RDONLY | O_CLOEXEC);
		if (inputs->fds[i] == -1) {
			warn("%s", paths[i]);
			inputs->status = EXIT_FAILED;
		}
	}
}

/* A failure of the system outweighs damage. */
static int
worse(int a, int b)
{
	return a == EXIT_FAILED || b == EXIT_OK ? a : b;
}

static void
flush_or_die(struct out *out)
{
	if (out_flush(out) == -1)
		err(EXIT_FAILED, "stdout");
}

/* To standard output: unpacked, or as it is. */
static int
run_filter(const struct options *options, struct inputs *inputs, struct out *out)
{
	struct expr_context context = { .warn = say };
	struct expr *expr = NULL;
	int status = inputs->status;
	struct err error;

	if (options->expression != NULL &&
	    (expr = expr_compile(options->expression, strlen(options->expression), "expression", 1, &context, &error)) == NULL)
		errx(EXIT_USAGE, "%s", error.text);
	for (size_t i = 0; i < inputs->count; i++)
		if (inputs->fds[i] != -1 && options->unpack)
			status = worse(status, copy_unpacked(inputs->fds[i], name_of(inputs, i), expr, out, say));
		else if (inputs->fds[i] != -1)
			status = worse(status, copy_input(inputs->fds[i], name_of(inputs, i), out, say));
	expr_free(expr);
	return status;
}

/* Packs, to the trail or to standard output. Only a failure to write ends it before the last input. */
static int
run_append(struct append *append, struct inputs *inputs)
{
	int rc = 0;

	if (append_begin(append) == -1)
		err(EXIT_FAILED, "%s", append->trail.path);
	for (size_t i = 0; rc == 0 && i < inputs->count; i++)
		if (inputs->fds[i] != -1)
			rc = append_input(append, inputs->fds[i], name_of(inputs, i));
	append_end(append);
	packer_clear(&append->packer);
	return worse(append->status, inputs->status);
}

static int
run_pack(struct inputs *inputs, struct out *out)
{
	struct append append = { .out = out, .say = say, .trail = { .fd = -1, .directory = -1 } };

	if (packer_init(&append.packer, SECTION_LEVEL, NULL) == -1)
		err(EXIT_FAILED, "packing");
	return run_append(&append, inputs);
}

/* What the configuration says of trails. Where there is none at all, its defaults count. */
struct trail_settings {
	uint64_t free; /* bytes */
	uint64_t size; /* backupsize in bytes, if this is the trail of the configuration; 0: never */
	char *backups; /* backuppath where there is such a size, or NULL */
	struct secret_key key;
	bool has_key;
};

/* The backups that the configuration wants of its own trail. */
static void
load_backups(struct trail_settings *to, const struct settings *settings, const char *trail)
{
	if (settings->backupsize == 0 || strcmp(settings->trail, trail) != 0)
		return;
	to->size = (uint64_t)settings->backupsize * BLOCK;
	to->backups = settings->backuppath == NULL ? NULL : mem_string(settings->backuppath, strlen(settings->backuppath));
}

static void
load_settings(struct trail_settings *to, const char *confdir, const char *trail)
{
	const struct settings *settings;
	struct config *config;
	struct err error;
	char *path;

	*to = (struct trail_settings){ .free = (uint64_t)FREESPACE * BLOCK };
	path = mem_alloc(strlen(confdir) + sizeof("/config"));
	strcpy(path, confdir);
	strcat(path, "/config");
	if (access(path, F_OK) == -1 && errno == ENOENT) {
		free(path);
		return;
	}
	free(path);
	if ((config = config_load(confdir, &error)) == NULL)
		errx(EXIT_USAGE, "%s", error.text);
	settings = config_settings(config);
	to->free = (uint64_t)settings->freespace * BLOCK;
	load_backups(to, settings, trail);
	to->has_key = settings->key != NULL;
	if (to->has_key && key_load_secret(settings->key, &to->key, &error) == -1)
		errx(EXIT_FAILED, "%s", error.text);
	config_free(config);
}

/* The directory of -d, or of the configuration. Moving a trail within its file system frees nothing. */
static void
open_backups(struct rotation *rotation, const struct options *options, const struct trailfile *trail, const struct trail_settings *settings)
{
	const char *name = options->backups != NULL ? options->backups : settings->backups;
	struct stat a, b;

	*rotation = (struct rotation){ .directory = -1, .name = name, .size = options->size != SIZE_UNSET ? options->size : settings->size };
	if (name == NULL)
		return;
	rotation->directory = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (rotation->directory == -1)
		err(EXIT_FAILED, "%s", name);
	if (fstat(rotation->directory, &a) == -1 || fstat(trail->directory, &b) == -1)
		err(EXIT_FAILED, "%s", name);
	if (a.st_dev != b.st_dev)
		rotation->free = settings->free;
}

static int
run_trail(const struct options *options, struct inputs *inputs)
{
	struct append append = { .say = say, .recover = options->recover };
	struct trail_settings settings;
	struct err said, error;
	int status;

	/* A write beyond RLIMIT_FSIZE is an error like others, whose traces are taken away. */
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN); /* messages that nobody reads */
	load_settings(&settings, options->confdir, options->out);
	if (trailfile_open(&append.trail, options->out, &error) == -1)
		errx(EXIT_FAILED, "%s", error.text);
	open_backups(&append.rotation, options, &append.trail, &settings);
	confine(CONFINE_ALL);
	if (trailfile_look(&append.trail, &error) == -1 || rotation_recover(&append.rotation, &append.trail, &said, &error) == -1)
		errx(EXIT_FAILED, "%s", error.text);
	if (said.text[0] != '\0')
		say(said.text);
	if (packer_init(&append.packer, options->pack ? SECTION_LEVEL : SECTION_STORE, settings.has_key ? &settings.key : NULL) == -1)
		err(EXIT_FAILED, "packing");
	status = run_append(&append, inputs);
	trailfile_clear(&append.trail);
	free(settings.backups);
	key_forget(&settings.key);
	return status;
}

static int
run_verify(const struct options *options, struct inputs *inputs, struct out *out)
{
	struct verify verify = { .say = say, .anchor = options->anchor.sequence != 0 ? &options->anchor : NULL };
	struct public_key key;
	struct err error;
	int status = inputs->status;

	if (options->key != NULL && key_load_public(options->key, &key, &error) == -1)
		errx(EXIT_FAILED, "%s", error.text);
	verify.key = options->key != NULL ? &key : NULL;
	for (size_t i = 0; i < inputs->count; i++)
		if (inputs->fds[i] != -1 && verify_file(&verify, inputs->fds[i], name_of(inputs, i)) == -1)
			status = EXIT_FAILED;
	if (status == EXIT_OK) /* what was not read is not verified */
		verify_end(&verify, out);
	return worse(status, verify.problems > 0 ? EXIT_DAMAGED : EXIT_OK);
}

static int
run_last(struct inputs *inputs, struct out *out)
{
	int status = inputs->status;

	for (size_t i = 0; i < inputs->count; i++) {
		int rc = inputs->fds[i] == -1 ? 1 : verify_print_last(inputs->fds[i], out);

		if (rc == -1) {
			warn("%s", name_of(inputs, i));
			status = EXIT_FAILED;
		} else if (rc == 0) {
			warnx("%s: there is no section", name_of(inputs, i));
			status = worse(status, EXIT_DAMAGED);
		}
	}
	return status;
}

int
main(int argc, char **argv)
{
	char *standard[] = { (char[]){ "-" }, NULL };
	struct options options;
	struct inputs inputs = { 0 };
	struct out out;
	char **paths;
	size_t count;
	int status;

	/* Dates in an expression may be in the locale's form; all else is bytes. */
	setlocale(LC_TIME, "");
	options_parse(&options, argc, argv);
	paths = optind < argc ? argv + optind : standard;
	count = optind < argc ? (size_t)(argc - optind) : 1;
	if (!options.follow)
		open_inputs(&inputs, paths, count);
	if (options.out != NULL) {
		status = run_trail(&options, &inputs);
		free(inputs.fds);
		return status;
	}
	confine(CONFINE_ALL);
	out_init(&out, STDOUT_FILENO, out_size(OUT_BYTES));
	if (options.follow)
		status = follow(paths, count, &out, say);
	else if (options.verify)
		status = run_verify(&options, &inputs, &out);
	else if (options.last)
		status = run_last(&inputs, &out);
	else if (options.pack)
		status = run_pack(&inputs, &out);
	else
		status = run_filter(&options, &inputs, &out);
	flush_or_die(&out);
	if (close(STDOUT_FILENO) == -1)
		err(EXIT_FAILED, "stdout");
	out_clear(&out);
	free(inputs.fds);
	return status;
}
