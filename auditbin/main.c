/*
 * auditbin: the kernel's audit events, or records of a stream, into bin files; finished bins to the bin commands. auditbin(8) describes it.
 * Exits 0 when told to end and every bin is delivered, 1 if something is left or the system failed it, 2 if the input was damaged, 64 if
 * called wrongly.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "binset.h"
#include "collect.h"
#include "commands.h"
#include "config.h"
#include "delivery.h"
#include "err.h"
#include "live.h"
#include "mirror.h"
#include "programs.h"
#include "ready.h"
#include "runner.h"

enum {
	QUEUE_DEFAULT = 4 << 20, /* bytes of records that may wait for the bins */
	BLOCK = 512,             /* bytes: what freespace counts */
};

struct options {
	char *confdir;     /* absolute: it is told to the bin commands, and read again from elsewhere */
	const char *input; /* NULL: the kernel */
	bool background;
};

struct auditbin {
	const struct options *options;
	struct config *config;
	struct out queue;
	struct binset set;
	struct delivery delivery;
	struct mirror mirror;
	struct live_sink sink;
	bool unwritable; /* as last seen: the bin cannot be written */
	uint64_t turns;  /* how often that has changed */
	int background;  /* as ready_detach() returned it, or -1 */
	bool ready;
};

_Noreturn static void
usage(void)
{
	fprintf(stderr, "usage: auditbin [-b] [-C confdir] [-i file|-]\n");
	exit(EXIT_USAGE);
}

static struct options
parse_options(int argc, char **argv)
{
	struct options options = { .confdir = NULL };
	const char *confdir = config_directory();
	int option;

	while ((option = getopt(argc, argv, "C:bi:")) != -1) {
		switch (option) {
		case 'C':
			confdir = optarg;
			break;
		case 'b':
			options.background = true;
			break;
		case 'i':
			options.input = optarg;
			break;
		default:
			usage();
		}
	}
	if (optind != argc)
		usage();
	options.confdir = realpath(confdir, NULL);
	if (options.confdir == NULL)
		err(EXIT_USAGE, "%s", confdir);
	return options;
}

/* --- the configuration */

static struct binset_settings
bin_settings(const struct settings *settings)
{
	return (struct binset_settings){
		.bin1 = settings->bin1,
		.bin2 = settings->bin2,
		.trail = settings->trail,
		.binsize = (uint64_t)settings->binsize,
		.bytethreshold = (uint64_t)settings->bytethreshold,
		.eventthreshold = (uint64_t)settings->eventthreshold,
		.freespace = (uint64_t)settings->freespace * BLOCK,
	};
}

/* The config, and its bin commands, which are to be cleared either way. NULL with *error. */
static struct config *
load_config(const char *confdir, struct commands *commands, struct err *error)
{
	struct config *config = config_load(confdir, error);
	const char *cmds = config == NULL ? NULL : config_settings(config)->bincmds;
	int rc = config == NULL ? -1 : 0;

	*commands = (struct commands){ 0 };
	if (rc == 0 && cmds == NULL)
		rc = err_set(error, "%s: the stanza bin has no cmds", config_path(config));
	if (rc == 0)
		rc = commands_load_named(commands, config, "bin", cmds, error);
	if (rc == 0)
		return config;
	config_free(config);
	return NULL;
}

/* Bins keep their names while they are being filled. */
static bool
has_moved(const struct settings *a, const struct settings *b)
{
	return strcmp(a->bin1, b->bin1) != 0 || strcmp(a->bin2, b->bin2) != 0;
}

static void
reload(void *arg)
{
	struct auditbin *auditbin = arg;
	struct commands commands;
	struct err error;
	struct config *config = load_config(auditbin->options->confdir, &commands, &error);
	const struct settings *settings;

	commands_clear(&commands); /* the runner reads them itself */
	if (config == NULL) {
		notice_say("%s: the bins stay as they were", error.text);
		return;
	}
	settings = config_settings(config);
	if (has_moved(settings, config_settings(auditbin->config))) {
		notice_say("%s: bin1 or bin2 is another: that needs a new start; the bins stay as they were", config_path(config));
		config_free(config);
		return;
	}
	auditbin->set.settings = bin_settings(settings);
	delivery_begin_again(&auditbin->delivery, settings->bincmds, settings->trail);
	mirror_move(&auditbin->mirror, settings->virtual_log);
	config_free(auditbin->config);
	auditbin->config = config;
}

/* --- what live_run() and collect() call */

static void
take(void *arg, struct out *queue)
{
	struct auditbin *auditbin = arg;
	const unsigned char *first = queue->data + queue->head;
	size_t before = out_waiting(queue);

	binset_take(&auditbin->set, queue);
	mirror_write(&auditbin->mirror, first, before - out_waiting(queue));
}

static int64_t
earliest(int64_t a, int64_t b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* All that is needed was found and opened, and there is a bin, or it was said why not. */
static void
begin(struct auditbin *auditbin)
{
	ready_tell(auditbin->background);
	if (auditbin->background != -1)
		notice_detach();
	auditbin->ready = true;
}

static int64_t
tend(void *arg)
{
	struct auditbin *auditbin = arg;
	struct live_sink *sink = &auditbin->sink;
	int64_t next;

	next = delivery_tend(&auditbin->delivery);
	take(auditbin, &auditbin->queue); /* a bin that was delivered may have made room on the disk */
	next = earliest(next, binset_tend(&auditbin->set));
	next = earliest(next, mirror_tend(&auditbin->mirror));
	sink->fd = auditbin->delivery.gone ? -1 : auditbin->delivery.runner;
	auditbin->turns += auditbin->unwritable != auditbin->set.trouble.on;
	auditbin->unwritable = auditbin->set.trouble.on;
	sink->changes = auditbin->set.switches + auditbin->delivery.reports + auditbin->turns;
	if (!auditbin->ready)
		begin(auditbin);
	return next;
}

static void
tell(void *arg, FILE *status)
{
	const struct auditbin *auditbin = arg;
	const struct binset *set = &auditbin->set;

	fprintf(status, "bin %s\nbytes %" PRIu64 "\nbinned %" PRIu64 "\n", set->current.path != NULL ? set->current.path : "-",
	    set->current.content.body, set->bytes);
	fprintf(status, "switches %" PRIu64 "\nwaiting %zu\ndelivered %" PRIu64 "\n", set->switches, set->count,
	    auditbin->delivery.delivered);
	fprintf(status, "unwritable %d\nfailing %u\n", set->trouble.on, auditbin->delivery.failing);
}

/* --- from the start to the end */

static void
set_up(struct auditbin *auditbin)
{
	const struct options *options = auditbin->options;
	const struct settings *settings;
	struct binset_settings bins;
	struct commands commands;
	struct err error;

	auditbin->config = load_config(options->confdir, &commands, &error);
	if (auditbin->config == NULL)
		errx(EXIT_USAGE, "%s", error.text);
	settings = config_settings(auditbin->config);
	umask(027);
	notice_init();
	auditbin->delivery = (struct delivery){ .set = &auditbin->set, .cmds = settings->bincmds, .trail = settings->trail };
	auditbin->delivery.runner = runner_start(options->confdir, &commands, settings->trail, options->background);
	if (auditbin->delivery.runner == -1)
		err(EXIT_FAILED, "the process that runs the bin commands");
	commands_clear(&commands);
	bins = bin_settings(settings);
	if (binset_open(&auditbin->set, &bins, &error) == -1)
		errx(EXIT_FAILED, "%s", error.text);
	if (auditbin->set.count > 0)
		notice_say("%zu bins of an earlier run, the first %s: delivered now", auditbin->set.count, auditbin->set.waiting[0].path);
	mirror_init(&auditbin->mirror, settings->virtual_log);
	auditbin->sink = (struct live_sink){
		.arg = auditbin,
		.fd = auditbin->delivery.runner,
		.take = take,
		.tend = tend,
		.reload = reload,
		.tell = tell,
	};
}

/* Returns what live_run() does. */
static int
capture_live(struct auditbin *auditbin, size_t limit)
{
	const struct selection_source source = { .confdir = auditbin->options->confdir, .started = true };
	struct capture capture = { .out = &auditbin->queue, .source = &source, .live = true };
	struct netlink netlink;
	struct err error;
	int status;

	live_expect_reload();
	capture.selection = selection_load(&source, &error);
	if (capture.selection == NULL)
		errx(EXIT_USAGE, "%s", error.text);
	capture_init(&capture);
	capture_stamp_machine(&capture);
	live_open(&netlink, false, true);
	status = live_run(&capture, &netlink, limit, &auditbin->sink);
	netlink_close(&netlink);
	capture_clear(&capture);
	return status;
}

/* Another signal means: do not wait. */
static int
watch_for_impatience(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1 || (fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) == -1)
		err(EXIT_FAILED, "signals");
	return fd;
}

/* Waits so many ms, -1 for ever, for the runner. Returns whether there was a signal meanwhile. */
static bool
wait_for_runner(const struct auditbin *auditbin, int signals, int64_t next)
{
	struct signalfd_siginfo signal;
	struct pollfd fds[] = {
		{ .fd = auditbin->sink.fd, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};

	(void)poll(fds, 2, (int)next);
	return fds[1].revents != 0 && read(signals, &signal, sizeof(signal)) == sizeof(signal);
}

/* Writes what waits, and finishes the bin, however long the disk is full. Returns whether that was possible before a signal came. */
static bool
write_out(struct auditbin *auditbin, int signals)
{
	int64_t next;

	do {
		take(auditbin, &auditbin->queue);
		next = tend(auditbin);
		if (out_waiting(&auditbin->queue) == 0) {
			binset_end(&auditbin->set);
			next = tend(auditbin);
		}
		if (auditbin->set.step == BINSET_ENDED)
			return true;
	} while (!wait_for_runner(auditbin, signals, next));
	notice_say("%zu bytes of records cannot be written: lost", out_waiting(&auditbin->queue));
	return false;
}

/* Waits for the commands, until none is left to be run, one fails, or a signal comes. Returns whether every bin is delivered. */
static bool
deliver_rest(struct auditbin *auditbin, int signals)
{
	struct delivery *delivery = &auditbin->delivery;
	int64_t next;

	delivery_hurry(delivery);
	do {
		next = delivery_tend(delivery);
		if (binset_oldest(&auditbin->set) == NULL)
			return true;
	} while (!delivery->gone && (delivery->running || delivery->patience == 0) && !wait_for_runner(auditbin, signals, next));
	notice_say("%zu bins are left, the first %s: delivered when auditbin is started again", auditbin->set.count,
	    binset_oldest(&auditbin->set)->path);
	return false;
}

int
main(int argc, char **argv)
{
	const struct options options = parse_options(argc, argv);
	struct auditbin auditbin = { .options = &options, .background = -1 };
	size_t limit = out_size(QUEUE_DEFAULT);
	int signals, status;
	bool well;

	programs_expect_children();
	(void)signal(SIGPIPE, SIG_IGN); /* a virtual_log, or messages, that nobody reads any more */
	if (options.background)
		auditbin.background = ready_detach();
	set_up(&auditbin);
	out_init(&auditbin.queue, -1, limit);
	auditbin.queue.hold = true;
	if (options.input != NULL)
		status = collect(options.input, &auditbin.queue, limit, &auditbin.sink);
	else
		status = capture_live(&auditbin, limit);
	signals = watch_for_impatience();
	well = write_out(&auditbin, signals);
	well = deliver_rest(&auditbin, signals) && auditbin.set.disowned == 0 && auditbin.set.lost == 0 && well;
	binset_clear(&auditbin.set);
	mirror_clear(&auditbin.mirror);
	out_clear(&auditbin.queue);
	config_free(auditbin.config);
	free(options.confdir);
	return well ? status : EXIT_FAILED;
}
