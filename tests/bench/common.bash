# Common to the benchmarks: what is measured is a job, all jobs of a table take turns, and of each the median counts, with the least and
# the greatest beside it. A script prints its part of the report (markdown) to stdout and what it is doing to stderr.
#
#   BENCH_MB      size of the log, 10^6 bytes (200)       BENCH_REPEAT  turns of each job (5)
#   BENCH_LIMIT   seconds that one job may take (20)      BENCH_WORK    a directory with the logs, made if it is not given
# shellcheck shell=bash
set -eu

BENCH=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
ROOT=$(cd "$BENCH/../.." && pwd)
BUILD=$(realpath "${1:-$ROOT/build}")
TOOLS=$BUILD/bench
CONF=$ROOT/config
MIX=$ROOT/tests/fixtures/mix.log
export PATH=$BUILD/bin:$PATH:/usr/sbin TZ=UTC0 LC_ALL=C
BENCH_MB=${BENCH_MB:-200}
BENCH_REPEAT=${BENCH_REPEAT:-5}
BENCH_LIMIT=${BENCH_LIMIT:-20}

at_exit=
trap 'eval "$at_exit"' EXIT
if [ -z "${BENCH_WORK-}" ]; then
	BENCH_WORK=$(mktemp -d)
	at_exit='rm -rf "$BENCH_WORK"'
fi
export BENCH_MB BENCH_REPEAT BENCH_LIMIT BENCH_WORK

say() {
	echo "bench: $*" >&2
}

has() {
	command -v "$1" >/dev/null
}

# --- logs and records, each made when it is first asked for

# log_of MEGABYTES [STRETCH]: the path of a log of that size. Stretched 50 times it is sparse: no event begins before the last one ended.
log_of() {
	local path=$BENCH_WORK/log.$1.${2:-1}

	if [ ! -e "$path" ]; then
		say "making a log of $1 MB"
		perl "$BENCH/big_log.pl" "$MIX" "$(($1 * 1000000))" "${2:-1}" >"$path.new"
		mv "$path.new" "$path"
	fi
	echo "$path"
}

# records_of MEGABYTES: the path of the records of the dense log
records_of() {
	local path=$BENCH_WORK/records.$1

	[ -e "$path" ] || auditstream -C "$CONF" -i "$(log_of "$1")" >"$path"
	echo "$path"
}

events_in() {
	grep -o 'audit([0-9.:]*' "$1" | sort -u | wc -l
}

size_of() {
	stat -c %s "$1"
}

# What slow peers get, and the slowest: MB.
small_mb() {
	echo $((BENCH_MB < 20 ? BENCH_MB : 20))
}

tiny_mb() {
	echo $((BENCH_MB < 2 ? BENCH_MB : 2))
}

# --- jobs

declare -A job_bytes job_command job_file
job_order=()

begin_jobs() {
	job_bytes=() job_command=() job_file=() job_order=()
}

# job NAME BYTES COMMAND: a command for bash, and how many bytes its rate is reckoned by
job() {
	job_bytes[$1]=$2
	job_command[$1]=$3
	job_file[$1]=$(mktemp "$BENCH_WORK/job.XXXXXX")
	job_order+=("$1")
}

# job_of PROGRAM NAME BYTES COMMAND: the same where there is that program; else the report says that it was left out
job_of() {
	local program=$1
	shift

	if has "$program"; then
		job "$@"
	else
		say "$1: there is no $program here, left out"
		missing "$1" "$program"
	fi
}

missing() {
	echo "- \`$1\`: there was no $2" >>"$BENCH_WORK/missing"
}

# The exit status of a job's last turn.
job_status() {
	tail -n 1 "${job_file[$1]}" | cut -d ' ' -f 5
}

# All jobs, in turn. Who has failed, or taken too long, gets no further turn.
run_jobs() {
	local round name

	for ((round = 0; round < BENCH_REPEAT; round++)); do
		for name in "${job_order[@]}"; do
			[ "$round" -eq 0 ] || [ "$(job_status "$name")" = 0 ] || continue
			"$TOOLS/measure" -t "$BENCH_LIMIT" "${job_file[$name]}" bash -c "${job_command[$name]}" 2>"$BENCH_WORK/err" || {
				say "$name failed:"
				head -n 3 "$BENCH_WORK/err" >&2
			}
		done
	done
}

# Of the numbers on stdin: median, least, greatest.
median() {
	sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)], v[1], v[NR] }'
}

# rate NAME: MB/s: median, least, greatest
rate() {
	awk -v bytes="${job_bytes[$1]}" '$5 == 0 { print bytes / $1 }' "${job_file[$1]}" | median
}

# ratio NAME OTHER: how many times as fast the first one is
ratio() {
	echo "$(rate "$1") $(rate "$2")" | awk 'NF == 6 { printf "%.3g", $1 / $4 }'
}

# cpu_rate NAME: MB for each second of CPU time, of all processes: median. It tells more than the rate where the machine was busy.
cpu_rate() {
	awk -v bytes="${job_bytes[$1]}" '$5 == 0 { print bytes / ($2 + $3 + 1) }' "${job_file[$1]}" | median | cut -d ' ' -f 1
}

# job_row NAME REFERENCE: a line of a table
job_row() {
	local memory values

	case $(job_status "$1") in
	0) ;;
	124) echo "| $1 | not done after $BENCH_LIMIT s | | | | |" && return ;;
	*) echo "| $1 | failed | | | | |" && return ;;
	esac
	read -ra values <<<"$(rate "$1")"
	memory=$(awk '{ print $4 / 1024 }' "${job_file[$1]}" | median | cut -d ' ' -f 1)
	printf '| %s | %.4g (%.4g..%.4g) | %.4g | %.1f | %s | %.3g |\n' "$1" "${values[@]}" "$(cpu_rate "$1")" "$memory" \
		"$(ratio "$2" "$1")" "$(echo "$(cpu_rate "$2") $(cpu_rate "$1")" | awk '{ print $1 / $2 }')"
}

# job_table REFERENCE: rates, and how many times as fast as each job the reference is
job_table() {
	local name

	echo "| | MB/s of log: median (min..max) | MB for a second of CPU time | largest process, MiB | $1 is faster by | with less CPU time by |"
	echo '|---|---|---|---|---|---|'
	for name in "${job_order[@]}"; do
		job_row "$name" "$1"
	done
}

# target TITLE VALUE BOUND: what is aimed at, for the report's end; BOUND is `>= NUMBER` or `<= NUMBER`. Without a value it is left out.
target() {
	local verdict

	[ -n "$2" ] || return 0
	# shellcheck disable=SC2086 # BOUND is two words
	verdict=$(printf '%s %s %s' "$2" $3 | awk '{ print ($2 == "<=" ? $1 <= $3 : $1 >= $3) ? "met" : "**missed**" }')
	printf '| %s | %.3g | %s | %s |\n' "$1" "$2" "$3" "$verdict" >>"$BENCH_WORK/targets"
}
