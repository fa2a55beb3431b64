/* The file objects: what is read from it, and what real events use. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "objects.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "fixture.h"
#include "path.h"

#define KEY "auditstream-object-"

static char warned[8000];

static void
warn(const char *text)
{
	strncat(warned, text, sizeof(warned) - strlen(warned) - 2);
	strcat(warned, "\n");
}

static struct objects *
parse(const char *text, struct err *error)
{
	char *copy = exact_copy(text, strlen(text));
	struct objects *objects = objects_parse("objects", copy, strlen(text), warn, error);

	free(copy);
	return objects;
}

/* As parse(), for what must be accepted. */
static struct objects *
good(const char *text)
{
	struct err error = { "" };
	struct objects *objects;

	warned[0] = '\0';
	objects = parse(text, &error);
	CHECK_BYTES(error.text, strlen(error.text), "");
	if (objects == NULL)
		abort();
	return objects;
}

/* --- reading */

static void
check_object(const struct objects *objects, size_t index, const char *path, enum object_kind kind, const char *events)
{
	const struct object *object = objects_at(objects, index);
	char text[200] = "";

	if (!CHECK(object != NULL))
		return;
	CHECK_BYTES(object->path, strlen(object->path), path);
	CHECK_NUMBER(object->kind, kind);
	for (int mode = 0; mode < OBJECT_MODES; mode++) {
		strcat(text, mode > 0 ? " " : "");
		strcat(text, object->events[mode] != NULL ? object->events[mode] : "-");
	}
	CHECK_BYTES(text, strlen(text), events);
}

/* AIX's stock file, and what its administrators write. */
static void
aix_files(void)
{
	struct objects *objects = good("* stock\n/etc/passwd:\n\tr = \"S_PASSWD_READ\"\n\tw = \"S_PASSWD_WRITE\"\n\n"
				       "/etc/nosuch.cfg:\r\nw = FILE_Write\r\n/etc/hosts:\n\tx = \"A_NAME_OF_31_CHARACTERS_AND_ALL\"\n");

	check_object(objects, 0, "/etc/passwd", OBJECT_FILE, "S_PASSWD_READ S_PASSWD_WRITE -");
	check_object(objects, 1, "/etc/nosuch.cfg", OBJECT_FILE, "- FILE_Write -");
	check_object(objects, 2, "/etc/hosts", OBJECT_FILE, "- - A_NAME_OF_31_CHARACTERS_AND_ALL");
	CHECK(objects_at(objects, 3) == NULL);
	CHECK_NUMBER(objects_at(objects, 1)->line, 6);
	CHECK_BYTES(warned, strlen(warned), "");
	objects_free(objects);
	objects = good("");
	CHECK(objects_at(objects, 0) == NULL);
	objects_free(objects);
}

/* A directory of our own: real/file, real/directory, link -> real, tofile -> real/file, nowhere -> nothing. */
static char home[200];

static void
make_home(void)
{
	char path[4096];

	CHECK(realpath("/tmp", path) != NULL);
	snprintf(home, sizeof(home), "%.100s/objects.XXXXXX", path);
	CHECK(mkdtemp(home) != NULL);
	CHECK(chdir(home) == 0);
	CHECK(mkdir("real", 0700) == 0 && mkdir("real/directory", 0700) == 0);
	close(open("real/file", O_CREAT | O_WRONLY, 0600));
	close(open("real/a[b]", O_CREAT | O_WRONLY, 0600));
	CHECK(symlink("real", "link") == 0 && symlink("real/file", "tofile") == 0 && symlink("nothing", "nowhere") == 0);
}

static void
remove_home(void)
{
	CHECK(unlink("nowhere") == 0 && unlink("tofile") == 0 && unlink("link") == 0);
	CHECK(unlink("real/a[b]") == 0 && unlink("real/file") == 0);
	CHECK(rmdir("real/directory") == 0 && rmdir("real") == 0 && rmdir(home) == 0);
}

/* The object HOME/name becomes HOME/path of that kind, with that warning behind "objects:1: object `HOME/name`: ". */
static void
check_place(const char *name, const char *path, enum object_kind kind, const char *warning)
{
	char text[600], expected[1200] = "", whole[300];
	struct objects *objects;

	snprintf(text, sizeof(text), "%s/%s:\n\tw = E\n", home, name);
	objects = good(text);
	snprintf(whole, sizeof(whole), "%s/%s", home, path);
	check_object(objects, 0, whole, kind, "- E -");
	if (warning != NULL) {
		struct shown shown;

		snprintf(text, sizeof(text), "%s/%s", home, name);
		snprintf(expected, sizeof(expected), "objects:1: object `%s`: %s\n", err_show(&shown, text, strlen(text)), warning);
	}
	CHECK_BYTES(warned, strlen(warned), expected);
	objects_free(objects);
}

static void
kinds(void)
{
	char text[400];

	check_place("real/file", "real/file", OBJECT_FILE, NULL);
	check_place("real//./directory/../file", "real/file", OBJECT_FILE, NULL);
	check_place("real/directory", "real/directory", OBJECT_DIRECTORY, NULL);
	check_place("real/directory/", "real/directory", OBJECT_DIRECTORY, NULL);
	check_place("real/new", "real/new", OBJECT_FILE, NULL);
	check_place("real/new/", "real/new", OBJECT_DIRECTORY, NULL);
	check_place("real/*.conf", "real/*.conf", OBJECT_GLOB, NULL);
	check_place("real/directory/[ab]/?", "real/directory/[ab]/?", OBJECT_GLOB, NULL);
	check_place("*", "*", OBJECT_GLOB, NULL);
	check_place("real/a[b]", "real/a[b]", OBJECT_FILE, NULL); /* there is a file of that very name */
	check_place("nowhere", "nowhere", OBJECT_FILE, "a symbolic link that leads nowhere: the link itself is audited");
	snprintf(text, sizeof(text), "reached by a symbolic link: what is audited is `%s/real/file`", home);
	check_place("tofile", "real/file", OBJECT_FILE, text);
	check_place("link/file", "real/file", OBJECT_FILE, text);
	snprintf(text, sizeof(text), "reached by a symbolic link: what is audited is `%s/real`", home);
	check_place("link", "real", OBJECT_DIRECTORY, text);
	snprintf(text, sizeof(text), "reached by a symbolic link: what is audited is `%s/real/new`", home);
	check_place("link/new", "real/new", OBJECT_FILE, text);
	snprintf(text, sizeof(text), "reached by a symbolic link: what is audited is `%s/real/*`", home);
	check_place("link/*", "real/*", OBJECT_GLOB, text);
	check_place("no/such/file", "no/such/file", OBJECT_FILE, NULL);
	check_place("no/such/*", "no/such/*", OBJECT_GLOB, NULL);
	check_place("real/file/x", "real/file/x", OBJECT_FILE, NULL);
}

static void
mistakes(void)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "etc/passwd:\n\tr = E\n", "objects:1: object `etc/passwd`: not an absolute path" },
		{ "passwd:\n\tr = E\n", "objects:1: object `passwd`: not an absolute path" },
		{ "~/x:\n\tr = E\n", "objects:1: object `~/x`: not an absolute path" },
		{ "/a:\n\tr = E\n\n/a:\n\tw = E\n", "objects:4: object `/a`: stands twice: the first is in line 1" },
		{ "/a:\n\tr = E\n/./b/..//a/:\n\tw = E\n", "objects:3: object `/a`: stands twice: the first is in line 1" },
		{ "/a:\n\tr = E\n\tr = F\n", "objects:3: attribute `r` stands twice: the first is in line 2" },
		{ "/a:\n\ta = E\n", "objects:2: object `/a`: no such mode `a`: r, w or x" },
		{ "/a:\n\trw = E\n", "objects:2: object `/a`: no such mode `rw`: r, w or x" },
		{ "/a:\n\tR = E\n", "objects:2: object `/a`: no such mode `R`: r, w or x" },
		{ "/a:\n\tr =\n", "objects:2: object `/a`: r = : the name of an event is missing" },
		{ "/a:\n\tr = \"\"\n", "objects:2: object `/a`: r = : the name of an event is missing" },
		{ "/a:\n\tw = \"S A\"\n", "objects:2: object `/a`: w = S A: only letters, digits and _@.:/ make a name" },
		{ "/a:\n\tw = A,B\n", "objects:2: object `/a`: w = A,B: only letters, digits and _@.:/ make a name" },
		{ "/a:\n\tw = S_\303\244\n", "objects:2: object `/a`: w = S_\303\244: only letters, digits and _@.:/ make a name" },
		{ "/a:\n\tw = \"A_NAME_OF_32_CHARACTERS_AND_MORE\"\n",
		    "objects:2: object `/a`: w = A_NAME_OF_32_CHARACTERS_AND_MORE: longer than 31 characters" },
		{ "/a:\n/b:\n\tr = E\n", "objects:1: object `/a`: no r, w or x: nothing to be audited" },
		{ "/a:\n", "objects:1: object `/a`: no r, w or x: nothing to be audited" },
		{ "\tr = E\n", "objects:1: an attribute before the first stanza: r" },
		{ "/a:\n\tr\n", "objects:2: missing `=`: r" },
		{ "/a:\n\t= E\n", "objects:2: an attribute without a name: = E" },
		{ "/a:\n\tr = \"E\n", "objects:2: unterminated string: \"E" },
		{ "/a\n\tr = E\n", "objects:1: missing `=`: /a" },
		{ "/a\033:\n\tr = E\n", "objects:1: control character: \\x1b" },
		{ ":\n\tr = E\n", "objects:1: a stanza without a name: :" },
		{ "/a:\n\tr = E \\\n", "objects:2: continued at the end of the file: r = E" },
	};
	char *text = malloc(6000);
	struct err error = { "" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		error.text[0] = '\0';
		CHECK(parse(cases[i].text, &error) == NULL);
		CHECK_BYTES(error.text, strlen(error.text), cases[i].message);
	}
	if (text == NULL)
		abort();
	memset(text, 'x', 6000);
	text[0] = '/';
	strcpy(text + 4096, ":\n\tr = E\n");
	CHECK(parse(text, &error) == NULL);
	CHECK(strstr(error.text, "...`: a path has at most 4095 bytes") != NULL);
	free(text);
	CHECK(objects_load("/nosuch", warn, &error) == NULL);
	CHECK_BYTES(error.text, strlen(error.text), "/nosuch/objects: No such file or directory");
}

/* --- matching */

/* "rw/srv/a x/bin/sh": the modes and the paths of what the record uses. */
static void
hits_are(const char *file, const char *key, const char *expected, int line)
{
	struct objects *objects = good(file);
	struct object_hit hits[8];
	size_t count = objects_match(objects, &view, key, hits, 8), length = 0;
	char text[4000] = "";

	for (size_t i = 0; i < count; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s %.*s", i > 0 ? ", " : "",
		    hits[i].object->events[hits[i].mode], (int)hits[i].length, hits[i].path);
	check_bytes(text, length, expected, file, __FILE__, line);
	objects_free(objects);
}

#define HITS(file, expected)     hits_are(file, NULL, expected, __LINE__)
#define HITS_KEY(file, expected) hits_are(file, KEY, expected, __LINE__)
#define RWX                      ":\nr=R\nw=W\nx=X\n"
#define CWD                      "type=CWD " STAMP "cwd=\"/home/joe\"\n"
#define PATH(name)               "type=PATH " STAMP "item=0 name=" name " inode=5 dev=fe:00 mode=0100644 nametype=NORMAL cap_fp=0\n"
#define PATH_AS(name, type)      "type=PATH " STAMP "item=1 name=" name " inode=5 dev=fe:00 mode=0100644 nametype=" type "\n"

static void
real_events(void)
{
	take("watch2key", 45067543); /* open for reading */
	HITS("/srv/audrecs/srv/watched" RWX, "R /srv/audrecs/srv/watched");
	HITS("/srv/audrecs/srv/" RWX, "R /srv/audrecs/srv/watched");
	HITS("/srv/audrecs/srv/watche" RWX, "");
	HITS("/srv/audrecs/srv/watched2" RWX, "");
	HITS("/srv/audrecs/srv/w*d" RWX, "R /srv/audrecs/srv/watched");
	HITS("/srv/audrecs/*" RWX, "");
	HITS("/" RWX, "R /srv/audrecs/srv/watched");
	HITS("/*/*/s?v/[!a]atche[d]" RWX, "R /srv/audrecs/srv/watched");
	HITS("/*" RWX, "");
	HITS("/srv/audrecs/srv/watched:\nw=W\nx=X\n", "");
	take("watch2key", 45067544); /* fchmodat: an attribute is neither read nor written */
	HITS("/srv/audrecs/srv/watched" RWX, "");
	take("hardlink", 45067438); /* a link to it, refused */
	HITS("/etc/shadow" RWX, "W /etc/shadow");
	HITS("/srv/audrecs/tmp/" RWX, "W /srv/audrecs/tmp");
	HITS("/srv/audrecs/tmp/x" RWX, "");
	take("fsops", 45067208); /* open, O_RDWR|O_CREAT */
	HITS("/srv/audrecs/tmp/qd/a" RWX, "R /srv/audrecs/tmp/qd/a, W /srv/audrecs/tmp/qd/a");
	take("fsops", 45067214); /* rename a to c */
	HITS("/srv/audrecs/tmp/qd/c" RWX "/srv/audrecs/tmp/qd/a" RWX, "W /srv/audrecs/tmp/qd/a, W /srv/audrecs/tmp/qd/c");
	HITS("/srv/audrecs/tmp/qd/" RWX, "W /srv/audrecs/tmp/qd/a");
	take("fsops", 45067213); /* symlink: its text is no file */
	HITS("/srv/audrecs/tmp/qd/a" RWX "/srv/audrecs/tmp/qd/s" RWX, "W /srv/audrecs/tmp/qd/s");
	take("fsops", 45067215); /* renameat2 with exchange: the kernel names only the directories */
	HITS("/srv/audrecs/tmp/qd/" RWX, "W /srv/audrecs/tmp/qd");
	HITS("/srv/audrecs/tmp/qd/c" RWX, "");
	take("fsops", 45067227); /* rmdir */
	HITS("/srv/audrecs/tmp/qd/" RWX, "W /srv/audrecs/tmp/qd");
	take("fsops", 45067225); /* unlinkat relative to a descriptor: nobody knows of what */
	HITS("/srv/audrecs/c" RWX, "");
	HITS("/srv/audrecs/" RWX, "");
	take("exec_fail", 45067492); /* not found: nothing was used */
	HITS("/usr/local/cuda/bin/sh" RWX, "");
	take("script_exec", 45067478); /* a relative name, and its interpreters */
	HITS("/srv/audrecs/tmp/scr.sh" RWX "/bin/sh" RWX, "X /srv/audrecs/tmp/scr.sh, X /bin/sh");
	HITS("/srv/audrecs/*/*.sh" RWX, "X /srv/audrecs/tmp/scr.sh");
	take("openat2", 45067239);
	HITS("/etc/passwd" RWX, "R /etc/passwd");
	take("deleted_cwd", 45067462);
	HITS("/etc/passwd" RWX, "R /etc/passwd");
	take("paths_odd", 45067163); /* hexadecimal: with a newline */
	HITS("/srv/audrecs/tmp/q?nl" RWX, "W /srv/audrecs/tmp/q\nnl");
	take("paths_odd", 45067160);
	HITS("/srv/audrecs/tmp/q space" RWX, "W /srv/audrecs/tmp/q space");
	take("paths_odd", 45067184); /* not normalised */
	HITS("/srv/audrecs/tmp/q.." RWX, "W /srv/audrecs/tmp/q..");
	take("uring", 45067647); /* names that the kernel does not tell */
	HITS("/srv/audrecs/tmp/" RWX, "");
}

/* open() with these flags, of /home/joe/f, there or new. */
static void
take_open(const char *flags, const char *type)
{
	char arguments[100], more[500];

	snprintf(arguments, sizeof(arguments), "a0=7ff a1=%s a2=1b6 a3=0 items=1", flags);
	snprintf(more, sizeof(more), CWD PATH_AS("\"f\"", "%s"), type);
	take_call("c000003e", 2, arguments, more);
}

static void
opens_by_their_flags(void)
{
	static const char file[] = "/home/joe/f" RWX, r[] = "R /home/joe/f", w[] = "W /home/joe/f",
			  rw[] = "R /home/joe/f, W /home/joe/f";

	take_open("0", "NORMAL");
	HITS(file, r);
	take_open("80001", "NORMAL");
	HITS(file, w);
	take_open("2", "NORMAL");
	HITS(file, rw);
	take_open("3", "NORMAL"); /* for ioctl() only: the kernel takes it for both */
	HITS(file, rw);
	take_open("200", "NORMAL"); /* O_RDONLY|O_TRUNC empties it */
	HITS(file, rw);
	take_open("40", "NORMAL"); /* O_RDONLY|O_CREAT of what is there */
	HITS(file, r);
	take_open("40", "CREATE");
	HITS(file, rw);
	take_open("0", "UNKNOWN");
	HITS(file, "");
	take_open("ffffffff00000001", "NORMAL"); /* an int, whatever the register holds */
	HITS(file, w);
}

static void
calls_by_their_class(void)
{
	static const struct {
		const char *arch;
		unsigned number;
		const char *name, *expected;
	} calls[] = {
		{ "c000003e", 59, "execve", "X" },
		{ "c000003e", 322, "execveat", "X" },
		{ "c000003e", 76, "truncate", "W" },
		{ "c000003e", 87, "unlink", "W" },
		{ "c000003e", 85, "creat", "W" },
		{ "c000003e", 167, "swapon", "W" },
		{ "c000003e", 163, "acct", "W" },
		{ "c000003e", 49, "bind", "W" },
		{ "c000003e", 89, "readlink", "R" },
		{ "c000003e", 191, "getxattr", "R" },
		{ "c000003e", 179, "quotactl", "RW" },
		{ "c000003e", 4, "stat", "" },
		{ "c000003e", 90, "chmod", "" },
		{ "c000003e", 188, "setxattr", "" },
		{ "c000003e", 9999, "a call that is not known", "" },
		{ "c000003e", 2048 + 59, "one whose low bits are another's", "" },
		{ "c000003e", 0x40000208, "execve of x32", "X" },
		{ "40000003", 10, "unlink", "W" },
		{ "40000003", 11, "execve", "X" },
		{ "40000003", 193, "truncate64", "W" },
		{ "c00000b7", 35, "unlinkat", "W" },
		{ "c00000b7", 221, "execve", "X" },
		{ "12345678", 59, "an architecture that is not known", "" },
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		char expected[100] = "";

		for (const char *mode = calls[i].expected; *mode != '\0'; mode++)
			sprintf(expected + strlen(expected), "%s%c /f", *expected != '\0' ? ", " : "", *mode);
		take_call(calls[i].arch, calls[i].number, "a0=0 a1=0 a2=0 a3=0 items=1", CWD PATH("\"/f\""));
		HITS("/f" RWX, expected);
	}
	take_call("c00000b7", 56, "a0=ffffff9c a1=7ff a2=1 a3=0 items=1", CWD PATH("\"/f\"")); /* openat, arm64 */
	HITS("/f" RWX, "W /f");
}

static void
names(void)
{
	static const char arguments[] = "a0=7ff a1=0 a2=0 a3=0 items=1 exe=\"/usr/bin/cat\" key=(null)";

	take_call("c000003e", 2, arguments, CWD PATH("\"../ann/.ssh/../.ssh//id\""));
	HITS("/home/ann/.ssh"
	     ":\nr=A\n"
	     "/home/*/.ssh/*"
	     ":\nr=B\n"
	     "/home/ann/.ssh/id"
	     ":\nr=C\n",
	    "B /home/ann/.ssh/id, C /home/ann/.ssh/id");
	take_call("c000003e", 2, arguments, CWD PATH("\"/home/ann/\""));
	HITS("/home/ann/" RWX, "R /home/ann");
	take_call("c000003e", 2, arguments, CWD PATH("\"/\""));
	HITS("/" RWX, "R /");
	HITS("/*" RWX, "");
	take_call("c000003e", 2, arguments, PATH("\"f\"")); /* no working directory */
	HITS("/f" RWX, "");
	take_call("c000003e", 2, arguments, CWD PATH("(null)"));
	HITS("/home/joe/" RWX, "");
	take_call("c000003e", 2, arguments, CWD PATH("2F66"));
	HITS("/f" RWX, "R /f");
	take_call("c000003e", 2, arguments, "type=CWD " STAMP "cwd=2F612062\n" PATH("\"f\"")); /* "/a b" */
	HITS("/a b/f" RWX, "R /a b/f");
	take_call("c000003e", 2, arguments, "type=CWD " STAMP "cwd=\"/\"\n" PATH("\"f\""));
	HITS("/f" RWX, "R /f");
	take_call("c000003e", 257, "a0=5 a1=7ff a2=0 a3=0 items=1", CWD PATH("\"f\"")); /* openat(5, "f") */
	HITS("/home/joe/f" RWX, "");
	take_call("c000003e", 437, "a0=ffffff9c a1=1 a2=7ff a3=18 items=1",
	    "type=OPENAT2 " STAMP "oflag=00 mode=00 resolve=0x10\n" CWD PATH("\"/f\"")); /* in a root of its own */
	HITS("/f" RWX, "");
	HITS("/home/joe/f" RWX, "R /home/joe/f");
	take_call("c000003e", 2, arguments, CWD "type=PATH " STAMP "item=0\ntype=PATH " STAMP "\ntype=PATH " STAMP "name=\"/f\"\n");
	HITS("/f" RWX, "R /f");
	take_text("type=USER_LOGIN " STAMP "pid=1 uid=0 auid=0 ses=1 msg='op=login path=\"/f\" res=success'\n");
	HITS("/f" RWX, "");
}

/* Two stanzas may mean one file; each fires, and each mode once. */
static void
several_objects(void)
{
	static const char both[] = CWD PATH("\"/d/f\"") PATH_AS("\"/d/f\"", "NORMAL") PATH_AS("\"/d/g\"", "NORMAL");

	take_call("c000003e", 2, "a0=7ff a1=2 a2=0 a3=0 items=3", both);
	HITS("/d/:\nw=D\n/d/f:\nr=F\n/d/*:\nr=G\n", "D /d/f, G /d/f, F /d/f");
	HITS("/d/f" RWX "/d/g" RWX, "R /d/f, W /d/f, R /d/g, W /d/g");
}

/* FNV-1a of /f, /d and the glob: the paths as the object has them, computed elsewhere. */
#define ID_F "07d66007b49ccd48"
#define ID_D "07d66207b49cd0ae"
#define ID_G "0158c69db79ac54f"

static void
keys(void)
{
	static const char files[] = "/f:\nw=F\n/d/:\nw=D\n/*.c:\nw=G\n";
	static const char unlink_of[] = "a0=7ff a1=0 a2=0 a3=0 items=1 comm=\"rm\" key=";
	char arguments[200];

	/* By another name: a hard link, or one relative to a descriptor. */
	snprintf(arguments, sizeof(arguments), "%s\"" KEY ID_F "\"", unlink_of);
	take_call("c000003e", 87, arguments, CWD PATH("\"/other\""));
	HITS_KEY(files, "F /other");
	HITS(files, "");
	take_call("c000003e", 87, arguments, CWD PATH("\"/f\""));
	HITS_KEY(files, "F /f");
	snprintf(arguments, sizeof(arguments), "a0=7 a1=0 a2=0 a3=0 items=1 key=\"" KEY ID_D "\"");
	take_call("c000003e", 263, arguments, CWD PATH_AS("\"/home/joe\"", "PARENT") PATH_AS("\"x\"", "DELETE"));
	HITS_KEY(files, "D /d");
	/* Only in the modes that the call has; a rule for a glob may let through more. */
	take_call("c000003e", 2, "a0=7ff a1=0 a2=0 a3=0 items=1 key=\"" KEY ID_F "\"", CWD PATH("\"/other\""));
	HITS_KEY(files, "");
	snprintf(arguments, sizeof(arguments), "%s\"" KEY ID_G "\"", unlink_of);
	take_call("c000003e", 87, arguments, CWD PATH("\"/other\""));
	HITS_KEY(files, "");
	take_call("c000003e", 87, arguments, CWD PATH("\"/x.c\""));
	HITS_KEY(files, "G /x.c");
	/* Several keys, in hexadecimal, 0x01 between them: "k" and ours. */
	take_call("c000003e", 87, "a0=7ff items=1 key=6B016175646974737472", CWD PATH("\"/other\""));
	HITS_KEY(files, "");
	take_call("c000003e", 87, "a0=7ff items=1 key=6B016175646974737472", CWD PATH("\"/f\""));
	HITS_KEY(files, "F /f");
	take_call("c000003e", 87, "a0=7ff items=1 key=6B01617564697473747265616D2D6F626A6563742D30376436363030376234396363643438", CWD PATH("\"/other\""));
	HITS_KEY(files, "F /other");
	/* What is no id of ours. */
	static const char *const others[] = { "0", "", "-1", "x", "0000000000000000", ID_F "0", ID_F " ", "g" ID_F };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		snprintf(arguments, sizeof(arguments), "%s\"" KEY "%s\"", unlink_of, others[i]);
		take_call("c000003e", 87, arguments, CWD PATH("\"/other\""));
		HITS_KEY(files, "");
	}
	take_text("type=URINGOP " STAMP "uring_op=36 success=yes exit=0 items=2 ppid=1 pid=2 uid=1 key=\"" KEY ID_D "\"\n"
		  "type=CWD " STAMP "cwd=\"/\"\n" PATH_AS("(null)", "DELETE"));
	HITS_KEY(files, "D /d");
}

/* What a symbolic link points to is audited, by the link's name as well. */
static void
both_names_of_a_link(void)
{
	char text[400], path[300], file[600];

	snprintf(file, sizeof(file), "%s/link/file" RWX, home);
	snprintf(text, sizeof(text), CWD PATH("\"%s/link/file\""), home);
	take_call("c000003e", 87, "a0=7ff items=1", text);
	snprintf(path, sizeof(path), "W %s/link/file", home);
	HITS(file, path);
	snprintf(text, sizeof(text), CWD PATH("\"%s/real/file\""), home);
	take_call("c000003e", 87, "a0=7ff items=1", text);
	snprintf(path, sizeof(path), "W %s/real/file", home);
	HITS(file, path);
}

/* Many objects: each is found, and no other. */
static void
many_objects(void)
{
	enum { COUNT = 3000 };
	char *text = malloc(COUNT * 40), *at = text, path[200];
	struct object_hit hits[4];
	struct objects *objects;

	if (text == NULL)
		abort();
	for (int i = 0; i < COUNT; i++)
		at += sprintf(at, "/tmp/o%d:\n\tw = E%d\n", i, i);
	objects = good(text);
	for (int i = 0; i < COUNT; i += 97) {
		snprintf(path, sizeof(path), PATH("\"/tmp/o%d\""), i);
		take_call("c000003e", 87, "a0=7ff items=1", path);
		CHECK_NUMBER(objects_match(objects, &view, NULL, hits, 4), 1);
		CHECK_NUMBER(hits[0].object - objects_at(objects, 0), i);
	}
	take_call("c000003e", 87, "a0=7ff items=1", PATH("\"/tmp/o3000\""));
	CHECK_NUMBER(objects_match(objects, &view, NULL, hits, 4), 0);
	objects_free(objects);
	free(text);
}

/* Does an object at this path hit? */
static bool
hits_path(const char *path, size_t length)
{
	struct object_hit hits[4];
	struct objects *objects;
	char text[5000];
	bool found;

	snprintf(text, sizeof(text), "%.*s" RWX, (int)length, path);
	objects = good(text);
	found = objects_match(objects, &view, NULL, hits, 4) > 0;
	objects_free(objects);
	return found;
}

/* Paths that cannot stand in the file: control characters, blanks at the end. */
static bool
is_writable(const struct path *path)
{
	for (size_t i = 0; i < path->length; i++)
		if ((unsigned char)path->text[i] < ' ' || path->text[i] == 0x7f)
			return false;
	return path->length > 0 && path->text[path->length - 1] != ' ' && path->length < 4000;
}

/* The glance at the lines may rule out no path that the event uses: if the root as a directory hits, so does the path itself. */
static size_t paths_checked;

static void
check_paths_of_event(void)
{
	struct path path;

	if (!hits_path("/", 1))
		return;
	for (size_t i = 0; path_at(&view, i, &path); i++) {
		if (path.text == NULL || path.text[0] != '/' || path.type == PATH_UNKNOWN || path.type == PATH_PARENT ||
		    !is_writable(&path) || strpbrk(path.text, "*?[") != NULL)
			continue;
		paths_checked++;
		if (!CHECK(hits_path(path.text, path.length)))
			printf("# serial %" PRIu64 ": %.*s\n", record.serial, (int)path.length, path.text);
	}
}

static void
no_path_is_overlooked(void)
{
	static const char *const files[] = { "fsops", "paths_odd", "login", "auditd_ENRICHED", "script_exec", "useradd", "mix" };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		take_each(files[i], check_paths_of_event);
	CHECK(paths_checked > 100); /* how many depends on what this machine has at those places */
}

/* Any bytes in the lines: nothing is read outside them (the sanitizers see to that), and the same bytes give the same. */
static void
check_damaged_event(void)
{
	static uint64_t seed = 42;
	struct objects *objects = good("/srv/:\nr=R\nw=W\nx=X\n/etc/*:\nr=R\n/etc/passwd:\nr=R\nw=W\n");
	struct object_hit hits[8];
	struct line line;

	for (int round = 0; round < 300; round++) {
		size_t count;

		for (size_t offset = 0; record_next_line(&record, &offset, &line);)
			if (line.length > 0 && random_next(&seed) % 4 == 0)
				lines[(size_t)(line.text - (const char *)lines) + random_next(&seed) % line.length] =
				    (unsigned char)" =\"/.\x1d\0a0("[random_next(&seed) % 10];
		view_set(&view, &record);
		count = objects_match(objects, &view, KEY, hits, 8);
		CHECK(count <= 8);
		view_set(&view, &record);
		CHECK_NUMBER(objects_match(objects, &view, KEY, hits, 8), count);
	}
	objects_free(objects);
}

static void
damaged_lines(void)
{
	take_each("fsops", check_damaged_event);
	take_each("paths_odd", check_damaged_event);
	take_each("uring", check_damaged_event);
}

/* No more than there is room for. */
static void
no_room(void)
{
	struct objects *objects = good("/d/f" RWX "/d/" RWX);
	struct object_hit hits[3];

	take_call("c000003e", 2, "a0=7ff a1=2 a2=0 a3=0 items=1", PATH("\"/d/f\""));
	CHECK_NUMBER(objects_match(objects, &view, NULL, hits, 3), 3);
	CHECK_NUMBER(objects_match(objects, &view, NULL, hits, 0), 0);
	objects_free(objects);
}

int
main(void)
{
	test("AIX's files", aix_files);
	test("mistakes", mistakes);
	test("real events", real_events);
	test("opens, by their flags", opens_by_their_flags);
	test("calls, by their class", calls_by_their_class);
	test("names, relative and odd", names);
	test("several objects at once", several_objects);
	test("keys of rules", keys);
	test("many objects", many_objects);
	test("no path is overlooked", no_path_is_overlooked);
	test("damaged lines", damaged_lines);
	test("no room", no_room);
	make_home();
	test("kinds of objects", kinds);
	test("both names of a link", both_names_of_a_link);
	remove_home();
	view_clear(&view);
	free(lines);
	return test_end();
}
