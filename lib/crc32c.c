/* SPDX-License-Identifier: BSD-2-Clause */
#include "crc32c.h"

#include "bytes.h"

enum { LANE = 128 }; /* bytes: three of these take most of a record, which is some hundred bytes long */

/*
 * tables[k][b]: the effect of byte b followed by k zero bytes. shifts[k][b]: the effect of b as byte k of a CRC, followed by LANE zero
 * bytes. Filled before main, so that they are never raced for.
 */
static uint32_t tables[8][256], shifts[4][256];

static uint32_t
shift_by_bytes(uint32_t crc)
{
	for (int i = 0; i < LANE; i++)
		crc = crc >> 8 ^ tables[0][crc & 0xff];
	return crc;
}

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
	for (int k = 0; k < 4; k++)
		for (uint32_t b = 1; b < 256; b++) {
			uint32_t low = b & -b;

			shifts[k][b] = b == low ? shift_by_bytes(b << 8 * k) : shifts[k][low] ^ shifts[k][b ^ low];
		}
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
static uint64_t
shift(uint64_t crc)
{
	return shifts[0][crc & 0xff] ^ shifts[1][crc >> 8 & 0xff] ^ shifts[2][crc >> 16 & 0xff] ^ shifts[3][crc >> 24];
}

/* The instruction takes three cycles, and another may begin in each: three lanes take the time of one. */
__attribute__((target("sse4.2"))) static uint32_t
crc32c_by_instruction(const void *data, size_t length)
{
	const unsigned char *p = data;
	uint64_t crc = ~0u;

	for (; length >= 3 * LANE; p += 2 * LANE, length -= 3 * LANE) {
		uint64_t second = 0, third = 0;

		for (const unsigned char *end = p + LANE; p < end; p += 8) {
			crc = __builtin_ia32_crc32di(crc, get_le64(p));
			second = __builtin_ia32_crc32di(second, get_le64(p + LANE));
			third = __builtin_ia32_crc32di(third, get_le64(p + 2 * LANE));
		}
		crc = shift(shift(crc) ^ second) ^ third;
	}
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
