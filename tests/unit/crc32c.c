/* SPDX-License-Identifier: BSD-2-Clause */
#include "crc32c.h"

#include "check.h"

/* RFC 3720, appendix B.4. */
static void
vectors(void)
{
	unsigned char data[32];
	static const unsigned char command[48] = {
		0x01, 0xc0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x18,
		0x28, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00
	};

	memset(data, 0, sizeof(data));
	CHECK_NUMBER(crc32c(data, sizeof(data)), 0x8a9136aa);
	memset(data, 0xff, sizeof(data));
	CHECK_NUMBER(crc32c(data, sizeof(data)), 0x62a8ab43);
	for (unsigned i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)i;
	CHECK_NUMBER(crc32c(data, sizeof(data)), 0x46dd794e);
	for (unsigned i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(31 - i);
	CHECK_NUMBER(crc32c(data, sizeof(data)), 0x113fdb5c);
	CHECK_NUMBER(crc32c(command, sizeof(command)), 0xd9963a56);
	CHECK_NUMBER(crc32c("123456789", 9), 0xe3069283);
	CHECK_NUMBER(crc32c("", 0), 0);
}

/* Every length and alignment around the eight bytes that both take at a time. */
static void
instruction_and_table_agree(void)
{
	unsigned char data[96];
	uint64_t seed = 1;

	for (unsigned i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(random_next(&seed) >> 32);
	for (size_t start = 0; start < 16; start++)
		for (size_t length = 0; length <= sizeof(data) - start; length++)
			CHECK_NUMBER(crc32c(data + start, length), crc32c_by_table(data + start, length));
}

/* Long ones are put together of thirds: every length up to some, and around the longest thirds. */
static void
thirds(void)
{
	static unsigned char data[3 * 8 * 600];
	uint64_t seed = 2;

	for (unsigned i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(random_next(&seed) >> 32);
	for (size_t length = 0; length <= 3 * 8 * 20; length++)
		CHECK_NUMBER(crc32c(data + 3, length), crc32c_by_table(data + 3, length));
	for (size_t length = 3 * 8 * 250; length <= 3 * 8 * 270; length++)
		CHECK_NUMBER(crc32c(data + 1, length), crc32c_by_table(data + 1, length));
	CHECK_NUMBER(crc32c(data, sizeof(data)), crc32c_by_table(data, sizeof(data)));
}

int
main(void)
{
	test("RFC 3720's vectors", vectors);
	test("the instruction and the table agree", instruction_and_table_agree);
	test("sums of thirds", thirds);
	return test_end();
}
