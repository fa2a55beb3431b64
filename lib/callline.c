/* SPDX-License-Identifier: BSD-2-Clause */
#include "callline.h"

bool
call_line_argument(const char *text, size_t size, unsigned n, const char **value, size_t *length)
{
	struct call_line line = call_line_begin(text, size);

	if (!call_line_take(&line, CALL_FIELD("arch="), value, length) || !call_line_take(&line, CALL_FIELD("syscall="), value, length))
		return false;
	if (call_line_take(&line, CALL_FIELD("success="), value, length) && !call_line_take(&line, CALL_FIELD("exit="), value, length))
		return false;
	for (unsigned i = 0; i <= n; i++)
		if (!call_line_take(&line, CALL_FIELD("a0=") + (i << 8), value, length))
			return false;
	return true;
}
