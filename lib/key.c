/* SPDX-License-Identifier: BSD-2-Clause */
#include "key.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

_Static_assert(KEY_SEED == crypto_sign_SEEDBYTES && (int)KEY_SECRET == crypto_sign_SECRETKEYBYTES &&
	(int)KEY_PUBLIC == crypto_sign_PUBLICKEYBYTES,
    "Ed25519's sizes");
_Static_assert((int)KEY_SEED == (int)KEY_PUBLIC, "both are written alike");

enum {
	FILE_MAX = 4096, /* bytes of a key file */
	FORM = sodium_base64_VARIANT_ORIGINAL,
};
_Static_assert((int)KEY_TEXT >= sodium_base64_ENCODED_LEN(KEY_PUBLIC, FORM), "base64 of a key fits");

static const char SECRET[] = "ed25519-secret ", PUBLIC[] = "ed25519-public ";

static int
start_sodium(struct err *error)
{
	return sodium_init() == -1 ? err_set(error, "libsodium cannot be used: no random numbers") : 0;
}

int
key_generate(struct secret_key *key, struct err *error)
{
	struct public_key public;

	if (start_sodium(error) == -1)
		return -1;
	crypto_sign_keypair(public.bytes, key->bytes);
	return 0;
}

void
key_public_half(const struct secret_key *key, struct public_key *public)
{
	crypto_sign_ed25519_sk_to_pk(public->bytes, key->bytes);
}

/* The one line that is no comment and not empty. Returns NULL if there is none, or more than one. */
static char *
only_line(char *text)
{
	char *found = NULL, *line;

	while ((line = strsep(&text, "\n")) != NULL) {
		line[strcspn(line, "\r")] = '\0';
		if (*line == '*' || *line == '\0')
			continue;
		if (found != NULL)
			return NULL;
		found = line;
	}
	return found;
}

/* Takes the KEY_SEED (or KEY_PUBLIC) bytes out of the text of a file. */
static int
read_text(const char *path, char *text, const char *kind, unsigned char *bytes, struct err *error)
{
	const char *line = only_line(text);
	size_t length;

	if (line == NULL)
		return err_set(error, "%s: not a key: must be one line `%sBASE64` beside comments (*)", path, kind);
	if (strncmp(line, kind, strlen(kind)) != 0)
		return err_set(error, "%s: not a key of this kind: must begin with `%s`", path, kind);
	line += strlen(kind);
	if (sodium_base642bin(bytes, KEY_SEED, line, strlen(line), NULL, &length, NULL, FORM) == -1 || length != KEY_SEED)
		return err_set(error, "%s: not a key: must be base64 of %d bytes", path, KEY_SEED);
	return 0;
}

/* Nobody but us, or root, may have had the chance to read or to exchange it. */
static int
check_private(const char *path, int fd, struct err *error)
{
	struct stat status;

	if (fstat(fd, &status) == -1)
		return err_set(error, "%s: %s", path, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return err_set(error, "%s: not a file", path);
	if (status.st_uid != geteuid() && status.st_uid != 0)
		return err_set(error, "%s: belongs to uid %u: a secret key must belong to root or to the user of this program", path,
		    (unsigned)status.st_uid);
	if (status.st_mode & (S_IRWXG | S_IRWXO))
		return err_set(error, "%s: mode %04o: others have access to this secret key: chmod 0600 it, or better make a new one", path,
		    (unsigned)status.st_mode & 07777);
	return 0;
}

static int
load(const char *path, const char *kind, unsigned char *bytes, struct err *error)
{
	char text[FILE_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), rc = 0;
	ssize_t n = 0;

	if (fd == -1)
		return err_set(error, "%s: %s", path, strerror(errno));
	if (kind == SECRET)
		rc = check_private(path, fd, error);
	if (rc == 0 && (n = read(fd, text, sizeof(text) - 1)) == -1)
		rc = err_set(error, "%s: %s", path, strerror(errno));
	close(fd);
	if (rc == 0) {
		text[n] = '\0';
		rc = read_text(path, text, kind, bytes, error);
	}
	sodium_memzero(text, sizeof(text));
	return rc;
}

int
key_load_secret(const char *path, struct secret_key *key, struct err *error)
{
	unsigned char seed[KEY_SEED], public[KEY_PUBLIC];

	if (start_sodium(error) == -1 || load(path, SECRET, seed, error) == -1)
		return -1;
	crypto_sign_seed_keypair(public, key->bytes, seed);
	sodium_memzero(seed, sizeof(seed));
	return 0;
}

int
key_load_public(const char *path, struct public_key *key, struct err *error)
{
	return start_sodium(error) == -1 ? -1 : load(path, PUBLIC, key->bytes, error);
}

static int
write_synced(int fd, const char *text)
{
	size_t length = strlen(text);
	ssize_t n = write(fd, text, length);

	if (n >= 0 && (size_t)n != length)
		errno = ENOSPC;
	return n == (ssize_t)length ? fsync(fd) : -1;
}

static int
save(const char *path, mode_t mode, const char *text, struct err *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode), rc = 0;

	if (fd == -1)
		return err_set(error, "%s: %s", path, strerror(errno));
	if (fchmod(fd, mode) == -1 || write_synced(fd, text) == -1 || file_sync_name(path) == -1) { /* whatever the umask is */
		rc = err_set(error, "%s: %s", path, strerror(errno));
		unlink(path);
	}
	close(fd);
	return rc;
}

int
key_save_secret(const char *path, const struct secret_key *key, struct err *error)
{
	char line[KEY_TEXT], text[256];
	int rc;

	/* libsodium's secret key begins with its seed. */
	sodium_bin2base64(line, sizeof(line), key->bytes, KEY_SEED, FORM);
	snprintf(text, sizeof(text), "* auditstream's secret key: signs trails, is to stay on this host, mode 0600\n%s%s\n", SECRET, line);
	rc = save(path, 0600, text, error);
	sodium_memzero(line, sizeof(line));
	sodium_memzero(text, sizeof(text));
	return rc;
}

int
key_save_public(const char *path, const struct public_key *key, struct err *error)
{
	char line[KEY_TEXT], text[256];

	key_text(key, line);
	snprintf(text, sizeof(text), "* auditstream's public key: proves signed trails, is to be kept on another host\n%s%s\n", PUBLIC, line);
	return save(path, 0644, text, error);
}

void
key_text(const struct public_key *key, char text[static KEY_TEXT])
{
	sodium_bin2base64(text, KEY_TEXT, key->bytes, KEY_PUBLIC, FORM);
}

void
key_forget(struct secret_key *key)
{
	sodium_memzero(key->bytes, sizeof(key->bytes));
}
