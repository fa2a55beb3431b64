/* SPDX-License-Identifier: BSD-2-Clause */
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "out.h"
#include "record.h"
#include "rundir.h"
#include "stanza.h"
#include "text.h"

static const char *const phases[] = { "starting", "on", "off" };

enum { PHASES = sizeof(phases) / sizeof(phases[0]),
	BOOT_ID = 36 };

/* The kernel's name for this boot: what an earlier one left, in a run directory that outlives it, means nothing now. */
static void
boot_id(char id[static BOOT_ID + 1])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? 0 : read(fd, id, BOOT_ID);

	id[n > 0 ? n : 0] = '\0';
	if (fd != -1)
		close(fd);
}

static const char *
value_of(const struct stanza_file *file, const char *stanza, const char *name)
{
	const struct stanza *found = stanza_find(file, stanza);
	const struct attribute *attribute = found != NULL ? stanza_attribute(found, name) : NULL;

	return attribute != NULL ? attribute->value : "";
}

static bool
number_of(const struct stanza_file *file, const char *stanza, const char *name, uint32_t *number)
{
	const char *value = value_of(file, stanza, name);
	uint64_t wide;

	if (!text_unsigned(value, strlen(value), &wide) || wide > UINT32_MAX)
		return false;
	*number = (uint32_t)wide;
	return true;
}

static bool
take(struct state *state, const struct stanza_file *file)
{
	const char *phase = value_of(file, "audit", "phase"), *confdir = value_of(file, "audit", "config");
	uint32_t streams;
	size_t i = 0;

	while (i < PHASES && strcmp(phases[i], phase) != 0)
		i++;
	if (i == PHASES || *confdir != '/' || !number_of(file, "audit", "session", &state->session) ||
	    !number_of(file, "audit", "streams", &streams))
		return false;
	state->phase = (enum phase)i;
	state->streams = streams != 0;
	for (i = 0; i < KERNEL_SETTINGS; i++) {
		const char *name = kernel_setting_name((enum kernel_setting)i);

		if (!number_of(file, "found", name, &state->found[i]) || !number_of(file, "set", name, &state->set[i]))
			return false;
	}
	state->confdir = mem_string(confdir, strlen(confdir));
	return true;
}

static int
parse(struct state *state, const char *text, size_t length, struct err *error)
{
	char path[4096], boot[BOOT_ID + 1];
	struct stanza_file file;
	int rc;

	snprintf(path, sizeof(path), "%s/state", rundir_path());
	boot_id(boot);
	rc = stanza_parse(&file, path, text, length, error);
	if (rc == 0 && strcmp(value_of(&file, "audit", "boot"), boot) != 0)
		rc = 0;
	else if (rc == 0 && take(state, &file))
		rc = 1;
	else if (rc == 0)
		rc = err_set(error, "%s: damaged: remove it, and see what `auditctl -s` and `auditctl -l` say", path);
	stanza_clear(&file);
	return rc;
}

int
state_load(struct state *state, int rundir, struct err *error)
{
	size_t length;
	char *text;
	int rc;

	*state = (struct state){ .session = ID_UNSET };
	if (rundir == -1)
		return 0;
	text = rundir_read(rundir, "state", &length);
	if (text == NULL && errno == ENOENT)
		return 0;
	if (text == NULL)
		return err_set(error, "%s/state: %s", rundir_path(), strerror(errno));
	rc = parse(state, text, length, error);
	free(text);
	return rc;
}

static void
put_settings(struct out *out, const char *stanza, const uint32_t values[static KERNEL_SETTINGS])
{
	out_text(out, stanza);
	out_text(out, ":\n");
	for (int i = 0; i < KERNEL_SETTINGS; i++) {
		out_char(out, '\t');
		out_text(out, kernel_setting_name((enum kernel_setting)i));
		out_text(out, " = ");
		out_unsigned(out, values[i]);
		out_char(out, '\n');
	}
}

int
state_save(const struct state *state, int rundir, struct err *error)
{
	char boot[BOOT_ID + 1];
	struct out out;
	int rc;

	boot_id(boot);
	out_init(&out, -1, 4096);
	out.hold = true;
	out_text(&out, "* Written by audit start; audit shutdown puts back what was found.\naudit:\n\tphase = ");
	out_text(&out, phases[state->phase]);
	out_text(&out, "\n\tboot = ");
	out_text(&out, boot);
	out_text(&out, "\n\tconfig = ");
	out_text(&out, state->confdir);
	out_text(&out, "\n\tstreams = ");
	out_unsigned(&out, state->streams);
	out_text(&out, "\n\tsession = ");
	out_unsigned(&out, state->session);
	out_char(&out, '\n');
	put_settings(&out, "found", state->found);
	put_settings(&out, "set", state->set);
	rc = rundir_write(rundir, "state", (const char *)out.data + out.head, out_waiting(&out), error);
	out_clear(&out);
	return rc;
}

void
state_remove(int rundir)
{
	(void)unlinkat(rundir, "state", 0);
}

void
state_clear(struct state *state)
{
	free(state->confdir);
	state->confdir = NULL;
}
