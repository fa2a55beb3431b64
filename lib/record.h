/*
 * The record: what flows between all programs. doc/record-format.md gives it byte by byte.
 *
 * A record is a fixed header and then lines: the facts that the capturing host knew, and the kernel's own lines, verbatim.
 * A struct record is a view: it borrows the bytes of the reader's buffer, or at capture those of the assembler.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

struct out;

enum {
	RECORD_MAGIC = 0x445541ab, /* the bytes ab 41 55 44: never in UTF-8 text */
	RECORD_VERSION = 1,
	RECORD_HEADER = 128,  /* bytes */
	RECORD_LINE = 8,      /* bytes of a line's own header */
	RECORD_MAX = 1 << 24, /* bytes of a whole record */
	RECORD_ALIGN = 8,
	RECORD_EVENT = 32,   /* bytes of the event's name, NUL included */
	RECORD_COMMAND = 16, /* bytes of the command, NUL included: the kernel's TASK_COMM_LEN */
};

enum record_flag {
	RECORD_PARTIAL = 1,  /* the end of the event never came: lines may be missing */
	RECORD_REPLAYED = 2, /* read from a log, not from the kernel */
	RECORD_MADE = 4,     /* made by auditstream itself: AUD_Lost_Recs */
	RECORD_NAMES = 8,    /* the facts line holds names */
};

/* How a line stood in its log, where that is not `type=NAME msg=audit(SEC.MS:SERIAL): TEXT`. */
enum line_flag {
	LINE_NUMERIC = 1, /* type=1300 */
	LINE_UNKNOWN = 2, /* type=UNKNOWN[1300] */
	LINE_NO_MSG = 4,  /* no `msg=` before audit( */
	LINE_WHOLE = 8,   /* anything else, node= too: the text is the whole original line, prefix included */
};

/* AIX's numbers of results, from its documented auditlog() interface. */
enum result {
	RESULT_OK = 0,
	RESULT_FAIL = 1,
	RESULT_FAIL_AUTH = 3,
	RESULT_FAIL_PRIV = 5,
	RESULT_FAIL_ACCESS = 9,
	RESULT_FAIL_DAC = 0x19,
};

static const uint32_t ID_UNSET = 0xffffffff; /* of login, real, effective and session */

struct record {
	const unsigned char *lines; /* the first line's header */
	size_t size;                /* of all lines, bytes */
	uint16_t count;             /* of lines */
	uint8_t flags;              /* enum record_flag */
	int64_t time;               /* the kernel's stamp: ns since 1970 */
	uint64_t serial;            /* the kernel's event number; 0 if made here */
	uint32_t login, real, effective, session;
	uint32_t pid, ppid, tid;
	uint32_t result;              /* enum result */
	int64_t exit;                 /* what the system call returned, or -errno; -1 where there is none */
	uint32_t arch;                /* AUDIT_ARCH_*, 0 if none */
	int32_t syscall;              /* number, -1 if none */
	char event[RECORD_EVENT];     /* NUL-terminated, never empty */
	char command[RECORD_COMMAND]; /* NUL-terminated; raw bytes, escape before printing */

	/* Set by record_parse only: the bytes that record_parse was given, to be passed on unchanged. */
	const unsigned char *data;
	size_t length;
};

struct line {
	uint16_t type;  /* record type, 0 for the facts */
	uint16_t flags; /* enum line_flag */
	uint32_t length;
	const char *text; /* not NUL-terminated */
};

/* A record's whole length from its first 12 bytes, or 0 if they do not begin a record. */
size_t record_length(const unsigned char *data);

/* The time of a record from its first RECORD_HEADER bytes. */
int64_t record_time(const unsigned char *data);

/*
 * Checks length bytes that record_length() measured (checksum, version, bounds of every line, names) and fills the view.
 * Returns 0, or -1 with *problem saying what is wrong, a static string.
 */
int record_parse(const unsigned char *data, size_t length, struct record *record, const char **problem);

/* Does a line tell the parent? If so, 0 is the kernel itself. A SECCOMP record has a system call and no parent. */
bool record_has_parent(const struct record *record);

/* The facts line's text, or NULL. */
const char *record_facts(const struct record *record, size_t *length);

/* Bytes that a line of so much text takes. */
static inline size_t
line_size(size_t text)
{
	return RECORD_LINE + ((text + RECORD_ALIGN - 1) & ~(size_t)(RECORD_ALIGN - 1));
}

/* Steps through the lines: *offset is 0 before the first call. Returns false after the last. */
static inline bool
record_next_line(const struct record *record, size_t *offset, struct line *line)
{
	const unsigned char *at = record->lines + *offset;

	if (*offset >= record->size)
		return false;
	line->type = get_le16(at);
	line->flags = get_le16(at + 2);
	line->length = get_le32(at + 4);
	line->text = (const char *)at + RECORD_LINE;
	*offset += line_size(line->length);
	return true;
}

/* The first line of that type; false if there is none. */
bool record_find_line(const struct record *record, uint16_t type, struct line *line);

/* The kernel's part of a LINE_WHOLE line: its text without the prefix that it carries. *length is set. */
const char *line_whole_body(const struct line *line, size_t *length);

/* The kernel's part of a line. *length is set. */
static inline const char *
line_body(const struct line *line, size_t *length)
{
	if (line->flags & LINE_WHOLE)
		return line_whole_body(line, length);
	*length = line->length;
	return line->text;
}

/* Writes a line into memory that has line_size(length) bytes left. Returns the byte after it. */
unsigned char *line_put(unsigned char *to, uint16_t type, uint16_t flags, const char *text, size_t length);

/*
 * Appends the record to out: the header from *record, a facts line where facts_length is not 0, the record's lines; sealed with
 * its checksum. The result must not exceed RECORD_MAX (the assembler sees to that).
 */
void record_write(struct out *out, const struct record *record, const char *facts, size_t facts_length);

/* Names of results: "FAIL_AUTH"; a number that AIX does not have is "FAIL". */
const char *result_name(uint32_t result);

#endif
