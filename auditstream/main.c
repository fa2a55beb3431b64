/*
 * auditstream: the kernel's audit events as a stream of records on stdout; live from the kernel, or replayed from audit logs.
 * Exits 0 at the end of the input or on SIGTERM, 1 if the system failed it, 2 if the input was damaged, 64 if called wrongly.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "err.h"
#include "live.h"
#include "replay.h"
#include "text.h"

enum {
	QUEUE_DEFAULT = 4 << 20,   /* bytes of records that may wait for stdout */
	REPLAY_BUFFER = 256 << 10, /* bytes per write: large enough to make calls cheap, small enough for the second-level cache */
};

struct options {
	struct selection_source source;
	const char *input; /* NULL: live */
	uint64_t count;
	bool bare, machine, multicast, unbuffered;
};

_Noreturn static void
usage(void)
{
	fprintf(stderr,
	    "usage: auditstream [-FmMu] [-c class,...] [-C confdir] [-i file|-] [-n count]\n");
	exit(EXIT_USAGE);
}

/* Of two, the first would be forgotten, and what it asks for missed. */
static const char *
once(int option, const char *given)
{
	if (given != NULL)
		errx(EXIT_USAGE, "-%c %s -%c %s: only once", option, given, option, optarg);
	return optarg;
}

static struct options
parse_options(int argc, char **argv)
{
	struct options options = { .source = { .confdir = config_directory(), .started = config_started() != NULL } };
	int option;

	while ((option = getopt(argc, argv, "C:FMc:i:mn:u")) != -1) {
		switch (option) {
		case 'C':
			options.source.confdir = optarg;
			break;
		case 'F':
			options.bare = true;
			break;
		case 'M':
			options.multicast = true;
			break;
		case 'c':
			options.source.classes = once('c', options.source.classes);
			break;
		case 'i':
			options.input = once('i', options.input);
			break;
		case 'm':
			options.machine = true;
			break;
		case 'n':
			if (!text_unsigned(optarg, strlen(optarg), &options.count) || options.count == 0)
				errx(EXIT_USAGE, "-n %s: not a count of records", optarg);
			break;
		case 'u':
			options.unbuffered = true;
			break;
		default:
			usage();
		}
	}
	if (optind != argc || (options.input != NULL && options.multicast))
		usage();
	if (!options.source.started && getenv("AUDIT_STARTED") != NULL)
		errx(EXIT_USAGE, "AUDIT_STARTED=%s: not an absolute path", getenv("AUDIT_STARTED"));
	if (isatty(STDOUT_FILENO))
		errx(EXIT_USAGE, "stdout is a terminal, and records are binary: auditstream ... | auditpr");
	return options;
}

int
main(int argc, char **argv)
{
	struct options options = parse_options(argc, argv);
	size_t limit = out_size(QUEUE_DEFAULT);
	struct out out;
	struct capture capture = {
		.out = &out,
		.source = &options.source,
		.remaining = options.count,
		.unbuffered = options.unbuffered,
		.live = options.input == NULL,
		.bare = options.bare,
	};
	struct err error;
	int status;

	if (capture.live && options.source.started)
		live_expect_reload();
	capture.selection = selection_load(&options.source, &error);
	if (capture.selection == NULL)
		errx(EXIT_USAGE, "%s", error.text);
	out_init(&out, STDOUT_FILENO, capture.live || limit < REPLAY_BUFFER ? limit : REPLAY_BUFFER);
	capture_init(&capture);
	if (capture.live || options.machine)
		capture_stamp_machine(&capture);
	if (capture.live) {
		struct netlink netlink;

		live_unblock(&out);
		live_open(&netlink, options.multicast, options.source.started);
		status = live_run(&capture, &netlink, limit, NULL);
		netlink_close(&netlink);
	} else {
		status = replay(&capture, options.input) != 0 ? EXIT_DAMAGED : EXIT_OK;
	}
	capture_clear(&capture);
	out_clear(&out);
	return status;
}
