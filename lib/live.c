/*
 * One loop, no threads: the socket is read whatever stdout does, records wait in the output's buffer, and stdout, or the sink, takes
 * what it can without making us wait. Only when more than the limit waits is the socket left alone: its buffer fills, and then messages are
 * dropped, counted and reported (multicast), or the kernel holds the system back, as backlog_wait_time says (unicast). That it only does
 * while some of the socket is read now and then.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "live.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libaudit.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "confine.h"
#include "err.h"
#include "logline.h"
#include "monotonic.h"
#include "rectype.h"
#include "serials.h"
#include "status.h"

enum {
	GATHER = 3,           /* ms: under load, how long the kernel may gather messages before we wake */
	LOAD_RATE = 2,        /* messages in a ms that are no load yet: some 500 events in a second */
	LOAD = 24,            /* messages beyond that rate that mean load: more than most lone events have */
	SIP = 8,              /* messages that are read however full the queue is, */
	SIP_EVERY = 40,       /* ms, so that the kernel, which waits 100 ms for room, does not give up */
	SIP_LIMIT = 32 << 20, /* bytes beyond the queue's limit until that ends: at a KiB a message, three minutes */
	READ_MOST = 4096,     /* messages, about, until signals and all else have their turn */
	STATUS_EVERY = 1000,  /* ms between two looks at what may have been lost, while there is any reason to look */
	BURST_MAX = 100,      /* ms: several times what a burst counts as load */
	DRAIN_MAX = 2000,     /* ms that ending may wait for something to come, or go on reading while new events come */
};

struct live {
	struct capture *capture;
	struct netlink *netlink;
	struct live_sink *sink; /* NULL: stdout */
	size_t limit;
	int64_t now;     /* ms, CLOCK_MONOTONIC */
	int64_t read_at; /* not before this time is the socket read: wakeups are coalesced */
	int64_t load;    /* messages of late, beyond LOAD_RATE; as of loaded_at */
	int64_t loaded_at;
	int64_t sip_at;       /* when the next sip is due */
	int64_t status_at;    /* when it is looked next */
	uint32_t kernel_lost; /* the kernel's count when last asked */
	uint32_t backlog_limit;
	uint64_t received;
	struct serials serials; /* unicast: all that the kernel numbers comes to us */
	uint64_t missing;       /* numbers that never came, not yet reported */
	uint32_t latest;        /* the number that came last */
	uint32_t mark;          /* the highest number when it was last looked: what is before it has had time to come */
	struct status status;
	bool unicast;  /* we were registered at the start */
	bool news;     /* something came since it was last looked */
	bool stuck;    /* the kernel may keep records that it sends only when a new event comes */
	bool owed;     /* a look was due, and the kernel could not be asked under load */
	bool crowded;  /* the socket was full, and drops may not be counted yet */
	bool nudged;   /* the kernel has not answered netlink_nudge() yet */
	bool was_full; /* the queue was, since drops were last counted: they are its fault */
	bool failed;   /* the system failed us; what has come is still passed on */
	bool stop;
};

/* Nothing may come for reasons that the administrator can mend: say so, and wait all the same. */
static void
hint(struct netlink *netlink)
{
	struct audit_status status;

	if (netlink_status(netlink, &status) == -1)
		return; /* multicast without CAP_AUDIT_CONTROL */
	if (status.enabled == 0)
		warnx("auditing is off in the kernel (enabled 0): waiting; `audit start` or `auditctl -e 1` turns it on");
	else if (netlink_count_rules(netlink) == 0)
		warnx("the kernel has no audit rules: only logins and the like will come; `audit start` sets rules");
}

static void
tell_precedence(struct netlink *netlink)
{
	struct audit_status status;

	if (netlink->hurried)
		warnx("the kernel waits for nobody (backlog_wait_time 0): its audit thread and this program run before all normal ones");
	else if (netlink_status(netlink, &status) == 0 && status.backlog_wait_time == 0)
		warnx("the kernel waits for nobody (backlog_wait_time 0), and this program may not run before others "
		      "(CAP_SYS_NICE): more may be lost");
}

void
live_expect_reload(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		err(EXIT_FAILED, "signals");
}

/*
 * stdout must not block, and other programs that share it must not notice: a pipe or terminal is opened anew through /proc, a
 * socket is asked not to wait with each send. A regular file never blocks for long.
 */
void
live_unblock(struct out *out)
{
	struct stat status;
	int fd = -1;

	if (fstat(out->fd, &status) == -1)
		return;
	out->socket = S_ISSOCK(status.st_mode);
	if (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode))
		fd = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd != -1)
		out->fd = fd;
}

void
live_open(struct netlink *netlink, bool multicast, bool started)
{
	struct err error;

	if (netlink_open(netlink, multicast, &error) == -1)
		errx(EXIT_FAILED, "%s", error.text);
	confine(CONFINE_AUDIT | (started ? CONFINE_RELOAD : 0) | (netlink->hurried ? CONFINE_PRECEDENCE : 0));
	warnx("%s", netlink->registered ? "unicast: this is the kernel's audit daemon" : multicast ? "multicast: beside any other reader"
												   : "multicast: beside the audit daemon that is registered");
	if (netlink->registered)
		tell_precedence(netlink);
	if (!started)
		hint(netlink); /* else rules, and auditing itself, come once we listen */
}

/*
 * The numbers count from the record on that tells of our registration, or of auditing being enabled after it: of two events at the same
 * time as that, only the later one may have been meant for us. Where a rule excludes such records, from the second second on.
 */
static void
note_serial(struct live *live, uint16_t type, uint32_t serial)
{
	live->latest = serial;
	if (!live->netlink->registered || (!live->serials.begun && type != AUDIT_CONFIG_CHANGE))
		return;
	if (!live->serials.begun)
		live->mark = serial;
	live->missing += serials_see(&live->serials, serial);
}

/* The record that netlink_nudge() asks for: it came behind all that the kernel had waiting. */
static bool
is_answer(uint16_t type, const struct logline *line)
{
	return type == AUDIT_CONFIG_CHANGE && memmem(line->body, line->body_length, "op=trim", 7) != NULL;
}

static void
take(void *arg, uint16_t type, const char *text, size_t length, bool cut)
{
	struct live *live = arg;
	struct logline line;

	live->received++;
	if (logline_parse_message(text, length, &line) == -1) {
		warnx("the kernel sent a record of type %u that has no stamp: ignored", type);
		return;
	}
	if (cut) {
		warnx("serial %" PRIu64 ": a record of type %u is longer than any should be: only its first %zu bytes are kept",
		    line.serial, type, length);
		live->capture->cut++;
	}
	line.type = type;
	note_serial(live, type, (uint32_t)line.serial);
	if (live->nudged && is_answer(type, &line)) {
		live->nudged = false;
		if (live->stop)
			live->mark = (uint32_t)line.serial;
	}
	assembler_push(live->capture->assembler, &line, live->now);
}

/*
 * Once the daemon's socket was full for so long that the kernel gave up a message, it takes nothing more, and the kernel goes on giving up,
 * until it is empty: then it is emptied, whatever waits (netlink_attachskb() and netlink_rcv_wake() in net/netlink/af_netlink.c).
 */
static bool
is_full(const struct live *live)
{
	return out_waiting(live->capture->out) >= live->limit && !(live->crowded && live->netlink->registered);
}

/* Lets go what can go at once. */
static void
pass_on(struct live *live)
{
	if (live->sink != NULL)
		live->sink->take(live->sink->arg, live->capture->out);
	else
		(void)out_drain(live->capture->out);
}

/*
 * After the socket was full. Beside a daemon, what was dropped is lost. The daemon's own drops are the kernel's attempts: it keeps what it
 * could not deliver until a new event comes, which may be never, and what was lost in the end only the numbers tell.
 */
static void
settle_drops(struct live *live)
{
	uint32_t dropped = netlink_dropped(live->netlink);

	if (!live->unicast && dropped > 0)
		capture_lost(live->capture, live->was_full ? LOST_QUEUE : LOST_SOCKET, dropped);
	live->stuck |= live->netlink->registered;
	live->crowded = !live->netlink->emptied; /* until then more may be dropped, and not told by ENOBUFS again */
	live->was_full = is_full(live);
}

/* Asks what the kernel itself had to throw away. Cheap, but a system call that may be audited: only while events come. */
static void
report_kernel_loss(struct live *live)
{
	struct audit_status status;

	if (netlink_status(live->netlink, &status) == -1)
		return;
	if (status.lost > live->kernel_lost)
		capture_lost(live->capture, LOST_KERNEL, status.lost - live->kernel_lost);
	live->kernel_lost = status.lost;
}

static void
report_missing(struct live *live, uint32_t last)
{
	live->missing += serials_settle(&live->serials, last);
	if (live->missing > 0)
		capture_lost(live->capture, LOST_EVENTS, live->missing);
	live->missing = 0;
}

/* Something may be lost, or stuck in the kernel, of which no further event tells. */
static bool
is_doubtful(const struct live *live)
{
	return live->crowded || live->stuck || live->owed || serials_gap(&live->serials);
}

static int64_t
load_now(const struct live *live)
{
	int64_t load = live->load - (live->now - live->loaded_at) * LOAD_RATE;

	return load > 0 ? load : 0;
}

/*
 * While its backlog is full the kernel makes wait who sends it anything (audit_receive() in kernel/audit.c), and so the only one who could
 * empty it. Under load, and while our queue is full, it is asked nothing.
 */
static bool
may_ask(const struct live *live)
{
	return load_now(live) < LOAD && !is_full(live);
}

static void
nudge(struct live *live)
{
	live->stuck = false;
	live->nudged = true;
	netlink_nudge(live->netlink);
}

static void
look_for_losses(struct live *live)
{
	live->status_at = live->now + STATUS_EVERY;
	live->news = false;
	if (live->crowded)
		settle_drops(live);
	live->owed = !may_ask(live);
	if (!live->owed)
		report_kernel_loss(live);
	if (!live->owed && live->stuck && !live->crowded)
		nudge(live);
	if (!live->serials.begun && live->netlink->registered)
		(void)serials_see(&live->serials, live->latest);
	else
		report_missing(live, live->mark);
	live->mark = live->serials.highest;
}

static void
note_load(struct live *live, uint64_t messages)
{
	live->load = load_now(live) + (int64_t)messages;
	if (live->load > 2 * LOAD)
		live->load = 2 * LOAD; /* so that it is soon over */
	live->loaded_at = live->now;
}

static void
fail(struct live *live, const char *what)
{
	warn("%s", what);
	live->failed = live->stop = true;
}

/* Reads up to so many messages, and passes them on. */
static void
receive(struct live *live, unsigned most)
{
	int rc = netlink_receive(live->netlink, most, take, live);

	if (rc == -1 && errno == ENOBUFS) {
		live->crowded = true;
		if (!live->unicast)
			settle_drops(live);
	} else if (rc == -1) {
		fail(live, "audit socket");
	}
	pass_on(live);
}

/* Reads until the socket is empty or the queue is full, or for a while. Returns the number of messages. */
static uint64_t
read_socket(struct live *live)
{
	uint64_t before = live->received;

	do
		receive(live, NETLINK_BATCH);
	while (!live->netlink->emptied && !live->failed && !is_full(live) && !live->capture->done &&
	    live->received - before < READ_MOST);
	live->was_full |= is_full(live);
	note_load(live, live->received - before);
	return live->received - before;
}

/* A lone event leaves at once; where many come, waking for each record costs more than all else, us and the kernel. */
static void
pace(struct live *live)
{
	if (live->load >= LOAD && live->netlink->emptied)
		live->read_at = live->now + GATHER;
}

static void
fail_if_unwritable(struct live *live)
{
	int error = live->capture->out->error;

	if (error == 0)
		return;
	netlink_leave(live->netlink);
	errno = error;
	err(EXIT_FAILED, "stdout");
}

static int
earliest(int a, int64_t b)
{
	return b >= 0 && (a < 0 || b < a) ? (int)b : a;
}

/* SIGHUP tells a stream of `audit start` that its configuration was changed; all else means to end. */
static void
take_signal(struct live *live, int signals)
{
	struct signalfd_siginfo signal;
	struct err error;

	if (read(signals, &signal, sizeof(signal)) != sizeof(signal))
		return;
	if (signal.ssi_signo != SIGHUP || !live->capture->source->started)
		live->stop = true;
	else if (capture_reload(live->capture, &error) == -1)
		warnx("%s: the configuration stays as it was", error.text);
	else {
		if (live->sink != NULL)
			live->sink->reload(live->sink->arg);
		warnx("%s: read again", live->capture->source->confdir);
	}
}

/* The queue is full, and the kernel waits for us: it must not wait in vain. */
static bool
is_thirsty(const struct live *live)
{
	return live->netlink->registered && is_full(live) && out_waiting(live->capture->out) < live->limit + SIP_LIMIT;
}

static void
sip(struct live *live)
{
	live->sip_at = live->now + SIP_EVERY;
	receive(live, SIP);
	live->news = true;
}

/* Until when the loop may sleep if nothing comes: ms, -1 for ever. */
static int
patience(struct live *live)
{
	const struct capture *capture = live->capture;
	int timeout = live->read_at > live->now ? (int)(live->read_at - live->now) : -1;

	if (is_thirsty(live))
		timeout = earliest(timeout, live->sip_at > live->now ? live->sip_at - live->now : 0);
	if (is_doubtful(live))
		timeout = earliest(timeout, live->status_at > live->now ? live->status_at - live->now : 0);
	timeout = earliest(timeout, assembler_expire(capture->assembler, live->now));
	if (live->sink != NULL)
		timeout = earliest(timeout, live->sink->tend(live->sink->arg));
	return earliest(timeout,
	    status_update(&live->status, capture, live->netlink->registered, live->received, live->now));
}

/* What there is to be waited for besides the socket: that stdout takes more, or that the sink has to do something. */
static struct pollfd
outlet(const struct live *live)
{
	const struct out *out = live->capture->out;

	if (live->sink != NULL)
		return (struct pollfd){ .fd = live->sink->fd, .events = POLLIN };
	return (struct pollfd){ .fd = out->fd, .events = out_waiting(out) > 0 ? POLLOUT : 0 };
}

/* One turn of the loop: waits for what can be done, and does it. */
static void
turn(struct live *live, int signals)
{
	bool full = is_full(live), resting = live->read_at > live->now;
	struct pollfd fds[] = {
		{ .fd = full || resting ? -1 : live->netlink->fd, .events = POLLIN },
		outlet(live),
		{ .fd = signals, .events = POLLIN },
	};

	if (poll(fds, 3, patience(live)) == -1 && errno != EINTR)
		fail(live, "poll");
	live->now = monotonic_ms();
	if (live->sink == NULL && (fds[1].revents & POLLERR))
		live->capture->out->error = EPIPE;
	if (fds[0].revents != 0 || (resting && !full && live->read_at <= live->now)) {
		(void)read_socket(live);
		pace(live);
		live->news = true;
	} else if (live->now >= live->sip_at && is_thirsty(live)) {
		sip(live);
	}
	if (live->now >= live->status_at && (live->news || is_doubtful(live)))
		look_for_losses(live);
	if (fds[2].revents != 0)
		take_signal(live, signals); /* what the socket held before it is judged by the old configuration */
	pass_on(live);
	fail_if_unwritable(live);
}

/* Goes on with ending: stdout may make us wait now. */
static void
make_room(struct live *live)
{
	if (is_full(live) && out_flush(live->capture->out) == -1)
		fail_if_unwritable(live);
}

static void
wait_for_socket(const struct live *live)
{
	(void)poll(&(struct pollfd){ .fd = live->netlink->fd, .events = POLLIN }, 1, GATHER);
}

/* Reads until the socket is empty, or it takes too long. */
static void
empty_socket(struct live *live, int64_t until)
{
	do {
		make_room(live);
		if (read_socket(live) == 0 && live->netlink->emptied)
			return;
		live->now = monotonic_ms();
	} while (live->now < until && !live->capture->done && !live->failed);
}

/* After a burst the kernel may be asked again at once, in a storm it may not. */
static void
outlast_burst(struct live *live)
{
	int64_t until = live->now + BURST_MAX;

	while (!may_ask(live) && live->now < until && !live->capture->done && !live->failed) {
		make_room(live);
		(void)read_socket(live);
		wait_for_socket(live);
		live->now = monotonic_ms();
	}
}

/*
 * Reads what the kernel has waiting for us as this is called, however long that takes while it comes, and until the kernel has answered
 * if it was nudged. What of it does not come is lost: nobody else will take it.
 */
static void
empty_backlog(struct live *live)
{
	int64_t until = live->now + DRAIN_MAX, quiet_until = until;
	struct audit_status status = { .backlog = live->backlog_limit };
	bool asked = may_ask(live);
	uint64_t enough;

	if (asked && netlink_status(live->netlink, &status) == -1)
		return;
	enough = live->received + status.backlog; /* under load, no more than that */
	while ((live->received < enough || (live->nudged && live->now < until)) && live->now < quiet_until &&
	    !live->capture->done && !live->failed) {
		make_room(live);
		if (read_socket(live) > 0)
			quiet_until = live->now + DRAIN_MAX;
		wait_for_socket(live);
		live->now = monotonic_ms();
	}
	if (asked && live->unicast && live->received < enough && !live->capture->done)
		capture_lost(live->capture, LOST_KERNEL, enough - live->received);
}

/*
 * Told to end: what the kernel has recorded by now is still taken, first from the socket, then from the kernel's backlog.
 * New events may come as fast as these are read; they are not waited for.
 */
static void
drain(struct live *live)
{
	live->mark = live->serials.highest;
	/* What the sink cannot take now is kept for it: the socket, and so what waits, has its limits too. */
	if (live->sink != NULL)
		live->limit = SIZE_MAX;
	empty_socket(live, live->now + DRAIN_MAX);
	if (live->crowded)
		settle_drops(live);
	outlast_burst(live);
	if (live->stuck && may_ask(live))
		nudge(live);
	empty_backlog(live);
	/* One more record may be on its way from the backlog to the socket. */
	wait_for_socket(live);
	live->nudged = false; /* whoever has turned auditing off is not waited for */
	netlink_leave(live->netlink);
	/* What the socket holds now is all that is left, and is taken however slow the reader of stdout is. */
	empty_socket(live, INT64_MAX);
	if (live->crowded)
		settle_drops(live);
	report_kernel_loss(live);
	report_missing(live, live->mark);
	assembler_flush(live->capture->assembler);
	if (live->sink == NULL)
		(void)out_flush(live->capture->out);
	fail_if_unwritable(live);
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
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1 || (fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) == -1)
		err(EXIT_FAILED, "signals");
	return fd;
}

/* Says what of the events was lost in all. Returns whether anything was. */
static bool
tell_losses(const struct capture *capture)
{
	bool lost = capture->cut > 0;

	for (int stage = 0; stage < LOST_STAGES; stage++) {
		if (capture->lost[stage] == 0)
			continue;
		lost = true;
		warnx("lost: %" PRIu64 " %s, stage %s", capture->lost[stage],
		    stage == LOST_EVENTS ? "events" : "records of the kernel", lost_stage_names[stage]);
	}
	return lost;
}

int
live_run(struct capture *capture, struct netlink *netlink, size_t limit, struct live_sink *sink)
{
	struct live live = {
		.capture = capture,
		.netlink = netlink,
		.sink = sink,
		.limit = limit,
		.now = monotonic_ms(),
		.unicast = netlink->registered,
	};
	struct audit_status status;
	int signals = catch_signals();
	bool lost;

	live.status_at = live.now + STATUS_EVERY;
	if (netlink_status(netlink, &status) == 0) {
		live.kernel_lost = status.lost;
		live.backlog_limit = status.backlog_limit;
	}
	capture->out->hold = true;
	status_init(&live.status, capture, sink);
	assembler_expect_end(capture->assembler);
	while (!live.stop && !capture->done)
		turn(&live, signals);
	drain(&live);
	status_clear(&live.status);
	close(signals);
	lost = tell_losses(capture);
	return live.failed ? EXIT_FAILED : lost ? EXIT_DAMAGED
						: EXIT_OK;
}
