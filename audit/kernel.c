/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *option;
	size_t offset;
	int (*set)(int fd, uint32_t value);
} settings[KERNEL_SETTINGS] = {
	[KERNEL_BACKLOG_LIMIT] = { "backlog_limit", "-b", offsetof(struct audit_status, backlog_limit), audit_set_backlog_limit },
	[KERNEL_BACKLOG_WAIT_TIME] = { "backlog_wait_time", "--backlog_wait_time",
	    offsetof(struct audit_status, backlog_wait_time), audit_set_backlog_wait_time },
	[KERNEL_FAILURE] = { "failure", "-f", offsetof(struct audit_status, failure), audit_set_failure },
	[KERNEL_ENABLED] = { "enabled", "-e", offsetof(struct audit_status, enabled), audit_set_enabled },
};

const char *
kernel_setting_name(enum kernel_setting setting)
{
	return settings[setting].name;
}

const char *
kernel_setting_option(enum kernel_setting setting)
{
	return settings[setting].option;
}

static int
refused(struct err *error, const char *what, int number)
{
	if (number == EPERM || number == EACCES)
		return err_set(error, "%s: not permitted: this needs CAP_AUDIT_CONTROL, as root has it", what);
	if (number == EPROTONOSUPPORT || number == ECONNREFUSED || number == EAFNOSUPPORT)
		return err_set(error, "%s: this kernel, or this container, has no audit", what);
	return err_set(error, "%s: %s", what, strerror(number));
}

int
kernel_open(struct err *error)
{
	int fd = audit_open();

	return fd == -1 ? refused(error, "audit socket", errno) : fd;
}

void
kernel_close(int fd)
{
	if (fd != -1)
		audit_close(fd);
}

int
kernel_status(int fd, struct audit_status *status, struct err *error)
{
	struct audit_reply reply;
	int rc = audit_request_status(fd);

	if (rc <= 0)
		return refused(error, "asking for the audit status", rc == 0 ? EIO : -rc);
	do {
		rc = audit_get_reply(fd, &reply, GET_REPLY_BLOCKING, 0);
		if (rc <= 0)
			return refused(error, "asking for the audit status", rc == 0 ? EIO : -rc);
		if (reply.type == NLMSG_ERROR && reply.error->error != 0)
			return refused(error, "asking for the audit status", -reply.error->error);
	} while (reply.type != AUDIT_GET);
	*status = *reply.status;
	return 0;
}

uint32_t
kernel_get(const struct audit_status *status, enum kernel_setting setting)
{
	uint32_t value;

	memcpy(&value, (const char *)status + settings[setting].offset, sizeof(value));
	return value;
}

int
kernel_set(int fd, enum kernel_setting setting, uint32_t value, struct err *error)
{
	int rc = settings[setting].set(fd, value);
	char what[64];

	if (rc >= 0)
		return 0;
	snprintf(what, sizeof(what), "setting %s to %u", settings[setting].name, value);
	return refused(error, what, -rc);
}

void
kernel_record(int fd, const char *op, const char *path)
{
	char *config = audit_encode_nv_string("config", path, 0), *text;

	if (config != NULL && asprintf(&text, "op=%s %s", op, config) != -1) {
		(void)audit_log_user_message(fd, AUDIT_TRUSTED_APP, text, NULL, NULL, NULL, 1);
		free(text);
	}
	free(config);
}
