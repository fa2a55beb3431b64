/* SPDX-License-Identifier: BSD-2-Clause */
#include "programs.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
programs_set_path(void)
{
	char self[PATH_MAX], path[PATH_MAX + 256];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash != NULL)
		*slash = '\0';
	snprintf(path, sizeof(path), "%s%s" SBINDIR ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", self,
	    *self != '\0' ? ":" : "");
	setenv("PATH", path, 1);
}

void
programs_expect_children(void)
{
	(void)signal(SIGCHLD, SIG_DFL);
}
