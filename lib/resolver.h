/*
 * Names of users from the system (NSS), asked by a process of its own: a name service may be a network, and then a lookup takes its time
 * or never ends. Whoever asks goes on meanwhile.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RESOLVER_H
#define RESOLVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	RESOLVER_NAME = 256,   /* bytes of a name, NUL included; the kernel's LOGIN_NAME_MAX */
	RESOLVER_WAITING = 64, /* questions that may wait for an answer */
};

struct question {
	uint32_t id;
	uint32_t epoch; /* comes back with the answer */
};

struct answer {
	struct question question;
	char name[RESOLVER_NAME]; /* empty: there is no such user */
};

struct resolver {
	int fd;           /* -1: there is no helper */
	pid_t helper;     /* ends with us; 0: none has to be waited for */
	unsigned waiting; /* questions without an answer */
};

/* Writes the user's name, at most size bytes with its NUL, or an empty string. */
typedef void resolver_lookup(uint32_t id, char *name, size_t size);

/* The system's. */
resolver_lookup resolver_system;

/* Starts the helper; *resolver is all zero or had another one. Without one (there is no memory, no process) nothing is answered. */
void resolver_start(struct resolver *resolver, resolver_lookup *lookup);
void resolver_stop(struct resolver *resolver);

/* Gives up a helper that hangs. It is not waited for: what hangs in the kernel does not end when it is killed. */
void resolver_abandon(struct resolver *resolver);

/* False if the helper takes no more, or has ended: then fd is -1. */
bool resolver_ask(struct resolver *resolver, struct question question);

/* The next answer, waiting for it at most so many ms. False if there is none, or the helper has ended: then fd is -1. */
bool resolver_answer(struct resolver *resolver, int timeout, struct answer *answer);

#endif
