#!/usr/bin/env bats
# The printed rules are read by auditctl, in front of a kernel that is none (live/fake_kernel.c), as the rules that we would load.
load helper

setup() {
	need auditctl unshare
	TOOL=$BIN/../tests/rules_tool
	DIR=$BATS_TEST_TMPDIR
	C=$DIR/conf
	cp -r "$CONF" "$C"
	sed -i 's/ignorenonexistentity = no/ignorenonexistentity = yes/' "$C/config"
	unshare -Ur true 2>/dev/null || skip "there are no user namespaces here"
}

# What auditctl sends for the rules that are printed, a line of hexadecimal each.
read_by_auditctl() {
	FAKE_RULES=$1 LD_PRELOAD=$BIN/../tests/fake_kernel.so unshare -Ur auditctl -R "$2"
}

# auditctl must read all rules; those for the exit list byte by byte as ours. (It has no syntax for the key of an exclude rule.)
check() {
	"$TOOL" "$@" print "$C" >"$DIR/rules" 2>"$DIR/warnings" || { cat "$DIR/warnings"; return 1; }
	"$TOOL" "$@" encode "$C" 2>"$DIR/warnings" | grep -v ^05 >"$DIR/ours" || true
	: >"$DIR/sent"
	run read_by_auditctl "$DIR/sent" "$DIR/rules"
	assert_status 0
	assert_output ""
	assert_equal "$(grep -c '^-' "$DIR/rules" || true)" "$(wc -l <"$DIR/sent")"
	grep -v ^05 "$DIR/sent" >"$DIR/theirs" || true
	assert_same_file "$DIR/ours" "$DIR/theirs"
}

# users LINE...
users() {
	sed -i '/^users:/,$d' "$C/config"
	printf 'users:\n' >>"$C/config"
	printf '\t%s\n' "$@" >>"$C/config"
}

@test "rules: auditctl reads those of the stock configuration as we load them" {
	check
	check -x 4711
	assert_contains "-A never,exit -S all -F sessionid=4711 -F key=auditstream-exempt" "$(<"$DIR/rules")"
}

@test "rules: auditctl reads those of every class, by success and by failure" {
	local class
	for class in $(sed -n '/^classes:/,/^users:/s/^\t\([a-zA-Z]*\) = .*/\1/p' "$C/config") ALL; do
		users "default = $class" "61234 = $class+" "61236 = $class-" "61250 =" "61251 = $class-, login"
		check
	done
}

@test "rules: auditctl reads those of users by ranges, and of the default without them" {
	users "61234 = kernel" "61235 = kernel" "61239 = kernel" "61241 = files" "default = fs"
	check
	assert_equal 8 "$(grep -c 'arch=b64.*key=auditstream-users' "$DIR/rules")"
}

@test "rules: auditctl reads a rule that names every call" {
	local call
	{
		printf 'classes:\n\tevery = SYS_read'
		for ((call = 0; call < 512; call++)); do printf ', SYS_%s' "$call"; done
		ausyscall --dump | awk 'NR > 1 { printf ", SYS_%s", $2 }'
		printf '\nusers:\n\t61234 = every\n'
	} >"$C/config"
	: >"$C/objects"
	check
	[ "$(grep -o , "$DIR/rules" | wc -l)" -gt 1000 ]
}

@test "rules: auditctl reads paths with every printable character" {
	mkdir "$DIR/dir" "$DIR/a"
	{
		printf '%s:\n\tw = "W"\n\n' "$DIR/dir" "$DIR/a/=!<>&,;'#\$(x)~%\`|@^*é日本" "$DIR/a/-k"
	} >"$C/objects"
	check
	assert_equal 3 "$(grep -c key=auditstream-object- "$DIR/rules")"

	# Where it has no syntax, the line is a comment.
	printf '%s:\n\tw = "W"\n' "$DIR/a/with blank" >"$C/objects"
	"$TOOL" print "$C" >"$DIR/rules"
	run read_by_auditctl "$DIR/sent" "$DIR/rules"
	assert_status 0
	assert_contains "# a rule that auditctl cannot write" "$(<"$DIR/rules")"
}

@test "rules: record types that are not needed are excluded in a way that auditctl reads" {
	sed -i 's/^start:/&\n\trecords = needed/' "$C/config"
	check
	assert_contains "
-a always,exclude -F msgtype=PROCTITLE
" "$(<"$DIR/rules")"
	assert_equal 8 "$(grep -c ^05 "$DIR/sent")"
}
