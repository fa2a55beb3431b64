/* What shell commands, of the configuration or of an expression, and other child processes need. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROGRAMS_H
#define PROGRAMS_H

/* Sets PATH: the directory of the running program first, then where programs are installed. */
void programs_set_path(void);

/*
 * For the beginning of a program that waits for children: whoever started us may have SIGCHLD ignored, and then the kernel forgets how
 * children end, and waitpid() knows of none.
 */
void programs_expect_children(void);

#endif
