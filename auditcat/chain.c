/* SPDX-License-Identifier: BSD-2-Clause */
#include "chain.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

void
chain_new_bin(struct trail_head *head)
{
	struct timespec now;

	*head = (struct trail_head){ 0 };
	clock_gettime(CLOCK_REALTIME, &now);
	head->created = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	randombytes_buf(head->bin, sizeof(head->bin));
	if (gethostname(head->host, sizeof(head->host)) == -1)
		head->host[0] = '\0';
	head->host[sizeof(head->host) - 1] = '\0'; /* a longer name is cut */
}

int
chain_link(struct packer *packer, uint64_t sequence, const unsigned char hash[TRAIL_HASH])
{
	struct trail_head head;
	struct trail_tail tail;

	chain_new_bin(&head);
	head.flags = TRAIL_LINK | TRAIL_LAST;
	head.sequence = sequence + 1;
	memcpy(head.previous, hash, TRAIL_HASH);
	return packer_pack(packer, (const unsigned char *)"", 0, true, &head, &tail) == -1 ? -1 : 0;
}
