/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bytes.h"
#include "factline.h"
#include "header.h"
#include "record.h"
#include "rectype.h"

enum {
	TAIL_MAX = 4096 + 64,            /* bytes of an object event's tail: a path and some words */
	FACTS_MAX = 6144 + 2 * TAIL_MAX, /* bytes: the machine's, three names, what facts.h tells, the tail; as hexadecimal at worst */
	HITS_MAX = 64,                   /* object events that one event can make */
};

void
capture_stamp_machine(struct capture *capture)
{
	char host[256] = "", boot[40] = "", *text = capture->machine.text;
	struct factline line = { text, text, text + sizeof(capture->machine.text) };
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (gethostname(host, sizeof(host) - 1) == 0)
		factline_add(&line, "host", host, strlen(host));
	if (file != NULL && fgets(boot, sizeof(boot), file) != NULL)
		factline_add(&line, "boot", boot, strcspn(boot, "\n"));
	if (file != NULL)
		fclose(file);
	capture->machine.length = factline_length(&line);
}

static void
add_name(struct factline *line, struct capture *capture, const char *field, uint32_t id, struct record *record)
{
	const char *name = id == ID_UNSET ? NULL : users_name(&capture->users, id);

	if (name == NULL)
		return;
	factline_add(line, field, name, strlen(name));
	record->flags |= RECORD_NAMES;
}

/* The facts of one record; tail: NULL for none. Returns their length. */
static size_t
make_facts(struct capture *capture, const struct event *event, struct record *record, const char *tail, char buffer[FACTS_MAX])
{
	struct factline line = { buffer, buffer, buffer + FACTS_MAX };

	factline_join(&line, capture->machine.text, capture->machine.length);
	if (event->node != NULL && capture->machine.length == 0)
		factline_add(&line, "host", event->node, event->node_length);
	if (capture->live) {
		add_name(&line, capture, "login", record->login, record);
		add_name(&line, capture, "real", record->real, record);
		add_name(&line, capture, "effective", record->effective, record);
	}
	if (capture->facts != NULL && (record->flags & RECORD_MADE) == 0)
		facts_append(capture->facts, record, &line);
	if (tail != NULL)
		factline_add(&line, "tail", tail, strlen(tail));
	return factline_length(&line);
}

static void
write_record(struct capture *capture, const struct event *event, struct record *record, const char *tail)
{
	char facts[FACTS_MAX];
	size_t length = make_facts(capture, event, record, tail, facts);

	record_write(capture->out, record, facts, length);
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

/* A program's message does not name its parent. */
static void
learn(struct facts *facts, const struct event *event, struct record *record)
{
	facts_learn(facts, event, record);
	if (record->ppid == 0)
		record->ppid = facts_parent(facts);
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
	if (capture->live && event->count > 0)
		users_notice(&capture->users, get_le16(event->lines));
	if (capture->facts != NULL)
		learn(capture->facts, event, &record);
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

const char *const lost_stage_names[LOST_STAGES] = { "kernel", "socket", "queue", "events" };

void
capture_lost(struct capture *capture, enum lost_stage stage, uint64_t count)
{
	unsigned char lines[256];
	char text[200];
	struct timespec now;
	struct event event = { .lines = lines, .count = 1, .ended = true };
	struct record record;
	int length = snprintf(text, sizeof(text), "op=lost-records stage=%s count=%llu pid=%d res=failed", lost_stage_names[stage],
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
	capture->reads++;
	return 0;
}

void
capture_init(struct capture *capture)
{
	capture->assembler = assembler_new(emit, capture);
	capture->reads = 1;
	if (capture->live)
		users_init(&capture->users, resolver_system);
	if (!capture->bare)
		capture->facts = facts_new(capture->live && procfs_is_usable() ? &process_source_proc : NULL,
		    capture->live ? &capture->users : NULL);
	if (capture->remaining == 0)
		capture->remaining = UINT64_MAX;
}

void
capture_clear(struct capture *capture)
{
	assembler_free(capture->assembler);
	facts_free(capture->facts);
	users_clear(&capture->users);
	view_clear(&capture->view);
	selection_free(capture->selection);
}
