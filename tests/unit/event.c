/* SPDX-License-Identifier: BSD-2-Clause */
#include "event.h"

#include "check.h"
#include "mem.h"
#include "record.h"
#include "rectype.h"

/* A log taken apart: its events as they must come out, whatever the order in which their lines come in. */
struct known {
	int64_t time;
	uint64_t serial;
	struct logline *lines;
	size_t count, capacity;
	unsigned char *bytes; /* of the lines, in a record's form */
	size_t size;
	unsigned seen; /* how often it came out */
};

struct known_log {
	char *data;
	struct known *events;
	size_t count, capacity;
};

static int
compare_known(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->serial < y->serial ? -1 : x->serial > y->serial;
}

static struct known *
find_known(struct known_log *log, int64_t time, uint64_t serial)
{
	struct known key = { .time = time, .serial = serial };

	return bsearch(&key, log->events, log->count, sizeof(key), compare_known);
}

/* Lines are gathered by a plain search: a few thousand events. */
static void
add_known(struct known_log *log, const struct logline *line)
{
	struct known *event = NULL;

	for (size_t i = log->count; i-- > 0 && event == NULL;)
		if (log->events[i].serial == line->serial && log->events[i].time == line->time)
			event = &log->events[i];
	if (event == NULL) {
		log->events = mem_grow(log->events, &log->capacity, log->count + 1, sizeof(*log->events));
		event = &log->events[log->count++];
		*event = (struct known){ .time = line->time, .serial = line->serial };
	}
	event->lines = mem_grow(event->lines, &event->capacity, event->count + 1, sizeof(*event->lines));
	event->lines[event->count++] = *line;
	event->bytes = mem_resize(event->bytes, event->size + line_size(line->length));
	line_put(event->bytes + event->size, line->type, line->flags, line->text, line->length);
	event->size += line_size(line->length);
}

static void
load(struct known_log *log, const char *path)
{
	size_t size;
	char *p;

	*log = (struct known_log){ .data = read_file(path, &size) };
	for (p = log->data; p < log->data + size;) {
		char *newline = memchr(p, '\n', (size_t)(log->data + size - p));
		struct logline line;

		CHECK_NUMBER(logline_parse(p, (size_t)(newline - p), &line), 0);
		add_known(log, &line);
		p = newline + 1;
	}
	qsort(log->events, log->count, sizeof(*log->events), compare_known);
}

static void
unload(struct known_log *log)
{
	for (size_t i = 0; i < log->count; i++) {
		free(log->events[i].lines);
		free(log->events[i].bytes);
	}
	free(log->events);
	free(log->data);
}

static void
expect(void *arg, const struct event *event)
{
	struct known *known = find_known(arg, event->time, event->serial);

	if (!CHECK(known != NULL) || known == NULL)
		return;
	known->seen++;
	if (!CHECK(event->size == known->size && memcmp(event->lines, known->bytes, event->size) == 0))
		printf("#    serial %" PRIu64 "\n", event->serial);
	CHECK_NUMBER(event->count, known->count);
	CHECK(event->ended);
}

static void
all_seen_once(struct known_log *log)
{
	for (size_t i = 0; i < log->count; i++) {
		if (!CHECK_NUMBER(log->events[i].seen, 1))
			printf("#    serial %" PRIu64 "\n", log->events[i].serial);
		log->events[i].seen = 0;
	}
}

/*
 * Feeds the events' lines with up to `width` events at a time, whose lines come mixed, each event's in its own order.
 * The input pauses where half the events have begun, if it is to.
 */
static void
feed_shuffled(struct assembler *assembler, const struct known_log *log, size_t width, uint64_t seed, bool pause)
{
	struct {
		const struct known *event;
		size_t line;
	} *open = mem_alloc(width * sizeof(*open));
	size_t count = 0, next = 0;

	while (count > 0 || next < log->count) {
		size_t i;

		while (count < width && next < log->count) {
			open[count].event = &log->events[next++];
			open[count++].line = 0;
			if (pause && next == log->count / 2)
				assembler_pause(assembler);
		}
		i = random_next(&seed) % count;
		assembler_push(assembler, &open[i].event->lines[open[i].line++], 0);
		if (open[i].line == open[i].event->count)
			open[i] = open[--count];
	}
	free(open);
}

static void
shuffled(const char *path, bool expect_end, bool pause)
{
	static const size_t widths[] = { 1, 2, 3, 8, 64, 700 };
	struct known_log log;

	load(&log, path);
	CHECK(log.count > 2000);
	for (uint64_t seed = 1; seed <= 36; seed++) {
		struct assembler *assembler = assembler_new(expect, &log);

		if (expect_end)
			assembler_expect_end(assembler);
		feed_shuffled(assembler, &log, widths[seed % 6], seed, pause);
		assembler_flush(assembler);
		all_seen_once(&log);
		assembler_free(assembler);
	}
	unload(&log);
}

static void
without_eoe(void)
{
	shuffled("tests/fixtures/mix.log", false, false);
}

static void
without_eoe_paused(void)
{
	shuffled("tests/fixtures/mix.log", false, true);
}

static void
with_eoe(void)
{
	shuffled("tests/fixtures/mix-eoe.log", false, false);
}

static void
with_expected_eoe(void)
{
	shuffled("tests/fixtures/mix-eoe.log", true, true);
}

/* What the tests below see come out: serials, and how. */
static struct {
	uint64_t serials[8192];
	uint16_t counts[8192];
	bool ended[8192];
	size_t count, bytes;
} got;

static void
note(void *arg, const struct event *event)
{
	(void)arg;
	if (got.count < 8192) {
		got.serials[got.count] = event->serial;
		got.counts[got.count] = event->count;
		got.ended[got.count] = event->ended;
	}
	got.count++;
	got.bytes += event->size;
}

static struct assembler *
noting(void)
{
	memset(&got, 0, sizeof(got));
	return assembler_new(note, NULL);
}

static void
push(struct assembler *assembler, uint16_t type, uint64_t serial, int64_t now)
{
	struct logline line = { .type = type, .time = 1000000000, .serial = serial, .body = "a=1", .body_length = 3, .text = "a=1", .length = 3 };

	assembler_push(assembler, &line, now);
}

static void
alone(void)
{
	static const uint16_t types[] = { TYPE_USER_AUTH, TYPE_USER_LAST, TYPE_DAEMON_FIRST, TYPE_DAEMON_LAST, TYPE_SECCOMP,
		TYPE_ANOM_ABEND, TYPE_KERNEL, TYPE_USER2_FIRST, TYPE_USER2_LAST };
	struct assembler *assembler = noting();

	assembler_expect_end(assembler);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		push(assembler, types[i], i, 0);
		CHECK_NUMBER(got.count, i + 1);
		CHECK(got.ended[i]);
	}
	push(assembler, TYPE_LANDLOCK_ACCESS, 100, 0); /* others follow it */
	CHECK_NUMBER(got.count, sizeof(types) / sizeof(types[0]));
	assembler_free(assembler);
}

/* Until it is known whether the source sends EOE, what is complete waits, so that all comes out in order. */
static void
order_is_kept(void)
{
	struct assembler *assembler = noting();

	push(assembler, TYPE_SYSCALL, 1, 0);
	push(assembler, TYPE_PROCTITLE, 1, 0);
	push(assembler, TYPE_USER_AUTH, 2, 0);
	CHECK(assembler_is_waiting(assembler));
	CHECK_NUMBER(got.count, 0);
	assembler_pause(assembler);
	CHECK(!assembler_is_waiting(assembler));
	CHECK_NUMBER(got.count, 2);
	CHECK_NUMBER(got.serials[0], 1);
	CHECK_NUMBER(got.serials[1], 2);
	assembler_free(assembler);
}

/* A message of one line does not wait for the next one, and teaches nothing about EOE. */
static void
pause_after_message(void)
{
	struct assembler *assembler = noting();

	push(assembler, TYPE_USER_AUTH, 1, 0);
	CHECK(!assembler_is_waiting(assembler));
	assembler_pause(assembler);
	CHECK_NUMBER(got.count, 1);
	push(assembler, TYPE_SYSCALL, 2, 0);
	push(assembler, TYPE_PROCTITLE, 2, 0);
	CHECK_NUMBER(got.count, 1);
	push(assembler, TYPE_EOE, 2, 0);
	CHECK_NUMBER(got.count, 2);
	CHECK_NUMBER(got.counts[1], 3);
	assembler_free(assembler);
}

/* A log read twice: the second event of the same time and serial is an event of its own. */
static void
same_serial_again(void)
{
	struct assembler *assembler = noting();

	for (int i = 0; i < 2; i++) {
		push(assembler, TYPE_SYSCALL, 1, 0);
		push(assembler, TYPE_PROCTITLE, 1, 0);
	}
	assembler_flush(assembler);
	CHECK_NUMBER(got.count, 2);
	CHECK_NUMBER(got.counts[0], 2);
	CHECK_NUMBER(got.counts[1], 2);
	assembler_free(assembler);
}

/* With EOE known to come, PROCTITLE does not end an event; and what has no EOE is partial. */
static void
end_is_awaited(void)
{
	struct assembler *assembler = noting();

	assembler_expect_end(assembler);
	push(assembler, TYPE_SYSCALL, 1, 0);
	push(assembler, TYPE_PROCTITLE, 1, 0);
	assembler_pause(assembler);
	CHECK_NUMBER(got.count, 0);
	push(assembler, TYPE_EOE, 1, 0);
	CHECK_NUMBER(got.count, 1);
	CHECK_NUMBER(got.counts[0], 3);
	CHECK(got.ended[0]);
	push(assembler, TYPE_SYSCALL, 2, 0);
	assembler_flush(assembler);
	CHECK_NUMBER(got.count, 2);
	CHECK(!got.ended[1]);
	assembler_free(assembler);
}

/* The first EOE teaches that they come: events that have their PROCTITLE wait for theirs. */
static void
end_is_learnt(void)
{
	struct assembler *assembler = noting();

	push(assembler, TYPE_SYSCALL, 1, 0);
	push(assembler, TYPE_SYSCALL, 2, 0);
	push(assembler, TYPE_PROCTITLE, 1, 0);
	push(assembler, TYPE_PROCTITLE, 2, 0);
	CHECK_NUMBER(got.count, 0);
	push(assembler, TYPE_EOE, 2, 0);
	assembler_pause(assembler);
	CHECK_NUMBER(got.count, 1);
	CHECK_NUMBER(got.serials[0], 2);
	push(assembler, TYPE_EOE, 1, 0);
	CHECK_NUMBER(got.count, 2);
	assembler_free(assembler);
}

/* When the input pauses, a log without EOE has nothing more to say about an event that has its PROCTITLE: it leaves at once. */
static void
pause_is_enough(void)
{
	struct assembler *assembler = noting();

	push(assembler, TYPE_SYSCALL, 1, 0);
	push(assembler, TYPE_PROCTITLE, 1, 0);
	push(assembler, TYPE_SYSCALL, 2, 0);
	assembler_pause(assembler);
	CHECK_NUMBER(got.count, 1);
	CHECK_NUMBER(got.serials[0], 1);
	CHECK(got.ended[0]);
	push(assembler, TYPE_PROCTITLE, 2, 0);
	CHECK_NUMBER(got.count, 2);
	assembler_free(assembler);
}

static void
expiry(void)
{
	struct assembler *assembler = noting();

	assembler_expect_end(assembler);
	CHECK_NUMBER(assembler_expire(assembler, 0), -1);
	push(assembler, TYPE_SYSCALL, 1, 1000);
	push(assembler, TYPE_SYSCALL, 2, 1500);
	CHECK_NUMBER(assembler_expire(assembler, 1500), 1500);
	CHECK_NUMBER(assembler_expire(assembler, 2999), 1);
	push(assembler, TYPE_PATH, 1, 2999); /* it lives: waits anew */
	CHECK_NUMBER(assembler_expire(assembler, 3499), 1);
	CHECK_NUMBER(got.count, 0);
	CHECK_NUMBER(assembler_expire(assembler, 3500), 1499);
	CHECK_NUMBER(got.count, 1);
	CHECK_NUMBER(got.serials[0], 2);
	CHECK(!got.ended[0]);
	CHECK_NUMBER(assembler_expire(assembler, 10000), -1);
	CHECK_NUMBER(got.count, 2);
	CHECK_NUMBER(got.counts[1], 2);
	push(assembler, TYPE_EOE, 1, 10000); /* too late: an event of its own, not lost */
	CHECK_NUMBER(got.count, 3);
	assembler_free(assembler);
}

/* One serial may belong to two times (a reboot) and to several hosts. */
static void
keys(void)
{
	struct logline line = { .type = TYPE_SYSCALL, .text = "", .body = "" };
	char longer[300];
	struct assembler *assembler = noting();

	memset(longer, 'x', sizeof(longer));
	assembler_expect_end(assembler);
	for (int64_t time = 1; time <= 2; time++) {
		line.time = time;
		line.node = NULL;
		line.node_length = 0;
		assembler_push(assembler, &line, 0);
		line.node = "web1";
		line.node_length = 4;
		assembler_push(assembler, &line, 0);
		assembler_push(assembler, &line, 0);
		line.node_length = 3;
		assembler_push(assembler, &line, 0);
	}
	CHECK_NUMBER(got.count, 0);
	assembler_flush(assembler);
	CHECK_NUMBER(got.count, 6);
	CHECK_NUMBER(got.counts[1], 2);

	/* A name that no host can have: nothing is lost, though each line is an event. */
	line.node = longer;
	line.node_length = sizeof(longer);
	assembler_push(assembler, &line, 0);
	assembler_push(assembler, &line, 0);
	assembler_flush(assembler);
	CHECK_NUMBER(got.count, 8);
	assembler_free(assembler);
}

/* More events than the table holds: those that waited longest go. */
static void
many_open(void)
{
	struct assembler *assembler = noting();

	assembler_expect_end(assembler);
	for (uint64_t serial = 0; serial < EVENT_OPEN_MAX + 1000; serial++)
		push(assembler, TYPE_SYSCALL, serial, 0);
	CHECK(got.count >= 1000 && got.count <= 1001);
	for (size_t i = 0; i < got.count; i++) {
		CHECK_NUMBER(got.serials[i], i);
		CHECK(!got.ended[i]);
	}
	assembler_flush(assembler);
	CHECK_NUMBER(got.count, EVENT_OPEN_MAX + 1000);
	assembler_free(assembler);
}

/* Large lines: the table is bounded by bytes too. */
static void
large_lines(void)
{
	enum { SIZE = 100000,
		LINES = 200 };
	char *text = mem_alloc(SIZE);
	struct logline line = { .type = TYPE_EXECVE, .time = 1, .text = text, .length = SIZE, .body = text, .body_length = SIZE };
	struct assembler *assembler = noting();

	memset(text, 'a', SIZE);
	assembler_expect_end(assembler);
	for (line.serial = 1; line.serial <= LINES; line.serial++) {
		assembler_push(assembler, &line, 0);
		CHECK((line.serial - got.count) * (size_t)SIZE <= EVENT_BYTES_MAX + 2 * SIZE);
	}
	assembler_flush(assembler);
	CHECK_NUMBER(got.count, LINES);
	assembler_free(assembler);
	free(text);
}

/* An event without end goes out in parts, each of which a record can hold, and no byte is lost. */
static void
endless_event(void)
{
	enum { SIZE = 1 << 16,
		LINES = 600,
		SMALL = 70000 };
	char *text = mem_alloc(SIZE);
	struct logline line = { .type = TYPE_EXECVE, .time = 1, .serial = 1, .text = text, .length = SIZE, .body = text, .body_length = SIZE };
	struct assembler *assembler = noting();

	memset(text, 'a', SIZE);
	assembler_expect_end(assembler);
	for (int i = 0; i < LINES; i++)
		assembler_push(assembler, &line, 0);
	assembler_flush(assembler);
	CHECK(got.count >= 3);
	CHECK_NUMBER(got.bytes, LINES * line_size(SIZE));
	for (size_t i = 0; i + 1 < got.count; i++) {
		CHECK(!got.ended[i]);
		CHECK(got.counts[i] * line_size(SIZE) <= RECORD_MAX);
	}
	assembler_free(assembler);

	assembler = noting();
	assembler_expect_end(assembler);
	line.length = line.body_length = 1;
	for (int i = 0; i < SMALL; i++)
		assembler_push(assembler, &line, 0);
	assembler_flush(assembler);
	CHECK_NUMBER(got.count, 2);
	CHECK_NUMBER(got.counts[0] + got.counts[1], SMALL);
	assembler_free(assembler);
	free(text);
}

int
main(void)
{
	test("any interleaving, without EOE", without_eoe);
	test("any interleaving, without EOE, with a pause", without_eoe_paused);
	test("any interleaving, with EOE", with_eoe);
	test("any interleaving, with EOE expected", with_expected_eoe);
	test("events of one line leave at once", alone);
	test("what is complete comes out in order", order_is_kept);
	test("a pause after a message", pause_after_message);
	test("the same serial again", same_serial_again);
	test("the end is awaited", end_is_awaited);
	test("that ends come is learnt", end_is_learnt);
	test("a pause is enough where no ends come", pause_is_enough);
	test("an event without end expires", expiry);
	test("time, serial and node make an event", keys);
	test("many open events", many_open);
	test("large lines", large_lines);
	test("an endless event", endless_event);
	return test_end();
}
