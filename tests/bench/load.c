/*
 * Something to audit: load [-c CALLS] [-r RATE] [-t SECONDS] [-w WORKERS] getppid|open|exec|connect
 *
 * Each worker, a process, makes that system call again and again: for so long, or so many times in all, as fast as it can or so many
 * times a second in all. Prints how many calls were made and how many nanoseconds that took.
 * The first argument of getppid is the time (ns since 1970): the kernel records it, so that a reader can tell how long it took.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS_MAX = 64 };

static const int64_t SECOND_NS = 1000000000;

struct options {
	void (*call)(void);
	double seconds, rate;
	uint64_t calls;
	int workers;
};

static int64_t
clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
}

static void
call_getppid(void)
{
	syscall(SYS_getppid, clock_ns(CLOCK_REALTIME));
}

static void
call_open(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		err(1, "/dev/null");
	close(fd);
}

static void
call_exec(void)
{
	char *const command[] = { (char[]){ "/bin/true" }, NULL }, *const environment[] = { NULL };
	pid_t child;
	int error = posix_spawn(&child, command[0], NULL, NULL, command, environment);

	if (error != 0)
		errx(1, "%s: %s", command[0], strerror(error));
	waitpid(child, NULL, 0);
}

/* A datagram socket: connecting it sends nothing. */
static void
call_connect(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || connect(fd, (struct sockaddr *)&address, sizeof(address)) == -1)
		err(1, "connect");
	close(fd);
}

static _Noreturn void
usage(void)
{
	errx(64, "usage: load [-c calls] [-r rate] [-t seconds] [-w workers] getppid|open|exec|connect");
}

static void
parse_options(struct options *options, int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*call)(void);
	} calls[] = { { "getppid", call_getppid }, { "open", call_open }, { "exec", call_exec }, { "connect", call_connect } };
	int option;

	*options = (struct options){ .seconds = 1, .calls = UINT64_MAX, .workers = 1 };
	while ((option = getopt(argc, argv, "c:r:t:w:")) != -1)
		switch (option) {
		case 'c':
			options->calls = strtoull(optarg, NULL, 10);
			options->seconds = 3600;
			break;
		case 'r':
			options->rate = strtod(optarg, NULL);
			break;
		case 't':
			options->seconds = strtod(optarg, NULL);
			break;
		case 'w':
			options->workers = (int)strtol(optarg, NULL, 10);
			break;
		default:
			usage();
		}
	if (argc - optind != 1 || options->workers < 1 || options->workers > WORKERS_MAX)
		usage();
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i].name, argv[optind]) == 0)
			options->call = calls[i].call;
	if (options->call == NULL)
		usage();
}

/* How many calls may have been made when so many ns have passed. */
static uint64_t
due(const struct options *options, int64_t passed)
{
	double calls = options->rate == 0 ? 1e18 : options->rate / options->workers * (double)passed / (double)SECOND_NS;
	uint64_t share = options->calls / (uint64_t)options->workers;

	return calls < (double)share ? (uint64_t)calls : share;
}

/* Works until the time is over or its share of the calls is made. The clock is asked after every few calls: it costs, too. */
static uint64_t
work(const struct options *options, int64_t begin)
{
	int64_t length = (int64_t)(options->seconds * (double)SECOND_NS), passed = 0;
	uint64_t made = 0, share = options->calls / (uint64_t)options->workers;
	uint64_t few = options->call == call_exec ? 1 : 16;

	while (passed < length && made < share) {
		uint64_t until = due(options, passed);

		if (until > made + few)
			until = made + few;
		if (until == made)
			nanosleep(&(struct timespec){ .tv_nsec = 200000 }, NULL);
		for (; made < until; made++)
			options->call();
		passed = clock_ns(CLOCK_MONOTONIC) - begin;
	}
	return made;
}

int
main(int argc, char **argv)
{
	struct options options;
	uint64_t *made, sum = 0;
	int64_t begin;
	int status;

	parse_options(&options, argc, argv);
	made = mmap(NULL, WORKERS_MAX * sizeof(*made), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (made == MAP_FAILED)
		err(1, "memory");
	begin = clock_ns(CLOCK_MONOTONIC);
	for (int i = 0; i < options.workers; i++)
		switch (fork()) {
		case -1:
			err(1, "fork");
		case 0:
			made[i] = work(&options, begin);
			_exit(0);
		}
	for (int i = 0; i < options.workers; i++)
		if (wait(&status) == -1 || status != 0)
			errx(1, "a worker failed");
	for (int i = 0; i < options.workers; i++)
		sum += made[i];
	printf("%" PRIu64 " %" PRId64 "\n", sum, clock_ns(CLOCK_MONOTONIC) - begin);
	return 0;
}
