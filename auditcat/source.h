/*
 * An input as what it is made of: bins, sections of trails, and plain records between them.
 *
 * A unit is a bin, a section or a run of plain records. Its records come as windows of bytes as they stand there, damage included: who
 * packs or reads them says what is wrong with them. Records are told apart by their lengths alone.
 */
/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trail.h"

enum source_unit {
	SOURCE_PLAIN,
	SOURCE_BIN,     /* a head that was written before its records */
	SOURCE_SECTION, /* a head that says what it holds */
};

struct source {
	const char *name; /* for messages; borrowed */
	void (*complain)(const char *text);
	uint64_t damaged; /* places that were complained of */

	enum source_unit unit; /* set by source_next(), as is head but for plain records */
	struct trail_head head;
	unsigned char head_bytes[TRAIL_HEAD], tail_bytes[TRAIL_TAIL];
	const unsigned char *section; /* the section's bytes as they stand there, until the next call */
	size_t section_size;
	uint64_t start; /* of the unit, offset in the input */
	uint64_t torn;  /* set where a bin has no tail, or plain records are cut: bytes that are no whole record at the end */
	bool whole;     /* set where a unit ended as it should */

	bool headless; /* set by source_next(): a head stood there that is damaged or cut, so it is read as plain records */

	int fd;
	bool end;     /* nothing more can be read */
	bool started; /* there is a unit */
	unsigned char *data;
	size_t first, checked, last, capacity; /* taken up to first; whole records up to checked; read up to last */
	uint64_t position;                     /* of data[first] in the input */
	size_t garbage;                        /* bytes behind checked that are no record: of the unit if it goes on behind them */
	size_t last_record;                    /* where the last record before checked begins */
	uint64_t body;                         /* bytes of the bin from its head to data[checked] */
	bool ended;                            /* the unit ends at checked */
	unsigned char *unpacked;               /* a section's records */
	size_t unpacked_first, unpacked_size, unpacked_capacity;
};

/* Takes over fd. */
void source_init(struct source *source, int fd, const char *name, void (*complain)(const char *text));
void source_clear(struct source *source);

/* Goes to the next unit; what is left of this one is passed over. Returns 1, 0 at the end, -1 if reading failed (complained of). */
int source_next(struct source *source);

/*
 * The unit's bytes from here on: at least enough of them, or all (*all). Take away what was used. Once all is taken, whole and torn
 * are set. Returns 0, or -1 if reading failed (complained of).
 */
int source_window(struct source *source, size_t enough, const unsigned char **bytes, size_t *size, bool *all);
void source_take(struct source *source, size_t size);

#endif
