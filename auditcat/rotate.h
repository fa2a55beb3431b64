/*
 * Rotation: the trail becomes a backup, and a new one goes on with its chain.
 *
 * The new trail, which holds a section of the kind TRAIL_LINK alone, is made as NAME.new.STAMP; the trail gets its second name
 * NAME.STAMP (a link, or a copy on another file system); then the new one takes its place by rename(2). So there is a trail at any
 * moment, and a crash in between is seen by NAME.new.STAMP: the next auditcat goes on from there.
 *
 * Who appends to the trail besides, holds no lock. So where it was copied it keeps a name, NAME.old.STAMP, until all that came behind the
 * copied bytes was added to the copy, and nobody has it open to write to it.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ROTATE_H
#define ROTATE_H

#include "err.h"
#include "section.h"
#include "trailfile.h"

struct rotation {
	int directory;    /* of the backups; -1: beside the trail */
	const char *name; /* of it, for messages */
	uint64_t size;    /* bytes of a trail that is rotated; 0: never */
	uint64_t free;    /* bytes of its file system below which it is rotated; 0: never */
};

/* Finishes or undoes what a crash has left half done. *said: as of rotation_run(), or empty. Returns 0, or -1 with *error. */
int rotation_recover(const struct rotation *rotation, struct trailfile *trail, struct err *said, struct err *error);

/* Is the trail to be rotated before another bin is added? */
bool rotation_is_due(const struct rotation *rotation, const struct trailfile *trail);

/*
 * Rotates; *said gets what became of the trail. Returns 0, or -1 with *error, and then the trail is still the one that it was.
 */
int rotation_run(const struct rotation *rotation, struct trailfile *trail, struct packer *packer, struct err *said,
    struct err *error);

#endif
