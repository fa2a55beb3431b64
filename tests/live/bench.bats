#!/usr/bin/env bats
# The benchmarks on the kernel's audit work, and nothing is lost without being told. They take the lock and leave the guard themselves.
# shellcheck disable=SC2154 # bats' run sets status, output
# shellcheck source=tests/live/helper.bash
load helper

@test "live: the benchmarks of loss and cost" {
	need_plain_build
	need pgrep auditctl
	[ "$(id -u)" -eq 0 ] || skip "live tests must be root"
	export LIVE_SECONDS=0.1 BENCH_REPEAT=1 LIVE_CALLS=getppid
	run --separate-stderr "$ROOT/tests/bench/live.sh" "$BIN/.."
	# shellcheck disable=SC2154 # bats sets it
	echo "$stderr" | tail -n 5
	assert_status 0
	[[ $output != *'Left out:'* ]] || skip "optional: ${output##*Left out: }"
	assert_match '\| getppid \| auditstream \| [0-9]+ \| [0-9.]+ \| [0-9.]+ \| [0-9.e+]+ \| 0 \| none'
	assert_match '\| 1000 \| auditstream \| [0-9.]+ \| [0-9]+ \| [0-9]+ \| none'
	refute_contains nan
}
