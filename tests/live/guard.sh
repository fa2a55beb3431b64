#!/usr/bin/env bash
# Holds the kernel's audit for one test file: guard.sh OWNER-PID TOKEN READY-FILE.
#
# Waits for the lock, keeps what `auditctl -s` says, writes "ready", and then waits until it is told to end (SIGTERM) or the owner is
# gone. Then it ends what the test left running, takes away the rules and the user of the tests, and sets the status as it was.
set -u
owner=$1 token=$2 ready=$3

exec {lock}>/run/lock/auditstream-test.lock
if ! flock -w 280 "$lock"; then
	echo "another test holds the kernel's audit" >"$ready"
	exit 1
fi

told=false
trap 'told=true' TERM
trap '' INT HUP PIPE

declare -A status
while read -r name value rest; do
	status[$name]=$value
done < <(auditctl -s)
kauditd=$(pgrep -x kauditd) class=$(ps -o cls= -p "$kauditd" | tr -d ' ')
user_was_there=false
id as-test >/dev/null 2>&1 && user_was_there=true

# The keys of rules that begin so. Rules with several keys are shown with each of them.
keys() {
	auditctl -l | grep -oE "(-k |-F key=)$1[^ ]*" | sed -E 's/^(-k |-F key=)//' | sort -u
}

# Whoever had auditing started before the tests keeps it.
started=$(keys auditstream-)

test_keys() {
	keys as-test-
	[ -n "$started" ] || keys auditstream-
}

# Those whose environment holds the token: the test file started them.
leftovers() {
	local environ

	for environ in /proc/[0-9]*/environ; do
		if grep -qzxF "AUDITSTREAM_TEST_TOKEN=$token" "$environ" 2>/dev/null; then
			environ=${environ#/proc/}
			echo "${environ%/environ}"
		fi
	done
}

restore() {
	local key pid

	for pid in $(leftovers); do
		kill -KILL "$pid" 2>/dev/null
	done
	for key in $(test_keys); do
		auditctl -D -k "$key"
	done
	auditctl -b "${status[backlog_limit]}"
	auditctl -f "${status[failure]}"
	auditctl -r "${status[rate_limit]}"
	[ "$class" != TS ] || chrt -o -p 0 "$kauditd" # see precedence.h
	[ -z "${status[backlog_wait_time]-}" ] || auditctl --backlog_wait_time "${status[backlog_wait_time]}"
	auditctl -e "${status[enabled]}"
	$user_was_there || ! id as-test || userdel as-test
}

echo "ready $$" >"$ready"
while ! $told && kill -0 "$owner" 2>/dev/null; do
	sleep 0.2 {lock}>&- &
	wait $!
done
restore >/dev/null
