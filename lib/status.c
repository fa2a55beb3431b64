/* SPDX-License-Identifier: BSD-2-Clause */
#include "status.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "live.h"

enum { EVERY = 1000 }; /* ms */

void
status_init(struct status *status, const struct capture *capture, const struct live_sink *sink)
{
	const char *directory = getenv("AUDIT_RUNDIR"), *kind = sink != NULL ? "bin" : "stream";

	*status = (struct status){ .sink = sink };
	if (!capture->source->started || directory == NULL || *directory != '/')
		return;
	if (asprintf(&status->path, "%s/%s.%d", directory, kind, (int)getpid()) == -1 ||
	    asprintf(&status->next, "%s/.%s.%d", directory, kind, (int)getpid()) == -1)
		errx(EXIT_FAILED, "out of memory");
}

static int
print(FILE *file, const struct status *status, const struct capture *capture, bool unicast, uint64_t received)
{
	fprintf(file, "pid %d\nmode %s\n", (int)getpid(), unicast ? "unicast" : "multicast");
	fprintf(file, "received %" PRIu64 "\nwritten %" PRIu64 "\nqueued %zu\n", received, capture->written,
	    out_waiting(capture->out));
	fprintf(file, "lost_kernel %" PRIu64 "\nlost_socket %" PRIu64 "\nlost_queue %" PRIu64 "\nlost_events %" PRIu64 "\n",
	    capture->lost[LOST_KERNEL], capture->lost[LOST_SOCKET], capture->lost[LOST_QUEUE], capture->lost[LOST_EVENTS]);
	fprintf(file, "config %s\nreads %" PRIu64 "\n", capture->source->confdir, capture->reads);
	if (status->sink != NULL)
		status->sink->tell(status->sink->arg, file);
	return fflush(file);
}

/* Nobody waits for the disk: what a crash leaves of it is of no use anyway. */
static int
write_file(const struct status *status, const struct capture *capture, bool unicast, uint64_t received)
{
	int fd = open(status->next, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640);
	FILE *file = fd == -1 ? NULL : fdopen(fd, "w");
	int rc;

	if (file == NULL) {
		if (fd != -1)
			close(fd);
		return -1;
	}
	rc = print(file, status, capture, unicast, received);
	rc |= fclose(file);
	return rc == 0 ? rename(status->next, status->path) : -1;
}

int64_t
status_update(struct status *status, const struct capture *capture, bool unicast, uint64_t received, int64_t now)
{
	const uint64_t news[] = { received, capture->written, out_waiting(capture->out),
		status->sink != NULL ? status->sink->changes : 0, capture->reads };
	bool asked = capture->reads != status->told[4];

	if (status->path == NULL || (status->due != 0 && memcmp(news, status->told, sizeof(news)) == 0))
		return -1;
	if (now < status->due && !asked)
		return status->due - now;
	if (write_file(status, capture, unicast, received) == -1 && !status->failed) {
		warn("%s", status->path);
		status->failed = true;
	}
	memcpy(status->told, news, sizeof(news));
	status->due = now + EVERY;
	return -1;
}

void
status_clear(struct status *status)
{
	if (status->path != NULL)
		(void)unlink(status->path);
	free(status->path);
	free(status->next);
}
