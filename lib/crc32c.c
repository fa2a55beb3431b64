/* SPDX-License-Identifier: BSD-2-Clause */
#include "crc32c.h"

#include "bytes.h"

/* tables[k][b]: the effect of byte b followed by k zero bytes. Filled before main, so that it is never raced for. */
static uint32_t tables[8][256];

__attribute__((constructor)) static void
make_tables(void)
{
	for (uint32_t b = 0; b < 256; b++) {
		uint32_t crc = b;

		for (int bit = 0; bit < 8; bit++) /* the polynomial, reflected */
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
		tables[0][b] = crc;
	}
	for (int k = 1; k < 8; k++)
		for (int b = 0; b < 256; b++)
			tables[k][b] = tables[k - 1][b] >> 8 ^ tables[0][tables[k - 1][b] & 0xff];
}

uint32_t
crc32c_by_table(const void *data, size_t length)
{
	const unsigned char *p = data;
	uint32_t crc = ~0u;

	for (; length >= 8; p += 8, length -= 8) {
		uint32_t low = crc ^ get_le32(p), high = get_le32(p + 4);

		crc = tables[7][low & 0xff] ^ tables[6][low >> 8 & 0xff] ^ tables[5][low >> 16 & 0xff] ^
		    tables[4][low >> 24] ^ tables[3][high & 0xff] ^ tables[2][high >> 8 & 0xff] ^
		    tables[1][high >> 16 & 0xff] ^ tables[0][high >> 24];
	}
	for (; length > 0; p++, length--)
		crc = crc >> 8 ^ tables[0][(crc ^ *p) & 0xff];
	return ~crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t
crc32c_by_instruction(const void *data, size_t length)
{
	const unsigned char *p = data;
	uint64_t crc = ~0u;

	for (; length >= 8; p += 8, length -= 8)
		crc = __builtin_ia32_crc32di(crc, get_le64(p));
	for (; length > 0; p++, length--)
		crc = __builtin_ia32_crc32qi((uint32_t)crc, *p);
	return ~(uint32_t)crc;
}

uint32_t
crc32c(const void *data, size_t length)
{
	if (__builtin_cpu_supports("sse4.2"))
		return crc32c_by_instruction(data, length);
	return crc32c_by_table(data, length);
}
#else
uint32_t
crc32c(const void *data, size_t length)
{
	return crc32c_by_table(data, length);
}
#endif
