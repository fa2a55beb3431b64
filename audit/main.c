/* audit: starts and stops auditing, and says how it stands. audit(8) describes it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "programs.h"
#include "verbs.h"

_Noreturn static void
usage(void)
{
	fprintf(stderr, "usage: audit [-C confdir] start [-n | -r]\n"
			"       audit [-C confdir] check | shutdown | off | on [panic | fullpath] | query [-v]\n"
			"       audit [-C confdir] key [-f] [path]\n");
	exit(EXIT_USAGE);
}

/* The stream commands run elsewhere, and a reload must find the same files: the path is made absolute. */
static char *
absolute(const char *confdir)
{
	char *path = realpath(confdir, NULL);

	if (path == NULL)
		err(EXIT_FAILED, "%s", confdir);
	if (strpbrk(path, "\"\\\n") != NULL) /* it is kept in a stanza file */
		errx(EXIT_FAILED, "%s: a quote, a backslash or a newline in the name of the configuration's directory", confdir);
	return path;
}

static int
start(int argc, char **argv, const char *confdir)
{
	bool dry = false, reload = false;
	char *path;
	int option, status;

	while ((option = getopt(argc, argv, "nr")) != -1) {
		dry |= option == 'n';
		reload |= option == 'r';
		if (option == '?')
			usage();
	}
	if (optind != argc || (dry && reload))
		usage();
	path = reload && confdir == NULL ? NULL : absolute(confdir != NULL ? confdir : CONFDIR);
	status = reload ? verb_reload(path) : dry ? verb_start_dry(path)
						  : verb_start(path);
	free(path);
	return status;
}

static int
query(int argc, char **argv)
{
	bool verbose = false;
	int option;

	while ((option = getopt(argc, argv, "v")) != -1) {
		if (option != 'v')
			usage();
		verbose = true;
	}
	if (optind != argc)
		usage();
	return verb_query(verbose);
}

static int
key(int argc, char **argv, const char *confdir)
{
	bool force = false;
	int option;

	while ((option = getopt(argc, argv, "f")) != -1) {
		if (option != 'f')
			usage();
		force = true;
	}
	if (argc - optind > 1)
		usage();
	return verb_key(confdir != NULL ? confdir : CONFDIR, argv[optind], force);
}

/* Full paths are what Linux always gives: nothing is to be done for them. */
static int
on(int argc, char **argv)
{
	bool panic = false;

	for (int i = 1; i < argc; i++) {
		panic |= strcmp(argv[i], "panic") == 0;
		if (strcmp(argv[i], "panic") != 0 && strcmp(argv[i], "fullpath") != 0)
			usage();
	}
	return verb_on(panic);
}

int
main(int argc, char **argv)
{
	const char *confdir = NULL, *verb;
	int option;

	programs_expect_children();
	while ((option = getopt(argc, argv, "+C:")) != -1) {
		if (option != 'C')
			usage();
		confdir = optarg;
	}
	argc -= optind;
	argv += optind;
	if (argc == 0)
		usage();
	optind = 1;
	verb = argv[0];
	argv[0] = program_invocation_name;
	if (strcmp(verb, "start") == 0)
		return start(argc, argv, confdir);
	if (strcmp(verb, "query") == 0)
		return query(argc, argv);
	if (strcmp(verb, "key") == 0)
		return key(argc, argv, confdir);
	if (strcmp(verb, "on") == 0)
		return on(argc, argv);
	if (argc != 1)
		usage();
	if (strcmp(verb, "check") == 0)
		return verb_check(confdir != NULL ? confdir : CONFDIR);
	if (strcmp(verb, "shutdown") == 0)
		return verb_shutdown();
	if (strcmp(verb, "off") == 0)
		return verb_off();
	warnx("%s: no such verb", verb);
	usage();
}
