/*
 * What container runtimes call their control groups, from their documentation and what they do:
 *
 *   docker-ID.scope   docker/ID                     Docker, with systemd's driver and its own
 *   libpod-ID.scope   libpod-ID   libpod-payload-ID Podman; the last in a unit of systemd (Quadlet)
 *   crio-ID.scope     crio-ID                       CRI-O
 *   cri-containerd-ID.scope                         containerd under Kubernetes
 *   ....slice:cri-containerd:ID   ....slice:docker:ID   what was meant for systemd, made without it
 *   nerdctl-ID.scope                                containerd with nerdctl
 *   kubepods/.../podUID/ID                          Kubernetes, whatever the runtime
 *   lxc.payload.NAME  lxc.payload/NAME  lxc/NAME    LXC, LXD, Incus
 *   machine-NAME.scope  systemd-nspawn@NAME.service   systemd-nspawn, in machine.slice
 *
 * The monitors that runtimes keep beside a container (libpod-conmon-ID.scope, lxc.monitor.NAME, NAME.scope/supervisor) are not in it.
 * Names of units are escaped as systemd.unit(5) says.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "place.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

enum { ID_LENGTH = 64 }; /* hexadecimal digits of a container's identifier */

/* A part of a path: the bytes between two slashes. */
struct part {
	const char *text;
	size_t length;
};

/* Steps through a path: *at is its first byte before the first call. False at its end. */
static bool
next_part(const char **at, const char *end, struct part *part)
{
	while (*at < end && **at == '/')
		(*at)++;
	part->text = *at;
	while (*at < end && **at != '/')
		(*at)++;
	part->length = (size_t)(*at - part->text);
	return part->length > 0;
}

static bool
is(const struct part *part, const char *word)
{
	return part->length == strlen(word) && memcmp(part->text, word, part->length) == 0;
}

static bool
cut_prefix(struct part *part, const char *prefix)
{
	size_t length = strlen(prefix);

	if (part->length <= length || memcmp(part->text, prefix, length) != 0)
		return false;
	part->text += length;
	part->length -= length;
	return true;
}

static bool
cut_suffix(struct part *part, const char *suffix)
{
	size_t length = strlen(suffix);

	if (part->length <= length || memcmp(part->text + part->length - length, suffix, length) != 0)
		return false;
	part->length -= length;
	return true;
}

static bool
is_id(const struct part *part)
{
	for (size_t i = 0; i < part->length; i++)
		if (strchr("0123456789abcdef", part->text[i]) == NULL || part->text[i] == '\0')
			return false;
	return part->length == ID_LENGTH;
}

/* systemd writes bytes as \x2d in the names of units. */
static void
unescape(const struct part *part, char *to, size_t size)
{
	size_t length = 0;
	unsigned char byte;

	for (size_t i = 0; i < part->length && length < size - 1; i++) {
		to[length] = part->text[i];
		if (part->length - i >= 4 && part->text[i] == '\\' && part->text[i + 1] == 'x' &&
		    text_unhex(part->text + i + 2, 2, &byte) && byte != '\0') {
			to[length] = (char)byte;
			i += 3;
		}
		length++;
	}
	to[length] = '\0';
}

static bool
set_container(struct place *place, const char *runtime, const struct part *name)
{
	char text[PLACE_CONTAINER];

	unescape(name, text, is_id(name) ? PLACE_ID + 1 : sizeof(text));
	snprintf(place->container, sizeof(place->container), "%s:%.*s", runtime,
	    (int)(sizeof(place->container) - strlen(runtime) - 2), text);
	return true;
}

/* RUNTIME-ID, with .scope or without; ....slice:RUNTIME:ID. */
static bool
is_named_by_runtime(struct place *place, struct part part)
{
	static const struct {
		const char *name, *runtime;
	} runtimes[] = {
		{ "docker", "docker" },
		{ "libpod", "podman" },
		{ "libpod-payload", "podman" },
		{ "crio", "crio" },
		{ "cri-containerd", "containerd" },
		{ "nerdctl", "containerd" },
	};
	const char *slice = memmem(part.text, part.length, ".slice:", 7);
	struct part id;

	if (slice != NULL)
		part = (struct part){ slice + 7, part.length - (size_t)(slice + 7 - part.text) };
	cut_suffix(&part, ".scope");
	for (size_t i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]); i++) {
		id = part;
		if (cut_prefix(&id, runtimes[i].name) && (cut_prefix(&id, "-") || cut_prefix(&id, ":")) && is_id(&id))
			return set_container(place, runtimes[i].runtime, &id);
	}
	return false;
}

/* A machine that is no virtual one: libvirt names those machine-qemu\x2d1\x2dNAME.scope. */
static bool
is_machine(struct place *place, struct part part, const struct part *below)
{
	struct part name = part;

	if (is(below, "supervisor"))
		return false;
	if (cut_prefix(&name, "systemd-nspawn@") && cut_suffix(&name, ".service"))
		return set_container(place, "nspawn", &name);
	name = part;
	if (!cut_prefix(&name, "machine-") || !cut_suffix(&name, ".scope"))
		return false;
	if (cut_prefix(&name, "qemu\\x2d"))
		return false;
	return set_container(place, cut_prefix(&name, "lxc\\x2d") ? "lxc" : "nspawn", &name);
}

/* A part of the path, in the one above it; below is the next one, empty at the end. */
static bool
is_container(struct place *place, const struct part *above, const struct part *part, const struct part *below, bool in_kubepods)
{
	struct part name = *part;

	if (is_named_by_runtime(place, *part))
		return true;
	if (is_id(part))
		return set_container(place, in_kubepods ? "kubernetes" : is(above, "docker") ? "docker"
											     : "oci",
		    part);
	if (is(above, "lxc") || is(above, "lxc.payload") || cut_prefix(&name, "lxc.payload."))
		return set_container(place, "lxc", &name);
	return is(above, "machine.slice") && is_machine(place, *part, below);
}

static void
find_container(struct place *place, const char *path, const char *end)
{
	struct part above = { path, 0 }, part, below;
	bool in_kubepods = false;

	if (!next_part(&path, end, &part))
		return;
	do {
		(void)next_part(&path, end, &below);
		if (is_container(place, &above, &part, &below, in_kubepods))
			return;
		in_kubepods |= part.length >= 8 && memcmp(part.text, "kubepods", 8) == 0;
		above = part;
		part = below;
	} while (part.length > 0);
}

static bool
is_unit(const struct part *part)
{
	static const char *const suffixes[] = { ".service", ".scope", ".socket", ".mount", ".swap" };

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		struct part name = *part;

		if (cut_suffix(&name, suffixes[i]))
			return true;
	}
	return false;
}

/*
 * The next part that is a unit. Slices are stepped over, and the .. that lead out of a control group namespace that is ours; systemd puts _
 * before a name that the kernel would take for its own.
 */
static bool
next_unit(const char **path, const char *end, struct part *part)
{
	while (next_part(path, end, part)) {
		if (is_unit(part)) {
			(void)cut_prefix(part, "_");
			return true;
		}
		if (!cut_suffix(part, ".slice") && !is(part, ".."))
			return false;
	}
	return false;
}

/* The first unit is the system's. Below a user's manager comes a unit of that user, who may name it as he likes: so both are told. */
static void
find_unit(struct place *place, const char *path, const char *end)
{
	struct part system, user;

	if (!next_unit(&path, end, &system))
		return;
	unescape(&system, place->unit, sizeof(place->unit));
	if (system.length > 5 && memcmp(system.text, "user@", 5) == 0 && next_unit(&path, end, &user)) {
		size_t used = strlen(place->unit);

		if (used + 2 > sizeof(place->unit))
			return;
		place->unit[used] = '/';
		unescape(&user, place->unit + used + 1, sizeof(place->unit) - used - 1);
	}
}

/*
 * ID:CONTROLLERS:PATH. systemd's own tree is 0::PATH, or in version 1 the one whose controllers are name=systemd. The group of a process
 * that has ended, but not for its parent, may be gone: the kernel says so behind the path.
 */
static void
parse_line(struct place *place, const char *line, const char *end)
{
	const char *controllers = memchr(line, ':', (size_t)(end - line)), *path;
	struct part controller, whole;

	if (controllers == NULL || (path = memchr(controllers + 1, ':', (size_t)(end - controllers - 1))) == NULL)
		return;
	controller = (struct part){ controllers + 1, (size_t)(path - controllers - 1) };
	whole = (struct part){ path + 1, (size_t)(end - path - 1) };
	if (cut_suffix(&whole, " (deleted)"))
		end = whole.text + whole.length;
	if (place->container[0] == '\0')
		find_container(place, path + 1, end);
	if (place->unit[0] == '\0' && (controller.length == 0 || is(&controller, "name=systemd")))
		find_unit(place, path + 1, end);
}

void
place_parse(struct place *place, const char *text, size_t length)
{
	const char *end = text + length, *newline;

	place->container[0] = place->unit[0] = '\0';
	for (; text < end; text = newline + 1) {
		newline = memchr(text, '\n', (size_t)(end - text));
		if (newline == NULL)
			newline = end;
		parse_line(place, text, newline);
	}
}
