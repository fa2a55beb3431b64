#!/usr/bin/env bash
# Trails: trail.sh [BUILD-DIRECTORY]. Packing, unpacking, verifying and merging records, beside zstd and cat on the same bytes. Rates are in MB
# of the log that the records were made of, so that they compare with the other tables.
# shellcheck source=tests/bench/common.bash
source "${0%/*}/common.bash"

log=$(log_of "$BENCH_MB") records=$(records_of "$BENCH_MB")
bytes=$(size_of "$log")
trail=$BENCH_WORK/trail

zstd -q -3 -f "$records" -o "$records.zst"
auditcat -p -o "$trail" "$records"

begin_jobs
job 'auditcat -p' "$bytes" "rm -f $trail.new; auditcat -p -o $trail.new $records"
job 'auditcat -u' "$bytes" "auditcat -u $trail >/dev/null"
job 'auditcat -V' "$bytes" "auditcat -V $trail >/dev/null"
job 'auditpr -v of a trail' "$bytes" "auditpr -C $CONF -v $trail >/dev/null"
job 'auditmerge, one file' "$bytes" "auditmerge -q $records >/dev/null"
job 'auditmerge, two' $((2 * bytes)) "auditmerge -q $records $records >/dev/null"
job 'auditmerge -D, two alike' $((2 * bytes)) "auditmerge -qD $records $records >/dev/null"
job 'auditselect of a packed stream' "$bytes" "auditselect -e 'serial > 0' $records.zst >/dev/null"
job 'zstd -1' "$bytes" "zstd -q -1 -c $records >/dev/null"
job 'zstd -3' "$bytes" "zstd -q -3 -c $records >/dev/null"
job 'zstd -d' "$bytes" "zstd -q -d -c $records.zst >/dev/null"
job 'cat \| cat' "$bytes" "cat $records | cat >/dev/null"
run_jobs

# How many times smaller than the log.
smaller() {
	awk -v log_bytes="$bytes" -v bytes="$(size_of "$1")" 'BEGIN { printf "%.3g", log_bytes / bytes }'
}

cat <<-END
	## Trails

	The records of $((bytes / 1000000)) MB of log: $(($(size_of "$records") / 1000000)) MB, packed by zstd -3 $(smaller "$records.zst") times smaller than the log, as a
	trail $(smaller "$trail") times.

END
job_table 'auditmerge, one file'
target '`auditmerge` of two files, times `cat \| cat`' "$(ratio 'auditmerge, two' 'cat \| cat')" '>= 0.5'
target 'a trail, times smaller than the log' "$(smaller "$trail")" '>= 15'
target '`auditcat -p`, times `zstd -3`' "$(ratio 'auditcat -p' 'zstd -3')" '>= 0.8'

# --- one minute out of three days: heads say when their sections end

count=$((BENCH_MB * 10000))
days=$BENCH_WORK/days
minute='date == 2026-11-02T10:03'
say "making a trail of $count records"
auditstream -C "$CONF" -i "$MIX" >"$BENCH_WORK/sample"
"$BUILD/tests/make_trail" "$BENCH_WORK/sample" $count 259200 >"$days"
begin_jobs
job 'the whole trail' "$count" "auditselect -e 'serial > 0' $days >/dev/null"
job 'one minute' "$count" "auditselect -e '$minute' $days >/dev/null"
run_jobs

cat <<-END

	A trail of $count records, spread over three days, $(($(size_of "$days") / 1000000)) MB; $(auditselect -e "$minute" "$days" | auditpr -t0 | wc -l) of them are of the minute that is asked for.

	| | million records/s |
	|---|---|
	| the whole trail | $(rate 'the whole trail' | cut -d ' ' -f 1) |
	| one minute | $(rate 'one minute' | cut -d ' ' -f 1) |
END
[ "$BENCH_MB" -lt 200 ] || target 'one minute of a trail, percent of the time of all' "$(echo "$(ratio 'the whole trail' 'one minute')" | awk '{ print 100 * $1 }')" '<= 2'
