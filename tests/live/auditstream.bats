#!/usr/bin/env bats
# auditstream on the kernel's own audit: what was done is compared, field by field, with what the records say.
# shellcheck source=tests/live/helper.bash
load helper

setup_file() {
	live_begin
	live_user
	auditctl -b 8192 >/dev/null
	auditctl -e 1 >/dev/null
}

teardown_file() {
	live_end
}

setup() {
	DIR=$BATS_TEST_TMPDIR
	RECORDS=$DIR/records
	cd "$DIR" || return
	need jq setpriv perl
}

teardown() {
	local pid
	for pid in ${STREAM_PID-} ${FIRST_PID-} ${STORM-}; do
		kill -KILL "$pid" 2>/dev/null || true
	done
	local key
	for key in $(auditctl -l | grep -o 'as-test-[a-z0-9-]*' | sort -u); do
		auditctl -D -k "$key" >/dev/null
	done
}

# Ends the stream and leaves its records as JSON lines.
collect() {
	live_stop
	STREAM_PID=
	auditpr -C "$CONF" -F json -i "$RECORDS" >"$DIR/json"
}

# of EVENT FILTER: what jq's filter says of the records of that event by the test's login uid, a line each
of() {
	jq -c "select(.EventType == \"$1\" and .LoginUID == $TEST_AUID) | $2" "$DIR/json"
}

audit_calls() {
	rule "$1" -a always,exit -F arch=b64 -S "$2" -F "auid=$TEST_AUID" >/dev/null
}

wait_for_event() {
	wait_for 10 found_event "$1"
}

found_event() {
	auditpr -h e -t 0 -i "$RECORDS" 2>/dev/null | grep -q "^$1"
}

@test "live: an exec with 200 arguments and odd bytes is one record with all of them" {
	local args=() i
	for ((i = 1; i <= 195; i++)); do args+=("argument-number-$i"); done
	args+=($'new\nline' 'two words' "it's" $'\xff\xfe' '')
	audit_calls exec execve
	live_stream "$RECORDS"
	as_login /bin/true "${args[@]}"
	wait_for_event PROC_Execute
	collect

	run of PROC_Execute 'select(.Exe | endswith("/true")) | [.Status, (.Argv | length), .Argv[0], .Argv[195], .Argv[196], .Argv[197], .Argv[198], .Argv[199], .Argv[200]]'
	assert_output '["OK",201,"/bin/true","argument-number-195","new\nline","two words","it'\''s","\\xff\\xfe",""]'
}

@test "live: pid, parent, users, session and directory of a command are what they were" {
	audit_calls exec execve
	live_stream "$RECORDS"
	cd "$DIR"
	# shellcheck disable=SC2016 # for the inner shell
	as_user sh -c 'echo "$$ $PPID $(cat /proc/self/sessionid)" >ids; exec /bin/true' || true
	as_login sh -c 'echo "$$ $PPID $(cat /proc/self/sessionid)" >ids; exec /bin/true'
	wait_for_event PROC_Execute
	collect

	read -r pid ppid session <ids
	run of PROC_Execute "select(.PID == $pid and (.Exe | endswith(\"/true\"))) | [.ParentPID, .RealUID, .Real, .EffectiveUID, .Session, .Cwd, .Syscall, .Exit]"
	assert_output "[$ppid,0,\"root\",0,$session,\"$DIR\",\"execve\",0]"
}

@test "live: open, write, rename, chmod, link and unlink in a watched directory" {
	mkdir "$DIR/watched"
	rule dir -a always,exit -F arch=b64 -S openat,open,creat,rename,renameat,renameat2,chmod,fchmodat,link,linkat,unlink,unlinkat \
		-F "dir=$DIR/watched" -F "auid=$TEST_AUID" >/dev/null
	live_stream "$RECORDS"
	cd "$DIR/watched"
	as_login perl -e '
		open(F, ">", "a b") or die; print F "x"; close F;
		chmod(0640, "a b") or die;
		rename("a b", "c") or die;
		link("c", "../watched/d") or die;
		unlink("d") or die;'
	wait_for_event FILE_Unlink
	collect

	run of FILE_Open 'select(.Path[0] | endswith("a b")) | [.Status, .Path[0], .Errno]'
	assert_output "[\"OK\",\"$DIR/watched/a b\",null]"
	run of FILE_Mode '[.Status, .Verbose]'
	assert_output "[\"OK\",\"mode: 640 filename $DIR/watched/a b\"]"
	run of FILE_Rename '.Verbose'
	assert_output "\"frompath: $DIR/watched/a b topath: $DIR/watched/c\""
	run of FILE_Link '.Verbose'
	assert_output "\"linkname $DIR/watched/d filename $DIR/watched/c\""
	run of FILE_Unlink '.Verbose'
	assert_output "\"filename $DIR/watched/d\""
}

@test "live: what is not there is FAIL, with its errno and the absolute path" {
	rule missing -a always,exit -F arch=b64 -S open,openat -F exit=-ENOENT -F "auid=$TEST_AUID" >/dev/null
	live_stream "$RECORDS"
	mkdir "$DIR/sub"
	cd "$DIR/sub"
	run ! as_login cat ../missing
	wait_for_event FILE_Open
	collect

	run of FILE_Open 'select(.Path[0] | endswith("/missing")) | [.Status, .Errno, .Path[0]]'
	assert_output "[\"FAIL\",\"ENOENT\",\"$DIR/missing\"]"
}

@test "live: what another user may not read is FAIL_DAC, and names that user" {
	echo secret >"$DIR/secret"
	chmod 600 "$DIR/secret"
	chmod 755 "$DIR"
	chmod o+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR/test"
	rule secret -a always,exit -F arch=b64 -S open,openat -F "path=$DIR/secret" -F "auid=$TEST_AUID" >/dev/null
	live_stream "$RECORDS"
	run ! as_user cat "$DIR/secret"
	wait_for_event FILE_Open
	collect

	run of FILE_Open '[.Status, .Errno, .RealUID, .Real, .LoginUID, .Command, .Path[0]]'
	assert_output "[\"FAIL_DAC\",\"EACCES\",$TEST_UID,\"$TEST_USER\",$TEST_AUID,\"cat\",\"$DIR/secret\"]"
}

@test "live: a failing su is USER_SU with FAIL_AUTH" {
	need su
	live_stream "$RECORDS"
	as_user sh -c 'echo wrong | su root -c true' || true
	wait_for_event USER_SU
	collect

	run of USER_SU '[.Status, .RealUID, .Command, .Verbose]'
	assert_output "[\"FAIL_AUTH\",$TEST_UID,\"su\",\"root\"]"
}

@test "live: a lone event leaves at once, not with the next one" {
	audit_calls exec execve
	live_stream "$RECORDS"
	sleep 0.3
	as_login /bin/true
	wait_for 1 found_event PROC_Execute
}

@test "live: SIGTERM drains what the kernel holds, exits 0, and leaves no daemon behind" {
	audit_calls ppid getppid
	live_stream "$RECORDS"
	assert_equal "$STREAM_PID" "$(audit_status pid)"
	as_login perl -e 'syscall(110) for 1..5000'
	collect
	assert_equal 0 "$(audit_status pid)"
	assert_equal 5000 "$(of SYS_getppid .Serial | sort -u | wc -l)"
	assert_equal 0 "$(jq 'select(.EventType == "AUD_Lost_Recs")' "$DIR/json" | wc -l)"
}

gone() {
	! kill -0 "$1" 2>/dev/null
}

# slow_reader FILE: reads the pipe $DIR/pipe into FILE once $DIR/go exists; sets READER
slow_reader() {
	mkfifo "$DIR/pipe"
	{ wait_for 60 test -e "$DIR/go"; cat; } <"$DIR/pipe" >"$1" 3>&- &
	READER=$!
}

# A stream with the smallest queue whose reader is slow_reader; sets STREAM_PID
to_pipe() {
	AIX_AUDITBUFSZ=8192 "$BIN/auditstream" -C "$CONF" >"$DIR/pipe" 2>"$DIR/slow.err" 3>&- &
	STREAM_PID=$!
	wait_for 10 grep -q cast: "$DIR/slow.err"
}

calls_seen() {
	auditpr -C "$CONF" -F json -i "$1" >"$DIR/json"
	of SYS_getppid .Serial | sort -u | wc -l
}

@test "live: it begins and ends amid a storm of events, and claims no loss" {
	need_plain_build
	audit_calls ppid getppid
	as_login perl -e 'alarm 60; open(my $f, ">", "pid"); print $f $$; close($f); syscall(110) while 1' &
	wait_for 10 test -s pid
	STORM=$(<pid)
	live_stream "$RECORDS"
	sleep 0.5
	stops_with 0
	kill "$STORM" # it still ran
	STORM=
	auditpr -h e -t 0 -i "$RECORDS" | grep -q getppid
	assert_equal "" "$(auditpr -F linux -i "$RECORDS" | grep lost-records)"
}

@test "live: unicast waits for a reader that sleeps, and loses nothing" {
	audit_calls ppid getppid
	slow_reader "$RECORDS"
	to_pipe
	as_login perl -e 'syscall(110) for 1..20000'
	touch "$DIR/go"
	live_stop
	STREAM_PID=
	wait "$READER"
	assert_equal 20000 "$(calls_seen "$RECORDS")"
	assert_equal "" "$(auditpr -F linux -i "$RECORDS" | grep lost-records)"
}

@test "live: a multicast reader that is too slow says what was lost, and lost and seen add up" {
	need_plain_build
	audit_calls ppid getppid
	live_stream "$DIR/all"
	FIRST_PID=$STREAM_PID
	slow_reader "$RECORDS"
	to_pipe
	grep -q 'multicast: beside the audit daemon' "$DIR/slow.err"
	as_login perl -e 'syscall(110) for 1..60000'
	kill -TERM "$FIRST_PID"
	wait "$FIRST_PID"
	FIRST_PID=
	touch "$DIR/go"
	stops_with 2
	wait "$READER"

	assert_equal 60000 "$(calls_seen "$DIR/all")"
	# Lines of the kernel that came through, and those that were reported lost: together, all that the other reader got.
	local all_lines seen lost
	all_lines=$(auditpr -F linux -i "$DIR/all" | wc -l)
	seen=$(auditpr -F linux -i "$RECORDS" | grep -vc lost-records)
	lost=$(told_lost queue)
	[ "$lost" -gt 0 ]
	# Each reader has a few lines of its own: its joining and leaving, before or after the other one listened.
	echo "all $all_lines, seen $seen, lost $lost"
	between $((all_lines - 30)) $((seen + lost)) $((all_lines + 30))
	auditpr -C "$CONF" -w -t 0 -i "$RECORDS" | grep -q '^AUD_Lost_Recs .*queue'
}

@test "live: beside a daemon the stream is multicast, and both see the same" {
	audit_calls ppid getppid
	live_stream "$DIR/first"
	FIRST_PID=$STREAM_PID
	grep -q 'unicast' "$DIR/first.err"
	live_stream "$RECORDS"
	grep -q 'multicast: beside the audit daemon' "$RECORDS.err"
	as_login perl -e 'syscall(110) for 1..100'
	collect
	assert_equal 100 "$(of SYS_getppid .Serial | sort -u | wc -l)"
	kill -TERM "$FIRST_PID"
	wait "$FIRST_PID"
	FIRST_PID=
	auditpr -C "$CONF" -F json -i "$DIR/first" >"$DIR/json"
	assert_equal 100 "$(of SYS_getppid .Serial | sort -u | wc -l)"
}

@test "live: only CAP_AUDIT_CONTROL is kept while capturing" {
	live_stream "$RECORDS"
	# 1 << CAP_AUDIT_CONTROL (30), linux/capability.h
	assert_equal "0000000040000000" "$(awk '$1 == "CapPrm:" { print $2 }' "/proc/$STREAM_PID/status")"
	assert_equal "0000000040000000" "$(awk '$1 == "CapEff:" { print $2 }' "/proc/$STREAM_PID/status")"
	assert_equal 1 "$(awk '$1 == "NoNewPrivs:" { print $2 }' "/proc/$STREAM_PID/status")"
	live_stop
	STREAM_PID=
}

@test "live: without permission it says what is needed, and how to replay a file" {
	cp "$BIN/auditstream" "$DIR/auditstream"
	cp -r "$CONF" "$DIR/conf"
	chmod -R o+rX "$DIR"
	chmod o+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR/test"
	run setpriv --reuid 65534 --regid 65534 --clear-groups "$DIR/auditstream" -C "$DIR/conf"
	assert_status 1
	assert_contains "CAP_AUDIT"
	assert_contains "auditstream -i /var/log/audit/audit.log"
}

@test "live: where auditing is off it says so and waits" {
	auditctl -e 0 >/dev/null
	live_stream "$RECORDS"
	wait_for 5 grep -q 'auditing is off in the kernel' "$RECORDS.err"
	kill -0 "$STREAM_PID"
	auditctl -e 1 >/dev/null
	auditctl -b 8190 >/dev/null
	wait_for_event AUD_
	live_stop
	STREAM_PID=
}

@test "live: -n ends after so many records, and the registration is given back" {
	audit_calls ppid getppid
	live_stream "$RECORDS" -n 5
	as_login perl -e 'syscall(110) for 1..50'
	wait_for 5 gone "$STREAM_PID"
	STREAM_PID=
	assert_equal 5 "$(auditpr -h e -t 0 -i "$RECORDS" | wc -l)"
	assert_equal 0 "$(audit_status pid)"
}

@test "live: when the reader goes away the stream ends with a message, status 1, and no daemon is left" {
	audit_calls ppid getppid
	"$BIN/auditstream" -C "$CONF" 2>"$DIR/err" 3>&- | true
	wait_for 10 test "$(audit_status pid)" = 0
	grep -q 'stdout: Broken pipe' "$DIR/err"
}

# shrink PID: a socket buffer of a few records for the auditstream that is there, whose 64 MiB a test would need minutes to fill.
shrink() {
	perl -e '
		my $pid = $ARGV[0] + 0;
		my $process = syscall(434, $pid, 0); # pidfd_open
		for my $fd (map { m{(\d+)$} ? $1 + 0 : () } glob("/proc/$pid/fd/*")) {
			next if (readlink("/proc/$pid/fd/$fd") // "") !~ /^socket:/;
			my $ours = syscall(438, $process, $fd, 0); # pidfd_getfd
			open(my $socket, "+<&=", $ours) or die "no socket: $!";
			setsockopt($socket, 1, 33, pack("i", 16384)) or die "SO_RCVBUFFORCE: $!";
		}' "$1"
}

@test "live: unicast: what the kernel drops without counting it is told by the numbers that are missing" {
	need perl
	audit_calls ppid getppid
	live_stream "$RECORDS"
	shrink "$STREAM_PID"
	kill -STOP "$STREAM_PID"
	# The kernel tries again what it could not deliver, and then drops it, only when it is woken by something new.
	as_login perl -e 'syscall(110) for 1 .. 2000; for (1 .. 10) { select(undef, undef, undef, 0.3); syscall(110) }'
	kill -CONT "$STREAM_PID"
	sleep 0.5
	as_login perl -e 'for (1 .. 20) { syscall(110); select(undef, undef, undef, 0.1) }'
	stops_with 2
	local seen lost
	seen=$(calls_seen "$RECORDS")
	lost=$(told_lost events)
	echo "seen $seen, lost $lost"
	# How much the kernel drops is its own business, and it may drop a part of an event; what else it tells (rules, logins) is numbered, too.
	between $((2020 - PARTS)) $((seen + lost)) 2050
}

# The kernel drops records: of so many events some may be here, and the call itself not. They are marked as partial.
PARTS=5

between() {
	[ "$1" -le "$2" ] && [ "$2" -le "$3" ] || { echo "$2 is not from $1 to $3" && return 1; }
}

text_in_records() {
	auditpr -F linux -i "$RECORDS" 2>/dev/null | grep -q "$1"
}

# stops_with STATUS: ends the stream, and that is its exit status
stops_with() {
	local status=0

	live_stop || status=$?
	STREAM_PID=
	cat "$DIR"/*.err
	assert_equal "$1" $status
}

# told_lost STAGE: how many events, or records, are told as lost there in $RECORDS
told_lost() {
	auditpr -F linux -i "$RECORDS" | sed -n "s/.*op=lost-records stage=$1 count=\([0-9]*\).*/\1/p" | awk '{ n += $1 } END { print n + 0 }'
}

# 2,000 events while the stream, with a socket of a few records, is stopped, until the kernel has tried in vain and waits for something new.
burst_while_stopped() {
	need perl
	audit_calls ppid getppid
	live_stream "$RECORDS"
	shrink "$STREAM_PID"
	kill -STOP "$STREAM_PID"
	as_login perl -e 'syscall(110) for 1 .. 2000'
	sleep 1
}

@test "live: unicast: nothing is silent about the end of a burst that nothing follows" {
	burst_while_stopped
	kill -CONT "$STREAM_PID"
	sleep 4
	local seen lost
	seen=$(calls_seen "$RECORDS")
	lost=$(told_lost events)
	echo "while it runs: seen $seen, lost $lost"
	between $((2000 - PARTS)) $((seen + lost)) 2030
	stops_with $((lost > 0 ? 2 : 0))
	between $((2000 - PARTS)) $(($(calls_seen "$RECORDS") + $(told_lost events))) 2030
}

@test "live: unicast: told to end at once after a burst, it still gets what waits in the kernel" {
	burst_while_stopped
	kill -TERM "$STREAM_PID"
	kill -CONT "$STREAM_PID"
	wait "$STREAM_PID" || assert_equal 2 $?
	STREAM_PID=
	echo "seen $(calls_seen "$RECORDS"), lost $(told_lost events)"
	between $((2000 - PARTS)) $(($(calls_seen "$RECORDS") + $(told_lost events))) 2030
}

@test "live: a socket that fails ends it with status 1, and what had come is passed on" {
	need strace
	need_plain_build
	audit_calls ppid getppid
	strace -f -qq -o "$DIR/trace" -e trace=recvmmsg -e inject=recvmmsg:error=EIO:when=100+ \
		"$BIN/auditstream" -C "$CONF" >"$RECORDS" 2>"$DIR/err" 3>&- &
	STREAM_PID=$!
	wait_for 10 grep -q cast: "$DIR/err"
	as_login perl -e 'for (1 .. 1000) { syscall(110); select(undef, undef, undef, 0.001) }'
	wait_for 10 gone "$STREAM_PID"
	wait "$STREAM_PID" || assert_equal 1 $?
	STREAM_PID=
	cat "$DIR/err"
	grep -q 'audit socket: Input/output error' "$DIR/err"
	[ "$(calls_seen "$RECORDS")" -gt 10 ]
	assert_equal 0 "$(audit_status pid)"
}

@test "live: the longest message of user space is there to its last byte" {
	need perl
	live_stream "$RECORDS"
	perl -e '
		sub ask {
			my ($type, $text) = @_;
			socket(my $socket, 16, 3, 9) or die "socket: $!"; # AF_NETLINK, SOCK_RAW, NETLINK_AUDIT
			send($socket, pack("LSSLL", 16 + length $text, $type, 1, 1, 0) . $text, 0, pack("SSLL", 16, 0, 0, 0)) or die "send: $!";
		}
		ask(1017, pack("LL", 1, 0)); # AUDIT_TTY_SET: only a process whose terminal is audited may send
		ask(1124, "x" x 8950 . " END"); # AUDIT_USER_TTY, about MAX_AUDIT_MESSAGE_LENGTH: the kernel doubles it'
	wait_for 5 text_in_records 20454E44
	live_stop
	STREAM_PID=
	refute_contains longer "$(<"$RECORDS.err")"
}

@test "live: of what is longer than any message should be the beginning is kept, and that is said" {
	need perl
	live_stream "$RECORDS"
	perl -e '
		sub ask {
			my ($type, $text) = @_;
			socket(my $socket, 16, 3, 9) or die "socket: $!";
			send($socket, pack("LSSLL", 16 + length $text, $type, 1, 1, 0) . $text, 0, pack("SSLL", 16, 0, 0, 0)) or die "send: $!";
		}
		ask(1017, pack("LL", 1, 0));
		ask(1124, "BEGIN " . "x" x 20000)'
	wait_for 5 text_in_records 424547494E20
	stops_with 2
	grep -q 'is longer than any should be' "$RECORDS.err"
}

@test "live: unicast: a reader that sleeps holds the system up, but no event is lost when the socket is full, too" {
	need perl
	audit_calls ppid getppid
	slow_reader "$RECORDS"
	to_pipe
	shrink "$STREAM_PID"
	as_login perl -e 'syscall(110) for 1 .. 4000; open(my $f, ">", "finished")' &
	sleep 3
	[ ! -e finished ] # more than the kernel's backlog holds: it waits
	touch "$DIR/go"
	wait_for 30 test -e finished
	sleep 0.5
	stops_with 0
	wait "$READER"
	assert_equal 4000 "$(calls_seen "$RECORDS")"
	assert_equal "" "$(auditpr -F linux -i "$RECORDS" | grep lost-records)"
}

# comes_first PID: it runs before all normal programs.
comes_first() {
	[ "$(ps -o cls=,rtprio= -p "$1" | tr -d ' ')" = FF1 ]
}

@test "live: where the kernel waits for nobody, its audit thread and the daemon come first" {
	local kauditd
	kauditd=$(pgrep -x kauditd)
	need ps
	live_stream "$RECORDS"
	run ! comes_first "$kauditd"
	live_stop
	auditctl --backlog_wait_time 0 >/dev/null
	live_stream "$RECORDS"
	wait_for 5 grep -q 'backlog_wait_time 0' "$RECORDS.err"
	comes_first "$kauditd"
	comes_first "$STREAM_PID"
	kill -KILL "$STREAM_PID"
	wait "$STREAM_PID" || true
	comes_first "$kauditd" # nobody gave it back
	rm "$RECORDS.err"
	live_stream "$RECORDS"
	live_stop
	STREAM_PID=
	run ! comes_first "$kauditd"
	setpriv --bounding-set -sys_nice "$BIN/auditstream" -C "$CONF" >"$RECORDS" 2>"$DIR/said" 3>&- &
	STREAM_PID=$!
	wait_for 5 grep -q 'may not run before others (CAP_SYS_NICE)' "$DIR/said"
	run ! comes_first "$kauditd"
	live_stop
	STREAM_PID=
	auditctl --backlog_wait_time 15000 >/dev/null
}
