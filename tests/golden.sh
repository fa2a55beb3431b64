#!/usr/bin/env bash
# Compares what the programs print with what they printed when somebody read it: golden.sh [--rewrite] BUILD-DIRECTORY.
#
# golden/NAME.args is a shell command, run in tests/fixtures with the programs in PATH and CONF naming config/; golden/NAME.out is
# all it prints, standard error too, and its exit status where that is not 0.
set -u
cd "${0%/*}/fixtures" || exit 1
golden=../golden

rewrite=false
if [ "$1" = --rewrite ]; then
	rewrite=true
	shift
fi
case $1 in
/*) PATH=$1/bin:$PATH ;;
*) PATH=$(realpath "../../$1")/bin:$PATH ;;
esac
export PATH TZ=UTC0 LC_ALL=C CONF=../../config

output_of() {
	bash -o pipefail "$1" 2>&1 </dev/null || echo "exit status $?"
}

number=0
for args in "$golden"/*.args; do
	[ -e "$args" ] || continue
	number=$((number + 1))
	name=$(basename "$args" .args)
	expected=$golden/$name.out
	if $rewrite; then
		output_of "$args" >"$expected"
	elif difference=$(output_of "$args" | diff -u "$expected" - 2>&1); then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		echo "$difference" | sed 's/^/# /' | head -n 60
	fi
done
$rewrite || echo "1..$number"
