/* Heads and tails, and a section checked: the checksums are made right first, so that what they hide is reached. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "bytes.h"
#include "crc32c.h"
#include "section.h"

enum { CRC = 252 };

/* What was parsed is written back as it was, but for bytes that mean nothing. */
static void
same_again(const struct trail_head *head)
{
	unsigned char bytes[TRAIL_HEAD];
	struct trail_head again;
	const char *problem;

	trail_put_head(bytes, head);
	if (trail_parse_head(bytes, &again, &problem) == -1 || again.sequence != head->sequence || again.flags != head->flags ||
	    memcmp(&again.content, &head->content, sizeof(again.content)) != 0)
		abort();
}

static void
check_section(const unsigned char *head, const unsigned char *body, size_t size, const unsigned char *tail)
{
	struct section_check check;
	const char *problem = NULL;

	if (section_check_begin(&check, head, &problem) == -1) {
		touch(problem, strlen(problem));
		return;
	}
	section_check_body(&check, body, check.left < size ? (size_t)check.left : size);
	if (section_check_end(&check, tail, &problem) == 0)
		(void)section_follows(&check.head, &check.tail, &problem);
	touch(problem != NULL ? problem : "", 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char head[TRAIL_HEAD], tail[TRAIL_TAIL];
	struct trail_head parsed;
	struct trail_tail parsed_tail;
	const char *problem;

	if (size < TRAIL_HEAD + TRAIL_TAIL)
		return 0;
	memcpy(head, data, TRAIL_HEAD);
	memcpy(tail, data + size - TRAIL_TAIL, TRAIL_TAIL);
	put_le32(head + CRC, crc32c(head, CRC));
	put_le32(tail + CRC, crc32c(tail, CRC));
	if (trail_parse_head(head, &parsed, &problem) == 0) {
		touch(parsed.host, strlen(parsed.host));
		same_again(&parsed);
	}
	(void)trail_parse_tail(tail, &parsed_tail, &problem);
	check_section(head, data + TRAIL_HEAD, size - TRAIL_HEAD - TRAIL_TAIL, tail);
	return 0;
}
