/* SPDX-License-Identifier: BSD-2-Clause */
#include "key.h"

#include <err.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static char directory[] = "/tmp/key.XXXXXX";
static struct err error;

static const char *
in_directory(const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static void
write_text(const char *name, const char *text)
{
	FILE *file = fopen(in_directory(name), "w");

	if (file == NULL || fputs(text, file) == EOF || fclose(file) == EOF)
		err(1, "%s", name);
	chmod(in_directory(name), 0600);
}

static void
there_and_back(void)
{
	struct secret_key secret, read_secret;
	struct public_key public, read_public;
	struct stat status;
	char text[KEY_TEXT], *content;
	size_t length;

	CHECK_NUMBER(key_generate(&secret, &error), 0);
	key_public_half(&secret, &public);
	umask(0);
	CHECK_NUMBER(key_save_secret(in_directory("secret"), &secret, &error), 0);
	CHECK(stat(in_directory("secret"), &status) == 0 && (status.st_mode & 07777) == 0600);
	CHECK_NUMBER(key_save_secret(in_directory("secret"), &secret, &error), -1);
	CHECK(strstr(error.text, "exists") != NULL);
	CHECK_NUMBER(key_save_public(in_directory("public"), &public, &error), 0);
	CHECK_NUMBER(key_load_secret(in_directory("secret"), &read_secret, &error), 0);
	CHECK(memcmp(&secret, &read_secret, sizeof(secret)) == 0);
	CHECK_NUMBER(key_load_public(in_directory("public"), &read_public, &error), 0);
	CHECK(memcmp(&public, &read_public, sizeof(public)) == 0);
	key_text(&public, text);
	content = read_file(in_directory("public"), &length);
	CHECK(content[0] == '*' && strstr(content, text) != NULL);
	free(content);
	key_forget(&read_secret);
	CHECK(read_secret.bytes[0] == 0 && memcmp(read_secret.bytes, read_secret.bytes + 1, KEY_SECRET - 1) == 0);
}

static void
open_to_others(void)
{
	static const mode_t modes[] = { 0640, 0620, 0604, 0601 };
	struct secret_key key;

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		chmod(in_directory("secret"), modes[i]);
		CHECK_NUMBER(key_load_secret(in_directory("secret"), &key, &error), -1);
		CHECK(strstr(error.text, "others have access") != NULL);
	}
	chmod(in_directory("secret"), 0600);
	CHECK_NUMBER(key_load_secret(in_directory("secret"), &key, &error), 0);
	if (geteuid() == 0 && chown(in_directory("secret"), 61234, 61234) == 0) {
		CHECK_NUMBER(key_load_secret(in_directory("secret"), &key, &error), -1);
		CHECK(strstr(error.text, "belongs to uid 61234") != NULL);
	}
}

static void
no_keys(void)
{
	static const char *const texts[] = {
		"",
		"* nothing\n",
		"ed25519-public AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		"ed25519-public AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		"ed25519-public ?AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"ed25519-secret AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"ed25519-public AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nand more\n",
	};
	struct public_key key;
	struct secret_key secret;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		write_text("bad", texts[i]);
		error.text[0] = '\0';
		CHECK_NUMBER(key_load_public(in_directory("bad"), &key, &error), -1);
		CHECK(strstr(error.text, "bad: not a key") != NULL);
	}
	write_text("good", "* comment\r\n\ned25519-public AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n");
	CHECK_NUMBER(key_load_public(in_directory("good"), &key, &error), 0);
	CHECK_NUMBER(key_load_secret(in_directory("good"), &secret, &error), -1);
	CHECK_NUMBER(key_load_public(in_directory("none"), &key, &error), -1);
	CHECK_NUMBER(key_load_secret(directory, &secret, &error), -1);
	CHECK(strstr(error.text, "not a file") != NULL);
}

int
main(void)
{
	static const char *const names[] = { "secret", "public", "bad", "good" };

	if (mkdtemp(directory) == NULL)
		err(1, "%s", directory);
	test("keys there and back", there_and_back);
	test("a secret key that others may read", open_to_others);
	test("what is no key", no_keys);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(in_directory(names[i]));
	rmdir(directory);
	return test_end();
}
