/* The reader of /proc/PID/cgroup: names that whoever is in a container may have made up. */
/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include "place.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct place place;

	place_parse(&place, (const char *)data, size);
	if (memchr(place.container, '\0', sizeof(place.container)) == NULL || memchr(place.unit, '\0', sizeof(place.unit)) == NULL)
		abort();
	return 0;
}
