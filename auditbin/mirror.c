/* SPDX-License-Identifier: BSD-2-Clause */
#include "mirror.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "monotonic.h"

enum {
	RETRY = 1000,    /* ms until it is opened again after a failure */
	AGAIN = 20,      /* ms until a full fifo is tried again */
	LIMIT = 4 << 20, /* bytes that may wait for it */
};

void
mirror_init(struct mirror *mirror, const char *path)
{
	*mirror = (struct mirror){ .path = path, .out = { .fd = -1 } };
}

void
mirror_clear(struct mirror *mirror)
{
	if (mirror->out.fd == -1)
		return;
	(void)out_drain(&mirror->out);
	close(mirror->out.fd);
	out_clear(&mirror->out);
	mirror->out.fd = -1;
}

void
mirror_move(struct mirror *mirror, const char *path)
{
	mirror_clear(mirror);
	mirror_init(mirror, path);
}

static void
give_up(struct mirror *mirror, int error)
{
	mirror->missing += mirror->out.fd == -1 ? 0 : out_waiting(&mirror->out);
	mirror->out.head = mirror->out.tail = 0; /* its end would not be written */
	mirror_clear(mirror);
	mirror->retry_at = monotonic_ms() + RETRY;
	notice_repeat(&mirror->trouble, "virtual_log %s: %s: the copy is left out (%" PRIu64 " bytes so far), the bins are not",
	    mirror->path, strerror(error), mirror->missing);
}

/* Returns whether it is open. */
static bool
open_it(struct mirror *mirror)
{
	int fd;

	if (mirror->out.fd != -1)
		return true;
	if (mirror->path == NULL || monotonic_ms() < mirror->retry_at)
		return false;
	/* A fifo that nobody reads, or a slow device, must not hold us. */
	fd = open(mirror->path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0640);
	if (fd == -1) {
		give_up(mirror, errno);
		return false;
	}
	out_init(&mirror->out, fd, 65536);
	mirror->out.hold = true;
	return true;
}

static void
drain(struct mirror *mirror)
{
	size_t waiting = out_waiting(&mirror->out);

	if (out_drain(&mirror->out) == -1) {
		mirror->missing += waiting; /* which it has forgotten */
		give_up(mirror, errno);
	} else {
		notice_over(&mirror->trouble, "virtual_log %s: written again; %" PRIu64 " bytes are missing", mirror->path,
		    mirror->missing);
	}
}

void
mirror_write(struct mirror *mirror, const unsigned char *records, size_t size)
{
	if (mirror->path == NULL || size == 0)
		return;
	if (!open_it(mirror)) {
		mirror->missing += size;
		return;
	}
	if (out_waiting(&mirror->out) + size > LIMIT && out_waiting(&mirror->out) > 0) {
		mirror->missing += size;
		give_up(mirror, ETIMEDOUT);
		return;
	}
	out_bytes(&mirror->out, records, size);
	drain(mirror);
}

int64_t
mirror_tend(struct mirror *mirror)
{
	if (mirror->path == NULL || mirror->out.fd == -1 || out_waiting(&mirror->out) == 0)
		return -1;
	drain(mirror);
	return mirror->out.fd != -1 && out_waiting(&mirror->out) > 0 ? AGAIN : -1;
}
