/* SPDX-License-Identifier: BSD-2-Clause */
#include "section.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "bytes.h"
#include "mem.h"
#include "record.h"

_Static_assert((int)TRAIL_HASH == (int)crypto_generichash_BYTES && (int)TRAIL_SIGNATURE == (int)crypto_sign_BYTES &&
	(int)TRAIL_KEY == (int)KEY_PUBLIC,
    "libsodium's sizes");

enum { WASTE_MAX = 256 << 20 }; /* bytes that may be summed up for nothing while looking for a good record */

/* A walk along records in memory. */
struct walk {
	const unsigned char *data;
	size_t at, size;
	bool last;       /* nothing follows the data */
	uint64_t wasted; /* bytes summed up for nothing */
};

enum step {
	STEP_RECORD,
	STEP_DAMAGED, /* bytes that are no record */
	STEP_CUT,     /* the data ends before it can be told */
};

/* What stands at that offset: a record, of *length bytes? */
static enum step
look(struct walk *walk, size_t at, struct record *record)
{
	const unsigned char *data = walk->data + at;
	size_t left = walk->size - at, length;
	const char *problem;

	if (left < 12)
		return walk->last ? STEP_DAMAGED : STEP_CUT;
	if ((length = record_length(data)) == 0)
		return STEP_DAMAGED;
	if (length > left)
		return walk->last ? STEP_DAMAGED : STEP_CUT;
	if (record_parse(data, length, record, &problem) == 0)
		return STEP_RECORD;
	walk->wasted += length;
	return STEP_DAMAGED;
}

/* The offset behind a damaged stretch: where a good record stands, or one that the data's end cuts, or the end. */
static size_t
behind_damage(struct walk *walk)
{
	unsigned char magic[4];
	size_t at = walk->at + 1;
	struct record record;

	put_le32(magic, RECORD_MAGIC);
	while (at < walk->size && walk->wasted <= WASTE_MAX) {
		const unsigned char *found = memmem(walk->data + at, walk->size - at, magic, sizeof(magic));

		if (found == NULL)
			break;
		at = (size_t)(found - walk->data);
		if (look(walk, at, &record) != STEP_DAMAGED)
			return at;
		at++;
	}
	/* What follows may go on with a magic that begins here. */
	return walk->last ? walk->size : walk->size - (sizeof(magic) - 1);
}

/* Takes one step, of *size bytes. */
static enum step
step(struct walk *walk, struct record *record, size_t *size)
{
	enum step what = look(walk, walk->at, record);

	*size = 0;
	if (what == STEP_RECORD)
		*size = record->length;
	else if (what == STEP_DAMAGED)
		*size = behind_damage(walk) - walk->at;
	return what;
}

static void
count_record(struct trail_content *content, const struct record *record)
{
	if (content->records == 0 || record->time < content->first)
		content->first = record->time;
	if (content->records == 0 || record->time > content->last)
		content->last = record->time;
	content->records++;
}

int
packer_init(struct packer *packer, int level, const struct secret_key *key)
{
	*packer = (struct packer){ .key = key, .store = level == SECTION_STORE };
	if (sodium_init() == -1 || (packer->zstd = ZSTD_createCCtx()) == NULL) {
		errno = ENOMEM;
		return -1;
	}
	if (level > SECTION_LEVEL_MAX)
		level = SECTION_LEVEL_MAX;
	ZSTD_CCtx_setParameter(packer->zstd, ZSTD_c_compressionLevel, level);
	ZSTD_CCtx_setParameter(packer->zstd, ZSTD_c_checksumFlag, 1);
	return 0;
}

void
packer_clear(struct packer *packer)
{
	ZSTD_freeCCtx(packer->zstd);
	free(packer->data);
	*packer = (struct packer){ 0 };
}

/* Appends a frame with these bytes, or the bytes as they are. */
static int
put_frame(struct packer *packer, const unsigned char *data, size_t size)
{
	size_t bound = ZSTD_compressBound(size), n;

	packer->data = mem_grow(packer->data, &packer->capacity, packer->size + bound + TRAIL_TAIL, 1);
	if (packer->store) {
		memcpy(packer->data + packer->size, data, size);
		packer->size += size;
		return 0;
	}
	n = ZSTD_compress2(packer->zstd, packer->data + packer->size, bound, data, size);
	if (ZSTD_isError(n)) { /* there is room: only memory can be short */
		errno = ENOMEM;
		return -1;
	}
	packer->size += n;
	return 0;
}

/* Packs whole records, and what stands between them, up to a section's size. Returns the bytes taken, or -1. */
static int64_t
put_body(struct packer *packer, struct walk *walk, struct trail_content *content)
{
	size_t frame = 0, size;
	struct record record;
	enum step what;

	while (walk->at < walk->size && (what = step(walk, &record, &size)) != STEP_CUT) {
		if (walk->at + size > TRAIL_SECTION) {
			if (walk->at > 0)
				break;
			size = TRAIL_SECTION; /* a damaged stretch: no record is that long */
		}
		if (what == STEP_RECORD)
			count_record(content, &record);
		else
			packer->damaged++;
		walk->at += size;
		if (walk->at - frame >= SECTION_FRAME) {
			if (put_frame(packer, walk->data + frame, walk->at - frame) == -1)
				return -1;
			frame = walk->at;
		}
	}
	if (walk->at > frame && put_frame(packer, walk->data + frame, walk->at - frame) == -1)
		return -1;
	return (int64_t)walk->at;
}

static void
hash_section(struct packer *packer, unsigned char hash[static TRAIL_HASH])
{
	crypto_generichash(hash, TRAIL_HASH, packer->data, packer->size, NULL, 0);
}

/* The tail's bytes, behind the body. */
static void
put_tail(struct packer *packer, struct trail_tail *tail)
{
	unsigned char *to = packer->data + packer->size;

	if (packer->key != NULL) {
		struct public_key public;

		key_public_half(packer->key, &public);
		memcpy(tail->key, public.bytes, TRAIL_KEY);
		trail_put_tail(to, tail);
		crypto_sign_detached(tail->signature, NULL, to, TRAIL_TAIL_SIGNED, packer->key->bytes);
	}
	trail_put_tail(to, tail);
	packer->size += TRAIL_TAIL;
}

int64_t
packer_pack(struct packer *packer, const unsigned char *data, size_t size, bool last, struct trail_head *head,
    struct trail_tail *tail)
{
	struct walk walk = { .data = data, .size = size, .last = last };
	int64_t taken;

	head->content = (struct trail_content){ 0 };
	packer->data = mem_grow(packer->data, &packer->capacity, TRAIL_HEAD + TRAIL_TAIL, 1);
	packer->size = TRAIL_HEAD;
	taken = put_body(packer, &walk, &head->content);
	if (taken == -1 || (taken == 0 && size > 0))
		return taken;
	head->flags &= TRAIL_LAST | TRAIL_LINK;
	if ((size_t)taken < size)
		head->flags &= ~(uint32_t)TRAIL_LAST;
	head->flags |= (packer->store ? 0 : TRAIL_PACKED) | (packer->key != NULL ? TRAIL_SIGNED : 0);
	head->content.unpacked = (uint64_t)taken;
	head->content.body = packer->size - TRAIL_HEAD;
	trail_put_head(packer->data, head);
	*tail = (struct trail_tail){
		.flags = head->flags,
		.part = head->part,
		.sequence = head->sequence,
		.content = head->content,
	};
	memcpy(tail->bin, head->bin, TRAIL_BIN_ID);
	hash_section(packer, tail->hash);
	put_tail(packer, tail);
	return taken;
}

static crypto_generichash_state *
state_of(struct section_check *check)
{
	return (crypto_generichash_state *)(((uintptr_t)check->state + 63) & ~(uintptr_t)63);
}

int
section_check_begin(struct section_check *check, const unsigned char head[static TRAIL_HEAD], const char **problem)
{
	if (sodium_init() == -1) {
		*problem = "libsodium cannot be used";
		return -1;
	}
	if (trail_parse_head(head, &check->head, problem) == -1)
		return -1;
	if (check->head.flags & TRAIL_OPEN) {
		*problem = "a bin's head: nothing in it is hashed";
		return -1;
	}
	check->left = check->head.content.body;
	crypto_generichash_init(state_of(check), NULL, 0, TRAIL_HASH);
	crypto_generichash_update(state_of(check), head, TRAIL_HEAD);
	return 0;
}

void
section_check_body(struct section_check *check, const void *body, size_t size)
{
	check->left -= size;
	crypto_generichash_update(state_of(check), body, size);
}

static bool
same_content(const struct trail_content *a, const struct trail_content *b)
{
	return a->records == b->records && a->body == b->body && a->unpacked == b->unpacked && a->first == b->first &&
	    a->last == b->last;
}

/* What does not agree between head and tail. */
static const char *
difference(const struct trail_head *head, const struct trail_tail *tail)
{
	if (memcmp(head->bin, tail->bin, TRAIL_BIN_ID) != 0 || head->part != tail->part || head->sequence != tail->sequence)
		return "the tail is another section's";
	if (head->flags != tail->flags)
		return "head and tail have different flags";
	if (!same_content(&head->content, &tail->content))
		return "head and tail differ in what the section holds";
	return NULL;
}

int
section_check_end(struct section_check *check, const unsigned char tail[static TRAIL_TAIL], const char **problem)
{
	unsigned char hash[TRAIL_HASH];

	if (trail_parse_tail(tail, &check->tail, problem) == -1)
		return -1;
	crypto_generichash_final(state_of(check), hash, TRAIL_HASH);
	*problem = difference(&check->head, &check->tail);
	if (*problem == NULL && memcmp(hash, check->tail.hash, TRAIL_HASH) != 0)
		*problem = "the hash is wrong: head or body was altered";
	if (*problem == NULL && check->tail.flags & TRAIL_SIGNED &&
	    crypto_sign_verify_detached(check->tail.signature, tail, TRAIL_TAIL_SIGNED, check->tail.key) != 0)
		*problem = "the signature is wrong";
	return *problem == NULL ? 0 : -1;
}

int
section_follows(const struct trail_head *head, const struct trail_tail *before, const char **problem)
{
	if (head->sequence != before->sequence + 1)
		*problem = head->sequence > before->sequence ? "sections before it are missing" : "out of order, or doubled";
	else if (memcmp(head->previous, before->hash, TRAIL_HASH) != 0)
		*problem = "does not follow the section before it: that one was altered or exchanged";
	else
		return 0;
	return -1;
}
