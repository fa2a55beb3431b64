/* SPDX-License-Identifier: BSD-2-Clause */
#include "record.h"

#include <string.h>

#include "bytes.h"
#include "crc32c.h"
#include "logline.h"
#include "out.h"
#include "rectype.h"

/* Offsets in the header; doc/record-format.md is the same table. */
enum {
	AT_MAGIC = 0,
	AT_LENGTH = 4,
	AT_CRC = 8,
	AT_VERSION = 12,
	AT_FLAGS = 13,
	AT_LINES = 14,
	AT_TIME = 16,
	AT_SERIAL = 24,
	AT_LOGIN = 32,
	AT_REAL = 36,
	AT_EFFECTIVE = 40,
	AT_SESSION = 44,
	AT_PID = 48,
	AT_PPID = 52,
	AT_TID = 56,
	AT_RESULT = 60,
	AT_EXIT = 64,
	AT_ARCH = 72,
	AT_SYSCALL = 76,
	AT_EVENT = 80,
	AT_COMMAND = AT_EVENT + RECORD_EVENT,
};
_Static_assert(AT_COMMAND + RECORD_COMMAND == RECORD_HEADER, "the header's fields fill it");

size_t
record_length(const unsigned char *data)
{
	size_t length = get_le32(data + AT_LENGTH);

	if (get_le32(data + AT_MAGIC) != RECORD_MAGIC || length < RECORD_HEADER || length > RECORD_MAX ||
	    length % RECORD_ALIGN != 0)
		return 0;
	return length;
}

int64_t
record_time(const unsigned char *data)
{
	return (int64_t)get_le64(data + AT_TIME);
}

/* Every line lies inside the record, and they are as many as the header says. */
static bool
lines_fit(const struct record *record)
{
	size_t offset = 0;
	unsigned count = 0;

	while (offset < record->size) {
		size_t length;

		if (record->size - offset < RECORD_LINE)
			return false;
		length = get_le32(record->lines + offset + 4);
		if (length > record->size || line_size(length) > record->size - offset)
			return false;
		offset += line_size(length);
		count++;
	}
	return count == record->count;
}

int
record_parse(const unsigned char *data, size_t length, struct record *record, const char **problem)
{
	if (crc32c(data + AT_VERSION, length - AT_VERSION) != get_le32(data + AT_CRC)) {
		*problem = "checksum does not match";
		return -1;
	}
	if (data[AT_VERSION] != RECORD_VERSION) {
		*problem = "unknown record version";
		return -1;
	}
	record->data = data;
	record->length = length;
	record->lines = data + RECORD_HEADER;
	record->size = length - RECORD_HEADER;
	record->count = get_le16(data + AT_LINES);
	record->flags = data[AT_FLAGS];
	record->time = (int64_t)get_le64(data + AT_TIME);
	record->serial = get_le64(data + AT_SERIAL);
	record->login = get_le32(data + AT_LOGIN);
	record->real = get_le32(data + AT_REAL);
	record->effective = get_le32(data + AT_EFFECTIVE);
	record->session = get_le32(data + AT_SESSION);
	record->pid = get_le32(data + AT_PID);
	record->ppid = get_le32(data + AT_PPID);
	record->tid = get_le32(data + AT_TID);
	record->result = get_le32(data + AT_RESULT);
	record->exit = (int64_t)get_le64(data + AT_EXIT);
	record->arch = get_le32(data + AT_ARCH);
	record->syscall = (int32_t)get_le32(data + AT_SYSCALL);
	memcpy(record->event, data + AT_EVENT, RECORD_EVENT);
	memcpy(record->command, data + AT_COMMAND, RECORD_COMMAND);
	if (record->event[0] == '\0' || record->event[RECORD_EVENT - 1] != '\0' ||
	    record->command[RECORD_COMMAND - 1] != '\0') {
		*problem = "event or command name is malformed";
		return -1;
	}
	if (!lines_fit(record)) {
		*problem = "lines do not fit the record";
		return -1;
	}
	return 0;
}

bool
record_find_line(const struct record *record, uint16_t type, struct line *line)
{
	size_t offset = 0;

	while (record_next_line(record, &offset, line))
		if (line->type == type)
			return true;
	return false;
}

bool
record_has_parent(const struct record *record)
{
	struct line line;

	return record->ppid != 0 || record_find_line(record, TYPE_SYSCALL, &line) ||
	    record_find_line(record, TYPE_URINGOP, &line);
}

const char *
line_whole_body(const struct line *line, size_t *length)
{
	struct logline parsed;

	if (logline_parse(line->text, line->length, &parsed) == 0) {
		*length = parsed.body_length;
		return parsed.body;
	}
	*length = line->length;
	return line->text;
}

const char *
record_facts(const struct record *record, size_t *length)
{
	struct line line;
	size_t offset = 0;

	if (!record_next_line(record, &offset, &line) || line.type != TYPE_FACTS)
		return NULL;
	*length = line.length;
	return line.text;
}

unsigned char *
line_put(unsigned char *to, uint16_t type, uint16_t flags, const char *text, size_t length)
{
	size_t size = line_size(length);

	put_le64(to + size - 8, 0); /* the padding; for an empty text this is the line's header, written next */
	put_le16(to, type);
	put_le16(to + 2, flags);
	put_le32(to + 4, (uint32_t)length);
	memcpy(to + RECORD_LINE, text, length);
	return to + size;
}

void
record_write(struct out *out, const struct record *record, const char *facts, size_t facts_length)
{
	size_t facts_size = facts_length ? line_size(facts_length) : 0;
	size_t length = RECORD_HEADER + facts_size + record->size;
	unsigned char *data = out_reserve(out, length);

	put_le32(data + AT_MAGIC, RECORD_MAGIC);
	put_le32(data + AT_LENGTH, (uint32_t)length);
	data[AT_VERSION] = RECORD_VERSION;
	data[AT_FLAGS] = record->flags;
	put_le16(data + AT_LINES, (uint16_t)(record->count + (facts_length != 0)));
	put_le64(data + AT_TIME, (uint64_t)record->time);
	put_le64(data + AT_SERIAL, record->serial);
	put_le32(data + AT_LOGIN, record->login);
	put_le32(data + AT_REAL, record->real);
	put_le32(data + AT_EFFECTIVE, record->effective);
	put_le32(data + AT_SESSION, record->session);
	put_le32(data + AT_PID, record->pid);
	put_le32(data + AT_PPID, record->ppid);
	put_le32(data + AT_TID, record->tid);
	put_le32(data + AT_RESULT, record->result);
	put_le64(data + AT_EXIT, (uint64_t)record->exit);
	put_le32(data + AT_ARCH, record->arch);
	put_le32(data + AT_SYSCALL, (uint32_t)record->syscall);
	memcpy(data + AT_EVENT, record->event, RECORD_EVENT);
	memcpy(data + AT_COMMAND, record->command, RECORD_COMMAND);
	if (facts_length != 0)
		line_put(data + RECORD_HEADER, TYPE_FACTS, 0, facts, facts_length);
	memcpy(data + RECORD_HEADER + facts_size, record->lines, record->size);
	put_le32(data + AT_CRC, crc32c(data + AT_VERSION, length - AT_VERSION));
	out_advance(out, length);
}

const char *
result_name(uint32_t result)
{
	switch (result) {
	case RESULT_OK:
		return "OK";
	case RESULT_FAIL_AUTH:
		return "FAIL_AUTH";
	case RESULT_FAIL_PRIV:
		return "FAIL_PRIV";
	case RESULT_FAIL_ACCESS:
		return "FAIL_ACCESS";
	case RESULT_FAIL_DAC:
		return "FAIL_DAC";
	default:
		return "FAIL";
	}
}
