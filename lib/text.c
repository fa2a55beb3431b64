/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "out.h"
#include "swar.h"

bool
text_unsigned(const char *text, size_t length, uint64_t *number)
{
	uint64_t n = 0;

	if (length - 1 < 8) {
		uint64_t word = swar_load(text, length);

		if (swar_no_digits(word) << (64 - 8 * length) != 0)
			return false;
		*number = swar_number(word, length);
		return true;
	}
	if (length == 0 || length > 20)
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned digit = (unsigned char)text[i] - (unsigned)'0';

		if (digit > 9 || __builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, digit, &n))
			return false;
	}
	*number = n;
	return true;
}

bool
text_signed(const char *text, size_t length, int64_t *number)
{
	bool negative = length > 0 && text[0] == '-';
	uint64_t n;

	if (!text_unsigned(text + negative, length - negative, &n) || n > (uint64_t)INT64_MAX + negative)
		return false;
	*number = (int64_t)(negative ? -n : n);
	return true;
}

/* The digit's value and 16, or 0 for what is no digit. */
static const unsigned char hex_digits[256] = {
	['0'] = 16,
	['1'] = 17,
	['2'] = 18,
	['3'] = 19,
	['4'] = 20,
	['5'] = 21,
	['6'] = 22,
	['7'] = 23,
	['8'] = 24,
	['9'] = 25,
	['A'] = 26,
	['B'] = 27,
	['C'] = 28,
	['D'] = 29,
	['E'] = 30,
	['F'] = 31,
	['a'] = 26,
	['b'] = 27,
	['c'] = 28,
	['d'] = 29,
	['e'] = 30,
	['f'] = 31,
};

bool
text_hex(const char *text, size_t length, uint64_t *number)
{
	uint64_t n = 0;

	if (length == 0 || length > 16)
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned digit = hex_digits[(unsigned char)text[i]];

		if (digit == 0)
			return false;
		n = n << 4 | (digit & 15);
	}
	*number = n;
	return true;
}

#ifdef __SSE2__
/* Sixteen digits at once, into eight bytes. */
static inline bool
unhex_sixteen(const char *text, unsigned char *bytes)
{
	__m128i digits = _mm_loadu_si128((const __m128i *)text);
	__m128i from_0 = _mm_sub_epi8(digits, _mm_set1_epi8('0'));
	__m128i from_a = _mm_sub_epi8(_mm_or_si128(digits, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
	__m128i numeric = _mm_cmpeq_epi8(_mm_min_epu8(from_0, _mm_set1_epi8(9)), from_0);
	__m128i alphabetic = _mm_cmpeq_epi8(_mm_min_epu8(from_a, _mm_set1_epi8(5)), from_a);
	__m128i values, pairs;

	if (_mm_movemask_epi8(_mm_or_si128(numeric, alphabetic)) != 0xffff)
		return false;
	values = _mm_add_epi8(_mm_and_si128(digits, _mm_set1_epi8(15)), _mm_and_si128(alphabetic, _mm_set1_epi8(9)));
	pairs = _mm_or_si128(_mm_slli_epi16(_mm_and_si128(values, _mm_set1_epi16(15)), 4), _mm_srli_epi16(values, 8));
	_mm_storel_epi64((__m128i *)bytes, _mm_packus_epi16(pairs, pairs));
	return true;
}
#endif

bool
text_unhex(const char *text, size_t length, unsigned char *bytes)
{
	size_t i = 0;

	if (length % 2 != 0)
		return false;
#ifdef __SSE2__
	for (; length - i >= 16; i += 16)
		if (!unhex_sixteen(text + i, bytes + i / 2))
			return false;
#endif
	for (; i < length; i += 2) {
		unsigned high = hex_digits[(unsigned char)text[i]], low = hex_digits[(unsigned char)text[i + 1]];

		if (high == 0 || low == 0)
			return false;
		bytes[i / 2] = (unsigned char)(high << 4 | (low & 15));
	}
	return true;
}

/* Line and paragraph separators, direction overrides and isolates, zero-width characters, byte order mark, tags. */
static bool
is_deceptive(uint32_t c)
{
	return (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
	    c == 0xfeff || c == 0x061c || c == 0x00ad || (c >= 0xfff0 && c <= 0xfffb) ||
	    (c >= 0xe0000 && c <= 0xe0fff);
}

size_t
text_character(const char *text, size_t length, uint32_t *character)
{
	const unsigned char *p = (const unsigned char *)text;
	uint32_t c;
	size_t size;

	if (p[0] < 0x80) {
		*character = p[0];
		return 1;
	}
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		size = 2, c = p[0] & 0x1f;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		size = 3, c = p[0] & 0x0f;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		size = 4, c = p[0] & 0x07;
	else
		return 0;
	if (size > length)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if ((size == 3 && c < 0x800) || (size == 4 && c < 0x10000) || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*character = c;
	return size;
}

size_t
text_printable(const char *text, size_t length)
{
	uint32_t c;
	size_t size = text_character(text, length, &c);

	return size == 0 || c < 0x20 || (c >= 0x7f && c < 0xa0) || is_deceptive(c) ? 0 : size;
}

/* Those of Unicode's space separators (Zs) that text_printable() lets pass. */
bool
text_is_blank(const char *text, size_t size)
{
	static const char *const blanks[] = { " ", "\u00a0", "\u1680", "\u202f", "\u205f", "\u3000" };

	/* U+2000 to U+200A: spaces of eleven widths */
	if (size == 3 && memcmp(text, "\xe2\x80", 2) == 0 && (unsigned char)text[2] <= 0x8a)
		return true;
	for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++)
		if (strlen(blanks[i]) == size && memcmp(text, blanks[i], size) == 0)
			return true;
	return false;
}

static void
escape_byte(struct out *out, char byte)
{
	out_bytes(out, "\\x", 2);
	out_hex(out, (unsigned char)byte, 2);
}

/* Bytes that stand for themselves: in a tail, in a column. */
enum {
	PLAIN_TEXT = 1,
	PLAIN_COLUMN = 2,
	PLAIN = 3,
};

static const unsigned char plain[256] = {
	[' '] = PLAIN_TEXT,
	['!' ... '['] = PLAIN,
	[']' ... '~'] = PLAIN,
};

static size_t
plain_run(const char *text, size_t length, unsigned use)
{
	size_t i = 0;

	while (i < length && (plain[(unsigned char)text[i]] & use))
		i++;
	return i;
}

/* What is not plain ASCII: one character, or one byte of what is none. Returns its bytes. */
static size_t
escape_character(struct out *out, const char *text, size_t length, enum text_escape how)
{
	size_t size = text_printable(text, length);

	if (size == 0) {
		escape_byte(out, *text);
		return 1;
	}
	if (how == ESCAPE_COLUMN && text_is_blank(text, size)) {
		for (size_t i = 0; i < size; i++)
			escape_byte(out, text[i]);
		return size;
	}
	if (*text == '\\')
		out_char(out, '\\');
	out_bytes(out, text, size);
	return size;
}

void
text_escape(struct out *out, const char *text, size_t length, enum text_escape how)
{
	unsigned use = how == ESCAPE_COLUMN ? PLAIN_COLUMN : PLAIN_TEXT;

	for (size_t i = 0; i < length;) {
		size_t run = plain_run(text + i, length - i, use);

		out_bytes(out, text + i, run);
		i += run;
		if (i < length)
			i += escape_character(out, text + i, length - i, how);
	}
}

/* A byte that needs no quotes anywhere in a shell word. ASCII has '+' to ':' and '@' to 'Z' in one row each. */
static bool
is_plain_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '@' && c <= 'Z') || (c >= '+' && c <= ':') || c == '%' || c == '=' || c == '_';
}

static bool
is_plain_word(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!is_plain_byte(text[i]))
			return false;
	return length > 0;
}

static bool
is_all_printable(const char *text, size_t length)
{
	for (size_t i = 0, size; i < length; i += size)
		if ((size = text_printable(text + i, length - i)) == 0)
			return false;
	return true;
}

/* bash, ksh and zsh: $'...' with \xHH and \'. */
static void
quote_with_escapes(struct out *out, const char *text, size_t length)
{
	out_bytes(out, "$'", 2);
	for (size_t i = 0; i < length;) {
		size_t size = text_printable(text + i, length - i);

		if (size == 0) {
			escape_byte(out, text[i++]);
			continue;
		}
		if (text[i] == '\\' || text[i] == '\'')
			out_char(out, '\\');
		out_bytes(out, text + i, size);
		i += size;
	}
	out_char(out, '\'');
}

void
text_quote(struct out *out, const char *text, size_t length)
{
	if (is_plain_word(text, length)) {
		out_bytes(out, text, length);
		return;
	}
	if (!is_all_printable(text, length)) {
		quote_with_escapes(out, text, length);
		return;
	}
	out_char(out, '\'');
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\'')
			out_bytes(out, "'\\'", 3);
		out_char(out, text[i]);
	}
	out_char(out, '\'');
}
