/* SPDX-License-Identifier: BSD-2-Clause */
#include "crc32c.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "bytes.h"

/* tables[k][b]: the effect of byte b followed by k zero bytes. */
static uint32_t tables[8][256];

static void
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
enum {
	THIRDS_LEAST = 8, /* words of a third: fewer are not worth putting together */
	THIRDS_MOST = 256,
};

/* By k: what multiplies a checksum, the instruction's own step following, so that it stands for k words of zeros more. */
static uint32_t behind[2 * THIRDS_MOST + 1];

static void
make_behind(void)
{
	uint32_t x = 1; /* one word more is the step itself */

	for (int k = 1; k <= 2 * THIRDS_MOST; k++) {
		behind[k] = x;
		x = tables[7][x & 0xff] ^ tables[6][x >> 8 & 0xff] ^ tables[5][x >> 16 & 0xff] ^ tables[4][x >> 24];
	}
}

/* The checksum with so many words of zeros behind what it is of. */
__attribute__((target("sse4.2,pclmul"))) static inline uint64_t
shift(uint64_t crc, size_t words)
{
	__m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)crc), _mm_cvtsi32_si128((int)behind[words]), 0);

	return _mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(product));
}

/*
 * Three thirds of so many words each. The instruction is begun with every cycle and takes three: three sums that do not wait for each
 * other take the time of one.
 */
__attribute__((target("sse4.2,pclmul"))) static inline uint64_t
sum_thirds(uint64_t crc, const unsigned char *p, size_t words)
{
	const unsigned char *second = p + 8 * words, *third = second + 8 * words;
	uint64_t b = 0, c = 0;

	for (size_t i = 0; i < 8 * words; i += 8) {
		crc = _mm_crc32_u64(crc, get_le64(p + i));
		b = _mm_crc32_u64(b, get_le64(second + i));
		c = _mm_crc32_u64(c, get_le64(third + i));
	}
	return shift(crc, 2 * words) ^ shift(b, words) ^ c;
}

__attribute__((target("sse4.2,pclmul"))) static uint32_t
crc32c_by_instruction(const void *data, size_t length)
{
	const unsigned char *p = data;
	uint64_t crc = ~0u;

	while (length >= 3 * 8 * THIRDS_LEAST) {
		size_t words = length / (3 * 8) < THIRDS_MOST ? length / (3 * 8) : THIRDS_MOST;

		crc = sum_thirds(crc, p, words);
		p += 3 * 8 * words;
		length -= 3 * 8 * words;
	}
	for (; length >= 8; p += 8, length -= 8)
		crc = _mm_crc32_u64(crc, get_le64(p));
	for (; length > 0; p++, length--)
		crc = _mm_crc32_u8((uint32_t)crc, *p);
	return ~(uint32_t)crc;
}

uint32_t
crc32c(const void *data, size_t length)
{
	if (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul"))
		return crc32c_by_instruction(data, length);
	return crc32c_by_table(data, length);
}

/* Before main, so that nothing is raced for. */
__attribute__((constructor)) static void
prepare(void)
{
	make_tables();
	make_behind();
}
#else
__attribute__((constructor)) static void
prepare(void)
{
	make_tables();
}

uint32_t
crc32c(const void *data, size_t length)
{
	return crc32c_by_table(data, length);
}
#endif
