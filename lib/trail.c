/* SPDX-License-Identifier: BSD-2-Clause */
#include "trail.h"

#include <string.h>

#include "bytes.h"
#include "crc32c.h"

/* What a head and a tail have in common; doc/trail-format.md is the same table. What no field fills is 0. */
enum {
	AT_FRAME = 0,
	AT_FRAME_LENGTH = 4,
	AT_MAGIC = 8,
	AT_VERSION = 16,
	AT_FLAGS = 20,
	AT_BIN = 24,
	AT_PART = 40,
	AT_SEQUENCE = 48,
	AT_CRC = 252,
	SIZE = 256,
};

enum {
	HEAD_FRAME = 0x184d2a5a,
	HEAD_CREATED = 56,
	HEAD_HOST = 64,
	HEAD_CONTENT = 128,
	HEAD_PREVIOUS = 168,
};

enum {
	TAIL_FRAME = 0x184d2a5b,
	TAIL_CONTENT = 56,
	TAIL_HASH = 96,
	TAIL_KEY = 128,
};

enum {
	FRAME = 8, /* bytes of a skippable frame's own header: RFC 8878, 3.1.2 */
	CONTENT = 40,
};

_Static_assert((int)TRAIL_HEAD == SIZE && (int)TRAIL_TAIL == SIZE && AT_CRC + 4 == SIZE && AT_BIN + TRAIL_BIN_ID == AT_PART, "common fields");
_Static_assert(HEAD_HOST + TRAIL_HOST == HEAD_CONTENT && HEAD_CONTENT + CONTENT == HEAD_PREVIOUS &&
	HEAD_PREVIOUS + TRAIL_HASH <= AT_CRC,
    "a head's fields");
_Static_assert(TAIL_CONTENT + CONTENT == TAIL_HASH && TAIL_HASH + TRAIL_HASH == TAIL_KEY &&
	TAIL_KEY + TRAIL_KEY <= TRAIL_TAIL_SIGNED && TRAIL_TAIL_SIGNED + TRAIL_SIGNATURE <= AT_CRC,
    "a tail's fields");

/* How a head and a tail begin. */
struct kind {
	uint32_t frame;
	char magic[8];
};

static const struct kind HEAD = { HEAD_FRAME, "AUDTHEAD" }, TAIL = { TAIL_FRAME, "AUDTTAIL" };

static void
put_content(unsigned char *to, const struct trail_content *content)
{
	put_le64(to, content->records);
	put_le64(to + 8, content->body);
	put_le64(to + 16, content->unpacked);
	put_le64(to + 24, (uint64_t)content->first);
	put_le64(to + 32, (uint64_t)content->last);
}

static void
get_content(const unsigned char *from, struct trail_content *content)
{
	content->records = get_le64(from);
	content->body = get_le64(from + 8);
	content->unpacked = get_le64(from + 16);
	content->first = (int64_t)get_le64(from + 24);
	content->last = (int64_t)get_le64(from + 32);
}

static void
put_frame(unsigned char *to, const struct kind *kind)
{
	memset(to, 0, SIZE);
	put_le32(to + AT_FRAME, kind->frame);
	put_le32(to + AT_FRAME_LENGTH, SIZE - FRAME);
	memcpy(to + AT_MAGIC, kind->magic, sizeof(kind->magic));
	put_le32(to + AT_VERSION, TRAIL_VERSION);
}

static bool
has_magic(const unsigned char *from, const struct kind *kind)
{
	return memcmp(from + AT_MAGIC, kind->magic, sizeof(kind->magic)) == 0;
}

static bool
is_frame(const unsigned char *from, const struct kind *kind)
{
	return get_le32(from + AT_FRAME) == kind->frame && get_le32(from + AT_FRAME_LENGTH) == SIZE - FRAME &&
	    has_magic(from, kind);
}

static bool
resembles(const unsigned char *from, const struct kind *kind)
{
	return get_le32(from + AT_FRAME) == kind->frame || has_magic(from, kind);
}

static const char *
frame_problem(const unsigned char *from, const struct kind *kind)
{
	if (!is_frame(from, kind))
		return "magic is missing";
	if (crc32c(from, AT_CRC) != get_le32(from + AT_CRC))
		return "checksum does not match";
	if (get_le32(from + AT_VERSION) != TRAIL_VERSION)
		return "unknown version";
	return NULL;
}

bool
trail_is_head(const unsigned char *from)
{
	return is_frame(from, &HEAD);
}

bool
trail_is_tail(const unsigned char *from)
{
	return is_frame(from, &TAIL);
}

enum trail_mark
trail_mark(const unsigned char *from)
{
	if (resembles(from, &HEAD))
		return TRAIL_HEAD_MARK;
	return resembles(from, &TAIL) ? TRAIL_TAIL_MARK : TRAIL_NO_MARK;
}

void
trail_put_head(unsigned char to[static TRAIL_HEAD], const struct trail_head *head)
{
	put_frame(to, &HEAD);
	put_le32(to + AT_FLAGS, head->flags);
	memcpy(to + AT_BIN, head->bin, TRAIL_BIN_ID);
	put_le32(to + AT_PART, head->part);
	put_le64(to + AT_SEQUENCE, head->sequence);
	put_le64(to + HEAD_CREATED, (uint64_t)head->created);
	memcpy(to + HEAD_HOST, head->host, strnlen(head->host, TRAIL_HOST - 1));
	put_content(to + HEAD_CONTENT, &head->content);
	memcpy(to + HEAD_PREVIOUS, head->previous, TRAIL_HASH);
	put_le32(to + AT_CRC, crc32c(to, AT_CRC));
}

void
trail_put_tail(unsigned char to[static TRAIL_TAIL], const struct trail_tail *tail)
{
	put_frame(to, &TAIL);
	put_le32(to + AT_FLAGS, tail->flags);
	memcpy(to + AT_BIN, tail->bin, TRAIL_BIN_ID);
	put_le32(to + AT_PART, tail->part);
	put_le64(to + AT_SEQUENCE, tail->sequence);
	put_content(to + TAIL_CONTENT, &tail->content);
	memcpy(to + TAIL_HASH, tail->hash, TRAIL_HASH);
	memcpy(to + TAIL_KEY, tail->key, TRAIL_KEY);
	memcpy(to + TRAIL_TAIL_SIGNED, tail->signature, TRAIL_SIGNATURE);
	put_le32(to + AT_CRC, crc32c(to, AT_CRC));
}

/* What follows from the content alone. */
static const char *
content_problem(uint32_t flags, const struct trail_content *content)
{
	if (content->first > content->last || (content->records == 0 && (content->first != 0 || content->last != 0)))
		return "times make no sense";
	if (!(flags & TRAIL_PACKED) && content->body != content->unpacked)
		return "sizes make no sense";
	if ((flags & TRAIL_PACKED) && content->unpacked > TRAIL_SECTION)
		return "says that its section is larger than any";
	return NULL;
}

int
trail_parse_head(const unsigned char from[static TRAIL_HEAD], struct trail_head *head, const char **problem)
{
	if ((*problem = frame_problem(from, &HEAD)) != NULL)
		return -1;
	head->flags = get_le32(from + AT_FLAGS);
	memcpy(head->bin, from + AT_BIN, TRAIL_BIN_ID);
	head->part = get_le32(from + AT_PART);
	head->sequence = get_le64(from + AT_SEQUENCE);
	head->created = (int64_t)get_le64(from + HEAD_CREATED);
	memcpy(head->host, from + HEAD_HOST, TRAIL_HOST);
	get_content(from + HEAD_CONTENT, &head->content);
	memcpy(head->previous, from + HEAD_PREVIOUS, TRAIL_HASH);
	if (head->host[TRAIL_HOST - 1] != '\0') {
		*problem = "host name has no end";
		return -1;
	}
	*problem = content_problem(head->flags, &head->content);
	return *problem == NULL ? 0 : -1;
}

int
trail_parse_tail(const unsigned char from[static TRAIL_TAIL], struct trail_tail *tail, const char **problem)
{
	if ((*problem = frame_problem(from, &TAIL)) != NULL)
		return -1;
	tail->flags = get_le32(from + AT_FLAGS);
	memcpy(tail->bin, from + AT_BIN, TRAIL_BIN_ID);
	tail->part = get_le32(from + AT_PART);
	tail->sequence = get_le64(from + AT_SEQUENCE);
	get_content(from + TAIL_CONTENT, &tail->content);
	memcpy(tail->hash, from + TAIL_HASH, TRAIL_HASH);
	memcpy(tail->key, from + TAIL_KEY, TRAIL_KEY);
	memcpy(tail->signature, from + TRAIL_TAIL_SIGNED, TRAIL_SIGNATURE);
	*problem = content_problem(tail->flags, &tail->content);
	return *problem == NULL ? 0 : -1;
}
