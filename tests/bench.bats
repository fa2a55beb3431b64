#!/usr/bin/env bats
# The benchmarks work: small, once, without the kernel (tests/live/bench.bats). What they measure is not looked at.
# shellcheck disable=SC2154 # bats' run sets status, output
# shellcheck source=tests/helper.bash
load helper

@test "the benchmarks write their report" {
	need perl zstd
	need_plain_build
	run env BENCH_MB=2 BENCH_REPEAT=1 BENCH_LIVE=0 "$ROOT/tests/bench/run.sh" "$BIN/.." "$BATS_TEST_TMPDIR/report.md"
	assert_status 0
	refute_contains failed
	run cat "$BATS_TEST_TMPDIR/report.md"
	refute_contains '| failed |'
	for part in Replay 'The facts' 'size of the log' Selecting Trails 'growing configuration' Targets; do
		assert_match "## [^|]*$part"
	done
	# Rates are numbers, and there is a verdict.
	assert_match '\| auditstream \| [0-9.e+]+ \([0-9.e+]+\.\.[0-9.e+]+\) \| [0-9.e+]+ \| [0-9.]+ \| 1 \| 1 \|'
	assert_match '\| selection by the header, times `cat \\\| cat` \| [0-9.]+ \| >= 0.5 \| (met|\*\*missed\*\*) \|'
	refute_contains "$(hostname)"
}
