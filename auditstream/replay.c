/* SPDX-License-Identifier: BSD-2-Clause */
#include "replay.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ahead.h"
#include "bytes.h"
#include "confine.h"
#include "err.h"
#include "input.h"
#include "logline.h"
#include "mem.h"
#include "record.h"
#include "unpack.h"

enum {
	LINE_LONGEST = 1 << 20, /* bytes; the kernel's longest is below 9 KiB */
	END_LATEST = 100,       /* ms that EOE may come behind the line before it */
	ROTATED_MAX = 1000,     /* logs in a directory: auditd keeps up to 999 */
};

struct log {
	struct assembler *assembler;
	const struct capture *capture; /* whose output this thread writes; NULL if another does */
	struct input input;
	struct unpack unpack;
	struct stamp stamp;    /* of the line before */
	struct buffer *window; /* where the lines are: those of the input, or unpacked ones */
	bool timed;            /* a pipe: lines come when they come, so time says which events are over */
	uint64_t line;         /* of the input, from 1 */
	uint64_t bad;          /* lines of the present run of lines that are no records */
	bool overlong;         /* inside a line that is longer than any */
	uint64_t damaged;      /* such runs, and cuts */
};

static int64_t
now_ms(const struct log *log)
{
	struct timespec now;

	if (!log->timed)
		return 0;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* -n is reached. */
static bool
is_done(const struct log *log)
{
	return log->capture != NULL && log->capture->done;
}

static void
end_bad_run(struct log *log)
{
	if (log->bad > 1)
		warnx("%s: line %" PRIu64 ": not an audit record, nor the %" PRIu64 " before it", log->input.name, log->line,
		    log->bad - 1);
	else if (log->bad == 1)
		warnx("%s: line %" PRIu64 ": not an audit record", log->input.name, log->line);
	log->damaged += log->bad != 0;
	log->bad = 0;
}

/* Lines that ausearch puts between events, and empty ones. */
static bool
is_filling(const char *line, size_t length)
{
	return length == 0 || (length == 4 && memcmp(line, "----", 4) == 0) ||
	    (length > 6 && memcmp(line, "time->", 6) == 0);
}

static void
take_line(struct log *log, const char *line, size_t length, int64_t now)
{
	struct logline parsed;

	if (logline_parse_next(line, length, &log->stamp, &parsed) == -1) {
		if (log->line++ == 0 && length >= 4 && get_le32(line) == RECORD_MAGIC)
			warnx("%s: records, not a log: auditpr and auditselect read them", log->input.name);
		log->bad += log->bad != 0 || !is_filling(line, length);
		return;
	}
	end_bad_run(log);
	log->line++;
	assembler_push(log->assembler, &parsed, now);
}

static void
take_lines(struct log *log)
{
	struct buffer *window = log->window;
	int64_t now = now_ms(log);
	const char *start, *newline;

	while (!is_done(log)) {
		start = (const char *)buffer_bytes(window);
		newline = memchr(start, '\n', buffer_available(window));
		if (newline == NULL)
			break;
		if (log->overlong)
			log->line++; /* its end: what stands there must not pass for a line */
		else
			take_line(log, start, (size_t)(newline - start), now);
		log->overlong = false;
		buffer_take(window, (size_t)(newline + 1 - start));
	}
	if (log->timed)
		(void)assembler_expire(log->assembler, now);
}

/* More than a line may hold, and no newline: no log. What is there is taken away. */
static void
skip_overlong(struct log *log)
{
	if (buffer_available(log->window) < LINE_LONGEST)
		return;
	if (!log->overlong) {
		end_bad_run(log);
		warnx("%s: line %" PRIu64 ": longer than %d bytes: skipped", log->input.name, log->line + 1, LINE_LONGEST);
		log->damaged++;
	}
	log->overlong = true;
	buffer_take(log->window, buffer_available(log->window));
}

/* The last line has no newline: whoever wrote it was stopped. What it holds is taken, if it is a record. */
static void
take_cut_line(struct log *log)
{
	size_t length = log->window != NULL ? buffer_available(log->window) : 0;

	if (length == 0 || log->overlong || is_done(log))
		return;
	end_bad_run(log);
	warnx("%s: line %" PRIu64 ": cut (no newline at the end)", log->input.name, log->line + 1);
	log->damaged++;
	take_line(log, (const char *)buffer_bytes(log->window), length, now_ms(log));
	log->bad = 0;
}

static void
fail_if_unwritable(struct log *log)
{
	if (log->capture != NULL && (errno = log->capture->out->error) != 0)
		err(EXIT_FAILED, "stdout");
}

/*
 * The input pauses: what is complete goes out now, not with what comes next. auditd writes an event's lines one by one, so that the
 * pause may stand between PROCTITLE and EOE: then it has to last.
 */
static void
idle(void *arg)
{
	struct log *log = arg;
	struct pollfd input = { .fd = log->input.fd, .events = POLLIN };

	if (assembler_is_waiting(log->assembler) && poll(&input, 1, END_LATEST) != 0)
		return;
	assembler_pause(log->assembler);
	(void)out_flush(log->capture->out);
	fail_if_unwritable(log);
}

/* A damaged frame: what is missing begins in the middle of a line. */
static void
take_damage(struct log *log)
{
	warnx("%s: byte %" PRIu64 ": %s", log->input.name, log->unpack.piece, log->unpack.problem);
	log->damaged++;
	take_cut_line(log);
	if (log->window != NULL)
		buffer_take(log->window, buffer_available(log->window));
}

static void
read_log(struct log *log)
{
	int rc = 1;

	while (!is_done(log) && (rc = unpack_any(&log->unpack, &log->window)) != 0) {
		if (rc == -1)
			err(EXIT_FAILED, "%s", log->input.name);
		if (rc == UNPACK_DAMAGED) {
			take_damage(log);
			continue;
		}
		take_lines(log);
		skip_overlong(log);
		fail_if_unwritable(log);
	}
	take_cut_line(log);
	end_bad_run(log);
}

static bool
is_timed(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && !S_ISREG(status.st_mode);
}

static uint64_t
replay_one(struct assembler *assembler, const struct capture *capture, int fd, const char *name)
{
	struct log log = { .assembler = assembler, .capture = capture, .timed = is_timed(fd) };

	input_init(&log.input, fd, name);
	unpack_init(&log.unpack, &log.input);
	if (log.timed) {
		log.input.idle = idle;
		log.input.idle_arg = &log;
	}
	read_log(&log);
	input_clear(&log.input);
	unpack_clear(&log.unpack);
	return log.damaged;
}

/* audit.log is the newest, audit.log.1 the one before: a larger number is older. What packed one is said by its *suffix. */
static long
age_of(const char *name, const char **suffix)
{
	char *end;
	long age;

	*suffix = "";
	if (strcmp(name, "audit.log") == 0)
		return 0;
	if (strncmp(name, "audit.log.", 10) != 0)
		return -1;
	age = strtol(name + 10, &end, 10);
	*suffix = end;
	return end == name + 10 ? -1 : age;
}

/* Packed by something that we cannot unpack. */
static bool
is_foreign(const char *suffix)
{
	static const char *const suffixes[] = { ".gz", ".bz2", ".xz", ".lz4" };

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (strcmp(suffix, suffixes[i]) == 0)
			return true;
	return false;
}

static int
is_log(const struct dirent *entry)
{
	const char *suffix;
	long age = age_of(entry->d_name, &suffix);

	return age >= 0 && (*suffix == '\0' || strcmp(suffix, ".zst") == 0 || is_foreign(suffix));
}

/* Of one age, the one that is not packed comes first. */
static int
older_first(const struct dirent **a, const struct dirent **b)
{
	const char *suffix_a, *suffix_b;
	long x = age_of((*a)->d_name, &suffix_a), y = age_of((*b)->d_name, &suffix_b);

	return x != y ? (x < y) - (x > y) : strcmp(suffix_a, suffix_b);
}

struct opened {
	int fd;
	char *name;
};

static struct opened
open_log(const char *directory, const char *name)
{
	struct opened log = { .name = NULL };

	if (asprintf(&log.name, "%s%s%s", directory, *directory != '\0' ? "/" : "", name) == -1)
		errx(EXIT_FAILED, "out of memory");
	log.fd = open(log.name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (log.fd == -1)
		err(EXIT_FAILED, "%s", log.name);
	return log;
}

/* The log is to be read; if not, why is said: its lines are then missing, or there already. */
static bool
is_readable(const char *path, const char *name, const char *before, uint64_t *missing)
{
	const char *suffix, *ignored;

	if (before != NULL && age_of(before, &ignored) == age_of(name, &suffix) && !is_foreign(ignored)) {
		warnx("%s/%s: not read, as there is %s", path, name, before);
		return false;
	}
	(void)age_of(name, &suffix);
	if (!is_foreign(suffix))
		return true;
	warnx("%s/%s: not read: only zstd's packing can be; unpack it, or pipe it into auditstream -i -", path, name);
	++*missing;
	return false;
}

/* Opens all before any is read, so that a rotation meanwhile neither hides nor doubles one. */
static size_t
open_directory(const char *path, struct opened *logs, uint64_t *missing)
{
	struct dirent **entries;
	int count = scandir(path, &entries, is_log, older_first);
	size_t opened = 0;

	if (count == -1)
		err(EXIT_FAILED, "%s", path);
	if (count == 0)
		errx(EXIT_FAILED, "%s: no audit.log in this directory", path);
	if (count > ROTATED_MAX)
		errx(EXIT_FAILED, "%s: more than %d logs", path, ROTATED_MAX);
	for (int i = 0; i < count; i++)
		if (is_readable(path, entries[i]->d_name, i > 0 ? entries[i - 1]->d_name : NULL, missing))
			logs[opened++] = open_log(path, entries[i]->d_name);
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	return opened;
}

struct replay {
	struct opened *logs;
	size_t count;
	const struct capture *capture; /* as in struct log */
	uint64_t damaged;
};

static void
read_logs(void *arg, struct assembler *assembler)
{
	struct replay *replay = arg;

	for (size_t i = 0; i < replay->count; i++)
		if (replay->capture == NULL || !replay->capture->done)
			replay->damaged += replay_one(assembler, replay->capture, replay->logs[i].fd, replay->logs[i].name);
}

/*
 * Reading ahead pays where there is a second processor, and what is read is there already. After -n records nothing more may be read:
 * nobody asked what is wrong with it.
 */
static bool
may_read_ahead(const struct capture *capture, const struct replay *replay)
{
	for (size_t i = 0; i < replay->count; i++)
		if (is_timed(replay->logs[i].fd))
			return false;
	return capture->remaining == UINT64_MAX && !capture->unbuffered && sysconf(_SC_NPROCESSORS_ONLN) > 1;
}

uint64_t
replay(struct capture *capture, const char *path)
{
	struct replay replay = { .logs = mem_alloc_zero(ROTATED_MAX, sizeof(*replay.logs)), .count = 1 };
	struct stat status;

	if (strcmp(path, "-") == 0)
		replay.logs[0] = (struct opened){ STDIN_FILENO, mem_string("stdin", 5) };
	else if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		replay.count = open_directory(path, replay.logs, &replay.damaged);
	else
		replay.logs[0] = open_log("", path);
	confine(CONFINE_ALL);
	if (may_read_ahead(capture, &replay)) {
		ahead_run(read_logs, &replay, capture);
	} else {
		replay.capture = capture;
		read_logs(&replay, capture->assembler);
		assembler_flush(capture->assembler);
	}
	for (size_t i = 0; i < replay.count; i++)
		free(replay.logs[i].name);
	free(replay.logs);
	if (out_flush(capture->out) == -1 || (capture->out->fd == STDOUT_FILENO && close(STDOUT_FILENO) == -1))
		err(EXIT_FAILED, "stdout");
	return replay.damaged;
}
