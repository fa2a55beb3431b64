/* SPDX-License-Identifier: BSD-2-Clause */
#include "collect.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confine.h"
#include "err.h"
#include "stream.h"

enum { BATCH = 64 * 1024 }; /* bytes of records that go to the sink together while the input does not pause */

struct collector {
	struct stream stream;
	struct out *out;
	size_t limit;
	struct live_sink *sink;
	int signals;
	bool stop;
	uint64_t until; /* position in the input, once we are told to stop: what was there then is still read */
	bool failed;
};

/* What a writer has put into a pipe would be lost; a file is there to be read again. */
static void
stop(struct collector *collector)
{
	const struct input *input = &collector->stream.input;
	struct stat status;
	int waiting = 0;

	if (collector->stop)
		return;
	collector->stop = true;
	if (fstat(input->fd, &status) == 0 && !S_ISREG(status.st_mode))
		(void)ioctl(input->fd, FIONREAD, &waiting);
	collector->until = input->bytes.base + input->bytes.tail + (uint64_t)waiting;
}

/* SIGHUP asks for the configuration to be read again; all else means to end. */
static void
take_signal(struct collector *collector)
{
	struct signalfd_siginfo signal;

	if (read(collector->signals, &signal, sizeof(signal)) != sizeof(signal))
		return;
	if (signal.ssi_signo == SIGHUP)
		collector->sink->reload(collector->sink->arg);
	else
		stop(collector);
}

/* Lets the sink work, and waits until the input can be read, or the sink has something to do. Returns whether the input can be read. */
static bool
turn(struct collector *collector, bool full)
{
	struct live_sink *sink = collector->sink;
	struct pollfd fds[] = {
		{ .fd = full ? -1 : collector->stream.input.fd, .events = POLLIN },
		{ .fd = sink->fd, .events = POLLIN },
		{ .fd = collector->signals, .events = POLLIN },
	};

	sink->take(sink->arg, collector->out);
	if (poll(fds, 3, (int)sink->tend(sink->arg)) == -1 && errno != EINTR) {
		warn("poll");
		collector->failed = true;
		stop(collector); /* what has been read is still to be written */
	}
	take_signal(collector);
	return fds[0].revents != 0;
}

/* Before each read: records, or what is none, may come without an end and without a pause. */
static void
before_read(void *arg)
{
	struct collector *collector = arg;
	struct input *input = &collector->stream.input;
	struct pollfd fd = { .fd = input->fd, .events = POLLIN };

	while (!collector->stop && !turn(collector, false))
		;
	if (collector->stop)
		input->end = input->bytes.base + input->bytes.tail >= collector->until || poll(&fd, 1, 0) == 0;
}

static void
complain(const char *text)
{
	warnx("%s", text);
}

static int
catch_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1 || (fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) == -1)
		err(EXIT_FAILED, "signals");
	return fd;
}

static void
read_all(struct collector *collector)
{
	struct live_sink *sink = collector->sink;
	struct record record;
	int rc;

	while ((rc = stream_read(&collector->stream, &record)) == 1) {
		out_bytes(collector->out, record.data, record.length);
		if (out_waiting(collector->out) >= BATCH) {
			sink->take(sink->arg, collector->out);
			(void)sink->tend(sink->arg);
			take_signal(collector);
		}
		while (!collector->stop && out_waiting(collector->out) >= collector->limit)
			(void)turn(collector, true);
	}
	collector->failed |= rc == -1; /* it was complained of; what has come is kept */
}

int
collect(const char *path, struct out *out, size_t limit, struct live_sink *sink)
{
	struct collector collector = { .out = out, .limit = limit, .sink = sink };
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd == -1)
		err(EXIT_FAILED, "%s", path);
	confine(CONFINE_ALL);
	collector.signals = catch_signals();
	stream_init(&collector.stream, fd, is_stdin ? "stdin" : path, complain);
	collector.stream.input.idle = before_read;
	collector.stream.input.always = true;
	collector.stream.input.idle_arg = &collector;
	read_all(&collector);
	stream_clear(&collector.stream);
	close(collector.signals);
	return collector.failed ? EXIT_FAILED : collector.stream.damaged > 0 ? EXIT_DAMAGED
									     : EXIT_OK;
}
