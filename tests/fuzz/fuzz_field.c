/* The field parser: the first byte says which record type the text is a line of. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "field.h"
#include "rectype.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fields fields;
	struct field field;
	size_t count = 0, length;
	char *buffer;
	uint16_t type;

	if (size == 0)
		return 0;
	type = data[0] & 1 ? TYPE_EXECVE : TYPE_PATH;
	buffer = malloc(size);
	fields_init(&fields, (const char *)data + 1, size - 1);
	while (field_next(&fields, &field)) {
		const char *text = field_text(type, &field, buffer, size / 2, &length);

		touch(field.name, field.name_length);
		touch(field.value, field.length);
		touch(text, length);
		/* Each field takes at least a byte of the text: a parser that stands still would never end. */
		if (++count > size)
			abort();
	}
	if (fields.at != fields.end)
		abort();
	free(buffer);
	return 0;
}
