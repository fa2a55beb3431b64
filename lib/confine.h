/* Privileges go away before the first byte that somebody else wrote is read. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONFINE_H
#define CONFINE_H

enum confine {
	CONFINE_ALL,    /* no capability is left */
	CONFINE_AUDIT,  /* CAP_AUDIT_CONTROL stays, where it is held: asking for the kernel's loss count, leaving as the audit daemon */
	CONFINE_RELOAD, /* CAP_DAC_READ_SEARCH besides: reading the configuration again, whoever owns it */
};

/* Drops capabilities, also from the bounding set, and forbids to gain any. Ends the program if the kernel refuses. */
void confine(enum confine what);

#endif
