/* The file config: AIX's stanzas start, bin, stream, classes, users, role, WPARS. man/audit_config.5 describes it. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "stanza.h"

struct config;

/*
 * The directory that `audit start` runs its stream commands with: the environment variable AUDIT_STARTED, which must be an absolute
 * path. NULL if that is not what runs us.
 */
const char *config_started(void);

/* Where the files are if no option says otherwise: config_started(), else what was fixed when this was built. */
const char *config_directory(void);

/* Reads confdir/config, or its text; path is for messages. Returns NULL with *error "PATH:LINE: what: why". */
struct config *config_load(const char *confdir, struct err *error);
struct config *config_parse(const char *path, const char *text, size_t length, struct err *error);
void config_free(struct config *config);

enum binmode {
	BINMODE_OFF,
	BINMODE_ON,
	BINMODE_PANIC,
};

enum onfull {
	ONFULL_BLOCK,
	ONFULL_DROP,
	ONFULL_PANIC,
};

enum logins {
	LOGINS_ALWAYS,
	LOGINS_CLASSES,
};

enum records {
	RECORDS_FULL,
	RECORDS_NEEDED,
};

/* The stanzas start, bin and stream. What the file does not give is 0, or as said here. Strings live as long as the config. */
struct settings {
	/* start */
	int64_t binmode; /* enum binmode */
	int64_t onfull;  /* enum onfull: what happens to the system when records cannot be taken */
	int64_t records; /* enum records: which record types the kernel is to make */
	int64_t logins;  /* enum logins: whether logins and logouts are recorded whatever the user's classes are */
	int64_t backlog; /* records that the kernel may hold; 8192 */
	bool streammode;
	bool fullpath;
	bool ignorenonexistentity; /* users and files that are not there are skipped */
	/* bin */
	bool bincompact;
	const char *trail, *bin1, *bin2; /* /audit/trail, /audit/bin1, /audit/bin2 */
	const char *bincmds;             /* NULL: none */
	const char *backuppath;          /* NULL: none */
	const char *virtual_log;         /* NULL: none */
	const char *key;                 /* the secret key that trails are signed with; NULL: they are not */
	int64_t binsize;                 /* bytes; 0: bins are not switched */
	int64_t bytethreshold;           /* bytes written before they are synchronised; 0: no limit */
	int64_t eventthreshold;          /* events before that; 0: no limit */
	int64_t freespace;               /* blocks of 512 bytes; 65536; 0: no warnings */
	int64_t backupsize;              /* blocks of 512 bytes; 0: never */
	/* stream */
	bool streamcompact;
	const char *streamcmds; /* NULL: none */
};

const struct settings *config_settings(const struct config *config);

/* The users stanza, a line each, in the order of the file: 0 up to the first NULL. */
struct config_user {
	const char *name;    /* a login name, `default`, or `@group` */
	const char *classes; /* the list for config_set(): every class in it is there; empty means that nothing is audited */
	unsigned line;       /* in the file, for messages */
};

const struct config_user *config_user(const struct config *config, size_t index);
const char *config_path(const struct config *config); /* of the file, for messages */

/* The line of an attribute, for messages; 0 if it is not there. */
unsigned config_line(const struct config *config, const char *stanza, const char *name);

/*
 * The classes stanza: is the event, with that success, in the class? `ALL` holds every event. A member may be a class, and may carry
 * `+` (success only) or `-` (failure only). Returns 1, 0, or -1 if there is no such class.
 */
int config_in_class(const struct config *config, const char *class, const char *event, bool success);

/* The names of the classes, in the order of the file: 0 up to the first NULL. ALL is not among them. */
const char *config_class(const struct config *config, size_t index);

/* A class's members, events or classes, as the file has them: 0 up to the first NULL. *suffix is "", "+" or "-". */
const char *config_class_member(const struct config *config, size_t class, size_t index, const char **suffix);

/* The nearest class name, for "did you mean"; NULL if none is near. */
const char *config_nearest_class(const struct config *config, const char *class);

/*
 * Checks that the file names only events that are known: each member of a class which is no class itself is asked for.
 * Returns 0, or -1 with *error naming the first unknown one.
 */
int config_check_events(const struct config *config, bool (*known)(void *arg, const char *event), void *arg,
    struct err *error);

/* The events of several classes together: "general,files-". The config must outlive it. */
struct event_set;

/* Returns NULL with *error (without file and line) if the list is malformed or a class is not there. */
struct event_set *config_set(const struct config *config, const char *classes, struct err *error);
bool event_set_has(const struct event_set *set, const char *event, bool success);

/* Do both hold the same events, however their lists put it? A set is empty if it holds none. */
bool event_set_equal(const struct event_set *a, const struct event_set *b);
bool event_set_is_empty(const struct event_set *set);
void event_set_free(struct event_set *set);

/* What is wrong with this name of an event, or NULL. */
const char *event_name_problem(const char *name, size_t length);

#endif
