#!/usr/bin/env bash
# What the facts cost: facts.sh [BUILD-DIRECTORY]. CPU time of auditstream with them and without (-F), in a replay and, as root, on the
# kernel's own events: of processes that open a file again and again, and of some that run programs.
# shellcheck source=tests/bench/common.bash
source "${0%/*}/common.bash"

MOST=1.4 # times the CPU time without

log=$(log_of "$BENCH_MB" 50)
begin_jobs
job 'with facts' "$(size_of "$log")" "auditstream -C $CONF -i $log >/dev/null"
job 'without (-F)' "$(size_of "$log")" "auditstream -F -C $CONF -i $log >/dev/null"
run_jobs

cat <<-END
	## The facts

	Origin, tag, ancestry, container and unit on every record, and without them (\`-F\`).

END
job_table 'with facts'
target 'replay with facts, times the CPU time without' \
	"$(echo "$(cpu_rate 'without (-F)') $(cpu_rate 'with facts')" | awk 'NF == 2 { print $1 / $2 }')" "<= $MOST"
if [ "${BENCH_LIVE-1}" = 0 ] || [ "$(id -u)" -ne 0 ]; then
	exit 0
fi

# --- the kernel's events

# shellcheck source=tests/bench/live.bash
source "${0%/*}/live.bash"

start_without_facts() {
	into_sink
	start_stream -F
}

echo
begin_live
for ((i = 0; i < LIVE_REPEAT; i++)); do
	for call in open exec; do
		RUN_SUFFIX=.facts run auditstream stream $call -w 2
		RUN_SUFFIX=.facts run without_facts stream $call -w 2
	done
done
echo '| load | auditstream, us an event: with facts | without | times |'
echo '|---|---|---|---|'
for call in open exec; do
	with=$(of "auditstream.$call.facts" '$4 / $1 / 1000') without=$(of "without_facts.$call.facts" '$4 / $1 / 1000')
	times=$(awk -v with="$with" -v without="$without" 'BEGIN { print with / without }')
	printf '| %s | %.1f | %.1f | %.3g |\n' $call "$with" "$without" "$times"
	target "$call storm with facts, times the CPU time without" "$times" "<= $MOST"
done
