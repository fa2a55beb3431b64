#!/usr/bin/env bats
# audit start and shutdown on the kernel: what is audited arrives once, and the kernel is left as it was found.
# shellcheck source=tests/live/helper.bash
load helper

setup_file() {
	live_begin
	live_user
}

teardown_file() {
	live_end
}

setup() {
	need perl setpriv
	DIR=$BATS_TEST_TMPDIR
	STREAM=$DIR/stream
	export AUDIT_RUNDIR=$DIR/run
	mkdir -m 755 "$DIR/conf"
	cp "$CONF/eventmap" "$CONF/events" "$DIR/conf"
	printf '* none\n' >"$DIR/conf/objects"
	configure 'calls = SYS_getppid' 'as-test = calls'
	commands "auditstream > $STREAM &"
	found=$(kernel)
}

teardown() {
	audit shutdown >/dev/null || true
	local pid
	for pid in $(in_session) ${STREAM_PID-}; do
		kill -KILL "$pid" 2>/dev/null || true
	done
}

# configure CLASSES USERS [START]: lines of these stanzas
configure() {
	printf 'start:\n\tstreammode = on\n%b\nstream:\n\tcmds = %s/conf/streamcmds\n\nclasses:\n\t%b\n\nusers:\n\t%b\n' \
		"${3-}" "$DIR" "$1" "$2" >"$DIR/conf/config.new"
	mv "$DIR/conf/config.new" "$DIR/conf/config"
}

commands() {
	printf '%s\n' "$@" >"$DIR/conf/streamcmds"
}

start() {
	audit -C "$DIR/conf" start "$@" 3>&-
}

# What auditing may change in the kernel.
kernel() {
	auditctl -s | grep -E '^(enabled|failure|pid|backlog_limit|backlog_wait_time) '
	auditctl -l
}

# The processes of the stream commands.
in_session() {
	local session process

	session=$(awk '$1 == "session" { print $3 }' "$AUDIT_RUNDIR/state" 2>/dev/null)
	[ -n "$session" ] || return 0
	for process in /proc/[0-9]*; do
		[ "$(cat "$process/sessionid" 2>/dev/null)" != "$session" ] || echo "${process#/proc/}"
	done
}

# as_test COMMAND...: the test user, logged in, which is who the configuration audits
as_test() {
	TEST_AUID=$TEST_UID as_user "$@"
}

# calls COUNT: so many system calls that the configuration audits
calls() {
	# shellcheck disable=SC2016 # for perl
	as_test perl -e 'getppid() for 1 .. $ARGV[0]' "$1"
}

# How many of these events of calls() were recorded for the test user. (The leak sanitizer's thread makes such calls too.)
recorded() {
	auditselect -e "event == $1 && login == $TEST_UID && command == perl" "$STREAM" | auditpr -C "$CONF" -t 0 -h e | wc -l
}

@test "live: start and shutdown leave the kernel as it was, and every event between them is in the stream" {
	run start
	assert_status 0
	calls 5000
	run audit shutdown
	assert_output 'auditing reset'
	assert_status 0
	assert_equal "$found" "$(kernel)"
	assert_equal '' "$(in_session)"
	assert_equal 5000 "$(recorded SYS_getppid)"
	[ ! -e "$AUDIT_RUNDIR/state" ]
}

@test "live: shutdown where nothing is started says so and does not disturb" {
	run audit shutdown
	assert_output 'auditing off'
	assert_status 0
	assert_equal "$found" "$(kernel)"
}

@test "live: only the users in the configuration are audited" {
	start
	as_login perl -e 'getppid() for 1 .. 100'
	calls 10
	audit shutdown
	assert_equal 10 "$(recorded SYS_getppid)"
	assert_equal 0 "$(auditselect -e "event == SYS_getppid && login != $TEST_UID" "$STREAM" | auditpr -C "$CONF" -t 0 | wc -l)"
}

@test "live: a second start says so, and changes nothing" {
	start
	local before
	before=$(kernel; cat "$AUDIT_RUNDIR/state"; in_session)
	run start
	assert_output 'audit: ** auditing enabled already'
	assert_status 1
	assert_equal "$before" "$(kernel; cat "$AUDIT_RUNDIR/state"; in_session)"
}

@test "live: a mistake in a file stops start before anything is changed" {
	configure 'calls = SYS_getppid' 'as-test = cals'
	run start
	assert_output "audit: $DIR/conf/config:11: user \`as-test\`: no class \`cals\`: did you mean \`calls\`?"
	assert_status 1
	assert_equal "$found" "$(kernel)"
	[ ! -e "$AUDIT_RUNDIR/state" ]
}

@test "live: a stream command that fails at once undoes the start" {
	commands "auditstream > $DIR/nowhere/stream &"
	run start
	assert_contains 'nowhere/stream'
	assert_contains 'auditing is not started'
	assert_status 1
	assert_equal "$found" "$(kernel)"
	[ ! -e "$AUDIT_RUNDIR/state" ]
}

@test "live: stream commands that end at once undo the start" {
	commands "auditstream -n 1 -i $FIXTURES/mix.log > $STREAM &"
	run start
	assert_contains 'the stream commands ended at once'
	assert_status 1
	assert_equal "$found" "$(kernel)"
}

@test "live: after everything was killed, start takes away what was left, and starts" {
	start
	local pid
	for pid in $(in_session); do
		kill -KILL "$pid"
	done
	[ "$(kernel)" != "$found" ]
	run start
	assert_contains 'what it left is taken away'
	assert_status 0
	calls 10
	audit shutdown
	assert_equal 10 "$(recorded SYS_getppid)"
	assert_equal "$found" "$(kernel)"
}

@test "live: onfull = drop: nobody waits, auditing runs first, and shutdown leaves no trace of it, whoever was killed" {
	configure 'calls = SYS_getppid' 'as-test = calls' '\tonfull = drop\n'
	local class pid kauditd
	kauditd=$(pgrep -x kauditd)
	class=$(ps -o cls= -p "$kauditd")
	for signal in TERM KILL; do
		start
		[ "$(auditctl -s | awk '$1 == "backlog_wait_time" { print $2 }')" = 0 ]
		assert_equal FF "$(ps -o cls= -p "$kauditd" | tr -d ' ')"
		calls 10
		for pid in $(in_session); do
			[ $signal = TERM ] || kill -KILL "$pid"
		done
		audit shutdown || [ $signal = KILL ]
		[ $signal = KILL ] || assert_equal 10 "$(recorded SYS_getppid)"
		assert_equal "$found" "$(kernel)"
		assert_equal "$class" "$(ps -o cls= -p "$kauditd")"
	done
}

@test "live: a start that was killed half-way is undone by the next" {
	commands "sleep 1000; auditstream > $STREAM"
	start &
	local pid=$!
	wait_for 10 grep -q 'session = [1-9]' "$AUDIT_RUNDIR/state"
	kill -KILL $pid $(pgrep -P $pid)
	wait $pid || true
	commands "auditstream > $STREAM &"
	run start
	assert_contains 'what it left is taken away'
	assert_status 0
	audit shutdown
	assert_equal "$found" "$(kernel)"
}

@test "live: off suspends and on resumes, with the streams still there" {
	start
	local streams
	streams=$(in_session)
	calls 3
	audit off
	calls 100
	run audit query
	assert_equal 'auditing off' "${lines[0]}"
	assert_contains 'calls - SYS_getppid'
	run audit off
	assert_output 'audit: auditing is off already'
	assert_status 1
	audit on
	calls 4
	run audit on
	assert_output 'audit: ** auditing enabled already'
	assert_status 1
	assert_equal "$streams" "$(in_session)"
	audit shutdown
	assert_equal 7 "$(recorded SYS_getppid)"
	assert_equal "$found" "$(kernel)"
}

@test "live: shutdown after off leaves the kernel as found" {
	start
	audit off
	run audit shutdown
	assert_output 'auditing reset'
	assert_equal "$found" "$(kernel)"
}

@test "live: off, on and reload need a start; on panic needs bins" {
	run audit off
	assert_output 'audit: auditing is not started: audit start'
	assert_status 1
	run audit on fullpath
	assert_output 'audit: auditing is not started: audit start'
	run start -r
	assert_output 'audit: auditing is not started: audit start'
	assert_status 1
	start
	run audit on panic
	assert_output 'audit: on panic: this is for bins, and binmode is off'
	assert_status 1
}

@test "live: reloads under load: no event is lost, none comes twice" {
	start
	local before reloads=0
	before=$(kernel)
	# shellcheck disable=SC2016 # for perl
	as_test perl -e '
		for (my $end = time + 8; time < $end; select(undef, undef, undef, 0.001)) {
			getppid() for 1 .. 50;
			$made += 50;
		}
		print $made' >"$DIR/made" 3>&- &
	local load=$!
	while kill -0 $load 2>/dev/null; do
		if ((reloads % 2)); then
			configure 'calls = SYS_getppid' 'as-test = calls'
		else
			configure 'calls = SYS_getppid, FILE_Mode' 'as-test = calls'
		fi
		start -r
		[ "$(kernel)" != "$before" ]
		before=$(kernel)
		reloads=$((reloads + 1))
	done
	wait $load
	audit shutdown
	echo "$reloads reloads, $(<"$DIR/made") events"
	[ $reloads -ge 20 ]
	[ "$(<"$DIR/made")" -gt 10000 ]
	assert_equal "$(<"$DIR/made")" "$(recorded SYS_getppid)"
	assert_equal "$found" "$(kernel)"
}

@test "live: a reload with a mistake changes nothing" {
	start
	local before
	before=$(kernel)
	configure 'calls = SYS_getppid' 'as-test = cals'
	run start -r
	assert_contains 'no class `cals`'
	assert_status 1
	assert_equal "$before" "$(kernel)"
	calls 5
	audit shutdown
	assert_equal 5 "$(recorded SYS_getppid)"
}

@test "live: the stream does not audit itself, whoever runs it" {
	configure 'calls = FILE_Write, FILE_Open, FILE_Read, SYS_getppid, PROC_Execute' 'as-test = calls'
	commands "auditstream | auditpr -w > $DIR/text &" "auditstream > $STREAM &"
	TEST_AUID=$TEST_UID as_login audit -C "$DIR/conf" start 3>&-
	calls 10
	sleep 1
	local before
	before=$(wc -c <"$DIR/text")
	sleep 2
	assert_equal "$before" "$(wc -c <"$DIR/text")"
	audit shutdown
	assert_equal 10 "$(recorded SYS_getppid)"
	refute_contains 'auditpr' "$(grep -v getppid "$DIR/text")"
}

@test "live: beside another audit daemon streams are multicast, and it is not disturbed" {
	live_stream "$DIR/other"
	found=$(kernel)
	run start
	assert_contains "process $STREAM_PID is the kernel's audit daemon: the streams read beside it (multicast)"
	assert_status 0
	calls 10
	run audit query -v
	assert_contains 'multicast'
	run audit shutdown
	assert_output 'auditing reset'
	assert_equal "$found" "$(kernel)"
	kill -0 "$STREAM_PID"
	live_stop
	assert_equal 10 "$(recorded SYS_getppid)"
	STREAM=$DIR/other
	assert_equal 10 "$(recorded SYS_getppid)"
}

@test "live: query shows what is audited, the kernel and the streams" {
	printf '/etc/hostname:\n\tw = "S_HOSTNAME_WRITE"\n' >"$DIR/conf/objects"
	configure 'calls = SYS_getppid, USER_SU-\n\tmore = calls, FILE_Unlink' 'as-test = more'
	start
	run audit query
	assert_output $'auditing on\nbin processing off\naudit events:\n\tcalls - SYS_getppid,USER_SU-\n\tmore - calls,FILE_Unlink\naudit objects:\n\t/etc/hostname:\n\t\tw = S_HOSTNAME_WRITE'
	run audit query -v
	assert_match $'\nkernel:\n\tenabled 1\n'
	assert_match $'\n\trules [1-9][0-9]*, and 0 of others\n'
	assert_match 'auditstream is process [0-9]+: unicast, received [0-9]+, written [0-9]+, queued [0-9]+ bytes'
}

@test "live: what a stream command says, and how it ends, is kept" {
	commands "auditstream > $STREAM &" "sleep 1; echo trouble >&2; exit 7"
	start
	wait_for 10 grep -q 'exit status 7' "$AUDIT_RUNDIR/messages"
	run grep -A1 trouble "$AUDIT_RUNDIR/messages"
	assert_output $'trouble\nstream command of line 2: exit status 7'
}

@test "live: what dies in a pipeline is heard of, also where its line has no &" {
	# shellcheck disable=SC2016 # the inner shell's
	commands "auditstream > $STREAM &" 'sh -c "sleep 1; kill -KILL \$\$" | cat >/dev/null'
	start
	wait_for 10 grep -q 'ended by signal 9' "$AUDIT_RUNDIR/messages"
}

@test "live: a stream command that does not end is named, and shutdown goes on" {
	commands "auditstream > $STREAM &" "sleep 1000"
	start
	run audit shutdown
	assert_contains 'still running: sleep'
	assert_contains 'auditing reset'
	assert_status 1
	[ "$(kernel)" = "$found" ]
}

@test "live: a rule that the kernel refuses undoes the start" {
	# More than NAME_MAX.
	printf '/etc/%s:\n\tw = "S_X"\n' "$(printf 'a%.0s' {1..300})" >"$DIR/conf/objects"
	run start
	assert_contains 'auditing is not started'
	assert_status 1
	assert_equal "$found" "$(kernel)"
	assert_equal '' "$(in_session)"
	[ ! -e "$AUDIT_RUNDIR/state" ]
}

@test "live: what audit does is recorded" {
	configure 'calls = AUD_It' 'root = calls'
	start
	start -r
	audit off
	audit on
	audit shutdown
	run bash -c "auditselect -e 'event == AUD_It' '$STREAM' | auditpr -C '$CONF' -t 0 -h e,R -w | grep -o 'op=audit[a-z-]*\|audit-[a-z]*'"
	assert_output $'audit-start\naudit-reload\naudit-off\naudit-on\naudit-shutdown'
}

@test "live: of several streams that start together one is unicast, and each gets every event" {
	local round i
	for round in 1 2 3; do
		commands "auditstream > $DIR/stream.1 & auditstream > $DIR/stream.2 & auditstream > $DIR/stream.3 & auditstream > $DIR/stream.4 &"
		echo "round $round"
		start
		wait_for 10 four_listen
		calls 20
		run audit query -v
		assert_equal 1 "$(grep -c ': unicast' <<<"$output")"
		audit shutdown
		for i in 1 2 3 4; do
			STREAM=$DIR/stream.$i
			assert_equal 20 "$(recorded SYS_getppid)"
		done
	done
}

four_listen() {
	[ "$(cat "$AUDIT_RUNDIR"/stream.* | grep -c '^pid')" -eq 4 ]
}
