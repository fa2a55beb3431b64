/* SPDX-License-Identifier: BSD-2-Clause */
#include "follow.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "err.h"
#include "growing.h"
#include "mem.h"

enum { LOOK = 1000 }; /* ms after which the files are looked at, whether the kernel told of a change or not */

struct followed {
	struct growing *files;
	size_t count;
	struct seen seen;
	int changes; /* inotify; -1: none, then there are only looks */
	int signals;
};

/* Asks to be told of changes in the directories of the files. What it cannot tell, the next look will. */
static void
watch(struct followed *followed)
{
	followed->changes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	for (size_t i = 0; followed->changes != -1 && i < followed->count; i++) {
		const char *path = followed->files[i].path, *slash = strrchr(path, '/');
		char *parent = slash != NULL ? mem_string(path, (size_t)(slash - path) + 1) : mem_string(".", 1);

		(void)inotify_add_watch(followed->changes, parent, IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM);
		free(parent);
	}
}

/* Waits for a change, a look that is due, or the end. Returns whether to go on. */
static bool
wait_for_change(struct followed *followed)
{
	struct pollfd fds[] = { { .fd = followed->signals, .events = POLLIN }, { .fd = followed->changes, .events = POLLIN } };
	char events[4096];

	(void)poll(fds, 2, LOOK);
	while (followed->changes != -1 && read(followed->changes, events, sizeof(events)) > 0)
		;
	return !(fds[0].revents & POLLIN);
}

/* Returns 0, or -1 if a file cannot be read. */
static int
read_all(struct followed *followed, struct out *out)
{
	int rc = 0;

	for (size_t i = 0; i < followed->count; i++)
		if (growing_read(&followed->files[i], &followed->seen, out) == -1)
			rc = -1;
	return rc;
}

static int
catch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

int
follow(char *const *paths, size_t count, struct out *out, void (*say)(const char *text))
{
	struct followed *followed = mem_alloc_zero(1, sizeof(*followed));
	int status = EXIT_OK;
	bool ended = false;

	followed->count = count;
	followed->files = mem_alloc_zero(count, sizeof(*followed->files));
	for (size_t i = 0; i < count; i++)
		growing_init(&followed->files[i], paths[i], say);
	followed->signals = catch_signals();
	watch(followed);
	for (;;) {
		if (read_all(followed, out) == -1 || out_flush(out) == -1) {
			status = EXIT_FAILED;
			break;
		}
		if (ended)
			break;
		ended = !wait_for_change(followed); /* and then one last look */
	}
	for (size_t i = 0; i < count; i++) {
		if (followed->files[i].damaged > 0 && status == EXIT_OK)
			status = EXIT_DAMAGED;
		growing_clear(&followed->files[i]);
	}
	if (followed->changes != -1)
		close(followed->changes);
	close(followed->signals);
	free(followed->files);
	free(followed);
	return status;
}
