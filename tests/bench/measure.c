/*
 * What a command costs: measure [-t SECONDS] FILE COMMAND [ARGUMENT ...]
 *
 * Appends one line to FILE: microseconds of wall clock, of user and of system time of the command and all it waited for, the KiB that
 * the largest of these processes held, and the exit status; 124 where it was ended because its time was over.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STATUS_TIMEOUT = 124 }; /* as timeout(1) has it */

static volatile sig_atomic_t time_is_over;

static void
note_time(int signal)
{
	time_is_over = 1;
}

static int64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* In a process group of its own, so that a whole pipeline can be ended. */
static pid_t
start(char **command)
{
	pid_t child = fork();

	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		setpgid(0, 0);
		execvp(command[0], command);
		err(127, "%s", command[0]);
	}
	setpgid(child, child);
	return child;
}

static int
finish(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) == -1) {
		if (errno != EINTR)
			err(1, "wait");
		if (time_is_over)
			kill(-child, SIGKILL);
	}
	if (time_is_over)
		return STATUS_TIMEOUT;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static long long
microseconds(struct timeval time)
{
	return (long long)time.tv_sec * 1000000 + time.tv_usec;
}

static unsigned
parse_seconds(int argc, char **argv)
{
	unsigned seconds = 0;
	int option;

	while ((option = getopt(argc, argv, "+t:")) != -1)
		if (option == 't')
			seconds = (unsigned)strtoul(optarg, NULL, 10);
	if (argc - optind < 2)
		errx(64, "usage: measure [-t seconds] file command [argument ...]");
	return seconds;
}

int
main(int argc, char **argv)
{
	unsigned seconds = parse_seconds(argc, argv);
	struct sigaction over = { .sa_handler = note_time };
	struct rusage usage;
	FILE *file = fopen(argv[optind], "ae");
	int64_t begin;
	int status;

	if (file == NULL)
		err(1, "%s", argv[optind]);
	sigaction(SIGALRM, &over, NULL); /* without SA_RESTART: it interrupts the waiting */
	begin = now_us();
	alarm(seconds);
	status = finish(start(argv + optind + 1));
	begin = now_us() - begin;
	getrusage(RUSAGE_CHILDREN, &usage);
	fprintf(file, "%lld %lld %lld %ld %d\n", (long long)begin, microseconds(usage.ru_utime), microseconds(usage.ru_stime),
	    usage.ru_maxrss, status);
	if (fclose(file) != 0)
		err(1, "%s", argv[optind]);
	return status == STATUS_TIMEOUT ? 0 : status;
}
