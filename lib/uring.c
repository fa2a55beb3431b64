/* SPDX-License-Identifier: BSD-2-Clause */
#include "uring.h"

#include "field.h"
#include "text.h"

/*
 * Source: enum io_uring_op of linux/io_uring.h, 6.18. The kernel audits only the operations that its io_uring/opdef.c does not mark
 * audit_skip, but replayed and future records may have any.
 */
static const struct {
	const char *name;
	const char *call;
} ops[URING_MAX] = {
	[0] = { "NOP", NULL },
	[1] = { "READV", "readv" },
	[2] = { "WRITEV", "writev" },
	[3] = { "FSYNC", "fsync" },
	[4] = { "READ_FIXED", "read" },
	[5] = { "WRITE_FIXED", "write" },
	[6] = { "POLL_ADD", NULL },
	[7] = { "POLL_REMOVE", NULL },
	[8] = { "SYNC_FILE_RANGE", "sync_file_range" },
	[9] = { "SENDMSG", "sendmsg" },
	[10] = { "RECVMSG", "recvmsg" },
	[11] = { "TIMEOUT", NULL },
	[12] = { "TIMEOUT_REMOVE", NULL },
	[13] = { "ACCEPT", "accept4" },
	[14] = { "ASYNC_CANCEL", NULL },
	[15] = { "LINK_TIMEOUT", NULL },
	[16] = { "CONNECT", "connect" },
	[17] = { "FALLOCATE", "fallocate" },
	[18] = { "OPENAT", "openat" },
	[19] = { "CLOSE", "close" },
	[20] = { "FILES_UPDATE", NULL },
	[21] = { "STATX", "statx" },
	[22] = { "READ", "read" },
	[23] = { "WRITE", "write" },
	[24] = { "FADVISE", "fadvise64" },
	[25] = { "MADVISE", "madvise" },
	[26] = { "SEND", "sendto" },
	[27] = { "RECV", "recvfrom" },
	[28] = { "OPENAT2", "openat2" },
	[29] = { "EPOLL_CTL", "epoll_ctl" },
	[30] = { "SPLICE", "splice" },
	[31] = { "PROVIDE_BUFFERS", NULL },
	[32] = { "REMOVE_BUFFERS", NULL },
	[33] = { "TEE", "tee" },
	[34] = { "SHUTDOWN", "shutdown" },
	[35] = { "RENAMEAT", "renameat2" },
	[36] = { "UNLINKAT", "unlinkat" },
	[37] = { "MKDIRAT", "mkdirat" },
	[38] = { "SYMLINKAT", "symlinkat" },
	[39] = { "LINKAT", "linkat" },
	[40] = { "MSG_RING", NULL },
	[41] = { "FSETXATTR", "fsetxattr" },
	[42] = { "SETXATTR", "setxattr" },
	[43] = { "FGETXATTR", "fgetxattr" },
	[44] = { "GETXATTR", "getxattr" },
	[45] = { "SOCKET", "socket" },
	[46] = { "URING_CMD", NULL },
	[47] = { "SEND_ZC", "sendto" },
	[48] = { "SENDMSG_ZC", "sendmsg" },
	[49] = { "READ_MULTISHOT", "read" },
	[50] = { "WAITID", "waitid" },
	[51] = { "FUTEX_WAIT", "futex_wait" },
	[52] = { "FUTEX_WAKE", "futex_wake" },
	[53] = { "FUTEX_WAITV", "futex_waitv" },
	[54] = { "FIXED_FD_INSTALL", NULL },
	[55] = { "FTRUNCATE", "ftruncate" },
	[56] = { "BIND", "bind" },
	[57] = { "LISTEN", "listen" },
	[58] = { "RECV_ZC", "recvfrom" },
	[59] = { "EPOLL_WAIT", "epoll_wait" },
	[60] = { "READV_FIXED", "readv" },
	[61] = { "WRITEV_FIXED", "writev" },
	[62] = { "PIPE", "pipe2" },
};

uint32_t
uring_op_of(const struct line *line)
{
	size_t length;
	const char *text = line_body(line, &length);
	struct field field;
	uint64_t op;

	if (field_find(text, length, "uring_op", &field) && text_unsigned(field.value, field.length, &op) && op < URING_NONE)
		return (uint32_t)op;
	return URING_NONE;
}

const char *
uring_name(uint32_t op)
{
	return op < URING_MAX ? ops[op].name : NULL;
}

const char *
uring_call(uint32_t op)
{
	return op < URING_MAX ? ops[op].call : NULL;
}
