/* Privileges go away before the first byte that somebody else wrote is read. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONFINE_H
#define CONFINE_H

/* Capabilities that stay, where they are held. */
enum confine {
	CONFINE_ALL = 0,        /* none */
	CONFINE_AUDIT = 1,      /* CAP_AUDIT_CONTROL: asking for the kernel's loss count, leaving as the audit daemon */
	CONFINE_RELOAD = 2,     /* CAP_DAC_READ_SEARCH: reading the configuration again, whoever owns it */
	CONFINE_PRECEDENCE = 4, /* CAP_SYS_NICE: taking from the kernel's thread what precedence_take() gave it */
};

/* Drops all but these capabilities (enum confine, OR-ed), also from the bounding set, and forbids to gain any. Ends the program if it cannot. */
void confine(unsigned kept);

#endif
