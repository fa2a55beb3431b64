/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

#include <linux/audit.h>

#include "check.h"
#include "record.h"
#include "rules_data.h"

/* What the stock files say is not asked here: calls that x86_64 and i386 have both, one that each has alone, and two spellings. */
static const char eventmap[] = "FILE_Mode:\n\tsyscall = chmod, fchmodat\n\n"
			       "FILE_Stat:\n\tsyscall = stat64\n\n"
			       "PROC_Sys:\n\tsyscall = arch_prctl\n\n"
			       "PROC_Delete:\n\tsyscall = exit, exit_group\n\n"
			       "USER_Login:\n\ttype = USER_LOGIN\n\n"
			       "SRC_Start:\n\ttype = SERVICE_START\n\n"
			       "PROC_Kill:\n\tsyscall = kill\n\ttype = OBJ_PID\n";

#define CLASSES                                                                                     \
	"classes:\n\tmode = FILE_Mode\n\tstat = FILE_Stat\n\tsys = PROC_Sys\n\tend = PROC_Delete\n" \
	"\tlogin = USER_Login\n\tkill = PROC_Kill\n\tmade = SYS_getppid,SYS_1,SYS_500,SYS_nosuch,KERN_BPF\n\tsrc = SRC_Start\n"

static char warnings[4096];

static void
take_warning(const char *text)
{
	size_t length = strlen(warnings);

	snprintf(warnings + length, sizeof(warnings) - length, "%s\n", text);
}

/* A file system of our own. */
static bool
is_directory(const char *path)
{
	static const char *const paths[] = { "/", "/rt", "/rt/dir", "/rt/a b" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (strcmp(paths[i], path) == 0)
			return true;
	return false;
}

struct setup {
	struct config *config;
	struct catalogue *catalogue;
	struct subjects *subjects;
	struct objects *objects;
	struct rules *rules;
	struct err error;
};

static void
ignore_warning(const char *text)
{
}

static struct setup
set_up(const char *config, const char *map, const char *objects, uint32_t exempt)
{
	struct setup s = { .error = { "" } };

	warnings[0] = '\0';
	s.config = config_parse("config", config, strlen(config), &s.error);
	s.catalogue = catalogue_parse("eventmap", map, strlen(map), &s.error);
	s.objects = objects_parse("objects", objects, strlen(objects), ignore_warning, &s.error);
	if (s.config != NULL)
		s.subjects = subjects_new(s.config, take_warning, &s.error);
	if (s.subjects == NULL || s.catalogue == NULL || s.objects == NULL) {
		printf("# %s\n", s.error.text);
		fflush(stdout);
		abort();
	}
	s.rules = rules_compile(
	    &(struct rules_input){
		.config = s.config,
		.catalogue = s.catalogue,
		.subjects = s.subjects,
		.objects = s.objects,
		.objects_path = "objects",
		.arch = AUDIT_ARCH_X86_64,
		.exempt = exempt,
		.is_directory = is_directory,
		.warn = take_warning,
	    },
	    &s.error);
	return s;
}

static void
tear_down(struct setup *s)
{
	rules_free(s->rules);
	objects_free(s->objects);
	subjects_free(s->subjects);
	catalogue_free(s->catalogue);
	config_free(s->config);
}

static size_t
count(const struct setup *s)
{
	size_t n = 0;

	while (rules_at(s->rules, n) != NULL)
		n++;
	return n;
}

/* The rules are printed so. The comments are left out where comments is false. */
static void
check_print(const struct setup *s, bool comments, const char *expected, int line)
{
	struct out out;
	char *text;
	size_t length = 0;
	bool at_comment = false, at_begin = true;

	out_init(&out, -1, 4096);
	out.hold = true;
	if (s->rules != NULL)
		rules_print(s->rules, &out);
	text = exact_copy(out.data + out.head, out_waiting(&out));
	for (size_t i = 0; i < out_waiting(&out); i++) {
		if (at_begin)
			at_comment = !comments && text[i] == '#';
		at_begin = text[i] == '\n';
		if (!at_comment)
			text[length++] = text[i];
	}
	check_bytes(text, length, expected, "the rules", __FILE__, line);
	free(text);
	out_clear(&out);
}

/* The rules of such classes and users, without objects, without comments. */
static void
check_users_at(const char *users, const char *expected, int line)
{
	char text[65536];
	struct setup s;

	snprintf(text, sizeof(text), CLASSES "\nusers:\n%s", users);
	s = set_up(text, eventmap, "", ID_UNSET);
	check_bytes(s.error.text, strlen(s.error.text), "", "the error", __FILE__, line);
	check_print(&s, false, expected, line);
	tear_down(&s);
}

#define CHECK_USERS(users, expected) check_users_at((users), (expected), __LINE__)
#define KEY                          " -F key=auditstream-users\n"
#define B64(calls, fields)           "-a always,exit -F arch=b64 -S " calls fields KEY
#define B32(calls, fields)           "-a always,exit -F arch=b32 -S " calls fields KEY
#define KILL(fields)                 B64("kill", fields) B32("kill", fields)
#define PERSON(uid)                  " -F auid=" uid
#define DAEMON(uid)                  " -F auid=unset -F uid=" uid
/* User 61234: calls of both architectures; some however they end, others by an outcome. */
#define BOTH(on_64, on_32, who)           B64(on_64, who) B32(on_32, who)
#define USER(on_64, on_32)                BOTH(on_64, on_32, PERSON("61234")) BOTH(on_64, on_32, DAEMON("61234"))
#define WHO_ENDS(both, one, who, outcome) B64(both, who) B64(one, who outcome) B32(both, who) B32(one, who outcome)
#define USER_ENDS(both, one, outcome)     WHO_ENDS(both, one, PERSON("61234"), outcome) WHO_ENDS(both, one, DAEMON("61234"), outcome)
#define FAILS                             " -F success=0"
#define SUCCEEDS                          " -F success=1"

static void
one_user(void)
{
	CHECK_USERS("\t61234 = kill\n", USER("kill", "kill"));
	CHECK_USERS("\t61234 =\n", "");
	CHECK_USERS("", "");
	/* Calls are in the order of their numbers, which is another one on i386. */
	CHECK_USERS("\t61234 = mode,kill\n", USER("kill,chmod,fchmodat", "chmod,kill,fchmodat"));
}

static void
one_architecture(void)
{
	CHECK_USERS("\t61234 = stat\n", B32("stat64", PERSON("61234")) B32("stat64", DAEMON("61234")));
	CHECK_USERS("\t61234 = sys\n", USER("arch_prctl", "arch_prctl"));
}

static void
no_call(void)
{
	CHECK_USERS("\t61234 = login,src\n", "");
	/* A name that the catalogue makes is the call; a number is one where it has no name. */
	CHECK_USERS("\t61234 = made\n", USER("getppid,500", "getppid,500"));
}

static void
outcomes(void)
{
	CHECK_USERS("\t61234 = kill+\n", KILL(PERSON("61234") SUCCEEDS) KILL(DAEMON("61234") SUCCEEDS));
	CHECK_USERS("\t61234 = kill-\n", KILL(PERSON("61234") FAILS) KILL(DAEMON("61234") FAILS));
	CHECK_USERS("\t61234 = kill-,kill+\n", USER("kill", "kill"));
	CHECK_USERS("\t61234 = mode,kill-\n", USER_ENDS("chmod,fchmodat", "kill", FAILS));
	/* exit returns to nobody: a rule that asks for success never takes it, and it never fails. */
	CHECK_USERS("\t61234 = end+\n", USER("exit,exit_group", "exit,exit_group"));
	CHECK_USERS("\t61234 = end-\n", "");
}

static void
all(void)
{
	CHECK_USERS("\t61234 = ALL\n", USER("all", "all"));
	CHECK_USERS("\t61234 = ALL,kill-\n", USER("all", "all"));
	CHECK_USERS("\t61234 = ALL-,kill\n", USER_ENDS("kill", "all", FAILS));
	/* The successes of all calls hold those that have no outcome. */
	CHECK_USERS("\t61234 = ALL+\n", USER_ENDS("exit,exit_group", "all", SUCCEEDS));
}

#define RANGE(field, low, high) " -F " field ">=" low " -F " field "<=" high

static void
several_users(void)
{
	CHECK_USERS("\t61234 = kill\n\t61235 = kill\n\t61236 = kill\n",
	    KILL(RANGE("auid", "61234", "61236")) KILL(" -F auid=unset" RANGE("uid", "61234", "61236")));
	/* Cut at the widest gap; the narrower ones are left to user space. */
	CHECK_USERS("\t0 = kill\n\t61238 = kill\n\t61234 = kill\n",
	    KILL(PERSON("0")) KILL(DAEMON("0")) KILL(RANGE("auid", "61234", "61238")) KILL(" -F auid=unset" RANGE("uid", "61234", "61238")));
	/* The same by other words is one set. */
	CHECK_USERS("\t61234 = kill,login\n\t61235 = login,kill\n",
	    KILL(RANGE("auid", "61234", "61235")) KILL(" -F auid=unset" RANGE("uid", "61234", "61235")));
}

static void
the_default(void)
{
	CHECK_USERS("\tdefault = kill\n", KILL(""));
	CHECK_USERS("\tdefault = kill\n\t61234 = kill\n", KILL(""));
	CHECK_USERS("\tdefault = kill\n\t61235 =\n\t61234 =\n",
	    KILL(" -F auid!=unset -F auid!=61234 -F auid!=61235")
		KILL(" -F auid=unset -F uid!=61234 -F uid!=61235"));
	CHECK_USERS("\tdefault = kill\n\t61234 = ALL\n",
	    B64("all", PERSON("61234"))
		B32("all", PERSON("61234"))
		    B64("all", DAEMON("61234"))
			B32("all", DAEMON("61234"))
			    KILL(" -F auid!=unset -F auid!=61234") KILL(" -F auid=unset -F uid!=61234"));
}

/* 40 are excluded one by one; of more the kernel is told nothing, and user space is. */
static void
the_default_without_many(void)
{
	char users[8192], expected[8192] = "", person[1024] = "", daemon[1024] = "";
	size_t length = (size_t)snprintf(users, sizeof(users), "\tdefault = kill\n");

	for (unsigned uid = 61234; uid < 61234 + 40; uid++) {
		length += (size_t)snprintf(users + length, sizeof(users) - length, "\t%u =\n", uid);
		snprintf(person + strlen(person), sizeof(person) - strlen(person), " -F auid!=%u", uid);
		snprintf(daemon + strlen(daemon), sizeof(daemon) - strlen(daemon), " -F uid!=%u", uid);
	}
	for (int arch = 0; arch < 4; arch++)
		snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected),
		    "-a always,exit -F arch=%s -S kill%s%s" KEY, arch % 2 ? "b32" : "b64",
		    arch < 2 ? " -F auid!=unset" : " -F auid=unset", arch < 2 ? person : daemon);
	CHECK_USERS(users, expected);
	snprintf(users + length, sizeof(users) - length, "\t62234 =\n");
	CHECK_USERS(users, KILL(""));
}

/* The number of rules grows with the number of distinct sets of events, never with users. */
static void
many_users(void)
{
	static const unsigned numbers[] = { 1, 10, 1000 };
	static char text[1 << 20];

	for (size_t n = 0; n < 3; n++)
		for (unsigned sets = 1; sets <= 5 && sets <= numbers[n]; sets += 2) {
			static const char *const classes[] = { "kill", "mode", "stat,kill", "mode,sys", "mode,kill" };
			size_t length = (size_t)snprintf(text, sizeof(text), CLASSES "\nusers:\n\tdefault = mode-\n");
			struct setup s;

			for (unsigned i = 0; i < numbers[n]; i++)
				length += (size_t)snprintf(text + length, sizeof(text) - length, "\t%u = %s\n", 70000 + 3 * i,
				    classes[i % sets]);
			s = set_up(text, eventmap, "", ID_UNSET);
			/* Two ranges, people and daemons, two architectures; less for few users. */
			CHECK(count(&s) <= 8 * sets + 4);
			CHECK(count(&s) >= 4 * sets + 2);
			if (n == 2)
				CHECK_NUMBER(count(&s), 8 * sets + 2);
			tear_down(&s);
		}
}

/* id: FNV-1a of the object's path, computed elsewhere */
#define OBJECT(path, perm, id) "-a always,exit -F " path " -F perm=" perm " -F key=auditstream-object-" id "\n"

static void
files(void)
{
	struct setup s = set_up("start:\n\tignorenonexistentity = yes\n", eventmap,
	    "/rt/file:\n\tr = R\n\tw = W\n\tx = X\n\n"
	    "/rt/dir/*.conf:\n\tw = W\n\n"
	    "/rt/no/*.conf:\n\tw = W\n\n"
	    "/rt/no/file:\n\tw = W\n\n"
	    "/rt/a b/file:\n\tr = R\n\n"
	    "/rt/*/x:\n\tx = X\n\n"
	    "/*:\n\tw = W\n\n"
	    "/file:\n\tw = W\n",
	    ID_UNSET);

	/* clang-format off */
	check_print(&s, true,
	    "# objects:1: /rt/file: no such file yet\n" OBJECT("path=/rt/file", "rwx", "089e2b15902b368b")
	    "# objects:6: /rt/dir/*.conf\n" OBJECT("dir=/rt/dir", "w", "ed947e2cc2a203e7")
	    "# objects:15: /rt/a b/file: no such file yet\n# a rule that auditctl cannot write: there are blanks or unprintable bytes in the path\n"
	    "# objects:18: /rt/*/x\n" OBJECT("dir=/rt", "x", "5a5381508d27c4f2")
	    "# objects:21: /*\n" OBJECT("dir=/", "w", "07d69c07b49d333c")
	    "# objects:24: /file: no such file yet\n" OBJECT("path=/file", "w", "8006f50ad6425978"),
	    __LINE__);
	/* clang-format on */
	CHECK_BYTES(warnings, strlen(warnings),
	    "objects:9: object `/rt/no/*.conf`: no such directory: /rt/no: skipped; when it is there, audit start -r\n"
	    "objects:12: object `/rt/no/file`: no such directory: /rt/no: skipped; when it is there, audit start -r\n");
	tear_down(&s);
}

static void
missing_directory(void)
{
	struct setup s = set_up("", eventmap, "/rt/file:\n\tr = R\n\n/rt/no/file:\n\tw = W\n", ID_UNSET);

	CHECK(s.rules == NULL);
	CHECK_BYTES(s.error.text, strlen(s.error.text), "objects:4: object `/rt/no/file`: no such directory: /rt/no");
	tear_down(&s);
}

/* A real directory, which objects.c asks the system for. */
static void
directories(void)
{
	struct setup s = set_up("", eventmap, "/:\n\tw = W\n", ID_UNSET);

	check_print(&s, false, OBJECT("dir=/", "w", "af63a24c860189fe"), __LINE__);
	tear_down(&s);
}

/* As long as the kernel takes one: beyond that objects.c does not. Too long for a line of auditctl's, with its key, it is not. */
static void
long_path(void)
{
	char text[5000] = "/rt/";
	unsigned char buffer[RULE_DATA_MAX];
	struct setup s;

	memset(text + 4, 'n', 4091);
	strcpy(text + 4095, ":\n\tw = W\n");
	s = set_up("", eventmap, text, ID_UNSET);
	CHECK_NUMBER(count(&s), 1);
	CHECK(rule_encode(rules_at(s.rules, 0), (struct audit_rule_data *)buffer, sizeof(buffer)) > 4095);
	tear_down(&s);
}

#define EXCLUDE(type)                                              \
	"# config: records = needed: no selected event uses " type \
	"; with the key auditstream-records, which auditctl cannot write\n-a always,exclude -F msgtype=" type "\n"

static void
order_and_origin(void)
{
	struct setup s = set_up("start:\n\trecords = needed\n\n" CLASSES "\nusers:\n\t61234 = kill,src\n\t61235 = kill,src\n", eventmap,
	    "/rt/x:\n\tw = W\n", 4711);

	/* clang-format off */
	check_print(&s, true,
	    "# audit start: the session of the stream commands\n"
	    "-A never,exit -S all -F sessionid=4711 -F key=auditstream-exempt\n"
	    EXCLUDE("PROCTITLE") EXCLUDE("SECCOMP") EXCLUDE("NETFILTER_PKT") EXCLUDE("SERVICE_STOP") EXCLUDE("CRED_ACQ")
	    EXCLUDE("CRED_REFR") EXCLUDE("CRED_DISP")
	    "# objects:1: /rt/x: no such file yet\n" OBJECT("path=/rt/x", "w", "78d3c4a5ed8d566f")
	    "# config:15: 61234 (2 users): kill,src\n" B64("kill", RANGE("auid", "61234", "61235"))
	    "# config:15: 61234 (2 users): kill,src\n" B32("kill", RANGE("auid", "61234", "61235"))
	    "# config:15: 61234 (2 users): kill,src\n" B64("kill", " -F auid=unset" RANGE("uid", "61234", "61235"))
	    "# config:15: 61234 (2 users): kill,src\n" B32("kill", " -F auid=unset" RANGE("uid", "61234", "61235")),
	    __LINE__);
	/* clang-format on */
	tear_down(&s);
}

/* ALL uses every record type; a tail that shows the title needs it. */
static void
needed_records(void)
{
	struct setup s = set_up("start:\n\trecords = needed\n\n" CLASSES "\nusers:\n\t61234 = ALL+\n",
	    "A:\n\tsyscall = kill\n\ttail = proctitle\n", "", ID_UNSET);
	const struct rule *rule = rules_at(s.rules, 0);

	CHECK(rule != NULL && rule->list == AUDIT_FILTER_EXIT);
	tear_down(&s);
}

/* A comment does not become a rule, whatever stands in the files. */
static void
hostile_names(void)
{
	struct setup s = set_up("", eventmap, "/rt/x\xe2\x80\xae:\n\tw = W\n", ID_UNSET);

	check_print(&s, true,
	    "# objects:1: /rt/x\\xe2\\x80\\xae: no such file yet\n"
	    "# a rule that auditctl cannot write: there are blanks or unprintable bytes in the path\n",
	    __LINE__);
	tear_down(&s);
}

static void
encoding(void)
{
	struct setup s = set_up("start:\n\trecords = needed\n\n" CLASSES
				"\nusers:\n\tdefault = ALL-,mode,end\n\t61234 = kill+\n\t61235 = sys,kill-\n\t61240 = kill+\n",
	    eventmap, "/rt/a b/x:\n\tw = W\n\n/rt/dir/*:\n\tr = R\n", 7);
	struct arena arena = { 0 };
	const struct rule *rule, *other;
	unsigned char buffer[RULE_DATA_MAX] = { 0 };

	CHECK(count(&s) > 20);
	for (size_t i = 0; (rule = rules_at(s.rules, i)) != NULL; i++) {
		size_t size = rule_encode(rule, (struct audit_rule_data *)buffer, sizeof(buffer));
		struct audit_rule_data *data;
		struct rule decoded, turned;

		if (!CHECK(size >= sizeof(*data)))
			break;
		data = (struct audit_rule_data *)exact_copy(buffer, size);
		CHECK(size == sizeof(*data) + data->buflen);
		CHECK_NUMBER(data->flags, rule->list | (i == 0 ? AUDIT_FILTER_PREPEND : 0));
		CHECK(rule_decode(&decoded, data, size, &arena));
		CHECK(decoded.first == (i == 0) && rule_same(&decoded, rule) && rule_same(rule, &decoded));
		for (size_t k = 0; (other = rules_at(s.rules, k)) != NULL; k++)
			CHECK(rule_same(&decoded, other) == (i == k));

		/* The order of fields is nothing, nor are the bits that the kernel takes for classes; a field too many is something. */
		turned = decoded;
		for (size_t k = 0; k < turned.count; k++)
			turned.fields[k] = decoded.fields[turned.count - 1 - k];
		turned.mask[RULE_WORDS - 1] ^= 0xffff0000;
		CHECK(rule_same(&turned, rule));
		turned.fields[0] = turned.fields[1];
		CHECK(!rule_same(&turned, rule) && !rule_same(rule, &turned));

		/* Each cut is seen. */
		for (size_t cut = 0; cut < size; cut++)
			CHECK(!rule_decode(&decoded, data, cut, &arena));
		CHECK_NUMBER(rule_encode(rule, (struct audit_rule_data *)buffer, size - 1), 0);
		free(data);
	}
	arena_clear(&arena);
	tear_down(&s);
}

static void
damaged_data(void)
{
	struct audit_rule_data data = { .field_count = 2, .fields = { AUDIT_WATCH, AUDIT_FILTERKEY }, .values = { 0xffffffff, 2 } };
	struct arena arena = { 0 };
	struct rule rule;

	CHECK(!rule_decode(&rule, &data, sizeof(data), &arena));
	data.field_count = 65;
	CHECK(!rule_decode(&rule, &data, sizeof(data), &arena));
	data.field_count = 0xffffffff;
	CHECK(!rule_decode(&rule, &data, sizeof(data), &arena));
	data = (struct audit_rule_data){ .buflen = 1 };
	CHECK(!rule_decode(&rule, &data, sizeof(data), &arena));
	data.buflen = 0;
	CHECK(rule_decode(&rule, &data, sizeof(data), &arena));
	arena_clear(&arena);
}

static void
architectures(void)
{
	struct err error = { "" };
	struct setup s = set_up(CLASSES "\nusers:\n\t61234 = kill\n", eventmap, "", ID_UNSET);
	struct rules_input input = { .config = s.config, .catalogue = s.catalogue, .subjects = s.subjects, .exempt = ID_UNSET };
	static const struct {
		uint32_t arch;
		size_t rules;
	} arches[] = { { AUDIT_ARCH_X86_64, 4 }, { AUDIT_ARCH_AARCH64, 4 }, { AUDIT_ARCH_S390X, 2 }, { AUDIT_ARCH_I386, 2 } };

	CHECK(rules_native_arch() != 0);
	for (size_t i = 0; i < sizeof(arches) / sizeof(arches[0]); i++) {
		rules_free(s.rules);
		input.arch = arches[i].arch;
		s.rules = rules_compile(&input, &error);
		CHECK(s.rules != NULL);
		CHECK_NUMBER(count(&s), arches[i].rules);
	}
	input.arch = 0;
	CHECK(rules_compile(&input, &error) == NULL);
	CHECK_BYTES(error.text, strlen(error.text), "rules: no table of system calls for architecture 0");
	tear_down(&s);
}

int
main(void)
{
	test("one user is told apart by login uid, and as a daemon", one_user);
	test("calls that one architecture has", one_architecture);
	test("events that are no calls, and names that are", no_call);
	test("successes and failures", outcomes);
	test("ALL", all);
	test("several users are a range, or two", several_users);
	test("the default is everybody else", the_default);
	test("the default without very many", the_default_without_many);
	test("1, 10, 1000 users", many_users);
	test("files and patterns", files);
	test("a directory that is not there", missing_directory);
	test("directories", directories);
	test("a path that is too long", long_path);
	test("order, and where rules come from", order_and_origin);
	test("record types that are needed", needed_records);
	test("hostile names", hostile_names);
	test("encoded and decoded", encoding);
	test("damaged data", damaged_data);
	test("architectures", architectures);
	return test_end();
}
