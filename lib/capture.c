/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "header.h"
#include "record.h"
#include "rectype.h"

enum {
	TAIL_MAX = 4096 + 64,            /* bytes of an object event's tail: a path and some words */
	FACTS_MAX = 2048 + 2 * TAIL_MAX, /* bytes: the machine's, three names of at most 255 bytes, the tail: hexadecimal at worst */
	HITS_MAX = 64,                   /* object events that one event can make */
};

struct text {
	char *at, *end;
};

static void
append(struct text *text, const char *bytes, size_t length)
{
	if ((size_t)(text->end - text->at) < length)
		return;
	memcpy(text->at, bytes, length);
	text->at += length;
}

/* A byte that the kernel would not write between quotes (audit_string_contains_control() in kernel/audit.c). */
static bool
is_odd(const char *value, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (value[i] == '"' || value[i] < 0x21 || value[i] > 0x7e)
			return true;
	return false;
}

/* ` name="value"`, or hexadecimal where the kernel would write that, so that the one field parser reads it. */
static void
append_fact(struct text *text, const char *name, const char *value, size_t length)
{
	if (text->end - text->at < (ptrdiff_t)(strlen(name) + 2 * length + 4))
		return;
	if (text->at[-1] != '\0')
		append(text, " ", 1);
	append(text, name, strlen(name));
	append(text, "=", 1);
	if (!is_odd(value, length)) {
		append(text, "\"", 1);
		append(text, value, length);
		append(text, "\"", 1);
		return;
	}
	for (size_t i = 0; i < length; i++) {
		append(text, &"0123456789ABCDEF"[(unsigned char)value[i] >> 4], 1);
		append(text, &"0123456789ABCDEF"[value[i] & 15], 1);
	}
}

void
capture_stamp_machine(struct capture *capture)
{
	char buffer[sizeof(capture->machine.text) + 1] = "", host[256] = "", boot[40] = "";
	struct text text = { buffer + 1, buffer + sizeof(buffer) };
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (gethostname(host, sizeof(host) - 1) == 0)
		append_fact(&text, "host", host, strlen(host));
	if (file != NULL && fgets(boot, sizeof(boot), file) != NULL)
		append_fact(&text, "boot", boot, strcspn(boot, "\n"));
	if (file != NULL)
		fclose(file);
	capture->machine.length = (size_t)(text.at - (buffer + 1));
	memcpy(capture->machine.text, buffer + 1, capture->machine.length);
}

static void
append_name(struct text *text, struct capture *capture, const char *field, uint32_t id, struct record *record)
{
	const char *name = id == ID_UNSET ? NULL : users_name(&capture->users, id);

	if (name == NULL)
		return;
	append_fact(text, field, name, strlen(name));
	record->flags |= RECORD_NAMES;
}

/* The facts of one record, behind a leading NUL (see append_fact()); tail: NULL for none. Returns their length. */
static size_t
make_facts(struct capture *capture, const struct event *event, struct record *record, const char *tail, char buffer[FACTS_MAX])
{
	struct text text = { buffer + 1, buffer + FACTS_MAX };

	buffer[0] = '\0';
	append(&text, capture->machine.text, capture->machine.length);
	if (event->node != NULL && capture->machine.length == 0)
		append_fact(&text, "host", event->node, event->node_length);
	if (capture->live) {
		append_name(&text, capture, "login", record->login, record);
		append_name(&text, capture, "real", record->real, record);
		append_name(&text, capture, "effective", record->effective, record);
	}
	if (tail != NULL)
		append_fact(&text, "tail", tail, strlen(tail));
	return (size_t)(text.at - (buffer + 1));
}

static void
write_record(struct capture *capture, const struct event *event, struct record *record, const char *tail)
{
	char facts[FACTS_MAX];
	size_t length = make_facts(capture, event, record, tail, facts);

	record_write(capture->out, record, facts + 1, length);
	capture->written++;
	if (capture->unbuffered)
		(void)out_drain(capture->out); /* errors are sticky, and reported at the end */
	if (--capture->remaining == 0)
		capture->done = true;
}

/* The event once more for each object that it used, under the object's event. */
static void
write_object_records(struct capture *capture, const struct event *event, struct record *record)
{
	static const char *const modes[OBJECT_MODES] = { "read", "write", "execute" };
	struct object_hit hits[HITS_MAX];
	char tail[TAIL_MAX];
	size_t count;

	view_set(&capture->view, record);
	count = selection_objects(capture->selection, &capture->view, hits, HITS_MAX);
	for (size_t i = 0; i < count && !capture->done; i++) {
		struct record object = *record;

		snprintf(tail, sizeof(tail), "audit object %s event detected %.*s", modes[hits[i].mode], (int)hits[i].length,
		    hits[i].path);
		memset(object.event, 0, sizeof(object.event));
		memcpy(object.event, hits[i].object->events[hits[i].mode], strlen(hits[i].object->events[hits[i].mode]));
		write_record(capture, event, &object, tail);
	}
}

void
capture_event(struct capture *capture, const struct event *event)
{
	struct record record;

	if (capture->done)
		return;
	header_describe(event, &record);
	if (!capture->live)
		record.flags |= RECORD_REPLAYED;
	catalogue_name(selection_catalogue(capture->selection), &capture->view, &record);
	if (selection_takes(capture->selection, &record))
		write_record(capture, event, &record, NULL);
	if (!capture->done)
		write_object_records(capture, event, &record);
}

static void
emit(void *arg, const struct event *event)
{
	capture_event(arg, event);
}

void
capture_lost(struct capture *capture, enum lost_stage stage, uint64_t count)
{
	static const char *const stages[LOST_STAGES] = { "kernel", "socket", "queue" };
	unsigned char lines[256];
	char text[200];
	struct timespec now;
	struct event event = { .lines = lines, .count = 1, .ended = true };
	struct record record;
	int length = snprintf(text, sizeof(text), "op=lost-records stage=%s count=%llu pid=%d res=failed", stages[stage],
	    (unsigned long long)count, (int)getpid());

	capture->lost[stage] += count;
	clock_gettime(CLOCK_REALTIME, &now);
	event.time = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec / 1000000 * 1000000;
	event.size = (size_t)(line_put(lines, TYPE_DAEMON_ERR, 0, text, (size_t)length) - lines);
	header_describe(&event, &record);
	record.flags |= RECORD_MADE;
	strcpy(record.event, "AUD_Lost_Recs");
	snprintf(record.command, sizeof(record.command), "%s", program_invocation_short_name);
	if (!capture->done)
		write_record(capture, &event, &record, NULL);
}

int
capture_reload(struct capture *capture, struct err *error)
{
	struct selection *selection = selection_load(capture->source, error);

	if (selection == NULL)
		return -1;
	selection_free(capture->selection);
	capture->selection = selection;
	return 0;
}

void
capture_init(struct capture *capture)
{
	capture->assembler = assembler_new(emit, capture);
	if (capture->remaining == 0)
		capture->remaining = UINT64_MAX;
}

void
capture_clear(struct capture *capture)
{
	assembler_free(capture->assembler);
	users_clear(&capture->users);
	view_clear(&capture->view);
	selection_free(capture->selection);
}
