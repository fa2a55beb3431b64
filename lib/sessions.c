/* SPDX-License-Identifier: BSD-2-Clause */
#include "sessions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mem.h"
#include "span.h"

enum { FACTS_MAX = 2 * (int)sizeof(struct source) + 2 * 128 + 128 }; /* bytes: all of it as hexadecimal, and the names */

void
sessions_init(struct sessions *sessions)
{
	lru_init(&sessions->table, SESSIONS_MAX);
}

static void
forget(struct sessions *sessions, struct session *session)
{
	lru_remove(&sessions->table, &session->link);
	free(session->source);
	free(session->tag);
	free(session->facts);
	free(session);
}

/* After each change of what it holds; malloc() needs some bytes for itself. */
static void
weigh(struct sessions *sessions, struct session *session)
{
	enum { MALLOC = 16 };
	size_t tag = session->tag != NULL ? strlen(session->tag) + MALLOC : 0;

	lru_weigh(&sessions->table, &session->link,
	    sizeof(*session) + MALLOC + session->source_size + MALLOC + tag + session->facts_length + MALLOC);
	while (sessions->table.weight > SESSIONS_WEIGHT)
		forget(sessions, (struct session *)sessions->table.oldest);
}

void
sessions_clear(struct sessions *sessions)
{
	while (sessions->table.oldest != NULL)
		forget(sessions, (struct session *)sessions->table.oldest);
	lru_clear(&sessions->table);
}

static uint64_t
key_of(uint32_t host, uint32_t number)
{
	return (uint64_t)host << 32 | number;
}

struct session *
sessions_find(struct sessions *sessions, uint32_t host, uint32_t number)
{
	return (struct session *)lru_find(&sessions->table, key_of(host, number));
}

struct session *
sessions_begin(struct sessions *sessions, uint32_t host, uint32_t number)
{
	struct session *session = sessions_find(sessions, host, number);

	if (session != NULL)
		forget(sessions, session);
	else if (lru_is_full(&sessions->table))
		forget(sessions, (struct session *)sessions->table.oldest);
	session = mem_alloc_zero(1, sizeof(*session));
	session->number = number;
	lru_add(&sessions->table, &session->link, key_of(host, number));
	weigh(sessions, session);
	return session;
}

static void
make_facts_anew(struct sessions *sessions, struct session *session)
{
	free(session->facts);
	session->facts = NULL;
	session->facts_length = 0;
	weigh(sessions, session);
}

void
session_source(const struct session *session, struct source *source)
{
	source_unpack(source, session->source);
}

void
sessions_set_source(struct sessions *sessions, struct session *session, const struct source *source)
{
	free(session->source);
	session->source = source_pack(source, &session->source_size);
	session->told = source->told;
	make_facts_anew(sessions, session);
}

void
sessions_fill(struct sessions *sessions, struct session *session, const struct source *more)
{
	struct source source;

	session_source(session, &source);
	source_fill(&source, more);
	sessions_set_source(sessions, session, &source);
}

void
sessions_name(struct sessions *sessions, struct session *session, const char *user)
{
	time_t since = (time_t)(session->since / SECOND);
	struct tm utc;
	char when[32], tag[128];
	int length;

	if (session->tag != NULL || session->since == 0 || gmtime_r(&since, &utc) == NULL ||
	    strftime(when, sizeof(when), "%Y%m%dT%H%M%S", &utc) == 0)
		return;
	length = snprintf(tag, sizeof(tag), "%.64s@%s.%u", user, when, (unsigned)session->number);
	session->tag = mem_string(tag, (size_t)length);
	make_facts_anew(sessions, session);
}

static void
add_if_told(struct factline *line, const char *name, const char *value)
{
	if (value[0] != '\0')
		factline_add(line, name, value, strlen(value));
}

void
source_append(const struct source *source, struct factline *line)
{
	const char *origin = source_origin(source);

	add_if_told(line, "origin", origin);
	if (origin == source->address)
		add_if_told(line, "origin_host", source->host);
	add_if_told(line, "terminal", source->terminal);
	add_if_told(line, "service", source->service);
}

void
sessions_append(struct sessions *sessions, struct session *session, struct factline *line)
{
	char facts[FACTS_MAX];
	struct factline own = { facts, facts, facts + sizeof(facts) };
	struct source source;

	if (session->facts == NULL) {
		session_source(session, &source);
		source_append(&source, &own);
		if (session->tag != NULL)
			factline_add(&own, "tag", session->tag, strlen(session->tag));
		session->facts_length = factline_length(&own);
		session->facts = mem_string(facts, session->facts_length);
		weigh(sessions, session);
	}
	factline_join(line, session->facts, session->facts_length);
}
