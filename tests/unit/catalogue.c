/* SPDX-License-Identifier: BSD-2-Clause */
#include "catalogue.h"

#include <dirent.h>

#include "check.h"
#include "config.h"
#include "header.h"
#include "rectype.h"
#include "syscalls.h"
#include "tail.h"

static struct catalogue *
parse(const char *text, struct err *error)
{
	char *copy = exact_copy(text, strlen(text));
	struct catalogue *catalogue = catalogue_parse("eventmap", copy, strlen(text), error);

	free(copy);
	return catalogue;
}

static struct catalogue *
good(const char *text)
{
	struct err error = { "" };
	struct catalogue *catalogue = parse(text, &error);

	CHECK_BYTES(error.text, strlen(error.text), "");
	if (catalogue == NULL)
		abort();
	return catalogue;
}

/* Names every event of a log, and tells each(arg, record). */
struct naming {
	struct catalogue *catalogue;
	struct view view;
	void (*each)(void *arg, const struct record *record);
	void *arg;
};

static void
name_event(void *arg, const struct event *event)
{
	struct naming *naming = arg;
	struct record record;

	header_describe(event, &record);
	catalogue_name(naming->catalogue, &naming->view, &record);
	naming->each(naming->arg, &record);
}

static void
name_log(struct catalogue *catalogue, const char *log, size_t length, void (*each)(void *, const struct record *), void *arg)
{
	struct naming naming = { .catalogue = catalogue, .each = each, .arg = arg };
	struct assembler *assembler = assembler_new(name_event, &naming);
	const char *end = log + length, *newline;

	for (const char *at = log; at < end && (newline = memchr(at, '\n', (size_t)(end - at))) != NULL; at = newline + 1) {
		struct logline line;

		if (CHECK(logline_parse(at, (size_t)(newline - at), &line) == 0))
			assembler_push(assembler, &line, 0);
	}
	assembler_flush(assembler);
	assembler_free(assembler);
	view_clear(&naming.view);
}

enum { NAMES = 1024 };

static void
append_name(char *names, const char *name)
{
	size_t length = strlen(names);

	snprintf(names + length, NAMES - length, "%s ", name);
}

static void
add_name(void *arg, const struct record *record)
{
	append_name(arg, record->event);
}

/* The names of the events of a few lines; `@` stands for msg=audit(1.000:1):. */
static void
check_names(struct catalogue *catalogue, const char *lines, const char *expected, int at)
{
	char log[4096] = "", names[NAMES] = "";
	char *to = log;

	for (const char *p = lines; *p != '\0'; p++)
		to += sprintf(to, *p == '@' ? "msg=audit(1.000:%d): " : "%c", *p == '@' ? 1 : *p);
	name_log(catalogue, log, strlen(log), add_name, names);
	if (strcmp(names, expected) != 0)
		printf("# case of line %d\n", at);
	CHECK_BYTES(names, strlen(names), expected);
}

#define CHECK_NAMES(catalogue, lines, expected) check_names(catalogue, lines, expected, __LINE__)

#define X86_64 "type=SYSCALL @arch=c000003e syscall="
#define I386   "type=SYSCALL @arch=40000003 syscall="
#define ARM64  "type=SYSCALL @arch=c00000b7 syscall="

static void
calls(void)
{
	struct catalogue *c = good("A:\n\tsyscall = open, openat\nB:\n\tsyscall = openat2, mmap2\nA:\n\tsyscall = creat, open\n");

	CHECK_NAMES(c, X86_64 "2 success=yes\n", "A ");
	CHECK_NAMES(c, X86_64 "257 success=yes\n", "A ");
	CHECK_NAMES(c, X86_64 "85 success=no\n", "A ");
	CHECK_NAMES(c, X86_64 "437 success=no\n", "B ");
	CHECK_NAMES(c, I386 "5 success=yes\n", "A ");
	CHECK_NAMES(c, I386 "192 success=yes\n", "B ");
	CHECK_NAMES(c, ARM64 "56 success=yes\n", "A ");
	CHECK_NAMES(c, X86_64 "1073742081 success=yes\n", "A ");          /* x32 */
	CHECK_NAMES(c, X86_64 "1073742344 success=yes\n", "SYS_execve "); /* x32, by a number of its own */
	CHECK_NAMES(c, X86_64 "0 success=yes\n", "SYS_read ");
	CHECK_NAMES(c, I386 "0 success=yes\n", "SYS_restart_syscall ");
	CHECK_NAMES(c, X86_64 "511 success=yes\n", "SYS_511 ");
	CHECK_NAMES(c, X86_64 "2147483647 success=yes\n", "SYS_2147483647 ");
	CHECK_NAMES(c, X86_64 "-2 success=yes\n", "SYS_-2 ");
	CHECK_NAMES(c, X86_64 "-1 success=yes\n", "KERN_SYSCALL ");
	CHECK_NAMES(c, "type=SYSCALL @arch=1234 syscall=2 success=yes\n", "SYS_2 ");
	CHECK_NAMES(c, "type=SYSCALL @arch=c000003e syscall=x\n", "KERN_SYSCALL ");
	catalogue_free(c);
}

static void
types(void)
{
	struct catalogue *c = good("T:\n\ttype = LOGIN, 1112\nW:\n\tsyscall = write\nD:\n\ttype = AVC, CONFIG_CHANGE\n");

	CHECK_NAMES(c, "type=LOGIN @pid=1\n" X86_64 "1 success=yes\n", "T ");
	CHECK_NAMES(c, X86_64 "1 success=yes\ntype=LOGIN @pid=1\n", "T ");
	CHECK_NAMES(c, "type=AVC @x\n" X86_64 "1 success=no\n", "W ");
	CHECK_NAMES(c, "type=AVC @x\n" X86_64 "2 success=no\n", "D ");
	CHECK_NAMES(c, "type=AVC @x\n", "D ");
	CHECK_NAMES(c, "type=USER_LOGIN @pid=1 uid=0\n", "T ");
	CHECK_NAMES(c, "type=1112 @pid=1 uid=0\n", "T ");
	CHECK_NAMES(c, "type=UNKNOWN[1112] @pid=1 uid=0\n", "T ");
	CHECK_NAMES(c, "node=h type=USER_LOGIN @pid=1 uid=0\n", "T ");
	CHECK_NAMES(c, "type=USER_AUTH @pid=1 uid=0\n", "KERN_USER_AUTH ");
	CHECK_NAMES(c, "type=1199 @pid=1 uid=0\n", "KERN_1199 ");
	CHECK_NAMES(c, "type=CWD @cwd=\"/\"\ntype=PATH @item=0\n", "KERN_CWD ");
	CHECK_NAMES(c, "type=CWD @cwd=\"/\"\ntype=MAC_STATUS @x=0\ntype=PATH @x\n", "KERN_MAC_STATUS ");
	CHECK_NAMES(c, "type=BRAND_NEW @x=1\n", "KERN_BRAND_NEW ");
	CHECK_NAMES(c, "node=a.b type=NEW-ER/x @x=1\n", "KERN_NEW_ER_x ");
	CHECK_NAMES(c, "type=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 @x=1\n", "KERN_ABCDEFGHIJKLMNOPQRSTUVWXYZ ");
	CHECK_NAMES(c, "type=UNKNOWN[65534] @x=1\n", "KERN_65534 ");
	catalogue_free(c);
}

static void
conditions(void)
{
	struct catalogue *c = good("S:\n\ttype = USER_AUTH\n\twhen = exe ~ \"/su$\"\nA:\n\ttype = USER_AUTH\nN:\n\ttype = USER_AUTH\n"
				   "F:\n\tsyscall = openat, unlinkat\n\twhen = result != OK\nR:\n\tsyscall = unlinkat\n\twhen = a2 & 0x200\n"
				   "O:\n\tsyscall = openat\nB:\n\ttype = BPF\n\twhen = op == LOAD\nX:\n\tsyscall = close\n");

	CHECK_NAMES(c, "type=USER_AUTH @pid=1 msg='op=x exe=\"/usr/bin/su\" res=success'\n", "S ");
	CHECK_NAMES(c, "type=USER_AUTH @pid=1 msg='op=x exe=\"/usr/bin/sudo\" res=success'\n", "A ");
	CHECK_NAMES(c, X86_64 "257 success=no exit=-2\n", "F ");
	CHECK_NAMES(c, X86_64 "257 success=yes exit=2\n", "O ");
	CHECK_NAMES(c, X86_64 "263 success=no exit=-2 a2=200\n", "F ");
	CHECK_NAMES(c, X86_64 "263 success=yes exit=0 a2=200\n", "R ");
	CHECK_NAMES(c, X86_64 "263 success=yes exit=0 a2=0\n", "SYS_unlinkat ");
	CHECK_NAMES(c, "type=BPF @prog-id=1 op=LOAD\n" X86_64 "3 success=yes exit=0\n", "B ");
	CHECK_NAMES(c, "type=BPF @prog-id=1 op=UNLOAD\n" X86_64 "3 success=yes exit=0\n", "X ");
	CHECK_NAMES(c, "type=BPF @prog-id=1 op=UNLOAD\n" X86_64 "4 success=yes exit=0\n", "KERN_BPF ");
	catalogue_free(c);
}

static void
uring(void)
{
	struct catalogue *c = good("E:\n\tsyscall = io_uring_enter\nO:\n\tsyscall = openat\nU:\n\tsyscall = unlinkat\n");

	CHECK_NAMES(c, "type=URINGOP @uring_op=18 success=yes exit=0\n", "O ");
	CHECK_NAMES(c, "type=URINGOP @uring_op=36 success=yes exit=0\n" X86_64 "426 success=yes exit=1\n", "U ");
	CHECK_NAMES(c, "type=URINGOP @uring_op=16 success=yes exit=0\n" X86_64 "426 success=yes exit=1\n", "SYS_connect ");
	CHECK_NAMES(c, "type=URINGOP @uring_op=40 success=yes exit=0\n", "URING_MSG_RING ");
	CHECK_NAMES(c, "type=URINGOP @uring_op=63 success=yes exit=0\n", "URING_63 ");
	CHECK_NAMES(c, "type=URINGOP @uring_op=4294967294 success=yes exit=0\n", "URING_4294967294 ");
	CHECK_NAMES(c, "type=URINGOP @uring_op=4294967295 success=yes exit=0\n", "KERN_URINGOP ");
	CHECK_NAMES(c, X86_64 "426 success=yes exit=1\n", "E ");
	catalogue_free(c);
}

static void
check_tail(const struct catalogue *catalogue, const char *event, const char *expected)
{
	char names[NAMES] = "";
	size_t count;
	const struct name *const *tail = catalogue_tail(catalogue, event, &count);

	for (size_t i = 0; i < count; i++)
		append_name(names, tail[i]->name);
	CHECK_BYTES(names, strlen(names), expected);
}

static void
look_ups(void)
{
	struct catalogue *c = good("A:\n\tsyscall = open\nA:\n\ttail = flags, path\n\twhen = pid == 1\n\ttype = LOGIN\n"
				   "A:\n\ttail = pid\nMade:\n\ttail = stage\nNone:\n");

	check_tail(c, "A", "flags path ");
	check_tail(c, "Made", "stage ");
	check_tail(c, "None", "");
	check_tail(c, "Nobody", "");
	CHECK(catalogue_has(c, "A") && catalogue_has(c, "None") && !catalogue_has(c, "Nobody") && !catalogue_has(c, "SYS_open"));
	CHECK_BYTES(catalogue_at(c, 0), 1, "A");
	CHECK_BYTES(catalogue_at(c, 2), 4, "None");
	CHECK(catalogue_at(c, 3) == NULL);
	CHECK_BYTES(catalogue_nearest(c, "Mde"), 4, "Made");
	CHECK(catalogue_nearest(c, "Something") == NULL);
	CHECK_BYTES(catalogue_source(c, 0)->call, 4, "open");
	CHECK(!catalogue_source(c, 0)->conditional && catalogue_source(c, 1)->conditional);
	CHECK_NUMBER(catalogue_source(c, 1)->type, 1006);
	CHECK(catalogue_source(c, 2) == NULL);
	catalogue_free(c);

	CHECK(catalogue_makes("SYS_open") && catalogue_makes("SYS_511") && !catalogue_makes("SYS_opne") && !catalogue_makes("SYS_"));
	CHECK(catalogue_makes("SYS_sched_rr_get_interval_time6")); /* cut at 31 characters */
	CHECK(catalogue_makes("KERN_AVC") && catalogue_makes("KERN_1450") && !catalogue_makes("KERN_AVX"));
	CHECK(catalogue_makes("URING_MSG_RING") && catalogue_makes("URING_99") && !catalogue_makes("URING_x"));
	CHECK(!catalogue_makes("FILE_Open"));
}

static const struct {
	const char *text, *error;
} bad[] = {
	{ "A:\n\tsyscall = opne\n", "eventmap:2: no architecture has a system call `opne`: did you mean `open`?" },
	{ "A:\n\tsyscall = open, quite_another_thing\n", "eventmap:2: no architecture has a system call `quite_another_thing`" },
	{ "A:\n\tsyscall = open,\\\n\t openta\n",
	    "eventmap:2: no architecture has a system call `openta`: did you mean `openat`?" },
	{ "A:\n\tsyscall = open close\n", "eventmap:2: a blank inside a name (is a comma missing?) `open close`" },
	{ "A:\n\tsyscall = open,\n", "eventmap:2: an empty name in the list ``" },
	{ "A:\n\tsyscall = 2\n", "eventmap:2: no architecture has a system call `2`" },
	{ "A:\n\ttype = USER_LOGN\n", "eventmap:2: no record type `USER_LOGN`: did you mean `USER_LOGIN`?" },
	{ "A:\n\ttype = 0\n", "eventmap:2: no record type `0`" },
	{ "A:\n\ttype = 3000\n", "eventmap:2: no record type `3000`" },
	{ "A:\n\ttype = 99999999999999999999\n", "eventmap:2: no record type `99999999999999999999`" },
	{ "A:\n\ttail = pid, lgoin\n", "eventmap:2: no field `lgoin`: did you mean `login`?" },
	{ "A:\n\tcall = open\n", "eventmap:2: no such attribute `call`: did you mean `tail`?" },
	{ "A:\n\tsyscalls = open\n", "eventmap:2: no such attribute `syscalls`: did you mean `syscall`?" },
	{ "A:\n\tTail = pid\n", "eventmap:2: no such attribute `Tail`: did you mean `tail`?" },
	{ "A:\n\tcomment = open\n", "eventmap:2: no such attribute `comment`" },
	{ "A:\n\ttail = pid\n\ttail = pid\n", "eventmap:3: attribute `tail` stands twice: the first is in line 2" },
	{ "A:\n\twhen = pid == 1\n", "eventmap:2: A has `when` but neither `syscall` nor `type`: of what?" },
	{ "A B:\n", "eventmap:1: event `A B`: only letters, digits and _@.:/ make a name" },
	{ "A+:\n", "eventmap:1: event `A+`: only letters, digits and _@.:/ make a name" },
	{ "A2345678901234567890123456789012:\n",
	    "eventmap:1: event `A2345678901234567890123456789012`: longer than 31 characters" },
	{ "syscall = open\n", "eventmap:1: an attribute before the first stanza: syscall" },
	{ "A:\n\tsyscall open\n", "eventmap:2: missing `=`: syscall open" },
};

static void
bad_input(void)
{
	struct err error;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct catalogue *catalogue;

		error.text[0] = '\0';
		catalogue = parse(bad[i].text, &error);
		if (!CHECK(catalogue == NULL))
			printf("# accepted: %s\n", bad[i].text);
		CHECK_BYTES(error.text, strlen(error.text), bad[i].error);
		catalogue_free(catalogue);
	}
	/* The expression's own message, which says where the map stands. */
	CHECK(parse("A:\n\ttype = LOGIN\n\twhen = pid == == 1\n", &error) == NULL);
	CHECK(strncmp(error.text, "eventmap:3:", 11) == 0);
	CHECK(catalogue_load("/nowhere", &error) == NULL);
	CHECK_BYTES(error.text, strlen(error.text), "/nowhere/eventmap: No such file or directory");
}

static struct catalogue *
stock_catalogue(void)
{
	struct err error = { "" };
	struct catalogue *catalogue = catalogue_load("config", &error);

	CHECK_BYTES(error.text, strlen(error.text), "");
	if (catalogue == NULL)
		abort();
	return catalogue;
}

/* The stock map knows every event of the fixtures but these. */
static void
check_stock_name(void *arg, const struct record *record)
{
	static const char *const generic[] = { "SYS_getppid" };

	for (size_t i = 0; i < sizeof(generic) / sizeof(generic[0]); i++)
		if (strcmp(record->event, generic[i]) == 0)
			return;
	if (!CHECK(catalogue_has(arg, record->event)))
		printf("# %s, serial %" PRIu64 "\n", record->event, record->serial);
	CHECK(strlen(record->event) <= 15); /* AIX's column */
}

static void
fixtures(void)
{
	struct catalogue *catalogue = stock_catalogue();
	DIR *folder = opendir("tests/fixtures");
	struct dirent *entry;
	int count = 0;

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		char path[600];
		size_t length;
		char *log;

		if (strstr(entry->d_name, ".log") == NULL)
			continue;
		snprintf(path, sizeof(path), "tests/fixtures/%s", entry->d_name);
		log = read_file(path, &length);
		name_log(catalogue, log, length, check_stock_name, catalogue);
		free(log);
		count++;
	}
	CHECK(count > 50);
	if (folder != NULL)
		closedir(folder);
	catalogue_free(catalogue);
}

/* What people look for: each line is an event that the stock map must name so. */
static void
stock_names(void)
{
	struct catalogue *c = stock_catalogue();

	CHECK_NAMES(c, "type=LOGIN @pid=1 auid=5\n" X86_64 "1 success=yes exit=4\n", "PROC_AuditID ");
	CHECK_NAMES(c, "type=CONFIG_CHANGE @op=add_rule key=\"k\" list=4 res=1\n" X86_64 "44 success=yes exit=9\n", "AUD_Events ");
	CHECK_NAMES(c, "type=CONFIG_CHANGE @op=set audit_enabled=1 old=1 res=1\n" X86_64 "44 success=yes exit=9\n", "AUD_It ");
	CHECK_NAMES(c, "type=CONFIG_CHANGE @op=updated_rules path=\"/x\" key=\"k\" list=4 res=1\n", "AUD_Objects ");
	CHECK_NAMES(c, "type=CONFIG_CHANGE @op=autoremove_rule path=\"/x\" key=\"k\" list=4 res=1\n", "AUD_Objects ");
	CHECK_NAMES(c, "type=ANOM_PROMISCUOUS @dev=lo prom=256 old_prom=0\n" X86_64 "16 success=yes exit=0\n", "NET_Promiscuous ");
	CHECK_NAMES(c, "type=LANDLOCK_ACCESS @domain=1 blockers=fs.read_file\n" X86_64 "257 success=no exit=-13\n", "FILE_Open ");
	CHECK_NAMES(c, "type=AVC @avc: denied { read }\n" X86_64 "257 success=no exit=-13\n", "FILE_Open ");
	CHECK_NAMES(c, "type=AVC @avc: denied { read }\n", "MAC_Denied ");
	CHECK_NAMES(c, "type=USER_AVC @pid=1 msg='avc:  denied  { x } for  y=1'\n", "MAC_UserDenied ");
	CHECK_NAMES(c, "type=USER_AVC @pid=1 msg='avc:  received policyload notice (seqno=2)'\n", "MAC_UserNotice ");
	CHECK_NAMES(c, "type=AVC @avc: granted { read }\n", "MAC_Allowed ");
	CHECK_NAMES(c, "type=AVC @apparmor=\"DENIED\" operation=\"open\"\n", "MAC_Denied ");
	CHECK_NAMES(c, "type=AVC @apparmor=\"ALLOWED\" operation=\"open\"\n", "MAC_Allowed ");
	CHECK_NAMES(c, "type=AVC @apparmor=\"STATUS\" operation=\"profile_load\"\n" X86_64 "1 success=yes exit=9\n", "MAC_Profile ");
	CHECK_NAMES(c, "type=ANOM_LINK @op=linkat res=0\n" X86_64 "86 success=no exit=-1\n", "FILE_Link ");
	CHECK_NAMES(c, "type=FANOTIFY @resp=2\n" X86_64 "257 success=no exit=-1\n", "FILE_Open ");
	CHECK_NAMES(c, "type=SECCOMP @auid=1 arch=c000003e syscall=257 code=0x7ffc0000\n", "SEC_Seccomp ");
	CHECK_NAMES(c, X86_64 "263 success=yes exit=0 a0=1 a1=2 a2=200 a3=0\n", "FS_Rmdir ");
	CHECK_NAMES(c, X86_64 "263 success=yes exit=0 a0=1 a1=2 a2=0 a3=0\n", "FILE_Unlink ");
	CHECK_NAMES(c, X86_64 "133 success=yes exit=0 a0=1 a1=21b6 a2=103 a3=0\n", "DEV_Create ");
	CHECK_NAMES(c, X86_64 "133 success=yes exit=0 a0=1 a1=61b0 a2=800 a3=0\n", "DEV_Create ");
	CHECK_NAMES(c, X86_64 "133 success=yes exit=0 a0=1 a1=11b6 a2=0 a3=0\n", "FILE_Mknod ");
	CHECK_NAMES(c, X86_64 "259 success=yes exit=0 a0=ffffff9c a1=1 a2=21b6 a3=103\n", "DEV_Create ");
	CHECK_NAMES(c, I386 "102 success=yes exit=0 a0=3 a1=1 a2=0 a3=0\n", "TCP_kconnect ");
	CHECK_NAMES(c, I386 "102 success=yes exit=0 a0=12 a1=1 a2=0 a3=0\n", "TCP_kaccept ");
	CHECK_NAMES(c, I386 "102 success=no exit=-22 a0=63 a1=1 a2=0 a3=0\n", "SYS_socketcall ");
	CHECK_NAMES(c, I386 "117 success=yes exit=0 a0=18 a1=1 a2=0 a3=0\n", "SHM_Close ");
	CHECK_NAMES(c, I386 "117 success=yes exit=0 a0=10018 a1=1 a2=102 a3=0\n", "SHM_Stat ");
	CHECK_NAMES(c, I386 "117 success=yes exit=0 a0=3 a1=1 a2=0 a3=100\n", "SEM_Delete ");
	CHECK_NAMES(c, I386 "117 success=yes exit=0 a0=16 a1=0 a2=0 a3=0\n", "IPC_Call ");
	CHECK_NAMES(c, X86_64 "163 success=yes exit=0 a0=0 a1=0\n", "ACCT_Disable ");
	CHECK_NAMES(c, X86_64 "163 success=yes exit=0 a0=55 a1=0\n", "ACCT_Enable ");
	CHECK_NAMES(c, "type=DAEMON_ERR @op=lost-records stage=queue count=7\n", "AUD_Lost_Recs ");
	CHECK_NAMES(c, "type=DAEMON_ERR @op=other\n", "AUD_Error ");
	CHECK_NAMES(c, "type=USER_AUTH @pid=1 msg='op=x exe=\"/usr/bin/su\" res=failed'\n", "USER_SU ");
	CHECK_NAMES(c, "type=USER_END @pid=1 msg='op=x exe=\"/usr/sbin/sshd-session\" res=success'\n", "USER_Logout ");
	CHECK_NAMES(c, "type=USER_END @pid=1 msg='op=x exe=\"/usr/bin/sudo\" res=success'\n", "SESS_Close ");
	CHECK_NAMES(c, "type=SERVICE_STOP @pid=1 msg='unit=cron res=success'\n", "SRC_Stop ");
	catalogue_free(c);
}

/* The stock formats fit the stock map, and each event has one. */
static void
stock_formats(void)
{
	struct catalogue *catalogue = stock_catalogue();
	struct err error = { "" };
	struct formats *formats = formats_load("config", catalogue, &error);
	struct stanza_file file;
	const struct stanza *stanza;

	CHECK_BYTES(error.text, strlen(error.text), "");
	formats_free(formats);
	CHECK_NUMBER(stanza_load(&file, "config", "events", &error), 0);
	CHECK_NUMBER(stanza_check_unique(&file, &error), 0);
	stanza = stanza_find(&file, "auditpr");
	for (size_t i = 0; stanza != NULL && catalogue_at(catalogue, i) != NULL; i++) {
		if (!CHECK(stanza_attribute(stanza, catalogue_at(catalogue, i)) != NULL))
			printf("# no format: %s\n", catalogue_at(catalogue, i));
		CHECK(strlen(catalogue_at(catalogue, i)) <= 15);
	}
	stanza_clear(&file);
	catalogue_free(catalogue);
}

struct known {
	const struct catalogue *catalogue;
	const struct stanza *events;
};

static bool
is_known(void *arg, const char *event)
{
	const struct known *known = arg;

	return catalogue_has(known->catalogue, event) || stanza_attribute(known->events, event) != NULL;
}

static void
stock_classes(void)
{
	struct catalogue *catalogue = stock_catalogue();
	struct known known = { .catalogue = catalogue };
	struct err error = { "" };
	struct config *config = config_load("config", &error);
	struct stanza_file file;

	CHECK_NUMBER(stanza_load(&file, "config", "events", &error), 0);
	known.events = stanza_find(&file, "auditpr");
	if (CHECK(config != NULL && known.events != NULL))
		CHECK_NUMBER(config_check_events(config, is_known, &known, &error), 0);
	CHECK_BYTES(error.text, strlen(error.text), "");
	config_free(config);
	stanza_clear(&file);
	catalogue_free(catalogue);
}

/* Does the map name events by this call, or type if call is NULL? */
static bool
is_mapped(const struct catalogue *catalogue, const char *call, uint16_t type)
{
	const struct catalogue_source *source;

	for (size_t i = 0; (source = catalogue_source(catalogue, i)) != NULL; i++)
		if (call == NULL ? source->call == NULL && source->type == type
				 : source->call != NULL && strcmp(source->call, call) == 0)
			return true;
	return false;
}

/* Is it a word of doc/events.generic? */
static bool
is_listed(const char *list, const char *kind, const char *name)
{
	char word[64];
	size_t length = (size_t)snprintf(word, sizeof(word), "%s_%s", kind, name);

	for (const char *p = list; (p = strstr(p, word)) != NULL; p += length)
		if (strchr("\t ", p[-1]) != NULL && strchr(" \n", p[length]) != NULL)
			return true;
	return false;
}

/* Either it has an event, or it is said why not. */
static void
check_covered(const struct catalogue *catalogue, const char *list, const char *call, uint16_t type)
{
	const char *name = call != NULL ? call : rectype_name(type), *kind = call != NULL ? "SYS" : "KERN";
	bool mapped = is_mapped(catalogue, call, type), listed = is_listed(list, kind, name);

	if (!CHECK(mapped != listed))
		printf("# %s_%s: %s\n", kind, name,
		    mapped ? "has an event, and doc/events.generic says that it has none"
			   : "has no event: name it in config/eventmap, or in doc/events.generic with the reason");
}

static void
coverage(void)
{
	struct catalogue *catalogue = stock_catalogue();
	size_t length;
	char *text = read_file("doc/events.generic", &length), *list = calloc(1, length + 1);

	memcpy(list, text, length);
	free(text);
	for (size_t arch = 0; arch_at(arch) != NULL; arch++)
		for (int32_t n = 0; n < SYSCALL_MAX; n++)
			if (syscall_at(arch, n) != NULL)
				check_covered(catalogue, list, syscall_at(arch, n), 0);
	for (uint16_t type = 1000; type < 3000; type++)
		if (rectype_name(type) != NULL)
			check_covered(catalogue, list, NULL, type);
	/* And each word there is a call or a type. */
	for (char *word = strtok(list, " \t\n"); word != NULL; word = strtok(NULL, " \t\n"))
		if ((strncmp(word, "SYS_", 4) == 0 || strncmp(word, "KERN_", 5) == 0) && strchr(word, '<') == NULL)
			CHECK(catalogue_makes(word));
	free(list);
	catalogue_free(catalogue);
}

int
main(void)
{
	test("system calls, on every architecture", calls);
	test("record types", types);
	test("conditions", conditions);
	test("io_uring's operations", uring);
	test("look-ups", look_ups);
	test("bad input is told by file and line", bad_input);
	test("the stock map names every event of the fixtures", fixtures);
	test("the stock map names events as people expect", stock_names);
	test("the stock formats fit the stock map", stock_formats);
	test("the stock classes hold known events", stock_classes);
	test("every call and record type has an event, or a reason to have none", coverage);
	return test_end();
}
