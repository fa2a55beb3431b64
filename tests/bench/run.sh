#!/usr/bin/env bash
# All benchmarks in one run: run.sh BUILD-DIRECTORY [REPORT]; `make bench` calls it. The report is BUILD-DIRECTORY/bench/report.md. Only ratios within
# one run mean something elsewhere. As root, the live ones too: they have the machine's audit for themselves, and put it back as it was.
#
#   BENCH_FULL=1    a log of 2 GB          BENCH_MB=20 BENCH_REPEAT=1 LIVE_SECONDS=0.3    quickly, to see that all of it works
#   BENCH_LIVE=0    leaves the kernel alone
[ -z "${BENCH_FULL-}" ] || export BENCH_MB=${BENCH_MB:-2048}
# shellcheck source=tests/bench/common.bash
source "${0%/*}/common.bash"

report=${2:-$BUILD/bench/report.md}
parts=$BENCH_WORK/parts
LOAD=$(cut -d ' ' -f 1-3 /proc/loadavg)

version() {
	has "$1" && dpkg-query -W -f '${Package} ${Version}' "$2" 2>/dev/null || echo "no $2"
}

# The machine, without its name.
machine() {
	echo "- $(nproc) CPUs, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(awk '/^MemTotal/ { printf "%.1f", $2 / 1048576 }' /proc/meminfo) GiB"
	echo "- Linux $(uname -r | cut -d - -f 1), load before the run $LOAD"
	echo "- peers: $(version auditd auditd), $(version laurel laurel), $(version zstd zstd), $(version grep grep)"
	awk -v cpus="$(nproc)" '$1 > cpus / 4 { print "- **the machine was busy: only what is told of CPU time means something**" }' <<<"$LOAD"
	echo "- a log of $BENCH_MB MB, $BENCH_REPEAT turns of each job"
}

scripts=(replay facts growth selection trail rules)
[ "${BENCH_LIVE-1}" = 0 ] || scripts+=(live)
status=0
for script in "${scripts[@]}"; do
	if ! "$BENCH/$script.sh" "$BUILD" >>"$parts"; then
		printf '\n**%s.sh failed: what it has not measured is not here.**\n' "$script" >>"$parts"
		status=1
	fi
	echo >>"$parts"
done

{
	echo '# What it costs'
	echo
	echo "One run of \`make bench\`. Medians, with the least and the greatest value; only ratios mean something on another machine."
	echo
	machine
	echo
	cat "$parts"
	echo '## Targets, and where we lose'
	echo
	echo '| | here | target | |'
	echo '|---|---|---|---|'
	cat "$BENCH_WORK/targets"
	if [ -s "$BENCH_WORK/missing" ]; then
		echo
		echo 'Left out:'
		echo
		sort -u "$BENCH_WORK/missing"
	fi
} >"$report"
say "the report is $report"
exit $status
