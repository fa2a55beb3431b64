/*
 * auditpr: reads records (streams, bins, trails; packed or not) and prints them: AIX's columns, JSON, or the kernel's own lines.
 * Ends at the end of the input: 0; 1 if reading or writing failed; 2 if some of the input was damaged; 64 if called wrongly.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "catalogue.h"
#include "config.h"
#include "crew.h"
#include "mem.h"
#include "programs.h"
#include "stream.h"

struct options {
	const char *confdir;
	bool unbuffered;
	const char **inputs; /* of -i, then the operands */
	size_t count;
	struct report_options report;
};

struct printer {
	struct crew *crew;
	struct catalogue *catalogue;
	struct formats *formats;
	int status; /* EXIT_FAILED, EXIT_DAMAGED */
};

static _Noreturn void
usage(void)
{
	(void)fprintf(stderr, "usage: auditpr [-C confdir] [-F json|linux|text] [-i file] [-m message] [-r] [-t 0|1|2]\n"
			      "               [-u] [-v | -w] [-X] [-h field,...] [file ...]\n");
	exit(EXIT_USAGE);
}

static enum report_form
parse_form(const char *word)
{
	static const char *const forms[] = { [REPORT_TEXT] = "text", [REPORT_JSON] = "json", [REPORT_LINUX] = "linux" };

	for (int form = REPORT_TEXT; form <= REPORT_LINUX; form++)
		if (strcmp(forms[form], word) == 0)
			return (enum report_form)form;
	warnx("-F: no format \"%s\"; the formats are json, linux, text", word);
	usage();
}

static int
parse_titles(const char *word)
{
	if (word[0] < '0' || word[0] > '2' || word[1] != '\0') {
		warnx("-t: 0, 1 or 2, not \"%s\"", word);
		usage();
	}
	return word[0] - '0';
}

static void
set_tail(struct options *options, enum report_tail tail)
{
	if (options->report.tail != TAIL_NONE && options->report.tail != tail) {
		warnx("-v and -w exclude each other");
		usage();
	}
	options->report.tail = tail;
}

static void
parse_options(struct options *options, int argc, char **argv)
{
	int c;

	*options = (struct options){ .confdir = config_directory(), .report.titles = 1, .report.fields = COLUMNS_DEFAULT };
	options->inputs = mem_alloc_zero((size_t)argc + 1, sizeof(*options->inputs));
	while ((c = getopt(argc, argv, "C:F:h:i:m:rt:uvwX")) != -1)
		switch (c) {
		case 'C':
			options->confdir = optarg;
			break;
		case 'F':
			options->report.form = parse_form(optarg);
			break;
		case 'h':
			options->report.fields = optarg;
			break;
		case 'i':
			options->inputs[options->count++] = optarg;
			break;
		case 'm':
			options->report.message = optarg;
			break;
		case 'r':
			options->report.numeric = true;
			break;
		case 't':
			options->report.titles = parse_titles(optarg);
			break;
		case 'u':
			options->unbuffered = true;
			break;
		case 'v':
			set_tail(options, TAIL_BELOW);
			break;
		case 'w':
			set_tail(options, TAIL_BESIDE);
			break;
		case 'X':
			options->report.long_names = true;
			break;
		default:
			usage();
		}
	for (; optind < argc; optind++)
		options->inputs[options->count++] = argv[optind];
	if (options->count == 0 && isatty(STDIN_FILENO))
		usage();
	if (options->count == 0)
		options->inputs[options->count++] = "-";
}

/* The first of the two files that cannot be read, with errno; NULL if both can. */
static const char *
unreadable_file(const char *confdir)
{
	static const char *const files[] = { "eventmap", "events" };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[4096];

		if (snprintf(path, sizeof(path), "%s/%s", confdir, files[i]) >= (int)sizeof(path)) {
			errno = ENAMETOOLONG;
			return files[i];
		}
		if (access(path, R_OK) == -1)
			return files[i];
	}
	return NULL;
}

/* What a tail needs. JSON does without it where it is not there; -v and -w do not. */
static void
load_formats(struct printer *printer, const struct options *options)
{
	const char *confdir = options->confdir, *file;
	bool json = options->report.form == REPORT_JSON;
	struct err error;

	if (options->report.form == REPORT_LINUX || (!json && options->report.tail == TAIL_NONE))
		return;
	file = unreadable_file(confdir);
	if (file != NULL && json) {
		warn("%s/%s: no Verbose without it (-C gives another directory)", confdir, file);
		return;
	}
	if (file != NULL)
		err(EXIT_FAILED, "%s/%s: no tails without it (-C gives another directory)", confdir, file);
	printer->catalogue = catalogue_load(confdir, &error);
	if (printer->catalogue != NULL)
		printer->formats = formats_load(confdir, printer->catalogue, &error);
	if (printer->formats == NULL)
		errx(EXIT_USAGE, "%s", error.text);
	crew_set_formats(printer->crew, printer->formats);
}

static void
complain(const char *text)
{
	warnx("%s", text);
}

static void
print_input(struct printer *printer, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct stream stream;

	if (fd == -1) {
		warn("%s", path);
		printer->status = EXIT_FAILED;
		return;
	}
	stream_init(&stream, fd, is_stdin ? "stdin" : path, complain);
	if (crew_print(printer->crew, &stream) == -1)
		printer->status = EXIT_FAILED;
	else if (stream.damaged > 0 && printer->status == EXIT_OK)
		printer->status = EXIT_DAMAGED;
	stream_clear(&stream);
}

int
main(int argc, char **argv)
{
	struct options options;
	struct printer printer = { .status = EXIT_OK };
	struct err error;

	programs_expect_children();
	parse_options(&options, argc, argv);
	printer.crew = crew_new(&options.report, options.unbuffered || isatty(STDOUT_FILENO), &error);
	if (printer.crew == NULL) {
		warnx("%s", error.text);
		usage();
	}
	load_formats(&printer, &options);

	crew_begin(printer.crew);
	for (size_t i = 0; i < options.count; i++)
		print_input(&printer, options.inputs[i]);
	if (close(STDOUT_FILENO) == -1)
		err(EXIT_FAILED, "stdout");

	crew_free(printer.crew);
	formats_free(printer.formats);
	catalogue_free(printer.catalogue);
	free(options.inputs);
	return printer.status;
}
