/* SPDX-License-Identifier: BSD-2-Clause */
#include "subjects.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>

#include "check.h"
#include "record.h"

/* The system's users and groups are these: the program's own functions come before the C library's. */
static struct passwd people[] = {
	{ .pw_name = (char[]){ "root" }, .pw_uid = 0, .pw_gid = 0 },
	{ .pw_name = (char[]){ "toor" }, .pw_uid = 0, .pw_gid = 0 },
	{ .pw_name = (char[]){ "daemon" }, .pw_uid = 1, .pw_gid = 1 },
	{ .pw_name = (char[]){ "ann" }, .pw_uid = 1001, .pw_gid = 100 },
	{ .pw_name = (char[]){ "bob" }, .pw_uid = 1002, .pw_gid = 100 },
	{ .pw_name = (char[]){ "cid" }, .pw_uid = 1003, .pw_gid = 1003 },
	{ .pw_name = (char[]){ "DOM\\joe" }, .pw_uid = 1004, .pw_gid = 1003 },
	{ .pw_name = (char[]){ "7000" }, .pw_uid = 1007, .pw_gid = 1003 },
};
static char *wheel_members[] = { (char[]){ "ann" }, (char[]){ "cid" }, (char[]){ "gone" }, NULL };
static char *nobody[] = { NULL };
static struct group groups[] = {
	{ .gr_name = (char[]){ "wheel" }, .gr_gid = 10, .gr_mem = wheel_members },
	{ .gr_name = (char[]){ "users" }, .gr_gid = 100, .gr_mem = nobody },
	{ .gr_name = (char[]){ "empty" }, .gr_gid = 11, .gr_mem = nobody },
};
static size_t next_person;

enum { PEOPLE = sizeof(people) / sizeof(people[0]),
	GROUPS = sizeof(groups) / sizeof(groups[0]) };

struct passwd *
getpwnam(const char *name)
{
	for (size_t i = 0; i < PEOPLE; i++)
		if (strcmp(people[i].pw_name, name) == 0)
			return &people[i];
	errno = strcmp(name, "unreachable") == 0 ? ECONNREFUSED : ENOENT;
	return NULL;
}

struct group *
getgrnam(const char *name)
{
	for (size_t i = 0; i < GROUPS; i++)
		if (strcmp(groups[i].gr_name, name) == 0)
			return &groups[i];
	return NULL;
}

struct group *
getgrgid(gid_t gid)
{
	for (size_t i = 0; i < GROUPS; i++)
		if (groups[i].gr_gid == gid)
			return &groups[i];
	return NULL;
}

void
setpwent(void)
{
	next_person = 0;
}

struct passwd *
getpwent(void)
{
	return next_person < PEOPLE ? &people[next_person++] : NULL;
}

void
endpwent(void)
{
	next_person = PEOPLE;
}

static char warned[2000];

static void
warn(const char *text)
{
	strncat(warned, text, sizeof(warned) - strlen(warned) - 2);
	strcat(warned, "\n");
}

static const char classes[] = "classes:\n\ta = E1, E2\n\ta2 = E2, E1\n\tb = E3-\n\tnone =\n";

struct setup {
	struct config *config;
	struct subjects *subjects;
	struct err error;
};

/* The users stanza begins at line 6. */
static struct setup
make(const char *before, const char *users)
{
	struct setup setup = { .error = { "" } };
	char text[2000];
	int length = snprintf(text, sizeof(text), "%susers:\n%s%s", classes, users, before);

	warned[0] = '\0';
	setup.config = config_parse("config", text, (size_t)length, &setup.error);
	if (setup.config != NULL)
		setup.subjects = subjects_new(setup.config, warn, &setup.error);
	return setup;
}

static void
end(struct setup *setup)
{
	subjects_free(setup->subjects);
	config_free(setup->config);
}

static struct setup
good(const char *users)
{
	struct setup setup = make("", users);

	CHECK_BYTES(setup.error.text, strlen(setup.error.text), "");
	if (setup.subjects == NULL)
		abort();
	return setup;
}

static bool
takes(const struct setup *setup, uint32_t uid, const char *event)
{
	return subjects_take(setup->subjects, uid, 9999, event, true);
}

/* "1001,1003/7 default/9": the uids and the line of each set. */
static void
check_sets(const struct setup *setup, const char *expected)
{
	const struct subject_set *set;
	char text[500] = "";
	size_t length = 0;

	for (size_t i = 0; (set = subjects_at(setup->subjects, i)) != NULL; i++) {
		length += (size_t)sprintf(text + length, "%s%s", i > 0 ? " " : "", set->is_default ? "default" : "");
		for (size_t k = 0; k < set->count; k++)
			length += (size_t)sprintf(text + length, "%s%u", k > 0 ? "," : "", set->uids[k]);
		length += (size_t)sprintf(text + length, "/%u", set->line);
	}
	CHECK_BYTES(text, length, expected);
}

static void
listed_users(void)
{
	struct setup setup = good("\tann = a\n\tdefault = b\n\tbob =\n\t5000 = a\n\tDOM\\joe = a,b\n\t7000 = a,b\n");

	CHECK(takes(&setup, 1001, "E1") && !takes(&setup, 1001, "E3"));
	CHECK(takes(&setup, 5000, "E1"));
	CHECK(!takes(&setup, 1002, "E1"));
	CHECK(!subjects_take(setup.subjects, 1002, 0, "E3", false));
	/* b holds failures only. */
	CHECK(!subjects_take(setup.subjects, 1003, 0, "E3", true));
	CHECK(subjects_take(setup.subjects, 1003, 0, "E3", false));
	CHECK(!takes(&setup, 1003, "E1"));
	/* A login name that is a number is that login; the uid 7000 is somebody else. */
	CHECK(takes(&setup, 1007, "E1") && !takes(&setup, 7000, "E1"));
	check_sets(&setup, "1001,5000/7 1002/9 1004,1007/11 default/8");
	CHECK(subjects_at(setup.subjects, 4) == NULL);
	end(&setup);
}

static void
daemons_are_their_real_user(void)
{
	struct setup setup = good("\tdaemon = a\n\tdefault = b\n");

	CHECK(subjects_take(setup.subjects, ID_UNSET, 1, "E1", true));
	CHECK(!subjects_take(setup.subjects, 1001, 1, "E1", true));
	CHECK(!subjects_take(setup.subjects, ID_UNSET, 1, "E3", false));
	/* What belongs to nobody is the default's. */
	CHECK(subjects_take(setup.subjects, ID_UNSET, ID_UNSET, "E3", false));
	end(&setup);
}

static void
equal_sets_are_one(void)
{
	struct setup setup = good("\tann = a, b\n\tbob = b ,a2\n\tcid = a2,b,none\n\t1004 = a+\n\t1007 = a+,a-\n\tdefault = a\n");

	/* a+ and a- together are a, which is the default's: nobody to be listed. */
	check_sets(&setup, "1001,1002,1003/7 1004/10 default/12");
	CHECK(takes(&setup, 1004, "E1") && !subjects_take(setup.subjects, 1004, 0, "E1", false));
	end(&setup);
}

static void
all_and_nothing(void)
{
	struct setup setup = good("\troot = ALL\n\tann = ALL,a\n\tbob = ALL-\n\tcid = ALL-,a\n\tdefault =\n");

	check_sets(&setup, "0,1001/7 1002/9 1003/10 default/11");
	CHECK(takes(&setup, 0, "Anything") && !takes(&setup, 1002, "E1") && takes(&setup, 1003, "E2"));
	CHECK(event_set_is_empty(subjects_at(setup.subjects, 3)->events));
	CHECK(!event_set_is_empty(subjects_at(setup.subjects, 1)->events));
	end(&setup);
}

static void
no_default_is_nothing(void)
{
	struct setup setup = good("\tann = a\n\tbob = none\n"), empty = make("", "");

	CHECK(!takes(&setup, 1003, "E1"));
	check_sets(&setup, "1001/7 default/0");
	end(&setup);
	check_sets(&empty, "default/0");
	end(&empty);
}

static void
groups_and_their_members(void)
{
	struct setup setup = good("\t@wheel = a\n\t@users = b\n\tbob = none\n\t@empty = a\n\t@1003 = b\n\tdefault =\n");

	/* ann is in both groups; bob's own line counts alone; cid in wheel and in 1003, which has a number only. */
	check_sets(&setup, "1001,1003/7 1004,1007/11 default/12");
	CHECK(takes(&setup, 1001, "E1") && subjects_take(setup.subjects, 1001, 0, "E3", false));
	CHECK_BYTES(warned, strlen(warned), "config:7: group `wheel`: member `gone`: no such user: skipped\n");
	end(&setup);
}

static void
two_names_of_one_uid(void)
{
	struct setup setup = good("\troot = a\n\ttoor = b\n\t0 = a\n");

	check_sets(&setup, "0/7 default/0");
	CHECK(takes(&setup, 0, "E1") && subjects_take(setup.subjects, 0, 0, "E3", false));
	CHECK_BYTES(warned, strlen(warned),
	    "config:8: user `toor`: has uid 0, as `root` of line 7 has: their classes count together\n"
	    "config:9: user `0`: has uid 0, as `root` of line 7 has: their classes count together\n");
	end(&setup);
}

static void
mistakes(void)
{
	static const struct {
		const char *users, *message;
	} cases[] = {
		{ "\tjoe = a\n", "config:7: user `joe`: no such user" },
		{ "\tann = a\n\tjo e = a\n", "config:8: not the name of an attribute: jo e" },
		{ "\tj\303\243e = a\n", "config:7: user `j\303\243e`: no such user" },
		{ "\t@nogroup = a\n", "config:7: group `nogroup`: no such group" },
		{ "\t@ = a\n", "config:7: user `@`: a group without a name" },
		{ "\t4294967295 = a\n", "config:7: user `4294967295`: no such user" },
		{ "\t4294967296 = a\n", "config:7: user `4294967296`: no such user" },
		{ "\t-1 = a\n", "config:7: user `-1`: no such user" },
		{ "\t0x10 = a\n", "config:7: user `0x10`: no such user" },
		{ "\tunreachable = a\n", "config:7: user `unreachable`: cannot be looked up: Connection refused" },
		{ "\tann = c\n", "config:7: user `ann`: no class `c`: did you mean `a`?" },
		{ "\tann = a,,b\n", "config:7: user `ann`: an empty name in the list ``" },
		{ "\tann = a\n\tann = b\n", "config:8: attribute `ann` stands twice: the first is in line 7" },
		{ "\tdefault = a\n\tdefault = b\n", "config:8: attribute `default` stands twice: the first is in line 7" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct setup setup = make("", cases[i].users);

		CHECK(setup.subjects == NULL);
		CHECK_BYTES(setup.error.text, strlen(setup.error.text), cases[i].message);
		end(&setup);
	}
}

static void
missing_users_may_be_skipped(void)
{
	struct setup setup = make("start:\n\tignorenonexistentity = yes\n", "\tjoe = a\n\t@nogroup = a\n\tann = a\n");

	CHECK_BYTES(setup.error.text, strlen(setup.error.text), "");
	CHECK_BYTES(warned, strlen(warned),
	    "config:7: user `joe`: no such user: skipped\nconfig:8: group `nogroup`: no such group: skipped\n");
	check_sets(&setup, "1001/9 default/0");
	end(&setup);
	/* A directory that does not answer is no reason to think that there is no such user. */
	setup = make("start:\n\tignorenonexistentity = yes\n", "\tunreachable = a\n");
	CHECK(setup.subjects == NULL);
	end(&setup);
}

int
main(void)
{
	test("listed users, by name and by number", listed_users);
	test("daemons are their real user", daemons_are_their_real_user);
	test("sets with equal events are one", equal_sets_are_one);
	test("ALL and nothing", all_and_nothing);
	test("without a default nobody else is audited", no_default_is_nothing);
	test("groups and their members", groups_and_their_members);
	test("two names of one uid", two_names_of_one_uid);
	test("mistakes", mistakes);
	test("missing users may be skipped", missing_users_may_be_skipped);
	return test_end();
}
