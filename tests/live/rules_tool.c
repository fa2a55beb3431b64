/*
 * The rules of a configuration, for tests: rules_tool [-x SESSION] VERB [CONFDIR]
 *
 *	print   in auditctl's syntax      encode  as the kernel is sent them, in hexadecimal
 *	apply   says "ADDED REMOVED KEPT"   remove  says how many       count  says "OURS FOREIGN"
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record.h"
#include "rules.h"
#include "rules_data.h"
#include "rules_kernel.h"
#include "text.h"

static void
warn_text(const char *text)
{
	warnx("%s", text);
}

static _Noreturn void
fail(const struct err *error)
{
	errx(EXIT_FAILED, "%s", error->text);
}

static struct rules *
compile(const char *confdir, uint32_t exempt)
{
	struct err error;
	char objects_path[PATH_MAX];
	struct config *config = config_load(confdir, &error);
	struct catalogue *catalogue = config == NULL ? NULL : catalogue_load(confdir, &error);
	struct objects *objects = catalogue == NULL ? NULL : objects_load(confdir, warn_text, &error);
	struct subjects *subjects = objects == NULL ? NULL : subjects_new(config, warn_text, &error);
	struct rules_input input = {
		.config = config,
		.catalogue = catalogue,
		.subjects = subjects,
		.objects = objects,
		.objects_path = objects_path,
		.arch = rules_native_arch(),
		.exempt = exempt,
		.warn = warn_text,
	};
	struct rules *rules;

	snprintf(objects_path, sizeof(objects_path), "%s/objects", confdir);
	rules = subjects == NULL ? NULL : rules_compile(&input, &error);
	if (rules == NULL)
		fail(&error);
	subjects_free(subjects);
	objects_free(objects);
	catalogue_free(catalogue);
	config_free(config);
	return rules;
}

static void
print(const struct rules *rules)
{
	struct out out;

	out_init(&out, STDOUT_FILENO, 1 << 16);
	rules_print(rules, &out);
	if (out_flush(&out) == -1)
		err(EXIT_FAILED, "stdout");
	out_clear(&out);
}

static void
encode(const struct rules *rules)
{
	struct audit_rule_data *data = mem_alloc(RULE_DATA_MAX);
	const struct rule *rule;

	for (size_t i = 0; (rule = rules_at(rules, i)) != NULL; i++) {
		size_t size = rule_encode(rule, data, RULE_DATA_MAX);

		for (size_t k = 0; k < size; k++)
			printf("%02x", ((const unsigned char *)data)[k]);
		putchar('\n');
	}
	free(data);
}

static void
apply(const struct rules *rules)
{
	struct rules_changes changes;
	struct err error;

	if (rules_kernel_apply(rules, &changes, &error) == -1)
		fail(&error);
	printf("%zu %zu %zu\n", changes.added, changes.removed, changes.kept);
}

static void
remove_ours(void)
{
	struct err error;
	size_t removed;

	if (rules_kernel_remove(&removed, &error) == -1)
		fail(&error);
	printf("%zu\n", removed);
}

static void
count(void)
{
	struct err error;
	size_t ours, foreign;

	if (rules_kernel_count(&ours, &foreign, &error) == -1)
		fail(&error);
	printf("%zu %zu\n", ours, foreign);
}

int
main(int argc, char **argv)
{
	uint32_t exempt = ID_UNSET;
	const char *verb;
	int c;

	while ((c = getopt(argc, argv, "x:")) != -1)
		if (c == 'x')
			exempt = (uint32_t)strtoul(optarg, NULL, 10);
	verb = argv[optind];
	if (verb != NULL && strcmp(verb, "remove") == 0) {
		remove_ours();
	} else if (verb != NULL && strcmp(verb, "count") == 0) {
		count();
	} else if (argc == optind + 2) {
		struct rules *rules = compile(argv[optind + 1], exempt);

		if (strcmp(verb, "print") == 0)
			print(rules);
		else if (strcmp(verb, "encode") == 0)
			encode(rules);
		else if (strcmp(verb, "apply") == 0)
			apply(rules);
		rules_free(rules);
	} else {
		fprintf(stderr, "usage: rules_tool [-x session] print|encode|apply confdir\n       rules_tool remove|count\n");
		return EXIT_USAGE;
	}
	return EXIT_OK;
}
