/* The vocabulary on real records: lines of tests/fixtures, through the assembler, against what was done to make them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "value.h"

#include <linux/audit.h>

#include "call.h"
#include "check.h"
#include "fixture.h"
#include "syscalls.h"
#include "text.h"
#include "words.h"

static bool
get(const char *name, size_t nth, struct value *value)
{
	const struct name *found = name_find(name, strlen(name));

	*value = (struct value){ 0 };
	return CHECK(found != NULL) && name_value(found, &view, nth, value);
}

/* The value's text is that of the string; NULL: there is no such value. */
static void
text_is(const char *name, size_t nth, const char *expected, int line)
{
	struct value value;
	bool there = get(name, nth, &value);

	if (expected == NULL || !there || value.text == NULL) {
		if ((there || expected != NULL) && ++check_failures)
			printf("# line %d: %s[%zu] is %s\n", line, name, nth, there ? "there, or has no text" : "not there");
		return;
	}
	check_bytes(value.text, value.length, expected, name, __FILE__, line);
}

/* A number that has no name. */
static void
nameless(const char *name, int64_t expected, int line)
{
	struct value value;

	if (!get(name, 0, &value) || !value.has_number || value.text != NULL) {
		check_failures++;
		printf("# line %d: %s is not a number without a name\n", line, name);
		return;
	}
	check_number(value.number, expected, name, __FILE__, line);
}

static void
number_is(const char *name, size_t nth, int64_t expected, int line)
{
	struct value value;

	if (!get(name, nth, &value) || !value.has_number) {
		check_failures++;
		printf("# line %d: %s[%zu] has no number\n", line, name, nth);
		return;
	}
	check_number(value.number, expected, name, __FILE__, line);
}

#define TEXT(name, expected)         text_is(name, 0, expected, __LINE__)
#define TEXT_AT(name, nth, expected) text_is(name, nth, expected, __LINE__)
#define NUMBER(name, expected)       number_is(name, 0, expected, __LINE__)
#define NAMELESS(name, expected)     nameless(name, expected, __LINE__)
#define NONE(name)                   text_is(name, 0, NULL, __LINE__)
#define END(name, count)             text_is(name, count, NULL, __LINE__)

static void
table(void)
{
	size_t count = 0;

	for (const struct name *name; (name = name_at(count)) != NULL; count++) {
		CHECK(name_find(name->name, strlen(name->name)) == name);
		CHECK(count == 0 || strcmp(name_at(count - 1)->name, name->name) < 0);
		CHECK(name->get != NULL);
	}
	CHECK(count > 250);
	CHECK(name_find("lgoin", 5) == NULL);
	CHECK(name_find("", 0) == NULL);
	CHECK(name_find("pi", 2) != name_find("pid", 3));
	CHECK(name_find("pidx", 3) == name_find("pid", 3));
	CHECK(strcmp(name_nearest("lgoin", 5), "login") == 0);
	CHECK(name_nearest("zzzzzzzz", 8) == NULL);
}

static void
header(void)
{
	take("fsops", 45067208);
	TEXT("event", "Test_Event");
	TEXT("command", "quirks");
	TEXT("result", "OK");
	NUMBER("result", RESULT_OK);
	NUMBER("login", 9001);
	NUMBER("real", 0);
	NUMBER("effective", 0);
	NUMBER("auid", 9001);
	NUMBER("serial", 45067208);
	NUMBER("exit", 3);
	NUMBER("arch", 0xc000003e);
	TEXT("arch", "x86_64");
	TEXT("syscall", "openat");
	NUMBER("syscall", 257);
	TEXT("success", "yes");
	NONE("errno");
	TEXT("exe", "/srv/audrecs/bin/quirks");
	TEXT("comm", "quirks");
	NONE("tty"); /* (none) */
	NONE("host");
	NONE("origin");
	TEXT_AT("type", 0, "SYSCALL");
	TEXT_AT("type", 2, "PATH");
	take("fsops", 45067202);
	TEXT("login", "unset");
	TEXT("session", "unset");
	TEXT("ses", "unset");
	TEXT("auid", "unset");
	NONE("key"); /* (null) */
}

static void
failures(void)
{
	take("fsops", 45067216);
	TEXT("success", "no");
	NUMBER("exit", -2);
	NUMBER("errno", 2);
	TEXT("errno", "ENOENT");
	take("hardlink", 45067438);
	NUMBER("exit", -1);
	TEXT("errno", "EPERM");
	take("exit", 0); /* exit_group(): neither success= nor exit= */
	NONE("errno");
	take_text("type=USER_CMD " STAMP "pid=1 uid=0 msg='cwd=\"/\" cmd=6964 terminal=pts/1 res=failed'\n");
	TEXT("success", "no");
	NONE("exit");
	NONE("errno");
	NONE("syscall");
	NONE("arch");
	NONE("ppid");
	TEXT("cmd", "id");
	TEXT("terminal", "pts/1");
	NONE("origin");
}

static void
open_calls(void)
{
	take("fsops", 45067208); /* open("/srv/audrecs/tmp/qd/a", O_RDWR|O_CREAT, 0644) */
	TEXT("path", "/srv/audrecs/tmp/qd/a");
	END("path", 1);
	TEXT("dir", "/srv/audrecs/tmp/qd");
	TEXT("flags", "O_RDWR|O_CREAT");
	NUMBER("flags", 0102);
	NUMBER("mode", 0644);
	NUMBER("perm", 0100644);
	NUMBER("fd", 3);
	NUMBER("ino", 10985828);
	TEXT("dev", "fe:00");
	NONE("from");
	NONE("to");
	NONE("owner");
	NONE("rdev");
	take("fsops", 45067204);
	TEXT("flags", "O_RDONLY|O_CLOEXEC");
	NONE("mode"); /* nothing is created, so the register means nothing */
	take("fsops", 45067228);
	TEXT("flags", "O_RDWR|O_TMPFILE");
	NUMBER("mode", 0600);
	take("openat2", 45067239);
	TEXT("flags", "O_RDONLY");
	NONE("mode");
	NUMBER("resolve", 4);
	NUMBER("fd", 3);
	TEXT("path", "/etc/passwd");
	take("openat2", 45067240);
	TEXT("errno", "EXDEV");
	NONE("fd");
	take_call("c000003e", 437, "a0=ffffff9c a1=0 a2=0 a3=18", "type=OPENAT2 " STAMP "oflag=0102 mode=0640 resolve=0x0\n");
	TEXT("flags", "O_RDWR|O_CREAT");
	NUMBER("mode", 0640);
}

static void
changes(void)
{
	take("fsops", 45067209); /* fchmod(3, 0600) */
	NUMBER("mode", 0600);
	NUMBER("fd", 3);
	NONE("path");            /* name=(null) */
	take("fsops", 45067210); /* fchown(3, -1, -1) */
	NONE("owner");
	NONE("group");
	take_call("c000003e", 92, "a0=1 a1=7d0 a2=ffffffff a3=0", "");
	NUMBER("owner", 2000);
	NONE("group");
	take_call("c000003e", 260, "a0=ffffff9c a1=1 a2=0 a3=2a", "");
	NUMBER("owner", 0);
	NUMBER("group", 42);
	take("ipc", 45067292); /* mmap()'s descriptor is its fifth argument, which stands in a line of its own */
	NUMBER("fd", 3);
	take("ipc", 45067305);
	NUMBER("mode", 0644);
	NUMBER("owner", 9001);
	take_call("c000003e", 133, "a0=1 a1=21ff a2=803 a3=0", ""); /* mknod(S_IFCHR|0777, makedev(8, 3)) */
	NUMBER("mode", 020777);
	TEXT("rdev", "8,3");
	take_call("c000003e", 133, "a0=1 a1=2180 a2=12345678 a3=0", "");
	TEXT("rdev", "1110,74616");
	take_call("c000003e", 2, "a0=1 a1=0 a2=0 a3=0",
	    "type=CWD " STAMP "cwd=\"/dev\"\ntype=PATH " STAMP "item=0 name=\"sda1\" inode=1 mode=060660 rdev=08:01 nametype=NORMAL\n");
	TEXT("rdev", "8,1");
	TEXT("path", "/dev/sda1");
}

static void
two_names(void)
{
	take("fsops", 45067214);
	TEXT("from", "/srv/audrecs/tmp/qd/a");
	TEXT("to", "/srv/audrecs/tmp/qd/c");
	TEXT_AT("path", 1, "/srv/audrecs/tmp/qd/c");
	END("path", 2);
	take("fsops", 45067215); /* rename of one hard link to another: the kernel does nothing, and names nothing */
	NONE("from");
	NONE("to");
	take("fsops", 45067212);
	TEXT("from", "/srv/audrecs/tmp/qd/a");
	TEXT("to", "/srv/audrecs/tmp/qd/b");
	take("fsops", 45067213); /* the target is what the link says, not a path from here */
	TEXT("from", "a");
	TEXT("to", "/srv/audrecs/tmp/qd/s");
	take("hardlink", 45067438);
	TEXT("from", "/etc/shadow");
	NONE("to");
	take("mix", 290934); /* rename over an existing file: two DELETE items */
	TEXT("from", "/home/aub3/proj 30/.git/config.lock");
	TEXT("to", "/home/aub3/proj 30/.git/config");
	take("mix", 291344); /* relative, in a directory whose name is hexadecimal */
	TEXT("dir", "/home/aub2/proj 30");
	take("mix", 292044); /* symlinkat("src/main.c", AT_FDCWD, "link") */
	TEXT("from", "src/main.c");
	TEXT("to", "/home/aub3/proj 30/link");
	take("mix", 292068); /* linkat() from the working directory */
	TEXT("from", "/home/aub3/proj 30/src/main.c");
	TEXT("to", "/home/aub3/proj 30/hard");
}

#define IN_W(name) "type=CWD " STAMP "cwd=\"/w\"\ntype=PATH " STAMP "item=0 name=\"" name "\" nametype=NORMAL\n"

/* Names relative to a descriptor: the kernel's PARENT item then has the working directory, which is not true. */
static void
other_directories(void)
{
	take("fsops", 45067222); /* unlinkat(3, "fifo"), 3 being .../qd while the working directory is /srv/audrecs */
	TEXT("path", "fifo");
	NONE("dir");
	take("fsops", 45067226);
	NONE("path");
	take("mix", 291163); /* unlinkat(AT_FDCWD, "x", AT_REMOVEDIR) */
	TEXT("path", "/home/aub2/proj 30/x");
	TEXT("dir", "/home/aub2/proj 30");
	TEXT("flags", "AT_REMOVEDIR");
	take("mix", 292097); /* an absolute name */
	TEXT("errno", "EACCES");
	take("ipc", 45067312); /* a message queue's name is no file's */
	TEXT("path", "auq");
	TEXT("flags", "O_RDWR|O_CREAT");
	NUMBER("oflag", 0102);
	take_call("c000003e", 316, "a0=4 a1=1 a2=ffffff9c a3=1",
	    "type=CWD " STAMP "cwd=\"/w\"\n"
	    "type=PATH " STAMP "item=0 name=\"/w\" inode=1 nametype=PARENT\n"
	    "type=PATH " STAMP "item=1 name=\"/w\" inode=2 nametype=PARENT\n"
	    "type=PATH " STAMP "item=2 name=\"old\" inode=3 nametype=DELETE\n"
	    "type=PATH " STAMP "item=3 name=\"new\" inode=4 nametype=DELETE\n"
	    "type=PATH " STAMP "item=4 name=\"new\" inode=3 nametype=CREATE\n");
	TEXT("from", "old");
	TEXT("to", "/w/new");
	TEXT_AT("path", 1, "/w/new");
	TEXT("dir", "/w");
	END("dir", 1);
	/* Both exchanged: the last item is the old name's. */
	take_call("c000003e", 316, "a0=4 a1=1 a2=ffffff9c a3=1",
	    "type=CWD " STAMP "cwd=\"/w\"\n"
	    "type=PATH " STAMP "item=0 name=\"/w\" inode=1 nametype=PARENT\n"
	    "type=PATH " STAMP "item=1 name=\"/w\" inode=2 nametype=PARENT\n"
	    "type=PATH " STAMP "item=2 name=\"old\" inode=3 nametype=DELETE\n"
	    "type=PATH " STAMP "item=3 name=\"new\" inode=4 nametype=DELETE\n"
	    "type=PATH " STAMP "item=4 name=\"new\" inode=3 nametype=CREATE\n"
	    "type=PATH " STAMP "item=5 name=\"old\" inode=4 nametype=CREATE\n");
	TEXT("from", "old");
	TEXT("to", "/w/new");
	TEXT_AT("path", 3, "old");
	/* move_mount(): which of its names comes first depends on the kernel. */
	take_call("c000003e", 429, "a0=ffffff9c a1=1 a2=5 a3=2",
	    IN_W("a") "type=PATH " STAMP "item=1 name=\"b\" nametype=NORMAL\n");
	TEXT_AT("path", 0, "a");
	TEXT_AT("path", 1, "b");
	take_call("c000003e", 429, "a0=ffffff9c a1=1 a2=ffffff9c a3=2",
	    IN_W("a"));
	TEXT("path", "/w/a");
	take_call("c000003e", 431, "a0=5 a1=3 a2=1 a3=2", IN_W("b"));
	TEXT("path", "b"); /* fsconfig() has its directory in the fifth argument */
	take_call("c000003e", 301, "a0=5 a1=1 a2=2 a3=ffffff9c", IN_W("b"));
	TEXT("path", "/w/b"); /* fanotify_mark() in the fourth */
	take_call("40000003", 339, "a0=5 a1=1 a2=2 a3=ffffff9c", IN_W("b"));
	TEXT("path", "b"); /* but not with 32 bits, where the mask takes two */
	/* A call that this build does not know may take a descriptor. */
	take_call("c000003e", 900, "a0=4", "type=CWD " STAMP "cwd=\"/w\"\ntype=PATH " STAMP "item=0 name=\"f\" nametype=NORMAL\n");
	TEXT("path", "f");
}

/* openat2() with RESOLVE_IN_ROOT: names never leave the directory that they are relative to. */
static void
own_root(const char *directory, const char *resolve, const char *name, const char *expected)
{
	char arguments[64], more[512];

	snprintf(arguments, sizeof(arguments), "a0=%s a1=1 a2=2 a3=18", directory);
	snprintf(more, sizeof(more),
	    "type=OPENAT2 " STAMP "oflag=00 mode=00 resolve=%s\ntype=CWD " STAMP "cwd=\"/srv/root\"\ntype=PATH " STAMP
	    "item=0 name=\"%s\" nametype=NORMAL\n",
	    resolve, name);
	take_call("c000003e", 437, arguments, more);
	TEXT("path", expected);
}

static void
own_roots(void)
{
	own_root("ffffff9c", "0x10", "/etc/passwd", "/srv/root/etc/passwd");
	own_root("ffffff9c", "0x10", "../../etc/passwd", "/srv/root/etc/passwd");
	own_root("ffffff9c", "0x1c", "a/../b", "/srv/root/b");
	own_root("ffffff9c", "0x10", "/", "/srv/root");
	own_root("5", "0x10", "/etc/passwd", "etc/passwd");
	own_root("5", "0x10", "../../etc/passwd", "etc/passwd");
	own_root("5", "0x10", "/", ".");
	own_root("5", "0x0", "/etc/passwd", "/etc/passwd");
	own_root("5", "0x8", "a/b", "a/b"); /* RESOLVE_BENEATH: what leads out is refused, whatever it names */
	own_root("ffffff9c", "0x8", "/etc/passwd", "/etc/passwd");
	take_call("c000003e", 437, "a0=ffffff9c a1=1 a2=2 a3=18",
	    "type=OPENAT2 " STAMP "oflag=0101 mode=0600 resolve=0x10\ntype=CWD " STAMP "cwd=\"/srv/root\"\n"
	    "type=PATH " STAMP "item=0 name=\"/srv/root\" inode=1 nametype=PARENT\n"
	    "type=PATH " STAMP "item=1 name=\"f\" inode=2 nametype=CREATE\n");
	TEXT("dir", "/srv/root");
	TEXT("path", "/srv/root/f");
}

static void
check_path(const char *cwd, const char *name, const char *expected)
{
	char more[512];

	snprintf(more, sizeof(more), "type=CWD " STAMP "cwd=%s\ntype=PATH " STAMP "item=0 name=%s nametype=NORMAL\n", cwd, name);
	take_call("c000003e", 2, "a0=1 a1=0 a2=0 a3=0", more);
	TEXT("path", expected);
}

static void
paths(void)
{
	check_path("\"/a/b\"", "\"c\"", "/a/b/c");
	check_path("\"/a/b\"", "\".\"", "/a/b");
	check_path("\"/a/b\"", "\"..\"", "/a");
	check_path("\"/a/b\"", "\"../../../..\"", "/");
	check_path("\"/a/b\"", "\"./c//d/./e/../f/\"", "/a/b/c/d/f");
	check_path("\"/\"", "\"x\"", "/x");
	check_path("\"/a\"", "\"/\"", "/");
	check_path("\"/a\"", "\"//\"", "/");
	check_path("\"/a\"", "\"/x/../..\"", "/");
	check_path("\"/a\"", "\"/x/..y/.z\"", "/x/..y/.z");
	check_path("\"/a\"", "\"/x/y/\"", "/x/y");
	check_path("\"/a\"", "2F61622063", "/ab c");
	check_path("2F612062", "\"c\"", "/a b/c");
	check_path("\"(unreachable)/a\"", "\"c\"", "c");
	check_path("(null)", "\"c\"", "c");
	check_path("\"/a\"", "(null)", NULL);
	check_path("\"/a\"", "\"(null)\"", "/a/(null)");
	check_path("\"/a\"", "\"\"", NULL);
	take("deleted_cwd", 45067461);
	TEXT("path", "/srv/audrecs/tmp/gone (deleted)/x");
	take("paths_odd", 45067163);
	TEXT("path", "/srv/audrecs/tmp/q\nnl");
	take("paths_odd", 45067175);
	TEXT("path", "/srv/audrecs/tmp/q\xff");
	take("fsops", 45067230);
	TEXT("path", "/nosuch");
	take("mix", 290863); /* a failed mkdir has but its directory */
	END("path", 1);
	take("uring", 45067643);
	NONE("path");
	END("dir", 0);
	take("landlock", 45067399);
	TEXT("path", "/etc/passwd");
	END("path", 1);
	NUMBER("ino", 409650);
	TEXT("dev", "vda");
	take_text("type=AVC " STAMP "apparmor=\"DENIED\" operation=\"open\" profile=\"p\" name=\"/etc/x y\" pid=1 comm=\"c\"\n");
	TEXT("path", "/etc/x y");
	take_text("type=AVC " STAMP "avc:  denied  { read } for  pid=1 comm=\"c\" name=\"shadow\" dev=\"sda\" ino=5\n");
	NONE("path");
	take_text("type=CONFIG_CHANGE " STAMP "op=updated_rules path=2F7820 key=\"k\" list=4 res=1\n");
	TEXT("path", "/x ");
	take_text("type=CONFIG_CHANGE " STAMP "op=remove_rule dir=\"/d\" key=\"k\" list=4 res=1\n");
	TEXT("path", "/d");
}

static void
arguments(void)
{
	struct value value;
	char last[32];

	take("argv_odd", 45067122);
	TEXT_AT("argv", 0, "true");
	TEXT_AT("argv", 1, "");
	TEXT_AT("argv", 3, "with space");
	TEXT_AT("argv", 4, "new\nline");
	TEXT_AT("argv", 9, "\xff\xfe\x80");
	TEXT_AT("argv", 12, "del\x7f");
	CHECK(get("arguments", 0, &value));
	CHECK(memmem(value.text, value.length, " $'new\\x0aline' ", 16) != NULL);
	take("script_exec", 45067478);
	TEXT("arguments", "/bin/sh tmp/scr.sh 'a b' c");
	END("arguments", 1);
	take("argv_many", 45067149);
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(last, sizeof(last), "argument-number-%u", i);
		TEXT_AT("argv", i, last);
	}
	END("argv", 5000);
	take("argv_long1", 45067131);
	CHECK(get("argv", 1, &value));
	CHECK_NUMBER(value.length, 100 * 1000);
	for (size_t i = 0; i < value.length; i++)
		if (!CHECK(value.text[i] == 'A'))
			break;
	TEXT_AT("argv", 2, "tail");
	CHECK(get("arguments", 0, &value));
	CHECK_NUMBER(value.length, strlen("true ") + 100 * 1000 + strlen(" tail"));
	take("fsops", 45067208);
	NONE("argv");
	NONE("arguments");
}

/* What no kernel writes must do no harm. */
static void
odd_arguments(void)
{
	take_text("type=EXECVE " STAMP "argc=3 a0=\"x\" a1_len=8 a1[0]=6162 a1[1]=6 a1[0]=\"q\" a2= a[0]=\"n\" a99999999999999999999=\"y\"\n");
	TEXT_AT("argv", 0, "x");
	TEXT_AT("argv", 1, "ab6q");
	TEXT_AT("argv", 2, "");
	END("argv", 3);
	TEXT("arguments", "x ab6q ''");
	NONE("a0"); /* those are the call's */
}

static void
sockets(void)
{
	take("net", 45067266);
	TEXT("family", "inet");
	TEXT("addr", "127.0.0.1");
	NUMBER("port", 9);
	TEXT("socket", "127.0.0.1:9");
	take("net", 45067268);
	TEXT("addr", "::1");
	NUMBER("port", 9);
	TEXT("socket", "[::1]:9");
	TEXT("family", "inet6");
	NUMBER("family", 10);
	take("net", 45067270);
	TEXT("socket", "/srv/audrecs/tmp/no such.sock");
	NONE("addr");
	NONE("port");
	take("net", 45067271);
	TEXT("socket", "@abstract");
	TEXT("family", "unix");
	take("net", 45067283); /* a family that there is not */
	NUMBER("family", 0xeeee);
	NONE("socket");
	take("net", 45067281); /* socketpair(): the argument */
	TEXT("family", "unix");
	TEXT("flags", "SOCK_STREAM");
	NONE("socket");
	take_text("type=SOCKADDR " STAMP "saddr=0200\n");
	TEXT("family", "inet");
	NONE("addr");
	take_text("type=SOCKADDR " STAMP "saddr=100000002A00000001000080\n");
	TEXT("family", "netlink");
	TEXT("socket", "pid=42,groups=0x80000001");
	NONE("addr");
	take_text("type=SOCKADDR " STAMP "saddr=11000003020000000100000600000000000000\n");
	TEXT("family", "packet");
	TEXT("socket", "protocol=0x3,interface=2");
	take_text("type=SOCKADDR " STAMP "saddr=28000000000400000300000000000000\n");
	TEXT("family", "vsock");
	TEXT("socket", "cid=3,port=1024");
	take_text("type=SOCKADDR " STAMP "saddr=1000000001\n"); /* cut */
	TEXT("family", "netlink");
	NONE("socket");
	take_call("80000016", 362, "a0=3", "type=SOCKADDR " STAMP "saddr=001000000000002A80000001\n"); /* s390x */
	TEXT("socket", "pid=42,groups=0x80000001");
	take_text("type=SOCKADDR " STAMP "saddr=02000009XX\n");
	NONE("family");
	take_call("80000016", 362, "a0=3", "type=SOCKADDR " STAMP "saddr=000200097F0000010000000000000000\n"); /* s390x */
	TEXT("addr", "127.0.0.1");
	take_text("type=USER_LOGIN " STAMP "pid=1 uid=0 msg='op=login acct=\"joe\" hostname=h addr=10.1.2.3 terminal=ssh res=failed'\n");
	TEXT("addr", "10.1.2.3");
	TEXT("origin", "10.1.2.3");
	TEXT("terminal", "ssh");
	TEXT("acct", "joe");
	take_text("type=USER_LOGIN " STAMP
		  "pid=1 uid=0 msg='op=login acct=28696E76616C6964207573657229 hostname=h addr=? terminal=? res=failed'\n");
	NONE("addr");
	NONE("terminal");
	TEXT("origin", "h");
	TEXT("acct", "(invalid user)");
}

static void
processes(void)
{
	take("kill", 45067350);
	NUMBER("target", 24219);
	NUMBER("signal", 15);
	TEXT("signal", "SIGTERM");
	take("kill", 45067351); /* a process group: the argument, then each process */
	NUMBER("target", -24220);
	number_is("target", 2, 24221, __LINE__);
	TEXT("signal", "SIGKILL");
	take("kill", 45067352);
	NUMBER("target", 24222);
	NONE("signal");
	take("seccomp", 45067335);
	TEXT("signal", "SIGSYS");
	TEXT("syscall", "getppid");
	take_call("c000003e", 56, "a0=1200011 a1=0 a2=0 a3=0", "");
	NUMBER("child", 5);
	TEXT("flags", "CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD");
	take_call("c000003e", 57, "a0=1200011 a1=0 a2=0 a3=0", "");
	NUMBER("child", 5);
	NONE("flags");
	take("caps", 45067327);
	NUMBER("capabilities", 0x1fffefffffe);
	NUMBER("privilege", 0x1ff);
	number_is("privilege", 1, 0xfefffffe, __LINE__);
	END("privilege", 2);
	take("fsops", 45067208);
	NONE("privilege");
	NONE("child");
}

static void
architectures(void)
{
	take("i386", 45067470);
	TEXT("arch", "i386");
	TEXT("syscall", "getppid");
	take_call("40000003", 5, "a0=1 a1=241 a2=1b6 a3=0", ""); /* open(O_WRONLY|O_CREAT|O_TRUNC, 0666) */
	TEXT("flags", "O_WRONLY|O_CREAT|O_TRUNC");
	NUMBER("mode", 0666);
	NUMBER("fd", 5);
	take_call("40000003", 182, "a0=1 a1=7d0 a2=ffffffff a3=0", ""); /* chown() with 16-bit ids */
	NUMBER("owner", 2000);
	NONE("group");
	take_call("40000003", 182, "a0=1 a1=ffff a2=1ffff a3=0", "");
	NONE("owner");
	NONE("group");
	take_call("40000003", 212, "a0=1 a1=ffff a2=ffffffff a3=0", ""); /* chown32() */
	NUMBER("owner", 65535);
	NONE("group");
	take_call("c00000b7", 56, "a0=ffffff9c a1=1 a2=84000 a3=0", ""); /* aarch64: O_DIRECTORY is another bit */
	TEXT("flags", "O_RDONLY|O_DIRECTORY|O_CLOEXEC");
	NUMBER("flags", 02200000);
	take_call("c0000015", 286, "a0=ffffff9c a1=1 a2=20000 a3=0", ""); /* ppc64le: O_DIRECT */
	TEXT("flags", "O_RDONLY|O_DIRECT");
	take_call("12345678", 2, "a0=1 a1=41 a2=1ff a3=0", "");
	NONE("flags");
	NUMBER("syscall", 2);
	NUMBER("arch", 0x12345678);
}

static void
keys(void)
{
	take("watch2key", 45067543);
	TEXT_AT("key", 0, "two");
	TEXT_AT("key", 1, "three");
	END("key", 2);
	take_text("type=SYSCALL " STAMP "arch=c000003e syscall=0 success=yes exit=0 a0=0 pid=1 key=0101610101\n");
	TEXT_AT("key", 0, "a");
	END("key", 1);
}

static void
facts(void)
{
	static const char text[] = "host=\"box\" login=\"joe\" real=\"root\" origin=10.0.0.9 tag=\"joe@1\" terminal=pts/3 tail=\"audit object\"";
	static const char call[] = "arch=c000003e syscall=2 success=yes exit=3 a0=1 a1=0 a2=0 a3=0 pid=1 auid=9001 uid=0 tty=pts0 comm=\"x\" "
				   "\x1d"
				   "AUID=\"other\" UID=\"zero\" GID=\"wheel\"";
	static const struct record empty = { .login = 9001, .real = 0, .effective = 7, .syscall = -1, .exit = -1 };
	unsigned char bytes[512], *end;

	end = line_put(bytes, 0, 0, text, strlen(text));
	end = line_put(end, 1300, 0, call, strlen(call));
	record = empty;
	record.lines = bytes;
	record.size = (size_t)(end - bytes);
	record.count = 2;
	view_set(&view, &record);
	TEXT("host", "box");
	CHECK_NUMBER(view.line, 1); /* facts are had without parsing the kernel's lines */
	TEXT("login", "joe");
	NUMBER("login", 9001);
	TEXT("real", "root");
	NONE("boot");
	CHECK_NUMBER(view.line, 1);
	NUMBER("effective", 7);
	TEXT("origin", "10.0.0.9");
	TEXT("terminal", "pts/3");
	TEXT("tail", "audit object");
	TEXT("auid", "joe");
	TEXT("uid", "root");
	TEXT("type", "SYSCALL");
	END("type", 1);
	record.login = 1; /* the names are not those of the line's ids */
	record.real = 1;
	view_set(&view, &record);
	TEXT("auid", "other");
	TEXT("uid", "zero");
	take_text("node=web1 type=USER_END " STAMP "pid=1 uid=0 msg='res=success'\n");
	TEXT("host", "web1");
}

static void
words(void)
{
	int64_t number;
	char text[FLAGS_TEXT], small[12];
	size_t length;

	CHECK(word_number("O_CREAT", 7, &number) && number == 0100);
	CHECK(word_number("EACCES", 6, &number) && number == 13);
	CHECK(word_number("SIGTERM", 7, &number) && number == 15);
	CHECK(word_number("TERM", 4, &number) && number == 15);
	CHECK(word_number("unix", 4, &number) && number == 1);
	CHECK(!word_number("O_NOSUCH", 8, &number));
	for (size_t set = FLAGS_NONE; set < FLAGS_SETS; set++)
		CHECK(flags_write(set, UINT64_MAX, text, sizeof(text)) < sizeof(text));
	length = flags_write(FLAGS_OPEN, 0x80000000, text, sizeof(text));
	CHECK_BYTES(text, length, "O_RDONLY|0x80000000");
	length = flags_write(FLAGS_OPEN, 0101, small, sizeof(small));
	CHECK_BYTES(small, length, "O_WRONLY");
	length = flags_write(FLAGS_MOUNT, 0xc0ed0001, text, sizeof(text));
	CHECK_BYTES(text, length, "MS_RDONLY");
}

/* The arguments' table is searched by name: every call in it must be found. */
static void
call_table(void)
{
	size_t found = 0;

	for (size_t arch = 0; arch_at(arch) != NULL; arch++)
		for (int32_t number = 0; number < SYSCALL_MAX; number++) {
			const char *name = syscall_at(arch, number);
			const struct call *call;

			record = (struct record){ .arch = arch == 0 ? 0xc000003e : 0x40000003, .syscall = number };
			view_set(&view, &record);
			call = call_of(&view);
			if (arch < 2 && call != NULL && CHECK(name != NULL))
				found += strcmp(call->name, name) == 0;
			if (arch < 2 && name != NULL && (strcmp(name, "read") == 0 || strcmp(name, "chmod") == 0))
				CHECK(call != NULL);
		}
	CHECK(found > 250);
}

/* Every name of every event of the fixtures: no crash, and no value without text or number. */
static void
ask_everything(void *arg, const struct event *event)
{
	const struct name *name;

	keep(arg, event);
	for (size_t i = 0; (name = name_at(i)) != NULL; i++) {
		struct value value;

		for (size_t nth = 0; nth < 8 && name_value(name, &view, nth, &value); nth++)
			CHECK(value.has_number || value.text != NULL);
	}
}

static void
damaged(void)
{
	static const char *const files[] = { "fsops", "net", "argv_odd", "auditd_ENRICHED", "kill", "caps", "landlock", "uring" };
	uint64_t seed = 42;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[128];
		size_t length;
		bool found = false;
		struct assembler *assembler = assembler_new(ask_everything, &found);
		char *text, *newline;

		wanted = 0;
		snprintf(path, sizeof(path), "tests/fixtures/%s.log", files[i]);
		text = read_file(path, &length);
		for (size_t n = 0; n < length / 40; n++) {
			size_t at = random_next(&seed) % length;

			if (text[at] != '\n')
				text[at] = "\"= ()/0F\x1d\x01"[random_next(&seed) % 10];
		}
		for (char *line = text; (newline = strchr(line, '\n')) != NULL; line = newline + 1) {
			struct logline parsed;

			if (logline_parse(line, (size_t)(newline - line), &parsed) == 0)
				assembler_push(assembler, &parsed, 0);
		}
		assembler_flush(assembler);
		assembler_free(assembler);
		free(text);
	}
}

/* Programs write operations of several words without quotes. */
static void
operations(void)
{
	take_text("type=USER_ACCT " STAMP "pid=1 msg='op=changing /etc/group; group g9/9005, new name: g10 acct=\"g9\" res=success'\n");
	TEXT("op", "changing /etc/group; group g9/9005, new name: g10");
	take_text("type=ADD_USER " STAMP "pid=1 msg='op=adding user id=5 res=success'\n");
	TEXT("op", "adding user");
	take_text("type=ADD_GROUP " STAMP "pid=1 msg='op= id=9100 res=success'\n");
	TEXT("op", "");
	take_text("type=USER_MGMT " STAMP "pid=1 op=\"one two\" three\n");
	TEXT("op", "one two");
}

static void
requests(void)
{
	take_call("c000003e", 101, "a0=10 a1=2a a2=0 a3=0", ""); /* ptrace */
	TEXT("request", "PTRACE_ATTACH");
	NUMBER("request", 16);
	NUMBER("target", 42);
	take_call("c000003e", 101, "a0=7777 a1=2a a2=0 a3=0", "");
	NUMBER("request", 0x7777);
	take_call("c000003e", 250, "a0=3 a1=2a", ""); /* keyctl */
	TEXT("request", "KEYCTL_REVOKE");
	take_call("c000003e", 321, "a0=5 a1=2a", ""); /* bpf */
	TEXT("request", "BPF_PROG_LOAD");
	take_call("c000003e", 16, "a0=0 a1=5402", ""); /* ioctl */
	TEXT("request", "TCSETS");
	NUMBER("fd", 0);
	take_call("c000003e", 16, "a0=0 a1=5412", "");
	TEXT("request", "TIOCSTI");
	take_call("c000003e", 157, "a0=26 a1=1", ""); /* prctl */
	TEXT("request", "PR_SET_NO_NEW_PRIVS");
	take_call("c000003e", 71, "a0=1 a1=0", ""); /* msgctl */
	TEXT("request", "IPC_RMID");
	take_call("40000003", 402, "a0=1 a1=100", ""); /* the same with IPC_64 */
	TEXT("request", "IPC_RMID");
	NUMBER("request", 0);
	take_call("c000003e", 144, "a0=5 a1=40000001", ""); /* sched_setscheduler: SCHED_FIFO|SCHED_RESET_ON_FORK */
	TEXT("request", "SCHED_FIFO");
	take_call("c000003e", 179, "a0=80000200 a1=1", ""); /* quotactl: Q_QUOTAON of users */
	TEXT("request", "Q_QUOTAON");
	take_call("c000003e", 169, "a0=fee1dead a1=28121969 a2=1234567", ""); /* reboot */
	TEXT("request", "LINUX_REBOOT_CMD_RESTART");
	take_call("c000003e", 302, "a0=0 a1=7", ""); /* prlimit64 */
	TEXT("request", "RLIMIT_NOFILE");
	take_call("c000003e", 39, "a0=1", "");
	NONE("request");
}

/* socketcall() and ipc() carry other calls: what those do is told, not what carries them. */
static void
carried_calls(void)
{
	take_call("40000003", 102, "a0=4 a1=bf96a830 a2=b5b1e8 a3=9", "type=SOCKETCALL " STAMP "nargs=2 a0=7 a1=ffffffff\n");
	TEXT("call", "listen");
	TEXT("syscall", "socketcall");
	TEXT("request", "SYS_LISTEN");
	NUMBER("fd", 7);
	NUMBER("arg0", 7);
	NUMBER("arg1", -1);
	NONE("arg2");
	NUMBER("a0", 4); /* what the kernel's rules see */
	take_call("40000003", 102, "a0=1 a1=bf96a830 a2=0 a3=0", "type=SOCKETCALL " STAMP "nargs=3 a0=a a1=80001 a2=0\n");
	TEXT("family", "inet6");
	TEXT("flags", "SOCK_STREAM|SOCK_CLOEXEC");
	NUMBER("fd", 5);                                                                                   /* returned */
	take_call("80000016", 102, "a0=d a1=1 a2=2 a3=3", "type=SOCKETCALL " STAMP "nargs=2 a0=3 a1=1\n"); /* s390x */
	TEXT("request", "SHUT_WR");
	take_call("40000003", 102, "a0=e a1=1 a2=2 a3=3", "type=SOCKETCALL " STAMP "nargs=5 a0=3 a1=1 a2=14 a3=0 a4=4\n");
	TEXT("request", "SOL_SOCKET");
	NUMBER("arg2", 20);
	take_call("40000003", 102, "a0=4 a1=0 a2=0 a3=0", ""); /* from a bad address: no such line */
	TEXT("call", "listen");
	NONE("fd");
	NONE("arg0");
	take_call("40000003", 102, "a0=63 a1=1 a2=0 a3=0", "");
	NONE("call");
	NUMBER("request", 99);
	take_call("40000003", 117, "a0=10018 a1=2a a2=100 a3=0", ""); /* ipc, version 1: shmctl(42, IPC_RMID|IPC_64) */
	TEXT("call", "shmctl");
	TEXT("request", "IPC_RMID");
	NUMBER("arg0", 42);
	take_call("c0000015", 117, "a0=3 a1=2a a2=0 a3=10", ""); /* ppc64le: semctl(42, 0, SETVAL) */
	TEXT("request", "SETVAL");
	take_call("40000003", 117, "a0=17 a1=ffffffff a2=c0000000 a3=3b6", ""); /* shmget */
	NUMBER("arg0", -1);
	NUMBER("size", 0xc0000000);
	TEXT("flags", "IPC_CREAT|0x1b6");
	NONE("arg3"); /* would be the fifth */
	take_call("40000003", 117, "a0=16 a1=0 a2=0 a3=0", "");
	TEXT("call", "shmdt");
	TEXT("request", "SHMDT");
	NONE("arg0"); /* an address, the fifth */
	take_call("40000003", 117, "a0=15 a1=2a a2=1000 a3=7ffc", "");
	TEXT("call", "shmat");
	NUMBER("arg0", 42);
	NONE("arg1");
	take_call("c000003e", 50, "a0=7 a1=80", "");
	TEXT("call", "listen");
	NUMBER("fd", 7);
	NUMBER("arg1", 128);
	take_text("type=USER_LOGIN " STAMP "pid=1 uid=0 msg='op=login res=success'\n");
	NONE("call");
	take("uring", 45067643); /* openat: exit=0 says that it went well, not which descriptor it gave */
	TEXT("call", "openat");
	NONE("fd");
	NONE("flags");
	NONE("returned");
	NUMBER("exit", 0);
	take("uring", 45067645); /* io_uring_enter's arguments are not connect's */
	TEXT("call", "connect");
	TEXT("syscall", "io_uring_enter");
	NONE("fd");
	NONE("arg0");
	NUMBER("a0", 3);
	TEXT("socket", "127.0.0.1:9");
}

/* Which argument is what: calls that differ from their kin. */
static void
places(void)
{
	take_call("c000003e", 326, "a0=3 a1=0 a2=4 a3=0", ""); /* copy_file_range */
	NUMBER("fd", 3);
	NUMBER("fd_to", 4);
	take_call("c000003e", 275, "a0=3 a1=0 a2=4 a3=0", ""); /* splice */
	NUMBER("fd_to", 4);
	take_call("c000003e", 276, "a0=3 a1=4 a2=0 a3=0", ""); /* tee */
	NUMBER("fd_to", 4);
	take_call("c000003e", 40, "a0=4 a1=3 a2=0 a3=0", ""); /* sendfile has it the other way round */
	NUMBER("fd", 3);
	NUMBER("fd_to", 4);
	take_call("c000003e", 448, "a0=3 a1=0", ""); /* process_mrelease: a descriptor of a process */
	NUMBER("fd", 3);
	NONE("target");
	take_call("c000003e", 432, "a0=3 a1=1 a2=200001", ""); /* fsmount */
	TEXT("flags", "MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSYMFOLLOW");
	NUMBER("fd", 5);
	take_call("c000003e", 442, "a0=ffffff9c a1=1 a2=8100", ""); /* mount_setattr */
	TEXT("flags", "AT_SYMLINK_NOFOLLOW|AT_RECURSIVE");
	take_call("c000003e", 250, "a0=b a1=fffffffd a2=0 a3=0", ""); /* keyctl(KEYCTL_READ, KEY_SPEC_SESSION_KEYRING) */
	NUMBER("key_serial", -3);
	take_call("c000003e", 250, "a0=16 a1=3e8 a2=fffffffe", ""); /* of a user, into a keyring */
	NUMBER("key_serial", -2);
	take_call("c000003e", 250, "a0=1 a1=7ffc0000", ""); /* joins a session by its name */
	NONE("key_serial");
	take_call("c000003e", 250, "a0=19 a1=7ffc0000", "");
	NONE("key_serial");
	take_call("c000003e", 141, "a0=0 a1=0 a2=fffffffb", ""); /* setpriority */
	NUMBER("arg2", -5);
	take_call("c000003e", 425, "a0=8 a1=1", ""); /* io_uring_setup(8) */
	NUMBER("fd", 5);
	take_call("c000003e", 426, "a0=4 a1=1", "");
	NUMBER("fd", 4);
	take_call("c000003e", 9, "a0=0 a1=0 a2=0 a3=0", "");
	NUMBER("returned", 5);
	take_text("type=SYSCALL " STAMP "arch=c000003e syscall=9 success=no exit=-12 a0=0 a1=0 a2=1 a3=22 pid=9 comm=\"x\"\n");
	NONE("returned");
}

/* A number is told by its name only where it has that name. */
static void
own_numbers(void)
{
	take_call("40000003", 90, "a0=bf96a830 a1=1 a2=7 a3=22", "type=MMAP " STAMP "fd=3 flags=0x2\n"); /* the address of its arguments */
	NONE("protection");
	TEXT("flags", "MAP_PRIVATE");
	NUMBER("fd", 3);
	take_call("80000016", 90, "a0=bf96a830 a1=1 a2=7 a3=22", ""); /* s390x */
	NONE("protection");
	NONE("flags");
	take_call("40000003", 192, "a0=0 a1=1 a2=7 a3=62", ""); /* mmap2 */
	TEXT("flags", "MAP_32BIT|MAP_PRIVATE|MAP_ANONYMOUS");
	take_call("c00000b7", 222, "a0=0 a1=1 a2=7 a3=62", ""); /* aarch64 */
	TEXT("flags", "MAP_PRIVATE|MAP_ANONYMOUS|0x40");
	take_call("c0000015", 90, "a0=0 a1=1 a2=7 a3=e2", ""); /* ppc64le */
	TEXT("flags", "MAP_PRIVATE|MAP_ANONYMOUS|MAP_LOCKED|MAP_NORESERVE");
	NUMBER("flags", 0x6022);
	take_call("c0000015", 54, "a0=0 a1=802c7414 a2=0 a3=0", ""); /* ioctl(TCSETS) */
	TEXT("request", "TCSETS");
	take_call("c0000015", 54, "a0=0 a1=80086602 a2=0 a3=0", "");
	TEXT("request", "FS_IOC_SETFLAGS");
	NUMBER("request", 0x40086602);
	take_call("c0000015", 54, "a0=0 a1=c0045877 a2=0 a3=0", ""); /* both ways: 6 in three bits */
	TEXT("request", "FIFREEZE");
	take_call("c0000015", 54, "a0=0 a1=5412 a2=0 a3=0", "");
	TEXT("request", "TIOCSTI");
	take_call("c000003e", 101, "a0=c a1=2a", "");
	TEXT("request", "PTRACE_GETREGS");
	take_call("80000016", 26, "a0=c a1=2a", ""); /* s390x: PTRACE_SINGLEBLOCK */
	NAMELESS("request", 12);
	take_call("80000016", 26, "a0=10 a1=2a", "");
	TEXT("request", "PTRACE_ATTACH");
	take_text("type=SYSCALL " STAMP "arch=8 syscall=4003 success=no exit=-89 a0=0 a1=0 a2=1 a3=22 pid=9 comm=\"x\"\n"); /* MIPS: ENOSYS */
	NAMELESS("errno", 89);
	take_text("type=SECCOMP " STAMP "auid=1 uid=1 pid=9 comm=\"x\" sig=12 arch=8 syscall=4003 compat=0 ip=0x1 code=0x0\n"); /* SIGSYS */
	NAMELESS("signal", 12);
}

static void
words_of_calls(void)
{
	struct value value;

	take_call("c000003e", 9, "a0=0 a1=1000 a2=5 a3=22", ""); /* mmap */
	TEXT("protection", "PROT_READ|PROT_EXEC");
	TEXT("flags", "MAP_PRIVATE|MAP_ANONYMOUS");
	NONE("fd");
	take_call("c000003e", 10, "a0=0 a1=1000 a2=0", ""); /* mprotect */
	TEXT("protection", "PROT_NONE");
	NONE("flags");
	take_call("c000003e", 41, "a0=11 a1=80003 a2=300", ""); /* socket */
	TEXT("family", "packet");
	TEXT("flags", "SOCK_RAW|SOCK_CLOEXEC");
	take_call("c000003e", 293, "a0=1 a1=80800", ""); /* pipe2 */
	TEXT("flags", "O_NONBLOCK|O_CLOEXEC");
	take_call("c000003e", 56, "a0=20000011", ""); /* clone */
	TEXT("flags", "CLONE_NEWPID|SIGCHLD");
	take_call("c000003e", 68, "a0=1 a1=3a4", ""); /* msgget */
	TEXT("flags", "IPC_CREAT|0x1a4");
	take_call("c000003e", 165, "a3=1021", ""); /* mount */
	TEXT("flags", "MS_RDONLY|MS_REMOUNT|MS_BIND");
	take_call("c000003e", 83, "a1=1fd", ""); /* mkdir */
	TEXT("mode", "rwxrwxr-x");
	NUMBER("mode", 0775);
	take_call("c000003e", 90, "a1=bed", ""); /* chmod */
	TEXT("mode", "rwsr-xr-t");
	take_call("c000003e", 133, "a1=2190 a2=103", ""); /* mknod */
	TEXT("mode", "crw--w----");
	take("fsops", 45067208);
	TEXT("perm", "-rw-r--r--");
	take_call("c000003e", 126, "", "type=CAPSET " STAMP "pid=9 cap_pi=0 cap_pp=3 cap_pe=8000200021 cap_pa=0\n");
	TEXT("capabilities", "CAP_CHOWN|CAP_KILL|CAP_SYS_ADMIN|CAP_BPF");
	NUMBER("capabilities", 0x8000200021);
	take_call("c000003e", 126, "", "type=CAPSET " STAMP "pid=9 cap_pe=ffffffffffffffff\n");
	CHECK(get("capabilities", 0, &value) && value.length < FLAGS_TEXT && memmem(value.text, value.length, "|0xf", 4) != NULL);
	take_text("type=AVC " STAMP "avc:  granted  { read write } for  pid=1\n");
	TEXT("seresult", "granted");
	TEXT("seperms", "read write");
	TEXT("denied", "read write");
	take_text("type=USER_AVC " STAMP "pid=1 uid=81 msg='avc:  denied  { send_msg } for  msgtype=signal'\n");
	TEXT("seresult", "denied");
	TEXT("denied", "send_msg");
	take_text("type=APPARMOR_ALLOWED " STAMP "apparmor=\"ALLOWED\" operation=\"open\" profile=\"p\" name=\"/etc/x\" denied_mask=\"r\"\n");
	NONE("seresult");
	TEXT("path", "/etc/x");
	take_text("type=AVC " STAMP "apparmor=\"DENIED\" operation=\"open\" profile=2F612062 name=\"/x\"\n");
	TEXT("profile", "/a b");
	TEXT("subj", "/a b");
	take_text("type=SELINUX_ERR " STAMP "op=security_compute_sid invalid_context=753A720A scontext=u:r:t\n");
	TEXT("invalid_context", "u:r\n");
	take_text("type=VIRT_RESOURCE " STAMP "pid=1 msg='virt=kvm resrc=net old-net=? new-net=35323A3534 vm=\"w\" res=success'\n");
	TEXT("new-net", "52:54");
	NONE("old-net");
	take_text("type=AVC " STAMP "avc: denied { x } capability=21\n");
	TEXT("capability", "CAP_SYS_ADMIN");
	NUMBER("capability", 21);
}

/* The table's order is what look-ups rely on, and each name means one number. */
static void
request_table(void)
{
	static const struct {
		enum request_set set;
		uint32_t number;
		const char *name;
	} all[] = {
#define X(set, number, name) { REQUEST_##set, number, #name },
#include "requests.def"
#undef X
	};
	int64_t number;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const char *found = request_name(AUDIT_ARCH_X86_64, all[i].set, all[i].number);

		CHECK(found != NULL && strcmp(found, all[i].name) == 0);
		CHECK(request_find(all[i].name, strlen(all[i].name), &number) && number == all[i].number);
	}
	CHECK(word_number("CAP_CHECKPOINT_RESTORE", 22, &number) && number == INT64_C(1) << 40);
	CHECK(word_number("PTRACE_SEIZE", 12, &number) && number == 0x4206);
}

/* A call has a parent, if only the kernel itself; a process that a filter stops is told without one. */
static void
parents(void)
{
	take("seccomp", 45067334);
	NUMBER("syscall", 110);
	NONE("ppid");
	take_call("c000003e", 2, "a0=1 a1=0 a2=0 a3=0 ppid=0", "");
	NUMBER("ppid", 0);
}

enum { MANY = 30000 };

static size_t
count_values(const char *name)
{
	const struct name *found = name_find(name, strlen(name));
	struct value value;
	size_t n = 0;

	while (name_value(found, &view, n, &value))
		n++;
	return n;
}

/* Searching each value from the beginning would take minutes: 30,000 times the record. */
static void
many_values(void)
{
	struct value value;
	size_t size = (size_t)MANY * 192;
	char *text = malloc(size), *to = text;

	to += sprintf(to, "type=SYSCALL " STAMP "arch=c000003e syscall=82 success=yes exit=0 a0=1 pid=9 comm=\"x\"\n");
	to += sprintf(to, "type=CWD " STAMP "cwd=\"/srv\"\n");
	for (unsigned i = 0; i < MANY; i++)
		to += sprintf(to, "type=PATH " STAMP "item=%u name=\"f%u\" inode=%u nametype=%s\n", i, i, i,
		    i % 3 == 0 ? "PARENT" : "DELETE");
	for (unsigned i = 0; i < MANY; i++)
		to += sprintf(to, "type=AVC " STAMP "avc: denied path=\"/srv/%s%u\" opid=%u\n", i % 2 ? "f" : "g", i, i);
	CHECK(to < text + size);
	take_text(text);
	free(text);
	CHECK_NUMBER(count_values("type"), 2 + 2 * MANY);
	CHECK_NUMBER(count_values("dir"), MANY / 3);
	CHECK_NUMBER(count_values("inode"), MANY);
	/* Of the denials those that no path says: all g, and the fs that are parents. */
	CHECK_NUMBER(count_values("path"), MANY / 3 * 2 + MANY / 2 + MANY / 6);
	TEXT_AT("path", 1, "/srv/f2");
	TEXT_AT("path", 0, "/srv/f1");
	TEXT_AT("path", 5, "/srv/f8");
	CHECK(get("inode", 7, &value) && value.number == 7);
	CHECK(get("inode", 7, &value) && value.number == 7);
	CHECK(get("item", 8, &value) && value.number == 8);
	CHECK(get("inode", 2, &value) && value.number == 2);
}

/* The arguments that the line tells are the same wherever its fields stand: where they do as usual, it is not parsed for them. */
static void
check_logged(const char *text)
{
	static const char *const names[] = { "a0", "a1", "a2", "a3" };
	struct value usual, unusual;
	char line[1024], moved[1024];

	snprintf(line, sizeof(line), "type=SYSCALL " STAMP "%s\n", text);
	snprintf(moved, sizeof(moved), "type=SYSCALL " STAMP " %s\n", text);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char copy[1024];
		bool there;

		take_text(line);
		there = get(names[i], 0, &usual);
		snprintf(copy, sizeof(copy), "%.*s", there ? (int)usual.length : 0, usual.text);
		take_text(moved);
		CHECK(get(names[i], 0, &unusual) == there);
		if (!there)
			continue;
		if (unusual.text != NULL)
			CHECK_BYTES(unusual.text, unusual.length, copy);
		CHECK(usual.has_number == unusual.has_number && (!usual.has_number || usual.number == unusual.number));
	}
}

static void
logged_arguments(void)
{
	static const char usual[] = "arch=c000003e syscall=263 success=yes exit=0 a0=ffffff9c a1=7ffdbdb5f0f0 a2=200 a3=0 items=2 pid=9";
	static const char odd[] = " =\"'9x\t\035\377";
	char text[512];

	take_text("type=SYSCALL " STAMP "arch=c000003e syscall=263 success=yes exit=0 a0=1 a1=2 a2=200 a3=ffffffffffffffff items=2 pid=9\n"
		  "type=EXECVE " STAMP "argc=1 a0=\"x\"\n");
	NUMBER("a0", 1);
	NUMBER("a2", 0x200);
	NUMBER("a3", -1);
	END("a2", 1);
	END("a0", 1);
	CHECK_NUMBER(view.line, 0);
	for (size_t at = 0; usual[at] != '\0'; at++) {
		snprintf(text, sizeof(text), "%.*s%s", (int)at, usual, usual + at + 1);
		check_logged(text);
		for (const char *c = odd; *c != '\0'; c++) {
			snprintf(text, sizeof(text), "%.*s%c%s", (int)at, usual, *c, usual + at + 1);
			check_logged(text);
			snprintf(text, sizeof(text), "%.*s%c%s", (int)at, usual, *c, usual + at);
			check_logged(text);
		}
		snprintf(text, sizeof(text), "%.*s", (int)at, usual);
		check_logged(text);
	}
}

int
main(void)
{
	test("the table is sorted, and names are found", table);
	test("header", header);
	test("what failed", failures);
	test("open, openat, openat2", open_calls);
	test("modes, owners, devices", changes);
	test("rename, link, symlink", two_names);
	test("names relative to a descriptor", other_directories);
	test("names in a root of their own", own_roots);
	test("paths are absolute and normal", paths);
	test("arguments of programs", arguments);
	test("arguments that no kernel writes", odd_arguments);
	test("addresses", sockets);
	test("processes, signals, capabilities", processes);
	test("other architectures", architectures);
	test("keys", keys);
	test("requests", requests);
	test("words of calls", words_of_calls);
	test("calls that others carry", carried_calls);
	test("places of arguments", places);
	test("numbers that architectures have of their own", own_numbers);
	test("the table of requests", request_table);
	test("parents", parents);
	test("as many values as a record can have", many_values);
	test("arguments of calls", logged_arguments);
	test("operations of several words", operations);
	test("facts", facts);
	test("words for numbers", words);
	test("the table of calls", call_table);
	test("damaged records", damaged);
	view_clear(&view);
	free(lines);
	return test_end();
}
