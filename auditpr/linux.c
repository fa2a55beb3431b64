/* SPDX-License-Identifier: BSD-2-Clause */
#include "linux.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rectype.h"

void
linux_init(struct linux_printer *printer, struct out *out)
{
	*printer = (struct linux_printer){ .out = out };
	out_init(&printer->stamp, -1, 64);
	printer->stamp.hold = true;
}

void
linux_clear(struct linux_printer *printer)
{
	free(printer->lines);
	out_clear(&printer->stamp);
	*printer = (struct linux_printer){ 0 };
}

/* Where the kernel's lines begin: behind the facts. */
static size_t
kernel_lines(const struct record *record)
{
	size_t length;

	return record_facts(record, &length) != NULL ? line_size(length) : 0;
}

/* An object's event, which comes besides that of the class. */
static bool
is_of_object(const struct record *record)
{
	size_t length;
	const char *facts = record_facts(record, &length);

	return facts != NULL && memmem(facts, length, "tail=", 5) != NULL;
}

/*
 * Are these the lines that were printed last, under another event's name? If not, they are now. The same lines under the same name
 * are another kernel event: user space may send the same message twice within the clock's 4 ms.
 */
static bool
is_repeated(struct linux_printer *printer, const struct record *record)
{
	size_t offset = kernel_lines(record), size = record->size - offset;
	const unsigned char *lines = record->lines + offset;

	if (printer->lines != NULL && printer->time == record->time && printer->serial == record->serial &&
	    printer->size == size && memcmp(printer->lines, lines, size) == 0 &&
	    (strcmp(printer->event, record->event) != 0 || is_of_object(record)))
		return true;
	printer->lines = mem_grow(printer->lines, &printer->capacity, size, 1);
	memcpy(printer->lines, lines, size);
	printer->size = size;
	printer->time = record->time;
	printer->serial = record->serial;
	memcpy(printer->event, record->event, sizeof(printer->event));
	return false;
}

/*
 * A line's text can only hold a newline if it came by netlink, from a program that may write audit messages; a blank takes its
 * place, as auditd does it, lest it look like a record of its own.
 */
static void
put_text(struct out *out, const char *text, size_t length)
{
	const char *newline;

	while ((newline = memchr(text, '\n', length)) != NULL) {
		size_t size = (size_t)(newline - text);

		out_bytes(out, text, size);
		out_char(out, ' ');
		text += size + 1;
		length -= size + 1;
	}
	out_bytes(out, text, length);
}

static void
put_type(struct out *out, const struct line *line)
{
	const char *name = rectype_name(line->type);

	out_bytes(out, "type=", 5);
	if (line->flags & LINE_NUMERIC) {
		out_unsigned(out, line->type);
	} else if (name == NULL || (line->flags & LINE_UNKNOWN)) {
		out_bytes(out, "UNKNOWN[", 8);
		out_unsigned(out, line->type);
		out_char(out, ']');
	} else {
		out_text(out, name);
	}
}

/* `audit(SEC.MS:SERIAL): `, the same for all lines of the record. */
static void
write_stamp(struct out *stamp, const struct record *record)
{
	uint64_t ms = record->time > 0 ? (uint64_t)record->time / 1000000 : 0;
	unsigned fraction = (unsigned)(ms % 1000);

	stamp->head = stamp->tail = 0;
	out_text(stamp, "audit(");
	out_unsigned(stamp, ms / 1000);
	out_char(stamp, '.');
	out_char(stamp, (char)('0' + fraction / 100));
	out_char(stamp, (char)('0' + fraction / 10 % 10));
	out_char(stamp, (char)('0' + fraction % 10));
	out_char(stamp, ':');
	out_unsigned(stamp, record->serial);
	out_text(stamp, "): ");
}

void
linux_print(struct linux_printer *printer, const struct record *record)
{
	struct out *out = printer->out, *stamp = &printer->stamp;
	struct line line;
	size_t offset = kernel_lines(record);

	if (is_repeated(printer, record))
		return;
	write_stamp(stamp, record);
	while (record_next_line(record, &offset, &line)) {
		if (line.type == TYPE_FACTS)
			continue;
		if (!(line.flags & LINE_WHOLE)) {
			put_type(out, &line);
			out_text(out, line.flags & LINE_NO_MSG ? " " : " msg=");
			out_bytes(out, stamp->data, out_waiting(stamp));
		}
		put_text(out, line.text, line.length);
		out_char(out, '\n');
	}
}
