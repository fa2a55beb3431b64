/* Login sessions of this machine that began before anybody listened: what logind and utmp know of them. */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SESSION_LOOKUP_H
#define SESSION_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

/* The file of /run/systemd/sessions for that session; logind names it by the number. False if it is of another one. */
bool session_parse_logind(const char *text, size_t length, uint32_t session, struct source *source, int64_t *since);

/* Fills *source and *since (ns since 1970) as far as they are known; false if neither logind nor utmp knows the session. */
bool session_look_up(uint32_t session, struct source *source, int64_t *since);

#endif
