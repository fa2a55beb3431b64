#!/usr/bin/env bash
# What a growing configuration costs: rules.sh [BUILD-DIRECTORY]. The kernel's rules for 1 to 1000 users, sets of classes and objects, and, as
# root, how long a system call that none of them is about takes while they are loaded.
# shellcheck source=tests/bench/common.bash
source "${0%/*}/common.bash"

RULES_MAX=300 # loaded at most: the kernel takes 10 ms and more to delete one
COUNTS=(1 10 100 1000)
CALLS=500000

conf=$BENCH_WORK/growth
rm -rf "$conf"
mkdir -p "$conf/files"
cp "$CONF"/{events,eventmap} "$conf"

configuration() {
	printf 'start:\n\tstreammode = on\nstream:\n\tcmds = %s/streamcmds\nclasses:\n%s\nusers:\n%s\n' "$conf" "$1" "$2" >"$conf/config"
	echo 'auditstream >/dev/null &' >"$conf/streamcmds"
	: >"$conf/objects"
}

# COUNT users who have the same class
users() {
	configuration '	files = FILE_Unlink, FILE_Rename, PROC_Execute' "$(seq -f '	%.0f = files' 61301 $((61300 + $1)))"
}

# COUNT users, each with another class: the bits of a number say which events it has
classes() {
	configuration "$(awk -v n="$1" 'BEGIN {
		split("FILE_Unlink FILE_Rename FILE_Link FILE_Symlink FILE_Mode FILE_Owner FS_Mkdir FS_Rmdir PROC_Execute FILE_Open", event, " ")
		for (i = 1; i <= n; i++) {
			text = ""
			for (bit = 0; bit < 10; bit++)
				if (int(i / 2 ^ bit) % 2)
					text = text (text == "" ? "" : ", ") event[bit + 1]
			print "\tc" i " = " text
		}
	}')" "$(awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) print "\t" 61300 + i " = c" i }')"
}

# COUNT files that are watched
objects() {
	configuration '	none = FILE_Unlink' '	61301 = none'
	seq -f "$conf/files/%.0f:
	w = \"S_WRITE\"" "$1" >"$conf/objects"
}

rules_of() {
	audit -C "$conf" check >"$conf/rules"
	grep -c '^-a' "$conf/rules"
}

# Nanoseconds of a getppid that no rule is about, by the test's login user: the least of some runs.
call_time() {
	for _ in 1 2 3 4 5; do
		as_login "$TOOLS/load" -c $CALLS getppid
	done | awk '{ ns = $2 / $1; if (NR == 1 || ns < least) least = ns } END { printf "%.1f\n", least }'
}

# Loads the configuration's rules, and says what a call takes and what that is for each rule.
loaded() {
	local rules=$1 ns

	"$BUILD/tests/rules_tool" apply "$conf" >/dev/null
	ns=$(call_time)
	"$BUILD/tests/rules_tool" remove >/dev/null
	awk -v ns="$ns" -v base="$ONE_RULE" -v rules="$rules" 'BEGIN { printf "%.0f | %.1f", ns, (ns - base) / rules }'
}

echo '## A growing configuration'
echo
if [ "${BENCH_LIVE-1}" = 0 ] || [ "$(id -u)" -ne 0 ]; then
	loaded() {
		echo '- | -'
	}
else
	# shellcheck source=tests/bench/live.bash
	source "${0%/*}/live.bash"
	begin_live
	auditctl -e 0 >/dev/null
	NO_RULE=$(call_time)
	auditctl -e 1 >/dev/null
	auditctl -a always,exit -F arch=b64 -S reboot -F auid=61300 -k as-test-bench >/dev/null
	ONE_RULE=$(call_time)
	auditctl -D -k as-test-bench >/dev/null
	cat <<-END
		A getppid that nothing audits takes $NO_RULE ns where auditing is off and $ONE_RULE ns as soon as there is any; where rules are loaded, the last
		column is what each of them adds. More than $RULES_MAX rules are counted, not loaded.

	END
fi
echo '| | how many | kernel rules | ns of an unrelated call | ns for each rule |'
echo '|---|---|---|---|---|'
for kind in users classes objects; do
	for count in "${COUNTS[@]}"; do
		say "$count $kind"
		$kind "$count"
		rules=$(rules_of)
		if [ "$rules" -gt $RULES_MAX ]; then
			cost='- | -'
		else
			cost=$(loaded "$rules")
		fi
		echo "| $kind | $count | $rules | $cost |"
	done
done
