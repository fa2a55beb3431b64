#!/usr/bin/env bash
# What a selection costs, side by side in one run: auditselect against cat through the same pipe, grep -P and ausearch on the same
# events as text. auditselect.sh [BUILD-DIRECTORY [MB]]. Only ratios within one run count; times are medians of RUNS in turn.
set -eu
cd "${0%/*}/../.."
build=$(realpath "${1:-build}")
megabytes=${2:-200}
RUNS=${RUNS:-5}
export PATH=$build/bin:$PATH TZ=UTC0 LC_ALL=C

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

perl tests/bench/big_log.pl tests/fixtures/mix.log "$((megabytes * 1000000))" >"$work/log"
auditstream -C config -i "$work/log" >"$work/stream"
# ausearch is slow where events are dense: it gets a tenth, and its time counts tenfold.
head -c $((megabytes * 100000)) "$work/log" >"$work/tenth"

milliseconds() {
	local start end

	start=$(date +%s%N)
	bash -c "$1" >/dev/null
	end=$(date +%s%N)
	echo $(((end - start) / 10000))
}

# compare TITLE OURS TITLE THEIRS [FACTOR]: how many times as fast ours is; times in units of 10 us.
compare() {
	local i ours=() theirs=() a b

	for ((i = 0; i < RUNS; i++)); do
		ours+=("$(milliseconds "$2")")
		theirs+=("$(milliseconds "$4")")
	done
	a=$(printf '%s\n' "${ours[@]}" | sort -n | sed -n "$((RUNS / 2 + 1))p")
	b=$(($(printf '%s\n' "${theirs[@]}" | sort -n | sed -n "$((RUNS / 2 + 1))p") * ${5:-1}))
	printf '%-46s %7d.%02d ms   %-26s %9d.%02d ms   %6.2f\n' "$1" $((a / 100)) $((a % 100)) "$3" $((b / 100)) \
		$((b % 100)) "$(awk "BEGIN { print $b / $a }")"
}

s=$work/stream log=$work/log tenth=$work/tenth
printf '%s events, %s MB as text, %s MB as records; the last column: how many times as fast\n' \
	"$(auditpr -t0 "$s" | wc -l)" $(($(stat -c %s "$log") / 1000000)) $(($(stat -c %s "$s") / 1000000))
header='event == FILE_Open && result == FAIL && login == 9001'
compare 'header fields, through a pipe' "cat $s | auditselect -e '$header' | cat" 'cat | cat | cat' "cat $s | cat | cat"
compare 'header fields' "auditselect -e '$header' $s | cat" 'cat | cat' "cat $s | cat"
compare 'header fields, everything matches' "auditselect -e 'serial > 0' $s | cat" 'cat | cat' "cat $s | cat"
compare 'exe ~ "/(su|sudo)$"' "auditselect -e 'exe ~ \"/(su|sudo)\$\"' $s | cat" \
	'grep -P exe' "grep -P ' exe=\"[^\"]*/(su|sudo)\"' $log | cat"
compare 'path ~ "^/usr/(bin|sbin)/ls$"' "auditselect -e 'path ~ \"^/usr/(bin|sbin)/ls\$\"' $s | cat" \
	'grep -P name' "grep -P ' name=\"/usr/(bin|sbin)/ls\"' $log | cat"
compare 'key == net' "auditselect -e 'key == net' $s | cat" 'grep -P key' "grep -P ' key=\"net\"' $log | cat"
if command -v ausearch >/dev/null; then
	RUNS=3
	compare 'exe == /usr/bin/su' "auditselect -e 'exe == /usr/bin/su' $s | cat" \
		'ausearch -x (10 x)' "ausearch --input $tenth --format raw -x /usr/bin/su -w" 10
	compare 'result == FAIL' "auditselect -e 'result == FAIL' $s | cat" \
		'ausearch -sv no (10 x)' "ausearch --input $tenth --format raw -sv no" 10
	compare 'key == net' "auditselect -e 'key == net' $s | cat" \
		'ausearch -k (10 x)' "ausearch --input $tenth --format raw -k net -w" 10
fi
