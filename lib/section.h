/*
 * Sections of a trail (trail.h), made from records and checked, in memory: no files, names or locks.
 *
 * Records are packed as frames of about SECTION_FRAME bytes of whole records, so that damage costs one frame and not the section.
 * Bytes that are no records (a damaged stretch of a bin) are packed as they are, for they may be evidence: the head's count of
 * records leaves them out, its unpacked size does not, and each reader says that they are damaged.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SECTION_H
#define SECTION_H

#include <sodium.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "key.h"
#include "trail.h"

struct ZSTD_CCtx_s;

enum {
	SECTION_STORE = 0, /* instead of a level of zstd: records are kept as they are */
	SECTION_LEVEL = 3, /* of zstd, unless something else is asked for */
	SECTION_LEVEL_MAX = 19,
	SECTION_BODY_MAX = 2 * TRAIL_SECTION, /* bytes of a packed body: more than any packing makes of a section's records */
	SECTION_FRAME = 4 << 20,              /* bytes of records after which a frame ends */
};

struct packer {
	struct ZSTD_CCtx_s *zstd;
	const struct secret_key *key; /* NULL: sections are not signed */
	bool store;                   /* not packed */
	uint64_t damaged;             /* stretches so far that are no records */
	unsigned char *data;          /* the section that was made last: head, body, tail */
	size_t size, capacity;
};

/* Level: of zstd, 1 to SECTION_LEVEL_MAX, or SECTION_STORE. The key is borrowed. Returns 0, or -1 with errno. */
int packer_init(struct packer *packer, int level, const struct secret_key *key);
void packer_clear(struct packer *packer);

/*
 * Makes a section of the records at data: as many whole ones as go into one section. last: nothing follows these bytes, so that a
 * record that is cut there is packed too. An empty input makes a section without records.
 *
 * Of the head, bin, part, sequence, created, host, previous and the flags TRAIL_LAST and TRAIL_LINK are the caller's; TRAIL_LAST is
 * left out where bytes remain, for then it is not the last part. The rest is set. tail->hash is what the next section's head has as
 * `previous`.
 *
 * Returns how many bytes were packed: 0 if more are needed, which never is so where size is at least TRAIL_SECTION (or it is 0).
 * -1: out of memory (errno).
 */
int64_t packer_pack(struct packer *packer, const unsigned char *data, size_t size, bool last, struct trail_head *head,
    struct trail_tail *tail);

/* Checks a section as its bytes come: begin with the head, body in pieces of any size, end with the tail. It must not be moved meanwhile. */
struct section_check {
	struct trail_head head;
	struct trail_tail tail; /* set by section_check_end() */
	uint64_t left;          /* bytes of the body that are to come */
	/* The hash's state, at the first multiple of 64: neither malloc() nor the stack of the address sanitizer gives such an address. */
	unsigned char state[sizeof(crypto_generichash_state) + 63];
};

/* Returns 0, or -1 with *problem (static text): no head, a damaged one, or one of an open bin, which has no hash to be checked. */
int section_check_begin(struct section_check *check, const unsigned char head[static TRAIL_HEAD], const char **problem);

/* So many bytes of the body; at most check->left. */
void section_check_body(struct section_check *check, const void *body, size_t size);

/*
 * The tail belongs to the head, says the same, has the hash, and, if it is signed, is so by the key that it names: whose key that is,
 * the caller judges. Returns 0, or -1 with *problem.
 */
int section_check_end(struct section_check *check, const unsigned char tail[static TRAIL_TAIL], const char **problem);

/* Does the head follow the section that has this tail, in the chain? Returns 0, or -1 with *problem. */
int section_follows(const struct trail_head *head, const struct trail_tail *before, const char **problem);

#endif
