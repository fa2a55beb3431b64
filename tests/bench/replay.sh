#!/usr/bin/env bash
# Replay side by side with its peers in one run: replay.sh [BUILD-DIRECTORY] [MEGABYTES]. Medians of five turns; only the ratios count.
#
# The peers are auditd's ausearch and laurel, on the same bytes in the page cache. Times are stretched 50 times, which is ausearch's
# best case; "dense" is the same log with its real times. Where ausearch would take minutes it gets a log of 2 MB.
set -eu
top=$(realpath "${0%/*}/../..")
bin=$(realpath "${1:-$top/build}")/bin
megabytes=${2:-200}
conf=$top/config
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TZ=UTC0 LC_ALL=C PATH=$bin:$PATH

perl "$top/tests/bench/big_log.pl" "$top/tests/fixtures/mix.log" "$((megabytes * 1000000))" 50 >"$work/log"
perl "$top/tests/bench/big_log.pl" "$top/tests/fixtures/mix.log" 2000000 >"$work/dense"
perl "$top/tests/bench/big_log.pl" "$top/tests/fixtures/mix.log" 2000000 50 >"$work/small"
bytes=$(stat -c %s "$work/log")
cat >"$work/laurel.toml" <<-END
	directory = "$work"
	[auditlog]
	file = "laurel.out"
	size = 10000000000
	generations = 1
	[transform]
	execve-argv = ["array"]
END

declare -A commands=(
	[auditstream]="auditstream -C $conf -i $work/log >/dev/null"
	[auditpr-v]="auditstream -C $conf -i $work/log | auditpr -C $conf -v >/dev/null"
	[auditpr-json]="auditstream -C $conf -i $work/log | auditpr -C $conf -F json >/dev/null"
	[ausearch-raw]="ausearch --input $work/log --format raw >/dev/null"
	[ausearch-i]="ausearch --input $work/small -i >/dev/null"
	[ausearch-raw-dense]="ausearch --input $work/dense --format raw >/dev/null"
	[laurel]="laurel -c $work/laurel.toml <$work/log >/dev/null; rm -f $work/laurel.out"
)
order=(auditstream auditpr-v auditpr-json laurel ausearch-raw ausearch-i ausearch-raw-dense)

# One turn in seconds.
turn() {
	local TIMEFORMAT=%R
	{ time bash -c "${commands[$1]}" 2>"$work/err" || true; } 2>&1
}

# What takes longer than some seconds gets one turn.
turns_of() {
	case $1 in
	laurel) echo 3 ;;
	*) echo 5 ;;
	esac
}

median() {
	sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

declare -A seconds
for name in "${order[@]}"; do
	command -v "$(cut -d' ' -f1 <<<"${commands[$name]}")" >/dev/null || { echo "$name: not installed, skipped"; continue; }
	seconds[$name]=$(for ((i = 0; i < $(turns_of "$name"); i++)); do turn "$name"; done | median)
done
printf '%-18s %10s %10s %24s\n' "$((bytes / 1000000)) MB of log" seconds MB/s "auditstream is faster by"
for name in "${order[@]}"; do
	[ -n "${seconds[$name]-}" ] || continue
	size=$bytes
	[[ ${commands[$name]} == *"$work/log"* ]] || size=$(stat -c %s "$work/dense")
	awk -v name="$name" -v s="${seconds[$name]}" -v ours="${seconds[auditstream]}" -v size="$size" -v bytes="$bytes" \
		'BEGIN { printf "%-18s %10.2f %10.0f %24.1f\n", name, s, size / s / 1e6, s / size / (ours / bytes) }'
done
