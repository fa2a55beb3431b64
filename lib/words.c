/* SPDX-License-Identifier: BSD-2-Clause */
#include "words.h"

#include <stdio.h>
#include <string.h>

#include "request.h"
#include "text.h"

struct word {
	int64_t number;
	const char *name;
};

/* Bits; a name of several bits comes before those that it holds. Source: uapi/asm-generic/fcntl.h (see generic_open_flags()). */
static const struct word open_words[] = {
	{ 020200000, "O_TMPFILE" },
	{ 04010000, "O_SYNC" },
	{ 0100, "O_CREAT" },
	{ 0200, "O_EXCL" },
	{ 0400, "O_NOCTTY" },
	{ 01000, "O_TRUNC" },
	{ 02000, "O_APPEND" },
	{ 04000, "O_NONBLOCK" },
	{ 010000, "O_DSYNC" },
	{ 020000, "O_ASYNC" },
	{ 040000, "O_DIRECT" },
	{ 0100000, "O_LARGEFILE" },
	{ 0200000, "O_DIRECTORY" },
	{ 0400000, "O_NOFOLLOW" },
	{ 01000000, "O_NOATIME" },
	{ 02000000, "O_CLOEXEC" },
	{ 010000000, "O_PATH" },
	{ 0, NULL },
};

/* The values of O_ACCMODE. */
static const struct word access_modes[4] = {
	{ 0, "O_RDONLY" },
	{ 1, "O_WRONLY" },
	{ 2, "O_RDWR" },
	{ 3, "O_ACCMODE" },
};

/* Source: uapi/linux/fcntl.h; unlinkat()'s AT_REMOVEDIR is the bit that faccessat() calls AT_EACCESS. */
static const struct word at_words[] = {
	{ 0x100, "AT_SYMLINK_NOFOLLOW" },
	{ 0x200, "AT_REMOVEDIR" },
	{ 0x400, "AT_SYMLINK_FOLLOW" },
	{ 0x800, "AT_NO_AUTOMOUNT" },
	{ 0x1000, "AT_EMPTY_PATH" },
	{ 0x2000, "AT_STATX_FORCE_SYNC" },
	{ 0x4000, "AT_STATX_DONT_SYNC" },
	{ 0x8000, "AT_RECURSIVE" },
	{ 0, NULL },
};

/* Source: uapi/linux/mount.h. */
static const struct word mount_words[] = {
	{ 1, "MS_RDONLY" },
	{ 2, "MS_NOSUID" },
	{ 4, "MS_NODEV" },
	{ 8, "MS_NOEXEC" },
	{ 16, "MS_SYNCHRONOUS" },
	{ 32, "MS_REMOUNT" },
	{ 64, "MS_MANDLOCK" },
	{ 128, "MS_DIRSYNC" },
	{ 256, "MS_NOSYMFOLLOW" },
	{ 1024, "MS_NOATIME" },
	{ 2048, "MS_NODIRATIME" },
	{ 4096, "MS_BIND" },
	{ 8192, "MS_MOVE" },
	{ 16384, "MS_REC" },
	{ 32768, "MS_SILENT" },
	{ 1 << 16, "MS_POSIXACL" },
	{ 1 << 17, "MS_UNBINDABLE" },
	{ 1 << 18, "MS_PRIVATE" },
	{ 1 << 19, "MS_SLAVE" },
	{ 1 << 20, "MS_SHARED" },
	{ 1 << 21, "MS_RELATIME" },
	{ 1 << 22, "MS_KERNMOUNT" },
	{ 1 << 23, "MS_I_VERSION" },
	{ 1 << 24, "MS_STRICTATIME" },
	{ 1 << 25, "MS_LAZYTIME" },
	{ 0, NULL },
};

/* Source: linux/fs.h. */
static const struct word umount_words[] = {
	{ 1, "MNT_FORCE" },
	{ 2, "MNT_DETACH" },
	{ 4, "MNT_EXPIRE" },
	{ 8, "UMOUNT_NOFOLLOW" },
	{ 0, NULL },
};

/* Source: uapi/linux/sched.h; the low seven bits are the signal that tells of the child's end. */
static const struct word clone_words[] = {
	{ 0x80, "CLONE_NEWTIME" },
	{ 0x100, "CLONE_VM" },
	{ 0x200, "CLONE_FS" },
	{ 0x400, "CLONE_FILES" },
	{ 0x800, "CLONE_SIGHAND" },
	{ 0x1000, "CLONE_PIDFD" },
	{ 0x2000, "CLONE_PTRACE" },
	{ 0x4000, "CLONE_VFORK" },
	{ 0x8000, "CLONE_PARENT" },
	{ 0x10000, "CLONE_THREAD" },
	{ 0x20000, "CLONE_NEWNS" },
	{ 0x40000, "CLONE_SYSVSEM" },
	{ 0x80000, "CLONE_SETTLS" },
	{ 0x100000, "CLONE_PARENT_SETTID" },
	{ 0x200000, "CLONE_CHILD_CLEARTID" },
	{ 0x400000, "CLONE_DETACHED" },
	{ 0x800000, "CLONE_UNTRACED" },
	{ 0x1000000, "CLONE_CHILD_SETTID" },
	{ 0x2000000, "CLONE_NEWCGROUP" },
	{ 0x4000000, "CLONE_NEWUTS" },
	{ 0x8000000, "CLONE_NEWIPC" },
	{ 0x10000000, "CLONE_NEWUSER" },
	{ 0x20000000, "CLONE_NEWPID" },
	{ 0x40000000, "CLONE_NEWNET" },
	{ 0x80000000, "CLONE_IO" },
	{ 0, NULL },
};

/* Source: unistd.h. */
static const struct word access_words[] = {
	{ 4, "R_OK" },
	{ 2, "W_OK" },
	{ 1, "X_OK" },
	{ 0, NULL },
};

/* Source: uapi/asm-generic/mman-common.h. */
static const struct word protection_words[] = {
	{ 1, "PROT_READ" },
	{ 2, "PROT_WRITE" },
	{ 4, "PROT_EXEC" },
	{ 8, "PROT_SEM" },
	{ 0x1000000, "PROT_GROWSDOWN" },
	{ 0x2000000, "PROT_GROWSUP" },
	{ 0, NULL },
};

/* Source: arch/x86/include/uapi/asm/mman.h; then what all have: uapi/asm-generic/mman-common.h, mman.h, linux/mman.h. */
enum { X86_MAP_WORDS = 2 };
static const struct word map_words[] = {
	{ 0x40, "MAP_32BIT" },
	{ 0x80, "MAP_ABOVE4G" },
	{ 3, "MAP_SHARED_VALIDATE" },
	{ 1, "MAP_SHARED" },
	{ 2, "MAP_PRIVATE" },
	{ 0x10, "MAP_FIXED" },
	{ 0x20, "MAP_ANONYMOUS" },
	{ 0x100, "MAP_GROWSDOWN" },
	{ 0x800, "MAP_DENYWRITE" },
	{ 0x1000, "MAP_EXECUTABLE" },
	{ 0x2000, "MAP_LOCKED" },
	{ 0x4000, "MAP_NORESERVE" },
	{ 0x8000, "MAP_POPULATE" },
	{ 0x10000, "MAP_NONBLOCK" },
	{ 0x20000, "MAP_STACK" },
	{ 0x40000, "MAP_HUGETLB" },
	{ 0x80000, "MAP_SYNC" },
	{ 0x100000, "MAP_FIXED_NOREPLACE" },
	{ 0x4000000, "MAP_UNINITIALIZED" },
	{ 0, NULL },
};

/* Source: linux/net.h. The low four bits are the type. */
static const struct word socket_words[] = {
	{ 04000, "SOCK_NONBLOCK" },
	{ 02000000, "SOCK_CLOEXEC" },
	{ 0, NULL },
};

static const char *const socket_types[16] = {
	[1] = "SOCK_STREAM",
	[2] = "SOCK_DGRAM",
	[3] = "SOCK_RAW",
	[4] = "SOCK_RDM",
	[5] = "SOCK_SEQPACKET",
	[6] = "SOCK_DCCP",
	[10] = "SOCK_PACKET",
};

/* Source: uapi/linux/ipc.h, linux/shm.h: beside the mode, in the low nine bits. */
static const struct word ipc_words[] = {
	{ 01000, "IPC_CREAT" },
	{ 02000, "IPC_EXCL" },
	{ 04000, "SHM_HUGETLB" },
	{ 010000, "SHM_NORESERVE" },
	{ 0, NULL },
};

/* Source: uapi/linux/mount.h. */
static const struct word mount_attribute_words[] = {
	{ 0x1, "MOUNT_ATTR_RDONLY" },
	{ 0x2, "MOUNT_ATTR_NOSUID" },
	{ 0x4, "MOUNT_ATTR_NODEV" },
	{ 0x8, "MOUNT_ATTR_NOEXEC" },
	{ 0x10, "MOUNT_ATTR_NOATIME" },
	{ 0x20, "MOUNT_ATTR_STRICTATIME" },
	{ 0x80, "MOUNT_ATTR_NODIRATIME" },
	{ 0x100000, "MOUNT_ATTR_IDMAP" },
	{ 0x200000, "MOUNT_ATTR_NOSYMFOLLOW" },
	{ 0, NULL },
};

/* Source: uapi/linux/capability.h. */
static const struct word capability_words[] = {
	{ INT64_C(1) << 0, "CAP_CHOWN" },
	{ INT64_C(1) << 1, "CAP_DAC_OVERRIDE" },
	{ INT64_C(1) << 2, "CAP_DAC_READ_SEARCH" },
	{ INT64_C(1) << 3, "CAP_FOWNER" },
	{ INT64_C(1) << 4, "CAP_FSETID" },
	{ INT64_C(1) << 5, "CAP_KILL" },
	{ INT64_C(1) << 6, "CAP_SETGID" },
	{ INT64_C(1) << 7, "CAP_SETUID" },
	{ INT64_C(1) << 8, "CAP_SETPCAP" },
	{ INT64_C(1) << 9, "CAP_LINUX_IMMUTABLE" },
	{ INT64_C(1) << 10, "CAP_NET_BIND_SERVICE" },
	{ INT64_C(1) << 11, "CAP_NET_BROADCAST" },
	{ INT64_C(1) << 12, "CAP_NET_ADMIN" },
	{ INT64_C(1) << 13, "CAP_NET_RAW" },
	{ INT64_C(1) << 14, "CAP_IPC_LOCK" },
	{ INT64_C(1) << 15, "CAP_IPC_OWNER" },
	{ INT64_C(1) << 16, "CAP_SYS_MODULE" },
	{ INT64_C(1) << 17, "CAP_SYS_RAWIO" },
	{ INT64_C(1) << 18, "CAP_SYS_CHROOT" },
	{ INT64_C(1) << 19, "CAP_SYS_PTRACE" },
	{ INT64_C(1) << 20, "CAP_SYS_PACCT" },
	{ INT64_C(1) << 21, "CAP_SYS_ADMIN" },
	{ INT64_C(1) << 22, "CAP_SYS_BOOT" },
	{ INT64_C(1) << 23, "CAP_SYS_NICE" },
	{ INT64_C(1) << 24, "CAP_SYS_RESOURCE" },
	{ INT64_C(1) << 25, "CAP_SYS_TIME" },
	{ INT64_C(1) << 26, "CAP_SYS_TTY_CONFIG" },
	{ INT64_C(1) << 27, "CAP_MKNOD" },
	{ INT64_C(1) << 28, "CAP_LEASE" },
	{ INT64_C(1) << 29, "CAP_AUDIT_WRITE" },
	{ INT64_C(1) << 30, "CAP_AUDIT_CONTROL" },
	{ INT64_C(1) << 31, "CAP_SETFCAP" },
	{ INT64_C(1) << 32, "CAP_MAC_OVERRIDE" },
	{ INT64_C(1) << 33, "CAP_MAC_ADMIN" },
	{ INT64_C(1) << 34, "CAP_SYSLOG" },
	{ INT64_C(1) << 35, "CAP_WAKE_ALARM" },
	{ INT64_C(1) << 36, "CAP_BLOCK_SUSPEND" },
	{ INT64_C(1) << 37, "CAP_AUDIT_READ" },
	{ INT64_C(1) << 38, "CAP_PERFMON" },
	{ INT64_C(1) << 39, "CAP_BPF" },
	{ INT64_C(1) << 40, "CAP_CHECKPOINT_RESTORE" },
	{ 0, NULL },
};

static const struct word *const flag_words[FLAGS_SETS] = {
	[FLAGS_OPEN] = open_words,
	[FLAGS_AT] = at_words,
	[FLAGS_MOUNT] = mount_words,
	[FLAGS_UMOUNT] = umount_words,
	[FLAGS_CLONE] = clone_words,
	[FLAGS_ACCESS] = access_words,
	[FLAGS_DESCRIPTOR] = open_words,
	[FLAGS_PROTECTION] = protection_words,
	[FLAGS_MAP] = map_words + X86_MAP_WORDS,
	[FLAGS_MAP_X86] = map_words,
	[FLAGS_SOCKET] = socket_words,
	[FLAGS_IPC] = ipc_words,
	[FLAGS_MOUNT_ATTRIBUTES] = mount_attribute_words,
	[FLAGS_CAPABILITIES] = capability_words,
};

/* Source: uapi/asm-generic/errno*.h, and linux/errno.h for those that only the kernel and its audit see. Sorted by number. */
static const struct word errnos[] = {
	{ 1, "EPERM" },
	{ 2, "ENOENT" },
	{ 3, "ESRCH" },
	{ 4, "EINTR" },
	{ 5, "EIO" },
	{ 6, "ENXIO" },
	{ 7, "E2BIG" },
	{ 8, "ENOEXEC" },
	{ 9, "EBADF" },
	{ 10, "ECHILD" },
	{ 11, "EAGAIN" },
	{ 12, "ENOMEM" },
	{ 13, "EACCES" },
	{ 14, "EFAULT" },
	{ 15, "ENOTBLK" },
	{ 16, "EBUSY" },
	{ 17, "EEXIST" },
	{ 18, "EXDEV" },
	{ 19, "ENODEV" },
	{ 20, "ENOTDIR" },
	{ 21, "EISDIR" },
	{ 22, "EINVAL" },
	{ 23, "ENFILE" },
	{ 24, "EMFILE" },
	{ 25, "ENOTTY" },
	{ 26, "ETXTBSY" },
	{ 27, "EFBIG" },
	{ 28, "ENOSPC" },
	{ 29, "ESPIPE" },
	{ 30, "EROFS" },
	{ 31, "EMLINK" },
	{ 32, "EPIPE" },
	{ 33, "EDOM" },
	{ 34, "ERANGE" },
	{ 35, "EDEADLK" },
	{ 36, "ENAMETOOLONG" },
	{ 37, "ENOLCK" },
	{ 38, "ENOSYS" },
	{ 39, "ENOTEMPTY" },
	{ 40, "ELOOP" },
	{ 42, "ENOMSG" },
	{ 43, "EIDRM" },
	{ 44, "ECHRNG" },
	{ 45, "EL2NSYNC" },
	{ 46, "EL3HLT" },
	{ 47, "EL3RST" },
	{ 48, "ELNRNG" },
	{ 49, "EUNATCH" },
	{ 50, "ENOCSI" },
	{ 51, "EL2HLT" },
	{ 52, "EBADE" },
	{ 53, "EBADR" },
	{ 54, "EXFULL" },
	{ 55, "ENOANO" },
	{ 56, "EBADRQC" },
	{ 57, "EBADSLT" },
	{ 59, "EBFONT" },
	{ 60, "ENOSTR" },
	{ 61, "ENODATA" },
	{ 62, "ETIME" },
	{ 63, "ENOSR" },
	{ 64, "ENONET" },
	{ 65, "ENOPKG" },
	{ 66, "EREMOTE" },
	{ 67, "ENOLINK" },
	{ 68, "EADV" },
	{ 69, "ESRMNT" },
	{ 70, "ECOMM" },
	{ 71, "EPROTO" },
	{ 72, "EMULTIHOP" },
	{ 73, "EDOTDOT" },
	{ 74, "EBADMSG" },
	{ 75, "EOVERFLOW" },
	{ 76, "ENOTUNIQ" },
	{ 77, "EBADFD" },
	{ 78, "EREMCHG" },
	{ 79, "ELIBACC" },
	{ 80, "ELIBBAD" },
	{ 81, "ELIBSCN" },
	{ 82, "ELIBMAX" },
	{ 83, "ELIBEXEC" },
	{ 84, "EILSEQ" },
	{ 85, "ERESTART" },
	{ 86, "ESTRPIPE" },
	{ 87, "EUSERS" },
	{ 88, "ENOTSOCK" },
	{ 89, "EDESTADDRREQ" },
	{ 90, "EMSGSIZE" },
	{ 91, "EPROTOTYPE" },
	{ 92, "ENOPROTOOPT" },
	{ 93, "EPROTONOSUPPORT" },
	{ 94, "ESOCKTNOSUPPORT" },
	{ 95, "EOPNOTSUPP" },
	{ 96, "EPFNOSUPPORT" },
	{ 97, "EAFNOSUPPORT" },
	{ 98, "EADDRINUSE" },
	{ 99, "EADDRNOTAVAIL" },
	{ 100, "ENETDOWN" },
	{ 101, "ENETUNREACH" },
	{ 102, "ENETRESET" },
	{ 103, "ECONNABORTED" },
	{ 104, "ECONNRESET" },
	{ 105, "ENOBUFS" },
	{ 106, "EISCONN" },
	{ 107, "ENOTCONN" },
	{ 108, "ESHUTDOWN" },
	{ 109, "ETOOMANYREFS" },
	{ 110, "ETIMEDOUT" },
	{ 111, "ECONNREFUSED" },
	{ 112, "EHOSTDOWN" },
	{ 113, "EHOSTUNREACH" },
	{ 114, "EALREADY" },
	{ 115, "EINPROGRESS" },
	{ 116, "ESTALE" },
	{ 117, "EUCLEAN" },
	{ 118, "ENOTNAM" },
	{ 119, "ENAVAIL" },
	{ 120, "EISNAM" },
	{ 121, "EREMOTEIO" },
	{ 122, "EDQUOT" },
	{ 123, "ENOMEDIUM" },
	{ 124, "EMEDIUMTYPE" },
	{ 125, "ECANCELED" },
	{ 126, "ENOKEY" },
	{ 127, "EKEYEXPIRED" },
	{ 128, "EKEYREVOKED" },
	{ 129, "EKEYREJECTED" },
	{ 130, "EOWNERDEAD" },
	{ 131, "ENOTRECOVERABLE" },
	{ 132, "ERFKILL" },
	{ 133, "EHWPOISON" },
	{ 512, "ERESTARTSYS" },
	{ 513, "ERESTARTNOINTR" },
	{ 514, "ERESTARTNOHAND" },
	{ 515, "ENOIOCTLCMD" },
	{ 516, "ERESTART_RESTARTBLOCK" },
	{ 517, "EPROBE_DEFER" },
	{ 521, "EBADHANDLE" },
	{ 522, "ENOTSYNC" },
	{ 523, "EBADCOOKIE" },
	{ 524, "ENOTSUPP" },
	{ 525, "ETOOSMALL" },
	{ 526, "ESERVERFAULT" },
	{ 527, "EBADTYPE" },
	{ 528, "EJUKEBOX" },
	{ 529, "EIOCBQUEUED" },
	{ 530, "ERECALLCONFLICT" },
};

/* Source: uapi/asm-generic/signal.h. */
static const struct word signals[] = {
	{ 1, "SIGHUP" },
	{ 2, "SIGINT" },
	{ 3, "SIGQUIT" },
	{ 4, "SIGILL" },
	{ 5, "SIGTRAP" },
	{ 6, "SIGABRT" },
	{ 7, "SIGBUS" },
	{ 8, "SIGFPE" },
	{ 9, "SIGKILL" },
	{ 10, "SIGUSR1" },
	{ 11, "SIGSEGV" },
	{ 12, "SIGUSR2" },
	{ 13, "SIGPIPE" },
	{ 14, "SIGALRM" },
	{ 15, "SIGTERM" },
	{ 16, "SIGSTKFLT" },
	{ 17, "SIGCHLD" },
	{ 18, "SIGCONT" },
	{ 19, "SIGSTOP" },
	{ 20, "SIGTSTP" },
	{ 21, "SIGTTIN" },
	{ 22, "SIGTTOU" },
	{ 23, "SIGURG" },
	{ 24, "SIGXCPU" },
	{ 25, "SIGXFSZ" },
	{ 26, "SIGVTALRM" },
	{ 27, "SIGPROF" },
	{ 28, "SIGWINCH" },
	{ 29, "SIGIO" },
	{ 30, "SIGPWR" },
	{ 31, "SIGSYS" },
};

/* Source: linux/socket.h: AF_, in lower case. */
static const struct word families[] = {
	{ 0, "unspec" },
	{ 1, "unix" },
	{ 2, "inet" },
	{ 3, "ax25" },
	{ 4, "ipx" },
	{ 5, "appletalk" },
	{ 6, "netrom" },
	{ 7, "bridge" },
	{ 8, "atmpvc" },
	{ 9, "x25" },
	{ 10, "inet6" },
	{ 11, "rose" },
	{ 12, "decnet" },
	{ 13, "netbeui" },
	{ 14, "security" },
	{ 15, "key" },
	{ 16, "netlink" },
	{ 17, "packet" },
	{ 18, "ash" },
	{ 19, "econet" },
	{ 20, "atmsvc" },
	{ 21, "rds" },
	{ 22, "sna" },
	{ 23, "irda" },
	{ 24, "pppox" },
	{ 25, "wanpipe" },
	{ 26, "llc" },
	{ 27, "ib" },
	{ 28, "mpls" },
	{ 29, "can" },
	{ 30, "tipc" },
	{ 31, "bluetooth" },
	{ 32, "iucv" },
	{ 33, "rxrpc" },
	{ 34, "isdn" },
	{ 35, "phonet" },
	{ 36, "ieee802154" },
	{ 37, "caif" },
	{ 38, "alg" },
	{ 39, "nfc" },
	{ 40, "vsock" },
	{ 41, "kcm" },
	{ 42, "qipcrtr" },
	{ 43, "smc" },
	{ 44, "xdp" },
	{ 45, "mctp" },
};

enum {
	ERRNOS = sizeof(errnos) / sizeof(errnos[0]),
	SIGNALS = sizeof(signals) / sizeof(signals[0]),
	FAMILIES = sizeof(families) / sizeof(families[0]),
};

static const char *
word_name(const struct word *words, size_t count, int64_t number)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (words[middle].number == number)
			return words[middle].name;
		if (words[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const char *
errno_name(int64_t number)
{
	return word_name(errnos, ERRNOS, number);
}

const char *
signal_name(int64_t number)
{
	return word_name(signals, SIGNALS, number);
}

const char *
family_name(int64_t number)
{
	return word_name(families, FAMILIES, number);
}

const char *
capability_name(int64_t number)
{
	enum { CAPABILITIES = sizeof(capability_words) / sizeof(capability_words[0]) - 1 };

	return number >= 0 && number < CAPABILITIES ? capability_words[number].name : NULL;
}

size_t
mode_write(uint64_t mode, char *text)
{
	static const char types[16] = { [1] = 'p', [2] = 'c', [4] = 'd', [6] = 'b', [8] = '-', [10] = 'l', [12] = 's' };
	char *to = text;

	if (types[mode >> 12 & 15] != '\0')
		*to++ = types[mode >> 12 & 15];
	for (unsigned i = 0; i < 9; i++)
		to[i] = mode >> (8 - i) & 1 ? "rwx"[i % 3] : '-';
	if (mode & 04000)
		to[2] = to[2] == 'x' ? 's' : 'S';
	if (mode & 02000)
		to[5] = to[5] == 'x' ? 's' : 'S';
	if (mode & 01000)
		to[8] = to[8] == 'x' ? 't' : 'T';
	return (size_t)(to + 9 - text);
}

/* The text that flags_write() makes. */
struct flags_text {
	char *text;
	size_t size, length;
};

static void
add_word(struct flags_text *to, const char *word)
{
	size_t length = strlen(word), bar = to->length > 0;

	if (to->size - to->length < bar + length)
		return;
	if (bar)
		to->text[to->length++] = '|';
	memcpy(to->text + to->length, word, length);
	to->length += length;
}

static void
add_hex(struct flags_text *to, uint64_t number)
{
	char word[24];

	snprintf(word, sizeof(word), "0x%llx", (unsigned long long)number);
	add_word(to, word);
}

/* What comes first and is no single bit. Returns the bits that are left. */
static uint64_t
add_special(struct flags_text *to, enum flag_set set, uint64_t number)
{
	if (set == FLAGS_OPEN) {
		add_word(to, access_modes[number & 3].name);
		return number & ~(uint64_t)3;
	}
	if (set == FLAGS_SOCKET && socket_types[number & 15] != NULL) {
		add_word(to, socket_types[number & 15]);
		return number & ~(uint64_t)15;
	}
	if (set == FLAGS_MOUNT && (number & 0xffff0000) == 0xc0ed0000)
		return number & 0xffff; /* MS_MGC_VAL: old programs still set it, and the kernel takes it off */
	if (set == FLAGS_CLONE && signal_name((int64_t)(number & 0x7f)) != NULL)
		return number & ~(uint64_t)0x7f; /* said last */
	return number;
}

size_t
flags_write(enum flag_set set, uint64_t number, char *text, size_t size)
{
	struct flags_text to = { text, size, 0 };
	uint64_t left = add_special(&to, set, number);

	for (const struct word *word = flag_words[set]; word != NULL && word->number != 0; word++)
		if ((left & (uint64_t)word->number) == (uint64_t)word->number) {
			add_word(&to, word->name);
			left &= ~(uint64_t)word->number;
		}
	if (set == FLAGS_CLONE && signal_name((int64_t)(number & 0x7f)) != NULL)
		add_word(&to, signal_name((int64_t)(number & 0x7f)));
	if (left != 0)
		add_hex(&to, left);
	if (to.length == 0)
		add_word(&to, set == FLAGS_ACCESS ? "F_OK" : set == FLAGS_PROTECTION ? "PROT_NONE"
										     : "0");
	return to.length;
}

static bool
is_word(const char *word, const char *text, size_t length)
{
	return strlen(word) == length && memcmp(word, text, length) == 0;
}

static const struct word *
find_in(const struct word *words, size_t count, const char *text, size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (is_word(words[i].name, text, length))
			return &words[i];
	return NULL;
}

static const struct word *
find_flag(const char *text, size_t length)
{
	for (size_t set = 0; set < FLAGS_SETS; set++)
		for (const struct word *word = flag_words[set]; word != NULL && word->name != NULL; word++)
			if (is_word(word->name, text, length))
				return word;
	return find_in(access_modes, 4, text, length);
}

/* TERM for SIGTERM. */
static const struct word *
find_short_signal(const char *text, size_t length)
{
	for (size_t i = 0; i < SIGNALS; i++)
		if (is_word(signals[i].name + 3, text, length))
			return &signals[i];
	return NULL;
}

bool
word_number(const char *text, size_t length, int64_t *number)
{
	const struct word *word = find_flag(text, length);

	if (word == NULL)
		word = find_in(errnos, ERRNOS, text, length);
	if (word == NULL)
		word = find_in(signals, SIGNALS, text, length);
	if (word == NULL)
		word = find_in(families, FAMILIES, text, length);
	if (word == NULL)
		word = find_short_signal(text, length);
	if (word == NULL)
		return request_find(text, length, number);
	*number = word->number;
	return true;
}
