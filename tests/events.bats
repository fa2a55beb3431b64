#!/usr/bin/env bats
# The catalogue of events: each is shown by a record, made live where that can be, and documented; AIX's are there or explained.

# shellcheck disable=SC2154 # status, output: bats' run sets them
load helper

setup() {
	cd "$ROOT" || return
}

# The names of the map's events.
mapped() {
	sed -n 's/^\([A-Z][A-Za-z_0-9]*\):$/\1/p' config/eventmap | sort -u
}

# Event, result and tail of every record of the fixtures; D is the directory in which the live table was recorded.
tails() {
	local log

	for log in "$FIXTURES"/*.log; do
		[[ $log == */mix* ]] || stream "$log"
	done | auditpr -C config -r -t0 -w -h e,R | sed -E 's|/srv/as/tmp/tmp\.[A-Za-z0-9]+/D|D|g; s/  +/ /g; s/ $//' | sort -u
}

@test "every event of the map is a row of the live table, and every row an event of the map" {
	mapped >"$BATS_TEST_TMPDIR/map"
	sed -n 's/^\([A-Z][A-Za-z_0-9]*\)\t.*/\1/p' tests/live/events.table | sort -u >"$BATS_TEST_TMPDIR/table"
	assert_same_file "$BATS_TEST_TMPDIR/map" "$BATS_TEST_TMPDIR/table"
}

@test "every row of the live table is shown by a record of the fixtures" {
	local event expected command

	tails >"$BATS_TEST_TMPDIR/tails"
	while IFS=$'\t' read -r event expected command; do
		[[ $event == [A-Z]* ]] || continue
		grep -qxE "$event $expected" "$BATS_TEST_TMPDIR/tails" || echo "no record: $event $expected ($command)"
	done <tests/live/events.table >"$BATS_TEST_TMPDIR/missing"
	assert_same_file /dev/null "$BATS_TEST_TMPDIR/missing"
}

@test "AIX's events: those that Linux has are in the map or are objects', the others say why not" {
	{
		mapped
		grep -o '"[A-Z_]*"' config/objects | tr -d '"' | sort -u
	} >"$BATS_TEST_TMPDIR/made"
	grep -v '^\*' doc/events.aix | grep -vP '\t' >"$BATS_TEST_TMPDIR/has"
	run grep -vxF -f "$BATS_TEST_TMPDIR/made" "$BATS_TEST_TMPDIR/has"
	assert_output ""
	run grep -xF -f <(grep -P '^\w+\t' doc/events.aix | cut -f1) "$BATS_TEST_TMPDIR/made"
	assert_output ""
	# AIX's classes are accepted: the file events has all the names.
	run grep -vxF -f <(sed -n 's/^\t\([A-Za-z_0-9]*\) =.*/\1/p' config/events) <(grep -v '^\*' doc/events.aix | cut -f1)
	assert_output ""
}

@test "doc/events.aix has every name that is known of AIX" {
	local facts=$CORPORA/../reference/aix-events.tsv
	[ -e "$facts" ] || skip "optional: $facts is not here"
	run diff <(tail -n +2 "$facts" | cut -f1) <(grep -v '^\*' doc/events.aix | cut -f1)
	assert_output ""
}

@test "doc/events.md is what make events-doc writes" {
	need perl
	doc/events.sh "$BIN" >"$BATS_TEST_TMPDIR/events.md"
	assert_same_file doc/events.md "$BATS_TEST_TMPDIR/events.md"
}

@test "of the public logs no line is lost without a message" {
	need_corpora selinux
	local log lines printed skipped

	find "$CORPORA/arch-samples" "$CORPORA/audit-userspace" "$CORPORA/oms-auditd-plugin" "$CORPORA/selinux" "$CORPORA/setroubleshoot" \
		-name '*.log' -o -name audit.txt >"$BATS_TEST_TMPDIR/logs"
	while read -r log; do
		lines=$(grep -c . "$log")
		printed=$(stream "$log" 2>"$BATS_TEST_TMPDIR/err" | auditpr -F linux | wc -l)
		# "line 9: not an audit record, nor the 3 before it": 4
		skipped=$(sed -n 's/.*: not an audit record\(, nor the \([0-9]*\) before it\)\?$/\20/p' "$BATS_TEST_TMPDIR/err" |
			awk '{ n += 1 + int($1 / 10) } END { print n + 0 }')
		[ "$((printed + skipped))" -eq "$lines" ] || echo "$log: $lines lines, $printed printed, $skipped reported"
	done <"$BATS_TEST_TMPDIR/logs" >"$BATS_TEST_TMPDIR/lost"
	assert_same_file /dev/null "$BATS_TEST_TMPDIR/lost"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/logs")" -gt 20 ]
}
