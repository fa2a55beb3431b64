#!/usr/bin/env bash
# The kernel's own events: live.sh [BUILD-DIRECTORY], as root. A load of system calls by a login user of the tests, and who reads them: what
# that costs, what is lost, how long it takes. Peers are started privately, from a directory of this run. LIVE_SECONDS is the length of a run,
# LIVE_CALLS says which loads.
# shellcheck source=tests/bench/common.bash
source "${0%/*}/common.bash"
# shellcheck source=tests/bench/live.bash
source "${0%/*}/live.bash"

LIVE_CALLS=${LIVE_CALLS:-getppid open connect exec}
consumers=(bare:stream auditstream:stream)
[ ! -x "$BIN/auditbin" ] || consumers+=(auditbin:auditbin)
! has auditd || consumers+=(auditd:auditd)
! has auditd || ! has laurel || consumers+=(auditd_laurel:laurel)

echo '## Live'
echo
begin_live
nproc=$(nproc)
cat <<-END
	$nproc CPUs, two workers of load for $LIVE_SECONDS s as fast as they can, backlog $BACKLOG, the kernel's default waiting time; nothing else is
	audited. The rate is that of events until all of them were read. Times are CPU time per event, of all processes of the consumer and of the
	kernel's audit thread. auditstream writes to a pipe, auditbin to a trail that it packs, auditd (raw, INCREMENTAL_ASYNC)
	to a file, laurel is its plug-in. "bare" is the floor: a loop that only reads and writes.

END

# The same load without a rule.
for call in $LIVE_CALLS; do
	for ((i = 0; i < LIVE_REPEAT; i++)); do
		as_login "$TOOLS/load" -t 0.5 -w 2 "$call" >>"$BENCH_WORK/run.none.$call"
	done
done
for ((i = 0; i < LIVE_REPEAT; i++)); do
	for call in $LIVE_CALLS; do
		for consumer in "${consumers[@]}"; do
			run "${consumer%:*}" "${consumer#*:}" $call -w 2
		done
	done
done

# lost_events RUNS: of how many events nothing was seen, and what the kernel and the consumer say of lost kernel records. What does not
# belong to the run is said, too: events that a consumer got late, from the one before it.
lost_events() {
	awk '{ made += $1; missing += $7 < $1 ? $1 - $7 : 0; late += $7 > $1 + 10 ? $7 - $1 : 0; lost += $6; said += $8 }
		END {
			printf missing == 0 ? "none" : "%d (%.2g%%)", missing, 100 * missing / made
			if (missing + lost + said > 0) printf "; records lost: kernel %d, reported %d", lost, said
			if (late > 0) printf "; %d of another run", late
		}' "$BENCH_WORK/run.$1"
}

echo '| load | consumer | events/s | consumer, us | kauditd, us | a call takes, times without a rule | bytes on disk | events lost |'
echo '|---|---|---|---|---|---|---|---|'
for call in $LIVE_CALLS; do
	for consumer in "${consumers[@]}"; do
		name=${consumer%:*}
		printf '| %s | %s | %.0f | %.1f | %.1f | %.3g | %.0f | %s |\n' $call "${name/_/ + }" "$(of "$name.$call" '$1 / $3 * 1e9')" \
			"$(of "$name.$call" '$4 / $1 / 1000')" "$(of "$name.$call" '$5 / $1 / 1000')" \
			"$(awk -v a="$(of "$name.$call" '$2 / $1')" -v b="$(of "none.$call" '$2 / $1')" 'BEGIN { print a / b }')" \
			"$(of "$name.$call" '$11 / $1')" "$(lost_events "$name.$call")"
	done
done

# --- less often

echo
echo '| what else | events/s | consumer, us | events lost |'
echo '|---|---|---|---|'
# what_else RUNS TITLE CONSUMER STOP CALL LOAD-OPTION...
what_else() {
	local runs=$1 title=$2 consumer=$3 call=$5 i
	shift 2

	for ((i = 0; i < runs; i++)); do
		run "$@"
	done
	printf '| %s | %.0f | %.1f | %s |\n' "$title" "$(of "$consumer.$call${RUN_SUFFIX-}" '$1 / $3 * 1e9')" \
		"$(of "$consumer.$call${RUN_SUFFIX-}" '$4 / $1 / 1000')" "$(lost_events "$consumer.$call${RUN_SUFFIX-}")"
}
RUN_SUFFIX=.one what_else 1 'one worker: auditstream' auditstream stream getppid -w 1
! has auditd || RUN_SUFFIX=.one what_else 1 'one worker: auditd' auditd auditd getppid -w 1
what_else 1 'auditstream -M, beside another auditstream' multicast stream getppid -w 2
what_else 1 'auditstream, its reader takes 3 MB/s' slow stream getppid -w 2
what_else 1 'auditstream -M, its reader takes 3 MB/s' slow_multicast stream getppid -w 2
! has auditd || what_else 1 'auditd, flush = SYNC' auditd_sync auditd getppid -w 2
auditctl --backlog_wait_time 0 >/dev/null
RUN_SUFFIX=.overload what_else $LIVE_REPEAT 'auditstream, backlog_wait_time 0' auditstream stream getppid -w 2
! has auditd || RUN_SUFFIX=.overload what_else $LIVE_REPEAT 'auditd, backlog_wait_time 0' auditd auditd getppid -w 2
auditctl --backlog_wait_time 15000 >/dev/null

echo
echo '| at a fixed rate, events/s | consumer | consumer, us | from the call to the reader: median, us | 99%, us | events lost |'
echo '|---|---|---|---|---|---|'
# paced RATE CONSUMER STOP
paced() {
	local i LIVE_SECONDS=$LIVE_SECONDS

	[ "$1" -gt 100 ] || LIVE_SECONDS=$(awk "BEGIN { print 5 * $LIVE_SECONDS }") # few events tell little
	for ((i = 0; i < LIVE_REPEAT; i++)); do
		RUN_SUFFIX=.$1 run "$2" "$3" getppid -r "$1"
	done
	printf '| %s | %s | %.1f | %.0f | %.0f | %s |\n' "$1" "${2/_plugin/, to a plug-in}" "$(of "$2.getppid.$1" '$4 / $1 / 1000')" \
		"$(of "$2.getppid.$1" '$9')" "$(of "$2.getppid.$1" '$10')" "$(lost_events "$2.getppid.$1")"
}
for rate in 10 250 1000 10000; do
	paced $rate bare stream
	paced $rate auditstream stream
	! has auditd || paced $rate auditd_plugin plugin
done

target 'getppid storm, events/s' "$(of auditstream.getppid '$1 / $3 * 1e9')" '>= 95000'
target 'getppid storm, us of auditstream' "$(of auditstream.getppid '$4 / $1 / 1000')" '<= 5'
target 'openat storm, events/s' "$(of auditstream.open '$1 / $3 * 1e9')" '>= 50000'
target 'openat storm, us of auditstream' "$(of auditstream.open '$4 / $1 / 1000')" '<= 8.5'
target 'exec storm, us of auditstream' "$(of auditstream.exec '$4 / $1 / 1000')" '<= 40'
target '10,000 events/s, us of auditstream' "$(of auditstream.getppid.10000 '$4 / $1 / 1000')" '<= 8'
target '1,000 events/s, us of auditstream' "$(of auditstream.getppid.1000 '$4 / $1 / 1000')" '<= 20'
target '10,000 events/s, median latency, us' "$(of auditstream.getppid.10000 '$9')" '<= 2500'
target '250 events/s, each leaves at once, median latency, us' "$(of auditstream.getppid.250 '$9')" '<= 100'
target 'a lone event (10/s), median latency, us' "$(of auditstream.getppid.10 '$9')" '<= 100'
target 'the same, times that of a bare loop' "$(echo "$(of auditstream.getppid.10 '$9') $(of bare.getppid.10 '$9')" | awk '{ print $1 / $2 }')" '<= 1.5'
if [ -x "$BIN/auditbin" ] && has auditd; then
	for call in $LIVE_CALLS; do
		target "auditbin, $call, times the CPU of auditd" \
			"$(echo "$(of auditbin.$call '$4 / $1') $(of auditd.$call '$4 / $1')" | awk 'NF == 2 { print $1 / $2 }')" '<= 0.5'
		target "auditbin, $call, times smaller on disk than auditd" \
			"$(echo "$(of auditbin.$call '$11 / $1') $(of auditd.$call '$11 / $1')" | awk 'NF == 2 { print $2 / $1 }')" '>= 15'
	done
fi
target 'backlog_wait_time 0, percent lost' "$(of auditstream.getppid.overload '100 * ($7 < $1 ? $1 - $7 : 0) / $1')" '<= 1'
