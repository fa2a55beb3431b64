/* SPDX-License-Identifier: BSD-2-Clause */
#include "textjson.h"

#include "out.h"
#include "text.h"

enum { RUN_MAX = 4096 }; /* bytes that are copied before there must be room for more */

/* A UTF-16 unit as \uXXXX. */
static void
put_unit(struct out *out, uint32_t unit)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char *p = out_reserve(out, 6);

	p[0] = '\\';
	p[1] = 'u';
	for (int i = 0; i < 4; i++)
		p[2 + i] = (unsigned char)digits[unit >> (12 - 4 * i) & 15];
	out_advance(out, 6);
}

/* As JSON writes any character: beyond U+FFFF as a pair of surrogates (RFC 8259, section 7). */
static void
put_escaped(struct out *out, uint32_t c)
{
	if (c <= 0xffff) {
		put_unit(out, c);
		return;
	}
	put_unit(out, 0xd800 + ((c - 0x10000) >> 10));
	put_unit(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
}

/* What cannot be copied unseen: one character, or one byte of what is none. Returns its bytes. */
static size_t
put_character(struct out *out, const char *text, size_t length)
{
	uint32_t c = (unsigned char)*text;
	size_t size;

	if (c < ' ') {
		put_unit(out, c);
		return 1;
	}
	size = text_character(text, length, &c);
	if (size == 0) {
		out_bytes(out, "\\\\x", 3);
		out_hex(out, (unsigned char)*text, 2);
		return 1;
	}
	if (text_printable(text, length) == 0) {
		put_escaped(out, c);
		return size;
	}
	if (c == '\\' || c == '"')
		out_char(out, '\\');
	out_bytes(out, text, size);
	return size;
}

/* Copies what may stand as it is, up to RUN_MAX bytes. Returns how many. */
static size_t
put_run(struct out *out, const char *text, size_t length)
{
	size_t size = length < RUN_MAX ? length : RUN_MAX, i = 0;
	unsigned char *to = out_reserve(out, size + JSON_STEP);
	char last[JSON_STEP];
	unsigned odd = 0;

	for (; odd == 0 && i + JSON_STEP <= size; i += JSON_STEP)
		odd = json_copy_step(to + i, text + i);
	if (odd == 0 && i < size) {
		memset(last, '"', sizeof(last));
		memcpy(last, text + i, size - i);
		odd = json_copy_step(to + i, last);
		i += JSON_STEP;
	}
	if (odd != 0)
		i -= JSON_STEP - (size_t)__builtin_ctz(odd);
	out_advance(out, i);
	return i;
}

/* Fewer than JSON_STEP bytes, without a loop where they are not very few: some are copied twice. */
static inline void
copy_few(char *to, const char *text, size_t length)
{
	if (length >= 8) {
		memcpy(to, text, 8);
		memcpy(to + length - 8, text + length - 8, 8);
	} else if (length >= 4) {
		memcpy(to, text, 4);
		memcpy(to + length - 4, text + length - 4, 4);
	} else {
		for (size_t i = 0; i < length; i++)
			to[i] = text[i];
	}
}

/* Appends all of it if it is short and stands as it is, as nearly all are. */
static bool
put_plain(struct out *out, const char *text, size_t length)
{
	unsigned char *to = out_reserve(out, length + JSON_STEP + 2), *p = to + 1;
	char few[JSON_STEP] = { 0 };
	unsigned odd = 0;

	if (length < JSON_STEP) {
		copy_few(few, text, length);
		if (json_put_short(to, few, length) == NULL)
			return false;
	} else {
		for (size_t i = 0; i + JSON_STEP < length; i += JSON_STEP)
			odd |= json_copy_step(p + i, text + i);
		odd |= json_copy_step(p + length - JSON_STEP, text + length - JSON_STEP);
		if (odd != 0)
			return false;
		to[0] = '"';
		p[length] = '"';
	}
	out_advance(out, length + 2);
	return true;
}

void
text_json(struct out *out, const char *text, size_t length)
{
	if (length <= RUN_MAX && put_plain(out, text, length))
		return;
	out_char(out, '"');
	for (size_t i = 0; i < length;) {
		size_t run = put_run(out, text + i, length - i);

		i += run;
		if (i < length && run < RUN_MAX)
			i += put_character(out, text + i, length - i);
	}
	out_char(out, '"');
}
