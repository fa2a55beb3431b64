/* Telling who started us that we are at work: systemd by NOTIFY_SOCKET, or the process that went into the background. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef READY_H
#define READY_H

/*
 * Goes on in a process of its own, without a terminal. The one that called ends with status 0 once ready_tell() is called, or with
 * 1 if we end before that. Returns what ready_tell() needs.
 */
int ready_detach(void);

/* background: as ready_detach() returned it, or -1. */
void ready_tell(int background);

#endif
