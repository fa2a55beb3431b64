/* SPDX-License-Identifier: BSD-2-Clause */
#include "stanza.h"

#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

/* Parses a copy of exactly that size, which must succeed. */
static void
parse(struct stanza_file *file, const char *text)
{
	struct err error = { "" };
	char *copy = exact_copy(text, strlen(text));

	CHECK_NUMBER(stanza_parse(file, "f", copy, strlen(text), &error), 0);
	CHECK_BYTES(error.text, strlen(error.text), "");
	free(copy);
}

static void
check_value(const struct stanza_file *file, const char *stanza, const char *attribute, const char *value, unsigned line)
{
	const struct stanza *found = stanza_find(file, stanza);
	const struct attribute *a = found != NULL ? stanza_attribute(found, attribute) : NULL;

	if (CHECK(a != NULL)) {
		CHECK_BYTES(a->value, strlen(a->value), value);
		CHECK_NUMBER(a->line, line);
	}
}

static void
grammar(void)
{
	struct stanza_file file;

	parse(&file, "* a comment\n"
		     "   # another: x = y\n"
		     "\n"
		     "start:\n"
		     "\tbinmode = on\n"
		     "streammode=off  \r\n"
		     "  empty =\n"
		     "\tformat = printf \"a: %d, \\\"b\\\" # no comment\"\n"
		     "\tquoted = \"a \\\"b\\\" \\\\c\\d\"\n"
		     "\ttwo = \"a\" == \"b\"\n"
		     "\tback = DOMAIN\\user = x\n"
		     "  classes :  \n"
		     "\tgeneral = A,\\\n"
		     "\t\tB , \\  \n"
		     "C\n"
		     "\tnext = 1\n"
		     "/tmp/a = b:\n"
		     "\tw = \"E\"\n"
		     "last:");
	CHECK_NUMBER(file.count, 4);
	CHECK_NUMBER(file.stanzas[0].count, 7);
	CHECK_NUMBER(file.stanzas[0].line, 4);
	check_value(&file, "start", "binmode", "on", 5);
	check_value(&file, "start", "streammode", "off", 6);
	check_value(&file, "start", "empty", "", 7);
	check_value(&file, "start", "format", "printf \"a: %d, \\\"b\\\" # no comment\"", 8);
	check_value(&file, "start", "quoted", "a \"b\" \\c\\d", 9);
	check_value(&file, "start", "two", "\"a\" == \"b\"", 10);
	check_value(&file, "start", "back", "DOMAIN\\user = x", 11);
	check_value(&file, "classes", "general", "A, B , C", 13);
	check_value(&file, "classes", "next", "1", 16);
	check_value(&file, "/tmp/a = b", "w", "E", 18);
	CHECK(stanza_find(&file, "last") != NULL && stanza_find(&file, "las") == NULL);
	CHECK(stanza_attribute(&file.stanzas[0], "nothing") == NULL);
	stanza_clear(&file);

	parse(&file, "");
	CHECK_NUMBER(file.count, 0);
	stanza_clear(&file);
	parse(&file, "* only this \\\nbin:\n");
	CHECK_NUMBER(file.count, 1);
	stanza_clear(&file);
}

static void
twice_is_kept(void)
{
	struct stanza_file file;
	struct err error;

	parse(&file, "a:\n\tx = 1\n\tx = 2\na:\n");
	CHECK_NUMBER(file.count, 2);
	CHECK_NUMBER(file.stanzas[0].count, 2);
	check_value(&file, "a", "x", "1", 2);
	CHECK_NUMBER(stanza_check_unique(&file, &error), -1);
	CHECK_BYTES(error.text, strlen(error.text), "f:3: attribute `x` stands twice: the first is in line 2");
	stanza_clear(&file);
	parse(&file, "a:\n\tx = 1\nb:\n\tx = 2\n\na:\n");
	CHECK_NUMBER(stanza_check_unique(&file, &error), -1);
	CHECK_BYTES(error.text, strlen(error.text), "f:6: stanza `a` stands twice: the first is in line 1");
	stanza_clear(&file);
}

static const struct {
	const char *text;
	size_t length; /* 0: a string */
	const char *error;
} bad[] = {
	{ "\tx = 1\n", 0, "f:1: an attribute before the first stanza: x" },
	{ "a:\n\tx 1\n", 0, "f:2: missing `=`: x 1" },
	{ "a:\n\n* c\n\tgeneral USER_Login,B\n", 0, "f:4: missing `=`: general USER_Login,B" },
	{ "a:\n = 1\n", 0, "f:2: an attribute without a name: = 1" },
	{ "a:\nb c = 1\n", 0, "f:2: not the name of an attribute: b c" },
	{ "a:\n\"b\" = 1\n", 0, "f:2: not the name of an attribute: \"b\"" },
	{ "start: binmode = on\n", 0, "f:1: not the name of an attribute: start: binmode" },
	{ ":\n", 0, "f:1: a stanza without a name: :" },
	{ "  : \n", 0, "f:1: a stanza without a name: :" },
	{ "a:\n\tx = \"open\n\ty = 1\n", 0, "f:2: unterminated string: \"open" },
	{ "a:\n\tx = printf \"a\\\"\n", 0, "f:2: unterminated string: printf \"a\\\"" },
	{ "a:\n\tx = a,\\\n", 0, "f:2: continued at the end of the file: x = a," },
	{ "a:\n\tx = \033[31m\n", 0, "f:2: control character: \\x1b" },
	{ "a:\n\tx = \177\n", 0, "f:2: control character: \\x7f" },
	{ "a:\n\tx = \0y\n", 10, "f:2: control character: \\x00" },
	{ "\0", 1, "f:1: control character: \\x00" },
	{ "a:\n\xff\xfe\n", 0, "f:2: missing `=`: \\xff\\xfe" },
	{ "a:\n0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789x\n", 0,
	    "f:2: missing `=`: 01234567890123456789012345678901234567890123456789012345678901234567890123456789"
	    "0123456789012..." },
};

static void
bad_input(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		size_t length = bad[i].length != 0 ? bad[i].length : strlen(bad[i].text);
		char *copy = exact_copy(bad[i].text, length);
		struct stanza_file file;
		struct err error = { "" };

		CHECK_NUMBER(stanza_parse(&file, "f", copy, length, &error), -1);
		CHECK_BYTES(error.text, strlen(error.text), bad[i].error);
		stanza_clear(&file);
		free(copy);
	}
}

/* Whatever the bytes, and wherever the file is cut: an answer, and no byte outside is read (make SAN=1). */
static void
hostile_input(void)
{
	static const char seed[] = "a:\n\tx = \"b\\\" c\" \\\n, d\n* z\n/p = :\n\tw=\"E\"\n#\\\n";
	uint64_t random = 1;

	for (int round = 0; round < 20000; round++) {
		size_t length = random_next(&random) % sizeof(seed);
		char *copy = exact_copy(seed, length);
		struct stanza_file file;
		struct err error;

		for (unsigned flips = random_next(&random) % 4; flips > 0 && length > 0; flips--)
			copy[random_next(&random) % length] = seed[random_next(&random) % sizeof(seed)];
		stanza_parse(&file, "f", copy, length, &error);
		stanza_check_unique(&file, &error);
		stanza_clear(&file);
		free(copy);
	}
}

/* 4 MiB of any shape are read in a time that does not depend on the shape. */
static void
large_input(void)
{
	static const char *const pieces[] = { "a:\n", "x=1\n", "\\\n", "*\n", "\"", "a,", "\n" };
	enum { SIZE = 4 << 20 };
	char *text = malloc(SIZE + 8);

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		size_t step = strlen(pieces[i]), length = 0;
		struct stanza_file file;
		struct err error;

		length += (size_t)sprintf(text, "a:\nb=");
		while (length + step <= SIZE) {
			memcpy(text + length, pieces[i], step);
			length += step;
		}
		stanza_parse(&file, "f", text, length, &error);
		stanza_check_unique(&file, &error);
		stanza_clear(&file);
	}
	free(text);
}

static void
lists(void)
{
	static const struct {
		const char *text, *words;
		int end;
	} cases[] = {
		{ "", "", 0 },
		{ "a", "a|", 0 },
		{ " a , b,c ", "a|b|c|", 0 },
		{ "a,,b", "a|", -1 },
		{ "a,", "a|", -1 },
		{ ",a", "", -1 },
		{ " ", "", -1 },
		{ "a, b c", "a|", -1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char words[64] = "";
		struct list list;
		int rc;

		list_init(&list, cases[i].text);
		while ((rc = list_next(&list)) == 1)
			snprintf(words + strlen(words), sizeof(words) - strlen(words), "%.*s|", (int)list.length, list.word);
		CHECK_BYTES(words, strlen(words), cases[i].words);
		CHECK_NUMBER(rc, cases[i].end);
		CHECK((rc == -1) == (list.problem != NULL));
	}
}

static void
files(void)
{
	struct stanza_file file;
	struct err error;

	CHECK_NUMBER(stanza_load(&file, "/nowhere", "config", &error), -1);
	CHECK_BYTES(error.text, strlen(error.text), "/nowhere/config: No such file or directory");
	stanza_clear(&file);
	CHECK_NUMBER(stanza_load(&file, "/", "etc", &error), -1);
	CHECK_BYTES(error.text, strlen(error.text), "//etc: Is a directory");
	stanza_clear(&file);
	CHECK_NUMBER(stanza_load(&file, "config", "eventmap", &error), 0);
	CHECK(file.count > 100);
	stanza_clear(&file);
}

int
main(void)
{
	test("what the grammar means", grammar);
	test("a stanza or attribute that stands twice is kept, and can be refused", twice_is_kept);
	test("bad input is told by file and line", bad_input);
	test("hostile input does no harm", hostile_input);
	test("large input takes no long time", large_input);
	test("lists", lists);
	test("files", files);
	return test_end();
}
