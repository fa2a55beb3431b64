/* `audit key`: a pair of keys for signing trails. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "key.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "file.h"
#include "mem.h"
#include "verbs.h"

/* Both of a key's files. */
struct pair {
	char *secret, *public;
};

static char *
join(const char *a, const char *b)
{
	char *text = mem_alloc(strlen(a) + strlen(b) + 1);

	strcpy(text, a);
	strcat(text, b);
	return text;
}

static void
name_pair(struct pair *pair, const char *path, const char *suffix)
{
	pair->secret = join(path, suffix);
	pair->public = join(path, *suffix == '\0' ? ".pub" : ".pub.new");
}

static void
clear_pair(struct pair *pair)
{
	free(pair->secret);
	free(pair->public);
}

static void
remove_pair(const struct pair *pair)
{
	(void)unlink(pair->public);
	(void)unlink(pair->secret);
}

/* Writes both, or neither. */
static int
save(const struct pair *pair, const struct secret_key *key, const struct public_key *public, struct err *error)
{
	if (key_save_secret(pair->secret, key, error) == -1)
		return -1;
	if (key_save_public(pair->public, public, error) == 0)
		return 0;
	(void)unlink(pair->secret);
	return -1;
}

/* What a run that was killed has left. Its secret key may be in its place, and what proves its signatures is not. */
static void
finish_killed(const struct pair *made, const struct pair *to)
{
	if (access(made->secret, F_OK) == -1 && access(made->public, F_OK) == 0)
		(void)rename(made->public, to->public);
	remove_pair(made);
}

/* Writes new files, and puts them in the place of the old ones: at any moment there is the public half of what signs. */
static int
replace(const struct pair *to, const char *path, const struct secret_key *key, const struct public_key *public, struct err *error)
{
	struct pair made;
	int rc;

	name_pair(&made, path, ".new");
	finish_killed(&made, to);
	rc = save(&made, key, public, error);
	if (rc == 0 && rename(made.secret, to->secret) == -1) {
		rc = err_set(error, "%s: %s", to->secret, strerror(errno));
		remove_pair(&made);
	} else if (rc == 0 && (rename(made.public, to->public) == -1 || file_sync_name(to->secret) == -1)) {
		rc = err_set(error, "%s: %s", to->public, strerror(errno));
	}
	clear_pair(&made);
	return rc;
}

/* The file that config names, or the one beside it. A wrong config ends the program: the key might go where nobody looks for it. */
static char *
default_path(const char *confdir)
{
	char *file = join(confdir, "/config"), *path = NULL;
	struct config *config = NULL;
	struct err error;

	if (access(file, F_OK) == 0 && (config = config_load(confdir, &error)) == NULL)
		errx(EXIT_USAGE, "%s", error.text);
	if (config != NULL && config_settings(config)->key != NULL)
		path = join(config_settings(config)->key, "");
	free(file);
	config_free(config);
	return path != NULL ? path : join(confdir, "/key");
}

int
verb_key(const char *confdir, const char *path, bool force)
{
	char *given = path != NULL ? mem_string(path, strlen(path)) : default_path(confdir);
	struct secret_key key;
	struct public_key public;
	struct pair pair;
	struct err error;
	char text[KEY_TEXT];
	int rc;

	name_pair(&pair, given, "");
	rc = key_generate(&key, &error);
	if (rc == 0) {
		key_public_half(&key, &public);
		if (!force && (access(pair.secret, F_OK) == 0 || access(pair.public, F_OK) == 0))
			rc = err_set(&error, "%s: there is a key already: what it has signed can only be verified with %s; -f replaces both",
			    pair.secret, pair.public);
	}
	if (rc == 0)
		rc = force ? replace(&pair, given, &key, &public, &error) : save(&pair, &key, &public, &error);
	key_forget(&key);
	if (rc == 0) {
		key_text(&public, text);
		printf("%s: %s\n", pair.public, text);
		if (fflush(stdout) == EOF)
			rc = err_set(&error, "stdout: %s", strerror(errno));
	}
	if (rc == -1)
		warnx("%s", error.text);
	clear_pair(&pair);
	free(given);
	return rc == 0 ? EXIT_OK : EXIT_FAILED;
}
