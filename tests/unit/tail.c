/* The events file: what each format prints, and what is refused. The catalogue is a stub: a few events and their tails. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "tail.h"

#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "event.h"
#include "header.h"

static const struct {
	const char *event;
	const char *tail[5];
} map[] = {
	{ "FILE_Open", { "flags", "mode", "fd", "path" } },
	{ "PROC_Execute", { "effective", "egid", "privilege", "argv" } },
	{ "FILE_Mknod", { "mode", "rdev", "path" } },
	{ "FILE_Chmod", { "mode", "path", "login", "real" } },
	{ "PROC_Adjtime", { "time" } },
	{ "FILE_Odd", { "path" } },
};

const struct name *const *
catalogue_tail(const struct catalogue *catalogue, const char *event, size_t *count)
{
	static const struct name *tail[5];

	*count = 0;
	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if (strcmp(map[i].event, event) == 0)
			for (; map[i].tail[*count] != NULL; ++*count)
				tail[*count] = name_find(map[i].tail[*count], strlen(map[i].tail[*count]));
	return tail;
}

static char directory[] = "/tmp/tailXXXXXX";
static struct err error;

static struct formats *
load(const char *text)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/events", directory);
	file = fopen(path, "w");
	if (file == NULL || fputs(text, file) == EOF || fclose(file) == EOF)
		abort();
	return formats_load(directory, NULL, &error);
}

/* The tail of a record of these lines under that name. */
struct printed {
	struct formats *formats;
	const char *event;
	const char *facts; /* or NULL */
	struct out out;
	bool has_tail;
};

static void
print(void *arg, const struct event *event)
{
	struct printed *printed = arg;
	unsigned char *lines = malloc(event->size + 1024), *to = lines;
	struct record record;
	struct view view = { 0 };

	header_describe(event, &record);
	strcpy(record.event, printed->event);
	if (printed->facts != NULL) {
		to = line_put(to, 0, 0, printed->facts, strlen(printed->facts));
		record.count++;
	}
	memcpy(to, event->lines, event->size);
	record.lines = lines;
	record.size = (size_t)(to - lines) + event->size;
	view_set(&view, &record);
	printed->has_tail = formats_print(printed->formats, &view, &printed->out);
	view_clear(&view);
	free(lines);
}

static void
push(struct printed *printed, const char *text)
{
	struct assembler *assembler = assembler_new(print, printed);
	const char *newline;
	struct logline line;

	out_init(&printed->out, -1, 64);
	printed->out.hold = true;
	for (; (newline = strchr(text, '\n')) != NULL; text = newline + 1) {
		CHECK(logline_parse(text, (size_t)(newline - text), &line) == 0);
		assembler_push(assembler, &line, 0);
	}
	assembler_flush(assembler);
	assembler_free(assembler);
}

/* The one format, an event of that name with these lines, and the tail that it must have; NULL for none. */
static void
prints_with(const char *format, const char *event, const char *facts, const char *lines, const char *expected, int line)
{
	char text[1024];
	struct printed printed = { .event = event, .facts = facts };

	snprintf(text, sizeof(text), "auditpr:\n\t%s\n", format);
	printed.formats = load(text);
	if (printed.formats == NULL) {
		check_failures++;
		printf("# line %d: %s\n", line, error.text);
		return;
	}
	push(&printed, lines);
	check_true(printed.has_tail == (expected != NULL), format, __FILE__, line);
	if (expected != NULL)
		check_bytes(printed.out.data + printed.out.head, out_waiting(&printed.out), expected, format, __FILE__, line);
	out_clear(&printed.out);
	formats_free(printed.formats);
}

#define STAMP "msg=audit(1795325474.234:7): "

static const char open_lines[] =
    "type=SYSCALL " STAMP
    "arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=1 a2=42 a3=1a4 pid=9 auid=9001 uid=0 euid=0 comm=\"x\"\n"
    "type=CWD " STAMP "cwd=\"/w\"\n"
    "type=PATH " STAMP "item=0 name=610A62 inode=1 mode=0100644 nametype=CREATE\n";
static const char failed_lines[] =
    "type=SYSCALL " STAMP
    "arch=c000003e syscall=257 success=no exit=-2 a0=ffffff9c a1=1 a2=0 a3=1a4 pid=9 auid=4294967295 uid=0 euid=0 comm=\"x\"\n"
    "type=CWD " STAMP "cwd=\"/w\"\n"
    "type=PATH " STAMP "item=0 name=\"b\" nametype=UNKNOWN\n";
static const char exec_lines[] =
    "type=SYSCALL " STAMP
    "arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=1 a2=0 a3=1a4 pid=9 auid=9001 uid=5 euid=0 egid=7 comm=\"x\"\n"
    "type=BPRM_FCAPS " STAMP "fver=0 fp=0 fi=0 fe=0 old_pp=0 old_pi=0 old_pe=0 old_pa=0 pp=1ffffffffff pi=0 pe=1ffffffffff pa=0 frootid=0\n"
    "type=EXECVE " STAMP "argc=3 a0=\"echo\" a1=6120620A63 a2=\"\"\n";
static const char mknod_lines[] =
    "type=SYSCALL " STAMP "arch=c000003e syscall=133 success=yes exit=0 a0=1 a1=21b6 a2=803 a3=1a4 pid=9 comm=\"x\"\n"
    "type=CWD " STAMP "cwd=\"/dev\"\n"
    "type=PATH " STAMP "item=0 name=\"sd\" inode=1 mode=020666 rdev=08:03 nametype=CREATE\n";

#define PRINTS(format, event, lines, expected) prints_with(format, event, NULL, lines, expected, __LINE__)

static void
directives(void)
{
	PRINTS("FILE_Open = printf \"flags: %d mode: %o fd: %d filename %s\"", "FILE_Open", open_lines,
	    "flags: 66 mode: 644 fd: 3 filename /w/a\\x0ab");
	PRINTS("FILE_Open = printf \"%s\"", "FILE_Open", open_lines, "O_RDWR|O_CREAT");
	PRINTS("FILE_Open = printf \"flags: %d mode: %o fd: %d filename %s\"", "FILE_Open", failed_lines,
	    "flags: 0 mode: - fd: - filename /w/b");
	PRINTS("PROC_Execute = printf \"euid: %d egid: %d epriv: %x:%x name %s\"", "PROC_Execute", exec_lines,
	    "euid: 0 egid: 7 epriv: 1ff:ffffffff name echo $'a b\\x0ac' ''");
	PRINTS("PROC_Execute = printf \"%d %d %x:%x %s\"", "PROC_Execute", failed_lines, "0 - -:- /w/b");
	PRINTS("FILE_Mknod = printf \"mode: %o dev: %D filename %s\"", "FILE_Mknod", mknod_lines,
	    "mode: 20666 dev: 8, 3 filename /dev/sd");
	PRINTS("FILE_Mknod = printf \"%X|%d|%A%%\"", "FILE_Mknod", mknod_lines, "21B6|8388611|/dev/sd%");
	PRINTS("PROC_Adjtime = printf \"old time: %T\"", "PROC_Adjtime", open_lines, "old time: 22 Nov 2026 05:31:14:234000");
	PRINTS("FILE_Chmod = printf \"%lo %s %d %ld\"", "FILE_Chmod", failed_lines, "- /w/b unset 0");
	prints_with("FILE_Chmod = printf \"%o %s %d %s\"", "FILE_Chmod", "login=\"joe\"", open_lines, "644 /w/a\\x0ab 9001 0", __LINE__);
	prints_with("FILE_Chmod = printf \"%o %s %s\"", "FILE_Chmod", "login=\"jo\x1b"
								      "e\"",
	    open_lines, "644 /w/a\\x0ab jo\\x1be", __LINE__);
}

static void
text(void)
{
	PRINTS("FILE_Odd = printf \"100%% \\\"a\\\" \\\\ \\t\"", "FILE_Odd", open_lines, "100% \"a\" \\ \t");
	PRINTS("FILE_Odd = printf \"a \\\n\t\tb %s\"", "FILE_Odd", open_lines, "a b /w/a\\x0ab");
	PRINTS("FILE_Odd = printf \"\"", "FILE_Odd", open_lines, "");
	PRINTS("FILE_Odd = ", "FILE_Odd", open_lines, NULL);
	PRINTS("FILE_Other = printf \"x\"", "FILE_Odd", open_lines, NULL);
	PRINTS("FILE_Odd = printf %s", "FILE_Odd", open_lines, "/w/a\\x0ab");
}

static void
named(void)
{
	PRINTS("FILE_Odd = printf \"%{flags} %{mode} %{syscall} %{pid} %{login} %{arch} %{path} %{addr}\"", "FILE_Odd", open_lines,
	    "O_RDWR|O_CREAT 644 openat 9 9001 x86_64 /w/a\\x0ab -");
	PRINTS("FILE_Odd = printf \"%{argv}\"", "FILE_Odd", exec_lines, "echo $'a b\\x0ac' ''");
	PRINTS("FILE_Odd = printf \"%{time}\"", "FILE_Odd", open_lines, "22 Nov 2026 05:31:14:234000");
	PRINTS("FILE_Odd = printf \"%{errno} %{result} %{login}\"", "FILE_Odd", failed_lines, "ENOENT FAIL unset");
}

/* An object's event, and events of AIX that the map does not have. */
static void
unmapped(void)
{
	PRINTS("S_X = printf \"%s\"", "S_X", open_lines, "/w/a\\x0ab");
	prints_with("S_X = printf \"%s\"", "S_X", "tail=\"audit object write event detected /w/a\"", open_lines,
	    "audit object write event detected /w/a", __LINE__);
	PRINTS("LVM_AddLV = printf \"%d %x\"", "LVM_AddLV", open_lines, "- -");
	PRINTS("TCPIP_config = printf \"%s %s\"", "TCPIP_config", open_lines, "/w/a\\x0ab -");
}

static void
refused(const char *format, const char *why)
{
	char text_of_file[512];

	snprintf(text_of_file, sizeof(text_of_file), "* comment\n\nauditpr:\n\t%s\n", format);
	error.text[0] = '\0';
	CHECK(load(text_of_file) == NULL);
	if (!CHECK(strstr(error.text, why) != NULL) || !CHECK(strstr(error.text, "/events:4: ") != NULL))
		printf("# %s\n", error.text);
}

static void
errors(void)
{
	refused("FILE_Odd = printf \"%s %s\"", "FILE_Odd: more directives than the event's tail has arguments (1)");
	refused("FILE_Odd = printf \"%q\"", "FILE_Odd: unknown directive %q");
	refused("FILE_Odd = printf \"%\"", "unknown directive %");
	refused("FILE_Odd = printf \"%l\"", "unknown directive %l");
	refused("FILE_Odd = printf \"%{nosuch}\"", "unknown name nosuch");
	refused("FILE_Odd = printf \"%{lgoin}\"", "did you mean login?");
	refused("FILE_Odd = printf \"%{login\"", "no `}`");
	refused("FILE_Odd = printf \"a\" b", "something follows the format");
	CHECK(load("other:\n\ta = b\n") == NULL);
	CHECK(strstr(error.text, "no stanza auditpr") != NULL);
	CHECK(load("auditpr:\n\ta = printf \"x\"\n\ta = printf \"y\"\n") == NULL);
	CHECK(strstr(error.text, "/events:3: a has a second format") != NULL);
	CHECK(formats_load("/nonexistent", NULL, &error) == NULL);
	CHECK(strstr(error.text, "/nonexistent/events: No such file") != NULL);
}

static void
programs(void)
{
	char script[64], format[256], expected[256];
	FILE *file;

	snprintf(script, sizeof(script), "%s/format", directory);
	file = fopen(script, "w");
	if (file == NULL || fputs("#!/bin/sh\nprintf '%s|' \"$@\"\ncat\nprintf '\\033\\n'\n", file) == EOF || fclose(file) == EOF ||
	    chmod(script, 0700) == -1)
		abort();
	snprintf(format, sizeof(format), "FILE_Odd = %s -i 8 \"a b\" c", script);
	PRINTS(format, "FILE_Odd", open_lines, "-i|8|a b|c|FILE_Odd|path=/w/a\\x0ab\n\\x1b");
	PRINTS("FILE_Odd = /bin/false", "FILE_Odd", open_lines, "(/bin/false: exit status 1)");
	PRINTS("FILE_Odd = /nonexistent/x -i 8", "FILE_Odd", open_lines, "(/nonexistent/x: No such file or directory)");
	snprintf(expected, sizeof(expected), "x(%s: killed by signal 9)", script);
	file = fopen(script, "w");
	if (file == NULL || fputs("#!/bin/sh\necho x\nkill -9 $$\n", file) == EOF || fclose(file) == EOF)
		abort();
	PRINTS(format, "FILE_Odd", open_lines, expected);
	unlink(script);
}

/* Every format of AIX's own file, as far as it is known, is accepted; the map has no tail for these. */
static void
aix_formats(void)
{
	struct formats *formats = load("auditpr:\n\n*\tkernel proc events\n"
				       "\tPROC_Create = printf \"forked child process %d\"\n"
				       "\tPROC_Adjtimes = printf \"old time: %T, delta: %d:%d\"\n"
				       "\tPROC_SetGroups = printf \"group set: %G\"\n"
				       "\tPROC_LPExecute =\n"
				       "\tFILE_Open = printf \"flags: %d mode: %o \\\n\t\tfd: %d filename %s\"\n"
				       "\tACL = printf \"acl: %A pcl: %P %u %X %D\"\n");

	CHECK(formats != NULL);
	formats_free(formats);
}

static void
clean(void)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/events", directory);
	unlink(path);
	rmdir(directory);
}

int
main(void)
{
	setenv("TZ", "UTC0", 1);
	if (mkdtemp(directory) == NULL)
		return 1;
	test("directives", directives);
	test("fixed text", text);
	test("%{name}", named);
	test("events that the map does not have", unmapped);
	test("what is refused", errors);
	test("external formatters", programs);
	test("AIX's formats", aix_formats);
	clean();
	return test_end();
}
