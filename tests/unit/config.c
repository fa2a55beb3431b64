/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "check.h"

static struct config *
parse(const char *text, struct err *error)
{
	char *copy = exact_copy(text, strlen(text));
	struct config *config = config_parse("config", copy, strlen(text), error);

	free(copy);
	return config;
}

/* As parse(), for what must be accepted. */
static struct config *
good(const char *text)
{
	struct err error = { "" };
	struct config *config = parse(text, &error);

	CHECK_BYTES(error.text, strlen(error.text), "");
	if (config == NULL)
		abort();
	return config;
}

/* The stock file of AIX 7.3, with the attributes of older and newer releases, as people write it: not all indented, CRLF. */
static const char aix[] = "* stock\n"
			  "start:\n\tbinmode = on\n\tstreammode = off\n\tignorenonexistentity = no\n\tfullpath = on\n\n"
			  "bin:\r\ntrail = /audit/trail\r\nbin1 = /audit/bin1\nbin2 = /audit/bin2\nbinsize = 10240\n"
			  "cmds = /etc/security/audit/bincmds\nfreespace = 4194303\nbackuppath = /audit\nbackupsize = 0\n"
			  "bincompact = off\nbytethreshold = 0\neventthreshold = 7\nvirtual_log = /dev/vlog0\n\n"
			  "stream:\n\tcmds = /etc/security/audit/streamcmds\n\tstreamcompact = off\n\n"
			  "classes:\n\tgeneral = USER_SU,PASSWORD_Change,FILE_Unlink\n\tmail =\n\n"
			  "users:\n\troot = general\n\tdefault = general,mail\n\t@wheel = ALL\n\tDOM\\joe =\n\n"
			  "role:\n\tadmin = general\n\nWPARS:\n\tw1 = whatever, they = like\n";

static void
settings(void)
{
	struct config *config = good(aix), *empty = good("");
	const struct settings *s = config_settings(config);

	CHECK_NUMBER(s->binmode, BINMODE_ON);
	CHECK(!s->streammode && !s->ignorenonexistentity && s->fullpath && !s->bincompact && !s->streamcompact);
	CHECK_BYTES(s->trail, strlen(s->trail), "/audit/trail");
	CHECK_BYTES(s->bin2, strlen(s->bin2), "/audit/bin2");
	CHECK_BYTES(s->bincmds, strlen(s->bincmds), "/etc/security/audit/bincmds");
	CHECK_BYTES(s->streamcmds, strlen(s->streamcmds), "/etc/security/audit/streamcmds");
	CHECK_NUMBER(s->binsize, 10240);
	CHECK_NUMBER(s->freespace, 4194303);
	CHECK_NUMBER(s->eventthreshold, 7);
	config_free(config);

	s = config_settings(empty);
	CHECK_NUMBER(s->binmode, BINMODE_OFF);
	CHECK_NUMBER(s->onfull, ONFULL_BLOCK);
	CHECK_NUMBER(s->records, RECORDS_FULL);
	CHECK_NUMBER(s->freespace, 65536);
	CHECK_NUMBER(s->backlog, 8192);
	CHECK(s->bincmds == NULL && s->streamcmds == NULL && s->backuppath == NULL);
	CHECK_BYTES(s->bin1, strlen(s->bin1), "/audit/bin1");
	config_free(empty);

	config = good("start:\n\tbinmode = panic\n\tonfull = drop\n\trecords = needed\n\tstreammode = yes\n\tbacklog = 64\n");
	s = config_settings(config);
	CHECK_NUMBER(s->binmode, BINMODE_PANIC);
	CHECK_NUMBER(s->onfull, ONFULL_DROP);
	CHECK_NUMBER(s->records, RECORDS_NEEDED);
	CHECK_NUMBER(s->backlog, 64);
	CHECK(s->streammode);
	config_free(config);
}

static void
users(void)
{
	struct config *config = good(aix);
	const struct config_user *user = config_user(config, 3);

	CHECK_BYTES(config_user(config, 0)->name, 4, "root");
	CHECK_BYTES(config_user(config, 2)->name, 6, "@wheel");
	CHECK_BYTES(user->name, strlen(user->name), "DOM\\joe");
	CHECK_BYTES(user->classes, strlen(user->classes), "");
	CHECK_NUMBER(user->line, 34);
	CHECK(config_user(config, 4) == NULL);
	CHECK_BYTES(config_path(config), 6, "config");
	config_free(config);
}

/* Outcomes: s success, f failure. */
static void
check_outcomes(const struct config *config, const char *class, const char *event, const char *outcomes)
{
	char got[3] = "";
	size_t length = 0;

	if (config_in_class(config, class, event, true) == 1)
		got[length++] = 's';
	if (config_in_class(config, class, event, false) == 1)
		got[length] = 'f';
	if (strcmp(got, outcomes) != 0)
		printf("# %s of %s:\n", event, class);
	CHECK_BYTES(got, strlen(got), outcomes);
}

static void
classes(void)
{
	struct config *config = good("classes:\n\ta = E1, E2+, E3-, E4+, E4-\n\tb = a-, E5\n\tc = b, \\\n E2-\n\td = ALL-, E1\n"
				     "\te = d+\n\tf =\n");

	check_outcomes(config, "a", "E1", "sf");
	check_outcomes(config, "a", "E2", "s");
	check_outcomes(config, "a", "E3", "f");
	check_outcomes(config, "a", "E4", "sf");
	check_outcomes(config, "a", "E5", "");
	check_outcomes(config, "b", "E1", "f");
	check_outcomes(config, "b", "E2", "");
	check_outcomes(config, "b", "E3", "f");
	check_outcomes(config, "b", "E5", "sf");
	check_outcomes(config, "c", "E2", "f");
	check_outcomes(config, "c", "E5", "sf");
	check_outcomes(config, "d", "E1", "sf");
	check_outcomes(config, "d", "Anything", "f");
	check_outcomes(config, "e", "Anything", "");
	check_outcomes(config, "e", "E1", "s");
	check_outcomes(config, "f", "E1", "");
	check_outcomes(config, "ALL", "Anything", "sf");
	CHECK_NUMBER(config_in_class(config, "g", "E1", true), -1);
	CHECK_NUMBER(config_in_class(config, "E1", "E1", true), -1);
	CHECK_BYTES(config_class(config, 5), 1, "f");
	CHECK(config_class(config, 6) == NULL);
	config_free(config);

	config = good(aix);
	CHECK_BYTES(config_nearest_class(config, "genral"), 7, "general");
	CHECK(config_nearest_class(config, "xxxxxxxxx") == NULL);
	config_free(config);
}

static void
sets(void)
{
	struct config *config = good("classes:\n\ta = E1, E2\n\tb = E3\n");
	struct err error;
	struct event_set *set = config_set(config, "a-, b", &error);

	CHECK(set != NULL && !event_set_has(set, "E1", true) && event_set_has(set, "E1", false));
	CHECK(event_set_has(set, "E3", true) && !event_set_has(set, "E4", true));
	event_set_free(set);
	set = config_set(config, "ALL+", &error);
	CHECK(set != NULL && event_set_has(set, "Any", true) && !event_set_has(set, "Any", false));
	event_set_free(set);
	set = config_set(config, "", &error);
	CHECK(set != NULL && !event_set_has(set, "E1", true));
	event_set_free(set);
	CHECK(config_set(config, "a,bb", &error) == NULL);
	CHECK_BYTES(error.text, strlen(error.text), "no class `bb`: did you mean `b`?");
	CHECK(config_set(config, "a,,b", &error) == NULL);
	CHECK_BYTES(error.text, strlen(error.text), "an empty name in the list ``");
	config_free(config);
}

static bool
is_known(void *arg, const char *event)
{
	return strcmp(event, arg) == 0;
}

static void
known_events(void)
{
	struct config *config = good("classes:\n\ta = E1, b, ALL\n\tb = E1+,\\\n\tE2-\n");
	struct err error;
	char one[] = "E1";

	CHECK_NUMBER(config_check_events(config, is_known, one, &error), -1);
	CHECK_BYTES(error.text, strlen(error.text), "config:3: class `b`: no such event, and no such class: `E2`");
	config_free(config);
	config = good("classes:\n\ta = E1, b\n\tb = E1-\n");
	CHECK_NUMBER(config_check_events(config, is_known, one, &error), 0);
	config_free(config);
}

static const struct {
	const char *text, *error;
} bad[] = {
	{ "events:\n", "config:1: no such stanza `events`" },
	{ "strat:\n", "config:1: no such stanza `strat`: did you mean `start`?" },
	{ "start:\n\tx = 1\n\nclass:\n", "config:2: stanza start has no attribute `x`" },
	{ "\nclass:\n", "config:2: no such stanza `class`: did you mean `classes`?" },
	{ "start:\nstart:\n", "config:2: stanza `start` stands twice: the first is in line 1" },
	{ "start:\n\tbinmod = on\n", "config:2: stanza start has no attribute `binmod`: did you mean `binmode`?" },
	{ "start:\n\tcmds = /x\n", "config:2: stanza start has no attribute `cmds`" },
	{ "start:\n\tbinmode = yes\n", "config:2: binmode = yes: one of off, on, panic" },
	{ "start:\n\tbinmode =\n", "config:2: binmode = : one of off, on, panic" },
	{ "start:\n\tonfull = stop\n", "config:2: onfull = stop: one of block, drop, panic" },
	{ "start:\n\trecords = all\n", "config:2: records = all: one of full, needed" },
	{ "start:\n\tstreammode = 1\n", "config:2: streammode = 1: on or off, yes or no" },
	{ "start:\n\tfullpath = On\n", "config:2: fullpath = On: on or off, yes or no" },
	{ "start:\n\tignorenonexistentity = maybe\n", "config:2: ignorenonexistentity = maybe: on or off, yes or no" },
	{ "start:\n\tbacklog = 63\n", "config:2: backlog = 63: a number from 64 to 4194304" },
	{ "start:\n\tbacklog = 1e3\n", "config:2: backlog = 1e3: a number from 64 to 4194304" },
	{ "start:\n\tbinmode = on\n\tbinmode = off\n", "config:3: attribute `binmode` stands twice: the first is in line 2" },
	{ "bin:\n\tbinsiz = 1\n", "config:2: stanza bin has no attribute `binsiz`: did you mean `binsize`?" },
	{ "bin:\n\tbinsize = -1\n", "config:2: binsize = -1: a number from 0 to 1099511627776" },
	{ "bin:\n\tbinsize =\n", "config:2: binsize = : a number from 0 to 1099511627776" },
	{ "bin:\n\tbinsize = 99999999999999999999\n",
	    "config:2: binsize = 99999999999999999999: a number from 0 to 1099511627776" },
	{ "bin:\n\tfreespace = 4194304\n", "config:2: freespace = 4194304: a number from 0 to 4194303" },
	{ "bin:\n\ttrail = audit/trail\n", "config:2: trail = audit/trail: not an absolute path" },
	{ "bin:\n\tbin1 =\n", "config:2: bin1 = : not an absolute path" },
	{ "bin:\n\tcmds = \"bincmds\"\n", "config:2: cmds = bincmds: not an absolute path" },
	{ "stream:\n\tcmd = /x\n", "config:2: stanza stream has no attribute `cmd`: did you mean `cmds`?" },
	{ "stream:\n\tstreamcompact = no no\n", "config:2: streamcompact = no no: on or off, yes or no" },
	{ "binmode = on\n", "config:1: an attribute before the first stanza: binmode" },
	{ "classes:\n\ta E1\n", "config:2: missing `=`: a E1" },
	{ "classes:\n\ta = E1\n\ta = E2\n", "config:3: attribute `a` stands twice: the first is in line 2" },
	{ "classes:\n\ta = E1,,E2\n", "config:2: class `a`: an empty name in the list: ``" },
	{ "classes:\n\ta = E1,\n", "config:2: class `a`: an empty name in the list: ``" },
	{ "classes:\n\ta = E1 E2\n", "config:2: class `a`: a blank inside a name (is a comma missing?): `E1 E2`" },
	{ "classes:\n\ta = E1,\\\n\n\tb = E1\n", "config:2: class `a`: an empty name in the list: ``" },
	{ "classes:\n\ta = E1,\\\n\tb = E1\n", "config:2: class `a`: a blank inside a name (is a comma missing?): `b = E1`" },
	{ "classes:\n\ta = E1;E2\n", "config:2: class `a`: only letters, digits and _@.:/ make a name: `E1;E2`" },
	{ "classes:\n\ta = \"E1\",\"E2\"\n", "config:2: class `a`: only letters, digits and _@.:/ make a name: `\"E1\"`" },
	{ "classes:\n\ta = +\n", "config:2: class `a`: only letters, digits and _@.:/ make a name: `+`" },
	{ "classes:\n\ta = E1+-\n", "config:2: class `a`: only letters, digits and _@.:/ make a name: `E1+`" },
	{ "classes:\n\ta = E2345678901234567890123456789012\n",
	    "config:2: class `a`: longer than 31 characters: `E2345678901234567890123456789012`" },
	{ "classes:\n\tc2345678901234567890123456789012 = E1\n",
	    "config:2: class `c2345678901234567890123456789012`: longer than 31 characters: `c2345678901234567890123456789012`" },
	{ "classes:\n\ta+ = E1\n", "config:2: class `a+`: only letters, digits and _@.:/ make a name: `a+`" },
	{ "classes:\n\tALL = E1\n", "config:2: class `ALL`: ALL always holds every event, and cannot be defined: `ALL`" },
	{ "classes:\n\ta = a\n", "config:2: class `a`: holds itself by its member: `a`" },
	{ "classes:\n\ta = b\n\tb = c-\n\tc = E1, a\n", "config:4: class `c`: holds itself by its member: `a`" },
	{ "users:\n\troot = general\n", "config:2: user `root`: no class `general`" },
	{ "classes:\n\tgeneral =\nusers:\n\troot = genral\n",
	    "config:4: user `root`: no class `genral`: did you mean `general`?" },
	{ "classes:\n\ta = E1\nusers:\n\troot = E1\n", "config:4: user `root`: no class `E1`" },
	{ "users:\n\troot = all\n", "config:2: user `root`: no class `all`: did you mean `ALL`?" },
	{ "users:\n\troot = ALL,\n", "config:2: user `root`: an empty name in the list ``" },
	{ "users:\n\troot = ALL ALL\n", "config:2: user `root`: a blank inside a name (is a comma missing?) `ALL ALL`" },
	{ "users:\n\troot = ALL\n\troot = ALL\n", "config:3: attribute `root` stands twice: the first is in line 2" },
	{ "users:\n\t@ = ALL\n", "config:2: user `@`: a group without a name" },
	{ "users:\n\tjoe bloggs = ALL\n", "config:2: not the name of an attribute: joe bloggs" },
};

static void
bad_input(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err error = { "" };
		struct config *config = parse(bad[i].text, &error);

		if (!CHECK(config == NULL))
			printf("# accepted: %s\n", bad[i].text);
		CHECK_BYTES(error.text, strlen(error.text), bad[i].error);
		config_free(config);
	}
}

/* A chain of classes is no deep recursion, and a pyramid of them no endless memory. */
static void
hostile_classes(void)
{
	enum { CLASSES = 20000 };
	char *text = malloc((size_t)CLASSES * 32), *to = text;
	struct err error = { "" };

	to += sprintf(to, "classes:\n");
	for (int i = 0; i < CLASSES; i++)
		to += sprintf(to, "\tc%d = c%d,E%d\n", i, i + 1, i);
	CHECK(parse(text, &error) == NULL);
	CHECK_BYTES(error.text, strlen(error.text),
	    "config:67: class `c65`: classes within classes are nested too deep: `c65`");

	to = text + sprintf(text, "classes:\n\tc0 = E\n");
	for (int i = 1; i < CLASSES; i++)
		to += sprintf(to, "\tc%d = c%d,E%d\n", i, i - 1, i);
	CHECK(parse(text, &error) == NULL);
	CHECK(strstr(error.text, "too many events in all classes together") != NULL);
	free(text);
}

/* As given by the environment variable CORPORA: public files of real systems. */
static void
corpora(void)
{
	const char *folder = getenv("CORPORA");
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/aix/config/config.bin-stanza.stig", folder != NULL ? folder : "../shared/corpora");
	file = fopen(path, "r");
	if (file == NULL)
		return;
	fclose(file);
	size_t length;
	char *text = read_file(path, &length);
	struct config *config = good(text);

	CHECK_NUMBER(config_settings(config)->binsize, 25000);
	config_free(config);
	free(text);
}

static void
stock(void)
{
	struct err error = { "" };
	struct config *config = config_load("config", &error);

	CHECK_BYTES(error.text, strlen(error.text), "");
	CHECK(config != NULL && config_in_class(config, "authentication", "USER_Login", false) == 1);
	config_free(config);
	CHECK(config_load("/nowhere", &error) == NULL);
	CHECK_BYTES(error.text, strlen(error.text), "/nowhere/config: No such file or directory");
}

int
main(void)
{
	test("start, bin and stream", settings);
	test("users", users);
	test("classes, with +, - and ALL", classes);
	test("sets of classes", sets);
	test("events that nobody knows", known_events);
	test("bad input is told by file and line", bad_input);
	test("hostile classes", hostile_classes);
	test("files of real systems", corpora);
	test("the stock file", stock);
	return test_end();
}
