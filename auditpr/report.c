/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

#include <string.h>

enum { INDENT = 8 }; /* of a tail below its record: AIX's */

int
report_init(struct report *report, const struct report_options *options, struct out *out, struct err *error)
{
	memset(report, 0, sizeof(*report));
	report->options = *options;
	report->out = out;
	names_init(&report->names, options->numeric);
	json_init(&report->json, out, &report->names);
	linux_init(&report->lines, out);
	out_init(&report->scratch, -1, 4096);
	report->scratch.hold = true;
	columns_init(&report->columns);
	if (columns_choose(&report->columns, options->fields, error) == -1)
		return -1;
	if (options->long_names)
		columns_add_long_names(&report->columns);
	return 0;
}

void
report_set_formats(struct report *report, const struct formats *formats)
{
	report->formats = formats;
	report->json.formats = formats;
}

void
report_clear(struct report *report)
{
	names_clear(&report->names);
	json_clear(&report->json);
	linux_clear(&report->lines);
	columns_clear(&report->columns);
	view_clear(&report->view);
	out_clear(&report->scratch);
}

static void
print_titles(struct report *report)
{
	if (report->options.message != NULL) {
		out_text(report->out, report->options.message);
		out_char(report->out, '\n');
	}
	columns_print_titles(&report->columns, report->out);
}

/*
 * The next line of a tail, its newline taken away. Only a format or a program of the events file makes newlines: those of the record
 * are escaped. AIX's programs are told to indent what they print (-i 8); they need not.
 */
static size_t
next_line(const char **tail, size_t *length, const char **line)
{
	const char *end = *tail + *length, *newline, *start;

	while (*length > 0 && **tail == ' ') {
		++*tail;
		--*length;
	}
	start = *tail;
	newline = memchr(start, '\n', *length);
	*line = start;
	*tail = newline != NULL ? newline + 1 : end;
	*length = (size_t)(end - *tail);
	return (size_t)((newline != NULL ? newline : end) - start);
}

static void
print_tail_below(struct out *out, const char *tail, size_t length)
{
	while (length > 0) {
		const char *line;
		size_t size = next_line(&tail, &length, &line);

		out_fill(out, ' ', INDENT);
		out_bytes(out, line, size);
		out_char(out, '\n');
	}
}

static void
print_tail_beside(struct out *out, const char *tail, size_t length)
{
	while (length > 0) {
		const char *line;
		size_t size = next_line(&tail, &length, &line);

		out_bytes(out, line, size);
		if (length > 0)
			out_char(out, ' ');
	}
}

static void
print_text(struct report *report)
{
	struct out *out = report->out, *tail = &report->scratch;

	if (report->options.titles == 2)
		print_titles(report);
	columns_print(&report->columns, &report->view, &report->names, out);
	tail->head = tail->tail = 0;
	if (report->formats != NULL)
		(void)formats_print(report->formats, &report->view, tail);
	if (report->options.tail == TAIL_BESIDE)
		print_tail_beside(out, (const char *)tail->data, out_waiting(tail));
	out_char(out, '\n');
	if (report->options.tail == TAIL_BELOW)
		print_tail_below(out, (const char *)tail->data, out_waiting(tail));
}

void
report_begin(struct report *report)
{
	if (report->options.form == REPORT_TEXT && report->options.titles == 1)
		print_titles(report);
}

void
report_record(struct report *report, const struct record *record)
{
	view_set(&report->view, record);
	names_set(&report->names, record);
	switch (report->options.form) {
	case REPORT_TEXT:
		print_text(report);
		break;
	case REPORT_JSON:
		json_print(&report->json, &report->view);
		break;
	case REPORT_LINUX:
		linux_print(&report->lines, record);
		break;
	}
}
