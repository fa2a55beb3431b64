/* SPDX-License-Identifier: BSD-2-Clause */
#include "verify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "backwards.h"
#include "file.h"
#include "mem.h"
#include "text.h"
#include "trailfile.h"

enum {
	WINDOW = 1 << 18, /* bytes that are read at a time */
	PEEK = 16,        /* bytes that trail_is_head() looks at */
	TIME_TEXT = 40,
	HASH_TEXT = 2 * TRAIL_HASH + 1,
	AGAIN_MAX = 256 << 20, /* bytes of a file, and as many as it was read, that are read again behind wrong heads */
};

int
anchor_parse(const char *text, struct anchor *anchor)
{
	const char *colon = strchr(text, ':');

	if (colon == NULL || !text_unsigned(text, (size_t)(colon - text), &anchor->sequence) || anchor->sequence == 0 ||
	    strlen(colon + 1) != HASH_TEXT - 1 || !text_unhex(colon + 1, HASH_TEXT - 1, anchor->hash))
		return -1;
	return 0;
}

/* A file that is read from its beginning to its end, through a window. */
struct reader {
	int fd;
	const char *name;
	unsigned char window[WINDOW];
	size_t at, end;
	uint64_t position; /* of window[at] */
	uint64_t limit;    /* what is appended from there on is not read */
	uint64_t section;  /* the number of the section in the file, from 1 */
	uint64_t again;    /* bytes that were gone back */
	int error;         /* errno of a read that failed, or 0 */
};

/* Has size bytes in the window, at most WINDOW; false if the file ends before, or reading failed. */
static bool
need(struct reader *reader, size_t size)
{
	if (reader->end - reader->at < size && reader->at > 0) {
		memmove(reader->window, reader->window + reader->at, reader->end - reader->at);
		reader->end -= reader->at;
		reader->at = 0;
	}
	while (reader->end - reader->at < size) {
		uint64_t left = reader->limit - reader->position - (reader->end - reader->at);
		size_t room = WINDOW - reader->end;
		ssize_t n = read(reader->fd, reader->window + reader->end, left < room ? (size_t)left : room);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			reader->error = errno;
		if (n <= 0)
			return false;
		reader->end += (size_t)n;
	}
	return true;
}

static void
take(struct reader *reader, size_t size)
{
	reader->at += size;
	reader->position += size;
}

/* Goes back, where the input can. Where that happens again and again the input is made to be slow. */
static void
go_back(struct reader *reader, uint64_t position)
{
	uint64_t back = reader->position - position;

	if (reader->again + back > AGAIN_MAX + reader->position ||
	    lseek(reader->fd, -(off_t)(back + reader->end - reader->at), SEEK_CUR) == -1)
		return;
	reader->again += back;
	reader->at = reader->end = 0;
	reader->position = position;
}

/* ISO 8601, UTC. */
static const char *
show_time(int64_t ns, char text[static TIME_TEXT])
{
	time_t seconds = (time_t)(ns / 1000000000);
	struct tm utc;

	if (gmtime_r(&seconds, &utc) == NULL || strftime(text, TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
		snprintf(text, TIME_TEXT, "%" PRId64 " ns", ns);
	return text;
}

/* Says what is wrong with the section that begins at start; with its times, if its head is known. */
static void
complain(struct verify *verify, const struct reader *reader, uint64_t start, const struct trail_head *head, const char *problem)
{
	char from[TIME_TEXT], to[TIME_TEXT];
	struct err text;
	size_t used;

	verify->problems++;
	err_set(&text, "%s: section %" PRIu64 ", byte %" PRIu64, reader->name, reader->section, start);
	used = strlen(text.text);
	if (head != NULL && head->content.records > 0)
		snprintf(text.text + used, sizeof(text.text) - used, " (%" PRIu64 " in the chain, records from %s to %s)", head->sequence,
		    show_time(head->content.first, from), show_time(head->content.last, to));
	used = strlen(text.text);
	snprintf(text.text + used, sizeof(text.text) - used, ": %s", problem);
	verify->say(text.text);
}

/* The head against the section before, and at the chain's beginning. */
static void
check_order(struct verify *verify, const struct reader *reader, uint64_t start, const struct trail_head *head)
{
	const struct trail_tail *before = &verify->before;
	bool border = verify->before_name != reader->name; /* names are borrowed: each file has its own */
	struct err text;
	const char *problem;

	if (!verify->begun && !verify->broken && head->sequence > 1 && !(head->flags & TRAIL_LINK)) {
		err_set(&text, "removed: sections 1 to %" PRIu64 " of the chain, or a file was left out", head->sequence - 1);
		complain(verify, reader, start, head, text.text);
	}
	if (!verify->begun || verify->broken || section_follows(head, before, &problem) == 0)
		return;
	if (head->sequence == before->sequence + 1) {
		complain(verify, reader, start, head, problem);
		return;
	}
	if (border && head->sequence <= before->sequence)
		err_set(&text,
		    "wrong order: it is section %" PRIu64 " of the chain, and comes behind section %" PRIu64
		    " in %s: name the oldest file first, and each once",
		    head->sequence, before->sequence, verify->before_name);
	else if (head->sequence <= before->sequence)
		err_set(&text, "out of order, or doubled: it is section %" PRIu64 " of the chain, and comes behind section %" PRIu64,
		    head->sequence, before->sequence);
	else
		err_set(&text, "removed: sections %" PRIu64 " to %" PRIu64 " of the chain%s", before->sequence + 1, head->sequence - 1,
		    border ? ", or a file was left out" : "");
	complain(verify, reader, start, head, text.text);
}

/* The place of the key among the signers; signer_count if it is none of them. */
static size_t
find_signer(const struct verify *verify, const unsigned char key[static TRAIL_KEY])
{
	size_t i = 0;

	while (i < verify->signer_count && memcmp(verify->signers[i].key.bytes, key, TRAIL_KEY) != 0)
		i++;
	return i;
}

static void
add_signer(struct verify *verify, const unsigned char key[static TRAIL_KEY])
{
	memcpy(verify->signers[verify->signer_count++].key.bytes, key, TRAIL_KEY);
}

bool
verify_trust(struct verify *verify, const struct public_key *key)
{
	if (find_signer(verify, key->bytes) < verify->signer_count)
		return false;
	add_signer(verify, key->bytes);
	verify->trusted = true;
	return true;
}

/* Notes who signed the section. Returns what is wrong with that, or NULL. A key that takes another's place without -k would go unseen. */
static const char *
note_signer(struct verify *verify, const struct trail_tail *tail)
{
	struct signer *signer;
	size_t i;

	if (verify->signer_count == 0)
		add_signer(verify, tail->key);
	i = find_signer(verify, tail->key);
	if (i == verify->signer_count)
		return verify->trusted ? "signed by another key"
				       : "signed by another key than the sections before it: -k says which are right";
	if (i < verify->signer)
		return "signed by a key that no longer counts: sections before it are signed by a later one";
	verify->signer = i;
	signer = &verify->signers[i];
	if (signer->first == 0)
		signer->first = tail->sequence;
	signer->last = tail->sequence;
	return NULL;
}

static const char *
note_unsigned(struct verify *verify)
{
	verify->unsigned_sections++;
	if (verify->trusted)
		return "not signed";
	return verify->signer_count > 0 ? "not signed, as sections before it are" : NULL;
}

static void
check_key(struct verify *verify, const struct reader *reader, uint64_t start, const struct section_check *check)
{
	const char *problem = check->tail.flags & TRAIL_SIGNED ? note_signer(verify, &check->tail) : note_unsigned(verify);

	if (problem != NULL)
		complain(verify, reader, start, &check->head, problem);
}

static void
check_anchor(struct verify *verify, const struct reader *reader, uint64_t start, const struct section_check *check)
{
	if (verify->anchor == NULL || verify->anchor->sequence != check->head.sequence || verify->anchored)
		return;
	verify->anchored = true;
	if (memcmp(verify->anchor->hash, check->tail.hash, TRAIL_HASH) != 0)
		complain(verify, reader, start, &check->head, "another section than that whose hash was given (-e)");
}

/* The section is as it was written. */
static void
count(struct verify *verify, const struct reader *reader, const struct section_check *check)
{
	const struct trail_content *content = &check->head.content;

	if (!verify->begun)
		verify->beginning = check->head;
	if (content->records > 0 && (verify->records == 0 || content->first < verify->first))
		verify->first = content->first;
	if (content->records > 0 && (verify->records == 0 || content->last > verify->last))
		verify->last = content->last;
	verify->sections++;
	verify->records += content->records;
	verify->before = check->tail;
	verify->before_name = reader->name;
	verify->begun = true;
	verify->broken = false;
}

/* Does a tail stand here, whatever it says, with nothing behind it, or a head? */
static bool
ends_here(struct reader *reader)
{
	if (!trail_is_tail(reader->window + reader->at))
		return false;
	return need(reader, TRAIL_TAIL + PEEK) ? trail_is_head(reader->window + reader->at + TRAIL_TAIL)
					       : reader->end - reader->at == TRAIL_TAIL;
}

/* Reads the body and the tail of the section that begins at start. Returns false with *problem. */
static bool
check_rest(struct reader *reader, uint64_t start, struct section_check *check, const char **problem)
{
	if (check->left > SECTION_BODY_MAX) {
		*problem = "its head says that it is longer than any";
		return false;
	}
	*problem = "cut: the file ends in it";
	while (check->left > 0) {
		size_t size;

		if (!need(reader, 1))
			return false;
		size = reader->end - reader->at < check->left ? reader->end - reader->at : (size_t)check->left;
		section_check_body(check, reader->window + reader->at, size);
		take(reader, size);
	}
	if (!need(reader, TRAIL_TAIL))
		return false;
	if (section_check_end(check, reader->window + reader->at, problem) == 0) {
		take(reader, TRAIL_TAIL);
		return true;
	}
	if (ends_here(reader))
		take(reader, TRAIL_TAIL);
	else
		go_back(reader, start + TRAIL_HEAD); /* the body may hold the next section's head */
	return false;
}

/* Up to the next head or the end. */
static void
pass_bytes(struct reader *reader)
{
	while (need(reader, 1) && !(need(reader, PEEK) && trail_is_head(reader->window + reader->at)))
		take(reader, 1);
}

/* Does the head of a bin stand here? What follows it is no damage, but nothing that could be verified either. */
static bool
is_bin(struct reader *reader)
{
	struct trail_head head;
	const char *problem;

	return need(reader, TRAIL_HEAD) && trail_parse_head(reader->window + reader->at, &head, &problem) == 0 && head.flags & TRAIL_OPEN;
}

static void
refuse_bin(struct verify *verify, struct reader *reader)
{
	uint64_t start = reader->position;

	reader->section++;
	complain(verify, reader, start, NULL,
	    start == 0 && file_is_locked(reader->fd) ? "a bin, which is being filled: it can be verified when it is in a trail"
						     : "a bin: it can be verified when it is in a trail");
	verify->broken = true;
	take(reader, TRAIL_HEAD);
	pass_bytes(reader);
}

/* The section whose head stands here. */
static void
verify_section(struct verify *verify, struct reader *reader)
{
	struct section_check check;
	const char *problem = "cut: the file ends in its head";
	uint64_t start = reader->position;

	reader->section++;
	if (!need(reader, TRAIL_HEAD) || section_check_begin(&check, reader->window + reader->at, &problem) == -1) {
		complain(verify, reader, start, NULL, problem);
		verify->broken = true;
		take(reader, 1);
		return;
	}
	take(reader, TRAIL_HEAD);
	check_order(verify, reader, start, &check.head);
	if (!check_rest(reader, start, &check, &problem)) {
		complain(verify, reader, start, &check.head, problem);
		verify->broken = true;
		return;
	}
	check_key(verify, reader, start, &check);
	check_anchor(verify, reader, start, &check);
	count(verify, reader, &check);
}

/* Bytes that belong to no section, up to the next head or the end. */
static void
verify_gap(struct verify *verify, struct reader *reader)
{
	uint64_t start = reader->position;
	struct err text;

	pass_bytes(reader);
	err_set(&text, "%s: bytes %" PRIu64 " to %" PRIu64 ": in no section: records that were added from elsewhere, or what is left of "
		       "sections",
	    reader->name, start, reader->position - 1);
	verify->problems++;
	verify->say(text.text);
}

/* How many bytes there are to be read from where the file stands; of what is no file, all that come. */
static uint64_t
bytes_left(int fd)
{
	struct stat status;
	off_t at;

	if (trailfile_stat(fd, &status) == -1 || !S_ISREG(status.st_mode) || (at = lseek(fd, 0, SEEK_CUR)) == -1)
		return UINT64_MAX;
	return at < status.st_size ? (uint64_t)(status.st_size - at) : 0;
}

int
verify_file(struct verify *verify, int fd, const char *name)
{
	struct reader *reader = mem_alloc_zero(1, sizeof(*reader));
	int error;

	reader->fd = fd;
	reader->name = name;
	reader->limit = bytes_left(fd);
	while (need(reader, 1))
		if (!need(reader, PEEK) || !trail_is_head(reader->window + reader->at))
			verify_gap(verify, reader);
		else if (is_bin(reader))
			refuse_bin(verify, reader);
		else
			verify_section(verify, reader);
	error = reader->error;
	if (error != 0) {
		struct err text;

		err_set(&text, "%s: byte %" PRIu64 ": %s", name, reader->position, strerror(error));
		verify->say(text.text);
	}
	close(fd);
	free(reader);
	return error != 0 ? -1 : 0;
}

static const char *
show_hash(const unsigned char hash[TRAIL_HASH], char text[static HASH_TEXT])
{
	return sodium_bin2hex(text, HASH_TEXT, hash, TRAIL_HASH);
}

/* The section whose hash was given must be there, or be the one that the chain goes on from. */
static void
judge_anchor(struct verify *verify)
{
	const struct anchor *anchor = verify->anchor;
	struct err text;

	if (anchor == NULL || verify->anchored || !verify->begun)
		return;
	if (anchor->sequence > verify->before.sequence && !verify->broken)
		err_set(&text, "%s: cut at its end: the chain ends with section %" PRIu64 ", and section %" PRIu64 " was written (-e)",
		    verify->before_name, verify->before.sequence, anchor->sequence);
	else if (anchor->sequence >= verify->beginning.sequence)
		err_set(&text, "section %" PRIu64 " (-e) could not be verified", anchor->sequence);
	else if (anchor->sequence + 1 != verify->beginning.sequence)
		err_set(&text, "section %" PRIu64 " (-e) is not in these files: they begin with section %" PRIu64, anchor->sequence,
		    verify->beginning.sequence);
	else if (memcmp(anchor->hash, verify->beginning.previous, TRAIL_HASH) != 0)
		err_set(&text, "section %" PRIu64 " does not follow that whose hash was given (-e)", verify->beginning.sequence);
	else
		return;
	verify->problems++;
	verify->say(text.text);
}

/* Who has a key that is no longer used could put sections of his own in the place of all that later ones signed. */
static void
judge_signers(struct verify *verify)
{
	char text[KEY_TEXT];
	struct err error;

	if (!verify->trusted || !verify->begun || verify->signer == verify->signer_count - 1)
		return;
	key_text(&verify->signers[verify->signer_count - 1].key, text);
	err_set(&error, "%s: cut at its end, or the last key that was given (-k) has signed nothing yet: %s", verify->before_name, text);
	verify->problems++;
	verify->say(error.text);
}

static void
print_signer(const struct verify *verify, const struct signer *signer, struct out *out)
{
	char text[KEY_TEXT];

	key_text(&signer->key, text);
	out_text(out, "signed by ");
	out_text(out, text);
	if (verify->signer_count > 1) {
		out_text(out, ": sections ");
		out_unsigned(out, signer->first);
		out_text(out, " to ");
		out_unsigned(out, signer->last);
	}
	if (!verify->trusted)
		out_text(out, " (compare it with the key that you know, or give that one by -k)");
	if (verify->unsigned_sections > 0) {
		out_text(out, "; not signed: the first ");
		out_unsigned(out, verify->unsigned_sections);
	}
	out_char(out, '\n');
}

static void
print_signers(const struct verify *verify, struct out *out)
{
	if (verify->signer_count == 0)
		out_text(out, "not signed\n");
	for (size_t i = 0; i < verify->signer_count; i++)
		if (verify->signers[i].first > 0)
			print_signer(verify, &verify->signers[i], out);
}

static void
print_chain(const struct verify *verify, struct out *out)
{
	char text[HASH_TEXT];

	if (verify->beginning.sequence == 1) {
		out_text(out, "unbroken from its beginning\n");
		return;
	}
	out_text(out, "unbroken; goes on from ");
	out_unsigned(out, verify->beginning.sequence - 1);
	out_char(out, ':');
	out_text(out, show_hash(verify->beginning.previous, text));
	out_text(out, " in an earlier trail\n");
}

static void
print_anchor(uint64_t sequence, const unsigned char hash[TRAIL_HASH], struct out *out)
{
	char text[HASH_TEXT];

	out_unsigned(out, sequence);
	out_char(out, ':');
	out_text(out, show_hash(hash, text));
}

static void
print_count(struct out *out, uint64_t count, const char *what)
{
	out_unsigned(out, count);
	out_text(out, what);
	out_text(out, count != 1 ? "s" : "");
}

void
verify_end(struct verify *verify, struct out *out)
{
	char text[TIME_TEXT];

	if (!verify->begun && verify->problems == 0) {
		verify->problems++;
		verify->say("there is no section: nothing could be verified");
	}
	judge_anchor(verify);
	judge_signers(verify);
	if (verify->problems > 0)
		return;
	out_text(out, "verified: ");
	print_count(out, verify->sections, " section");
	out_text(out, ", ");
	print_count(out, verify->records, " record");
	out_char(out, '\n');
	if (verify->records > 0) {
		out_text(out, "from ");
		out_text(out, show_time(verify->first, text));
		out_text(out, " to ");
		out_text(out, show_time(verify->last, text));
		out_char(out, '\n');
	}
	print_chain(verify, out);
	print_signers(verify, out);
	out_text(out, "last ");
	print_anchor(verify->before.sequence, verify->before.hash, out);
	out_char(out, '\n');
}

int
verify_print_last(int fd, struct out *out)
{
	struct section_at section;
	char text[TIME_TEXT];
	struct stat status;
	uint64_t at;
	int rc;

	if (trailfile_stat(fd, &status) == -1)
		return -1;
	at = (uint64_t)status.st_size;
	do
		rc = backwards_next(fd, &at, &section);
	while (rc == 1 && section.head.flags & TRAIL_OPEN);
	if (rc != 1)
		return rc;
	print_anchor(section.tail.sequence, section.tail.hash, out);
	out_char(out, ' ');
	text_escape(out, section.head.host, strlen(section.head.host), ESCAPE_COLUMN);
	out_char(out, ' ');
	out_text(out, show_time(section.tail.content.records > 0 ? section.tail.content.last : section.head.created, text));
	out_char(out, '\n');
	return 1;
}
