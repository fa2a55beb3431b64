/* The facts of this machine's events: what is looked up besides them, and when. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "facts.h"

#include "check.h"
#include "header.h"
#include "logline.h"
#include "span.h"

enum {
	CRON = 50,       /* the process that begins the session, child of init */
	SESSION = 77000, /* none that this machine may have */
};

static const char *unit; /* where all live */

static bool
cron_stat(void *arg, uint32_t pid, struct process_stat *stat)
{
	*stat = (struct process_stat){ .command = "cron", .parent = pid == CRON ? 1 : CRON };
	return pid == CRON || pid == CRON + 1;
}

static uint32_t
cron_session(void *arg, uint32_t pid)
{
	return pid == CRON || pid == CRON + 1 ? SESSION : ID_UNSET;
}

static bool
cron_place(void *arg, uint32_t pid, int64_t time, struct place *place)
{
	*place = (struct place){ .unit = "" };
	snprintf(place->unit, sizeof(place->unit), "%s", unit);
	return true;
}

static int64_t
cron_now(void *arg)
{
	return 10 * SECOND;
}

static int64_t
cron_boot(void *arg)
{
	return 1800000000 * SECOND;
}

static const struct process_source cron = {
	.stat = cron_stat, .session = cron_session, .place = cron_place, .now = cron_now, .boot = cron_boot
};

/* Takes in an event of one line. Returns its facts, valid until the next call. */
static const char *
tell(struct facts *facts, const char *text)
{
	static unsigned char lines[4096];
	static char told[4096];
	struct factline line = { told, told, told + sizeof(told) - 1 };
	struct event event = { .lines = lines, .count = 1, .ended = true };
	struct logline parsed;
	struct record record;

	CHECK(logline_parse(text, strlen(text), &parsed) == 0);
	event.size = (size_t)(line_put(lines, parsed.type, parsed.flags, parsed.text, parsed.length) - lines);
	event.time = parsed.time;
	event.serial = parsed.serial;
	header_describe(&event, &record);
	facts_learn(facts, &event, &record);
	facts_append(facts, &record, &line);
	*line.at = '\0';
	return told;
}

#define STAMP           " msg=audit(1800000009.000:1): "
#define WHO             "auid=1000 ses=77000 "
#define LOGIN           "type=LOGIN" STAMP "pid=50 uid=0 old-auid=4294967295 auid=1000 tty=(none) old-ses=4294967295 ses=77000 res=1"
#define EXECUTE         "type=SYSCALL" STAMP "arch=c000003e syscall=59 success=yes exit=0 ppid=50 pid=51 " WHO "comm=\"sh\""
#define MESSAGE         "pid=50 uid=0 " WHO "msg='op=PAM:session acct=\"joe\" exe=\"/bin/su\" hostname=? addr=? terminal=? res=success'"
#define HAS(told, part) CHECK(strstr(told, part) != NULL)

/* Where no program speaks to the audit, the kernel's word is all there is of a login, until it runs something. */
static void
a_session_without_messages(void)
{
	struct facts *facts = facts_new(&cron, NULL);

	unit = "cron.service";
	HAS(tell(facts, LOGIN), "origin=\"?\"");
	HAS(tell(facts, EXECUTE), "origin=\"cron\" service=\"cron\" tag=\"1000@20270115T080009.77000\"");
	HAS(tell(facts, "type=CRED_DISP" STAMP MESSAGE), "origin=\"cron\"");
	facts_free(facts);
}

static void
a_session_with_messages(void)
{
	struct facts *facts = facts_new(&cron, NULL);

	(void)tell(facts, LOGIN);
	HAS(tell(facts, "type=CRED_ACQ" STAMP MESSAGE), "origin=\"local\" service=\"su\"");
	HAS(tell(facts, EXECUTE), "origin=\"local\" service=\"su\"");
	facts_free(facts);
}

/* PAM opens the session, and systemd moves who asked for that; it executes nothing itself. */
static void
a_process_that_is_moved(void)
{
	struct facts *facts = facts_new(&cron, NULL);

	unit = "cron.service";
	HAS(tell(facts, LOGIN), "unit=\"cron.service\"");
	unit = "session-5.scope";
	HAS(tell(facts, "type=CRED_ACQ" STAMP MESSAGE), "unit=\"cron.service\"");
	HAS(tell(facts, "type=USER_START" STAMP MESSAGE), "unit=\"session-5.scope\"");
	HAS(tell(facts, "type=USER_END" STAMP MESSAGE), "unit=\"session-5.scope\"");
	facts_free(facts);
}

int
main(void)
{
	test("a session without messages is looked up when it runs something", a_session_without_messages);
	test("a session with messages is what they tell", a_session_with_messages);
	test("a process that is moved when its session is opened", a_process_that_is_moved);
	return test_end();
}
