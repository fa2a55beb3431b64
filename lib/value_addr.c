/*
 * Addresses: the sockaddr of SOCKADDR lines, and what programs wrote into their messages.
 *
 * Source: kernel/auditsc.c, AUDIT_SOCKADDR: saddr= is the bytes that the program gave, in hexadecimal, whatever they are.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <linux/audit.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "call.h"
#include "rectype.h"
#include "text.h"
#include "value_get.h"
#include "words.h"

/* Offsets in struct sockaddr_in, _in6, _un, _nl, _ll and _vm, which have been the same on all of Linux for ever. */
enum {
	PORT = 2,
	ADDRESS4 = 4,
	ADDRESS6 = 8,
	UNIX_PATH = 2,
	SIZE4 = 8,  /* without the padding */
	SIZE6 = 24, /* without the scope */
	NETLINK_PID = 4,
	NETLINK_GROUPS = 8,
	SIZE_NETLINK = 12,
	PACKET_PROTOCOL = 2, /* in network byte order */
	PACKET_INTERFACE = 4,
	SIZE_PACKET = 8, /* without the hardware address */
	VSOCK_PORT = 4,
	VSOCK_CID = 8,
	SIZE_VSOCK = 12,
};

enum { SOCKADDR_MAX = 128 }; /* struct sockaddr_storage */

struct socket {
	bool present;
	unsigned family;
	size_t length; /* of bytes */
	unsigned char bytes[SOCKADDR_MAX];
	char address[INET6_ADDRSTRLEN];   /* empty if there is none */
	char text[INET6_ADDRSTRLEN + 16]; /* with the port; of other families, all that the address says */
};

static unsigned
port_of(const struct socket *socket)
{
	return (unsigned)socket->bytes[PORT] << 8 | socket->bytes[PORT + 1];
}

/* Most numbers stand in the byte order of the machine that the record comes from. */
static bool
is_big_endian(uint32_t arch)
{
	return arch != 0 && (arch & __AUDIT_ARCH_LE) == 0;
}

static unsigned
family_of(const struct socket *socket, uint32_t arch)
{
	bool big = is_big_endian(arch);

	return (unsigned)socket->bytes[!big] << 8 | socket->bytes[big];
}

static uint32_t
number_at(const struct socket *socket, size_t offset, uint32_t arch)
{
	uint32_t number = 0;

	for (size_t i = 0; i < sizeof(number); i++)
		number = number << 8 | socket->bytes[offset + (is_big_endian(arch) ? i : sizeof(number) - 1 - i)];
	return number;
}

/* Families whose addresses are no network's. */
static void
write_other(struct socket *socket, uint32_t arch)
{
	char *text = socket->text;
	size_t size = sizeof(socket->text);

	if (socket->family == AF_NETLINK && socket->length >= SIZE_NETLINK)
		snprintf(text, size, "pid=%u,groups=0x%x", number_at(socket, NETLINK_PID, arch),
		    number_at(socket, NETLINK_GROUPS, arch));
	else if (socket->family == AF_PACKET && socket->length >= SIZE_PACKET)
		snprintf(text, size, "protocol=0x%x,interface=%u",
		    (unsigned)socket->bytes[PACKET_PROTOCOL] << 8 | socket->bytes[PACKET_PROTOCOL + 1],
		    number_at(socket, PACKET_INTERFACE, arch));
	else if (socket->family == AF_VSOCK && socket->length >= SIZE_VSOCK)
		snprintf(text, size, "cid=%u,port=%u", number_at(socket, VSOCK_CID, arch),
		    number_at(socket, VSOCK_PORT, arch));
}

static void
write_address(struct socket *socket, uint32_t arch)
{
	if (socket->family == AF_INET && socket->length >= SIZE4) {
		inet_ntop(AF_INET, socket->bytes + ADDRESS4, socket->address, sizeof(socket->address));
		snprintf(socket->text, sizeof(socket->text), "%s:%u", socket->address, port_of(socket));
	} else if (socket->family == AF_INET6 && socket->length >= SIZE6) {
		inet_ntop(AF_INET6, socket->bytes + ADDRESS6, socket->address, sizeof(socket->address));
		snprintf(socket->text, sizeof(socket->text), "[%s]:%u", socket->address, port_of(socket));
	} else {
		write_other(socket, arch);
	}
}

static void
read_socket(struct view *view, struct socket *socket)
{
	size_t n = 0;
	const struct view_field *f = view_find(view, TYPE_SOCKADDR, "saddr", 5, &n);
	size_t digits = 2 * sizeof(socket->bytes);

	*socket = (struct socket){ 0 };
	if (f == NULL)
		return;
	if (f->field.length < digits)
		digits = f->field.length;
	if (digits < 4 || !text_unhex(f->field.value, digits, socket->bytes))
		return;
	socket->present = true;
	socket->length = digits / 2;
	socket->family = family_of(socket, view->record->arch);
	write_address(socket, view->record->arch);
}

static const struct socket *
socket_of(struct view *view)
{
	if (view->socket == NULL) {
		view->socket = arena_alloc(&view->arena, sizeof(*view->socket));
		read_socket(view, view->socket);
	}
	return view->socket;
}

/* A field of a program's message. */
static bool
message_field(struct view *view, const char *name, struct value *value)
{
	size_t n = 0, length;
	const struct view_field *f = value_find(view, 0, name, &n);
	const char *text;

	if (f == NULL)
		return false;
	text = view_text(view, f, &length);
	return length > 0 && value_set_text(value, text, length);
}

bool
get_addr(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct socket *socket;

	if (nth > 0)
		return false;
	socket = socket_of(view);
	if (socket->address[0] != '\0')
		return value_set_text(value, socket->address, strlen(socket->address));
	return message_field(view, "addr", value);
}

bool
get_port(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct socket *socket = nth == 0 ? socket_of(view) : NULL;
	struct value port;
	int64_t number;

	if (socket == NULL)
		return false;
	if (socket->address[0] != '\0')
		return value_set_number(value, port_of(socket));
	return message_field(view, "port", &port) && text_signed(port.text, port.length, &number) &&
	    value_set_number(value, number);
}

bool
get_family(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct socket *socket = nth == 0 ? socket_of(view) : NULL;
	const struct call *call = nth == 0 ? call_of(view) : NULL;
	uint64_t family;
	const char *text;

	if (socket != NULL && socket->present)
		family = socket->family;
	else if (call == NULL || !call_argument(view, call->family, &family))
		return false;
	text = family_name((int64_t)family);
	if (text != NULL)
		value_set_text(value, text, strlen(text));
	return value_set_number(value, (int64_t)family);
}

/* The path; that of an abstract socket, which begins with NUL, as people write it, with @. */
static bool
unix_path(struct view *view, const struct socket *socket, struct value *value)
{
	const char *path = (const char *)socket->bytes + UNIX_PATH;
	size_t length = socket->length - UNIX_PATH;
	char *abstract;

	if (length == 0)
		return false; /* unnamed */
	if (path[0] != '\0')
		return value_set_text(value, path, strnlen(path, length));
	abstract = arena_string(&view->arena, path, length);
	abstract[0] = '@';
	return value_set_text(value, abstract, length);
}

bool
get_socket(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	const struct socket *socket = nth == 0 ? socket_of(view) : NULL;

	if (socket == NULL || !socket->present)
		return false;
	if (socket->family == AF_UNIX)
		return unix_path(view, socket, value);
	return socket->text[0] != '\0' && value_set_text(value, socket->text, strlen(socket->text));
}

bool
get_origin(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	if (nth > 0)
		return false;
	return value_fact(view, "origin", value) || message_field(view, "addr", value) ||
	    message_field(view, "hostname", value);
}

bool
get_terminal(const struct name *name, struct view *view, size_t nth, struct value *value)
{
	if (nth > 0)
		return false;
	return value_fact(view, "terminal", value) || message_field(view, "terminal", value) ||
	    message_field(view, "tty", value);
}
