#!/usr/bin/env bash
# The time of a replay against the size of the log: growth.sh [BUILD-DIRECTORY]. It must be a straight line: the same MB/s everywhere.
# shellcheck source=tests/bench/common.bash
source "${0%/*}/common.bash"

begin_jobs
for mb in 1 2 5 10 20 50 100 200 500 1000 2000; do
	[ "$mb" -le "$BENCH_MB" ] || break
	log=$(log_of "$mb")
	job "$mb MB" "$(size_of "$log")" "auditstream -C $CONF -i $log | auditpr -C $CONF -v >/dev/null"
	last=$mb
done
run_jobs

cat <<-END
	## Replay against the size of the log

	\`auditstream -i LOG | auditpr -v\`; starting both programs and reading the configuration is part of it.

END
job_table "$last MB"
if [ "$last" -ge 50 ]; then
	target "rate at $last MB, times that at 20 MB" "$(ratio "$last MB" '20 MB')" '>= 0.85'
fi
