/* SPDX-License-Identifier: BSD-2-Clause */
#include "view.h"

#include "check.h"
#include "rectype.h"

enum { LINES = 6,
	TEXT = 512 };

/* A record whose lines are given as text; the first may be the facts. */
struct made {
	struct record record;
	unsigned char lines[LINES * (TEXT + 16)];
	unsigned char *end;
};

static void
add_line(struct made *made, uint16_t type, const char *text)
{
	if (made->record.count == 0)
		made->end = made->lines;
	made->end = line_put(made->end, type, 0, text, strlen(text));
	made->record.lines = made->lines;
	made->record.count++;
	made->record.size = (size_t)(made->end - made->lines);
}

/* The next field of that name from *n on, as view_find() is described, in a view that was parsed to its end. */
static const struct view_field *
find_slowly(const struct view *view, uint16_t type, const char *name, size_t *n)
{
	while (*n < view->count) {
		const struct view_field *f = &view->fields[(*n)++];

		if (field_is(&f->field, name, strlen(name)) && (type != 0 ? f->type == type : f->type != TYPE_FACTS))
			return f;
	}
	return NULL;
}

static const char *const names[] = { "a", "b", "pid", "nametype", "cap_frootid", "cap_frootix", "old auid", "key", "nowhere" };
enum { NAMES = sizeof(names) / sizeof(names[0]) };
static const uint16_t types[] = { TYPE_SYSCALL, TYPE_PATH, TYPE_CWD };

static void
make(struct made *made, uint64_t *seed)
{
	*made = (struct made){ 0 };
	for (int line = 0; line < LINES; line++) {
		char text[TEXT] = "";
		int fields = (int)(random_next(seed) % 7);

		while (fields-- > 0) {
			uint64_t r = random_next(seed) >> 16;

			strcat(text, r & 1 ? " " : r & 2 ? " word "
							 : " \t");
			strcat(text, names[(r >> 8) % (NAMES - 1)]);
			strcat(text, r & 4 ? "=\"x y\"" : "=1");
		}
		add_line(made, line == 0 ? TYPE_FACTS : types[random_next(seed) % 3], text);
	}
}

/* Two views of the same record: one is only asked, the other parsed to its end before. */
static void
finds_what_is_there(void)
{
	struct view lazy = { 0 }, whole = { 0 };
	struct made made;
	uint64_t seed = 5;
	size_t found = 0;

	for (int round = 0; round < 5000; round++) {
		make(&made, &seed);
		view_set(&lazy, &made.record);
		view_set(&whole, &made.record);
		view_parse(&whole, SIZE_MAX);
		for (int question = 0; question < 20; question++) {
			const char *name = names[random_next(&seed) % NAMES];
			uint16_t type = random_next(&seed) % 2 ? 0 : types[random_next(&seed) % 3];
			size_t n = random_next(&seed) % 3 ? 0 : random_next(&seed) % (whole.count + 2), m = n;
			const struct view_field *f, *g;

			do {
				f = view_find(&lazy, type, name, strlen(name), &n);
				g = find_slowly(&whole, type, name, &m);
				if (!CHECK((f == NULL) == (g == NULL)) || (f != NULL && !CHECK(f - lazy.fields == g - whole.fields && n == m)))
					return;
				found += f != NULL;
			} while (f != NULL);
		}
	}
	CHECK(found > 10000);
	view_clear(&lazy);
	view_clear(&whole);
}

/* Names without end: they are found while their record is there, and forgotten behind it before they fill the memory. */
static void
names_are_forgotten(void)
{
	struct view view = { 0 };
	size_t most = 0;

	for (int round = 0; round < 3000; round++) {
		struct made made = { 0 };
		char text[TEXT] = "key=1", name[32];
		size_t n = 0;

		for (int i = 0; i < 10; i++)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), " n%d=1 a_name_of_more_%d=2", 10 * round + i, 10 * round + i);
		add_line(&made, TYPE_SYSCALL, text);
		view_set(&view, &made.record);
		snprintf(name, sizeof(name), "a_name_of_more_%d", 10 * round + 9);
		CHECK(view_find(&view, 0, name, strlen(name), &n) != NULL);
		n = 0;
		CHECK(view_find(&view, 0, "key", 3, &n) != NULL && n == 1);
		if (view.spellings.count > most)
			most = view.spellings.count;
	}
	CHECK(most < 8192);
	view_clear(&view);
}

/* Thousands of names in one record, so that the table grows under way. */
static void
numbers_stay(void)
{
	struct spellings spellings = { 0 };
	char name[32];

	spellings_begin(&spellings);
	for (uint32_t i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), i % 2 ? "%u" : "a_long_name_%u", i);
		CHECK_NUMBER(spelling_number(&spellings, name, strlen(name)), i);
	}
	for (uint32_t i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), i % 2 ? "%u" : "a_long_name_%u", i);
		CHECK_NUMBER(spelling_number(&spellings, name, strlen(name)), i);
	}
	CHECK_NUMBER(spelling_number(&spellings, "a\0", 2), 20000); /* lengths count */
	CHECK_NUMBER(spelling_number(&spellings, "a", 1), 20001);
	CHECK_NUMBER(spelling_number(&spellings, "a\0", 2), 20000);
	spellings_clear(&spellings);
}

int
main(void)
{
	test("view_find() finds what is there", finds_what_is_there);
	test("names are forgotten", names_are_forgotten);
	test("numbers stay", numbers_stay);
	return test_end();
}
