#!/usr/bin/env bats
# auditstream as `audit start` runs it: the users stanza and the file objects of its configuration decide, event by event.
# Offline, on recorded events; tests/live/objects.bats has the kernel's part.
# shellcheck disable=SC2154 # stderr: bats sets it
# shellcheck source=tests/helper.bash
load helper

setup() {
	need jq
	cd "$BATS_TEST_TMPDIR" || return
	mkdir conf
	cp "$CONF/eventmap" conf
	{ cat "$CONF/events"; printf '\tT_%s = printf "%%s"\n' READ WRITE EXEC DIR; } >conf/events
	export AUDIT_STARTED=$PWD/conf
	config ''
	objects ''
}

# config USERS [MORE]: the users stanza, and other stanzas
config() {
	printf 'classes:
	names = FILE_Link, FILE_Rename, FILE_Unlink
	failed = FILE_Link-, FILE_Mode-, FILE_Unlink-
	good = FILE_Unlink+
	logins = USER_Login, USER_Auth
	none =
	tests = T_READ, T_DIR
users:
%s
%s' "$1" "${2-}" >conf/config
}

# objects STANZA...
objects() {
	printf '%b\n' "$@" >conf/objects
}

# Serial (its last three digits), event, result and tail of each record of a fixture, or of a log.
records() {
	local log=$1
	shift

	[ -e "$log" ] || log=$FIXTURES/$log.log
	auditstream -i "$log" "$@" | auditpr -F json | jq -r '"\(.Serial % 1000) \(.EventType) \(.Status) \(.Verbose)"'
}

# --- users

@test "the users stanza selects, by login user" {
	config '	9001 = names'
	run records fsops
	assert_output '212 FILE_Link OK linkname /srv/audrecs/tmp/qd/b filename /srv/audrecs/tmp/qd/a
214 FILE_Rename OK frompath: /srv/audrecs/tmp/qd/a topath: /srv/audrecs/tmp/qd/c
215 FILE_Rename OK frompath: - topath: -
222 FILE_Unlink OK filename fifo
223 FILE_Unlink OK filename s
224 FILE_Unlink OK filename b
225 FILE_Unlink OK filename c
226 FILE_Unlink FAIL filename -'
}

@test "the login user counts, not the real one: su and sudo change nothing" {
	# fsops ran as root, with the login uid 9001.
	config '	root = names
	default ='
	run records fsops
	assert_output ''
}

@test "+ and -: of a class, and of an event" {
	config '	9001 = names-, good'
	run records fsops
	assert_output '222 FILE_Unlink OK filename fifo
223 FILE_Unlink OK filename s
224 FILE_Unlink OK filename b
225 FILE_Unlink OK filename c
226 FILE_Unlink FAIL filename -'
	config '	9001 = failed'
	run records fsops
	assert_output '216 FILE_Mode FAIL mode: 640 filename /srv/audrecs/tmp/qd/s
226 FILE_Unlink FAIL filename -'
}

@test "default: who is not listed; a user with an empty list is listed" {
	config '	default = failed'
	run records hardlink
	assert_output '438 FILE_Link FAIL_PRIV linkname - filename /etc/shadow'
	config '	9001 =
	default = failed'
	run records hardlink
	assert_output ''
	config '	9001 = none
	default = ALL'
	run bash -c 'auditstream -i "$FIXTURES/hardlink.log" | auditpr -F json | jq -r .Login'
	assert_output unset
}

@test "ALL is every event" {
	config '	default = ALL'
	auditstream -i "$FIXTURES/mix.log" >actual
	env -u AUDIT_STARTED auditstream -C "$CONF" -i "$FIXTURES/mix.log" >expected
	assert_same_file expected actual
}

@test "a daemon, without login uid, counts as its real user" {
	config '	root = logins
	default ='
	run records sshd_badpw
	assert_output '145 USER_Auth FAIL_AUTH user: aubench tty: ssh
146 USER_Login FAIL_AUTH user: aubench tty: sshd from: 127.0.0.1'
	config '	root =
	default = ALL'
	run records sshd_badpw
	assert_output '146 USER_Login FAIL_AUTH user: aubench tty: sshd from: 127.0.0.1' # as everybody's are
}

@test "a user and a group of this machine, by name" {
	config "	$(id -un) = logins" # tests that run as root: sshd's user
	[ "$(id -u)" -eq 0 ] || skip 'optional: only root has sshd in the fixture'
	run records sshd_badpw
	assert_contains '146 USER_Login FAIL_AUTH'
	config "	@$(id -gn) = logins"
	run records sshd_badpw
	assert_contains '146 USER_Login FAIL_AUTH'
}

@test "a loss always passes" {
	config '	default ='
	echo 'type=DAEMON_ERR msg=audit(1795325474.234:1): op=lost-records stage=kernel count=7 pid=1 res=failed' >lost.log
	assert_equal 'AUD_Lost_Recs' "$(auditstream -i lost.log | auditpr -F json | jq -r .EventType)"
	assert_equal 'AUD_Lost_Recs' "$(auditstream -c tests -i lost.log | auditpr -F json | jq -r .EventType)"
}

# --- objects

@test "an object event: whoever it is, beside the class's event, with the same serial" {
	objects '/etc/shadow:\n\tr = "T_READ"\n\tw = "T_WRITE"'
	run records hardlink
	assert_output '438 T_WRITE FAIL_PRIV audit object write event detected /etc/shadow'
	config '	default = names'
	run records hardlink
	assert_output '438 FILE_Link FAIL_PRIV linkname - filename /etc/shadow
438 T_WRITE FAIL_PRIV audit object write event detected /etc/shadow'
}

@test "several objects of one event, each in each mode" {
	objects '/srv/audrecs/tmp/qd/a:\n\tr = T_READ\n\tw = T_WRITE' '/srv/audrecs/tmp/qd/:\n\tw = T_DIR' '/srv/audrecs/*/qd/[a-c]:\n\tw = T_EXEC'
	run records fsops
	assert_output '207 T_DIR OK audit object write event detected /srv/audrecs/tmp/qd
208 T_EXEC OK audit object write event detected /srv/audrecs/tmp/qd/a
208 T_DIR OK audit object write event detected /srv/audrecs/tmp/qd/a
208 T_READ OK audit object read event detected /srv/audrecs/tmp/qd/a
208 T_WRITE OK audit object write event detected /srv/audrecs/tmp/qd/a
212 T_EXEC OK audit object write event detected /srv/audrecs/tmp/qd/a
212 T_DIR OK audit object write event detected /srv/audrecs/tmp/qd/a
212 T_WRITE OK audit object write event detected /srv/audrecs/tmp/qd/a
213 T_DIR OK audit object write event detected /srv/audrecs/tmp/qd/s
214 T_EXEC OK audit object write event detected /srv/audrecs/tmp/qd/a
214 T_DIR OK audit object write event detected /srv/audrecs/tmp/qd/a
214 T_WRITE OK audit object write event detected /srv/audrecs/tmp/qd/a
215 T_DIR OK audit object write event detected /srv/audrecs/tmp/qd
220 T_EXEC OK audit object write event detected /srv/audrecs/tmp/qd/c
220 T_DIR OK audit object write event detected /srv/audrecs/tmp/qd/c
227 T_DIR OK audit object write event detected /srv/audrecs/tmp/qd'
}

@test "execution: the program, and its interpreters" {
	objects '/srv/audrecs/tmp/scr.sh:\n\tx = T_EXEC' '/lib64/ld-linux-x86-64.so.2:\n\tx = T_READ'
	run records script_exec
	assert_output '478 T_EXEC OK audit object execute event detected /srv/audrecs/tmp/scr.sh
478 T_READ OK audit object execute event detected /lib64/ld-linux-x86-64.so.2
479 T_READ OK audit object execute event detected /lib64/ld-linux-x86-64.so.2'
}

@test "by the key of a kernel rule: a file that is reached by another name" {
	objects '/srv/one:\n\tw = T_READ' '/srv/two:\n\tw = T_WRITE'
	sed 's/key="q_hardlink"/key="auditstream-object-72a451b989d98ea6"/' "$FIXTURES/hardlink.log" >key.log
	run records key.log
	assert_output '438 T_WRITE FAIL_PRIV audit object write event detected /etc/shadow'
	# Relative to a descriptor: the kernel does not say which.
	sed 's/key="q_[a-z]*"/key="auditstream-object-be1b0ab923faad90"/' "$FIXTURES/fsops.log" >key.log
	run records key.log
	assert_contains '225 T_READ OK audit object write event detected /srv/one'
}

@test "names that are odd come out escaped, and whole" {
	objects '/srv/audrecs/tmp/:\n\tw = T_WRITE'
	records paths_odd >out
	grep -F 'detected /srv/audrecs/tmp/q\x0anl' out
	grep -F 'detected /srv/audrecs/tmp/q\xff' out
	grep -F "detected /srv/audrecs/tmp/q'sq" out
	grep -E 'detected /srv/audrecs/tmp/n{200,}' out
}

@test "an object event that the catalogue has a tail for prints that" {
	objects '/etc/shadow:\n\tw = FILE_Unlink'
	run records hardlink
	assert_output '438 FILE_Unlink FAIL_PRIV filename /etc/shadow'
}

@test "-c: users and objects too, of these classes" {
	config '	default = names'
	objects '/etc/shadow:\n\tr = T_READ\n\tw = T_WRITE' '/etc/:\n\tw = T_DIR'
	run records hardlink -c tests
	assert_output '438 T_DIR FAIL_PRIV audit object write event detected /etc/shadow'
	run records hardlink -c tests,names
	assert_output '438 FILE_Link FAIL_PRIV linkname - filename /etc/shadow
438 T_DIR FAIL_PRIV audit object write event detected /etc/shadow'
}

@test "-n counts object events as well" {
	objects '/etc/:\n\tw = T_DIR' '/etc/shadow:\n\tw = T_WRITE'
	run records hardlink -n 1
	assert_output '438 T_DIR FAIL_PRIV audit object write event detected /etc/shadow'
}

@test "auditpr -F linux prints an event's lines once, however many records it made" {
	config '	default = ALL'
	objects '/:\n\tr = T_READ\n\tw = T_WRITE\n\tx = T_EXEC'
	auditstream -i "$FIXTURES/fsops.log" | auditpr -F linux >actual
	assert_same_file "$FIXTURES/fsops.log" actual
}

# --- AUDIT_STARTED

@test "AUDIT_STARTED is the configuration of auditstream, auditpr and auditselect; -C comes first" {
	config '	default = names'
	printf '	FILE_Link = printf "mine %%s"\n' >links
	sed '/FILE_Link/d' conf/events | sed '/^auditpr:/r links' >events
	mv events conf/events
	auditstream -i "$FIXTURES/hardlink.log" >records
	assert_contains 'mine' "$(auditpr -v <records)"
	refute_contains 'mine' "$(auditpr -C "$CONF" -v <records)"
	auditselect -e 'class == names' <records >selected
	assert_same_file records selected
	run -64 auditselect -C "$CONF" -e 'class == names' records
	assert_equal 'AUD_It' "$(auditstream -C "$CONF" -c audit -i "$FIXTURES/hardlink.log" | auditpr -t 0 | awk '{ print $1 }')"
}

@test "without it, neither users nor objects count" {
	config '	default ='
	objects '/:\n\tw = T_WRITE'
	unset AUDIT_STARTED
	auditstream -C conf -i "$FIXTURES/hardlink.log" >actual
	auditstream -C "$CONF" -i "$FIXTURES/hardlink.log" >expected
	assert_same_file expected actual
}

@test "AUDIT_STARTED must be absolute" {
	AUDIT_STARTED=conf run -64 auditstream -i "$FIXTURES/hardlink.log"
	assert_output 'auditstream: AUDIT_STARTED=conf: not an absolute path'
}

# --- mistakes: with file and line, and nothing comes out

# complains MESSAGE: said by auditstream, and nothing else, with exit status 64
complains() {
	run -64 --separate-stderr auditstream -i "$FIXTURES/hardlink.log"
	assert_equal "auditstream: ${1//CONF/$AUDIT_STARTED}" "$stderr"
	assert_output ''
}

@test "mistakes in users are said" {
	local line message

	while IFS='|' read -r line message; do
		[ -n "$line" ] || continue
		config "	$line"
		complains "CONF/config:9: $message"
	done <<-'CASES'
		nosuchuser = names|user `nosuchuser`: no such user
		@nosuchgroup = names|group `nosuchgroup`: no such group
		4294967295 = names|user `4294967295`: no such user
		@ = names|user `@`: a group without a name
		root = nams|user `root`: no class `nams`: did you mean `names`?
		root = names,|user `root`: an empty name in the list ``
		root = na mes|user `root`: a blank inside a name (is a comma missing?) `na mes`
		root names|missing `=`: root names
		root = "names|unterminated string: "names
	CASES
}

@test "mistakes in objects are said" {
	local stanza message

	while IFS='|' read -r stanza message; do
		objects "$stanza"
		complains "CONF/objects:$message"
	done <<-'CASES'
		etc/shadow:\n\tw = E|1: object `etc/shadow`: not an absolute path
		/a:\n\tw = E\n/a/:\n\tr = E|3: object `/a`: stands twice: the first is in line 1
		/a:\n\tw = E\n\tw = F|3: attribute `w` stands twice: the first is in line 2
		/a:\n\te = E|2: object `/a`: no such mode `e`: r, w or x
		/a:\n\twrite = E|2: object `/a`: no such mode `write`: r, w or x
		/a:\n\tw =|2: object `/a`: w = : the name of an event is missing
		/a:\n\tw = "A B"|2: object `/a`: w = A B: only letters, digits and _@.:/ make a name
		/a:\n\tw = E-|2: object `/a`: w = E-: only letters, digits and _@.:/ make a name
		/a:|1: object `/a`: no r, w or x: nothing to be audited
		/a:\n\tw|2: missing `=`: w
		/a:\n\tw = "E|2: unterminated string: "E
		\tw = E|1: an attribute before the first stanza: w
		/a\n\tw = E|1: missing `=`: /a
	CASES
}

@test "files that cannot be read are said" {
	rm conf/objects
	complains 'CONF/objects: No such file or directory'
	objects ''
	rm conf/config
	complains 'CONF/config: No such file or directory'
}

@test "ignorenonexistentity: who does not exist is skipped" {
	config '	nosuchuser = ALL
	9001 = failed' 'start:
	ignorenonexistentity = yes
'
	run records hardlink
	assert_output '438 FILE_Link FAIL_PRIV linkname - filename /etc/shadow'
}
