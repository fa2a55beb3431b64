# Common to the live tests: `load helper`. They work on the kernel's audit, so each file begins with
#
#     setup_file() { live_begin; }
#     teardown_file() { live_end; }
#
# live_begin takes a lock (one file on the machine at a time) and leaves a guard behind, a process of its own, that puts the kernel's
# audit back as it was when the test file ends, however it ends: kill -9 too. Rules of tests have keys that begin with as-test-.
# shellcheck shell=bash
# shellcheck source=tests/helper.bash
source "${BASH_SOURCE[0]%/*}/../helper.bash"

# A login uid that no account has: rules are scoped to it, so that nothing else on the machine is audited.
export TEST_AUID=61234
export TEST_USER=as-test
export TEST_UID=61235

live_begin() {
	[ "$(id -u)" -eq 0 ] || skip "live tests must be root"
	need auditctl flock setsid useradd
	auditctl -s >/dev/null 2>&1 || skip "the kernel's audit cannot be reached from here"
	[ "$(audit_status enabled)" != 2 ] || skip "the kernel's audit is locked (enabled 2)"
	[ -e /proc/self/loginuid ] || skip "this kernel has no login uids"

	# The guard knows what this file started by this variable in their environment.
	export AUDITSTREAM_TEST_TOKEN=$BASHPID.$RANDOM.$RANDOM
	local ready=$BATS_FILE_TMPDIR/guard owner=$BASHPID # which in the background would be the guard itself
	rm -f "$ready" # of a part of the benchmark before: its guard is gone, and not ours to wait for
	# bats waits for who holds its descriptors 3 and 4.
	env -u AUDITSTREAM_TEST_TOKEN setsid "$ROOT/tests/live/guard.sh" "$owner" "$AUDITSTREAM_TEST_TOKEN" "$ready" \
		</dev/null >/dev/null 2>"$ready.err" 3>&- 4>&- &
	wait_for 300 test -s "$ready" || return
	if ! [[ $(<"$ready") =~ ^ready\ ([0-9]+)$ ]]; then
		cat "$ready" "$ready.err"
		return 1
	fi
	export LIVE_GUARD=${BASH_REMATCH[1]}
}

live_end() {
	[ -n "${LIVE_GUARD-}" ] || return 0
	unset AUDITSTREAM_TEST_TOKEN # else the guard takes what waits for it for a leftover
	kill -TERM "$LIVE_GUARD" 2>/dev/null || return 0
	wait_for 30 guard_is_gone
}

guard_is_gone() {
	! kill -0 "$LIVE_GUARD" 2>/dev/null
}

# audit_status NAME: a number of `auditctl -s`
audit_status() {
	auditctl -s | awk -v name="$1" '$1 == name { print $2 }'
}

# rule NAME ARGUMENTS...: sets a kernel rule with the key as-test-NAME: rule open -a always,exit -F arch=b64 -S openat ...
rule() {
	local name=$1
	shift
	auditctl "$@" -k "as-test-$name"
}

# as_login COMMAND...: runs the command with TEST_AUID as login uid; where the kernel has login uids immutable, says so and fails.
as_login() {
	# shellcheck disable=SC2016 # for the inner shell
	bash -c 'echo "$TEST_AUID" >/proc/self/loginuid && exec "$@"' - "$@"
}

# as_user COMMAND...: the same as the test user, which live_user made.
as_user() {
	as_login setpriv --reuid "$TEST_USER" --regid "$TEST_USER" --clear-groups "$@"
}

# Makes the test user; the guard removes it.
live_user() {
	id "$TEST_USER" >/dev/null 2>&1 ||
		useradd --uid "$TEST_UID" --user-group --no-create-home --shell /bin/bash "$TEST_USER"
}

# live_stream FILE OPTION...: starts auditstream on the kernel, records to FILE, messages to FILE.err; returns when it has said
# what it is. Sets STREAM_PID.
live_stream() {
	local file=$1
	shift
	"$BIN/auditstream" -C "$CONF" "$@" >"$file" 2>"$file.err" 3>&- &
	STREAM_PID=$!
	wait_for 10 test -s "$file.err"
}

# Ends it as an administrator would; its exit status is returned.
live_stop() {
	kill -TERM "$STREAM_PID"
	wait "$STREAM_PID"
}
