/* Real records for unit tests: the lines of tests/fixtures, or made ones, through the assembler into one record and its view. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIXTURE_H
#define FIXTURE_H

#include "check.h"
#include "event.h"
#include "header.h"
#include "view.h"

/* One record at a time: the event of that serial, or the last one. */
static struct view view;
static struct record record;
static unsigned char *lines;
static uint64_t wanted;
static void (*visit)(void); /* called for each event that is kept, if not NULL */

static inline void
keep(void *arg, const struct event *event)
{
	if (wanted != 0 && event->serial != wanted)
		return;
	free(lines);
	lines = (unsigned char *)exact_copy(event->lines, event->size);
	header_describe(event, &record);
	record.lines = lines;
	strcpy(record.event, "Test_Event");
	view_set(&view, &record);
	*(bool *)arg = true;
	if (visit != NULL)
		visit();
}

static inline void
push_lines(const char *text, size_t length)
{
	const char *end = text + length, *newline;
	bool found = false;
	struct assembler *assembler = assembler_new(keep, &found);
	struct logline line;

	for (; text < end; text = newline + 1) {
		newline = memchr(text, '\n', (size_t)(end - text));
		if (newline == NULL)
			newline = end;
		if (logline_parse(text, (size_t)(newline - text), &line) == 0)
			assembler_push(assembler, &line, 0);
	}
	assembler_flush(assembler);
	assembler_free(assembler);
	CHECK(found);
}

/* The event of that serial in tests/fixtures/NAME.log. */
static inline void
take(const char *name, uint64_t serial)
{
	char path[128];
	size_t length;
	char *text;

	snprintf(path, sizeof(path), "tests/fixtures/%s.log", name);
	text = read_file(path, &length);
	wanted = serial;
	push_lines(text, length);
	free(text);
}

/* Every event of tests/fixtures/NAME.log, in turn. */
static inline void
take_each(const char *name, void (*function)(void))
{
	visit = function;
	take(name, 0);
	visit = NULL;
}

/* The event of these lines; CALL begins a SYSCALL line of the given architecture and number. */
static inline void
take_text(const char *text)
{
	wanted = 0;
	push_lines(text, strlen(text));
}

#define STAMP "msg=audit(1.000:7): "

static inline void
take_call(const char *arch, unsigned number, const char *arguments, const char *more)
{
	char text[4096];

	snprintf(text, sizeof(text), "type=SYSCALL " STAMP "arch=%s syscall=%u success=yes exit=5 %s pid=9 comm=\"x\"\n%s", arch,
	    number, arguments, more);
	take_text(text);
}

#endif
