/* SPDX-License-Identifier: BSD-2-Clause */
#include "logline.h"

#include <stdbool.h>
#include <string.h>

#include "record.h"
#include "rectype.h"
#include "swar.h"
#include "text.h"

/* Digits at *p as a number; *p is moved behind them. Returns how many there were, 0 if none or too many. */
static size_t
take_number(const char **p, const char *end, uint64_t *number)
{
	const char *start = *p, *at = start;
	uint64_t n = 0;

	if (end - at >= 8) {
		uint64_t word = get_le64(at), others = swar_no_digits(word);
		unsigned count = others != 0 ? swar_first(others) : 8;

		if (count > 0)
			n = swar_number(word, count);
		at += count;
	}
	for (; at < end && (unsigned char)*at - (unsigned)'0' <= 9 && at - start < 19; at++)
		n = n * 10 + ((unsigned char)*at - (unsigned)'0');
	*number = n;
	*p = at;
	return (size_t)(at - start);
}

/* What follows the word, NULL if that is not what stands at p. */
static inline const char *
behind(const char *p, const char *end, const char *word, size_t length)
{
	return (size_t)(end - p) < length || memcmp(p, word, length) != 0 ? NULL : p + length;
}

static inline bool
take(const char **p, const char *end, const char *word, size_t length)
{
	const char *next = behind(*p, end, word, length);

	if (next == NULL)
		return false;
	*p = next;
	return true;
}

/* `audit(SEC.MS:SERIAL):` and one blank, which may be missing where a log was cut. Returns what follows, NULL if it is none. */
static const char *
take_stamp(const char *p, const char *end, struct stamp *stamp)
{
	uint64_t seconds, ms, serial;
	size_t seconds_digits, ms_digits, serial_digits;
	const char *start;

	if (!take(&p, end, "audit(", 6))
		return NULL;
	start = p;
	seconds_digits = take_number(&p, end, &seconds);
	if (seconds_digits == 0 || seconds > INT64_MAX / 1000000000 - 1 || !take(&p, end, ".", 1))
		return NULL;
	ms_digits = take_number(&p, end, &ms);
	if (ms_digits == 0 || ms > 999 || !take(&p, end, ":", 1))
		return NULL;
	serial_digits = take_number(&p, end, &serial);
	if (serial_digits == 0 || !take(&p, end, "):", 2))
		return NULL;
	stamp->time = (int64_t)(seconds * 1000000000 + ms * 1000000);
	stamp->serial = serial;
	stamp->odd = ms_digits != 3 || (seconds_digits > 1 && *start == '0') ||
	    (serial_digits > 1 && *(p - 2 - serial_digits) == '0') || !take(&p, end, " ", 1);
	return p;
}

/* The same for what is not the stamp of the line before: it is kept for the next one. */
static __attribute__((noinline)) const char *
take_new_stamp(const char *p, const char *end, struct stamp *stamp)
{
	const char *next = take_stamp(p, end, stamp);
	size_t length = next != NULL ? (size_t)(next - p) : 0;

	stamp->length = 0;
	if (next != NULL && !stamp->odd && length <= sizeof(stamp->text)) {
		memcpy(stamp->text, p, length);
		stamp->length = length;
	}
	return next;
}

int
logline_parse_message(const char *text, size_t length, struct logline *parsed)
{
	struct stamp stamp;
	const char *p = take_stamp(text, text + length, &stamp);

	memset(parsed, 0, sizeof(*parsed));
	if (p == NULL || stamp.odd)
		return -1;
	parsed->time = stamp.time;
	parsed->serial = stamp.serial;
	parsed->text = parsed->body = p;
	parsed->length = parsed->body_length = length - (size_t)(p - text);
	return 0;
}

/* 1300 or UNKNOWN[1300]; what is neither is kept as it stands. */
static __attribute__((cold, noinline)) void
take_odd_type(const char *name, size_t length, struct logline *parsed)
{
	uint64_t number;
	const char *digits = name;
	size_t count = length;

	parsed->flags |= LINE_NUMERIC;
	if (length > 9 && memcmp(name, "UNKNOWN[", 8) == 0 && name[length - 1] == ']') {
		digits = name + 8;
		count = length - 9;
		parsed->flags ^= LINE_NUMERIC | LINE_UNKNOWN;
	}
	if (text_unsigned(digits, count, &number) && number > 0 && number < TYPE_UNKNOWN && digits[0] != '0')
		parsed->type = (uint16_t)number;
	else
		parsed->flags |= LINE_WHOLE;
}

static bool
starts_stamp(const char *p, const char *end)
{
	return take(&p, end, "audit(", 6) || take(&p, end, "msg=audit(", 10);
}

/* The place of `type=` in a line that does not begin with it: behind `node=HOST `, or a syslog prefix. */
static const char *
find_type(const char *line, const char *end)
{
	const char *p = line;

	while ((p = memmem(p, (size_t)(end - p), " type=", 6)) != NULL) {
		const char *blank = memchr(p + 6, ' ', (size_t)(end - p - 6));

		if (blank != NULL && starts_stamp(blank + 1, end))
			return p + 1;
		p++;
	}
	return NULL;
}

static void
take_node(const char *line, const char *type, struct logline *parsed)
{
	const char *node = memmem(line, (size_t)(type - line), "node=", 5);
	const char *blank;

	if (node == NULL || (node != line && node[-1] != ' '))
		return;
	blank = memchr(node, ' ', (size_t)(type - node));
	if (blank == NULL)
		return;
	parsed->node = node + 5;
	parsed->node_length = (size_t)(blank - parsed->node);
}

int
logline_parse_next(const char *line, size_t length, struct stamp *stamp, struct logline *parsed)
{
	const char *end = line + length, *p = behind(line, end, "type=", 5), *blank, *next;

	memset(parsed, 0, sizeof(*parsed));
	if (p == NULL) {
		p = find_type(line, end);
		if (p == NULL)
			return -1;
		take_node(line, p, parsed);
		p += 5;
		parsed->flags |= LINE_WHOLE;
	}
	blank = memchr(p, ' ', (size_t)(end - p));
	if (blank == NULL || blank == p)
		return -1;
	parsed->type = rectype_number(p, (size_t)(blank - p));
	if (parsed->type == TYPE_UNKNOWN)
		take_odd_type(p, (size_t)(blank - p), parsed);
	p = behind(blank + 1, end, "msg=", 4);
	if (p == NULL) {
		p = blank + 1;
		parsed->flags |= LINE_NO_MSG;
	}
	next = stamp->length != 0 ? behind(p, end, stamp->text, stamp->length) : NULL;
	if (next == NULL && (next = take_new_stamp(p, end, stamp)) == NULL)
		return -1;
	if (stamp->odd) /* what printing would not give back is kept as it stands */
		parsed->flags |= LINE_WHOLE;
	parsed->time = stamp->time;
	parsed->serial = stamp->serial;
	parsed->body = next;
	parsed->body_length = (size_t)(end - next);
	parsed->text = parsed->flags & LINE_WHOLE ? line : next;
	parsed->length = (size_t)(end - parsed->text);
	return 0;
}

int
logline_parse(const char *line, size_t length, struct logline *parsed)
{
	struct stamp stamp = { .length = 0 };

	return logline_parse_next(line, length, &stamp, parsed);
}
