/*
 * Keys that trails are signed with: Ed25519. The secret half stays on the host that audits, the public half is kept elsewhere.
 *
 * A key file is text: lines that begin with `*` are comments, one line is `ed25519-secret BASE64` (the 32 bytes of the seed) or
 * `ed25519-public BASE64` (the 32 bytes of the public key).
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KEY_H
#define KEY_H

#include "err.h"

enum {
	KEY_SEED = 32,   /* bytes that a secret key is made from */
	KEY_SECRET = 64, /* bytes: the seed and the public half, as libsodium has it */
	KEY_PUBLIC = 32,
};

struct secret_key {
	unsigned char bytes[KEY_SECRET];
};

struct public_key {
	unsigned char bytes[KEY_PUBLIC];
};

/* A new key from the kernel's random numbers. Returns 0, or -1 with *error. */
int key_generate(struct secret_key *key, struct err *error);

/* The public half. */
void key_public_half(const struct secret_key *key, struct public_key *public);

/*
 * Reads a key file. A secret one must belong to us or to root, and nobody else may have any access to it: it is refused otherwise.
 * Returns 0, or -1 with *error.
 */
int key_load_secret(const char *path, struct secret_key *key, struct err *error);
int key_load_public(const char *path, struct public_key *key, struct err *error);

/* Writes a new file, mode 0600 or 0644, and syncs it; one that is there is an error. Returns 0, or -1 with *error. */
int key_save_secret(const char *path, const struct secret_key *key, struct err *error);
int key_save_public(const char *path, const struct public_key *key, struct err *error);

/* The public key as the file has it: for messages. Static bounds: KEY_TEXT bytes, NUL included. */
enum { KEY_TEXT = 48 };
void key_text(const struct public_key *key, char text[static KEY_TEXT]);

/* Leaves no trace in memory. */
void key_forget(struct secret_key *key);

#endif
