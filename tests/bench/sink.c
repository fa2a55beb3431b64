/*
 * Who reads what a consumer of audit events writes: sink [-o FILE] [-p MICROSECONDS] [-t] < EVENTS
 *
 * Reads records, or with -t the lines of a log, until they end; with -p it sleeps so long after each 64 KiB. Prints on one line: events
 * (system calls of the test's login user), kernel records reported lost by AUD_Lost_Recs, and the median and the 99th percentile
 * of the microseconds from the call to here, by load's getppid; 0 without such.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "field.h"
#include "mem.h"
#include "rectype.h"
#include "stream.h"
#include "text.h"

enum { LOGIN = 61234 };

struct sink {
	uint64_t events, lost;
	int64_t *delays; /* ns */
	size_t count, capacity;
	long pause;
	uint64_t paused_at; /* position */
};

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static uint64_t
number(const char *text, size_t length, const char *name, bool (*read)(const char *, size_t, uint64_t *))
{
	struct field field;
	uint64_t value;

	return field_find(text, length, name, &field) && read(field.value, field.length, &value) ? value : 0;
}

static void
take_call(struct sink *sink, const char *text, size_t length)
{
	uint64_t sent = number(text, length, "a0", text_hex);
	int64_t delay = now_ns() - (int64_t)sent;

	sink->events++;
	if (delay < 0 || delay > INT64_C(60000000000))
		return; /* the first argument is something else */
	sink->delays = mem_grow(sink->delays, &sink->capacity, sink->count + 1, sizeof(*sink->delays));
	sink->delays[sink->count++] = delay;
}

static void
take_record(struct sink *sink, const struct record *record)
{
	struct line line;

	if (record->login == LOGIN && record_find_line(record, TYPE_SYSCALL, &line))
		take_call(sink, line.text, line.length);
	if (strcmp(record->event, "AUD_Lost_Recs") == 0 && record_find_line(record, TYPE_DAEMON_ERR, &line))
		sink->lost += number(line.text, line.length, "count", text_unsigned);
}

static void
rest(struct sink *sink, uint64_t position)
{
	if (sink->pause == 0 || position < sink->paused_at + 65536)
		return;
	sink->paused_at = position;
	usleep((useconds_t)sink->pause);
}

static void
complain(const char *text)
{
	warnx("%s", text);
}

static void
read_records(struct sink *sink)
{
	struct stream stream;
	struct record record;

	stream_init(&stream, STDIN_FILENO, "stdin", complain);
	while (stream_read(&stream, &record) == 1) {
		take_record(sink, &record);
		rest(sink, buffer_position(&stream.input.bytes));
	}
	if (stream.damaged > 0)
		errx(2, "damaged records");
	stream_clear(&stream);
}

static void
read_lines(struct sink *sink)
{
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;

	while ((length = getline(&line, &capacity, stdin)) > 0)
		if (strncmp(line, "type=SYSCALL ", 13) == 0 && number(line, (size_t)length, "auid", text_unsigned) == LOGIN)
			take_call(sink, line, (size_t)length);
	free(line);
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	struct sink sink = { 0 };
	bool lines = false;
	int option;

	while ((option = getopt(argc, argv, "o:p:t")) != -1)
		switch (option) {
		case 'o': /* auditd gives its plug-ins no output */
			if (freopen(optarg, "w", stdout) == NULL)
				err(1, "%s", optarg);
			break;
		case 'p':
			sink.pause = strtol(optarg, NULL, 10);
			break;
		case 't':
			lines = true;
			break;
		default:
			errx(64, "usage: sink [-o file] [-p microseconds] [-t]");
		}
	signal(SIGTERM, SIG_IGN); /* auditd ends its plug-ins so: the end of the input is meant */
	if (lines)
		read_lines(&sink);
	else
		read_records(&sink);
	if (sink.count > 0)
		qsort(sink.delays, sink.count, sizeof(*sink.delays), compare);
	printf("%" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 "\n", sink.events, sink.lost,
	    sink.count > 0 ? sink.delays[sink.count / 2] / 1000 : 0, sink.count > 0 ? sink.delays[sink.count * 99 / 100] / 1000 : 0);
	free(sink.delays);
	return 0;
}
