/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules_kernel.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "mem.h"
#include "rules_data.h"

enum {
	ANSWER_MAX = 16 * 1024, /* bytes: a rule with two paths, and its header */
	PATIENCE = 10,          /* seconds that the kernel may take for an answer */
};

/* A rule that the kernel has. */
struct loaded {
	struct rule rule;
	struct audit_rule_data *data; /* as the kernel told it: what deletes it */
	size_t size;
	bool wanted;
};

struct listing {
	struct loaded *ours;
	size_t count, capacity;
	size_t foreign;
};

/* What was done, so that it can be undone. */
struct change {
	uint16_t request;
	struct audit_rule_data *data;
	size_t size;
};

struct session {
	int fd;
	uint32_t sequence;
	struct err *error;
	struct arena arena; /* the data of rules */
	struct change *changes;
	size_t count, capacity;
	unsigned char answer[ANSWER_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
};

/* ---- asking the kernel */

static int
open_socket(void)
{
	struct timeval patience = { .tv_sec = PATIENCE };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);

	if (fd != -1)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

static int
send_request(struct session *session, uint16_t type, uint16_t flags, const void *data, size_t size)
{
	struct nlmsghdr header = {
		.nlmsg_len = (uint32_t)NLMSG_LENGTH(size),
		.nlmsg_type = type,
		.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags),
		.nlmsg_seq = ++session->sequence,
	};
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct iovec parts[] = { { &header, sizeof(header) }, { (void *)(uintptr_t)data, size } };
	struct msghdr message = { .msg_name = &kernel, .msg_namelen = sizeof(kernel), .msg_iov = parts, .msg_iovlen = 2 };

	return sendmsg(session->fd, &message, 0) == -1 ? -1 : 0;
}

/* The next part of the answer to the last request: its type, *data, *size. Returns -1 with errno, which an error of the kernel's is too. */
static int
receive_answer(struct session *session, const void **data, size_t *size)
{
	const struct nlmsghdr *header = (const struct nlmsghdr *)session->answer;
	const struct nlmsgerr *refusal = NLMSG_DATA(header);

	for (;;) {
		struct sockaddr_nl sender = { .nl_pid = 0 };
		socklen_t length = sizeof(sender);
		ssize_t n = recvfrom(session->fd, session->answer, sizeof(session->answer), 0, (struct sockaddr *)&sender, &length);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if ((size_t)n < NLMSG_HDRLEN || sender.nl_pid != 0 || header->nlmsg_seq != session->sequence)
			continue;
		*data = NLMSG_DATA(header);
		*size = (size_t)n - NLMSG_HDRLEN;
		if (header->nlmsg_type != NLMSG_ERROR || *size < sizeof(refusal->error) || refusal->error == 0)
			return header->nlmsg_type;
		errno = -refusal->error;
		return -1;
	}
}

/* A request that is answered by yes or no. */
static int
command(struct session *session, uint16_t type, const void *data, size_t size)
{
	const void *answer;
	size_t length;

	if (send_request(session, type, NLM_F_ACK, data, size) == -1)
		return -1;
	return receive_answer(session, &answer, &length) == -1 ? -1 : 0;
}

static bool
is_locked(struct session *session)
{
	struct audit_status status = { .enabled = 0 };
	const void *data;
	size_t size;

	if (send_request(session, AUDIT_GET, 0, NULL, 0) == -1 || receive_answer(session, &data, &size) != AUDIT_GET)
		return false;
	memcpy(&status, data, size < sizeof(status) ? size : sizeof(status));
	return status.enabled == 2;
}

/* Why the kernel said no. Asking spoils the answer buffer, not errno. */
static const char *
reason(struct session *session, int code)
{
	switch (code) {
	case EPERM:
	case EACCES:
		if (is_locked(session))
			return "the kernel's audit configuration is locked until the next boot (enabled 2)";
		return "not permitted: this needs CAP_AUDIT_CONTROL";
	case ECONNREFUSED:
	case EPROTONOSUPPORT:
		return "this kernel, or this container, has no audit";
	case EAGAIN:
		return "the kernel does not answer";
	default:
		return strerror(code);
	}
}

static int
fail(struct session *session, const char *what)
{
	return err_set(session->error, "%s: %s", what, reason(session, errno));
}

static int
session_begin(struct session *session, struct err *error)
{
	memset(session, 0, sizeof(*session));
	session->error = error;
	session->fd = open_socket();
	return session->fd == -1 ? fail(session, "audit socket") : 0;
}

static void
session_end(struct session *session)
{
	if (session->fd != -1)
		close(session->fd);
	arena_clear(&session->arena);
	free(session->changes);
}

/* ---- what is there */

static bool
is_ours(const struct rule *rule)
{
	const char *key = rule_text(rule, AUDIT_FILTERKEY);

	return key != NULL && strncmp(key, RULES_KEY, strlen(RULES_KEY)) == 0;
}

/* A rule that we cannot read is none of ours. */
static void
add_loaded(struct session *session, struct listing *listing, const void *data, size_t size)
{
	struct loaded loaded = { .size = size };

	if (!rule_decode(&loaded.rule, data, size, &session->arena) || !is_ours(&loaded.rule)) {
		listing->foreign++;
		return;
	}
	loaded.data = arena_alloc(&session->arena, size);
	memcpy(loaded.data, data, size);
	listing->ours = mem_grow(listing->ours, &listing->capacity, listing->count + 1, sizeof(*listing->ours));
	listing->ours[listing->count++] = loaded;
}

/* Clear the listing in either case. */
static int
list_rules(struct session *session, struct listing *listing)
{
	const void *data;
	size_t size;
	int type;

	*listing = (struct listing){ NULL };
	if (send_request(session, AUDIT_LIST_RULES, 0, NULL, 0) == -1)
		return fail(session, "listing the kernel's rules");
	while ((type = receive_answer(session, &data, &size)) != -1 && type != NLMSG_DONE)
		if (type == AUDIT_LIST_RULES)
			add_loaded(session, listing, data, size);
	return type == -1 ? fail(session, "listing the kernel's rules") : 0;
}

static void
listing_clear(struct listing *listing)
{
	free(listing->ours);
}

/* The loaded rule that is this one and that no other wanted rule was found to be. */
static struct loaded *
find_loaded(const struct listing *listing, const struct rule *rule)
{
	for (size_t i = 0; i < listing->count; i++)
		if (!listing->ours[i].wanted && rule_same(&listing->ours[i].rule, rule))
			return &listing->ours[i];
	return NULL;
}

/* ---- changing it */

static void
remember(struct session *session, uint16_t request, struct audit_rule_data *data, size_t size)
{
	session->changes = mem_grow(session->changes, &session->capacity, session->count + 1, sizeof(*session->changes));
	session->changes[session->count++] = (struct change){ request, data, size };
}

/* FILE:LINE: what it is: why not: the rule. The rule comes last, for it may be long. */
static int
refused(struct session *session, const struct rule *rule, const char *why)
{
	struct out out;

	out_init(&out, -1, 1024);
	out.hold = true;
	if (rule_print(rule, &out))
		out_char(&out, '\0');
	err_set(session->error, "%.200s: %s%s%s", rule->origin, why, out_waiting(&out) > 0 ? ": " : "",
	    out_waiting(&out) > 0 ? (const char *)out.data + out.head : "");
	out_clear(&out);
	return -1;
}

static int
load(struct session *session, const struct rule *rule)
{
	struct audit_rule_data *data = arena_alloc(&session->arena, RULE_DATA_MAX);
	size_t size = rule_encode(rule, data, RULE_DATA_MAX);
	struct err why;

	if (size == 0)
		return refused(session, rule, "the rule is longer than the kernel takes");
	if (command(session, AUDIT_ADD_RULE, data, size) == -1) {
		err_set(&why, "the kernel refuses the rule: %s", reason(session, errno));
		return refused(session, rule, why.text);
	}
	remember(session, AUDIT_ADD_RULE, data, size);
	return 0;
}

static int
unload(struct session *session, const struct loaded *loaded)
{
	struct err what;

	if (command(session, AUDIT_DEL_RULE, loaded->data, loaded->size) == 0) {
		remember(session, AUDIT_DEL_RULE, loaded->data, loaded->size);
		return 0;
	}
	err_set(&what, "deleting the kernel's rule with the key %.200s", rule_text(&loaded->rule, AUDIT_FILTERKEY));
	return fail(session, what.text);
}

/* The kernel compares AUDIT_FILTER_PREPEND too when it looks for what to delete, and does not keep it. */
static void
prepare_undo(const struct change *change)
{
	struct arena arena = { 0 };
	struct rule rule;
	const char *key;

	change->data->flags &= ~(uint32_t)AUDIT_FILTER_PREPEND;
	if (change->request == AUDIT_ADD_RULE || !rule_decode(&rule, change->data, change->size, &arena)) {
		arena_clear(&arena);
		return;
	}
	key = rule_text(&rule, AUDIT_FILTERKEY);
	if (key != NULL && strcmp(key, RULES_EXEMPT_KEY) == 0)
		change->data->flags |= AUDIT_FILTER_PREPEND;
	arena_clear(&arena);
}

static void
undo(struct session *session)
{
	size_t failures = 0;
	struct err first = *session->error;

	while (session->count > 0) {
		const struct change *change = &session->changes[--session->count];
		uint16_t request = change->request == AUDIT_ADD_RULE ? AUDIT_DEL_RULE : AUDIT_ADD_RULE;

		prepare_undo(change);
		failures += command(session, request, change->data, change->size) == -1;
	}
	if (failures > 0)
		err_set(session->error, "%.400s (and %zu changes could not be undone)", first.text, failures);
}

static int
load_missing(struct session *session, const struct rules *rules, struct listing *listing, struct rules_changes *changes)
{
	const struct rule *rule;

	for (size_t i = 0; (rule = rules_at(rules, i)) != NULL; i++) {
		struct loaded *loaded = find_loaded(listing, rule);

		if (loaded != NULL) {
			loaded->wanted = true;
			changes->kept++;
			continue;
		}
		if (load(session, rule) == -1)
			return -1;
		changes->added++;
	}
	return 0;
}

/* Asks the kernel again: only then is what was there before deleted. */
static int
verify(struct session *session, const struct rules *rules)
{
	struct listing listing;
	const struct rule *rule;
	int rc = list_rules(session, &listing);

	for (size_t i = 0; rc == 0 && (rule = rules_at(rules, i)) != NULL; i++) {
		struct loaded *loaded = find_loaded(&listing, rule);

		if (loaded != NULL)
			loaded->wanted = true;
		else
			rc = refused(session, rule, "the kernel took the rule, and does not have it");
	}
	listing_clear(&listing);
	return rc;
}

static int
unload_unwanted(struct session *session, const struct listing *listing, struct rules_changes *changes)
{
	for (size_t i = 0; i < listing->count; i++) {
		if (listing->ours[i].wanted)
			continue;
		if (unload(session, &listing->ours[i]) == -1)
			return -1;
		changes->removed++;
	}
	return 0;
}

static int
apply(struct session *session, const struct rules *rules, struct rules_changes *changes)
{
	struct listing listing;
	int rc = list_rules(session, &listing);

	if (rc == 0)
		rc = load_missing(session, rules, &listing, changes);
	if (rc == 0 && changes->added > 0)
		rc = verify(session, rules);
	if (rc == 0)
		rc = unload_unwanted(session, &listing, changes);
	if (rc == -1)
		undo(session);
	listing_clear(&listing);
	return rc;
}

int
rules_kernel_apply(const struct rules *rules, struct rules_changes *changes, struct err *error)
{
	struct rules_changes ignored;
	struct session session;
	int rc = session_begin(&session, error);

	if (changes == NULL)
		changes = &ignored;
	*changes = (struct rules_changes){ 0 };
	if (rc == 0)
		rc = apply(&session, rules, changes);
	session_end(&session);
	return rc;
}

/* What cannot be deleted does not keep the others. */
int
rules_kernel_remove(size_t *removed, struct err *error)
{
	struct session session;
	struct listing listing = { NULL };
	int rc = session_begin(&session, error);

	if (rc == 0)
		rc = list_rules(&session, &listing);
	/* The kernel lists them in the order in which it tries them: what exempts our own programs stands first, and must go last. */
	for (size_t i = listing.count; i-- > 0;)
		if (unload(&session, &listing.ours[i]) == -1)
			rc = -1;
	if (removed != NULL)
		*removed = session.count;
	listing_clear(&listing);
	session_end(&session);
	return rc;
}

int
rules_kernel_count(size_t *ours, size_t *foreign, struct err *error)
{
	struct session session;
	struct listing listing = { NULL };
	int rc = session_begin(&session, error);

	if (rc == 0)
		rc = list_rules(&session, &listing);
	*ours = listing.count;
	*foreign = listing.foreign;
	listing_clear(&listing);
	session_end(&session);
	return rc;
}
