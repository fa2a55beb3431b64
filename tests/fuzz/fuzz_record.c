/* The record: the checksum is made right first, so that what it hides is reached. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "bytes.h"
#include "crc32c.h"
#include "record.h"
#include "view.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct record record;
	struct view view = { 0 };
	const struct view_field *field;
	const char *problem, *facts;
	unsigned char *copy;
	size_t length;

	if (size < RECORD_HEADER)
		return 0;
	copy = malloc(size);
	memcpy(copy, data, size);
	put_le32(copy, RECORD_MAGIC);
	if ((length = record_length(copy)) != 0 && length <= size) {
		put_le32(copy + 8, crc32c(copy + 12, length - 12));
		if (record_parse(copy, length, &record, &problem) == 0) {
			facts = record_facts(&record, &length);
			if (facts != NULL)
				touch(facts, length);
			view_set(&view, &record);
			for (size_t n = 0; (field = view_at(&view, n)) != NULL; n++) {
				const char *text = view_text(&view, field, &length);

				touch(text, length);
			}
			view_clear(&view);
		}
	}
	free(copy);
	return 0;
}
