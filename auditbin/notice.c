/* SPDX-License-Identifier: BSD-2-Clause */
#include "notice.h"

#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

#include "monotonic.h"

enum { EVERY = 60000 }; /* ms; AIX's auditbin says what is wrong once a minute */

/* `audit start` passes on what we say on stderr, systemd keeps it. */
static bool
is_stderr_kept(void)
{
	return getenv("AUDIT_STARTED") != NULL || getenv("JOURNAL_STREAM") != NULL;
}

void
notice_init(void)
{
	openlog("auditbin", LOG_PID, LOG_DAEMON);
}

static ssize_t
write_to_syslog(void *cookie, const char *line, size_t length)
{
	syslog(LOG_WARNING, "%.*s", (int)length, line);
	return (ssize_t)length;
}

void
notice_detach(void)
{
	FILE *log = fopencookie(NULL, "w", (cookie_io_functions_t){ .write = write_to_syslog });

	if (log == NULL)
		return;
	if (setvbuf(log, NULL, _IOLBF, 4096) != 0) {
		fclose(log);
		return;
	}
	stderr = log;
	setenv("JOURNAL_STREAM", "", 1); /* said once is enough */
}

static void
say(const char *format, va_list arguments)
{
	va_list again;

	va_copy(again, arguments);
	vwarnx(format, arguments);
	if (!is_stderr_kept())
		vsyslog(LOG_WARNING, format, again);
	va_end(again);
}

void
notice_say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(format, arguments);
	va_end(arguments);
}

void
notice_repeat(struct notice *notice, const char *format, ...)
{
	int64_t now = monotonic_ms();
	va_list arguments;

	notice->on = true;
	if (notice->due != 0 && now < notice->due)
		return;
	notice->said = true;
	notice->due = now + EVERY;
	va_start(arguments, format);
	say(format, arguments);
	va_end(arguments);
}

void
notice_over(struct notice *notice, const char *format, ...)
{
	bool said = notice->said;
	va_list arguments;

	notice->on = notice->said = false;
	if (!said)
		return;
	va_start(arguments, format);
	say(format, arguments);
	va_end(arguments);
}
