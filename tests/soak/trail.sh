#!/usr/bin/env bash
# Random faults while bins are appended to a trail: tests/soak/trail.sh BUILD-DIRECTORY SECONDS [SEED]. `make soak` calls it.
#
# Each round makes a bin, appends it under a fault (killed at a system call or a moment, an error of a write or sync, a limit of the
# file's size, a torn end of the trail), and then without one, as auditbin does. In the end the trail and its backups must hold every
# record of every bin once, in order, as one verified chain. Prints the seed: the same one makes the same choices.
set -u
build=$(realpath "$1") || exit 1
seconds=$2
seed=${3:-$RANDOM}
root=$(cd "${0%/*}/../.." && pwd)
export PATH=$build/bin:$PATH TZ=UTC0 LC_ALL=C
command -v strace >/dev/null || { echo "there is no strace here (make deps-test)"; exit 1; }

work=$(mktemp -d)
trap '[ -n "${KEEP:-}" ] && echo "$work" || rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir conf
RANDOM=$seed
echo "seed $seed"

for log in net kill paths_odd; do
	auditstream -C "$root/config" -i "$root/tests/fixtures/$log.log" >"$log.records" 2>/dev/null || exit 1
done
inputs=(*.records)
calls=(write fdatasync fsync ftruncate 'rename,renameat,renameat2' 'link,linkat' 'unlink,unlinkat' openat pread64)
errors=(ENOSPC EIO EDQUOT)
: >expected

append() {
	{ "$@" auditcat -C conf -p -o trail -s 16 bin >said 2>&1; } 2>/dev/null
}

fail() {
	echo "round $round: $*"
	cat said
	stat -c '%s %n' trail* | tail -n 5
	exit 1
}

# Some of the bin's section gets to the end of the trail, as if the machine had stopped.
tear() {
	local size

	cp trail before
	append || return
	size=$(stat -c %s before)
	if [ "$(stat -c %s trail)" -gt "$size" ] && cmp -s -n "$size" before trail; then
		truncate -s $((size + 1 + RANDOM % ($(stat -c %s trail) - size))) trail
	fi
}

end=$((SECONDS + seconds)) round=0
while [ $SECONDS -lt $end ]; do
	round=$((round + 1))
	records=${inputs[RANDOM % ${#inputs[@]}]}
	"$build/tests/trail_tool" -r <"$records" >bin || exit 1
	cat "$records" >>expected
	for ((faults = RANDOM % 3; faults > 0; faults--)); do
		call=${calls[RANDOM % ${#calls[@]}]}
		when=$((1 + RANDOM % 12))
		case $((RANDOM % 5)) in
		0 | 1) append strace -qqf -o /dev/null -e "inject=$call:signal=KILL:when=$when" ;;
		2) append strace -qqf -o /dev/null -e "inject=$call:error=${errors[RANDOM % 3]}:when=$when" ;;
		3) append timeout -s KILL "0.00$((RANDOM % 10))" ;;
		4) [ -e trail ] && tear ;;
		esac
	done
	append || fail "the bin cannot be appended"
done

shopt -s nullglob
trails=(trail.2* trail)
auditcat -u "${trails[@]}" >holds 2>said || fail "the trail cannot be read"
cmp holds expected || fail "the trail holds something else"
auditcat -V "${trails[@]}" >said 2>&1 || fail "the trail cannot be verified"
compgen -G 'trail.new*' && fail "something is left of a rotation"
echo "$round bins; $(head -n 1 said)"
