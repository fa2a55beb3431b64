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
	free(session->facts);
	free(session);
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
	return session;
}

static void
make_facts_anew(struct session *session)
{
	free(session->facts);
	session->facts = NULL;
}

void
session_fill(struct session *session, const struct source *more)
{
	source_fill(&session->source, more);
	make_facts_anew(session);
}

void
session_name(struct session *session, const char *user)
{
	time_t since = (time_t)(session->since / SECOND);
	struct tm utc;
	char when[32];

	if (session->tag[0] != '\0' || session->since == 0 || gmtime_r(&since, &utc) == NULL ||
	    strftime(when, sizeof(when), "%Y%m%dT%H%M%S", &utc) == 0)
		return;
	snprintf(session->tag, sizeof(session->tag), "%.64s@%s.%u", user, when, (unsigned)session->number);
	make_facts_anew(session);
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
session_append(struct session *session, struct factline *line)
{
	char facts[FACTS_MAX];
	struct factline own = { facts, facts, facts + sizeof(facts) };

	if (session->facts == NULL) {
		source_append(&session->source, &own);
		add_if_told(&own, "tag", session->tag);
		session->facts_length = factline_length(&own);
		session->facts = mem_string(facts, session->facts_length);
	}
	factline_join(line, session->facts, session->facts_length);
}
