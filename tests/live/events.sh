#!/usr/bin/env bash
# Every event of the map, made on the real kernel: events.sh BUILD-DIRECTORY. Each row of events.table is a check of its own (TAP).
#
# All commands run one after the other under one stream; then each row looks for its event, result and tail among the records. With
# KEEP=FILE the kernel's lines of the rows' records are left there, for tests/fixtures/events.log.
# shellcheck disable=SC2317 # the trap and the table call what nothing here calls
set -u
cd "${0%/*}/../.." || exit 1

TABLE=tests/live/events.table
CALL=$(realpath "$1/tests/call")
TYPED=$PWD/tests/live/typed.pl
BATS_FILE_TMPDIR=$(mktemp -d)
BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
export CALL TYPED BATS_FILE_TMPDIR BATS_TEST_TMPDIR
rows=$(grep -c "^[A-Z]" "$TABLE")

# What the helper expects of bats.
bats_require_minimum_version() { :; }
skip() {
	echo "1..1"
	echo "ok 1 every event on the kernel # skip $1"
	exit 0
}
# shellcheck source=tests/live/helper.bash
source tests/live/helper.bash

end() {
	live_end
	rm -rf "$BATS_FILE_TMPDIR"
}

# The commands of the table, as one process with the login uid of the tests. The status and messages of row N go to rows/N.
run_rows() {
	local event expected command n=0

	call() { "$CALL" "$@"; }
	say() { "$CALL" "!$1" "$2"; }
	listen() {
		"$BIN/auditstream" -M -C "$CONF" >/dev/null 2>&1 &
		sleep 0.2
		kill "$!"
	}
	while IFS=$'\t' read -r event expected command; do
		[[ $event == [A-Z]* ]] || continue
		n=$((n + 1))
		case $command in
		-*) continue ;;
		'say '*)
			command=${command#say }
			(say "${command%% *}" "${command#* }")
			;;
		*) (cd "$D" && eval "$command") ;;
		esac >/dev/null 2>"$ROWS/$n" </dev/null
		echo "exit status $?" >>"$ROWS/$n"
	done <"$TABLE"
}

# Why the machine could not do row N; fails if it could.
excuse() {
	local status
	status=$(sed -n 's/^exit status //p' "$ROWS/$1")

	[ "$status" != 139 ] || { echo "no 32-bit calls here"; return; }
	grep -v '^exit status' "$ROWS/$1" | head -n 1 | tr '#' ' ' | grep .
}

check_rows() {
	local event expected command n=0

	while IFS=$'\t' read -r event expected command; do
		[[ $event == [A-Z]* ]] || continue
		n=$((n + 1))
		if [[ $command == -* ]]; then
			echo "ok $n $event # skip optional: ${command#- }"
		elif grep -qxE "$event $expected" "$BATS_FILE_TMPDIR/tails"; then
			echo "ok $n $event: $expected" | tr '#' ' '
		elif why=$(excuse "$n"); then
			echo "ok $n $event # skip optional: $why"
		else
			echo "not ok $n $event: $command"
			echo "# expected: $expected"
			grep "^$event " "$BATS_FILE_TMPDIR/tails" | head -n 3 | sed 's/^/# actual: /'
		fi
	done <"$TABLE"
}

trap end EXIT
live_begin || exit 1
D=$BATS_FILE_TMPDIR/D ROWS=$BATS_FILE_TMPDIR/rows RECORDS=$BATS_FILE_TMPDIR/records
mkdir "$D" "$ROWS"
export D ROWS TABLE
auditctl -b 8192 >/dev/null
auditctl -e 1 >/dev/null
rule events -a always,exit -F arch=b64 -S all -F "auid=$TEST_AUID" -F "exe=$CALL" >/dev/null
rule events32 -a always,exit -F arch=b32 -S all -F "auid=$TEST_AUID" -F "exe=$CALL" >/dev/null
# What no system call alone makes: programs that know more than the kernel tells.
rule programs -a always,exit -F arch=b64 -S execve,capset,getxattr,setxattr,fsetxattr,openat,rename,unlink -F "auid=$TEST_AUID" >/dev/null
live_stream "$RECORDS" || exit 1
export -f run_rows
as_login bash -c run_rows 3>&-
sleep 0.3 # what the kernel does later: a program's end, a rule that goes with its directory
live_stop || echo "# auditstream's exit status is $?"
auditpr -C "$CONF" -t0 -w -h e,R -i "$RECORDS" | sed -E "s|$D|D|g; s/  +/ /g; s/ $//" >"$BATS_FILE_TMPDIR/tails"
echo "1..$rows"
check_rows
[ -z "${KEEP-}" ] || cp "$RECORDS" "$KEEP"
