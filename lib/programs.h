/* Where the shell commands of the configuration find our programs. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROGRAMS_H
#define PROGRAMS_H

/* Sets PATH: the directory of the running program first, then where programs are installed. */
void programs_set_path(void);

#endif
