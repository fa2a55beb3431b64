/* The names of the kernel's and user space's audit record types: SYSCALL is 1300. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RECTYPE_H
#define RECTYPE_H

#include <stddef.h>
#include <stdint.h>

/* Those that the code speaks of. Source: linux/audit.h and libaudit.h. */
enum {
	TYPE_FACTS = 0, /* ours: what the capturing host knew */
	TYPE_LOGIN = 1006,
	TYPE_USER_FIRST = 1100, /* 1100 to 1199: trusted programs' messages */
	TYPE_USER_AUTH = 1100,
	TYPE_USER_ACCT = 1101,
	TYPE_USER_MGMT = 1102,
	TYPE_CRED_ACQ = 1103,
	TYPE_USER_START = 1105,
	TYPE_USER_END = 1106,
	TYPE_USER_AVC = 1107,
	TYPE_USER_CHAUTHTOK = 1108,
	TYPE_CRED_REFR = 1110,
	TYPE_USER_LOGIN = 1112,
	TYPE_USER_LOGOUT = 1113,
	TYPE_ADD_USER = 1114,
	TYPE_DEL_USER = 1115,
	TYPE_GRP_AUTH = 1126,
	TYPE_SYSTEM_BOOT = 1127,
	TYPE_USER_LAST = 1199,
	TYPE_DAEMON_FIRST = 1200, /* 1200 to 1299: the audit daemon's own */
	TYPE_DAEMON_ERR = 1209,
	TYPE_DAEMON_LAST = 1299,
	TYPE_SYSCALL = 1300,
	TYPE_PATH = 1302,
	TYPE_SOCKETCALL = 1304,
	TYPE_CONFIG_CHANGE = 1305,
	TYPE_SOCKADDR = 1306,
	TYPE_CWD = 1307,
	TYPE_EXECVE = 1309,
	TYPE_TTY = 1319,
	TYPE_EOE = 1320,
	TYPE_SECCOMP = 1326,
	TYPE_PROCTITLE = 1327,
	TYPE_EVENT_LISTENER = 1335,
	TYPE_URINGOP = 1336,
	TYPE_OPENAT2 = 1337,
	TYPE_AVC = 1400,
	TYPE_SELINUX_ERR = 1401,
	TYPE_LANDLOCK_ACCESS = 1423,
	TYPE_LANDLOCK_DOMAIN = 1424,
	TYPE_APPARMOR_FIRST = 1500,
	TYPE_APPARMOR_DENIED = 1503,
	TYPE_APPARMOR_ERROR = 1506,
	TYPE_APPARMOR_KILL = 1507,
	TYPE_APPARMOR_LAST = 1599,
	TYPE_ANOM_ABEND = 1701,
	TYPE_KERNEL = 2000,
	TYPE_USER2_FIRST = 2100, /* 2100 to 2999: more of trusted programs' messages */
	TYPE_USER2_LAST = 2999,
	TYPE_UNKNOWN = 0xffff, /* a name that this build does not know; the line keeps it */
};

/* The name of a type, or NULL if this build knows none. */
const char *rectype_name(uint16_t type);

/* The type of a name, or TYPE_UNKNOWN. */
uint16_t rectype_number(const char *name, size_t length);

#endif
