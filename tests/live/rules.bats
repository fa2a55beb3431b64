#!/usr/bin/env bats
# The rules of a configuration in the kernel: loaded by their difference, and put back when the kernel refuses one.
# shellcheck source=tests/live/helper.bash
load helper

setup_file() {
	live_begin
}

teardown_file() {
	live_end
}

setup() {
	TOOL=$BIN/../tests/rules_tool
	DIR=$BATS_TEST_TMPDIR
	C=$DIR/conf
	mkdir "$C" "$DIR/watched"
	cp "$CONF/eventmap" "$C"
	objects "$DIR/watched"
	users "$TEST_AUID = look"
	BEFORE=$(auditctl -l)
}

teardown() {
	"$TOOL" remove >/dev/null
	local key
	for key in $(auditctl -l | grep -o 'as-test-[a-z0-9-]*' | sort -u); do
		auditctl -D -k "$key" >/dev/null
	done
}

# users LINE...: a configuration with these users, and nothing for all others
users() {
	{
		printf 'start:\n\tbinmode = off\n\nclasses:\n\tlook = FILE_Mode+, FS_Mkdir-, SYS_getppid\n\tkill = PROC_Kill\n\nusers:\n'
		printf '\t%s\n' "$@"
	} >"$C/config"
}

objects() {
	local path

	for path; do
		printf '%s:\n\tw = "S_TEST_WRITE"\n\n' "$path"
	done >"$C/objects"
}

ours() {
	auditctl -l | grep -cE '(-k |key=)auditstream-' || true
}

@test "live rules: all are loaded, and loading them again changes nothing" {
	run "$TOOL" apply "$C"
	assert_status 0
	assert_output "13 0 0"
	assert_equal 13 "$(ours)"
	local loaded
	loaded=$(auditctl -l)

	run "$TOOL" apply "$C"
	assert_output "0 0 13"
	assert_equal "$loaded" "$(auditctl -l)"
}

@test "live rules: what auditctl loads of the printed rules is what apply would load" {
	"$TOOL" -x 2000000000 print "$C" >"$DIR/rules"
	auditctl -R "$DIR/rules" >/dev/null
	run "$TOOL" -x 2000000000 apply "$C"
	assert_output "0 0 14"
}

@test "live rules: a reload adds and deletes the difference only" {
	"$TOOL" apply "$C"
	users "$TEST_AUID = look" "$TEST_UID = kill"
	run "$TOOL" apply "$C"
	assert_output "4 0 13"

	users "$TEST_UID = kill"
	run "$TOOL" apply "$C"
	assert_output "0 12 5"

	objects
	users "$TEST_AUID ="
	run "$TOOL" apply "$C"
	assert_output "0 5 0"
	assert_equal "$BEFORE" "$(auditctl -l)"
}

@test "live rules: our session's rule stands before all others, old and new" {
	rule foreign -a always,exit -F arch=b64 -S getppid -F "auid=$TEST_AUID"
	"$TOOL" apply "$C"
	"$TOOL" -x 2000000000 apply "$C"
	run auditctl -l
	assert_equal "-a never,exit -S all -F sessionid=2000000000 -F key=auditstream-exempt" "${lines[0]}"

	run "$TOOL" -x 2000000001 apply "$C"
	assert_output "1 1 13"
	run auditctl -l
	assert_equal "-a never,exit -S all -F sessionid=2000000001 -F key=auditstream-exempt" "${lines[0]}"
}

@test "live rules: one that the kernel refuses undoes all, and is named" {
	"$TOOL" -x 2000000000 apply "$C"
	local loaded
	loaded=$(auditctl -l)

	users "$TEST_UID = kill"
	local name
	name=$(printf 'n%.0s' {1..300})
	objects "$DIR/watched" "$DIR/$name"
	run "$TOOL" -x 2000000001 apply "$C"
	assert_status 1
	assert_contains "$C/objects:4: $DIR/nnn"
	assert_contains ": the kernel refuses the rule: File name too long: -a always,exit -F path=$DIR/nnn"
	assert_equal "$loaded" "$(auditctl -l)"
	auditctl -l | head -n 1 | grep -q 'sessionid=2000000000'
}

@test "live rules: others' rules stay, whatever their keys hold" {
	rule foreign -a always,exit -F arch=b64 -S getppid -F "auid=$TEST_AUID"
	auditctl -a always,exit -F arch=b64 -S getppid -F "auid=$TEST_UID" -k as-test-auditstream-users >/dev/null
	auditctl -a always,exit -F arch=b64 -S getpgid -F "auid=$TEST_UID" -k as-test-two -k auditstream-users >/dev/null
	auditctl -a always,exclude -F msgtype=1199 -F auid="$TEST_AUID" >/dev/null
	local before
	before=$(auditctl -l)
	"$TOOL" apply "$C"
	run "$TOOL" count
	assert_output "13 $(wc -l <<<"$before")"
	run "$TOOL" remove
	assert_output 13
	assert_equal "$before" "$(auditctl -l)"
	auditctl -d always,exclude -F msgtype=1199 -F auid="$TEST_AUID" >/dev/null
}

@test "live rules: removal leaves what was there" {
	"$TOOL" -x 2000000000 apply "$C"
	run "$TOOL" remove
	assert_output 14
	assert_equal "$BEFORE" "$(auditctl -l)"
	run "$TOOL" remove
	assert_output 0
}

@test "live rules: excluded record types are ours too" {
	sed -i 's/^start:/&\n\trecords = needed/' "$C/config"
	# Loaded for a moment only: they are for everybody.
	run "$TOOL" apply "$C"
	assert_output "21 0 0"
	run "$TOOL" apply "$C"
	assert_output "0 0 21"
	run "$TOOL" remove
	assert_output 21
	assert_equal "$BEFORE" "$(auditctl -l)"
}

@test "live rules: a directory that went away takes its rule along, and comes back with it" {
	"$TOOL" apply "$C"
	rmdir "$DIR/watched"
	wait_for 10 rules_are 12
	mkdir "$DIR/watched"
	run "$TOOL" apply "$C"
	assert_output "1 0 12"
}

rules_are() {
	[ "$(ours)" -eq "$1" ]
}

@test "live rules: the kernel tells what was asked for, and nothing of the exempt session" {
	need jq setpriv
	auditctl -e 1 >/dev/null
	"$TOOL" apply "$C"
	live_stream "$DIR/records" -M
	touch "$DIR/file"
	chmod 777 "$DIR" "$DIR/file"
	as_login chmod 600 "$DIR/file"             # success is asked for
	as_login chmod 600 "$DIR/none" || true     # failure is not
	as_login mkdir "$DIR/new"                  # the other way round
	as_login mkdir "$DIR/new" || true
	chmod 700 "$DIR/file"                      # somebody else
	setpriv --reuid "$TEST_AUID" --clear-groups mkdir "$DIR/new" || true # a daemon, by its real uid
	# The object, whoever writes; nothing from the session that is exempt.
	touch "$DIR/watched/first"
	# shellcheck disable=SC2016 # for the inner shell
	as_login sh -c 'read -r session </proc/self/sessionid; "$0" -x "$session" apply "$1" >"$2/applied"; mkdir "$2/new"; touch "$2/watched/second"' \
		"$TOOL" "$C" "$DIR" || true
	assert_equal "1 0 13" "$(<"$DIR/applied")"
	as_login mkdir "$DIR/new" || true
	sleep 0.3
	live_stop
	auditpr -C "$CONF" -F json -i "$DIR/records" >"$DIR/json"
	# The shell asks for its parent, too, before it is exempt, and a tool that is built with sanitizers makes the directories of its log.
	run jq -r '(.Records[] | select(.type == "SYSCALL") | .key // "") as $key |
		select(.Syscall != "getppid" and .Command != "rules_tool" and ($key | startswith("auditstream-"))) |
		[.Syscall, .Login, .Real, .Status, ($key | sub("-[0-9a-f]{16}$"; ""))] | join(" ")' "$DIR/json"
	assert_output "fchmodat $TEST_AUID root OK auditstream-users
mkdir $TEST_AUID root FAIL auditstream-users
mkdir unset $TEST_AUID FAIL_ACCESS auditstream-users
openat unset root OK auditstream-object
mkdir $TEST_AUID root FAIL auditstream-users"
}

@test "live rules: without privilege nothing is changed, and the message says what is missing" {
	"$TOOL" apply "$C"
	local loaded
	loaded=$(auditctl -l)
	for verb in remove count "apply $C"; do
		# shellcheck disable=SC2086 # a verb and its argument
		run setpriv --bounding-set -audit_control --inh-caps -audit_control "$TOOL" $verb
		assert_status 1
		assert_contains "not permitted: this needs CAP_AUDIT_CONTROL"
		# shellcheck disable=SC2086
		run unshare -Ur "$TOOL" $verb
		assert_status 1
		assert_contains "this kernel, or this container, has no audit"
	done
	assert_equal "$loaded" "$(auditctl -l)"
}
