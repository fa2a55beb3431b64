/*
 * What the arguments of system calls mean. Source: the man pages of section 2 and the SYSCALL_DEFINEs of the kernel; where
 * architectures differ, the exception stands in special().
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "call.h"

#include <ctype.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/ipc.h>
#include <stdlib.h>
#include <string.h>

#include "callline.h"
#include "rectype.h"
#include "syscalls.h"
#include "text.h"
#include "uring.h"

/*
 * Sorted by name. What takes no descriptor and has no argument of interest need not be here. The names of message queues are
 * relative to their own file system, those of io_uring to what its queue says.
 */
static const struct call calls[] = {
	{ .name = "_llseek", .fd = A0 },
	{ .name = "accept", .fd = A0 },
	{ .name = "accept4", .flag_set = FLAGS_DESCRIPTOR, .flags = A3, .fd = A0 },
	{ .name = "access", .flag_set = FLAGS_ACCESS, .flags = A1 },
	{ .name = "arch_prctl", .request_set = REQUEST_ARCH_PRCTL, .request = A0 },
	{ .name = "bind", .fd = A0 },
	{ .name = "bpf", .request_set = REQUEST_BPF, .request = A0, .directory = CALL_HIDDEN },
	{ .name = "chmod", .mode = A1 },
	{ .name = "chown", .owner = A1, .group = A2, .old_ids = true },
	{ .name = "chown32", .owner = A1, .group = A2 },
	{ .name = "clock_adjtime", .request_set = REQUEST_CLOCK, .request = A0 },
	{ .name = "clock_adjtime64", .request_set = REQUEST_CLOCK, .request = A0 },
	{ .name = "clock_settime", .request_set = REQUEST_CLOCK, .request = A0 },
	{ .name = "clock_settime64", .request_set = REQUEST_CLOCK, .request = A0 },
	{ .name = "clone", .flag_set = FLAGS_CLONE, .flags = A0, .forks = true, .special = true },
	{ .name = "clone3", .forks = true },
	{ .name = "close", .fd = A0 },
	{ .name = "close_range", .fd = A0 },
	{ .name = "connect", .fd = A0 },
	{ .name = "copy_file_range", .fd = A0, .fd_to = A2 },
	{ .name = "creat", .mode = A1, .fd = CALL_RETURN },
	{ .name = "dup", .fd = A0 },
	{ .name = "dup2", .fd = A0, .fd_to = A1 },
	{ .name = "dup3", .flag_set = FLAGS_DESCRIPTOR, .flags = A2, .fd = A0, .fd_to = A1 },
	{ .name = "epoll_create", .fd = CALL_RETURN },
	{ .name = "epoll_create1", .fd = CALL_RETURN },
	{ .name = "epoll_ctl", .request_set = REQUEST_EPOLL, .request = A1, .fd = A0 },
	{ .name = "epoll_pwait", .fd = A0 },
	{ .name = "epoll_pwait2", .fd = A0 },
	{ .name = "epoll_wait", .fd = A0 },
	{ .name = "eventfd", .fd = CALL_RETURN },
	{ .name = "eventfd2", .fd = CALL_RETURN },
	{ .name = "execveat", .directory = A0 },
	{ .name = "faccessat", .flag_set = FLAGS_ACCESS, .flags = A2, .directory = A0 },
	{ .name = "faccessat2", .flag_set = FLAGS_ACCESS, .flags = A2, .directory = A0 },
	{ .name = "fadvise64", .fd = A0 },
	{ .name = "fadvise64_64", .fd = A0 },
	{ .name = "fallocate", .fd = A0 },
	{ .name = "fanotify_init", .fd = CALL_RETURN },
	{ .name = "fanotify_mark", .fd = A0, .directory = A3, .special = true },
	{ .name = "fchdir", .fd = A0 },
	{ .name = "fchmod", .mode = A1, .fd = A0 },
	{ .name = "fchmodat", .mode = A2, .directory = A0 },
	{ .name = "fchmodat2", .flag_set = FLAGS_AT, .flags = A3, .mode = A2, .directory = A0 },
	{ .name = "fchown", .fd = A0, .owner = A1, .group = A2, .old_ids = true },
	{ .name = "fchown32", .fd = A0, .owner = A1, .group = A2 },
	{ .name = "fchownat", .owner = A2, .group = A3, .directory = A0 },
	{ .name = "fcntl", .request_set = REQUEST_FCNTL, .request = A1, .fd = A0 },
	{ .name = "fcntl64", .request_set = REQUEST_FCNTL, .request = A1, .fd = A0 },
	{ .name = "fdatasync", .fd = A0 },
	{ .name = "fgetxattr", .fd = A0 },
	{ .name = "file_getattr", .directory = A0 },
	{ .name = "file_setattr", .directory = A0 },
	{ .name = "finit_module", .fd = A0 },
	{ .name = "flistxattr", .fd = A0 },
	{ .name = "flock", .fd = A0 },
	{ .name = "fork", .forks = true },
	{ .name = "fremovexattr", .fd = A0 },
	{ .name = "fsconfig", .request_set = REQUEST_FSCONFIG, .request = A1, .fd = A0, .directory = CALL_HIDDEN },
	{ .name = "fsetxattr", .fd = A0 },
	{ .name = "fsmount", .flag_set = FLAGS_MOUNT_ATTRIBUTES, .flags = A2, .fd = CALL_RETURN },
	{ .name = "fsopen", .fd = CALL_RETURN },
	{ .name = "fspick", .directory = A0 },
	{ .name = "fstat", .fd = A0 },
	{ .name = "fstat64", .fd = A0 },
	{ .name = "fstatat64", .flag_set = FLAGS_AT, .flags = A3, .directory = A0 },
	{ .name = "fstatfs", .fd = A0 },
	{ .name = "fstatfs64", .fd = A0 },
	{ .name = "fsync", .fd = A0 },
	{ .name = "ftruncate", .fd = A0 },
	{ .name = "ftruncate64", .fd = A0 },
	{ .name = "futimesat", .directory = A0 },
	{ .name = "get_robust_list", .target = A0 },
	{ .name = "getdents", .fd = A0 },
	{ .name = "getdents64", .fd = A0 },
	{ .name = "getpeername", .fd = A0 },
	{ .name = "getpgid", .target = A0 },
	{ .name = "getrlimit", .request_set = REQUEST_RLIMIT, .request = A0 },
	{ .name = "getsid", .target = A0 },
	{ .name = "getsockname", .fd = A0 },
	{ .name = "getsockopt", .request_set = REQUEST_LEVEL, .request = A1, .fd = A0 },
	{ .name = "getxattrat", .flag_set = FLAGS_AT, .flags = A2, .directory = A0 },
	{ .name = "inotify_add_watch", .fd = A0 },
	{ .name = "inotify_init", .fd = CALL_RETURN },
	{ .name = "inotify_init1", .fd = CALL_RETURN },
	{ .name = "inotify_rm_watch", .fd = A0 },
	{ .name = "io_uring_enter", .fd = A0, .directory = CALL_HIDDEN, .special = true },
	{ .name = "io_uring_register", .fd = A0 },
	{ .name = "io_uring_setup", .fd = CALL_RETURN },
	{ .name = "ioctl", .request_set = REQUEST_IOCTL, .request = A1, .fd = A0 },
	{ .name = "ioprio_set", .request_set = REQUEST_IOPRIO, .request = A0, .target = A1 },
	{ .name = "ipc", .request_set = REQUEST_IPC, .request = A0 },
	{ .name = "kcmp", .target = A0 },
	{ .name = "keyctl", .request_set = REQUEST_KEYCTL, .request = A0 },
	{ .name = "kill", .target = A0, .signal = A1 },
	{ .name = "landlock_add_rule", .request_set = REQUEST_LANDLOCK, .request = A1, .fd = A0 },
	{ .name = "landlock_create_ruleset", .fd = CALL_RETURN },
	{ .name = "landlock_restrict_self", .fd = A0 },
	{ .name = "lchown", .owner = A1, .group = A2, .old_ids = true },
	{ .name = "lchown32", .owner = A1, .group = A2 },
	{ .name = "link", .names = NAMES_LINK },
	{ .name = "linkat", .names = NAMES_LINK, .directory = A0, .directory2 = A2 },
	{ .name = "listen", .fd = A0 },
	{ .name = "listxattrat", .flag_set = FLAGS_AT, .flags = A2, .directory = A0 },
	{ .name = "lseek", .fd = A0 },
	{ .name = "lsm_set_self_attr", .request_set = REQUEST_LSM, .request = A0 },
	{ .name = "madvise", .request_set = REQUEST_MADVISE, .request = A2 },
	{ .name = "memfd_create", .fd = CALL_RETURN },
	{ .name = "memfd_secret", .fd = CALL_RETURN },
	{ .name = "migrate_pages", .target = A0 },
	{ .name = "mkdir", .mode = A1 },
	{ .name = "mkdirat", .mode = A2, .directory = A0 },
	{ .name = "mknod", .mode = A1, .device = A2 },
	{ .name = "mknodat", .mode = A2, .device = A3, .directory = A0 },
	{ .name = "mmap", .flag_set = FLAGS_MAP, .flags = A3, .protection = A2, .special = true },
	{ .name = "mmap2", .flag_set = FLAGS_MAP, .flags = A3, .protection = A2 },
	{ .name = "mount", .names = NAMES_MOUNT, .flag_set = FLAGS_MOUNT, .flags = A3 },
	{ .name = "mount_setattr", .flag_set = FLAGS_AT, .flags = A2, .directory = A0 },
	{ .name = "move_mount", .directory = A0, .directory2 = A2 },
	{ .name = "move_pages", .target = A0 },
	{ .name = "mprotect", .protection = A2 },
	{ .name = "mq_getsetattr", .fd = A0 },
	{ .name = "mq_notify", .fd = A0 },
	{ .name = "mq_open", .flag_set = FLAGS_OPEN, .flags = A1, .mode = A2, .fd = CALL_RETURN, .directory = CALL_HIDDEN, .mode_if_created = true },
	{ .name = "mq_timedreceive", .fd = A0 },
	{ .name = "mq_timedreceive_time64", .fd = A0 },
	{ .name = "mq_timedsend", .fd = A0 },
	{ .name = "mq_timedsend_time64", .fd = A0 },
	{ .name = "mq_unlink", .directory = CALL_HIDDEN },
	{ .name = "msgctl", .request_set = REQUEST_MSGCTL, .request = A1 },
	{ .name = "msgget", .flag_set = FLAGS_IPC, .flags = A1 },
	{ .name = "name_to_handle_at", .directory = A0 },
	{ .name = "newfstatat", .flag_set = FLAGS_AT, .flags = A3, .directory = A0 },
	{ .name = "open", .flag_set = FLAGS_OPEN, .flags = A1, .mode = A2, .fd = CALL_RETURN, .mode_if_created = true },
	{ .name = "open_by_handle_at", .flag_set = FLAGS_OPEN, .flags = A2, .fd = CALL_RETURN },
	{ .name = "open_tree", .directory = A0 },
	{ .name = "open_tree_attr", .directory = A0 },
	{ .name = "openat", .flag_set = FLAGS_OPEN, .flags = A2, .mode = A3, .fd = CALL_RETURN, .directory = A0, .mode_if_created = true },
	{ .name = "openat2", .flag_set = FLAGS_OPEN, .fd = CALL_RETURN, .directory = A0, .mode_if_created = true },
	{ .name = "perf_event_open", .fd = CALL_RETURN, .target = A1 },
	{ .name = "pidfd_getfd", .fd = A0 },
	{ .name = "pidfd_open", .fd = CALL_RETURN, .target = A0 },
	{ .name = "pidfd_send_signal", .fd = A0, .signal = A1 },
	{ .name = "pipe2", .flag_set = FLAGS_DESCRIPTOR, .flags = A1 },
	{ .name = "pkey_mprotect", .protection = A2 },
	{ .name = "prctl", .request_set = REQUEST_PRCTL, .request = A0 },
	{ .name = "pread", .fd = A0 },
	{ .name = "pread64", .fd = A0 },
	{ .name = "preadv", .fd = A0 },
	{ .name = "preadv2", .fd = A0 },
	{ .name = "prlimit64", .request_set = REQUEST_RLIMIT, .request = A1, .target = A0 },
	{ .name = "process_madvise", .request_set = REQUEST_MADVISE, .request = A3, .fd = A0 },
	{ .name = "process_mrelease", .fd = A0 },
	{ .name = "process_vm_readv", .target = A0 },
	{ .name = "process_vm_writev", .target = A0 },
	{ .name = "ptrace", .request_set = REQUEST_PTRACE, .request = A0, .target = A1 },
	{ .name = "pwrite", .fd = A0 },
	{ .name = "pwrite64", .fd = A0 },
	{ .name = "pwritev", .fd = A0 },
	{ .name = "pwritev2", .fd = A0 },
	{ .name = "quotactl", .request_set = REQUEST_QUOTA, .request = A0 },
	{ .name = "quotactl_fd", .request_set = REQUEST_QUOTA, .request = A1, .fd = A0 },
	{ .name = "read", .fd = A0 },
	{ .name = "readahead", .fd = A0 },
	{ .name = "readdir", .fd = A0 },
	{ .name = "readlinkat", .directory = A0 },
	{ .name = "readv", .fd = A0 },
	{ .name = "reboot", .request_set = REQUEST_REBOOT, .request = A2 },
	{ .name = "recv", .fd = A0 },
	{ .name = "recvfrom", .fd = A0 },
	{ .name = "recvmmsg", .fd = A0 },
	{ .name = "recvmmsg_time64", .fd = A0 },
	{ .name = "recvmsg", .fd = A0 },
	{ .name = "removexattrat", .flag_set = FLAGS_AT, .flags = A2, .directory = A0 },
	{ .name = "rename", .names = NAMES_RENAME },
	{ .name = "renameat", .names = NAMES_RENAME, .directory = A0, .directory2 = A2 },
	{ .name = "renameat2", .names = NAMES_RENAME, .directory = A0, .directory2 = A2 },
	{ .name = "rt_sigaction", .signal = A0 },
	{ .name = "rt_sigqueueinfo", .target = A0, .signal = A1 },
	{ .name = "rt_tgsigqueueinfo", .target = A0, .signal = A2 },
	{ .name = "sched_setaffinity", .target = A0 },
	{ .name = "sched_setattr", .target = A0 },
	{ .name = "sched_setparam", .target = A0 },
	{ .name = "sched_setscheduler", .request_set = REQUEST_SCHED, .request = A1, .target = A0 },
	{ .name = "seccomp", .request_set = REQUEST_SECCOMP, .request = A0 },
	{ .name = "semctl", .request_set = REQUEST_SEMCTL, .request = A2 },
	{ .name = "semget", .flag_set = FLAGS_IPC, .flags = A2 },
	{ .name = "send", .fd = A0 },
	{ .name = "sendfile", .fd = A1, .fd_to = A0 },
	{ .name = "sendfile64", .fd = A1, .fd_to = A0 },
	{ .name = "sendmmsg", .fd = A0 },
	{ .name = "sendmsg", .fd = A0 },
	{ .name = "sendto", .fd = A0 },
	{ .name = "setitimer", .request_set = REQUEST_ITIMER, .request = A0 },
	{ .name = "setns", .flag_set = FLAGS_CLONE, .flags = A1, .fd = A0 },
	{ .name = "setpgid", .target = A0 },
	{ .name = "setpriority", .request_set = REQUEST_PRIORITY, .request = A0, .target = A1 },
	{ .name = "setrlimit", .request_set = REQUEST_RLIMIT, .request = A0 },
	{ .name = "setsockopt", .request_set = REQUEST_LEVEL, .request = A1, .fd = A0 },
	{ .name = "setxattrat", .flag_set = FLAGS_AT, .flags = A2, .directory = A0 },
	{ .name = "shmctl", .request_set = REQUEST_SHMCTL, .request = A1 },
	{ .name = "shmget", .flag_set = FLAGS_IPC, .flags = A2, .size = A1 },
	{ .name = "shutdown", .request_set = REQUEST_SHUTDOWN, .request = A1, .fd = A0 },
	{ .name = "sigaction", .signal = A0 },
	{ .name = "signal", .signal = A0 },
	{ .name = "signalfd", .fd = CALL_RETURN },
	{ .name = "signalfd4", .fd = CALL_RETURN },
	{ .name = "socket", .flag_set = FLAGS_SOCKET, .flags = A1, .family = A0, .fd = CALL_RETURN },
	{ .name = "socketcall", .request_set = REQUEST_SOCKETCALL, .request = A0 },
	{ .name = "socketpair", .flag_set = FLAGS_SOCKET, .flags = A1, .family = A0 },
	{ .name = "splice", .fd = A0, .fd_to = A2 },
	{ .name = "statx", .flag_set = FLAGS_AT, .flags = A2, .directory = A0 },
	{ .name = "symlink", .names = NAMES_SYMLINK },
	{ .name = "symlinkat", .names = NAMES_SYMLINK, .directory = A1, .directory2 = A1 },
	{ .name = "sync_file_range", .fd = A0 },
	{ .name = "sync_file_range2", .fd = A0 },
	{ .name = "syncfs", .fd = A0 },
	{ .name = "syslog", .request_set = REQUEST_SYSLOG, .request = A0 },
	{ .name = "tee", .fd = A0, .fd_to = A1 },
	{ .name = "tgkill", .target = A0, .signal = A2 },
	{ .name = "timer_create", .request_set = REQUEST_CLOCK, .request = A0 },
	{ .name = "timerfd_create", .request_set = REQUEST_CLOCK, .request = A0, .fd = CALL_RETURN },
	{ .name = "timerfd_gettime", .fd = A0 },
	{ .name = "timerfd_settime", .fd = A0 },
	{ .name = "timerfd_settime64", .fd = A0 },
	{ .name = "tkill", .target = A0, .signal = A1 },
	{ .name = "umask", .mode = A0 },
	{ .name = "umount2", .flag_set = FLAGS_UMOUNT, .flags = A1 },
	{ .name = "unlinkat", .flag_set = FLAGS_AT, .flags = A2, .directory = A0 },
	{ .name = "unshare", .flag_set = FLAGS_CLONE, .flags = A0 },
	{ .name = "userfaultfd", .fd = CALL_RETURN },
	{ .name = "utimensat", .flag_set = FLAGS_AT, .flags = A3, .directory = A0 },
	{ .name = "utimensat_time64", .flag_set = FLAGS_AT, .flags = A3, .directory = A0 },
	{ .name = "vfork", .forks = true },
	{ .name = "vmsplice", .fd = A0 },
	{ .name = "write", .fd = A0 },
	{ .name = "writev", .fd = A0 },
};

enum { CALLS = sizeof(calls) / sizeof(calls[0]) };

/* On s390x clone() has its flags in the second argument (CONFIG_CLONE_BACKWARDS2). */
static const struct call s390x_clone = { .name = "clone", .flag_set = FLAGS_CLONE, .flags = A1, .forks = true };

/* The mmap() that mmap2() replaced takes one argument, the address of the six (sys_old_mmap()). */
static const struct call old_mmap = { .name = "mmap", .flag_set = FLAGS_MAP };

/* With 32 bits the mask takes two arguments, so that the directory is the fifth. */
static const struct call narrow_fanotify_mark = { .name = "fanotify_mark", .fd = A0, .directory = CALL_HIDDEN };

/* What an architecture has in another form than the table. */
static const struct call *
special(uint32_t arch, const struct call *call)
{
	if (call->forks)
		return arch == AUDIT_ARCH_S390X ? &s390x_clone : call;
	if (call->flag_set == FLAGS_MAP)
		return arch == AUDIT_ARCH_S390X || arch == AUDIT_ARCH_I386 ? &old_mmap : call;
	return call->directory == A3 && (arch & __AUDIT_ARCH_64BIT) == 0 ? &narrow_fanotify_mark : call;
}

static int
compare(const void *name, const void *call)
{
	return strcmp(name, ((const struct call *)call)->name);
}

static const struct call *
find(const char *name)
{
	return bsearch(name, calls, CALLS, sizeof(calls[0]), compare);
}

enum { ARCHES_MAX = 16 };

/* What the memo says; FIRST and above: the place in the table. */
enum {
	NOT_LOOKED_UP,
	NOT_THERE,
	FIRST,
};

/*
 * The memo of find() by architecture and number, so that each name is searched for once and not with every record. It holds
 * nothing but what the tables say, so that it does not matter which thread fills it.
 */
static const struct call *
find_by_number(size_t arch, int32_t number)
{
	static _Atomic uint16_t memo[ARCHES_MAX][SYSCALL_MAX];
	const char *name = syscall_at(arch, number);
	const struct call *call;
	_Atomic uint16_t *memory;
	uint16_t place;

	if (name == NULL || arch >= ARCHES_MAX)
		return name == NULL ? NULL : find(name);
	memory = &memo[arch][syscall_place(arch, number)];
	place = *memory;
	if (place == NOT_LOOKED_UP) {
		call = find(name);
		*memory = place = call == NULL ? NOT_THERE : (uint16_t)(call - calls + FIRST);
	}
	return place == NOT_THERE ? NULL : &calls[place - FIRST];
}

/*
 * socketcall() and ipc() each carry one of several calls: their first argument says which. What it gets is in a line of its own with
 * socketcall() (audit_socketcall() of net/socket.c), and one argument further with ipc() (ipc/syscall.c).
 */
static bool
is_carrier(const struct call *call)
{
	return call != NULL && (call->request_set == REQUEST_SOCKETCALL || call->request_set == REQUEST_IPC);
}

/* The name of the call that an operation of io_uring is, NULL if it is none. False if there is no operation. */
static bool
find_operation(const struct record *record, const char **name)
{
	struct line line;

	if (!record_find_line(record, TYPE_URINGOP, &line))
		return false;
	*name = uring_call(uring_op_of(&line));
	return true;
}

/* What was done is the operation, not the io_uring_enter() that may have carried it. */
static const struct call *
look_up(struct view *view)
{
	const struct record *record = view->record;
	int arch = arch_index(record->arch);
	const struct call *call = arch < 0 ? NULL : find_by_number((size_t)arch, record->syscall);
	const char *name;

	if ((record->syscall == -1 || (call != NULL && call->special)) && find_operation(record, &name)) {
		view->call_bare = true;
		return name == NULL ? NULL : find(name);
	}
	return call != NULL && call->special ? special(record->arch, call) : call;
}

/* The record's own call. */
static const struct call *
recorded_call(struct view *view)
{
	if (!view->call_sought) {
		view->call = look_up(view);
		view->call_sought = true;
	}
	return view->call;
}

/* Where a call's line begins as the kernel writes it no more of it is read. */
static bool
logged_argument(struct view *view, uint16_t line, unsigned char place, uint64_t *number)
{
	char name[2] = { 'a', (char)('0' + place - A0) };
	const struct view_field *f;
	size_t n = 0, length;
	struct line call;
	const char *text;

	if (line == TYPE_SYSCALL && record_find_line(view->record, line, &call)) {
		text = line_body(&call, &length);
		if (call_line_argument(text, length, place - A0, &text, &length))
			return text_hex(text, length, number);
	}
	f = view_find(view, line, name, sizeof(name), &n);
	return f != NULL && text_hex(f->field.value, f->field.length, number);
}

bool
call_carrier(struct view *view, enum request_set *set, uint64_t *which)
{
	const struct call *call = recorded_call(view);

	if (!is_carrier(call))
		return false;
	*set = (enum request_set)call->request_set;
	return logged_argument(view, TYPE_SYSCALL, call->request, which);
}

const char *
call_name(struct view *view, char text[CALL_NAME])
{
	const struct record *record = view->record;
	enum request_set set;
	uint64_t which;
	const char *word;
	size_t length = 0;

	if (find_operation(record, &word))
		return word;
	if (!call_carrier(view, &set, &which))
		return syscall_name(record->arch, record->syscall);
	word = request_name(record->arch, set, request_of(record->arch, set, which));
	if (word == NULL)
		return NULL;
	if (set == REQUEST_SOCKETCALL)
		word += strlen("SYS_");
	for (; length < CALL_NAME - 1 && word[length] != '\0'; length++)
		text[length] = (char)tolower((unsigned char)word[length]);
	text[length] = '\0';
	return text;
}

const struct call *
call_of(struct view *view)
{
	const struct call *call = recorded_call(view);
	char text[CALL_NAME];
	const char *name;

	if (!is_carrier(call))
		return call;
	name = call_name(view, text);
	return name == NULL ? NULL : find(name);
}

bool
syscall_is_known(struct view *view)
{
	(void)recorded_call(view);
	return !view->call_bare && syscall_name(view->record->arch, view->record->syscall) != NULL;
}

/* Those that get or control an object have their arguments in order; the others have a pointer among them, which is ipc()'s fifth. */
static bool
ipc_argument(struct view *view, enum call_place place, uint64_t *number)
{
	uint64_t which;

	if (place == A3 || !logged_argument(view, TYPE_SYSCALL, A0, &which))
		return false;
	switch (request_of(view->record->arch, REQUEST_IPC, which)) {
	case SHMDT:
		return false;
	case SEMGET:
	case SEMCTL:
	case MSGGET:
	case MSGCTL:
	case SHMGET:
	case SHMCTL:
		break;
	default:
		if (place != A0)
			return false;
	}
	return logged_argument(view, TYPE_SYSCALL, place + 1, number);
}

bool
call_argument(struct view *view, enum call_place place, uint64_t *number)
{
	const struct call *call = recorded_call(view);

	if (view->call_bare)
		return false;
	if (place == CALL_RETURN) {
		*number = (uint64_t)view->record->exit;
		return view->record->exit >= 0;
	}
	if (place < A0 || place > A3)
		return false;
	if (!is_carrier(call))
		return logged_argument(view, TYPE_SYSCALL, place, number);
	if (call->request_set == REQUEST_SOCKETCALL)
		return logged_argument(view, TYPE_SOCKETCALL, place, number);
	return ipc_argument(view, place, number);
}

bool
call_is_cwd(struct view *view, enum call_place place)
{
	uint64_t number;

	return call_argument(view, place, &number) && (int32_t)number == AT_FDCWD;
}
