/* SPDX-License-Identifier: BSD-2-Clause */
#include "delivery.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "err.h"
#include "monotonic.h"
#include "runner.h"

enum {
	PATIENCE_LEAST = 1000, /* ms until a command that failed is tried again */
	PATIENCE_MOST = 60000,
	SLOW = 60000, /* ms that a command may take before that is said */
	LOST = 60000, /* ms until it is said again that there is no runner */
};

/* Waits twice as long as the last time. */
static void
put_off(struct delivery *delivery)
{
	int64_t patience = delivery->patience == 0 ? PATIENCE_LEAST : 2 * delivery->patience;

	delivery->patience = patience > PATIENCE_MOST ? PATIENCE_MOST : patience;
	delivery->retry_at = monotonic_ms() + delivery->patience;
}

/*
 * Our own programs end with this status where they went through, but the bin has damage in it. Without the option to get over it the
 * bin would hold up all behind it for ever.
 */
static bool
is_damage(const struct delivery *delivery, const struct runner_report *report)
{
	return WIFEXITED(report->status) && WEXITSTATUS(report->status) == EXIT_DAMAGED && !binset_oldest(delivery->set)->recover;
}

/* The command is run again at once. */
static void
take_damage(struct delivery *delivery, const struct runner_report *report)
{
	struct bin *bin = binset_oldest(delivery->set);

	bin->recover = true;
	notice_say("%s:%u: the bin command says that %s is damaged (exit status %d): run again with -r before its name", delivery->cmds,
	    report->line, bin->path, EXIT_DAMAGED);
}

static void
take_failure(struct delivery *delivery, const struct runner_report *report)
{
	char how[64];

	if (WIFEXITED(report->status))
		snprintf(how, sizeof(how), "exit status %d", WEXITSTATUS(report->status));
	else
		snprintf(how, sizeof(how), "ended by signal %d (%s)", WTERMSIG(report->status), strsignal(WTERMSIG(report->status)));
	notice_repeat(&delivery->failure, "%s:%u: the bin command failed on %s: %s: bins are kept (%zu) until it works", delivery->cmds,
	    report->line, binset_oldest(delivery->set)->path, how, delivery->set->count);
	delivery->failing = report->line;
	put_off(delivery);
}

static void
take_success(struct delivery *delivery, const struct runner_report *report)
{
	notice_over(&delivery->failure, "%s:%u: the bin command works again: %zu bins wait", delivery->cmds, report->line,
	    delivery->set->count);
	delivery->failing = 0;
	delivery->patience = 0;
	if (!delivery->changed)
		binset_oldest(delivery->set)->command++;
	if (report->last) {
		binset_delivered(delivery->set);
		delivery->delivered++;
	}
}

static void
take_report(struct delivery *delivery, const struct runner_report *report)
{
	delivery->running = false;
	notice_over(&delivery->slowness, "%s:%u: the bin command has ended", delivery->cmds, report->line);
	if (report->status == 0)
		take_success(delivery, report);
	else if (is_damage(delivery, report))
		take_damage(delivery, report);
	else
		take_failure(delivery, report);
	delivery->reports++;
}

static void
reap(struct delivery *delivery)
{
	struct runner_report report;
	int rc;

	while ((rc = runner_report(delivery->runner, &report)) == 1)
		if (delivery->running)
			take_report(delivery, &report);
	if (rc == 0)
		return;
	delivery->gone = true;
	delivery->running = false;
}

/* Tells the runner, which is idle and listens, what it has to know and to do. Returns 0, or -1 with errno. */
static int
tell(struct delivery *delivery, const struct bin *bin)
{
	if (delivery->changed && runner_configure(delivery->runner, delivery->cmds, delivery->trail) == -1)
		return -1;
	delivery->changed = false;
	return runner_run(delivery->runner, bin->command, bin->path, bin->recover);
}

/* Starts the next command on the oldest bin. */
static void
start(struct delivery *delivery)
{
	struct bin *bin = binset_oldest(delivery->set);

	if (bin_look(bin) == 0) {
		binset_disown(delivery->set);
		return;
	}
	if (tell(delivery, bin) == -1) {
		notice_repeat(&delivery->failure, "%s: the bin commands cannot be run: %s", bin->path, strerror(errno));
		put_off(delivery);
		return;
	}
	delivery->running = true;
	delivery->began = monotonic_ms();
}

static int64_t
wait_for_command(struct delivery *delivery, int64_t now)
{
	int64_t left = delivery->began + SLOW - now;

	if (left > 0)
		return left;
	notice_repeat(&delivery->slowness, "%s: a bin command works on %s for %lld s: bins are kept (%zu)", delivery->cmds,
	    binset_oldest(delivery->set)->path, (long long)((now - delivery->began) / 1000), delivery->set->count);
	return SLOW;
}

int64_t
delivery_tend(struct delivery *delivery)
{
	int64_t now, left;

	if (!delivery->gone)
		reap(delivery);
	if (delivery->gone) {
		notice_repeat(&delivery->loss, "the process that runs the bin commands is gone: bins are kept (%zu), and delivered when "
					       "auditbin is started again",
		    delivery->set->count);
		return LOST;
	}
	while (!delivery->running && binset_oldest(delivery->set) != NULL && monotonic_ms() >= delivery->retry_at)
		start(delivery);
	now = monotonic_ms();
	if (delivery->running)
		return wait_for_command(delivery, now);
	if (binset_oldest(delivery->set) == NULL)
		return -1;
	left = delivery->retry_at - now;
	return left > 0 ? left : 0;
}

void
delivery_hurry(struct delivery *delivery)
{
	delivery->retry_at = 0;
	delivery->patience = 0;
}

void
delivery_begin_again(struct delivery *delivery, const char *cmds, const char *trail)
{
	struct bin *bin = binset_oldest(delivery->set);

	delivery_hurry(delivery);
	delivery->cmds = cmds;
	delivery->trail = trail;
	delivery->changed = true;
	if (bin != NULL)
		bin->command = 0;
}
