#!/usr/bin/env bash
# What a selection costs: selection.sh [BUILD-DIRECTORY]. auditselect on records, cat through the same pipe, and grep -P and ausearch on
# the same events as text. All rates are in MB of text, so that they compare.
# shellcheck source=tests/bench/common.bash
source "${0%/*}/common.bash"

log=$(log_of "$BENCH_MB") records=$(records_of "$BENCH_MB") small=$(log_of "$(small_mb)")
bytes=$(size_of "$log") small_bytes=$(size_of "$small")

# select_job NAME EXPRESSION
select_job() {
	job "$1" "$bytes" "auditselect -e '$2' $records | cat >/dev/null"
}

# grep_job NAME PATTERN
grep_job() {
	job "$1" "$bytes" "grep -P '$2' $log | cat >/dev/null || true"
}

begin_jobs
header='event == FILE_Open && result == FAIL && login == 9001'
job 'header fields, through a pipe' "$bytes" "cat $records | auditselect -e '$header' | cat >/dev/null"
job 'cat \| cat \| cat' "$bytes" "cat $records | cat | cat >/dev/null"
select_job 'header fields' "$header"
select_job 'everything matches' 'serial > 0'
job 'cat \| cat' "$bytes" "cat $records | cat >/dev/null"
select_job 'exe ~ "/(su\|sudo)$"' 'exe ~ "/(su|sudo)$"'
grep_job 'grep -P exe' ' exe="[^"]*/(su|sudo)"'
select_job 'path ~ "^/usr/(bin\|sbin)/ls$"' 'path ~ "^/usr/(bin|sbin)/ls$"'
grep_job 'grep -P name' ' name="/usr/(bin|sbin)/ls"'
select_job 'key == net' 'key == net'
grep_job 'grep -P key' ' key="net"'
job_of ausearch 'ausearch -x /usr/bin/su, small' "$small_bytes" "ausearch --input $small --format raw -x /usr/bin/su -w >/dev/null"
job_of ausearch 'ausearch -sv no, small' "$small_bytes" "ausearch --input $small --format raw -sv no >/dev/null"
run_jobs

cat <<-END
	## Selecting

	$((bytes / 1000000)) MB as text are $(($(size_of "$records") / 1000000)) MB as records; "small" is $((small_bytes / 1000000)) MB.

END
job_table 'header fields'
target 'selection by the header, times `cat \| cat`' "$(ratio 'header fields' 'cat \| cat')" '>= 0.5'
target 'the same, everything matches' "$(ratio 'everything matches' 'cat \| cat')" '>= 0.5'
target 'selection by `exe ~`, MB/s of text' "$(rate 'exe ~ "/(su\|sudo)$"' | cut -d ' ' -f 1)" '>= 1000'
target 'selection by `exe ~`, times `grep -P`' "$(ratio 'exe ~ "/(su\|sudo)$"' 'grep -P exe')" '>= 1'
target 'selection by `path ~`, times `grep -P`' "$(ratio 'path ~ "^/usr/(bin\|sbin)/ls$"' 'grep -P name')" '>= 1'
target 'selection by `key ==`, times `grep -P`' "$(ratio 'key == net' 'grep -P key')" '>= 1'
if has ausearch; then
	target 'selection by `exe ~`, times `ausearch -x`' "$(ratio 'exe ~ "/(su\|sudo)$"' 'ausearch -x /usr/bin/su, small')" '>= 10'
fi
