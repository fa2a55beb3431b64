#!/usr/bin/env bash
# Runs the tests and adds up what they say: run.sh BUILD-DIRECTORY. `make check` calls it; the last line is the result.
#
# Every test speaks TAP: unit programs (check.h), fuzz replays, golden.sh, bats. Environment:
#   ONLY    a glob: run only the test files whose name (unit/record, golden, auditpr.bats, live/exec.bats) matches *ONLY*
#   LIVE    0: without the live tests, which work on the kernel's audit
#   STRICT  1: a skipped test counts as failed, but for skips that begin with "optional: "
set -u
cd "${0%/*}/.." || exit 1

build=$(realpath "$1") || exit 1
export BIN=$build/bin TZ=UTC0 LC_ALL=C STRICT=${STRICT:-0}
ONLY=${ONLY:-}
passed=0 failed=0 skipped=0

# A sanitizer's report fails the run wherever in a pipeline the program stood: the reports are files, looked for at the end.
reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:exitcode=99:log_path=$reports/report
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:exitcode=99:log_path=$reports/report

fail() {
	echo "not ok - $1"
	failed=$((failed + 1))
}

# One line of TAP.
tally() {
	local title=$1 line=$2

	case $line in
	'ok '*'# skip optional: '*)
		skipped=$((skipped + 1))
		;;
	'ok '*'# skip'*)
		if [ "$STRICT" = 1 ]; then
			fail "$title: skipped, and STRICT=1: ${line#*# skip}"
			return
		fi
		skipped=$((skipped + 1))
		;;
	'ok '*) passed=$((passed + 1)) ;;
	'not ok '*) failed=$((failed + 1)) ;;
	esac
	echo "$title: $line"
}

# run TITLE COMMAND...: a command that dies, or says less than it planned, has failed too.
run() {
	local title=$1 line status planned='' seen=0 failed_before=$failed
	shift

	[[ $title == *$ONLY* ]] || return
	while IFS= read -r line; do
		case $line in
		1..*) planned=${line#1..} ;;
		'ok '* | 'not ok '*)
			seen=$((seen + 1))
			tally "$title" "$line"
			;;
		*) echo "$title: $line" ;;
		esac
	done < <("$@" 2>&1 </dev/null)
	wait $!
	status=$?
	if [ "$planned" != "$seen" ]; then
		fail "$title: planned ${planned:-nothing}, and $seen ran; exit status $status"
	elif [ $status -ne 0 ] && [ "$failed" -eq "$failed_before" ]; then
		fail "$title: exit status $status"
	fi
}

# A test program that was removed from the sources may still lie in the build directory.
for source in tests/unit/*.c; do
	name=$(basename "$source" .c)
	run "unit/$name" timeout 300 "$build/tests/unit/$name"
done
for source in tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	run "fuzz/$name" timeout 300 "$build/tests/fuzz/$name" tests/fuzz/corpus/"$name"/*
done
run golden tests/golden.sh "$build"
for file in tests/*.bats tests/live/*.bats; do
	[[ $file == tests/live/* && ${LIVE:-1} == 0 ]] && continue
	[ -e "$file" ] && run "${file#tests/}" timeout --kill-after=10 900 bats --tap "$file"
done

[ "${LIVE:-1}" == 0 ] || run live/events timeout --kill-after=10 300 tests/live/events.sh "$build"

for report in "$reports"/*; do
	[ -e "$report" ] || continue
	head -n 40 "$report"
	fail "a sanitizer's report: see above"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
