/* SPDX-License-Identifier: BSD-2-Clause */
#include "header.h"

#include "check.h"
#include "logline.h"
#include "rectype.h"

#define MSG    " msg=audit(1795325474.234:290855): "
#define IDS    " ppid=10 pid=11 auid=1000 uid=1001 gid=1 euid=1002 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 "
#define CALL   "type=SYSCALL" MSG "arch=c000003e syscall=257 "
#define WHO    IDS "comm=\"cat\" exe=\"/bin/cat\" key=(null)"
#define FAILED CALL "success=no exit=-13 a0=1 items=1" WHO

/* The record of an event of these lines, ended by NULL; valid until the next call. */
static struct record
describe_event(const char *const *lines, bool ended)
{
	static unsigned char bytes[1 << 16];
	struct event event = { .lines = bytes, .ended = ended };
	unsigned char *end = bytes;
	struct record record;
	struct logline line;

	for (; *lines != NULL; lines++) {
		if (logline_parse(*lines, strlen(*lines), &line) == -1)
			abort();
		end = line_put(end, line.type, line.flags, line.text, line.length);
		event.time = line.time;
		event.serial = line.serial;
		event.count++;
	}
	event.size = (size_t)(end - bytes);
	header_describe(&event, &record);
	return record;
}

static struct record
describe(const char *line, const char *second)
{
	return describe_event((const char *const[]){ line, second, NULL }, true);
}

static void
a_call(void)
{
	struct record record = describe(CALL "success=yes exit=3 a0=ffffff9c items=1" WHO "\035ARCH=x86_64 UID=\"x\"",
	    "type=PROCTITLE" MSG "proctitle=\"cat\"");

	CHECK_NUMBER(record.time, 1795325474234000000);
	CHECK_NUMBER(record.serial, 290855);
	CHECK_NUMBER(record.count, 2);
	CHECK_NUMBER(record.flags, 0);
	CHECK_NUMBER(record.login, 1000);
	CHECK_NUMBER(record.real, 1001);
	CHECK_NUMBER(record.effective, 1002);
	CHECK_NUMBER(record.session, 3);
	CHECK_NUMBER(record.pid, 11);
	CHECK_NUMBER(record.ppid, 10);
	CHECK_NUMBER(record.tid, 11);
	CHECK_NUMBER(record.result, RESULT_OK);
	CHECK_NUMBER(record.exit, 3);
	CHECK_NUMBER(record.arch, 0xc000003e);
	CHECK_NUMBER(record.syscall, 257);
	CHECK_NUMBER(record.event[0], 0);
	CHECK_BYTES(record.command, strlen(record.command), "cat");
}

static void
unset_ids(void)
{
	struct record record = describe("type=SYSCALL" MSG "arch=40000003 syscall=5 success=yes exit=0 ppid=1 pid=2 auid=4294967295 "
					"uid=4294967294 euid=unset ses=4294967295 comm=\"x\"",
	    NULL);

	CHECK_NUMBER(record.login, ID_UNSET);
	CHECK_NUMBER(record.real, 4294967294);
	CHECK_NUMBER(record.effective, ID_UNSET);
	CHECK_NUMBER(record.session, ID_UNSET);
	CHECK_NUMBER(record.arch, 0x40000003);
	record = describe("type=SYSCALL" MSG "syscall=5 pid=x auid=-1 uid=99999999999 ses=", NULL);
	CHECK_NUMBER(record.login, ID_UNSET);
	CHECK_NUMBER(record.real, ID_UNSET);
	CHECK_NUMBER(record.session, ID_UNSET);
	CHECK_NUMBER(record.pid, 0);
	CHECK_NUMBER(record.exit, -1);
	CHECK_NUMBER(record.arch, 0);
}

static void
no_call(void)
{
	struct record record = describe("type=CONFIG_CHANGE" MSG "auid=7 ses=8 op=set audit_enabled=1 old=0 res=1", NULL);

	CHECK_NUMBER(record.login, 7);
	CHECK_NUMBER(record.session, 8);
	CHECK_NUMBER(record.real, ID_UNSET);
	CHECK_NUMBER(record.pid, 0);
	CHECK_NUMBER(record.exit, -1);
	CHECK_NUMBER(record.syscall, -1);
	CHECK_NUMBER(record.result, RESULT_OK);
	CHECK_NUMBER(record.command[0], 0);
	CHECK_NUMBER(describe("type=CONFIG_CHANGE" MSG "op=set audit_enabled=1 res=0", NULL).result, RESULT_FAIL);
}

static void
results(void)
{
	static const char inode[] = "type=PATH" MSG "item=0 name=\"/etc/shadow\" inode=7 dev=08:01 mode=0100600 nametype=NORMAL";
	static const char parent[] = "type=PATH" MSG "item=0 name=\"/etc/\" inode=2 dev=08:01 mode=040755 nametype=PARENT";
	static const char nothing[] = "type=PATH" MSG "item=0 name=\"/etc/shadow\" nametype=UNKNOWN";
	static const char avc[] = "type=AVC" MSG "avc:  denied  { read } for  pid=11 comm=\"cat\" name=\"shadow\"";

	CHECK_NUMBER(describe(CALL "success=yes exit=0" WHO, NULL).result, RESULT_OK);
	CHECK_NUMBER(describe(CALL "success=no exit=-2" WHO, nothing).result, RESULT_FAIL);
	CHECK_NUMBER(describe(CALL "success=no exit=-1" WHO, inode).result, RESULT_FAIL_PRIV);
	CHECK_NUMBER(describe(FAILED, NULL).result, RESULT_FAIL_ACCESS);
	CHECK_NUMBER(describe(FAILED, inode).result, RESULT_FAIL_DAC);      /* its mode was in the way */
	CHECK_NUMBER(describe(FAILED, nothing).result, RESULT_FAIL_ACCESS); /* a directory before it was */
	CHECK_NUMBER(describe(FAILED, parent).result, RESULT_FAIL_ACCESS);
	CHECK_NUMBER(describe_event((const char *const[]){ avc, FAILED, inode, NULL }, true).result, RESULT_FAIL_ACCESS);
	CHECK_NUMBER(describe(avc, NULL).result, RESULT_FAIL_ACCESS);
	/* exit_group has no success= and no exit= */
	CHECK_NUMBER(describe("type=SYSCALL" MSG "arch=c000003e syscall=231 a0=0" WHO, NULL).result, RESULT_OK);
}

#define USER_AVC "type=USER_AVC" MSG "pid=8 uid=81 auid=4294967295 ses=4294967295 subj=s msg='avc:  "

#define RESULT(line, expected) CHECK_NUMBER(describe(line, NULL).result, expected)

/* Security modules also tell of what they allow. */
static void
denials(void)
{
	static const char inode[] = "type=PATH" MSG "item=0 name=\"/etc/shadow\" inode=7 dev=08:01 mode=0100600 nametype=NORMAL";
	static const char permissive[] = "type=AVC" MSG "avc:  denied  { read } for  pid=11 comm=\"cat\" tclass=file permissive=1";
	static const char granted[] = "type=AVC" MSG "avc:  granted  { read } for  pid=11 comm=\"cat\" tclass=file";

	RESULT(permissive, RESULT_OK);
	RESULT(granted, RESULT_OK);
	CHECK_NUMBER(describe_event((const char *const[]){ granted, FAILED, inode, NULL }, true).result, RESULT_FAIL_DAC);
	CHECK_NUMBER(describe_event((const char *const[]){ permissive, FAILED, inode, NULL }, true).result, RESULT_FAIL_DAC);
	RESULT("type=AVC" MSG "avc: denied { read } permissive=0", RESULT_FAIL_ACCESS);
	RESULT("type=AVC" MSG "apparmor=\"DENIED\" operation=\"open\" profile=\"p\" name=\"/x\"", RESULT_FAIL_ACCESS);
	RESULT("type=AVC" MSG "apparmor=\"ALLOWED\" operation=\"open\" profile=\"p\" name=\"/x\"", RESULT_OK);
	RESULT("type=AVC" MSG "apparmor=\"STATUS\" operation=\"profile_load\" name=\"p\"", RESULT_OK);
	RESULT("type=AVC" MSG "lsm=SMACK fn=smack_inode_permission action=denied subject=\"_\"", RESULT_FAIL_ACCESS);
	RESULT("type=AVC" MSG "lsm=SMACK fn=smack_inode_permission action=granted subject=\"_\"", RESULT_OK);
	RESULT(USER_AVC "denied  { send_msg } for msgtype=signal : exe=\"/bin/x\" (sauid=81)'", RESULT_FAIL_ACCESS);
	RESULT(USER_AVC "received policyload notice (seqno=2) : exe=\"/bin/x\" (sauid=0)'", RESULT_OK);
	RESULT("type=SECCOMP" MSG "auid=1 pid=5 comm=\"x\" sig=31 arch=c000003e syscall=1 code=0x80000000", RESULT_FAIL_ACCESS);
	RESULT("type=SECCOMP" MSG "auid=1 pid=5 comm=\"x\" sig=0 arch=c000003e syscall=1 code=0x5000d", RESULT_FAIL_ACCESS);
	RESULT("type=SECCOMP" MSG "auid=1 pid=5 comm=\"x\" sig=31 arch=c000003e syscall=1 code=0x0", RESULT_FAIL_ACCESS);
	RESULT("type=SECCOMP" MSG "auid=1 pid=5 comm=\"x\" sig=0 arch=c000003e syscall=1 code=0x7ffc0000", RESULT_OK);
	/* Programs of 2006: sshd's and su's PAM messages. */
	RESULT("type=USER_AUTH" MSG "user pid=1 uid=0 auid=1 msg='PAM: authentication acct=root : (terminal=ssh result=Success)'", RESULT_OK);
	RESULT("type=USER_AUTH" MSG "user pid=1 uid=0 auid=1 msg='PAM: x acct=root : (result=Authentication failure)'", RESULT_FAIL_AUTH);
}

#define USER "pid=20 uid=0 auid=1000 ses=3 msg='op=PAM:x acct=\"root\" exe=\"/usr/bin/su\" hostname=? addr=? terminal=/dev/pts/0 res="

/* The kernel says who sends a message; what the message says is another matter. */
static void
a_forged_message(void)
{
	struct record record = describe("type=USER_LOGIN" MSG "pid=20 uid=0 auid=4294967295 ses=4294967295 msg='op=login pid=1 uid=5 auid=1000 "
					"ses=3' auid=1000 ses=3 exe=\"/usr/sbin/sshd\" res=success'",
	    NULL);

	CHECK_NUMBER(record.pid, 20);
	CHECK_NUMBER(record.real, 0);
	CHECK_NUMBER(record.login, ID_UNSET);
	CHECK_NUMBER(record.session, ID_UNSET);
}

static void
programs(void)
{
	struct record record = describe("type=USER_AUTH" MSG USER "failed'", NULL);

	CHECK_NUMBER(record.result, RESULT_FAIL_AUTH);
	CHECK_NUMBER(record.pid, 20);
	CHECK_NUMBER(record.real, 0);
	CHECK_NUMBER(record.effective, ID_UNSET);
	CHECK_NUMBER(record.login, 1000);
	CHECK_NUMBER(record.session, 3);
	CHECK_BYTES(record.command, strlen(record.command), "su");
	CHECK_NUMBER(describe("type=USER_AUTH" MSG USER "success'", NULL).result, RESULT_OK);
	CHECK_NUMBER(describe("type=USER_LOGIN" MSG USER "failed'", NULL).result, RESULT_FAIL_AUTH);
	CHECK_NUMBER(describe("type=USER_ACCT" MSG USER "failed'", NULL).result, RESULT_FAIL_AUTH);
	CHECK_NUMBER(describe("type=USER_CHAUTHTOK" MSG USER "failed'", NULL).result, RESULT_FAIL_AUTH);
	RESULT("type=USER_CHAUTHTOK" MSG "pid=1 uid=0 auid=1 ses=1 msg='op=adding user acct=\"joe\" res=failed'", RESULT_FAIL);
	CHECK_NUMBER(describe("type=USER_ACCT" MSG "pid=1 uid=0 auid=1 ses=1 msg='op=changing /etc/group; group g9/9005 res=failed'", NULL).result, RESULT_FAIL);
	CHECK_NUMBER(describe("type=USER_CMD" MSG USER "failed'", NULL).result, RESULT_FAIL);
	CHECK_NUMBER(describe("type=USER_MGMT" MSG "pid=1 uid=0 auid=1 ses=1 msg='op=x res=1'", NULL).result, RESULT_OK);
	/* What stands inside the message does not say who sent it. */
	record = describe("type=USER_CHAUTHTOK" MSG "pid=5 uid=6 auid=7 ses=8 msg='op=x id=9 uid=99 pid=98 auid=97 ses=96 res=success'", NULL);
	CHECK_NUMBER(record.pid, 5);
	CHECK_NUMBER(record.real, 6);
	CHECK_NUMBER(record.login, 7);
	CHECK_NUMBER(record.session, 8);
}

static void
commands(void)
{
	struct record record = describe(CALL "success=yes exit=0 comm=61206222630AFF286429", NULL);

	CHECK_BYTES(record.command, strlen(record.command), "a b\"c\n\xff(d)");
	record = describe(CALL "success=yes exit=0 comm=\"sixteen-letters-and-more\"", NULL);
	CHECK_BYTES(record.command, strlen(record.command), "sixteen-letters");
	record = describe(CALL "success=yes exit=0 comm=6162636465666768696A6B6C6D6E6F707172737475767778", NULL);
	CHECK_BYTES(record.command, strlen(record.command), "abcdefghijklmno");
	record = describe("type=USER_AUTH" MSG "pid=1 msg='op=x exe=2F746D702F6F64642070726F67 res=success'", NULL);
	CHECK_BYTES(record.command, strlen(record.command), "odd prog");
	record = describe("type=USER_AUTH" MSG "pid=1 msg='op=x exe=\"relative\" res=success'", NULL);
	CHECK_BYTES(record.command, strlen(record.command), "relative");
	record = describe("type=USER_AUTH" MSG "pid=1 msg='op=x exe=? res=success'", NULL);
	CHECK_BYTES(record.command, strlen(record.command), "?");
	record = describe("type=ANOM_ABEND" MSG "auid=1 uid=2 gid=3 ses=4 pid=5 comm=\"segv\" exe=\"/tmp/other\" sig=11 res=1", NULL);
	CHECK_BYTES(record.command, strlen(record.command), "segv");
}

/* Lines raised inside the call come before its SYSCALL line. */
static void
login(void)
{
	static const char line[] = "type=LOGIN" MSG "pid=11 uid=0 old-auid=4294967295 auid=9001 tty=(none) old-ses=4294967295 ses=5 res=1";
	struct record record = describe(line, CALL "success=yes exit=4 ppid=10 pid=11 auid=9001 uid=0 euid=0 ses=5 comm=\"sshd\"");

	CHECK_NUMBER(record.login, 9001);
	CHECK_NUMBER(record.session, 5);
	CHECK_NUMBER(record.ppid, 10);
	CHECK_NUMBER(record.exit, 4);
	CHECK_NUMBER(record.result, RESULT_OK);
	record = describe("type=LOGIN" MSG "login pid=11 uid=0 old auid=4294967295 new auid=9001 old ses=4294967295 new ses=5", NULL);
	CHECK_NUMBER(record.login, 9001);
	CHECK_NUMBER(record.session, 5);
	CHECK_NUMBER(record.pid, 11);
}

static void
other_calls(void)
{
	struct record record = describe("type=SECCOMP" MSG "auid=1 uid=2 gid=3 ses=4 pid=5 comm=\"x\" exe=\"/x\" sig=31 arch=c000003e "
					"syscall=101 compat=0 ip=0x7f code=0x0",
	    NULL);

	CHECK_NUMBER(record.arch, 0xc000003e);
	CHECK_NUMBER(record.syscall, 101);
	CHECK_NUMBER(record.pid, 5);
	CHECK_NUMBER(record.real, 2);
	record = describe("type=URINGOP" MSG "uring_op=18 success=no exit=-13 items=1 ppid=10 pid=11 uid=1 gid=1 euid=2", NULL);
	CHECK_NUMBER(record.result, RESULT_FAIL_ACCESS);
	CHECK_NUMBER(record.syscall, -1);
	CHECK_NUMBER(record.login, ID_UNSET);
	CHECK_NUMBER(record.effective, 2);
	record = describe("type=LANDLOCK_ACCESS" MSG "domain=1 blockers=fs.write_file path=\"/tmp/x\"", FAILED);
	CHECK_NUMBER(record.result, RESULT_FAIL_ACCESS);
}

/* An event whose end did not come is partial, if it is one that has an end. */
static void
partial(void)
{
	CHECK_NUMBER(describe_event((const char *const[]){ FAILED, NULL }, false).flags, RECORD_PARTIAL);
	CHECK_NUMBER(describe_event((const char *const[]){ "type=TTY" MSG "tty pid=1 data=41", NULL }, false).flags, 0);
}

/* A line of a node is read like any other. */
static void
whole_lines(void)
{
	struct record record = describe("node=web1 " FAILED, NULL);

	CHECK_NUMBER(record.pid, 11);
	CHECK_NUMBER(record.exit, -13);
	CHECK_BYTES(record.command, strlen(record.command), "cat");
}

/* The call that carried a request succeeds, though what it asked for failed. */
static void
carriers(void)
{
	struct record record = describe("type=URINGOP" MSG "uring_op=18 success=no exit=-13 items=0" IDS, CALL "success=yes exit=1 items=0" WHO);

	CHECK_NUMBER(record.result, RESULT_FAIL_ACCESS);
	CHECK_NUMBER(record.exit, -13);
	CHECK_NUMBER(record.login, 1000);
	record = describe("type=CONFIG_CHANGE" MSG "auid=1000 ses=3 op=add_rule key=\"k\" list=4 res=0", CALL "success=yes exit=60 items=0" WHO);
	CHECK_NUMBER(record.result, RESULT_FAIL);
	record = describe("type=CONFIG_CHANGE" MSG "auid=1000 ses=3 op=add_rule key=\"k\" list=4 res=1", CALL "success=yes exit=60 items=0" WHO);
	CHECK_NUMBER(record.result, RESULT_OK);
}

/* The header of a call's line with `text` behind the stamp, as one string. */
static const char *
header_of(const char *text, char buffer[256])
{
	char line[1024];
	struct record r;

	snprintf(line, sizeof(line), "type=SYSCALL" MSG "%s", text);
	r = describe(line, NULL);
	snprintf(buffer, 256, "%x %d %d %lld %u %u %u %u %u %u %s", r.arch, r.syscall, (int)r.result, (long long)r.exit, r.ppid, r.pid,
	    r.login, r.real, r.effective, r.session, r.command);
	return buffer;
}

/* A blank in front changes nothing but that no field stands where the kernel writes it. */
static void
check_place(const char *text)
{
	char moved[1024], usual[256], unusual[256];

	snprintf(moved, sizeof(moved), " %s", text);
	header_of(text, usual);
	header_of(moved, unusual);
	CHECK_BYTES(usual, strlen(usual), unusual);
}

/* The kernel's own line, and whatever one wrong, missing or further byte makes of it, means the same wherever its fields stand. */
static void
places(void)
{
	static const char usual[] = "arch=c000003e syscall=257 success=no exit=-13 a0=ffffff9c a1=7ffd a2=0 a3=0 items=1" WHO;
	static const char odd[] = " =\"'9-u\t\035\377";
	char text[512], buffer[256];

	check_place("arch=c000003e syscall=257 success=no exit=-13 a0=ffffff9c ppid=7 ");
	check_place("arch=c000003e syscall=257 success=no exit=-13 a0=fffffffff a ");
	check_place("arch=c000003e syscall=257 success=no exit=-13 ");
	check_place("arch=c000003e syscall=25777777 pid=7 ");
	CHECK_BYTES(header_of(usual, buffer), strlen(header_of(usual, buffer)), "c000003e 257 9 -13 10 11 1000 1001 1002 3 cat");
	for (size_t at = 0; usual[at] != '\0'; at++) {
		snprintf(text, sizeof(text), "%.*s%s", (int)at, usual, usual + at + 1);
		check_place(text);
		for (const char *c = odd; *c != '\0'; c++) {
			snprintf(text, sizeof(text), "%.*s%c%s", (int)at, usual, *c, usual + at + 1);
			check_place(text);
			snprintf(text, sizeof(text), "%.*s%c%s", (int)at, usual, *c, usual + at);
			check_place(text);
		}
		snprintf(text, sizeof(text), "%.*s", (int)at, usual);
		check_place(text);
	}
}

int
main(void)
{
	test("a forged message", a_forged_message);
	test("a system call", a_call);
	test("fields at their usual places", places);
	test("ids that are unset or malformed", unset_ids);
	test("no system call", no_call);
	test("results", results);
	test("what security modules tell", denials);
	test("messages of programs", programs);
	test("commands", commands);
	test("login", login);
	test("seccomp, io_uring, landlock", other_calls);
	test("what a successful call carried may have failed", carriers);
	test("partial events", partial);
	test("lines with a node", whole_lines);
	return test_end();
}
