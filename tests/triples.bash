# The triples of tests/expr.test: an expression, a log, and what must match. Prints each that fails.
# shellcheck shell=bash

# The serials of the records on stdin, in their order, on one line; `-` for none.
serials() {
	local all

	all=$(auditpr -F linux | sed 's/.*audit([0-9.]*:\([0-9]*\)).*/\1/' | uniq | tr '\n' ' ')
	[ -n "$all" ] && echo "${all% }" || echo -
}

# 3-5 9 -> 3 4 5 9
expand_ranges() {
	local word all=''

	for word; do
		case $word in
		[0-9]*-[0-9]*) all+=$(seq -s ' ' "${word%-*}" "${word#*-}")' ' ;;
		*) all+="$word " ;;
		esac
	done
	echo "${all% }"
}

# The records of a log by its name, made once.
records_of() {
	local log=$ROOT/tests/expr/$1.log

	[ -e "$log" ] || log=$FIXTURES/$1.log
	[ -e "$BATS_TEST_TMPDIR/$1.records" ] || stream "$log" >"$BATS_TEST_TMPDIR/$1.records" || return
	echo "$BATS_TEST_TMPDIR/$1.records"
}

# what_matches EXPRESSION LOG: serials, or `! MESSAGE`
what_matches() {
	local records errors=$BATS_TEST_TMPDIR/errors status

	records=$(records_of "$2") || return
	auditselect -e "$1" "$records" 2>"$errors" >"$BATS_TEST_TMPDIR/selected"
	status=$?
	case $status in
	0) serials <"$BATS_TEST_TMPDIR/selected" ;;
	64) sed 's/^auditselect: /! /;q' "$errors" ;;
	*) echo "exit status $status: $(cat "$errors")" ;;
	esac
}

# run_triples FILE
run_triples() {
	local file=$1 line number=0 first=0 count=0 failed=0 expected actual
	local -a triple=()

	while IFS= read -r line; do
		number=$((number + 1))
		if [ ${#triple[@]} -eq 0 ] && [[ -z $line || $line == '#'* ]]; then
			continue
		fi
		[ ${#triple[@]} -eq 0 ] && first=$number
		triple+=("$line")
		[ ${#triple[@]} -eq 3 ] || continue
		expected=${triple[2]}
		# shellcheck disable=SC2086 # words
		[[ $expected == '!'* ]] || expected=$(expand_ranges $expected)
		actual=$(what_matches "${triple[0]}" "${triple[1]}")
		if [ "$actual" != "$expected" ]; then
			printf '%s:%s: %s\n  expected %s\n  got      %s\n' "$file" "$first" "${triple[0]}" "$expected" "$actual"
			failed=$((failed + 1))
		fi
		count=$((count + 1))
		triple=()
	done <"$file"
	echo "$count triples, $failed failed"
	[ ${#triple[@]} -eq 0 ] && [ "$failed" -eq 0 ] && [ "$count" -gt 0 ]
}
