/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"
#include "textjson.h"

#include <unistd.h>

#include "check.h"
#include "out.h"

/* Each of these appends to an empty out and gives back what it holds, valid until the next call. */
static struct out out;

static const char *
taken(size_t *length)
{
	*length = out_waiting(&out);
	out.tail = out.head;
	return (const char *)out.data + out.head;
}

#define CHECK_OUT(expected)                            \
	do {                                           \
		size_t length_;                        \
		const char *text_ = taken(&length_);   \
		CHECK_BYTES(text_, length_, expected); \
	} while (0)

static void
escape(const char *text, enum text_escape how)
{
	text_escape(&out, text, strlen(text), how);
}

static void
numbers(void)
{
	uint64_t n = 7;
	int64_t i = 7;

	CHECK(text_unsigned("0", 1, &n) && n == 0);
	CHECK(text_unsigned("18446744073709551615", 20, &n) && n == UINT64_MAX);
	CHECK(!text_unsigned("18446744073709551616", 20, &n));
	CHECK(!text_unsigned("99999999999999999999", 20, &n));
	CHECK(!text_unsigned("000000000000000000001", 21, &n));
	CHECK(!text_unsigned("", 0, &n));
	CHECK(!text_unsigned("1 ", 2, &n));
	CHECK(!text_unsigned("+1", 2, &n));
	CHECK(!text_unsigned("-1", 2, &n));
	CHECK(!text_unsigned("0x1", 3, &n));
	CHECK(!text_unsigned("/", 1, &n) && !text_unsigned(":", 1, &n));

	CHECK(text_signed("-1", 2, &i) && i == -1);
	CHECK(text_signed("9223372036854775807", 19, &i) && i == INT64_MAX);
	CHECK(text_signed("-9223372036854775808", 20, &i) && i == INT64_MIN);
	CHECK(!text_signed("9223372036854775808", 19, &i));
	CHECK(!text_signed("-9223372036854775809", 20, &i));
	CHECK(!text_signed("-", 1, &i) && !text_signed("", 0, &i) && !text_signed("--1", 3, &i));

	CHECK(text_hex("c000003E", 8, &n) && n == 0xc000003e);
	CHECK(text_hex("ffffffffffffffff", 16, &n) && n == UINT64_MAX);
	CHECK(!text_hex("10000000000000000", 17, &n));
	CHECK(!text_hex("", 0, &n) && !text_hex("g", 1, &n) && !text_hex("0x1", 3, &n) && !text_hex("@", 1, &n));
}

/* Any byte at any place of numbers of all lengths, at the very end of their memory. */
static void
digits(void)
{
	for (size_t length = 1; length < 20; length++)
		for (size_t at = 0; at < length; at++)
			for (unsigned byte = 0; byte < 256; byte++) {
				char *text = exact_copy("1234567890123456789", length);
				bool is_digit = byte >= '0' && byte <= '9';
				uint64_t expected = 0, n = 7;

				text[at] = (char)byte;
				for (size_t i = 0; i < length; i++)
					expected = expected * 10 + (uint64_t)(text[i] - '0');
				CHECK(text_unsigned(text, length, &n) == is_digit);
				CHECK_NUMBER(n, is_digit ? expected : 7); /* else it is as it was */
				free(text);
			}
}

static void
unhex(void)
{
	unsigned char bytes[4];

	CHECK(text_unhex("2F62aF", 6, bytes) && memcmp(bytes, "\x2f\x62\xaf", 3) == 0);
	CHECK(text_unhex("", 0, bytes));
	CHECK(!text_unhex("2F6", 3, bytes));
	CHECK(!text_unhex("2G", 2, bytes));
	CHECK(!text_unhex("(null)", 6, bytes));
}

static void
printable(void)
{
	static const struct {
		const char *text;
		size_t size;
	} cases[] = {
		{ "a", 1 }, { " ", 1 }, { "~", 1 }, { "\x7f", 0 }, { "\n", 0 }, { "\x1b", 0 }, { "\x80", 0 }, { "\xff", 0 },
		{ "\xc3\xa9", 2 }, { "\xe2\x82\xac", 3 }, { "\xf0\x9f\x98\x80", 4 }, /* e acute, euro, a face */
		{ "\xc2\x85", 0 }, { "\xc2\x9b", 0 },                                /* C1: next line, control sequence introducer */
		{ "\xc2\xa0", 2 },
		{ "\xc0\xaf", 0 }, { "\xe0\x80\xaf", 0 }, { "\xf0\x80\x80\xaf", 0 }, /* longer than need be */
		{ "\xed\xa0\x80", 0 }, { "\xf4\x90\x80\x80", 0 },                    /* a surrogate; beyond the last */
		{ "\xc3", 0 }, { "\xe2\x82", 0 }, { "\xf0\x9f\x98", 0 },             /* cut */
		{ "\xc3(", 0 }, { "\xe2(\xac", 0 },
		{ "\xe2\x80\xae", 0 }, { "\xe2\x81\xa6", 0 }, { "\xe2\x80\x8b", 0 }, { "\xef\xbb\xbf", 0 }, /* reorder, hide */
		{ "\xe2\x80\xa8", 0 }, { "\xf3\xa0\x81\x81", 0 },                                           /* line separator, tag */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t length = strlen(cases[i].text);
		char *text = exact_copy(cases[i].text, length);

		if (!CHECK_NUMBER(text_printable(text, length), cases[i].size))
			printf("# case %zu\n", i);
		free(text);
	}
}

static void
escapes(void)
{
	escape("plain text", ESCAPE_TEXT);
	CHECK_OUT("plain text");
	escape("plain text", ESCAPE_COLUMN);
	CHECK_OUT("plain\\x20text");
	escape("a\nb\tc\x1b[31m\\", ESCAPE_TEXT);
	CHECK_OUT("a\\x0ab\\x09c\\x1b[31m\\\\");
	escape("\"'quotes stay\"", ESCAPE_TEXT);
	CHECK_OUT("\"'quotes stay\"");
	escape("\xc3\xa9\xff\xe2\x80\xae", ESCAPE_TEXT);
	CHECK_OUT("\xc3\xa9\\xff\\xe2\\x80\\xae");
	text_escape(&out, "a\0b", 3, ESCAPE_TEXT);
	CHECK_OUT("a\\x00b");
	text_escape(&out, "", 0, ESCAPE_TEXT);
	CHECK_OUT("");
}

/* Whatever goes in, what comes out is printable, and holds no newline or blank where it must not. */
static void
escaped_is_safe(void)
{
	uint64_t seed = 3;

	for (int round = 0; round < 20000; round++) {
		char bytes[24];
		size_t size = random_next(&seed) % sizeof(bytes), length;
		const char *text;

		for (size_t i = 0; i < size; i++)
			bytes[i] = (char)(random_next(&seed) >> 24);
		text_escape(&out, bytes, size, ESCAPE_COLUMN);
		text = taken(&length);
		for (size_t i = 0, n; i < length; i += n) {
			n = text_printable(text + i, length - i);
			if (!CHECK(n > 0 && text[i] != ' '))
				return;
		}
	}
}

static void
quotes(void)
{
	static const struct {
		const char *text, *quoted;
	} cases[] = {
		{ "ls", "ls" },
		{ "", "''" },
		{ "/usr/bin/a-b_c.d,e:f@g%h+i=j", "/usr/bin/a-b_c.d,e:f@g%h+i=j" },
		{ "two words", "'two words'" },
		{ "it's", "'it'\\''s'" },
		{ "a;b", "'a;b'" },
		{ "*", "'*'" },
		{ "~", "'~'" },
		{ "#x", "'#x'" },
		{ "$x", "'$x'" },
		{ "a\\b", "'a\\b'" },
		{ "a\nb", "$'a\\x0ab'" },
		{ "it's\n", "$'it\\'s\\x0a'" },
		{ "\\\x01", "$'\\\\\\x01'" },
		{ "\xc3\xa9", "'\xc3\xa9'" },
		{ "\xff", "$'\\xff'" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text_quote(&out, cases[i].text, strlen(cases[i].text));
		CHECK_OUT(cases[i].quoted);
	}
}

/* Many words of odd bytes, as bash reads them back. NUL cannot stand in an argument. */
static void
quotes_through_bash(void)
{
	enum { WORDS = 2000,
		LONGEST = 12 };
	static const char special[] = "'\"\\$`!*? \nx0a{}~#&;|<>()[]=%^\t"; /* what shells and escapes care about */
	struct out script, expected;
	char path[] = "/tmp/auditstream-quote-XXXXXX", command[128];
	int fd = mkstemp(path);
	uint64_t seed = 11;
	FILE *shell;
	char buffer[4096];
	size_t n, at = 0;

	out_init(&script, fd, 1 << 16);
	out_init(&expected, -1, 1 << 16);
	expected.hold = true;
	out_text(&script, "printf '%s\\0'");
	for (int word = 0; word < WORDS; word++) {
		char bytes[LONGEST];
		size_t size = random_next(&seed) % (LONGEST + 1);

		for (size_t i = 0; i < size; i++) {
			uint64_t r = random_next(&seed) >> 32;

			bytes[i] = r & 1 ? special[(r >> 8) % (sizeof(special) - 1)] : (char)(1 + (r >> 8) % 255);
		}
		out_char(&script, ' ');
		text_quote(&script, bytes, size);
		out_bytes(&expected, bytes, size);
		out_char(&expected, '\0');
	}
	out_char(&script, '\n');
	CHECK_NUMBER(out_flush(&script), 0);
	snprintf(command, sizeof(command), "bash %s", path);
	shell = popen(command, "r"); /* NOLINT(cert-env33-c): the command is ours */
	while ((n = fread(buffer, 1, sizeof(buffer), shell)) > 0) {
		if (!CHECK(at + n <= expected.tail && memcmp(expected.data + at, buffer, n) == 0))
			break;
		at += n;
	}
	CHECK_NUMBER(at, expected.tail);
	CHECK_NUMBER(pclose(shell), 0);
	unlink(path);
	close(fd);
	out_clear(&script);
	out_clear(&expected);
}

static void
json(void)
{
	text_json(&out, "plain", 5);
	CHECK_OUT("\"plain\"");
	text_json(&out, "a\"b\\c/d", 7);
	CHECK_OUT("\"a\\\"b\\\\c/d\"");
	text_json(&out, "a\nb\0c\x1f", 6);
	CHECK_OUT("\"a\\u000ab\\u0000c\\u001f\"");
	text_json(&out, "\xff", 1);
	CHECK_OUT("\"\\\\xff\"");
	text_json(&out, "\x7f", 1);
	CHECK_OUT("\"\\u007f\"");
	text_json(&out, "a\xc2\x85\xe2\x80\x8b\xe2\x80\xae"
			"b",
	    10);
	CHECK_OUT("\"a\\u0085\\u200b\\u202eb\"");
	text_json(&out, "\xf3\xa0\x80\x81\xc2", 5);
	CHECK_OUT("\"\\udb40\\udc01\\\\xc2\"");
	text_json(&out, "\xc3\xa9", 2);
	CHECK_OUT("\"\xc3\xa9\"");
	text_json(&out, "", 0);
	CHECK_OUT("\"\"");
}

/* The grammar of RFC 8259, section 7, and UTF-8, of a string that begins at p. Returns what follows it, or NULL. */
static const char *
json_string_end(const char *p, const char *end)
{
	if (p == end || *p++ != '"')
		return NULL;
	while (p < end && *p != '"') {
		size_t size = text_printable(p, (size_t)(end - p));

		if (size == 0)
			return NULL;
		if (*p != '\\') {
			p += size;
		} else if (end - p >= 2 && strchr("\"\\/bfnrt", p[1]) != NULL) {
			p += 2;
		} else {
			if (end - p < 6 || p[1] != 'u' || strspn(p + 2, "0123456789abcdefABCDEF") < 4)
				return NULL;
			p += 6;
		}
	}
	return p < end ? p + 1 : NULL;
}

static void
json_is_valid(void)
{
	uint64_t seed = 5;

	for (int round = 0; round < 20000; round++) {
		char bytes[24];
		size_t size = random_next(&seed) % sizeof(bytes), length;
		const char *text;

		for (size_t i = 0; i < size; i++)
			bytes[i] = (char)(random_next(&seed) >> 24);
		text_json(&out, bytes, size);
		text = taken(&length);
		if (!CHECK(json_string_end(text, text + length) == text + length))
			return;
	}
}

/* As text_json() is described, one character after the other. */
static void
json_slowly(struct out *to, const char *text, size_t length)
{
	out_char(to, '"');
	for (size_t i = 0, size; i < length; i += size) {
		uint32_t c;

		size = text_character(text + i, length - i, &c);
		if (size == 0) {
			size = 1;
			out_bytes(to, "\\\\x", 3);
			out_hex(to, (unsigned char)text[i], 2);
		} else if (c == '"' || c == '\\') {
			out_char(to, '\\');
			out_char(to, (char)c);
		} else if (text_printable(text + i, length - i) != 0) {
			out_bytes(to, text + i, size);
		} else {
			for (int high = c > 0xffff; high >= 0; high--) {
				uint32_t pair = c - 0x10000, unit = c <= 0xffff ? c : high ? 0xd800 | pair >> 10
											   : 0xdc00 | (pair & 0x3ff);

				out_bytes(to, "\\u", 2);
				out_hex(to, unit, 4);
			}
		}
	}
	out_char(to, '"');
}

/* Of all lengths around the steps of sixteen bytes and the runs of 4096, with nothing odd in them, with one odd thing, with many. */
static void
json_by_steps(void)
{
	static const char *const odd[] = { "\"", "\\", "\n", "\x7f", "\xff", "\xc3\xa9", "\xf0\x9f\x98\x80", "\xe2\x80\xae", "\x1f", "\xf3\xa0\x80\x81" };
	static char bytes[3 * 4096];
	uint64_t seed = 7;
	struct out expected;

	out_init(&expected, -1, 256);
	expected.hold = true;
	for (int round = 0; round < 30000; round++) {
		size_t size = random_next(&seed) % 80 + (round % 50 == 0 ? random_next(&seed) % 3 * 4096 : 0), length;
		int count = (int)(random_next(&seed) % 4);
		char *copy;
		const char *text;

		memset(bytes, 'a' + round % 26, size);
		for (; count > 0 && size > 0; count--) {
			const char *what = odd[random_next(&seed) % (sizeof(odd) / sizeof(odd[0]))];
			size_t at = random_next(&seed) % size;

			memcpy(bytes + at, what, strlen(what) < size - at ? strlen(what) : size - at);
		}
		copy = exact_copy(bytes, size);
		text_json(&out, copy, size);
		free(copy);
		text = taken(&length);
		expected.head = expected.tail = 0;
		json_slowly(&expected, bytes, size);
		if (!CHECK(length == out_waiting(&expected) && memcmp(text, expected.data, length) == 0))
			break;
	}
	out_clear(&expected);
}

/* What json_put_short() takes is what text_json() writes, and it takes all that stands as it is. */
static void
json_short(void)
{
	unsigned char to[JSON_STEP + 2];
	uint64_t seed = 8;

	for (int round = 0; round < 50000; round++) {
		char bytes[JSON_STEP];
		size_t size = random_next(&seed) % (JSON_STEP + 1), length, plain = 0;
		const unsigned char *end;
		const char *text;

		for (size_t i = 0; i < JSON_STEP; i++)
			bytes[i] = (char)(round % 3 == 0 ? random_next(&seed) >> 24 : ' ' + (random_next(&seed) >> 24) % 95);
		while (plain < size && bytes[plain] >= ' ' && bytes[plain] < 0x7f && bytes[plain] != '"' && bytes[plain] != '\\')
			plain++;
		end = json_put_short(to, bytes, size);
		if (!CHECK((end != NULL) == (plain == size)))
			return;
		text_json(&out, bytes, size);
		text = taken(&length);
		if (end != NULL && !CHECK((size_t)(end - to) == length && memcmp(to, text, length) == 0))
			return;
	}
}

int
main(void)
{
	out_init(&out, -1, 1 << 16);
	out.hold = true;
	test("numbers", numbers);
	test("digits", digits);
	test("hexadecimal bytes", unhex);
	test("what is printable", printable);
	test("escapes", escapes);
	test("what is escaped is safe", escaped_is_safe);
	test("shell words", quotes);
	test("shell words through bash", quotes_through_bash);
	test("JSON strings", json);
	test("JSON strings are valid", json_is_valid);
	test("JSON strings of all lengths", json_by_steps);
	test("short JSON strings", json_short);
	out_clear(&out);
	return test_end();
}
