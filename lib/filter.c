/*
 * HP-UX's filter conditions, audit_dpms_filter(4), put into our own words. A keyword that HP-UX does not have is a field of ours.
 * An address may carry a prefix length: the manual's `1.2.3.4/8` for the subnet 1.2.3.0 is read as what it says, CIDR.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <time.h>

#include "span.h"
#include "term.h"

static const struct {
	const char *keyword, *field;
} KEYWORDS[] = {
	{ "cmpt", "subj" }, /* a compartment is what a security module's label is */
	{ "effective_group", "egid" },
	{ "effective_user", "effective" },
	{ "euid", "effective" },
	{ "file.group", "ogid" },
	{ "file.owner", "ouid" },
	{ "file.pathname", "path" },
	{ "group", "gid" },
	{ "hostname", "host" },
	{ "login_user", "login" },
	{ "selfaud_text", "op" },
	{ "sid", "session" },
	{ "source", "origin" },
	{ "source_ip", "origin" },
	{ "uid", "real" },
	{ "user", "real" },
};

/* What the value of file.ftype, open.oflag or return is in our words: FIELD & mask == wanted, or any bit of the mask. */
struct meaning {
	const char *value, *mask, *wanted;
};

static const struct meaning FILE_TYPES[] = {
	{ "blockspecial", "0170000", "060000" },
	{ "charspecial", "0170000", "020000" },
	{ "directory", "0170000", "040000" },
	{ "pipe", "0170000", "010000" },
	{ "regular", "0170000", "0100000" },
	{ "socket", "0170000", "0140000" },
	{ "symlink", "0170000", "0120000" },
	{ NULL, NULL, NULL },
};

static const struct meaning OPEN_FLAGS[] = {
	{ "create", "O_CREAT", NULL },
	{ "read", "O_RDONLY|O_RDWR", NULL },
	{ "read-only", "O_ACCMODE", "O_RDONLY" },
	{ "read-write", "O_ACCMODE", "O_RDWR" },
	{ "truncate", "O_TRUNC", NULL },
	{ "write", "O_WRONLY|O_RDWR", NULL },
	{ "write-only", "O_ACCMODE", "O_WRONLY" },
	{ NULL, NULL, NULL },
};

/* A word that stands for another one: it keeps its place. */
static struct word
replace(const struct word *word, const char *text)
{
	return (struct word){ text, strlen(text), WORD_BARE, word->place };
}

static struct node *
negate_if(bool negate, struct node *node)
{
	return negate ? tree_not(node) : node;
}

static void *
no_comparison(struct syntax *syntax, const struct word *keyword, const struct word *value)
{
	return syntax_error(syntax, &value->place, "%.*s takes only = and !=", (int)keyword->length, keyword->text);
}

static struct node *
by_meaning(struct syntax *syntax, const char *field, const struct meaning *meanings, const struct word *keyword,
    const struct word *value)
{
	struct word name = replace(keyword, field), mask, wanted;

	for (; meanings->value != NULL; meanings++) {
		if (!word_is(value, meanings->value))
			continue;
		mask = replace(value, meanings->mask);
		if (meanings->wanted == NULL)
			return tree_mask(syntax, &name, &mask, COMPARE_EQUAL, NULL);
		wanted = replace(value, meanings->wanted);
		return tree_mask(syntax, &name, &mask, COMPARE_EQUAL, &wanted);
	}
	return syntax_unknown(syntax, value, field[0] == 'p' ? "type of file" : "way to open", NULL);
}

/* An event of ours, or a category: what config calls a class. */
static struct node *
by_event(struct syntax *syntax, enum comparison comparison, const struct word *keyword, const struct word *value)
{
	const struct expr_context *context = syntax->context;
	struct word field = replace(keyword, "event"), class = replace(keyword, "class");
	size_t length;
	const char *text = constant_text(syntax, value, &length);
	bool is_class = comparison < COMPARE_REGEX && context->in_class != NULL &&
	    context->in_class(context->arg, text, "", true) != -1;

	return tree_compare(syntax, is_class ? &class : &field, comparison, value);
}

static struct node *
by_result(struct syntax *syntax, const struct word *keyword, const struct word *value)
{
	struct word field = replace(keyword, "result");
	struct word result = replace(value, word_is(value, "success") ? "OK" : "FAIL");

	if (!word_is(value, "success") && !word_is(value, "fail"))
		return syntax_unknown(syntax, value, "result", word_is(value, "failure") ? "fail" : NULL);
	return tree_compare(syntax, &field, COMPARE_EQUAL, &result);
}

/* So many decimal digits at *text, as a number; *text is moved behind them. -1 if there are fewer. */
static int
take_digits(const char **text, const char *end, int digits)
{
	int number = 0;

	if (end - *text < digits)
		return -1;
	for (; digits > 0; digits--, ++*text) {
		if (**text < '0' || **text > '9')
			return -1;
		number = number * 10 + (**text - '0');
	}
	return number;
}

/* mmddHHMM[yyyy] in local time, this year if none is given. */
static bool
read_moment(const char *text, const char *end, time_t now, time_t *moment)
{
	struct tm tm, today;
	int year, month, day, hour, minute;

	localtime_r(&now, &today);
	month = take_digits(&text, end, 2);
	day = take_digits(&text, end, 2);
	hour = take_digits(&text, end, 2);
	minute = take_digits(&text, end, 2);
	year = text < end ? take_digits(&text, end, 4) : today.tm_year + 1900;
	if (text < end || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || minute < 0 ||
	    hour < 0 || year < 1970 || year > 2261)
		return false;
	tm = (struct tm){
		.tm_year = year - 1900,
		.tm_mon = month - 1,
		.tm_mday = day,
		.tm_hour = hour,
		.tm_min = minute,
		.tm_isdst = -1,
	};
	*moment = mktime(&tm);
	return *moment >= 0;
}

/* A number and y m d H M: moves the moment so far, forward or back. */
static bool
move_by_period(const char *text, const char *end, int sign, time_t *moment)
{
	struct tm tm;
	int digits = (int)(end - text) - 1, count;

	if (digits < 1 || digits > 4 || (count = take_digits(&text, end, digits)) < 0)
		return false;
	localtime_r(moment, &tm);
	count *= sign;
	tm.tm_isdst = -1;
	switch (*text) {
	case 'y':
		tm.tm_year += count;
		break;
	case 'm':
		tm.tm_mon += count;
		break;
	case 'd':
		tm.tm_mday += count;
		break;
	case 'H':
		*moment += 3600 * (time_t)count;
		return true;
	case 'M':
		*moment += 60 * (time_t)count;
		return true;
	default:
		return false;
	}
	*moment = mktime(&tm);
	return true;
}

/* ([from].[period].[to]): a missing end is the other one moved by the period, or now, or is open. */
static bool
read_timestamp(const char *text, size_t length, time_t now, struct range *range)
{
	const char *end = text + length, *first, *second;
	time_t from = 0, to = now;
	bool has_from, has_to, has_period;

	if (length < 2 || *text++ != '(' || *--end != ')')
		return false;
	first = memchr(text, '.', (size_t)(end - text));
	second = first != NULL ? memchr(first + 1, '.', (size_t)(end - first - 1)) : NULL;
	if (second == NULL)
		return false;
	has_from = first > text;
	has_period = second > first + 1;
	has_to = end > second + 1;
	if ((has_from && !read_moment(text, first, now, &from)) || (has_to && !read_moment(second + 1, end, now, &to)) ||
	    (has_from && has_period && has_to))
		return false;
	if (has_period && has_from)
		to = from;
	else if (has_period)
		from = to;
	if (has_period && !move_by_period(first + 1, second, has_from ? 1 : -1, has_from ? &to : &from))
		return false;
	*range = (struct range){ has_from || has_period ? from * SECOND : INT64_MIN, INT64_MAX };
	if (has_to || has_period)
		range->high = to * SECOND + (has_to ? 60 * SECOND : SECOND) - 1;
	return range->low <= range->high && (has_from || has_to || has_period);
}

static struct node *
by_timestamp(struct syntax *syntax, const struct word *value)
{
	struct range *range = arena_alloc(&syntax->expr->arena, sizeof(*range));

	if (!read_timestamp(value->text, value->length, (time_t)(syntax->now / SECOND), range))
		return syntax_error(syntax, &value->place, "not of the form ([mmddHHMM[yyyy]].[NUMBER y|m|d|H|M].[mmddHHMM[yyyy]])");
	return operand_ranges(syntax, name_find("date", strlen("date")), TEST_SET, range, 1);
}

static const char *
field_of(const struct word *keyword)
{
	for (size_t i = 0; i < sizeof(KEYWORDS) / sizeof(*KEYWORDS); i++)
		if (word_is(keyword, KEYWORDS[i].keyword))
			return KEYWORDS[i].field;
	return NULL;
}

/* The keywords whose values have words of their own. *found is set if it is one. */
static struct node *
special_condition(struct syntax *syntax, const struct word *keyword, const struct word *value, bool *found)
{
	*found = true;
	if (word_is(keyword, "timestamp"))
		return by_timestamp(syntax, value);
	if (word_is(keyword, "return"))
		return by_result(syntax, keyword, value);
	if (word_is(keyword, "file.ftype"))
		return by_meaning(syntax, "perm", FILE_TYPES, keyword, value);
	if (word_is(keyword, "open.oflag"))
		return by_meaning(syntax, "flags", OPEN_FLAGS, keyword, value);
	if (word_is(keyword, "host_ip") || word_is(keyword, "cid"))
		return syntax_error(syntax, &keyword->place, "records do not hold %.*s", (int)keyword->length, keyword->text);
	*found = false;
	return NULL;
}

struct node *
filter_condition(
    struct syntax *syntax, const struct word *keyword, enum comparison comparison, const struct word *value)
{
	const char *name = field_of(keyword);
	struct word field = name != NULL ? replace(keyword, name) : *keyword;
	struct node *node;
	bool found;

	if (word_is(keyword, "event"))
		return by_event(syntax, comparison, keyword, value);
	if (word_is(keyword, "profile"))
		field = replace(keyword, "class");
	node = special_condition(syntax, keyword, value, &found);
	if (!found)
		return tree_compare(syntax, &field, comparison, value);
	if (node != NULL && comparison != COMPARE_EQUAL && comparison != COMPARE_NOT_EQUAL)
		return no_comparison(syntax, keyword, value);
	return negate_if(comparison == COMPARE_NOT_EQUAL, node);
}
