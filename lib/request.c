/* SPDX-License-Identifier: BSD-2-Clause */
#include "request.h"

#include <string.h>

#define X(set, number, name) { REQUEST_##set, number, #name },
static const struct request {
	uint16_t set; /* enum request_set */
	uint32_t number;
	const char *name;
} requests[] = {
#include "requests.def"
};
#undef X

enum { REQUESTS = sizeof(requests) / sizeof(requests[0]) };

enum {
	IPC_64 = 0x100,    /* uapi/linux/ipc.h: the new form of the structures, which 32-bit programs ask for */
	IPC_VERSION = 16,  /* ipc() has the version of its interface above the call's number */
	QUOTA_COMMAND = 8, /* uapi/linux/quota.h, SUBCMDSHIFT: below it stands whose quota it is */
	QUOTA_MASK = 0xffffff,
};

uint32_t
request_of(enum request_set set, uint64_t argument)
{
	uint32_t request = (uint32_t)argument; /* an int: what else the register holds is no part of it */

	switch (set) {
	case REQUEST_MSGCTL:
	case REQUEST_SEMCTL:
	case REQUEST_SHMCTL:
		return request & ~(uint32_t)IPC_64;
	case REQUEST_IPC:
		return request & ((1u << IPC_VERSION) - 1);
	case REQUEST_QUOTA:
		return request >> QUOTA_COMMAND & QUOTA_MASK;
	default:
		return request;
	}
}

const char *
request_name(enum request_set set, uint32_t request)
{
	size_t low = 0, high = REQUESTS;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct request *found = &requests[middle];

		if (found->set == set && found->number == request)
			return found->name;
		if (found->set < set || (found->set == set && found->number < request))
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool
request_find(const char *text, size_t length, int64_t *request)
{
	for (size_t i = 0; i < REQUESTS; i++)
		if (strlen(requests[i].name) == length && memcmp(requests[i].name, text, length) == 0) {
			*request = requests[i].number;
			return true;
		}
	return false;
}
