#!/usr/bin/env bats
# auditbin on the kernel: what is audited is in trail and bins once, whatever happens to commands, disks and auditbin itself.
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
	mkdir -m 755 "$DIR/conf" "$DIR/audit"
	cp "$CONF/eventmap" "$CONF/events" "$DIR/conf"
	printf '* none\n' >"$DIR/conf/objects"
	configure 20000
	# shellcheck disable=SC2016 # for auditbin
	commands 'auditcat -p -o $trail $bin'
	printf 'auditstream > %s &\n' "$STREAM" >"$DIR/conf/streamcmds"
	found=$(kernel)
}

teardown() {
	audit shutdown >/dev/null || true
	local pid
	for pid in $(in_session); do
		kill -KILL "$pid" 2>/dev/null || true
	done
}

# configure BINSIZE [START [BIN]]: lines for these stanzas
configure() {
	printf 'start:\n\tbinmode = on\n\tstreammode = on\n%b\nbin:\n\ttrail = %s/audit/trail\n\tbin1 = %s/audit/bin1\n\tbin2 = %s/audit/bin2\n\tbinsize = %s\n\tcmds = %s/conf/bincmds\n\tfreespace = 0\n%b\nstream:\n\tcmds = %s/conf/streamcmds\n\nclasses:\n\tcalls = SYS_getppid\n\nusers:\n\tas-test = calls\n' \
		"${2-}" "$DIR" "$DIR" "$DIR" "$1" "$DIR" "${3-}" "$DIR" >"$DIR/conf/config"
}

commands() {
	printf '%s\n' "$@" >"$DIR/conf/bincmds"
}

start() {
	audit -C "$DIR/conf" start "$@" 3>&-
}

# What auditing may change in the kernel.
kernel() {
	auditctl -s | grep -E '^(enabled|failure|pid|backlog_limit|backlog_wait_time) '
	auditctl -l
}

in_session() {
	local session process

	session=$(awk '$1 == "session" { print $3 }' "$AUDIT_RUNDIR/state" 2>/dev/null)
	[ -n "$session" ] || return 0
	for process in /proc/[0-9]*; do
		[ "$(cat "$process/sessionid" 2>/dev/null)" != "$session" ] || echo "${process#/proc/}"
	done
}

# The process that records.
manager() {
	audit query | sed -n 's/^audit bin manager is process //p'
}

# calls COUNT: so many system calls that the configuration audits
calls() {
	# shellcheck disable=SC2016 # for perl
	TEST_AUID=$TEST_UID as_user perl -e 'getppid() for 1 .. $ARGV[0]' "$1"
}

# The serials of the events of calls() in these streams, bins and trails. (The leak sanitizer's thread makes such calls too.)
serials() {
	local file

	for file; do
		auditselect -e "event == SYS_getppid && login == $TEST_UID && command == perl" "$file" | auditpr -C "$CONF" -F linux |
			sed -n 's/^type=SYSCALL msg=audit([0-9.]*:\([0-9]*\)).*/\1/p'
	done | sort -n
}

recorded() {
	serials "$@" | wc -l
}

# What trail and bins have is what the stream beside has, an independent reader.
assert_as_the_stream() {
	serials "$STREAM" >"$DIR/expected"
	serials "$DIR"/audit/* >"$DIR/actual"
	assert_same_file "$DIR/expected" "$DIR/actual"
}

status_of() {
	awk -v name="$1" '$1 == name { print $2 }' "$AUDIT_RUNDIR"/bin.[0-9]*
}

@test "live: under load, over many switches, every event is in the trail once" {
	local count=${SOAK_CALLS:-5000} # 5000 make 200 switches; tests/soak/switches.sh wants more

	start
	run audit query
	assert_contains $'auditing on\naudit bin manager is process '
	calls "$count"
	run audit query -v
	assert_match $'\naudit bins:\n\tauditbin is process [0-9]+: unicast, received [0-9]+'
	assert_match 'auditstream is process [0-9]+: multicast'
	local switches
	wait_for 60 switched $((count / 50))
	switches=$(status_of switches)
	echo "$switches switches"
	run audit shutdown
	assert_output 'auditing reset'
	assert_status 0
	assert_equal "$found" "$(kernel)"
	assert_equal "$DIR/audit/trail" "$(echo "$DIR"/audit/[bt]*[0-9l])"
	assert_equal "$count" "$(recorded "$DIR/audit/trail")"
	assert_as_the_stream
}

# switched COUNT: so often at least
switched() {
	[ "$(status_of switches)" -ge "$1" ]
}

@test "live: auditbin holds no more privilege than it needs, its commands do" {
	# shellcheck disable=SC2016 # for auditbin
	commands 'grep ^Cap /proc/self/status >$trail.caps; auditcat -p -o $trail $bin'
	start
	run grep -E '^(CapEff|CapPrm|CapBnd|NoNewPrivs)' "/proc/$(manager)/status"
	# CAP_DAC_READ_SEARCH, to read the configuration again, and CAP_AUDIT_CONTROL.
	assert_output $'CapPrm:\t0000000040000004\nCapEff:\t0000000040000004\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1'
	calls 10
	audit shutdown
	assert_equal "$(grep CapEff /proc/self/status)" "$(grep CapEff "$DIR/audit/trail.caps")"
}

@test "live: bin commands that fail keep the bins; mended, they get them all" {
	# shellcheck disable=SC2016 # for auditbin
	commands "test -e $DIR/mended" 'auditcat -p -o $trail $bin'
	start
	calls 500
	wait_for 10 grep -q 'bincmds:1: the bin command failed' "$AUDIT_RUNDIR/messages"
	calls 500
	wait_for 10 fails
	run audit query -v
	assert_contains 'the bin command of line 1 fails'
	[ ! -e "$DIR/audit/trail" ]
	touch "$DIR/mended"
	wait_for 20 works
	audit shutdown
	assert_equal 1000 "$(recorded "$DIR/audit/trail")"
	assert_as_the_stream
}

fails() {
	[ "$(status_of failing)" = 1 ]
}

works() {
	[ "$(status_of failing) $(status_of waiting)" = '0 0' ]
}

@test "live: killed, it leaves bins that the next start delivers first" {
	start
	calls 500
	wait_for 10 all_written 500
	kill -KILL "$(manager)"
	local pid
	for pid in $(in_session); do
		kill -KILL "$pid" 2>/dev/null || true
	done
	run start
	assert_contains 'what it left is taken away'
	assert_status 0
	calls 300
	audit shutdown
	assert_equal "$found" "$(kernel)"
	assert_equal 800 "$(recorded "$DIR"/audit/*)"
	assert_equal '' "$(serials "$DIR"/audit/* | uniq -d)"
	assert_equal 0 "$(find "$DIR/audit" -name 'bin*' | wc -l)"
}

# all_written COUNT: the current bins and the trail hold so many of calls()
all_written() {
	[ "$(status_of written)" -ge "$1" ]
}

@test "live: on a full disk events wait in memory and in the kernel; with space again none is missing" {
	mount -t tmpfs -o size=300k,mode=755 tmpfs "$DIR/audit" || skip "optional: cannot mount a file system here"
	head -c 250k /dev/zero >"$DIR/audit/ballast"
	# shellcheck disable=SC2016 # for auditbin
	commands "test ! -e $DIR/audit/ballast" 'auditcat -p -o $trail $bin'
	local status=0
	start || status=1
	calls 3000
	wait_for 10 grep -q 'No space left on device: records wait' "$AUDIT_RUNDIR/messages" || status=2
	wait_for 10 cannot_write || status=3
	rm "$DIR/audit/ballast"
	wait_for 20 grep -q 'written again' "$AUDIT_RUNDIR/messages" || status=4
	audit shutdown || status=5
	cp -r "$DIR/audit" "$DIR/copy"
	umount "$DIR/audit"
	assert_equal 0 $status
	cp "$DIR"/copy/* "$DIR/audit"
	assert_equal 3000 "$(recorded "$DIR"/audit/*)"
	assert_as_the_stream
}

cannot_write() {
	audit query -v | grep -q 'the bin cannot be written'
}

@test "live: off, on and reloads reach auditbin, and nothing is missing" {
	start
	local before
	before=$(manager)
	calls 100
	audit off
	calls 50
	audit on
	calls 100
	configure 30000
	start -r
	calls 100
	assert_equal 3 "$(status_of reads)" # at the start, with on, and now
	configure 30000 '' $'\tbinsize = 1\n'
	run start -r
	assert_contains 'binsize'
	assert_status 1
	assert_equal "$before" "$(manager)"
	configure 30000
	audit shutdown
	assert_equal 300 "$(recorded "$DIR/audit/trail")"
	assert_as_the_stream
}

@test "live: when start -r returns, auditbin and the streams go by the new files" {
	sed -i 's/= SYS_getppid/= FILE_Mode/' "$DIR/conf/config"
	start
	for _ in 1 2 3 4 5; do
		calls 10
		sed -i 's/= FILE_Mode/= SYS_getppid/' "$DIR/conf/config"
		start -r
		calls 10
		sed -i 's/= SYS_getppid/= FILE_Mode/' "$DIR/conf/config"
		start -r
	done
	audit shutdown
	assert_equal 50 "$(recorded "$DIR/audit/trail")"
	assert_as_the_stream
}

@test "live: start -r names who does not read the files, and ends with 1" {
	start
	local stream
	stream=$(pgrep -x auditstream -P "$(in_session | paste -sd ,)")
	kill -STOP "$stream"
	run start -r
	kill -CONT "$stream"
	assert_output "audit: process $stream has not read the configuration again: until it does, it goes by the old one; $AUDIT_RUNDIR/messages may say why"
	assert_status 1
	run start -r
	assert_output ''
	assert_status 0
}

@test "live: shutdown says that bins are left, and ends with 1" {
	commands false
	start
	calls 10
	run audit shutdown
	assert_output "audit: auditbin: exit status 1: bins may be left, which the next start delivers; what it said is in $AUDIT_RUNDIR/messages
auditing reset"
	assert_status 1
	assert_equal "$found" "$(kernel)"
	# shellcheck disable=SC2016 # for auditbin
	commands 'auditcat -p -o $trail $bin'
	start
	run audit shutdown
	assert_output 'auditing reset'
	assert_status 0
	assert_equal 10 "$(recorded "$DIR/audit/trail")"
}

@test "live: bins without streams" {
	sed -i '/streammode/d' "$DIR/conf/config"
	start
	calls 100
	run audit query -v
	assert_contains 'audit streams:'$'\n\t''none'
	audit shutdown
	assert_equal 100 "$(recorded "$DIR/audit/trail")"
	assert_equal "$found" "$(kernel)"
}

@test "live: where auditbin cannot start, nothing is started" {
	echo important >"$DIR/audit/bin1"
	run start
	assert_contains "audit/bin1: not a bin"
	assert_contains 'auditing is not started'
	assert_status 1
	assert_equal "$found" "$(kernel)"
	assert_equal important "$(<"$DIR/audit/bin1")"
}

@test "live: alone, without audit start, it records what the rules let through, and tells when it is ready" {
	TEST_AUID=$TEST_UID rule calls -a always,exit -F arch=b64 -S getppid -F "auid=$TEST_UID" >/dev/null
	auditctl -e 1 >/dev/null
	"$BIN/auditbin" -b -C "$DIR/conf" 3>&-
	local pid
	pid=$(audit_status pid)
	calls 50
	kill -HUP "$pid"
	calls 50
	kill -TERM "$pid"
	wait_for 10 is_gone "$pid"
	auditctl -D -k as-test-calls >/dev/null
	assert_equal 100 "$(recorded "$DIR/audit/trail")"
}

is_gone() {
	! kill -0 "$1" 2>/dev/null
}

@test "live: binmode = panic would stop the machine, and on panic needs bins (nothing is set here)" {
	configure 20000
	sed -i 's/binmode = on/binmode = panic/' "$DIR/conf/config"
	run audit -C "$DIR/conf" start -n
	assert_status 0
	assert_contains '# runs: auditbin'
	assert_contains $'\n-f 2\n'
	assert_equal "$found" "$(kernel)"
}
