/* The stanza parser: files of the administrator, who may have any file there. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "stanza.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stanza_file file = { 0 };
	struct err error;

	if (stanza_parse(&file, "fuzz", (const char *)data, size, &error) == 0) {
		for (size_t i = 0; i < file.count; i++) {
			const struct stanza *stanza = &file.stanzas[i];

			touch(stanza->name, strlen(stanza->name));
			for (size_t j = 0; j < stanza->count; j++) {
				touch(stanza->attributes[j].name, strlen(stanza->attributes[j].name));
				touch(stanza->attributes[j].value, strlen(stanza->attributes[j].value));
			}
		}
	} else if (memchr(error.text, '\0', sizeof(error.text)) == NULL || error.text[0] == '\0') {
		abort();
	}
	stanza_clear(&file);
	return 0;
}
