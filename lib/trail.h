/*
 * Sections: what bin files and trails are made of. doc/trail-format.md gives them byte by byte.
 *
 *     head | body | tail
 *
 * Head and tail are zstd skippable frames of a fixed size. In a trail the body is zstd frames that unpack to whole records, so that
 * `zstd -dc trail` gives records; in a bin that is being filled it is the records as they are. A reader takes both, and plain records
 * between sections. A head says what its body holds, so that a whole section can be skipped; in a bin, whose head is written before
 * its records, only the tail knows.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TRAIL_H
#define TRAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TRAIL_VERSION = 1,
	TRAIL_HEAD = 256, /* bytes of a head, its frame's 8 bytes included */
	TRAIL_TAIL = 256, /* bytes of a tail, likewise */
	TRAIL_HASH = 32,  /* bytes of BLAKE2b-256 */
	TRAIL_BIN_ID = 16,
	TRAIL_HOST = 64,          /* bytes of a host name, NUL included; cut */
	TRAIL_KEY = 32,           /* bytes of an Ed25519 public key */
	TRAIL_SIGNATURE = 64,     /* bytes */
	TRAIL_TAIL_SIGNED = 184,  /* bytes at a tail's beginning that its signature is made of */
	TRAIL_SECTION = 16 << 20, /* bytes of records in one section of a trail, at most: a larger bin becomes several parts */
};

enum trail_flag {
	TRAIL_PACKED = 1, /* the body is zstd frames */
	TRAIL_OPEN = 2,   /* of a head: written before its body, whose size and records only the tail knows */
	TRAIL_LAST = 4,   /* the bin's last part */
	TRAIL_LINK = 8,   /* no records: begins a trail after rotation, so that the chain goes on */
	TRAIL_SIGNED = 16,
};

/* What a section holds. */
struct trail_content {
	uint64_t records;
	uint64_t body;       /* bytes as stored */
	uint64_t unpacked;   /* bytes of records */
	int64_t first, last; /* the earliest and the latest time of its records, ns since 1970; 0 if there are none */
};

struct trail_head {
	uint32_t flags;                  /* enum trail_flag */
	unsigned char bin[TRAIL_BIN_ID]; /* random, made with the bin */
	uint32_t part;                   /* of the bin, from 0 */
	uint64_t sequence;               /* of the section in the trail's chain, or of the bin, from 1 */
	int64_t created;                 /* of the bin: ns since 1970 */
	char host[TRAIL_HOST];
	struct trail_content content;       /* all 0 if TRAIL_OPEN */
	unsigned char previous[TRAIL_HASH]; /* hash of the section before, in a trail; 0 in a bin and in a chain's first */
};

struct trail_tail {
	uint32_t flags;
	unsigned char bin[TRAIL_BIN_ID];
	uint32_t part;
	uint64_t sequence;
	struct trail_content content;
	unsigned char hash[TRAIL_HASH];           /* BLAKE2b-256 of the head (all TRAIL_HEAD bytes) and the body; 0 in a bin */
	unsigned char key[TRAIL_KEY];             /* public; 0 if not TRAIL_SIGNED */
	unsigned char signature[TRAIL_SIGNATURE]; /* Ed25519 of the tail's bytes before it */
};

/* Exactly TRAIL_HEAD and TRAIL_TAIL bytes, each sealed by a CRC-32C of its own. */
void trail_put_head(unsigned char to[static TRAIL_HEAD], const struct trail_head *head);
void trail_put_tail(unsigned char to[static TRAIL_TAIL], const struct trail_tail *tail);

/* Returns 0, or -1 with *problem (static text) if these bytes are not a head, or a damaged one. */
int trail_parse_head(const unsigned char from[static TRAIL_HEAD], struct trail_head *head, const char **problem);
int trail_parse_tail(const unsigned char from[static TRAIL_TAIL], struct trail_tail *tail, const char **problem);

/* What at least 16 bytes are or were: one of the frame's magic, its length, and the magic of our own behind it may be damaged. */
enum trail_mark {
	TRAIL_NO_MARK,
	TRAIL_HEAD_MARK,
	TRAIL_TAIL_MARK,
};
enum trail_mark trail_mark(const unsigned char *from);

/* Do at least 16 bytes begin with a head's (a tail's) frame header and magic? For finding them in damaged files. */
bool trail_is_head(const unsigned char *from);
bool trail_is_tail(const unsigned char *from);

#endif
