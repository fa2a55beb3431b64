/*
 * auditmerge: reads records (streams, bins, trails; packed or not) of several inputs and writes them as one stream, by time.
 * Ends at the end of all inputs: 0; 1 if reading or writing failed; 2 if some of the input was damaged; 64 if called wrongly.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "confine.h"
#include "err.h"
#include "file.h"
#include "merge.h"
#include "seen.h"

enum { OUT_BYTES = 1 << 18 }; /* gathered before a write */

struct options {
	bool quiet, distinct;
};

static _Noreturn void
usage(void)
{
	fprintf(stderr, "usage: auditmerge [-Dq] file ...\n");
	exit(EXIT_USAGE);
}

static void
parse_options(struct options *options, int argc, char **argv)
{
	int c, inputs = 0;

	*options = (struct options){ 0 };
	while ((c = getopt(argc, argv, "Dq")) != -1)
		switch (c) {
		case 'D':
			options->distinct = true;
			break;
		case 'q':
			options->quiet = true;
			break;
		default:
			usage();
		}
	if (optind == argc)
		usage();
	for (int i = optind; i < argc; i++)
		inputs += strcmp(argv[i], "-") == 0;
	if (inputs > 1)
		errx(EXIT_USAGE, "-: standard input can be merged once only");
	if (isatty(STDOUT_FILENO))
		errx(EXIT_USAGE, "stdout is a terminal, and records are binary: auditmerge ... | auditpr");
}

static void
complain(const char *text)
{
	warnx("%s", text);
}

static void
warn_of_back(const struct source *source, uint64_t by)
{
	uint64_t ms = by / 1000000;

	warnx("%s: serial %" PRIu64 " is %" PRIu64 ".%03" PRIu64 " s older than the record before it: the order stays as it is there",
	    source->stream.input.name, source->record.serial, ms / 1000, ms % 1000);
}

static void
flush_or_die(struct out *out)
{
	if (out_flush(out) == -1)
		err(EXIT_FAILED, "stdout");
}

static void
flush_when_idle(void *arg)
{
	flush_or_die(arg);
}

/* What cannot be opened is said, and the others are merged. */
static void
open_inputs(struct merge *merge, char **paths, struct out *out)
{
	for (; *paths != NULL; paths++) {
		bool is_stdin = strcmp(*paths, "-") == 0;
		int fd = is_stdin ? STDIN_FILENO : open(*paths, O_RDONLY | O_CLOEXEC);
		struct stream *stream;

		if (fd == -1) {
			warn("%s", *paths);
			merge->status = EXIT_FAILED;
			continue;
		}
		stream = merge_add(merge, fd, is_stdin ? "stdin" : *paths, complain);
		stream->input.idle = flush_when_idle;
		stream->input.idle_arg = out;
	}
}

int
main(int argc, char **argv)
{
	struct options options;
	struct merge merge;
	struct seen seen = { 0 };
	struct out out;
	const struct source *source;
	int status;

	parse_options(&options, argc, argv);
	merge_init(&merge, (size_t)(argc - optind), options.quiet ? NULL : warn_of_back);
	out_init(&out, STDOUT_FILENO, out_size(OUT_BYTES));
	file_allow_many();
	open_inputs(&merge, argv + optind, &out);
	confine(CONFINE_ALL);
	while ((source = merge_next(&merge)) != NULL) {
		if (!options.distinct || !seen_before(&seen, &source->record))
			merge_write(&out, source);
		if (out.error != 0)
			break;
	}
	flush_or_die(&out);
	if (close(STDOUT_FILENO) == -1)
		err(EXIT_FAILED, "stdout");
	status = merge.status;
	merge_clear(&merge);
	seen_clear(&seen);
	out_clear(&out);
	return status;
}
