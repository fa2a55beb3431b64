/* SPDX-License-Identifier: BSD-2-Clause */
#include "procfs.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "span.h"
#include "text.h"

enum {
	STAT_MAX = 1024,   /* bytes of /proc/PID/stat that are looked at: the kernel's 52 numbers at their longest are fewer */
	CGROUP_MAX = 8192, /* of /proc/PID/cgroup: version 1 has a line for each controller */
};

static int64_t
clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * SECOND + now.tv_nsec;
}

int64_t
procfs_now(void)
{
	return clock_ns(CLOCK_BOOTTIME);
}

int64_t
procfs_boot(void)
{
	return clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME);
}

bool
procfs_is_usable(void)
{
	/* PROC_PID_INIT_INO of linux/proc_ns.h: it is the same on every machine. */
	static const char first[] = "pid:[4026531836]";
	char text[64];
	ssize_t length = readlink("/proc/self/ns/pid", text, sizeof(text));

	return length == (ssize_t)strlen(first) && memcmp(text, first, (size_t)length) == 0;
}

/* Reads a file of /proc/PID, cut at size. Returns its length, 0 if it cannot be read. */
static size_t
read_file(uint32_t pid, const char *name, char *text, size_t size)
{
	char path[64];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/%u/%s", (unsigned)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return 0;
	length = read(fd, text, size);
	close(fd);
	return length > 0 ? (size_t)length : 0;
}

/* The next word of a line of numbers; false at its end. */
static bool
next_number(const char **at, const char *end, uint64_t *number)
{
	const char *start;

	while (*at < end && **at == ' ')
		(*at)++;
	for (start = *at; *at < end && **at != ' ' && **at != '\n';)
		(*at)++;
	*number = 0;
	(void)text_unsigned(start, (size_t)(*at - start), number); /* some are negative: none that we look for */
	return *at > start;
}

/* PID (COMMAND) STATE PARENT ...: the command may hold anything, parentheses too. The 22nd is the start time (proc_pid_stat(5)). */
bool
procfs_parse_stat(const char *text, size_t length, struct process_stat *stat, uint64_t *ticks)
{
	enum { STATE = 3,
		PARENT = 4,
		START = 22 };
	const char *open = memchr(text, '(', length), *close = memrchr(text, ')', length), *end = text + length;
	uint64_t number;
	size_t size;

	if (open == NULL || close == NULL || close < open)
		return false;
	size = (size_t)(close - open - 1);
	if (size > sizeof(stat->command) - 1)
		size = sizeof(stat->command) - 1;
	memset(stat, 0, sizeof(*stat));
	memcpy(stat->command, open + 1, size);
	close++;
	for (int field = STATE; field <= START; field++) {
		if (!next_number(&close, end, &number))
			return false;
		if (field == PARENT)
			stat->parent = (uint32_t)number;
	}
	*ticks = number;
	return true;
}

bool
procfs_stat(uint32_t pid, struct process_stat *stat)
{
	char text[STAT_MAX];
	size_t length = read_file(pid, "stat", text, sizeof(text));
	uint64_t ticks, second = (uint64_t)sysconf(_SC_CLK_TCK);

	if (!procfs_parse_stat(text, length, stat, &ticks))
		return false;
	stat->start = (int64_t)(ticks / second) * SECOND + (int64_t)(ticks % second) * (SECOND / (int64_t)second);
	return true;
}

uint32_t
procfs_session(uint32_t pid)
{
	char text[16];
	size_t length = read_file(pid, "sessionid", text, sizeof(text));
	uint64_t number;

	return text_unsigned(text, length, &number) && number <= UINT32_MAX ? (uint32_t)number : ID_UNSET;
}

bool
procfs_place(uint32_t pid, int64_t time, struct place *place)
{
	char text[CGROUP_MAX];
	struct process_stat stat;
	size_t length = read_file(pid, "cgroup", text, sizeof(text));

	if (length == 0)
		return false;
	/* Numbers do not come again within a second; an older event is looked at twice. */
	if (procfs_now() - time > SECOND && (!procfs_stat(pid, &stat) || stat.start > time + PROCFS_EXACT))
		return false;
	place_parse(place, text, length);
	return true;
}

size_t
procfs_list(uint32_t *pids, size_t max)
{
	DIR *directory = opendir("/proc");
	const struct dirent *entry;
	size_t count = 0;
	uint64_t number;

	if (directory == NULL)
		return 0;
	while (count < max && (entry = readdir(directory)) != NULL)
		if (text_unsigned(entry->d_name, strlen(entry->d_name), &number) && number > 0 && number <= INT32_MAX)
			pids[count++] = (uint32_t)number;
	closedir(directory);
	return count;
}
