/* SPDX-License-Identifier: BSD-2-Clause */
#include "field.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "corpora.h"
#include "plain.h"
#include "rectype.h"

/* All fields of a text as one: name=value, name="value", <word>; 'x where nested, ^x where enriched; | between them. */
static char rendered[1 << 16];

static void
render(const char *text, size_t length)
{
	char *copy = exact_copy(text, length), *at = rendered, *end = rendered + sizeof(rendered);
	struct fields fields;
	struct field field;

	*at = '\0';
	fields_init(&fields, copy, length);
	while (field_next(&fields, &field)) {
		const char *quote = field.form == FIELD_QUOTED ? "\"" : "";

		at += snprintf(at, (size_t)(end - at), "%s%s%s", at > rendered ? "|" : "", field.enriched ? "^" : "",
		    field.nested ? "'" : "");
		if (field.form == FIELD_WORD)
			at += snprintf(at, (size_t)(end - at), "<%.*s>", (int)field.length, field.value);
		else
			at += snprintf(at, (size_t)(end - at), "%.*s=%s%.*s%s", (int)field.name_length, field.name, quote,
			    (int)field.length, field.value, quote);
	}
	free(copy);
}

static const struct {
	const char *what, *text, *fields;
} cases[] = {
	{ "nothing", "", "" },
	{ "blanks alone", "  \t ", "" },
	{ "bare", "a=1 b=2", "a=1|b=2" },
	{ "quoted", "exe=\"/bin/id\" comm=\"a b\" key=(null)", "exe=\"/bin/id\"|comm=\"a b\"|key=(null)" },
	{ "quoted with what is special elsewhere", "a0=\"it's a='1' \\\" x=1", "a0=\"it's a='1' \\\"|x=1" },
	{ "hexadecimal", "name=2F746D702F610A62", "name=2F746D702F610A62" },
	{ "empty quotes", "a1=\"\" a2=\"x\"", "a1=\"\"|a2=\"x\"" },
	{ "an empty value", "op= id=9100", "op=|id=9100" },
	{ "an empty value at the end", "id=1 acct=", "id=1|acct=" },
	{ "several blanks, at the ends too", "  a=1   b=2  ", "a=1|b=2" },
	{ "a carriage return at the end", "a=1 b=2\r", "a=1|b=2" },
	{ "words between pairs", "avc:  denied  { read } for  pid=1 comm=\"x\"",
	    "<avc:>|<denied>|<{>|<read>|<}>|<for>|pid=1|comm=\"x\"" },
	{ "a word first", "tty pid=1 data=6C730D", "<tty>|pid=1|data=6C730D" },
	{ "blanks inside a value", "op=changing /etc/group; group g9/9005 acct=\"x\"",
	    "op=changing|</etc/group;>|<group>|<g9/9005>|acct=\"x\"" },
	{ "an equals sign in a value", "a=b=c d=\"e=f\"", "a=b=c|d=\"e=f\"" },
	{ "no name", "=x a=1", "<=x>|a=1" },
	{ "an opening quote alone", "a=\" b=1", "a=\"|b=1" },
	{ "an opening quote without end", "name=\"abc def=1", "name=\"abc|def=1" },
	{ "text right behind a closing quote", "a=\"b\"c d=1", "a=\"b\"|<c>|d=1" },
	{ "three quotes", "a=\"b\"c\" d=1", "a=\"b\"|<c\">|d=1" },
	{ "names of two words", "login pid=1 old auid=4294967295 new auid=0 old ses=1 new ses=2 res=1",
	    "<login>|pid=1|old auid=4294967295|new auid=0|old ses=1|new ses=2|res=1" },
	{ "names with a hyphen", "old-auid=4294967295 auid=0 old-ses=4294967295 ses=1", "old-auid=4294967295|auid=0|old-ses=4294967295|ses=1" },
	{ "old and new elsewhere", "old enforcing=1 new range=x", "<old>|enforcing=1|<new>|range=x" },
	{ "a message of a program", "pid=1 uid=0 msg='op=PAM:auth acct=\"joe\" exe=\"/bin/su\" hostname=? res=success'",
	    "pid=1|uid=0|'op=PAM:auth|'acct=\"joe\"|'exe=\"/bin/su\"|'hostname=?|'res=success" },
	{ "an old message", "msg='PAM: authentication acct=root : exe=\"/bin/login\" (hostname=?, addr=?, terminal=tty1 res=success)'",
	    "'<PAM:>|'<authentication>|'acct=root|'<:>|'exe=\"/bin/login\"|'hostname=?|'addr=?|'terminal=tty1|'res=success" },
	{ "a colon ends a pair of such a message", "msg='uid=500: acct=joe: addr=:: terminal=:0 range=s0: x=:'",
	    "'uid=500|'acct=joe|'addr=::|'terminal=:0|'range=s0|'x=:" },
	{ "a colon elsewhere", "old=u:r:t: range=s0:", "old=u:r:t:|range=s0:" },
	{ "a list keeps its commas", "msg='op=x grantors=pam_a,pam_b acct=\"y\"'", "'op=x|'grantors=pam_a,pam_b|'acct=\"y\"" },
	{ "parentheses that belong to a value", "msg='acct=(unknown) op=f(x)'", "'acct=(unknown)|'op=f(x)" },
	{ "a quote in a message", "msg='cwd=\"/it's\" res=failed'", "'cwd=\"/it's\"|'res=failed" },
	{ "a message in a message", "msg='op=x msg='inner' res=success'", "'op=x|'msg='inner'|'res=success" },
	{ "an empty message", "msg='' a=1", "a=1" },
	{ "a message that is cut", "pid=1 msg='op=x acct=\"j", "pid=1|op=x|acct=\"j" },
	{ "a message's opening quote alone", "msg='", "" },
	{ "fields behind a message", "msg='op=x' subj=u:r:t:s0", "'op=x|subj=u:r:t:s0" },
	{ "a message without quotes", "msg=hello a=1", "msg=hello|a=1" },
	{ "enriched", "auid=0 key=(null)\035ARCH=x86_64 SYSCALL=execve AUID=\"root\"",
	    "auid=0|key=(null)|^ARCH=x86_64|^SYSCALL=execve|^AUID=\"root\"" },
	{ "enriched after a message", "msg='res=success'\035UID=\"root\" AUID=\"unset\"", "'res=success|^UID=\"root\"|^AUID=\"unset\"" },
	{ "a quote in the enriched part does not close a message", "msg='res=success\035UID=\"o'x\"", "res=success|^UID=\"o'x\"" },
	{ "enriched after a blank", "res=1 \035UID=\"root\"", "res=1|^UID=\"root\"" },
	{ "an empty enriched part", "a=1\035", "a=1" },
	{ "values of interest", "tty=(none) addr=? auid=unset exit=-13 mode=0100755", "tty=(none)|addr=?|auid=unset|exit=-13|mode=0100755" },
	{ "bytes that only resemble blanks and '='", "n\001m!<>\xa0\xbd\xff=v\001!<>=\x7f\xa0\xbd\xff w=\002\0031",
	    "n\001m!<>\xa0\xbd\xff=v\001!<>=\x7f\xa0\xbd\xff|w=\002\0031" },
	{ "pieces of an argument", " a1_len=200000 a1[0]=4141 a1[1]=\"x\"", "a1_len=200000|a1[0]=4141|a1[1]=\"x\"" },
};

static void
forms(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		render(cases[i].text, strlen(cases[i].text));
		if (!CHECK_BYTES(rendered, strlen(rendered), cases[i].fields))
			printf("#    %s\n", cases[i].what);
	}
}

/* Names and values of all short lengths, so that each end stands at every place of a machine word. */
static void
lengths(void)
{
	for (int name = 1; name <= 20; name++)
		for (int value = 0; value <= 20; value++) {
			char text[64], expected[64];

			snprintf(text, sizeof(text), "%.*s=%.*s x=1", name, "abcdefghijklmnopqrst", value, "01234567890123456789");
			snprintf(expected, sizeof(expected), "%.*s=%.*s|x=1", name, text, value, text + name + 1);
			render(text, strlen(text));
			CHECK_BYTES(rendered, strlen(rendered), expected);
		}
}

/* Every beginning of every case, in memory of its size. */
static void
cut_anywhere(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t length = 0; length < strlen(cases[i].text); length++)
			render(cases[i].text, length);
	CHECK(true);
}

static void
find(void)
{
	static const char text[] = "pid=1 msg='op=x uid=7' uid=8\035UID=\"root\" extra=1";
	struct field field;

	CHECK(field_find(text, strlen(text), "uid", &field) && field.nested);
	CHECK_BYTES(field.value, field.length, "7");
	CHECK(!field_find(text, strlen(text), "ui", &field));
	CHECK(!field_find(text, strlen(text), "UID", &field));
	CHECK(!field_find(text, strlen(text), "extra", &field));
}

static void
decodes(uint16_t type, const char *text, const char *expected)
{
	char buffer[64];
	struct field field;
	struct fields fields;
	const char *value;
	size_t length;

	fields_init(&fields, text, strlen(text));
	CHECK(field_next(&fields, &field));
	value = field_text(type, &field, buffer, sizeof(buffer), &length);
	CHECK_BYTES(value, length, expected);
}

static void
text(void)
{
	decodes(TYPE_PATH, "name=2F746D702F612062", "/tmp/a b");
	decodes(TYPE_PATH, "name=2f746d702f612062", "/tmp/a b");
	decodes(TYPE_PATH, "name=\"2F746D70\"", "2F746D70"); /* quoted: is what it says */
	decodes(TYPE_PATH, "name=(null)", "(null)");
	decodes(TYPE_PATH, "name=2F7", "2F7");       /* no whole bytes */
	decodes(TYPE_PATH, "inode=2222", "2222");    /* not a string */
	decodes(TYPE_PATH, "name=31323334", "1234"); /* digits alone are hexadecimal too: the kernel quotes what is plain */
	decodes(TYPE_SYSCALL, "a0=2222", "2222");    /* a number here, */
	decodes(TYPE_EXECVE, "a0=2222", "\"\"");     /* a string there */
	decodes(TYPE_EXECVE, "a1[0]=4141", "AA");
	decodes(TYPE_EXECVE, "a1_len=20", "20");
	decodes(TYPE_EXECVE, "argc=22", "22");
	decodes(TYPE_SYSCALL, "comm=61206222630AFF286429", "a b\"c\n\xff(d)");
	decodes(TYPE_SYSCALL, "key=74776F017468726565", "two\001three");
	decodes(TYPE_USER_LOGIN, "acct=28696E76616C6964207573657229", "(invalid user)");
}

/* A value that does not fit is cut, and the bytes behind the buffer stay as they are. */
static void
text_is_cut(void)
{
	static const char text[] = "name=4142434445464748";
	struct fields fields;
	struct field field;
	char *buffer = exact_copy("xxx", 3);
	size_t length;
	const char *value;

	fields_init(&fields, text, strlen(text));
	CHECK(field_next(&fields, &field));
	value = field_text(TYPE_PATH, &field, buffer, 3, &length);
	CHECK_BYTES(value, length, "ABC");
	free(buffer);
}

static bool
same_fields(const struct field *a, const struct field *b)
{
	return a->name == b->name && a->name_length == b->name_length && a->value == b->value && a->length == b->length &&
	    a->form == b->form && a->nested == b->nested && a->enriched == b->enriched;
}

static size_t plain;

/* What the short way takes is what the long way would have taken, and leads to the same end. */
static void
short_way(const char *text, size_t length)
{
	struct fields quick, slow;
	struct plain reader;
	struct field a, b;

	fields_init(&quick, text, length);
	fields_init(&slow, text, length);
	plain_begin(&reader, &quick, text + length);
	while (field_odd(&slow, &b)) {
		if (plain_next(&reader, &a)) {
			plain++;
			quick.at = reader.at;
		} else {
			CHECK(field_odd(&quick, &a));
			plain_begin(&reader, &quick, text + length);
		}
		if (!CHECK(same_fields(&a, &b)))
			return;
	}
	CHECK(!plain_next(&reader, &a) && !field_odd(&quick, &a));
}

static void
short_ways(void)
{
	static const char *const pieces[] = { " ", " ", " ", "  ", "=", "=", "a", "msg", "msg='", "'", "\"", "\"", "old ", "new auid=1",
		"name", "nametype", "cap_frootid", "exe=\"/bin/ls\"", "=0", "\t", "\n", "\001", "\035", "\303\251", "(null)", "," };
	uint64_t seed = 3;

	for (int round = 0; round < 100000; round++) {
		char text[1024] = "", *copy;
		int count = (int)(random_next(&seed) % (round % 8 == 0 ? 60 : 12));

		while (count-- > 0)
			strcat(text, pieces[random_next(&seed) % (sizeof(pieces) / sizeof(pieces[0]))]);
		copy = exact_copy(text, strlen(text));
		short_way(copy, strlen(text));
		free(copy);
	}
	CHECK(plain > 1000);
}

/* Looking ahead for the end of each would take minutes. */
static void
no_blanks(void)
{
	static const char *const pieces[] = { "a=\"x\"", "=a", "a='", "a=\001", "\"=", "a=\"", "msg='" };
	enum { COUNT = 1 << 20 };

	alarm(60);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		size_t size = strlen(pieces[i]);
		char *text = malloc(COUNT * size);
		struct fields fields;
		struct field field;
		size_t length = 0;

		for (size_t n = 0; n < COUNT; n++)
			memcpy(text + n * size, pieces[i], size);
		fields_init(&fields, text, COUNT * size);
		while (field_next(&fields, &field))
			length += field.name_length + field.length;
		CHECK(length > COUNT);
		free(text);
	}
	alarm(0);
}

static size_t pairs;

static void
parse_line(const char *line, size_t length)
{
	struct fields fields;
	struct field field;

	short_way(line, length);

	fields_init(&fields, line, length);
	while (field_next(&fields, &field)) {
		CHECK(field.name >= line && field.name + field.name_length <= line + length);
		CHECK(field.value >= line && field.value + field.length <= line + length);
		CHECK(field.form == FIELD_WORD || field.name_length > 0);
		CHECK(field.form != FIELD_WORD || field.length > 0);
		pairs += field.form != FIELD_WORD;
	}
	CHECK(fields.at == fields.end);
}

static void
fixtures(void)
{
	pairs = plain = 0;
	CHECK(for_each_line("tests/fixtures/*.log", parse_line) > 20000);
	CHECK(pairs > 200000);
	CHECK(plain > pairs / 2);
}

static void
corpora(void)
{
	CHECK(for_each_corpora_line(parse_line) > 1000);
}

static void
ignore(const char *line, size_t length)
{
	(void)line;
	(void)length;
}

int
main(void)
{
	test("forms of fields", forms);
	test("all short lengths", lengths);
	test("lines cut anywhere", cut_anywhere);
	test("the short way", short_ways);
	test("fields without a blank between them", no_blanks);
	test("find", find);
	test("decoded text", text);
	test("decoded text is cut", text_is_cut);
	test("every line of the fixtures", fixtures);
	if (for_each_corpora_line(ignore) > 0)
		test("every line of public logs", corpora);
	else
		test_skip("every line of public logs", "optional: CORPORA is not here");
	return test_end();
}
