/* Where a process lives, from the names of its control groups: the container, and systemd's unit. Pure: text in, words out. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLACE_H
#define PLACE_H

#include <stddef.h>

enum {
	PLACE_ID = 12,         /* of a container's 64 hexadecimal digits, those that people are shown and type */
	PLACE_CONTAINER = 80,  /* bytes, NUL included; what is longer is cut */
	PLACE_UNIT = 256 + 64, /* a unit of a user's manager stands behind that manager's own */
};

struct place {
	char container[PLACE_CONTAINER]; /* "docker:4f0c2d1e9a3b", "lxc:web"; empty outside of any */
	char unit[PLACE_UNIT];           /* "ssh.service", "user@1000.service/app.scope"; empty where systemd has none */
};

/*
 * Reads /proc/PID/cgroup: lines ID:CONTROLLERS:PATH, of version 1, 2 or both. Where containers hold containers it is the outermost
 * one, for what the names below it are is up to whoever is in it. A user may also make groups of any name below user@UID.service, as
 * rootless Podman does: a container there is that user's word, and the unit, which the user cannot change, says so.
 */
void place_parse(struct place *place, const char *text, size_t length);

#endif
