#!/usr/bin/env bats
# audit without a kernel: check on good and bad configuration, usage, what is said where nothing is started.
# shellcheck source=tests/helper.bash
load helper

setup() {
	DIR=$BATS_TEST_TMPDIR/conf
	make_configuration
}

# The configuration that the tests then spoil: the stock event map and formats, and little else.
make_configuration() {
	rm -rf "$DIR"
	mkdir -m 755 "$DIR"
	cp "$CONF/eventmap" "$CONF/events" "$DIR"
	printf 'start:\n\tstreammode = on\n\nstream:\n\tcmds = %s/streamcmds\n\nclasses:\n\tgeneral = USER_SU, FILE_Unlink\n\nusers:\n\troot = general\n' \
		"$DIR" >"$DIR/config"
	printf '* none\n' >"$DIR/objects"
	printf 'auditstream | auditpr > /dev/null &\n' >"$DIR/streamcmds"
	chmod 644 "$DIR"/*
}

# spoil LINE: one of a case in audit.mistakes
spoil() {
	local what=${1%% *} how=${1#* }

	case $what in
	rm) rm "$DIR/$how" ;;
	dir) rm "$DIR/$how" && mkdir -m 755 "$DIR/$how" ;;
	fifo) rm "$DIR/$how" && mkfifo -m 644 "$DIR/$how" ;;
	chmod) chmod "${how%% *}" "$DIR/${how#* }" ;;
	*) printf '%b' "$how" >"$DIR/$what" ;;
	esac
}

# What `audit check` says: paths within the directory, without the program's name.
complaints() {
	run --separate-stderr timeout 20 audit -C "$DIR" check
	# shellcheck disable=SC2154 # stderr: bats' run sets it
	printf '%s\n' "${stderr//audit: /}" | sed "s,$DIR/,,g; s,$DIR:,.:,g"
}

# One case: its title, what spoils, what must be said.
check_case() {
	local title=$1 expected=$2 said

	said=$(complaints; exit "$status") && { echo "$title: exit status 0"; return 1; }
	[ $? -eq 1 ] || { echo "$title: exit status is not 1"; return 1; }
	[ "$said" = "$expected" ] || { printf '%s:\n' "$title"; assert_equal "$expected" "$said"; }
}

@test "audit check: each mistake is said with file and line, and ends with 1" {
	local line title='' expected='' failed=0 count=0

	while IFS= read -r line; do
		case $line in
		'case '*)
			make_configuration
			title=${line#case }
			expected=
			;;
		'says '*) expected+=${expected:+$'\n'}${line#says } ;;
		'') [ -z "$title" ] || { check_case "$title" "$expected" || failed=$((failed + 1)); count=$((count + 1)); title=; } ;;
		*) spoil "$line" ;;
		esac
	done < <(grep -v '^#' "$ROOT/tests/audit.mistakes"; echo)
	echo "$count cases, $failed failed"
	[ "$count" -ge 60 ]
	[ "$failed" -eq 0 ]
}

@test "audit check: the stock files are right, and nothing is said of them" {
	cp "$CONF"/* "$ROOT/streamcmds" "$DIR"
	chmod o-w "$DIR"/*
	sed -i "s,/etc/security/audit/,$DIR/," "$DIR/config" "$DIR/objects"
	run --separate-stderr audit -C "$DIR" check
	assert_status 0
	assert_match $'^# .*/config:[0-9]+: .*\n-a '
	# shellcheck disable=SC2154 # stderr: bats' run sets it
	assert_equal '' "$stderr"
}

@test "audit check: what never happens on Linux, and a file that is not there, are said, and are no mistakes" {
	printf 'classes:\n\tgeneral = USER_SU, MINE_Write, PORT_Change, SYS_getcpu, all, LVM_AddPV-\n\tall = ALL\n\tlvm = ' >"$DIR/config"
	printf 'LVM_AddPV, LVM_KDeleteVG, %s' "$(printf 'LDAP_Modifydn, %.0s' {1..25})" | sed 's/, $//' >>"$DIR/config"
	printf '%s:\n\tw = MINE_Write\n%s/events:\n\tw = MINE_Write\n' "$DIR/nosuch" "$DIR" >"$DIR/objects"
	run complaints
	assert_equal 'warning: config:2: class `general`: neither eventmap nor objects has, and so will never be seen: PORT_Change, LVM_AddPV' \
		"${lines[0]}"
	assert_match '^warning: config:4: class `lvm`: .*: LVM_AddPV, LVM_KDeleteVG, (LDAP_Modifydn, )*LDAP_Modifydn and [0-9]+ more$' "${lines[1]}"
	assert_equal 2 "${#lines[@]}"
	run --separate-stderr audit -C "$DIR" check
	assert_status 0
	assert_contains "# $DIR/objects:1: $DIR/nosuch: no such file yet"$'\n'
	assert_contains "# $DIR/objects:3: $DIR/events"$'\n'
}

@test "audit check: AIX's comments, continued commands and upper-case switches are read" {
	printf '* a comment\n# another\n\nauditstream | \\\n  auditpr > /dev/null &\n' >"$DIR/streamcmds"
	run audit -C "$DIR" start -n
	assert_status 0
	assert_contains '# runs: auditstream | '
	assert_contains 'auditpr > /dev/null &'
}

@test "audit check: a pipeline without & is given one, so that each of its programs is heard of" {
	printf '%s\n' 'auditstream | auditpr > /audit/stream.out' 'auditstream | auditpr &' 'auditstream -c files >f; auditpr <f | cat;' 'sleep 9' \
		'auditstream |\' ' auditpr \' '' 'a | b & \' >"$DIR/streamcmds"
	run audit -C "$DIR" start -n
	assert_status 0
	assert_equal "$(printf '# runs: %s\n' 'auditstream | auditpr > /audit/stream.out &' 'auditstream | auditpr &' \
		'auditstream -c files >f; auditpr <f | cat;' 'sleep 9' 'auditstream | auditpr &' 'a | b & ')" "$(grep '^# runs' <<<"$output" | tr -s ' ')"
}

@test "audit check: a command of very many lines is joined in little memory, and one that is too long for sh is refused" {
	need_plain_build
	{ yes 'a\' | head -n 60000; echo; } >"$DIR/streamcmds"
	run bash -c 'ulimit -v 200000 && audit -C "$1" start -n' - "$DIR"
	assert_status 0
	[ "${#lines[0]}" -eq 60008 ] # "# runs: " and the letters
	{ yes 'a\' | head -n 200000; echo; } >"$DIR/streamcmds"
	run audit -C "$DIR" check
	assert_status 1
	assert_output "audit: $DIR/streamcmds:1: sh cannot read this: Argument list too long"
}

@test "audit check: AIX's paths of our programs stand for their names, where nothing is there" {
	[ ! -e /usr/sbin/auditstream ] || skip "optional: the programs are installed in /usr/sbin"
	printf '%s\n' '/usr/sbin/auditstream|/usr/sbin/auditselect -e "event == USER_SU" \' '| "/usr/sbin/auditpr" -v >/dev/lpr0 &' \
		'/opt/usr/sbin/auditpr; /usr/sbin/auditprint; /usr/sbin/auditd; cat /usr/sbin/' >"$DIR/streamcmds"
	run audit -C "$DIR" start -n
	assert_status 0
	assert_equal '# runs: auditstream|auditselect -e "event == USER_SU" | "auditpr" -v >/dev/lpr0 &' "${lines[0]}"
	assert_equal '# runs: /opt/usr/sbin/auditpr; /usr/sbin/auditprint; /usr/sbin/auditd; cat /usr/sbin/' "${lines[1]}"
}

@test "audit check: changes no file, and needs no other user than one who may read" {
	need setpriv
	[ "$(id -u)" -eq 0 ] || skip "must be root to become somebody else"
	local private
	private=$(mktemp -d)
	cp -r "$DIR" "$private/conf"
	cp "$BIN/audit" "$private"
	sed -i "s,$DIR,$private/conf,; s/root = /root = /" "$private/conf/config"
	chmod -R a+rX "$private"
	run setpriv --reuid 65534 --regid 65534 --clear-groups "$private/audit" -C "$private/conf" check
	rm -rf "$private"
	assert_status 0
	assert_contains '-a always,exit'
}

@test "audit start -n: prints what the kernel would be told, and does nothing" {
	sed -i 's/streammode = on/streammode = on\n\tonfull = panic\n\tbacklog = 20000/' "$DIR/config"
	run audit -C "$DIR" start -n
	assert_status 0
	assert_contains $'-b 20000\n-f 2\n'
	assert_equal '-e 1' "${lines[-1]}"
	sed -i 's/panic/drop/' "$DIR/config"
	run audit -C "$DIR" start -n
	assert_contains $'-b 20000\n--backlog_wait_time 0\n'
	refute_contains '-f 2'
}

@test "key: a pair, once, and -f makes another" {
	cd "$BATS_TEST_TMPDIR" || return
	run -0 audit key "$PWD/key"
	assert_match "^$PWD/key\\.pub: [A-Za-z0-9+/]{43}=\$"
	assert_equal 600 "$(stat -c %a key)"
	assert_equal 644 "$(stat -c %a key.pub)"
	assert_contains "$(sed -n 's/^ed25519-public //p' key.pub)"
	cp key before
	run -1 audit key "$PWD/key"
	assert_contains 'there is a key already'
	rm key
	run -1 audit key "$PWD/key"
	cp before key
	run -0 audit key -f "$PWD/key"
	run ! cmp -s before key
	assert_equal "key key.pub" "$(echo key*)"
	run -1 audit key "$PWD/nowhere/key"
	run -64 audit key a b
	mkdir empty
	printf 'bin:\n\tkey = %s/named\n' "$PWD" >empty/config
	audit -C empty key
	[ -e named.pub ]
	rm empty/config
	audit -C empty key
	[ -e empty/key.pub ]
	mkdir wrong
	printf 'bin:\n\tkye = /x\n' >wrong/config
	run -64 audit -C wrong key
	assert_contains 'did you mean'
	[ ! -e wrong/key ]
}

@test "check: the directory of an object that is not there is one warning, where that is to be ignored" {
	sed -i 's/^start:/start:\n\tignorenonexistentity = yes/' "$DIR/config"
	printf '/nosuch/dir/file:\n\tw = "S_X"\n' >"$DIR/objects"
	run --separate-stderr audit -C "$DIR" check
	assert_status 0
	assert_equal "audit: warning: $DIR/objects:1: object \`/nosuch/dir/file\`: no such directory: /nosuch/dir: skipped; when it is there, audit start -r" "$stderr"
}

@test "check: the same where whoever started it ignored SIGCHLD" {
	need perl
	cd "$BATS_TEST_TMPDIR" || return
	cp -r "$CONF" with
	sed -i "s,streammode = .*,streammode = on,; s,cmds = /etc/security/audit,cmds = $PWD/with," with/config
	echo 'auditpr >/dev/null' >with/streamcmds
	run audit -C with check
	local expected="$status $output"
	# shellcheck disable=SC2016 # for perl
	run perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV' audit -C with check
	assert_equal "$expected" "$status $output"
}

# proves PUBLIC...: does one of these prove what key signs?
proves() {
	local public

	rm -f trail
	auditcat -C . -p -o trail records || return
	for public; do
		! auditcat -V -k "$public" trail >/dev/null 2>&1 || return 0
	done
	return 1
}

@test "key -f killed at any call: what signs has its public half, and the next one makes a new pair" {
	need strace
	cd "$BATS_TEST_TMPDIR" || return
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 # which does not work under strace
	local call n status
	stream "$FIXTURES/net.log" >records
	printf 'bin:\n\tkey = %s/key\n' "$PWD" >config
	audit key "$PWD/key" >/dev/null
	for call in openat write fsync rename unlink access; do
		for ((n = 1; n < 100; n++)); do
			status=0
			strace -qqf -o /dev/null -e "inject=$call:signal=KILL:when=$n" audit key -f "$PWD/key" >/dev/null || status=$?
			[ $status -ne 0 ] || break
			proves key.pub key.pub.new || { echo "$call $n" && return 1; }
			# One is killed at the same place again and again, and then one is not.
			[ $((n % 2)) -ne 0 ] || continue
			audit key -f "$PWD/key" >/dev/null
			proves key.pub || { echo "$call $n, and then" && return 1; }
			assert_equal "key key.pub" "$(echo key*)"
		done
		[ $n -lt 100 ]
	done
}

@test "check: a key that is not there is a warning" {
	cd "$BATS_TEST_TMPDIR" || return
	cp -r "$CONF" with
	sed -i 's|^bin:|bin:\n\tkey = /nowhere/key|' with/config
	run audit -C with check
	assert_contains 'key = /nowhere/key: there is no such file'
}

@test "audit: wrong usage is 64" {
	local words

	for words in '' 'begin' 'start now' 'start -x' 'start -n -r' 'check all' 'shutdown now' 'off x' 'on off' 'query -x' 'query x' \
		'-x query' '-@ wpar start'; do
		# shellcheck disable=SC2086 # words
		run audit $words
		assert_status 64
		assert_contains 'usage: audit [-C confdir] start [-n | -r]'
	done
	run audit begin
	assert_equal 'audit: begin: no such verb' "${lines[0]}"
}

@test "audit: usage is the manual's synopsis" {
	need mandoc
	assert_usage audit
}

@test "audit: a directory that is not there is said" {
	run audit -C "$DIR/none" start
	assert_output "audit: $DIR/none: No such file or directory"
	assert_status 1
}

@test "audit check: what cannot be written is an error" {
	run bash -c "audit -C '$DIR' check >/dev/full"
	assert_contains 'No space left on device'
	assert_status 1
}
