/* SPDX-License-Identifier: BSD-2-Clause */
#include "out.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static void
numbers(void)
{
	struct out out;

	out_init(&out, -1, 8);
	out.hold = true;
	out_unsigned(&out, 0);
	out_char(&out, ' ');
	out_unsigned(&out, UINT64_MAX);
	out_char(&out, ' ');
	out_signed(&out, INT64_MIN);
	out_char(&out, ' ');
	out_signed(&out, -1);
	out_char(&out, ' ');
	out_hex(&out, 0, 1);
	out_char(&out, ' ');
	out_hex(&out, 0xc000003e, 1);
	out_char(&out, ' ');
	out_hex(&out, 0x3e, 8);
	out_char(&out, ' ');
	out_hex(&out, UINT64_MAX, 16);
	out_fill(&out, '.', 3);
	CHECK_BYTES(out.data, out_waiting(&out),
	    "0 18446744073709551615 -9223372036854775808 -1 0 c000003e 0000003e ffffffffffffffff...");
	out_clear(&out);
}

static void
fill_with_count(struct out *out, size_t count)
{
	for (size_t i = 0; i < count; i++)
		out_char(out, (char)('a' + i % 26));
}

static void
flushing(void)
{
	static const size_t capacities[] = { 1, 2, 7, 4096 };
	char data[1000];

	for (size_t c = 0; c < sizeof(capacities) / sizeof(capacities[0]); c++) {
		int fd = memfd_create("out", MFD_CLOEXEC);
		struct out out;

		out_init(&out, fd, capacities[c]);
		fill_with_count(&out, 500);
		out_bytes(&out, "0123456789", 10); /* more than fits at once */
		CHECK_NUMBER(out_flush(&out), 0);
		CHECK_NUMBER(out_waiting(&out), 0);
		CHECK_NUMBER(pread(fd, data, sizeof(data), 0), 510);
		for (size_t i = 0; i < 500; i++)
			CHECK_NUMBER(data[i], 'a' + (int)(i % 26));
		CHECK(memcmp(data + 500, "0123456789", 10) == 0);
		out_clear(&out);
		close(fd);
	}
}

static void
errors_stick(void)
{
	struct out out;
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	out_init(&out, fd, 16);
	fill_with_count(&out, 1000);
	CHECK_NUMBER(out.error, ENOSPC);
	CHECK_NUMBER(out_flush(&out), -1);
	CHECK_NUMBER(errno, ENOSPC);
	CHECK_NUMBER(out_flush(&out), -1);
	CHECK_NUMBER(errno, ENOSPC);
	out_clear(&out);
	close(fd);
}

/* A pipe that nobody reads for now: what it does not take waits, none of it is lost or written twice. */
static void
draining(void)
{
	enum { TOTAL = 3 << 20 };
	int fds[2];
	struct out out;
	size_t got = 0;
	char data[65536];

	if (pipe2(fds, O_NONBLOCK | O_CLOEXEC) == -1)
		err(1, "pipe");
	out_init(&out, fds[1], 1 << 16);
	out.hold = true;
	fill_with_count(&out, TOTAL);
	CHECK_NUMBER(out_waiting(&out), TOTAL);
	while (got < TOTAL) {
		ssize_t n;

		CHECK_NUMBER(out_drain(&out), 0);
		n = read(fds[0], data, sizeof(data));
		if (!CHECK(n > 0))
			break;
		for (ssize_t i = 0; i < n; i++)
			if (data[i] != (char)('a' + (got + (size_t)i) % 26) && !CHECK(false))
				break;
		got += (size_t)n;
	}
	CHECK_NUMBER(out_waiting(&out), 0);
	close(fds[0]);
	out_clear(&out);
	close(fds[1]);
}

/* Flushing waits for a slow reader, though the pipe does not block. */
static void
slow_reader(void)
{
	enum { TOTAL = 4 << 20 };
	int fds[2], status;
	struct out out;
	pid_t reader;

	fflush(stdout);
	if (pipe(fds) == -1 || (reader = fork()) == -1)
		err(1, "pipe");
	if (reader == 0) {
		static char data[30000];
		size_t got = 0;
		ssize_t n;

		close(fds[1]);
		while ((n = read(fds[0], data, sizeof(data))) > 0)
			got += (size_t)n;
		_exit(got == TOTAL ? 0 : 1);
	}
	close(fds[0]);
	fcntl(fds[1], F_SETFL, O_NONBLOCK);
	out_init(&out, fds[1], 1 << 20);
	fill_with_count(&out, TOTAL);
	CHECK_NUMBER(out_flush(&out), 0);
	out_clear(&out);
	close(fds[1]);
	CHECK_NUMBER(waitpid(reader, &status, 0), reader);
	CHECK_NUMBER(status, 0);
}

int
main(void)
{
	test("numbers", numbers);
	test("flushing", flushing);
	test("errors stick", errors_stick);
	test("draining", draining);
	test("a slow reader", slow_reader);
	return test_end();
}
