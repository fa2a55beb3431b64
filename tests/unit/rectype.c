/* SPDX-License-Identifier: BSD-2-Clause */
#include "rectype.h"

#include <libaudit.h>

#include "check.h"

static uint16_t
number(const char *name)
{
	return rectype_number(name, strlen(name));
}

static void
there_and_back(void)
{
	unsigned known = 0;

	for (unsigned type = 0; type <= UINT16_MAX; type++) {
		const char *name = rectype_name((uint16_t)type);

		if (name != NULL) {
			CHECK_NUMBER(number(name), type);
			known++;
		}
	}
	CHECK(known > 190);
}

/* What the installed libaudit knows has the same name here. */
static void
as_libaudit(void)
{
	for (unsigned type = 1000; type < 3000; type++) {
		const char *theirs = audit_msg_type_to_name((int)type), *ours = rectype_name((uint16_t)type);

		if (theirs == NULL || type < 1005) /* below: requests, never in a log */
			continue;
		if (CHECK(ours != NULL) && ours != NULL)
			CHECK_BYTES(ours, strlen(ours), theirs);
		else
			printf("#    %u %s\n", type, theirs);
	}
}

/* Newer than libaudit 3.0. */
static void
newer(void)
{
	CHECK_NUMBER(number("URINGOP"), 1336);
	CHECK_NUMBER(number("OPENAT2"), 1337);
	CHECK_NUMBER(number("LANDLOCK_ACCESS"), 1423);
	CHECK_NUMBER(number("LANDLOCK_DOMAIN"), 1424);
}

static void
unknown(void)
{
	CHECK_NUMBER(number(""), TYPE_UNKNOWN);
	CHECK_NUMBER(number("SYSCAL"), TYPE_UNKNOWN);
	CHECK_NUMBER(number("SYSCALLS"), TYPE_UNKNOWN);
	CHECK_NUMBER(number("syscall"), TYPE_UNKNOWN);
	CHECK_NUMBER(rectype_number("SYSCALL", 6), TYPE_UNKNOWN);
	CHECK(rectype_name(0) == NULL && rectype_name(2999) == NULL && rectype_name(3000) == NULL);
	CHECK(rectype_name(TYPE_UNKNOWN) == NULL);
}

int
main(void)
{
	test("names and numbers", there_and_back);
	test("as libaudit has them", as_libaudit);
	test("newer than libaudit", newer);
	test("unknown", unknown);
	return test_end();
}
