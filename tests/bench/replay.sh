#!/usr/bin/env bash
# Replaying a log, and printing what comes out, beside the peers on the same bytes: replay.sh [BUILD-DIRECTORY]. Where a peer would take
# minutes it gets a small log, and is compared by its rate.
# shellcheck source=tests/bench/common.bash
source "${0%/*}/common.bash"

dense=$(log_of "$BENCH_MB") sparse=$(log_of "$BENCH_MB" 50)
small=$(log_of "$(small_mb)") small_sparse=$(log_of "$(small_mb)" 50) tiny=$(log_of "$(tiny_mb)" 50)
bytes=$(size_of "$dense") sparse_bytes=$(size_of "$sparse")
small_bytes=$(size_of "$small") small_sparse_bytes=$(size_of "$small_sparse") tiny_bytes=$(size_of "$tiny")

cat >"$BENCH_WORK/laurel.toml" <<-END
	directory = "$BENCH_WORK"
	[auditlog]
	file = "laurel.out"
	size = 100000000000
	generations = 1
	[transform]
	execve-argv = ["array"]
END
laurel="laurel -c $BENCH_WORK/laurel.toml <$small_sparse >/dev/null; rm -f $BENCH_WORK/laurel.out"

replay() {
	echo "auditstream -C $CONF -i $1"
}

begin_jobs
job 'auditstream' "$bytes" "$(replay "$dense") >/dev/null"
job 'auditstream, sparse' "$sparse_bytes" "$(replay "$sparse") >/dev/null"
job 'auditstream \| cat' "$bytes" "$(replay "$dense") | cat >/dev/null"
job 'auditstream \| auditpr' "$bytes" "$(replay "$dense") | auditpr -C $CONF >/dev/null"
job 'auditstream \| auditpr -v' "$bytes" "$(replay "$dense") | auditpr -C $CONF -v >/dev/null"
job 'auditstream \| auditpr -F json' "$bytes" "$(replay "$dense") | auditpr -C $CONF -F json >/dev/null"
job 'auditstream \| auditpr -F linux' "$bytes" "$(replay "$dense") | auditpr -C $CONF -F linux >/dev/null"
job 'auditstream \| auditselect \| auditpr -v' "$bytes" \
	"$(replay "$dense") | auditselect -e 'result == FAIL && event == FILE_Open' | auditpr -C $CONF -v >/dev/null"
job_of ausearch 'ausearch --format raw, sparse' "$sparse_bytes" "ausearch --input $sparse --format raw >/dev/null"
job_of ausearch 'ausearch --format raw, small' "$small_bytes" "ausearch --input $small --format raw >/dev/null"
job_of ausearch 'ausearch, small sparse' "$small_sparse_bytes" "ausearch --input $small_sparse >/dev/null"
job_of ausearch 'ausearch -i, tiny sparse' "$tiny_bytes" "ausearch --input $tiny -i >/dev/null"
job_of ausearch 'ausearch --format csv, tiny sparse' "$tiny_bytes" "ausearch --input $tiny --format csv >/dev/null"
job_of ausearch 'ausearch --format text, tiny sparse' "$tiny_bytes" "ausearch --input $tiny --format text >/dev/null"
job_of aureport 'aureport, tiny sparse' "$tiny_bytes" "aureport --input $tiny >/dev/null"
job_of laurel 'laurel (JSON), small sparse' "$small_sparse_bytes" "$laurel"
job 'grep -c' "$bytes" "grep -c type=SYSCALL $dense >/dev/null"
job 'wc -l' "$bytes" "wc -l $dense >/dev/null"
job 'cat \| cat' "$bytes" "cat $dense | cat >/dev/null"
run_jobs

cat <<-END
	## Replay

	A log of $((bytes / 1000000)) MB with $(events_in "$small") events in each $((small_bytes / 1000000)) MB of it; "sparse" is the same with
	times stretched 50 times, the best case of ausearch; "small" is $((small_bytes / 1000000)) MB and "tiny" $((tiny_bytes / 1000000)) MB,
	where a peer would take too long.

END
job_table auditstream

ours='auditstream \| auditpr -v'
json='auditstream \| auditpr -F json'
if has ausearch; then
	target '`auditstream -i`, times `ausearch --format raw`, sparse' "$(ratio 'auditstream, sparse' 'ausearch --format raw, sparse')" '>= 5'
	target '`auditstream -i`, times the same on real times' "$(ratio auditstream 'ausearch --format raw, small')" '>= 5'
	target '`auditstream -i`, times `ausearch -i` (libauparse, interpreted)' "$(ratio auditstream 'ausearch -i, tiny sparse')" '>= 15'
	target '`auditpr -v`, times `ausearch -i`' "$(ratio "$ours" 'ausearch -i, tiny sparse')" '>= 10'
fi
if has laurel; then
	target '`auditpr -v`, times laurel' "$(ratio "$ours" 'laurel (JSON), small sparse')" '>= 10'
	target '`auditpr -F json`, times laurel' "$(ratio "$json" 'laurel (JSON), small sparse')" '>= 10'
fi
target '`auditstream -i`, dense over sparse times' "$(ratio auditstream 'auditstream, sparse')" '>= 0.9'
target '`auditstream -i`, MiB of memory' "$(awk '{ print $4 / 1024 }' "${job_file[auditstream]}" | median | cut -d ' ' -f 1)" '<= 16'
