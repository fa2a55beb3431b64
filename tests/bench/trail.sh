#!/usr/bin/env bash
# What a trail costs, side by side in one run: packing against zstd, a full scan against the selection of one minute, which skips sections
# by their heads. trail.sh [BUILD-DIRECTORY [RECORDS]]. Only ratios within one run count; times are medians of RUNS in turn.
set -eu
cd "${0%/*}/../.."
build=$(realpath "${1:-build}")
records=${2:-10000000}
RUNS=${RUNS:-5}
export PATH=$build/bin:$build/tests:$PATH TZ=UTC0 LC_ALL=C

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
auditstream -C config -i tests/fixtures/mix.log >"$work/sample" 2>/dev/null

# Seconds of a command.
seconds() {
	local TIMEFORMAT=%R
	{ time bash -c "$1" >/dev/null; } 2>&1
}

median() {
	local i
	for ((i = 0; i < RUNS; i++)); do seconds "$1"; done | sort -n | sed -n "$((RUNS / 2 + 1))p"
}

# Ten million records are three days.
make_trail "$work/sample" "$records" 259200 >"$work/trail"
printf '%s records, %s MB in the trail\n' "$records" $(($(stat -c %s "$work/trail") / 1000000))

minute='date == 2026-11-02T10:03'
all=$(RUNS=1 median "auditselect -e 'serial > 0 && pid == 0 && serial < 0' $work/trail")
one=$(median "auditselect -e '$minute' $work/trail")
auditselect -e "$minute" "$work/trail" >"$work/minute"
[ $((records / 259200)) -eq 0 ] || [ -s "$work/minute" ]
awk -v all="$all" -v one="$one" -v n="$(auditpr -t0 "$work/minute" | wc -l)" \
	'BEGIN { printf "full scan %.2f s; one minute (%d records) %.3f s: %.2f%%\n", all, n, one, 100 * one / all }'

# Packing: some 300 MB of records that nothing but the sample repeats, against zstd on the same bytes.
few=$((records < 200000 ? records : 200000))
make_trail "$work/sample" "$few" 3600 | zstd -dc >"$work/records"
bytes=$(stat -c %s "$work/records")
RUNS=3
for level in 1 3; do
	awk -v s="$(median "zstd -q -$level -c $work/records")" -v bytes="$bytes" -v level=$level \
		'BEGIN { printf "zstd -%d: %.0f MB/s\n", level, bytes / s / 1e6 }'
done
awk -v s="$(median "make_trail $work/sample $few 3600")" -v bytes="$bytes" \
	'BEGIN { printf "sections at level 3, records made too: %.0f MB/s\n", bytes / s / 1e6 }'
