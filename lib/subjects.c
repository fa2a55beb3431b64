/*
 * A user's own line counts alone; without one, the lines of all groups that the user belongs to count together; without those,
 * `default`. Everything is kept by uid, for that is what the kernel's records hold.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "subjects.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "record.h"
#include "strmap.h"
#include "text.h"

/* A set, and what it owns. */
struct members {
	struct subject_set set;
	struct event_set *events;
	uint32_t *uids;
	size_t capacity;
};

struct entry {
	uint32_t uid;
	uint32_t set;
};

struct subjects {
	struct members *sets; /* the first is the default */
	size_t count, capacity;
	struct entry *entries; /* of the users who are not in the default, sorted by uid */
	size_t entry_count, entry_capacity;
};

/* One line of the users stanza, as it concerns one user. */
struct claim {
	uint32_t uid;
	bool own; /* not by a group */
	const struct config_user *user;
};

struct person {
	uint32_t uid, gid;
};

struct resolver {
	struct subjects *subjects;
	const struct config *config;
	void (*warn)(const char *text);
	struct err *error;
	struct claim *claims;
	size_t count, capacity;
	struct person *people; /* everybody whom the system enumerates; read when a group first asks */
	size_t people_count, people_capacity;
	struct strmap sets; /* by the text of the list */
	struct arena arena;
};

static const char *
describe(const struct resolver *resolver, const struct config_user *user, const char *what, struct err *text)
{
	struct shown shown;
	bool group = user->name[0] == '@';

	err_set(text, "%s:%u: %s `%s`: %s", config_path(resolver->config), user->line, group ? "group" : "user",
	    err_show(&shown, user->name + group, strlen(user->name + group)), what);
	return text->text;
}

static int
complain(struct resolver *resolver, const struct config_user *user, const char *what)
{
	describe(resolver, user, what, resolver->error);
	return -1;
}

static void
warn(struct resolver *resolver, const struct config_user *user, const char *what)
{
	struct err text;

	if (resolver->warn != NULL)
		resolver->warn(describe(resolver, user, what, &text));
}

/* What the system answers where there is no such name (getpwnam(3)): anything else means that it could not tell. */
static bool
is_absent(int error)
{
	return error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM;
}

/* A name that could not be resolved, for the reason that errno gave. */
static int
not_found(struct resolver *resolver, const struct config_user *user, const char *what, int error)
{
	char text[128];

	if (!is_absent(error)) {
		snprintf(text, sizeof(text), "cannot be looked up: %s", strerror(error));
		return complain(resolver, user, text);
	}
	if (!config_settings(resolver->config)->ignorenonexistentity)
		return complain(resolver, user, what);
	snprintf(text, sizeof(text), "%s: skipped", what);
	warn(resolver, user, text);
	return 0;
}

/* The number that a user or group is given by; ID_UNSET is nobody. */
static bool
number_of(const char *name, uint32_t *id)
{
	uint64_t number;

	if (!text_unsigned(name, strlen(name), &number) || number >= ID_UNSET)
		return false;
	*id = (uint32_t)number;
	return true;
}

static void
add_claim(struct resolver *resolver, uint32_t uid, const struct config_user *user)
{
	resolver->claims = mem_grow(resolver->claims, &resolver->capacity, resolver->count + 1, sizeof(*resolver->claims));
	resolver->claims[resolver->count++] = (struct claim){ .uid = uid, .own = user->name[0] != '@', .user = user };
}

static int
resolve_user(struct resolver *resolver, const struct config_user *user)
{
	const struct passwd *found;
	uint32_t uid;

	errno = 0;
	found = getpwnam(user->name);
	if (found != NULL)
		uid = found->pw_uid;
	else if (!number_of(user->name, &uid))
		return not_found(resolver, user, "no such user", errno);
	add_claim(resolver, uid, user);
	return 0;
}

static void
read_people(struct resolver *resolver)
{
	const struct passwd *user;

	if (resolver->people != NULL)
		return;
	resolver->people = mem_grow(NULL, &resolver->people_capacity, 64, sizeof(*resolver->people));
	setpwent();
	while ((user = getpwent()) != NULL) {
		resolver->people = mem_grow(resolver->people, &resolver->people_capacity, resolver->people_count + 1,
		    sizeof(*resolver->people));
		resolver->people[resolver->people_count++] = (struct person){ user->pw_uid, user->pw_gid };
	}
	endpwent();
}

/* Those who have the group as their primary one: the group itself does not name them. */
static void
claim_primary(struct resolver *resolver, uint32_t gid, const struct config_user *user)
{
	read_people(resolver);
	for (size_t i = 0; i < resolver->people_count; i++)
		if (resolver->people[i].gid == gid)
			add_claim(resolver, resolver->people[i].uid, user);
}

/* A member who is no user any more is no mistake of the configuration's. */
static int
claim_member(struct resolver *resolver, const char *member, const struct config_user *user)
{
	const struct passwd *found;
	struct shown shown;
	char text[256];
	int error;

	errno = 0;
	found = getpwnam(member);
	error = errno;
	if (found != NULL) {
		add_claim(resolver, found->pw_uid, user);
		return 0;
	}
	err_show(&shown, member, strlen(member));
	if (!is_absent(error)) {
		snprintf(text, sizeof(text), "member `%s` cannot be looked up: %s", shown.text, strerror(error));
		return complain(resolver, user, text);
	}
	snprintf(text, sizeof(text), "member `%s`: no such user: skipped", shown.text);
	warn(resolver, user, text);
	return 0;
}

static int
resolve_group(struct resolver *resolver, const struct config_user *user)
{
	const char *name = user->name + 1;
	const struct group *group;
	uint32_t gid = ID_UNSET;
	int error;

	errno = 0;
	group = getgrnam(name);
	error = errno;
	if (group == NULL && number_of(name, &gid))
		group = getgrgid(gid);
	if (group == NULL && gid == ID_UNSET)
		return not_found(resolver, user, "no such group", error);
	for (char **member = group == NULL ? NULL : group->gr_mem; member != NULL && *member != NULL; member++)
		if (claim_member(resolver, *member, user) == -1)
			return -1;
	claim_primary(resolver, group == NULL ? gid : group->gr_gid, user);
	return 0;
}

/* By user; a user's own lines first; lines in the order of the file. */
static int
compare_claims(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;

	if (x->uid != y->uid)
		return x->uid < y->uid ? -1 : 1;
	if (x->own != y->own)
		return x->own ? -1 : 1;
	return (x->user->line > y->user->line) - (x->user->line < y->user->line);
}

/* The index of the set with these events, which is made if there is none. Takes the events over. */
static uint32_t
set_of_events(struct subjects *subjects, struct event_set *events, unsigned line)
{
	for (size_t i = 0; i < subjects->count; i++)
		if (event_set_equal(subjects->sets[i].events, events)) {
			event_set_free(events);
			return (uint32_t)i;
		}
	subjects->sets = mem_grow(subjects->sets, &subjects->capacity, subjects->count + 1, sizeof(*subjects->sets));
	subjects->sets[subjects->count] = (struct members){
		.set = { .events = events, .line = line, .is_default = subjects->count == 0 },
		.events = events,
	};
	return (uint32_t)subjects->count++;
}

/* As set_of_events(), by the list of classes; many users have the same one. Returns -1 with the error set. */
static int
set_of_list(struct resolver *resolver, const char *list, const struct config_user *user, uint32_t *set)
{
	const uint32_t *known = strmap_find(&resolver->sets, list);
	struct event_set *events;
	struct err why;

	if (known != NULL) {
		*set = *known;
		return 0;
	}
	events = config_set(resolver->config, list, &why);
	if (events == NULL)
		return complain(resolver, user, why.text);
	*set = set_of_events(resolver->subjects, events, user->line);
	*strmap_add(&resolver->sets, list, NULL) = *set;
	return 0;
}

/* The classes of several lines as one list. */
static const char *
join_lists(struct resolver *resolver, const struct claim *claims, size_t count)
{
	size_t length = 1;
	char *list, *to;

	if (count == 1)
		return claims[0].user->classes;
	for (size_t i = 0; i < count; i++)
		length += strlen(claims[i].user->classes) + 1;
	list = to = arena_alloc(&resolver->arena, length);
	*to = '\0';
	for (size_t i = 0; i < count; i++) {
		const char *classes = claims[i].user->classes;

		if (classes[strspn(classes, " \t")] == '\0' || (i > 0 && claims[i].user == claims[i - 1].user))
			continue;
		if (to != list)
			*to++ = ',';
		to = stpcpy(to, classes);
	}
	return list;
}

static void
warn_of_namesakes(struct resolver *resolver, const struct claim *claims, size_t count)
{
	struct shown shown;
	char text[256];

	for (size_t i = 1; i < count; i++) {
		const struct config_user *first = claims[0].user;

		snprintf(text, sizeof(text), "has uid %u, as `%s` of line %u has: their classes count together", claims[i].uid,
		    err_show(&shown, first->name, strlen(first->name)), first->line);
		warn(resolver, claims[i].user, text);
	}
}

static void
add_member(struct subjects *subjects, uint32_t set, uint32_t uid, unsigned line)
{
	struct members *members = &subjects->sets[set];

	if (members->set.is_default)
		return;
	if (line < members->set.line)
		members->set.line = line;
	members->uids = mem_grow(members->uids, &members->capacity, members->set.count + 1, sizeof(*members->uids));
	members->uids[members->set.count++] = uid;
	members->set.uids = members->uids;
	subjects->entries = mem_grow(subjects->entries, &subjects->entry_capacity, subjects->entry_count + 1,
	    sizeof(*subjects->entries));
	subjects->entries[subjects->entry_count++] = (struct entry){ uid, set };
}

/* All claims are of one user. */
static int
place_user(struct resolver *resolver, const struct claim *claims, size_t count)
{
	size_t own = 0;
	uint32_t set;

	while (own < count && claims[own].own)
		own++;
	if (own > 0)
		count = own;
	warn_of_namesakes(resolver, claims, own);
	if (set_of_list(resolver, join_lists(resolver, claims, count), claims[0].user, &set) == -1)
		return -1;
	add_member(resolver->subjects, set, claims[0].uid, claims[0].user->line);
	return 0;
}

static int
place_users(struct resolver *resolver)
{
	size_t next;

	if (resolver->count > 0)
		qsort(resolver->claims, resolver->count, sizeof(*resolver->claims), compare_claims);
	for (size_t i = 0; i < resolver->count; i = next) {
		for (next = i + 1; next < resolver->count && resolver->claims[next].uid == resolver->claims[i].uid; next++)
			;
		if (place_user(resolver, &resolver->claims[i], next - i) == -1)
			return -1;
	}
	return 0;
}

static bool
is_default(const struct config_user *user)
{
	return strcmp(user->name, "default") == 0;
}

/* The default is the first set; where the file has none, it is one without events. */
static int
place_default(struct resolver *resolver)
{
	const struct config_user none = { .name = "default", .classes = "" }, *user;
	uint32_t set;

	for (size_t i = 0; (user = config_user(resolver->config, i)) != NULL; i++)
		if (is_default(user))
			break;
	return set_of_list(resolver, user == NULL ? none.classes : user->classes, user == NULL ? &none : user, &set);
}

static int
resolve_line(struct resolver *resolver, const struct config_user *user)
{
	if (is_default(user))
		return 0;
	return user->name[0] == '@' ? resolve_group(resolver, user) : resolve_user(resolver, user);
}

static int
resolve(struct resolver *resolver)
{
	const struct config_user *user;

	for (size_t i = 0; (user = config_user(resolver->config, i)) != NULL; i++)
		if (resolve_line(resolver, user) == -1)
			return -1;
	return place_default(resolver) == -1 ? -1 : place_users(resolver);
}

struct subjects *
subjects_new(const struct config *config, void (*warn_of)(const char *text), struct err *error)
{
	struct resolver resolver = {
		.subjects = mem_alloc_zero(1, sizeof(struct subjects)),
		.config = config,
		.warn = warn_of,
		.error = error,
	};
	int rc = resolve(&resolver);

	free(resolver.claims);
	free(resolver.people);
	strmap_clear(&resolver.sets);
	arena_clear(&resolver.arena);
	if (rc == 0)
		return resolver.subjects;
	subjects_free(resolver.subjects);
	return NULL;
}

void
subjects_free(struct subjects *subjects)
{
	if (subjects == NULL)
		return;
	for (size_t i = 0; i < subjects->count; i++) {
		event_set_free(subjects->sets[i].events);
		free(subjects->sets[i].uids);
	}
	free(subjects->sets);
	free(subjects->entries);
	free(subjects);
}

const struct subject_set *
subjects_at(const struct subjects *subjects, size_t index)
{
	if (index >= subjects->count)
		return NULL;
	return &subjects->sets[index + 1 < subjects->count ? index + 1 : 0].set;
}

/* The set of a user: the default, unless the user is listed. */
static const struct members *
set_of(const struct subjects *subjects, uint32_t uid)
{
	size_t low = 0, high = subjects->entry_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (subjects->entries[middle].uid == uid)
			return &subjects->sets[subjects->entries[middle].set];
		if (subjects->entries[middle].uid < uid)
			low = middle + 1;
		else
			high = middle;
	}
	return &subjects->sets[0];
}

bool
subjects_take(const struct subjects *subjects, uint32_t login, uint32_t real, const char *event, bool success)
{
	return event_set_has(set_of(subjects, login == ID_UNSET ? real : login)->events, event, success);
}
