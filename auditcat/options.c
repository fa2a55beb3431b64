/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "err.h"
#include "text.h"

enum { BLOCK = 512 }; /* bytes of AIX's unit for -s, as for backupsize and freespace */

static _Noreturn void
usage(void)
{
	fprintf(stderr, "usage: auditcat [-p | -u [-t expression]] [file ...]\n"
			"       auditcat [-p | -u] [-r] [-s size] [-d directory] [-C confdir] -o trail [file ...]\n"
			"       auditcat -f [-u] file ...\n"
			"       auditcat -V [-k key]... [-e sequence:hash] file ...\n"
			"       auditcat -L trail ...\n");
	exit(EXIT_USAGE);
}

/* Blocks, or bytes with a suffix. */
static uint64_t
parse_size(const char *text)
{
	static const char suffixes[] = "kmg";
	size_t length = strlen(text);
	const char *suffix = length > 1 ? strchr(suffixes, text[length - 1] | 0x20) : NULL;
	uint64_t number, unit = suffix != NULL ? (uint64_t)1 << (10 * (suffix - suffixes + 1)) : BLOCK;

	if (!text_unsigned(text, suffix != NULL ? length - 1 : length, &number) || number > INT64_MAX / unit)
		errx(EXIT_USAGE, "-s %s: not a size: blocks of 512 bytes, or a number with k, m or g", text);
	return number * unit;
}

static void
add_key(struct options *options, const char *path)
{
	if (options->key_count == SIGNERS_MAX)
		errx(EXIT_USAGE, "-k %s: more than %d keys", path, SIGNERS_MAX);
	options->keys[options->key_count++] = path;
}

/* What goes with what. */
static bool
make_sense(const struct options *options, int operands)
{
	bool appending = options->recover || options->size != SIZE_UNSET || options->backups != NULL;
	int verbs = options->verify + options->last + options->follow + (options->out != NULL);

	if (verbs > 1 || (options->pack && options->unpack) || (appending && options->out == NULL))
		return false;
	if ((options->key_count > 0 || options->anchor.sequence != 0) && !options->verify)
		return false;
	if ((options->verify || options->last) && (options->pack || options->unpack))
		return false;
	if (options->expression != NULL && (!options->unpack || options->follow || options->out != NULL))
		return false;
	if (options->follow && options->pack)
		return false;
	if (options->verify || options->last || options->follow)
		return operands > 0;
	return operands > 0 || !isatty(STDIN_FILENO);
}

/* A second reader of it would find it closed. */
static void
check_stdin_once(char *const *operands)
{
	int count = 0;

	for (; *operands != NULL; operands++)
		count += strcmp(*operands, "-") == 0;
	if (count > 1)
		errx(EXIT_USAGE, "-: standard input can be read once only");
}

void
options_parse(struct options *options, int argc, char **argv)
{
	int c;

	*options = (struct options){ .confdir = config_directory(), .size = SIZE_UNSET };
	while ((c = getopt(argc, argv, "C:LVd:e:fk:o:prs:t:u")) != -1)
		switch (c) {
		case 'C':
			options->confdir = optarg;
			break;
		case 'L':
			options->last = true;
			break;
		case 'V':
			options->verify = true;
			break;
		case 'd':
			options->backups = optarg;
			break;
		case 'e':
			if (anchor_parse(optarg, &options->anchor) == -1)
				errx(EXIT_USAGE, "-e %s: not SEQUENCE:HASH, as auditcat -L prints it", optarg);
			break;
		case 'f':
			options->follow = true;
			break;
		case 'k':
			add_key(options, optarg);
			break;
		case 'o':
			options->out = optarg;
			break;
		case 'p':
			options->pack = true;
			break;
		case 'r':
			options->recover = true;
			break;
		case 's':
			options->size = parse_size(optarg);
			break;
		case 't':
			options->expression = optarg;
			break;
		case 'u':
			options->unpack = true;
			break;
		default:
			usage();
		}
	if (!make_sense(options, argc - optind))
		usage();
	check_stdin_once(argv + optind);
	if (options->out == NULL && !options->verify && !options->last && isatty(STDOUT_FILENO))
		errx(EXIT_USAGE, "stdout is a terminal, and records are binary: auditcat -u ... | auditpr");
}
