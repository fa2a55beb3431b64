#!/usr/bin/env bats
# auditstream as `audit start` runs it, on the kernel's own audit: objects in all their forms, SIGHUP, the status file. The rules are
# the test's own (auditctl), so that only what the test's login uid does in the test's directory is recorded.
# shellcheck source=tests/live/helper.bash disable=SC2016,SC2154 # perl expands; bats sets
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
	need jq perl
	DIR=$BATS_TEST_TMPDIR
	RECORDS=$DIR/records
	mkdir "$DIR/conf" "$DIR/run" "$DIR/there"
	cp "$CONF/eventmap" "$DIR/conf"
	{ cat "$CONF/events"; printf '\tT_%s = printf "%%s"\n' READ WRITE EXEC; } >"$DIR/conf/events"
	export AUDIT_STARTED=$DIR/conf AUDIT_RUNDIR=$DIR/run
	users '	default ='
	objects ''
	rule objects -a always,exit -F arch=b64 -F "dir=$DIR/there" -F perm=rwx -F "auid=$TEST_AUID" >/dev/null
}

teardown() {
	[ -z "${STREAM_PID-}" ] || kill -KILL "$STREAM_PID" 2>/dev/null || true
	local key
	for key in $(auditctl -l | grep -o 'as-test-[a-z0-9-]*' | sort -u); do
		auditctl -D -k "$key" >/dev/null
	done
}

users() {
	printf 'classes:\n\topen = FILE_Open\nusers:\n%s\n' "$1" >"$DIR/conf/config"
}

objects() {
	printf '%b\n' "$@" >"$DIR/conf/objects"
}

begin() {
	"$BIN/auditstream" "$@" >"$RECORDS" 2>"$DIR/messages" 3>&- &
	STREAM_PID=$!
	wait_for 10 grep -q cast: "$DIR/messages"
}

# Ends the stream; leaves event, result and tail of each record in $DIR/tails.
finish() {
	live_stop
	STREAM_PID=
	auditpr -F json -i "$RECORDS" | jq -r '"\(.EventType) \(.Status) \(.Verbose)"' | sed "s|$DIR|DIR|" >"$DIR/tails"
}

# does COMMAND: a shell command, as the test's login user
does() {
	as_login sh -c "cd '$DIR/there' && $1"
}

@test "live objects: a file that is not there yet, is made, replaced by rename, and removed" {
	objects "$DIR/there/file:\n\tr = T_READ\n\tw = T_WRITE"
	begin
	does ': >file; echo new >other; mv other file; read -r line <file; rm file; : >another'
	finish
	assert_equal 'T_WRITE OK audit object write event detected DIR/there/file
T_WRITE OK audit object write event detected DIR/there/file
T_READ OK audit object read event detected DIR/there/file
T_WRITE OK audit object write event detected DIR/there/file' "$(<"$DIR/tails")"
}

@test "live objects: all below a directory; a glob; execution" {
	objects "$DIR/there/:\n\tw = T_WRITE\n\tx = T_EXEC" "$DIR/there/*.c:\n\tw = T_READ"
	begin
	does 'mkdir -p a/b; : >a/b/x.c; : >y.c; cp /bin/true run; ./run'
	finish
	grep -x 'T_WRITE OK audit object write event detected DIR/there/a' "$DIR/tails"
	grep -x 'T_WRITE OK audit object write event detected DIR/there/a/b/x.c' "$DIR/tails"
	grep -x 'T_EXEC OK audit object execute event detected DIR/there/run' "$DIR/tails"
	assert_equal 'T_READ OK audit object write event detected DIR/there/y.c' "$(grep T_READ "$DIR/tails")"
}

@test "live objects: a symbolic link means its target, by either name" {
	mkdir "$DIR/there/real"
	: >"$DIR/there/real/file"
	ln -s real "$DIR/there/link"
	objects "$DIR/there/link/file:\n\tw = T_WRITE"
	begin
	does ': >link/file; : >real/file'
	finish
	assert_equal 'T_WRITE OK audit object write event detected DIR/there/link/file
T_WRITE OK audit object write event detected DIR/there/real/file' "$(<"$DIR/tails")"
}

@test "live objects: what is refused counts" {
	: >"$DIR/there/file"
	chmod 0 "$DIR/there/file"
	objects "$DIR/there/file:\n\tr = T_READ\n\tw = T_WRITE"
	begin
	as_login setpriv --bounding-set -all --inh-caps -all \
		perl -e 'open(my $f, "<", $ARGV[0]); open(my $g, "+<", $ARGV[0])' "$DIR/there/file"
	finish
	assert_equal 'T_READ FAIL_DAC audit object read event detected DIR/there/file
T_READ FAIL_DAC audit object read event detected DIR/there/file
T_WRITE FAIL_DAC audit object write event detected DIR/there/file' "$(<"$DIR/tails")"
}

@test "live users: SIGHUP reads the configuration again; what is wrong with it is said, and nothing changes" {
	objects "$DIR/there/mark:\n\tw = T_WRITE"
	begin
	does ': >one; : >mark'
	wait_for 10 test -s "$RECORDS" # so all before it was judged
	users "	$TEST_AUID = open"
	kill -HUP "$STREAM_PID"
	wait_for 10 grep -q 'read again' "$DIR/messages"
	does ': >two'
	users "	nosuchuser = open"
	kill -HUP "$STREAM_PID"
	wait_for 10 grep -q 'stays as it was' "$DIR/messages"
	does ': >three'
	finish
	assert_equal 'two
three' "$(sed -n 's|^FILE_Open.*DIR/there/||p' "$DIR/tails")"
	assert_equal "auditstream: $DIR/conf: read again
auditstream: $DIR/conf/config:4: user \`nosuchuser\`: no such user: the configuration stays as it was" "$(grep -v cast: "$DIR/messages")"
}

@test "live users: 50 reloads under load lose nothing, and double nothing" {
	local i

	users "	$TEST_AUID = open"
	begin
	does 'exec perl -e "for (1..20000) { open(my \$f, \">\", \"f\$_\") or die; close \$f; unlink \"f\$_\" }"' 3>&- &
	for ((i = 0; i < 50; i++)); do
		kill -HUP "$STREAM_PID"
		sleep 0.02
	done
	wait $!
	finish
	assert_equal 20000 "$(grep -c 'DIR/there/f[0-9]*$' "$DIR/tails")"
	assert_equal 20000 "$(grep 'DIR/there/f[0-9]*$' "$DIR/tails" | sort -u | wc -l)"
	refute_contains AUD_Lost_Recs "$(<"$DIR/tails")"
	[ "$(grep -c 'read again' "$DIR/messages")" -ge 10 ]
}

@test "live: the status file counts, and goes" {
	users "	$TEST_AUID = open"
	begin -M
	wait_for 5 test -s "$DIR/run/stream.$STREAM_PID"
	does ': >one; : >two'
	wait_for 5 grep -qx 'written 2' "$DIR/run/stream.$STREAM_PID"
	assert_match "^pid $STREAM_PID
mode multicast
received [0-9]+
written 2
queued 0
lost_kernel 0
lost_socket 0
lost_queue 0
lost_events 0
config $DIR/conf
reads [0-9]+\$" "$(<"$DIR/run/stream.$STREAM_PID")"
	assert_equal "stream.$STREAM_PID" "$(ls -A "$DIR/run")"
	finish
	assert_equal '' "$(ls -A "$DIR/run")"
}

@test "live: without AUDIT_RUNDIR, or AUDIT_STARTED, there is no status file, and SIGHUP ends it" {
	unset AUDIT_STARTED
	begin -C "$CONF"
	kill -HUP "$STREAM_PID"
	wait "$STREAM_PID"
	assert_equal '' "$(ls -A "$DIR/run")"
}
