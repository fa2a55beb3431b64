/* SPDX-License-Identifier: BSD-2-Clause */
#include "select.h"

#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "field.h"
#include "mem.h"
#include "rectype.h"
#include "rules.h"
#include "subjects.h"

struct selection {
	struct catalogue *catalogue;
	struct config *config;     /* NULL where neither -c nor users count */
	struct event_set *events;  /* of -c; NULL without */
	struct subjects *subjects; /* NULL unless started, and so */
	struct objects *objects;
	bool logins; /* pass whatever the user's classes are */
};

/* The events of -c. Every class must be in the config. */
static int
load_classes(struct selection *selection, const struct selection_source *source, struct err *error)
{
	struct err why;

	if (source->classes == NULL)
		return 0;
	if (source->classes[strspn(source->classes, ", \t")] == '\0')
		return err_set(error, "-c: no class given");
	selection->events = config_set(selection->config, source->classes, &why);
	return selection->events != NULL ? 0 : err_set(error, "-c %s: %s/config: %s", source->classes, source->confdir, why.text);
}

static int
load(struct selection *selection, const struct selection_source *source, struct err *error)
{
	selection->catalogue = catalogue_load(source->confdir, error);
	if (selection->catalogue == NULL)
		return -1;
	if (source->classes == NULL && !source->started)
		return 0;
	selection->config = config_load(source->confdir, error);
	if (selection->config == NULL || load_classes(selection, source, error) == -1)
		return -1;
	if (!source->started)
		return 0;
	selection->logins = config_settings(selection->config)->logins == LOGINS_ALWAYS;
	/* `audit start` has said what there is to warn of, once for all streams. */
	selection->subjects = subjects_new(selection->config, NULL, error);
	if (selection->subjects == NULL)
		return -1;
	selection->objects = objects_load(source->confdir, NULL, error);
	return selection->objects == NULL ? -1 : 0;
}

struct selection *
selection_load(const struct selection_source *source, struct err *error)
{
	struct selection *selection = mem_alloc_zero(1, sizeof(*selection));

	if (load(selection, source, error) == 0)
		return selection;
	selection_free(selection);
	return NULL;
}

void
selection_free(struct selection *selection)
{
	if (selection == NULL)
		return;
	objects_free(selection->objects);
	subjects_free(selection->subjects);
	event_set_free(selection->events);
	config_free(selection->config);
	catalogue_free(selection->catalogue);
	free(selection);
}

struct catalogue *
selection_catalogue(const struct selection *selection)
{
	return selection->catalogue;
}

static bool
is_in_classes(const struct selection *selection, const char *event, bool success)
{
	return selection->events == NULL || event_set_has(selection->events, event, success);
}

/* A session that is opened or closed for another host: sshd tells no more of a command without a terminal. */
static bool
is_remote_session(const struct record *record)
{
	struct line line;
	struct field field;
	size_t offset = 0, length;
	const char *text;

	if (!record_next_line(record, &offset, &line) || (line.type != TYPE_USER_START && line.type != TYPE_USER_END))
		return false;
	text = line_body(&line, &length);
	return field_find(text, length, "addr", &field) && field.length > 0 && field.value[0] != '?';
}

/* Who comes and goes is known, as on HP-UX: logins, failed ones too, and logouts. */
static bool
is_login(const struct record *record)
{
	static const char *const events[] = { "USER_Login", "USER_Logout", "TERM_Logout" };

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (strcmp(record->event, events[i]) == 0)
			return true;
	return is_remote_session(record);
}

bool
selection_takes(const struct selection *selection, const struct record *record)
{
	bool success = record->result == RESULT_OK;

	if ((selection->events == NULL && selection->subjects == NULL) || strcmp(record->event, "AUD_Lost_Recs") == 0)
		return true;
	return is_in_classes(selection, record->event, success) &&
	    (selection->subjects == NULL || (selection->logins && is_login(record)) ||
		subjects_take(selection->subjects, record->login, record->real, record->event, success));
}

size_t
selection_objects(const struct selection *selection, struct view *view, struct object_hit *hits, size_t max)
{
	bool success = view->record->result == RESULT_OK;
	size_t count, kept = 0;

	if (selection->objects == NULL)
		return 0;
	count = objects_match(selection->objects, view, RULES_OBJECT_KEY, hits, max);
	for (size_t i = 0; i < count; i++)
		if (is_in_classes(selection, hits[i].object->events[hits[i].mode], success))
			hits[kept++] = hits[i];
	return kept;
}
