/*
 * From lines to records: assembles events, describes and names them, adds the facts that only this host knows, selects,
 * and appends to the output. Live capture and replay stand on it alike.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"
#include "facts.h"
#include "out.h"
#include "select.h"
#include "users.h"
#include "view.h"

/* Where records were lost. */
enum lost_stage {
	LOST_KERNEL, /* its backlog was full */
	LOST_SOCKET, /* its buffer was */
	LOST_QUEUE,  /* our own was, so that the socket was left alone */
	LOST_EVENTS, /* anywhere: their numbers never came (serials.h); counts events, not records */
	LOST_STAGES,
};

extern const char *const lost_stage_names[LOST_STAGES];

struct capture {
	struct assembler *assembler;
	const struct selection_source *source; /* what selection was loaded from */
	struct selection *selection;           /* owned from capture_init() on */
	struct out *out;
	uint64_t written; /* records */
	uint64_t lost[LOST_STAGES];
	uint64_t cut;       /* records of the kernel of which only the beginning is kept */
	uint64_t reads;     /* how often the configuration was read, again and at the start */
	uint64_t remaining; /* records until -n is reached */
	bool done;          /* -n is reached: what follows is dropped */
	bool unbuffered;    /* -u: each record is written at once */
	bool live;          /* names are resolved here and now */
	bool bare;          /* -F: without the facts that facts.h tells of */
	struct {
		char text[512]; /* host= and boot= of this machine, empty in a replay without -m */
		size_t length;
	} machine;
	struct users users;  /* names of uids; live only */
	struct facts *facts; /* NULL if bare */
	struct view view;
};

/*
 * Sets up an all-zero capture whose source, selection, out, remaining, unbuffered, live and bare are set; before privilege is dropped, for
 * users' names are asked by a process of their own, which is started here.
 */
void capture_init(struct capture *capture);
void capture_clear(struct capture *capture);

/* Makes records of an event. The capture's own assembler leads here. */
void capture_event(struct capture *capture, const struct event *event);

/* Every record says which machine it was captured on. */
void capture_stamp_machine(struct capture *capture);

/* Appends an AUD_Lost_Recs record: count kernel records (events: LOST_EVENTS) were lost at that stage. Passes any selection. */
void capture_lost(struct capture *capture, enum lost_stage stage, uint64_t count);

/* Reads the configuration again, between two events. Returns 0, or -1 with *error, and all stays as it was. */
int capture_reload(struct capture *capture, struct err *error);

#endif
