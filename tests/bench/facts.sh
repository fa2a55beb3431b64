#!/usr/bin/env bash
# What the facts cost: CPU time of auditstream for each event, with and without (-F), in one run: facts.sh [BUILD-DIRECTORY [MB]]. A replay,
# and as root the kernel's own events: of a process that opens a file again and again, and of one that runs programs. Only ratios count.
set -eu
top=$(realpath "${0%/*}/../..")
bin=$(realpath "${1:-$top/build}")/bin
megabytes=${2:-200}
work=$(mktemp -d)
guard=
trap '[ -z "$guard" ] || kill -TERM "$guard"; rm -rf "$work"' EXIT
export TZ=UTC0 LC_ALL=C
command -v /usr/bin/time >/dev/null || { echo "facts: there is no /usr/bin/time (make deps-test), skipped"; exit 0; }

# seconds FILE: the CPU time that /usr/bin/time left there
seconds() {
	tail -n 1 "$1" | awk '{ print $1 + $2 }'
}

median() {
	sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

# report TITLE EVENTS WITH WITHOUT
report() {
	awk -v title="$1" -v events="$2" -v with="$3" -v without="$4" \
		'BEGIN { printf "%-28s %9.2f %9.2f %9.2f\n", title, with / events * 1e6, without / events * 1e6, with / without }'
}

replay() { # [-F]
	/usr/bin/time -o "$work/time" -f '%U %S' "$bin/auditstream" "$@" -C "$top/config" -i "$work/log" >/dev/null
	seconds "$work/time"
}

# compare TITLE FUNCTION: by turns; the function says the seconds, and leaves the number of events in $work/events
compare() {
	local i
	rm -f "$work/with" "$work/without"
	for ((i = 0; i < 5; i++)); do
		$2 >>"$work/with"
		$2 -F >>"$work/without"
	done
	report "$1" "$(<"$work/events")" "$(median <"$work/with")" "$(median <"$work/without")"
}

# live COMMAND: the events of that command, as the kernel sends them
live() { # COMMAND [-F]
	local command=$1 pid
	shift
	/usr/bin/time -o "$work/time" -f '%U %S' "$bin/auditstream" "$@" -C "$top/config" >"$work/records" 2>"$work/err" &
	pid=$!
	until [ -s "$work/err" ]; do sleep 0.05; done
	# shellcheck disable=SC2016 # for the inner shell
	bash -c 'echo 61234 >/proc/self/loginuid && exec bash -c "$0"' "$command"
	pkill -TERM -P "$pid"
	wait "$pid" || true
	"$bin/auditselect" -e 'login == 61234' "$work/records" | "$bin/auditpr" -t 0 -h n | wc -l >"$work/events"
	seconds "$work/time"
}

opens() {
	# shellcheck disable=SC2016 # for the inner shell
	live 'perl -e "for (1 .. 100000) { open my \$file, q(<), q(/dev/null) }"' "$@"
}

executions() {
	live 'for ((i = 0; i < 4000; i++)); do /bin/true; done' "$@"
}

printf '%-28s %9s %9s %9s\n' 'microseconds an event' with without ratio
perl "$top/tests/bench/big_log.pl" "$top/tests/fixtures/mix.log" "$((megabytes * 1000000))" 50 >"$work/log"
"$bin/auditstream" -F -C "$top/config" -i "$work/log" | "$bin/auditpr" -t 0 -h n | wc -l >"$work/events"
compare replay replay

if [ "$(id -u)" -ne 0 ] || ! auditctl -s >/dev/null 2>&1; then
	echo "the kernel's events: not root, or no audit here, skipped"
	exit 0
fi
# The guard of the live tests keeps others away, and puts the kernel's audit back.
"$top/tests/live/guard.sh" $$ "bench.$$" "$work/guard" >/dev/null &
until [ -s "$work/guard" ]; do sleep 0.1; done
read -r word guard <"$work/guard"
[ "$word" == ready ] || { echo "the kernel's audit is in use: skipped"; exit 0; }
auditctl -b 8192 >/dev/null
auditctl -e 1 >/dev/null
auditctl -a always,exit -F arch=b64 -S openat -F auid=61234 -k as-test-opens >/dev/null
compare 'live, opening a file' opens
auditctl -D -k as-test-opens >/dev/null
auditctl -a always,exit -F arch=b64 -S execve -F auid=61234 -k as-test-executions >/dev/null
compare 'live, running programs' executions
