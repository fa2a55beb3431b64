# Common to all bats files: `load helper`. Directories, a clean environment, and checks that say what was expected.
# shellcheck shell=bash disable=SC2154 # status, output: bats' run sets them
bats_require_minimum_version 1.5.0

ROOT=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
export ROOT
export BIN=${BIN:-$ROOT/build/bin}
export FIXTURES=$ROOT/tests/fixtures
export CONF=$ROOT/config
export CORPORA=${CORPORA:-$ROOT/../shared/corpora}
export TZ=UTC0 LC_ALL=C
PATH=$BIN:$PATH

# need COMMAND...: skips the test where one is missing. Under STRICT=1 the runner counts that as a failure.
need() {
	local command

	for command; do
		command -v "$command" >/dev/null || skip "there is no $command here (make deps-test)"
	done
}

# Public data that no clone holds: a skip that STRICT=1 allows.
need_corpora() {
	[ -d "$CORPORA/$1" ] || skip "optional: $CORPORA/$1 is not here"
}

# Where the sanitizers' own memory and time would be measured: also allowed.
need_plain_build() {
	! nm "$BIN/auditpr" 2>/dev/null | grep -q __asan_init || skip "optional: measures nothing under the sanitizers"
}

# The records of a log, or of more.
stream() {
	local log

	for log; do
		auditstream -C "$CONF" -i "$log" || return
	done
}

# assert_equal EXPECTED ACTUAL
assert_equal() {
	[ "$1" == "$2" ] && return
	echo "expected (-) and actual (+):"
	diff -u <(printf '%s\n' "$1") <(printf '%s\n' "$2") | tail -n +3
	return 1
}

# assert_same_file EXPECTED ACTUAL
assert_same_file() {
	cmp -s "$1" "$2" && return
	echo "expected (-) and actual (+):"
	diff -au "$1" "$2" | tail -n +3 | cat -v | head -n 60
	return 1
}

# assert_usage PROGRAM: what it says where it is called wrongly is its manual's synopsis.
assert_usage() {
	local manual said

	manual=$(mandoc -T ascii "$ROOT/man/$1.8" | sed 's/.\x08//g' | sed -n '/^SYNOPSIS/,/^DESCRIPTION/p' | sed '1d;$d')
	said=$("$1" -% 2>&1 </dev/null | sed -n '/^usage: /,$p')
	[ -n "$said" ] || { echo "$1 does not say how it is used" && return 1; }
	assert_equal "$(tr -s ' \n' ' ' <<<"usage:$manual")" "$(tr -s ' \n' ' ' <<<"$said")"
}

# The following look at what bats' run left: $status and $output.

# assert_status NUMBER
assert_status() {
	[ "$status" -eq "$1" ] && return
	printf 'expected exit status %s, got %s. Output:\n%s\n' "$1" "$status" "$output"
	return 1
}

# assert_output TEXT
assert_output() {
	assert_equal "$1" "$output"
}

# assert_contains TEXT [IN]: IN is $output where it is not given
assert_contains() {
	local in=${2-$output}

	[[ $in == *"$1"* ]] && return
	printf 'expected to contain: %s\nactual:\n%s\n' "$1" "$in"
	return 1
}

# refute_contains TEXT [IN]
refute_contains() {
	local in=${2-$output}

	[[ $in != *"$1"* ]] && return
	printf 'expected not to contain: %s\nactual:\n%s\n' "$1" "$in"
	return 1
}

# assert_match REGEX [IN]: an extended regular expression
assert_match() {
	local in=${2-$output}

	[[ $in =~ $1 ]] && return
	printf 'expected to match: %s\nactual:\n%s\n' "$1" "$in"
	return 1
}

# wait_for SECONDS COMMAND...: until the command succeeds
wait_for() {
	local deadline=$((SECONDS + $1))
	shift

	until "$@"; do
		if [ $SECONDS -ge $deadline ]; then
			echo "waited in vain for: $*"
			return 1
		fi
		sleep 0.05
	done
}
