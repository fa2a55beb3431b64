#!/usr/bin/env bash
# Random faults while auditbin fills bins and delivers them to a trail: tests/soak/bins.sh BUILD-DIRECTORY SECONDS [SEED]. `make soak` calls it.
#
# Each round runs auditbin, its runner and auditcat under one fault (each of them is killed at a system call, or the call fails), and then
# auditbin without one. The trail and its backups must hold the input's records from the first on, each once, as one verified chain; all
# of them where the first run ended with 0. Prints the seed: the same one makes the same choices.
set -u
build=$(realpath "$1") || exit 1
seconds=$2
seed=${3:-$RANDOM}
root=$(cd "${0%/*}/../.." && pwd)
export PATH=$build/bin:$PATH TZ=UTC0 LC_ALL=C
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 # which does not work under strace
command -v strace >/dev/null || { echo "there is no strace here (make deps-test)"; exit 1; }

work=$(mktemp -d) far=$(mktemp -d /dev/shm/bins.XXXXXX)
trap '[ -n "${KEEP:-}" ] && echo "$work $far" || rm -rf "$work" "$far"' EXIT
cd "$work" || exit 1
RANDOM=$seed
echo "seed $seed"

for log in net fsops kill; do
	auditstream -C "$root/config" -i "$root/tests/fixtures/$log.log"
done >in 2>/dev/null || exit 1
mkdir conf
printf 'bin:\n\ttrail = %s/trail\n\tbin1 = %s/bin1\n\tbin2 = %s/bin2\n\tcmds = %s/conf/bincmds\n' "$work" "$work" "$work" "$work" >conf/config
printf '\tfreespace = 0\n\tbinsize = 6000\n\teventthreshold = 9\n' >>conf/config
# shellcheck disable=SC2016 # for auditbin
commands=('auditcat -C conf -p -o $trail $bin' 'auditcat -C conf -p -s 2k -o $trail $bin' "auditcat -C conf -p -s 2k -d $far -o \$trail \$bin")
calls=(openat pwrite64 write fdatasync fsync 'link,linkat' 'unlink,unlinkat' ftruncate sendto recvfrom 'clone,clone3,fork,vfork' wait4 execve
	pread64 read close newfstatat flock 'rename,renameat,renameat2' lseek fcntl)
faults=(signal=KILL signal=KILL error=EIO error=ENOSPC error=EINTR error=ENOMEM)

fail() {
	echo "round $round: $inject: $(<conf/bincmds): $*"
	cat said
	exit 1
}

shopt -s nullglob
end=$((SECONDS + seconds)) round=0
while [ $SECONDS -lt $end ]; do
	round=$((round + 1)) status=0
	rm -rf trail* bin* "${far:?}"/*
	echo "${commands[RANDOM % 3]}" >conf/bincmds
	inject=${calls[RANDOM % ${#calls[@]}]}:${faults[RANDOM % ${#faults[@]}]}:when=$((1 + RANDOM % 40))
	{ timeout -s KILL 30 strace -qqf -o /dev/null -e "inject=$inject" auditbin -C conf -i "$work/in" >said 2>&1 || status=$?; } 2>/dev/null
	# The command that runs when auditbin is killed comes to its end.
	while pgrep -f "auditbin -C conf -i $work/in" >/dev/null; do
		sleep 0.05
	done
	auditbin -C conf -i /dev/null >>said 2>&1 || auditbin -C conf -i /dev/null >>said 2>&1 || fail "the bins cannot be delivered"
	trails=("$far"/trail.2*[0-9] trail.2*)
	[ ! -e trail ] || trails+=(trail)
	[ ${#trails[@]} -gt 0 ] || continue
	auditcat -u "${trails[@]}" >holds 2>>said || fail "the trail cannot be read"
	size=$(stat -c %s holds)
	cmp -n "$size" holds in || fail "the trail holds something else"
	[ "$status" -ne 0 ] || cmp holds in || fail "auditbin ended with 0, and the trail lacks something"
	[ "$size" -eq 0 ] || auditcat -V "${trails[@]}" >>said 2>&1 || fail "the trail cannot be verified"
done
echo "$round rounds"
