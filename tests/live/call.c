/*
 * Does system calls, as words say: call NAME ARGUMENT... [, NAME ARGUMENT...]...
 *
 * An argument is a number (0x, 0), the address of some text (s:text), of bytes (x:0200), of so many zero bytes (z:64), or what call
 * number N of the line returned (r:1). Two calls are none of the kernel's: `memory ADDRESS` returns its argument, `poke ADDRESS OFFSET
 * VALUE` writes a pointer into a structure. `i386:NAME` is a 32-bit program's call. Who forks waits for the child, which ends at once.
 * What fails is no mistake: the record tells. call !TYPE TEXT sends a program's message of that type.
 *
 * It is linked statically, so that it makes hardly a call of its own.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rectype.h"
#include "syscalls.h"
#include "text.h"

enum {
	ARGUMENTS = 6,
	CALLS = 32,
	MEMORY = 1 << 20,
};

struct state {
	unsigned char *memory, *end; /* below 4 GiB, where 32-bit calls can point to it */
	long results[CALLS];
	int count;
};

static long
number_of(const char *arch, const char *name)
{
	for (size_t i = 0; arch_at(i) != NULL; i++)
		for (int n = 0; strcmp(arch_at(i), arch) == 0 && n < SYSCALL_MAX; n++)
			if (syscall_at(i, n) != NULL && strcmp(syscall_at(i, n), name) == 0)
				return n;
	fprintf(stderr, "call: no system call %s on %s\n", name, arch);
	exit(64);
}

static void *
take(struct state *state, size_t size)
{
	unsigned char *p = state->memory;

	state->memory += (size + 16) & ~(size_t)15;
	if (state->memory > state->end)
		exit(64);
	return p;
}

static long
argument(struct state *state, const char *word)
{
	size_t length = strlen(word);
	void *p;

	if (length < 2 || word[1] != ':')
		return (long)strtoull(word, NULL, 0);
	word += 2;
	length -= 2;
	switch (word[-2]) {
	case 's':
		return (long)memcpy(take(state, length + 1), word, length + 1);
	case 'x':
		p = take(state, length / 2);
		if (!text_unhex(word, length, p))
			exit(64);
		return (long)p;
	case 'z':
		return (long)take(state, (size_t)atoi(word));
	default:
		return state->results[atoi(word) - 1];
	}
}

#ifdef __x86_64__
static long
call_32(long number, const long *a)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4])
			 : "memory", "r8", "r9", "r10", "r11");
	return result;
}
#define NATIVE "x86_64"
#else
static long
call_32(long number, const long *a)
{
	exit(64);
}
#define NATIVE "aarch64"
#endif

static long
system_call(const char *name, const long *a)
{
	static const char old[] = "i386:";
	bool forks = strstr(name, "fork") != NULL || strncmp(name, "clone", 5) == 0;
	long result;

	if (strncmp(name, old, sizeof(old) - 1) == 0)
		return call_32(number_of("i386", name + sizeof(old) - 1), a);
	result = syscall(number_of(NATIVE, name), a[0], a[1], a[2], a[3], a[4], a[5]);
	if (forks && result == 0)
		_exit(0);
	if (forks && result > 0)
		wait(NULL);
	if (result == -1 && errno == ENOSYS)
		fprintf(stderr, "this kernel has no %s\n", name);
	return result;
}

static void
do_call(struct state *state, char **words)
{
	long a[ARGUMENTS] = { 0 }, result = 0;

	for (int i = 0; i < ARGUMENTS && words[1 + i] != NULL; i++)
		a[i] = argument(state, words[1 + i]);
	if (strcmp(words[0], "memory") == 0)
		result = a[0];
	else if (strcmp(words[0], "poke") == 0)
		memcpy((char *)a[0] + a[1], &a[2], sizeof(a[2]));
	else
		result = system_call(words[0], a);
	if (state->count < CALLS)
		state->results[state->count++] = result;
}

/* As libaudit's audit_log_user_message() does, without asking for the kernel's answer. */
static void
say(const char *type, const char *text)
{
	struct {
		struct nlmsghdr header;
		char text[2048];
	} message = { .header = { .nlmsg_type = rectype_number(type, strlen(type)), .nlmsg_flags = NLM_F_REQUEST } };
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);

	message.header.nlmsg_len = (uint32_t)(NLMSG_HDRLEN +
	    snprintf(message.text, sizeof(message.text), "%s", text) + 1);
	if (fd == -1 || sendto(fd, &message, message.header.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof(kernel)) == -1)
		perror("call: message");
	close(fd);
}

int
main(int argc, char **argv)
{
	struct state state = { .memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | (strcmp(NATIVE, "x86_64") == 0 ? 0x40 : 0), -1, 0) };
	int first = 1;

	state.end = state.memory + MEMORY;
	if (argc == 3 && argv[1][0] == '!') {
		say(argv[1] + 1, argv[2]);
		return 0;
	}
	for (int i = 1; i <= argc; i++)
		if (i == argc || strcmp(argv[i], ",") == 0) {
			argv[i] = NULL;
			do_call(&state, argv + first);
			first = i + 1;
		}
	return 0;
}
