/*
 * Random expressions over real records: the compiled form agrees with an evaluator so simple that it can be seen to be right. That
 * one reads the text again for each record, and asks the vocabulary and nothing else: no header, no order, no sets, no glance.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "expr.h"

#include <ctype.h>
#include <fnmatch.h>
#include <regex.h>
#include <stdarg.h>
#include <time.h>

#include "check.h"
#include "event.h"
#include "header.h"
#include "mem.h"
#include "out.h"
#include "value.h"

enum {
	RECORDS = 240,
	EXPRESSIONS = 2500,
	TEXT = 4096, /* bytes of an expression */
};

static struct corpus {
	struct out out;
	struct record records[RECORDS];
	size_t count;
	size_t from_log; /* of the log that is read now */
	uint64_t seed;
} corpus = { .seed = 20261122 };

static unsigned
random_below(unsigned limit)
{
	return limit > 0 ? (unsigned)(random_next(&corpus.seed) % limit) : 0;
}

/* ---- records */

static void
keep(void *arg, const struct event *event)
{
	static const char *const facts[] = { "", "host=web1 login=joe real=root", "host=db origin=10.0.0.9 tag=joe@1", "login=\"a b\"" };
	const char *fact = facts[random_below(4)];
	struct record record;

	if (corpus.from_log++ >= 40)
		return;
	header_describe(event, &record);
	snprintf(record.event, sizeof(record.event), "EVENT_%u", (unsigned)(event->serial % 5));
	record_write(&corpus.out, &record, fact, strlen(fact));
}

static void
read_log(const char *path)
{
	struct assembler *assembler = assembler_new(keep, NULL);
	size_t length;
	char *text = read_file(path, &length), *at = text;

	corpus.from_log = 0;
	while (at < text + length) {
		char *end = memchr(at, '\n', (size_t)(text + length - at));
		struct logline line;

		if (end == NULL)
			end = text + length;
		if (logline_parse(at, (size_t)(end - at), &line) == 0)
			assembler_push(assembler, &line, 0);
		at = end + 1;
	}
	assembler_flush(assembler);
	assembler_free(assembler);
	free(text);
}

static void
make_corpus(void)
{
	static const char *const logs[] = { "expr/day", "fixtures/mix", "fixtures/paths_odd", "fixtures/argv_odd", "fixtures/net",
		"fixtures/caps", "fixtures/sudo_ok", "fixtures/landlock", "fixtures/i386", "fixtures/auditd_ENRICHED" };
	char path[64];
	const char *problem;

	out_init(&corpus.out, -1, 1 << 20);
	corpus.out.hold = true;
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		snprintf(path, sizeof(path), "tests/%s.log", logs[i]);
		read_log(path);
	}
	for (const unsigned char *at = corpus.out.data, *end = at + out_waiting(&corpus.out); at < end && corpus.count < RECORDS;) {
		size_t length = record_length(at);

		if (record_parse(at, length, &corpus.records[corpus.count++], &problem) == -1)
			abort();
		at += length;
	}
}

/* ---- random expressions: blanks around every token, every value quoted */

struct writer {
	char text[TEXT];
	size_t length;
};

static void
put(struct writer *writer, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void
put(struct writer *writer, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	writer->length += (size_t)vsnprintf(writer->text + writer->length, TEXT - writer->length, format, ap);
	va_end(ap);
	if (writer->length >= TEXT)
		abort();
}

static void
put_quoted(struct writer *writer, const char *text, size_t length)
{
	put(writer, "\"");
	for (size_t i = 0; i < length; i++)
		put(writer, isalnum((unsigned char)text[i]) || text[i] == '/' ? "%c" : "\\x%02x", (unsigned char)text[i]);
	put(writer, "\" ");
}

/* Some record's value of that name. */
static bool
any_value(const struct name *name, struct view *view, struct value *value)
{
	for (int i = 0; i < 20; i++) {
		view_set(view, &corpus.records[random_below((unsigned)corpus.count)]);
		if (name_value(name, view, random_below(2), value))
			return true;
	}
	return false;
}

static void
put_number(struct writer *writer, const struct name *name, int64_t number)
{
	if (name->type == NAME_OCTAL)
		put(writer, "\"0%" PRIo64 "\" ", number);
	else
		put(writer, "\"%" PRId64 "\" ", number);
}

static void
put_number_term(struct writer *writer, const struct name *name, int64_t number)
{
	static const char *const comparisons[] = { "==", "!=", "<", ">", "<=", ">=" };

	switch (random_below(4)) {
	case 0:
		put(writer, "%s in ( ", name->name);
		put_number(writer, name, number);
		put(writer, ", ");
		put_number(writer, name, number + random_below(5));
		put(writer, ") ");
		return;
	case 1:
		put(writer, "%s & ", name->name);
		put_number(writer, name, number + random_below(3) + 1);
		return;
	default:
		put(writer, "%s %s ", name->name, comparisons[random_below(6)]);
		put_number(writer, name, number + (int64_t)random_below(3) - 1);
	}
}

/* A piece of the text that means the same in a pattern. */
static void
put_piece(struct writer *writer, const struct value *value)
{
	size_t start = value->length > 0 ? random_below((unsigned)value->length) : 0, n = 0;

	while (start + n < value->length && n < 8 && (isalnum((unsigned char)value->text[start + n]) || value->text[start + n] == '/'))
		n++;
	put(writer, "%.*s", (int)n, n > 0 ? value->text + start : "");
}

static void
put_text_term(struct writer *writer, const struct name *name, const struct value *value)
{
	size_t length = value->length < 300 ? value->length : 300;

	switch (random_below(6)) {
	case 0:
		put(writer, "%s %s \"%s", name->name, random_below(2) ? "~" : "!~", random_below(2) ? "^" : "");
		put_piece(writer, value);
		put(writer, "%s\" ", random_below(2) ? "$" : "");
		return;
	case 1:
		put(writer, "%s %s \"%s", name->name, random_below(2) ? "=*" : "!=*", random_below(2) ? "*" : "/");
		put_piece(writer, value);
		put(writer, "%s\" ", random_below(2) ? "*" : "?");
		return;
	case 2:
		put(writer, "%s in ( ", name->name);
		put_quoted(writer, value->text, length);
		put(writer, ", \"nothing\" ) ");
		return;
	default:
		put(writer, "%s %s ", name->name, random_below(2) ? "==" : "!=");
		put_quoted(writer, value->text, length);
	}
}

static void
put_time_term(struct writer *writer)
{
	static const char *const comparisons[] = { "==", "!=", "<", ">", "<=", ">=" };

	if (random_below(2))
		put(writer, "time in \"%02u:%02u..%02u:%02u\" ", random_below(24), random_below(60), random_below(24), random_below(60));
	else
		put(writer, "date %s \"2026-11-%02u\" ", comparisons[random_below(6)], 1 + random_below(30));
}

static bool
is_numeric(const struct name *name)
{
	return name->type == NAME_NUMBER || name->type == NAME_OCTAL || name->type == NAME_HEX;
}

static void
put_fields_term(struct writer *writer)
{
	static const char *const pairs[][2] = { { "real", "login" }, { "pid", "ppid" }, { "uid", "euid" }, { "exe", "path" },
		{ "command", "comm" }, { "ino", "inode" }, { "auid", "login" } };
	const char *const *pair = pairs[random_below(7)];

	put(writer, "%s %s %%{%s} ", pair[0], random_below(2) ? "==" : "!=", pair[1]);
}

static void
put_term(struct writer *writer, struct view *view)
{
	static const char *const often[] = { "event", "command", "pid", "exe", "path", "key", "comm", "argv", "cwd", "name", "exit" };
	const struct name *name;
	struct value value;
	size_t names = 0;

	while (name_at(names) != NULL)
		names++;
	do {
		const char *common = often[random_below(11)];

		name = random_below(2) ? name_find(common, strlen(common)) : name_at(random_below((unsigned)names));
	} while (!any_value(name, view, &value));
	switch (random_below(8)) {
	case 0:
		put_time_term(writer);
		return;
	case 1:
		put_fields_term(writer);
		return;
	case 2:
		put(writer, "exists %s ", name->name);
		return;
	}
	if (is_numeric(name) && value.has_number && value.number > -100000 && value.number < INT64_MAX / 2)
		put_number_term(writer, name, value.number >= 0 || name->type == NAME_NUMBER ? value.number : 0);
	else if (name->type == NAME_TEXT && value.text != NULL)
		put_text_term(writer, name, &value);
	else
		put(writer, "exists %s ", name->name);
}

static void
put_expression(struct writer *writer, struct view *view, unsigned depth)
{
	unsigned terms = 1 + random_below(3);

	for (unsigned i = 0; i < terms; i++) {
		if (i > 0)
			put(writer, random_below(2) ? "&& " : "|| ");
		if (random_below(4) == 0)
			put(writer, "! ");
		if (depth > 0 && random_below(3) == 0) {
			put(writer, "( ");
			put_expression(writer, view, depth - 1);
			put(writer, ") ");
		} else {
			put_term(writer, view);
		}
	}
}

/* ---- the simple evaluator */

struct reader {
	const char *at;
	struct view *view;
	char word[TEXT];
	size_t length;
	char raw[TEXT]; /* the word with its escapes */
};

static bool
at_token(struct reader *reader, const char *token)
{
	size_t length = strlen(token);

	if (strncmp(reader->at, token, length) != 0 || reader->at[length] != ' ')
		return false;
	reader->at += length + 1;
	return true;
}

/* Up to the blank that follows it; without quotes, escapes resolved. */
static void
read_word(struct reader *reader)
{
	bool quoted = *reader->at == '"';
	const char *end;
	size_t n = 0;

	reader->length = 0;
	reader->at += quoted;
	end = strchr(reader->at, quoted ? '"' : ' ');
	while (reader->at < end) {
		unsigned byte;

		reader->raw[n++] = *reader->at;
		if (*reader->at == '\\' && sscanf(reader->at, "\\x%2x", &byte) == 1) {
			reader->word[reader->length++] = (char)byte;
			reader->at += 4;
		} else {
			reader->word[reader->length++] = *reader->at++;
		}
	}
	reader->word[reader->length] = reader->raw[n] = '\0';
	reader->at += quoted;
	while (*reader->at == ' ')
		reader->at++;
}

static bool
is_unset_text(const struct value *value)
{
	return !value->has_number && value->length == 5 && memcmp(value->text, "unset", 5) == 0;
}

static bool
matches_pattern(const char *op, const char *pattern, const struct value *value)
{
	char *text;
	regex_t regex;
	bool found;

	/* Both of these end at a NUL, which ours do not: as if there were none. */
	if (value->text == NULL)
		return false;
	text = mem_string(value->text, value->length);
	if (strchr(op, '*') != NULL) {
		found = fnmatch(pattern, text, 0) == 0;
	} else {
		if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
			abort();
		found = regexec(&regex, text, 0, NULL, 0) == 0;
		regfree(&regex);
	}
	free(text);
	return found;
}

static bool
has_nul(const struct value *value)
{
	return value->text != NULL && memchr(value->text, '\0', value->length) != NULL;
}

/* Is the value equal to, less or more than the word? */
static int
compare_word(const struct reader *reader, const struct value *value, bool is_number, bool *comparable)
{
	int64_t number = strtoll(reader->word, NULL, 0);

	*comparable = is_number == value->has_number || !is_number;
	if (is_number)
		return value->number < number ? -1 : value->number > number;
	*comparable = value->text != NULL;
	if (!*comparable)
		return 1;
	return value->length != reader->length || memcmp(value->text, reader->word, reader->length) != 0;
}

static bool
holds(const char *op, int order, bool ordered)
{
	if (strcmp(op, "==") == 0 || strcmp(op, "!=") == 0)
		return order == 0;
	if (!ordered)
		return false;
	if (op[0] == '<')
		return order < 0 || (op[1] == '=' && order == 0);
	return order > 0 || (op[1] == '=' && order == 0);
}

static bool
same_value(const struct value *a, const struct value *b)
{
	if (a->has_number && b->has_number)
		return a->number == b->number;
	return a->text != NULL && b->text != NULL && a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static bool
equals_field(struct reader *reader, const struct name *name)
{
	const struct name *other = name_find(reader->word + 2, reader->length - 3);
	struct value a, b;

	for (size_t i = 0; name_value(name, reader->view, i, &a); i++)
		for (size_t j = 0; name_value(other, reader->view, j, &b); j++)
			if (same_value(&a, &b))
				return true;
	return false;
}

static bool
date_holds(const char *op, const char *day, const struct record *record)
{
	struct tm tm;
	time_t t = (time_t)(record->time / 1000000000);
	char text[16];

	localtime_r(&t, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d", &tm);
	return holds(op, strcmp(text, day), true);
}

static bool
time_holds(const char *range, const struct record *record)
{
	struct tm tm;
	time_t t = (time_t)(record->time / 1000000000);
	char text[8], low[8], high[8];

	localtime_r(&t, &tm);
	strftime(text, sizeof(text), "%H:%M", &tm);
	snprintf(low, sizeof(low), "%.5s", range);
	snprintf(high, sizeof(high), "%.5s", range + 7);
	if (strcmp(low, high) <= 0)
		return strcmp(low, text) <= 0 && strcmp(text, high) <= 0;
	return strcmp(low, text) <= 0 || strcmp(text, high) <= 0;
}

/* One value, one word, one operator. */
static bool
value_holds(struct reader *reader, const char *op, const struct value *value, bool is_number)
{
	bool comparable;
	int order = compare_word(reader, value, is_number, &comparable);

	if (strcmp(op, "&") == 0)
		return value->has_number && ((uint64_t)value->number & (uint64_t)strtoll(reader->word, NULL, 0)) != 0;
	if (strpbrk(op, "~*") != NULL)
		return matches_pattern(op, reader->raw, value);
	return comparable && holds(op, order, is_number);
}

static bool
any_holds(struct reader *reader, const struct name *name, const char *op)
{
	struct value value;

	for (size_t n = 0; name_value(name, reader->view, n, &value); n++)
		if (value_holds(reader, op, &value, is_numeric(name)))
			return true;
	return false;
}

static bool
evaluate_list(struct reader *reader, const struct name *name)
{
	bool found = false;

	do {
		read_word(reader);
		found |= any_holds(reader, name, "==");
	} while (at_token(reader, ","));
	if (!at_token(reader, ")"))
		abort();
	return found;
}

static bool
evaluate_exists(struct reader *reader)
{
	struct value value;

	read_word(reader);
	for (size_t n = 0; name_value(name_find(reader->word, reader->length), reader->view, n, &value); n++)
		if (!is_unset_text(&value))
			return true;
	return false;
}

static bool
evaluate_term(struct reader *reader)
{
	const struct name *name;
	char op[8];
	bool result;

	if (at_token(reader, "exists"))
		return evaluate_exists(reader);
	read_word(reader);
	name = name_find(reader->word, reader->length);
	read_word(reader);
	snprintf(op, sizeof(op), "%.7s", reader->word);
	if (strcmp(op, "in") == 0 && at_token(reader, "("))
		return evaluate_list(reader, name);
	read_word(reader);
	if (name->type == NAME_TIME && strcmp(op, "in") == 0)
		return time_holds(reader->word, reader->view->record);
	if (name->type == NAME_TIME)
		result = date_holds(op, reader->word, reader->view->record);
	else if (reader->word[0] == '%')
		result = equals_field(reader, name);
	else
		result = any_holds(reader, name, op);
	return result != (op[0] == '!');
}

static bool evaluate(struct reader *reader);

static bool
evaluate_factor(struct reader *reader)
{
	bool result;

	if (at_token(reader, "!"))
		return !evaluate_factor(reader);
	if (!at_token(reader, "("))
		return evaluate_term(reader);
	result = evaluate(reader);
	if (!at_token(reader, ")"))
		abort();
	return result;
}

static bool
evaluate_product(struct reader *reader)
{
	bool result = evaluate_factor(reader);

	while (at_token(reader, "&&"))
		result &= evaluate_factor(reader);
	return result;
}

static bool
evaluate(struct reader *reader)
{
	bool result = evaluate_product(reader);

	while (at_token(reader, "||"))
		result |= evaluate_product(reader);
	return result;
}

/* ---- both */

/* A NUL in a value (a unix socket's name, proctitle) is more than the C library's patterns can do. */
static bool
comparable_record(const char *text, struct view *view)
{
	static const char *const names[] = { "proctitle", "socket", "path", "argv", "exe", "name", "data", "comm", "cmd" };
	struct value value;

	if (strpbrk(text, "~*") == NULL)
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (size_t n = 0; name_value(name_find(names[i], strlen(names[i])), view, n, &value); n++)
			if (has_nul(&value))
				return false;
	return true;
}

static void
agree_on(const char *text, const struct expr *expr, struct view *view, size_t *matched)
{
	for (size_t i = 0; i < corpus.count; i++) {
		struct view fresh = { 0 };
		struct reader reader = { .at = text, .view = &fresh };
		bool ours, naive;

		view_set(view, &corpus.records[i]);
		view_set(&fresh, &corpus.records[i]);
		ours = expr_match(expr, view);
		naive = evaluate(&reader);
		if (ours != naive && comparable_record(text, &fresh) && !CHECK(ours == naive))
			printf("# record %zu (serial %" PRIu64 "): compiled %d, naive %d: %s\n", i, corpus.records[i].serial, ours, naive, text);
		*matched += ours;
		view_clear(&fresh);
	}
}

static void
random_expressions_agree(void)
{
	struct view view = { 0 };
	size_t matched = 0, total = 0;

	for (int i = 0; i < EXPRESSIONS; i++) {
		struct writer writer = { .length = 0 };
		struct err error;
		struct expr *expr;

		put_expression(&writer, &view, 3);
		expr = expr_compile(writer.text, writer.length, "random", 1, NULL, &error);
		if (!CHECK(expr != NULL)) {
			printf("# %s\n", error.text);
			continue;
		}
		agree_on(writer.text, expr, &view, &matched);
		total += corpus.count;
		expr_free(expr);
	}
	/* Not all true, not all false: else it would prove nothing. */
	CHECK(matched > total / 5 && matched < total / 5 * 4);
	view_clear(&view);
}

int
main(void)
{
	setenv("TZ", "EAT-3:30", 1);
	make_corpus();
	test("random expressions: compiled and naive evaluation agree", random_expressions_agree);
	out_clear(&corpus.out);
	return test_end();
}
