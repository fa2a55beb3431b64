/* SPDX-License-Identifier: BSD-2-Clause */
#include "precedence.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "mem.h"
#include "procfs.h"

enum {
	LEAST = 1,      /* of the priorities of SCHED_FIFO: before all normal processes, behind all others of its kind */
	KTHREADD = 2,   /* the parent of all threads of the kernel, and of nothing else */
	LISTED = 65536, /* processes that are looked through */
};

/* The kernel's audit thread; 0 if it cannot be seen, as in a container. */
static pid_t
find_kauditd(void)
{
	static const char name[] = "kauditd";
	struct process_stat stat;
	uint32_t *pids = mem_alloc(LISTED * sizeof(*pids));
	size_t count = procfs_list(pids, LISTED);
	pid_t found = 0;

	for (size_t i = 0; i < count && found == 0; i++)
		if (procfs_stat(pids[i], &stat) && stat.parent == KTHREADD && strcmp(stat.command, name) == 0)
			found = (pid_t)pids[i];
	free(pids);
	return found;
}

static bool
set_policy(pid_t pid, int policy, int priority)
{
	return sched_setscheduler(pid, policy, &(struct sched_param){ .sched_priority = priority }) == 0;
}

bool
precedence_take(void)
{
	pid_t kauditd = find_kauditd();

	if (kauditd == 0 || !set_policy(0, SCHED_FIFO | SCHED_RESET_ON_FORK, LEAST))
		return false;
	if (set_policy(kauditd, SCHED_FIFO, LEAST))
		return true;
	(void)set_policy(0, SCHED_OTHER, 0);
	return false;
}

void
precedence_give_back(void)
{
	pid_t kauditd = find_kauditd();
	struct sched_param parameter;

	/* What somebody else has chosen for it stays. */
	if (kauditd != 0 && sched_getscheduler(kauditd) == SCHED_FIFO && sched_getparam(kauditd, &parameter) == 0 &&
	    parameter.sched_priority == LEAST)
		(void)set_policy(kauditd, SCHED_OTHER, 0);
}
