/*
 * auditselect: reads records (streams, bins, trails; packed or not) and writes those that match an expression, unchanged.
 * Ends at the end of the input, or after -n records: 0, whether anything matched or not; 1 if reading or writing failed; 2 if some
 * of the input was damaged; 64 if called wrongly or the expression is wrong.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "catalogue.h"
#include "config.h"
#include "confine.h"
#include "expr.h"
#include "mem.h"
#include "out.h"
#include "stanza.h"
#include "stream.h"
#include "text.h"

enum {
	OUT_BYTES = 1 << 18, /* small runs are gathered up to here before a write */
	FILE_MAX = 1 << 21,  /* bytes of an expression's file that are read: more than the compiler takes */
};

struct options {
	const char *confdir;
	const char *text, *file; /* of -e, -f */
	uint64_t count;          /* 0: no limit */
	bool invert, unbuffered, recover;
};

struct selection {
	const struct options *options;
	struct expr *expr;
	struct config *config; /* loaded when the expression asks for a class */
	struct err config_error;
	struct catalogue *catalogue; /* with events: loaded when the expression names an event */
	struct stanza_file events;
	struct view view;
	struct out out;
	const unsigned char *run; /* accepted records that lie one behind the other in the reader's buffer */
	size_t run_length;
	uint64_t accepted;
	int status; /* EXIT_FAILED, EXIT_DAMAGED */
};

static _Noreturn void
usage(void)
{
	fprintf(stderr, "usage: auditselect [-mruv] [-C confdir] [-n count] -e expression | -f file [trail ...]\n");
	exit(EXIT_USAGE);
}

static void
parse_options(struct options *options, int argc, char **argv)
{
	int c;

	*options = (struct options){ .confdir = config_directory() };
	while ((c = getopt(argc, argv, "C:e:f:mn:ruv")) != -1)
		switch (c) {
		case 'C':
			options->confdir = optarg;
			break;
		case 'e':
			if (options->text != NULL)
				errx(EXIT_USAGE, "-e twice: one expression, with && or || in it");
			options->text = optarg;
			break;
		case 'f':
			options->file = optarg;
			break;
		case 'm': /* as on AIX; our records always carry what it asks for */
			break;
		case 'n':
			if (!text_unsigned(optarg, strlen(optarg), &options->count) || options->count == 0)
				errx(EXIT_USAGE, "-n %s: not a count of records", optarg);
			break;
		case 'r': /* auditbin puts it before a bin that needs recovery */
			options->recover = true;
			break;
		case 'u':
			options->unbuffered = true;
			break;
		case 'v':
			options->invert = true;
			break;
		default:
			usage();
		}
	if ((options->text == NULL) == (options->file == NULL) || (optind == argc && isatty(STDIN_FILENO)))
		usage();
	if (isatty(STDOUT_FILENO))
		errx(EXIT_USAGE, "stdout is a terminal, and records are binary: auditselect ... | auditpr");
}

static void
complain(const char *text)
{
	warnx("%s", text);
}

/* The first question loads the classes. If that fails there are none, and why is told if the expression does not compile without. */
static int
in_class(void *arg, const char *class, const char *event, bool success)
{
	struct selection *selection = arg;

	if (selection->config == NULL && selection->config_error.text[0] == '\0')
		selection->config = config_load(selection->options->confdir, &selection->config_error);
	return selection->config != NULL ? config_in_class(selection->config, class, event, success) : -1;
}

static const char *
near_class(void *arg, const char *class)
{
	const struct selection *selection = arg;

	return selection->config != NULL ? config_nearest_class(selection->config, class) : NULL;
}

/* The events of objects, and those that Linux has not, stand in the file events. Where the files are not there, nothing is known. */
static const char *
near_event(void *arg, const char *event)
{
	struct selection *selection = arg;
	const struct stanza *formats;
	struct err error;

	if (selection->events.path == NULL && stanza_load(&selection->events, selection->options->confdir, "events", &error) == 0)
		selection->catalogue = catalogue_load(selection->options->confdir, &error);
	formats = stanza_find(&selection->events, "auditpr");
	if (selection->catalogue == NULL || formats == NULL || stanza_attribute(formats, event) != NULL ||
	    catalogue_has(selection->catalogue, event) || catalogue_makes(event))
		return NULL;
	return catalogue_nearest(selection->catalogue, event);
}

/* The whole of a file, to be freed. */
static char *
read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "re");
	char *text = mem_alloc(FILE_MAX);

	if (file == NULL)
		err(EXIT_FAILED, "%s", path);
	*length = fread(text, 1, FILE_MAX, file);
	if (ferror(file))
		err(EXIT_FAILED, "%s", path);
	fclose(file);
	return text;
}

static void
compile(struct selection *selection)
{
	const struct options *options = selection->options;
	struct expr_context context = {
		.in_class = in_class,
		.near_class = near_class,
		.near_event = near_event,
		.arg = selection,
		.warn = complain,
	};
	const char *text = options->text, *origin = "expression";
	char *content = NULL;
	struct err error;
	size_t length;

	if (options->file != NULL) {
		text = content = read_file(options->file, &length);
		origin = options->file;
	} else {
		length = strlen(text);
	}
	selection->expr = expr_compile(text, length, origin, 1, &context, &error);
	if (selection->expr == NULL && selection->config_error.text[0] != '\0')
		warnx("%s", selection->config_error.text);
	if (selection->expr == NULL)
		errx(EXIT_USAGE, "%s", error.text);
	free(content);
}

static void
flush_or_die(struct out *out)
{
	if (out_flush(out) == -1)
		err(EXIT_FAILED, "stdout");
}

/* Writes the run; called when something else follows, and by the reader before the bytes move. */
static void
end_run(void *arg)
{
	struct selection *selection = arg;

	if (selection->run_length > 0)
		out_pass(&selection->out, selection->run, selection->run_length);
	selection->run_length = 0;
	if (selection->options->unbuffered || selection->out.error != 0)
		flush_or_die(&selection->out);
}

static void
pass_on(void *arg)
{
	struct selection *selection = arg;

	end_run(selection);
	flush_or_die(&selection->out);
}

static void
accept_record(struct selection *selection, const struct record *record)
{
	if (selection->run_length > 0 && selection->run + selection->run_length != record->data)
		end_run(selection);
	if (selection->run_length == 0)
		selection->run = record->data;
	selection->run_length += record->length;
	selection->accepted++;
	if (selection->options->unbuffered)
		end_run(selection);
}

static bool
is_done(const struct selection *selection)
{
	return selection->options->count != 0 && selection->accepted == selection->options->count;
}

/* Of a section of a trail: could it hold a record that matches? Where -v is, that would say nothing. */
static bool
is_wanted(void *arg, const struct trail_head *head)
{
	const struct selection *selection = arg;

	return selection->options->invert || head->content.records == 0 ||
	    expr_may_match(selection->expr, head->content.first, head->content.last);
}

static void
select_from(struct selection *selection, int fd, const char *name)
{
	struct stream stream;
	struct record record;
	int rc = 0;

	stream_init(&stream, fd, name, complain);
	stream.input.idle = pass_on;
	stream.input.moving = end_run;
	stream.input.idle_arg = selection;
	stream.wanted = is_wanted;
	stream.wanted_arg = selection;
	while (!is_done(selection) && (rc = stream_read(&stream, &record)) == 1) {
		view_set(&selection->view, &record);
		if (expr_match(selection->expr, &selection->view) != selection->options->invert)
			accept_record(selection, &record);
	}
	end_run(selection);
	if (rc == -1)
		selection->status = EXIT_FAILED;
	else if (stream.damaged > 0 && !selection->options->recover && selection->status == EXIT_OK)
		selection->status = EXIT_DAMAGED;
	stream_clear(&stream);
}

/* Opens all inputs; -1 stands for one that could not be, which was said. */
static int *
open_inputs(struct selection *selection, char **paths, size_t count)
{
	int *fds = mem_alloc_zero(count + 1, sizeof(*fds));

	for (size_t i = 0; i < count; i++) {
		fds[i] = strcmp(paths[i], "-") == 0 ? STDIN_FILENO : open(paths[i], O_RDONLY | O_CLOEXEC);
		if (fds[i] == -1) {
			warn("%s", paths[i]);
			selection->status = EXIT_FAILED;
		}
	}
	return fds;
}

static void
clear(struct selection *selection)
{
	expr_free(selection->expr);
	config_free(selection->config);
	catalogue_free(selection->catalogue);
	stanza_clear(&selection->events);
	view_clear(&selection->view);
	out_clear(&selection->out);
}

int
main(int argc, char **argv)
{
	char *standard[] = { (char[]){ "-" }, NULL }, **paths = standard;
	struct options options;
	struct selection selection = { .options = &options };
	int *fds;

	/* Dates in an expression may be in the locale's form; all else, and what patterns match, are bytes. */
	setlocale(LC_TIME, "");
	parse_options(&options, argc, argv);
	if (optind < argc)
		paths = argv + optind;
	compile(&selection);
	fds = open_inputs(&selection, paths, optind < argc ? (size_t)(argc - optind) : 1);
	confine(CONFINE_ALL);
	out_init(&selection.out, STDOUT_FILENO, out_size(OUT_BYTES));
	for (size_t i = 0; paths[i] != NULL; i++)
		if (fds[i] != -1)
			select_from(&selection, fds[i], fds[i] == STDIN_FILENO ? "stdin" : paths[i]);
	flush_or_die(&selection.out);
	if (close(STDOUT_FILENO) == -1)
		err(EXIT_FAILED, "stdout");
	clear(&selection);
	free(fds);
	return selection.status;
}
