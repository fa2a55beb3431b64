#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2094,SC2016,SC2046 # bats' run sets status, output, stderr; inputs are only read; words are meant

load helper
load triples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	stream "$ROOT/tests/expr/day.log" >day
}

@test "the language, by example" {
	run_triples "$ROOT/tests/expr.test"
}

@test "every expression of AIX's documentation compiles, and of its corpus" {
	local expression

	while IFS= read -r expression; do
		run -0 auditselect -e "$expression" day
	done <<-'END'
		result == FAIL_AUTH || result == FAIL_PRIV
		event == USER_Login || event == USER_SU
		event == USER_Login
		result == FAIL
		event == FILE_Write
		event == FILE_Owner
		date == 29/04/11 && time >= 10:03:00 && time <= 10:10:00 && login == S100605A
		event == USER_SU && login == root
		command == rsh && event == USER_SU
		time >= 08:00:00 && time <= 17:00:00
	END
	need_corpora aix/config
	while IFS= read -r expression; do
		run -0 auditselect -e "$expression" day
	done <"$CORPORA/aix/config/auditselect-expressions.txt"
}

@test "what is selected is unchanged, and -v is the rest" {
	auditselect -e 'pid > 0' day >all
	cmp all day
	auditselect -e 'event == FILE_Open' day >some
	auditselect -v -e 'event == FILE_Open' day >rest
	[ "$(($(stat -c %s some) + $(stat -c %s rest)))" -eq "$(stat -c %s day)" ]
	assert_equal "3 4 5 16 17 20" "$(serials <some)"
	assert_equal "1 2 6 7 8 9 10 11 12 13 14 15 18 19" "$(serials <rest)"
}

@test "runs of records come through whatever the buffer does" {
	stream $(yes "$FIXTURES/mix.log" | head -n 40) >big
	auditselect -e 'serial > 0' big | cmp - big
	auditselect -e 'serial > 0' <big | cmp - big
	# Pieces that end anywhere in a record, and pauses.
	(head -c 300001 big && sleep 0.1 && tail -c +300002 big) | auditselect -u -e 'serial > 0' | cmp - big
	(auditselect -e 'exe =* *su*' big && auditselect -v -e 'exe =* *su*' big) | wc -c >sum
	assert_equal "$(stat -c %s big)" "$(cat sum)"
}

@test "several inputs, and - among them" {
	auditselect -e 'pid == 101' day - day <day | serials >out
	assert_equal 3 "$(cat out)" # uniq sees one serial three times
	auditselect -e 'pid == 101' day - day <day >three
	auditselect -e 'pid == 101' day >one
	cat one one one | cmp - three
}

@test "a missing input is reported, the others are read: exit 1" {
	run -1 --separate-stderr bash -c 'auditselect -e "pid == 101" nowhere day >out'
	assert_match '^auditselect: nowhere: No such file' "$stderr"
	assert_equal 3 "$(serials <out)"
}

@test "-n stops after so many records, across inputs" {
	assert_equal "3 4" "$(auditselect -n 2 -e 'event == FILE_Open' day | serials)"
	auditselect -n 7 -e 'event == FILE_Open' day day >out
	assert_equal "3 4 5 16 17 20 3" "$(serials <out)"
	# It does not wait for the end of the input.
	mkfifo in
	(cat day && exec sleep 20) >in 3>&- &
	timeout 10 auditselect -n 1 -e 'pid == 40' <in >out
	kill $!
	assert_equal 1 "$(serials <out)"
}

@test "-m is accepted" {
	auditselect -m -e 'pid == 101' day | serials
}

@test "-f reads the expression from a file, with comments and continuation" {
	printf '# who\nlogin == 1001 && # joe\n  (event == FILE_Open ||\\\n event == FILE_Unlink)\n' >filter
	assert_equal "3 4 5 7 17 20" "$(auditselect -f filter day | serials)"
}

@test "an error names the file, its line and column, and shows the place" {
	printf '# who\nlogin == 1001 &&\n\tlgoin == 5\n' >filter
	run -64 auditselect -f filter day
	assert_output 'auditselect: filter:3:2: no field "lgoin" (did you mean "login"?)
 lgoin == 5
 ^'
	run -64 auditselect -e 'pid == 1 && lgoin == root' day
	assert_output 'auditselect: expression:1:13: no field "lgoin" (did you mean "login"?)
pid == 1 && lgoin == root
            ^'
}

@test "a long line is cut around the place" {
	local long

	long=$(printf 'pid == %s || ' $(seq 1000 1200))
	run -64 auditselect -e "$long lgoin == 5 || $long" day
	assert_equal 3 "${#lines[@]}"
	assert_contains 'did you mean "login"' "${lines[0]}"
	[ ${#lines[1]} -le 100 ]
	assert_match '^ +\^$' "${lines[2]}"
	assert_equal 'l' "${lines[1]:$((${#lines[2]} - 1)):1}"
}

@test "control bytes of an expression do not reach the terminal" {
	run -64 auditselect -e $'pid == \e[31m1' day
	refute_contains $'\e'
	assert_contains '\x1b'
}

@test "an unknown user is compared with recorded names, and that is said" {
	run -0 --separate-stderr bash -c 'auditselect -e "login == nosuchuser" day | wc -c'
	assert_equal 0 "$output"
	assert_match '^auditselect: expression:1:10: this host has no user "nosuchuser"' "$stderr"
}

@test "class asks the configuration" {
	mkdir conf
	printf 'classes:\n\tfiles = FILE_Open,FILE_Unlink\n\tboth = files,PROC_Execute\n\tbad = FILE_Open-\n' >conf/config
	assert_equal "3 4 5 7 16 17 20" "$(auditselect -C conf -e 'class == files' day | serials)"
	assert_equal "3 4 5 6 7 16 17 20" "$(auditselect -C conf -e 'class == both' day | serials)"
	assert_equal "4 17" "$(auditselect -C conf -e 'class == bad' day | serials)"
	assert_equal "6 7" "$(auditselect -C conf -e 'class in (both) && event != FILE_Open' day | serials)"
	assert_equal "1" "$(auditselect -C conf -e 'class != both && pid == 40' day | serials)"
	run -64 auditselect -C conf -e 'class == flies' day
	assert_contains 'expression:1:10: no class "flies"'
	run -64 auditselect -C conf -e 'class ~ f' day
	run -64 auditselect -C nowhere -e 'class == files' day
	assert_contains nowhere/config
	run -0 auditselect -C nowhere -e 'event == FILE_Open' day
}

@test "an event that nobody knows is no mistake, but one like it is offered" {
	run -0 auditselect -C "$CONF" -e 'event == FILE_Opne || event in (FILE_Open, USER_LOGIN)' /dev/null
	assert_equal 'auditselect: expression:1:10: no event "FILE_Opne" is known here: did you mean "FILE_Open"?' "${lines[0]}"
	assert_contains '"USER_LOGIN" is known here: did you mean "USER_Login"?'
	# Known are AIX's that Linux has not, those of objects, those that eventmap need not have; of others' nothing is said.
	run -0 auditselect -C "$CONF" -e 'event in (LVM_AddLV, S_PASSWD_READ, SYS_getcpu, KERN_1999, Mine)' /dev/null
	assert_output ''
	run -0 auditselect -C nowhere -e 'event == FILE_Opne' /dev/null
	assert_output ''
	run -64 auditselect -C "$CONF" -e 'class == fils' /dev/null
	assert_contains 'no class "fils" (did you mean "files"?)'
}

@test "a program without its path is no mistake, but where to find it is said" {
	run -0 auditselect -e 'exe in (/usr/bin/su, sudo) || exe =* su || exe == /usr/bin/su || command == su' /dev/null
	assert_equal $'auditselect: expression:1:22: exe is the program\'s path: its name alone is command' "${lines[0]}"
	assert_equal 3 "${#lines[@]}"
}

@test "HP-UX's filter file" {
	mkdir conf
	printf 'classes:\n\tlogin = USER_Login,USER_Auth\n' >conf/config
	check() {
		printf '%b' "$1" >filter
		assert_equal "$2" "$(auditselect -C conf -f filter day | serials)"
	}
	check '[filter]\n' "$(seq -s ' ' 20)"
	check '# all of a line\n\n[filter]\ninclude event = FILE_Open || event = FILE_Unlink\n' "3 4 5 7 16 17 20"
	check '[filter]\n+event = FILE_Open;+return = fail' "4 17"
	check '[filter]\n+event=FILE_Open; -return=fail; exclude login_user = 1002\n' "3 5 20"
	check '[filter] +pid=101\n[filter] +pid=103; -pid=104\n' "3 5"
	check '[filter]\n+event = login\n' "1 2"
	check '[filter]\n+profile != login\n-syscall != openat\n' "3 4 5 16 17"
	check '[filter]\n+file.pathname =~ /^\/etc\/.*s/\n' "3 4 16"
	check '[filter]\n+command !~ /^[a-r]/ ; +errno != 0\n' "$(seq -s ' ' 1 2) 5 6 9 13 14 17 18"
	check '[filter]\n+file.ftype = blockspecial\n' 20
	check '[filter]\n+open.oflag = write-only || open.oflag = read-write\n' "5 17 20"
	check '[filter]\n+open.oflag = read\n' "3 4 16 17 20"
	check '[filter]\n+timestamp = (110108002026..110109002026)\n' "1 2 3 4"
	check '[filter]\n+timestamp = (110108002026.89M.); -pid=101\n' "1 2 4"
	check '[filter]\n+timestamp = (.1d.110300002026)\n' "14 15 16"
	check '[filter]\n+timestamp = (..110108002026)\n' "1 2"
	check '[filter]\n+source_ip = 10.0.0.0/8; +event = login\n' 1
	check '[filter]\n+source_ip = 10.0.0.0/8; +event = FILE_Unlink\n' 7
	check '[filter]\n+exe = /usr/bin/su\n' 6
	check '[filter]\n+timestamp = (.3d.)\n' -
}

@test "HP-UX's kinds of events are classes of the stock configuration" {
	local kind
	for kind in admin close create delete ipcclose ipccreat ipcdgram ipcopen login modaccess moddac open process readdac removable; do
		printf '[filter]\n+profile = %s\n' "$kind" >filter
		run -0 auditselect -C "$CONF" -f filter /dev/null
		assert_output ''
	done
	printf '[filter]\n+event = open; +return = fail\n' >filter
	assert_equal '4 17' "$(auditselect -C "$CONF" -f filter day | serials)"
}

@test "errors in HP-UX's filter file" {
	printf '[filter]\n+event = FILE_Open\n+uesr = joe\n' >filter
	run -64 auditselect -f filter day
	assert_contains 'filter:3:2: no field "uesr"'
	printf '[filter]\n+host_ip = 1.2.3.4/8\n' >filter
	run -64 auditselect -f filter day
	assert_contains 'records do not hold host_ip'
	printf '[filter]\n+timestamp = (x.y.z)\n' >filter
	run -64 auditselect -f filter day
	printf '[filter]\n+return = maybe\n' >filter
	run -64 auditselect -f filter day
	printf '[filter]\nkeep pid = 1\n' >filter
	run -64 auditselect -f filter day
	printf '[filter]\n+pid = 1 ||\n' >filter
	run -64 auditselect -f filter day
	printf '[filter]\n+pid = "1\n' >filter
	run -64 auditselect -f filter day
}

@test "usage: exit 64" {
	run -64 auditselect <day
	assert_match '^usage: auditselect '
	run -64 auditselect -e 'pid == 1' -f day
	run -64 auditselect -x -e 'pid == 1' day
	run -64 auditselect -n 0 -e 'pid == 1' day
	run -64 auditselect -n x -e 'pid == 1' day
	run -64 auditselect -e '' day
	run -64 auditselect -e '   ' day
	run -64 auditselect -e 'pid == 1' -e 'pid == 2' day
}

@test "a wrong expression is found before a byte is read" {
	mkfifo never
	run -64 timeout 10 auditselect -e 'pid ~ x' never
}

@test "an expression's file that cannot be read: exit 1" {
	run -1 auditselect -f nowhere day
	assert_contains 'nowhere: No such file'
	run -1 auditselect -f . day
}

@test "nothing in, nothing out: exit 0" {
	run -0 auditselect -e 'pid == 1' </dev/null
	assert_output ""
}

@test "a cut record: exit 2, and what came before is there" {
	head -c -8 day >cut_off
	run -2 --separate-stderr bash -c 'auditselect -e "serial > 0" cut_off >out'
	assert_match '^auditselect: cut_off: byte [0-9]+: record is cut' "$stderr"
	assert_equal "$(seq -s ' ' 19)" "$(serials <out)"
}

@test "damage in the middle: exit 2, and what follows is there" {
	cp day damaged
	printf 'XXXX' | dd of=damaged bs=1 seek=400 conv=notrunc status=none
	cat day damaged day >three
	run -2 --separate-stderr bash -c 'auditselect -e "serial > 0" three >out'
	assert_contains 'checksum does not match; skipped' "$stderr"
	# 400 is in the second record.
	assert_equal "$(seq -s ' ' 20) 1 $(seq -s ' ' 3 20) $(seq -s ' ' 20)" "$(serials <out)"
	run -2 auditselect -e 'pid == 1' <(head -c 5000 /dev/urandom)
	# With -r that is no error.
	run --separate-stderr auditselect -r -e 'event != ""' three
	assert_status 0
	assert_contains 'skipped 368 bytes' "$stderr"
}

@test "packed input is unpacked" {
	need zstd
	zstd -q day -o packed
	auditselect -e 'serial > 0' packed | cmp - day
	cat packed packed | auditselect -e 'serial > 0' | cmp - <(cat day day)
}

@test "a trail: the same records as zstd -dc gives" {
	need zstd
	"$BIN/../tests/make_trail" day 500 3600 >trail
	assert_equal 500 "$(auditselect -e 'serial > 0' trail | serials | wc -w)"
	auditselect -e 'serial > 0' trail | cmp - <(zstd -dc trail)
	cat day trail day | auditselect -e 'serial > 0' | cmp - <(cat day <(zstd -dc trail) day)
}

@test "a trail: sections of other times are passed over" {
	"$BIN/../tests/make_trail" day 100 3600 >trail
	# The body is spoilt: who reads it says so.
	printf 'XXXXXXXX' | dd of=trail bs=1 seek=300 conv=notrunc status=none
	local e
	for e in 'date == 2026-12-01' 'time < 2026-10-31' 'date > 2026-11-01 && pid > 0' '!(date == 2026-11-01)'; do
		run -0 --separate-stderr auditselect -e "$e" trail
		assert_equal '' "$output$stderr"
		run -0 --separate-stderr bash -c 'cat trail | auditselect -e "$1"' - "$e"
		assert_equal '' "$output$stderr"
	done
	for e in 'date == 2026-11-01' 'time == 10:03' 'date == 2026-12-01 || pid == 1'; do
		run -2 --separate-stderr auditselect -e "$e" trail
		assert_contains 'packed data is damaged' "$stderr"
	done
	run -2 --separate-stderr auditselect -v -e 'date == 2026-12-01' trail
}

@test "stdout that is full, or closed: exit 1" {
	run -1 bash -c 'auditselect -e "pid > 0" day >/dev/full'
	assert_match '^auditselect: stdout: No space left'
	run -1 bash -c 'auditselect -e "pid > 0" day >&-'
	assert_contains 'stdout: '
	run -1 bash -c 'for i in $(seq 200); do cat day; done | auditselect -e "pid > 0" >/dev/full'
	assert_match '^auditselect: stdout: No space left'
}

@test "stdin that is closed, or a directory: exit 1" {
	run -1 bash -c 'auditselect -e "pid > 0" <&-'
	run -1 bash -c 'auditselect -e "pid > 0" . '
}

@test "a reader that went away ends it by SIGPIPE" {
	run bash -c 'for i in $(seq 500); do cat day; done | (auditselect -e "pid > 0"; echo $? >status) | head -c 10 >/dev/null; cat status'
	assert_output 141
}

@test "a record is passed on while the input pauses" {
	mkfifo in
	(cat day && exec sleep 20) >in 3>&- &
	local writer=$! reader
	auditselect -e 'pid == 40' <in >got 3>&- &
	reader=$!
	wait_for 10 test -s got
	kill $writer
	wait $reader
	assert_equal 1 "$(serials <got)"
}

@test "hostile expressions end with a message" {
	local deep

	deep=$(printf '(%.0s' $(seq 20000))
	run -64 auditselect -e "$deep" day
	assert_contains 'nested too deeply'
	deep=$(printf '! %.0s' $(seq 20000))
	run -64 auditselect -e "$deep pid == 1" day
	assert_contains 'nested too deeply'
	head -c 3000000 /dev/zero | tr '\0' ' ' >long
	run -64 auditselect -f long day
	assert_contains 'longer than'
	head -c 1000 /dev/zero >zeros
	run -64 auditselect -f zeros day
	head -c 1000 /dev/urandom >noise
	run -64 auditselect -f noise day
}

@test "many terms are no problem" {
	local many deep

	many=$(printf 'pid == %s || ' $(seq 1000 20000))
	printf '%s pid == 101' "$many" >filter
	assert_equal 3 "$(auditselect -f filter day | serials)"
	printf 'pid in (%s 101)' "$(printf '%s, ' $(seq 1000 20000))" >filter
	assert_equal 3 "$(auditselect -f filter day | serials)"
	deep=$(printf '(pid == 101 || pid == 7 && %.0s' $(seq 50))
	assert_equal 3 "$(auditselect -e "$deep pid == 1 $(printf ')%.0s' $(seq 50))" day | serials)"
}

@test "a regular expression that explodes is given up, and that is said" {
	local name

	name=$(printf 'a%.0s' $(seq 200))
	sed "s|/etc/passwd|/$name|" "$ROOT/tests/expr/day.log" >hostile.log
	stream hostile.log >hostile
	run -0 --separate-stderr timeout 20 bash -c 'auditselect -e "path ~ \"^/(a|aa)+[bc]\"" hostile >out'
	assert_contains 'takes too long' "$stderr"
}

@test "dates in the locale's form" {
	local locale

	locale=$(locale -a 2>/dev/null | grep -m 1 -i '^de_DE\|^fr_FR\|^en_GB') || skip "optional: only the C locale is here"
	assert_equal "$(seq -s ' ' 13)" "$(LC_ALL=$locale auditselect -e 'date == 01/11/26' day | serials)"
}

@test "time is local" {
	assert_equal "$(TZ=UTC0 auditselect -e 'time in 08:00..08:30' day | serials)" \
		"$(TZ=EAT-3 auditselect -e 'time in 11:00..11:30' day | serials)"
	assert_equal "14 15 16" "$(TZ=UTC0 auditselect -e 'date == 2026-11-02' day | serials)"
	# Five hours west of it the day is not over yet; five hours east it has begun before.
	assert_equal "16" "$(TZ=XXX5 auditselect -e 'date == 2026-11-02' day | serials)"
	assert_equal "13 14 15 16" "$(TZ=EAT-5 auditselect -e 'date == 2026-11-02' day | serials)"
}

# agree LOG AUSEARCH-OPTION... -- EXPRESSION: the same events, and not none.
agree() {
	local log=$1 options=()
	shift

	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	ausearch --input "$FIXTURES/$log.log" --format raw "${options[@]}" 2>/dev/null |
		sed -n 's/.*audit(\([0-9.]*:[0-9]*\)).*/\1/p' | sort -u >theirs
	auditselect -e "$2" "$(records_of "$log")" | auditpr -F linux |
		sed -n 's/.*audit(\([0-9.]*:[0-9]*\)).*/\1/p' | sort -u >ours
	[ -s theirs ] && cmp -s theirs ours && return
	echo "$log: ausearch ${options[*]}: $(wc -l <theirs) events; auditselect $2: $(wc -l <ours)"
	diff theirs ours | head -n 10
	return 1
}

@test "agrees with ausearch on the same selections" {
	need ausearch
	local log

	for log in mix auditd_RAW fsops sudo_ok; do
		agree $log -m SYSCALL -- 'type == SYSCALL'
		agree $log -ui 0 -- 'uid == 0'
		agree $log -sv yes -- 'success == yes'
	done
	for log in mix auditd_RAW sudo_ok; do
		agree $log -m USER_AUTH -- 'type == USER_AUTH'
		agree $log -ui 9001 -- 'uid == 9001'
		agree $log -x /usr/bin/su -w -- 'exe == /usr/bin/su'
		agree $log -x su -- 'exe =* *su*'
	done
	for log in mix auditd_RAW; do
		agree $log -m EXECVE -- 'type == EXECVE'
		agree $log -m CWD,LOGIN -- 'type in (CWD, LOGIN)'
		agree $log -ul 9001 -- 'auid == 9001'
		agree $log -sv no -- 'success == no'
		agree $log -e -13 -- 'exit == -EACCES'
	done
	agree mix -k net -w -- 'key == net'
	agree mix -k delete -- 'key =* *delete*'
	agree mix -f /usr/bin/ls -w -- 'path == /usr/bin/ls'
	agree mix -f plugins -- 'path =* *plugins*'
	agree mix -p 7843 -- 'pid == 7843'
	agree mix -c su -- 'comm =* *su*'
	agree mix -sc openat -- 'syscall == openat'
	agree mix -ts 11/22/26 05:31:14 -- 'date >= 2026-11-22T05:31:14'
	agree mix -te 11/22/26 05:31:14 -- 'date <= 2026-11-22T05:31:14'
	agree sshd_goodpw_tty -ts 11/22/26 05:26:37 -- 'date >= 2026-11-22T05:26:37'
	agree sshd_goodpw_tty -te 11/22/26 05:26:36 -- 'date <= "11/22/26 05:26:36"'
}

@test "usage is the manual's synopsis" {
	need mandoc
	assert_usage auditselect
}

@test "random expressions select what jq selects from the same records as JSON" {
	need jq perl
	stream "$FIXTURES/mix.log" "$FIXTURES/sudo_ok.log" "$FIXTURES/uring.log" >records
	auditpr -C "$CONF" -r -F json records | jq -c 'del(.Records)' >json
	"$ROOT/tests/expr_json.pl" "${SEED:-7}" 150 json >expressions
	local ours jq matching=0
	while IFS=$'\t' read -r ours jq; do
		auditselect -e "$ours" records | auditpr -r -t0 -h n | tr -d ' ' >selected
		jq "select($jq) | .Serial" json >expected
		cmp -s expected selected || { echo "$ours    $jq"; diff expected selected | head -n 5; return 1; }
		[ ! -s expected ] || matching=$((matching + 1))
	done <expressions
	[ $matching -ge 75 ] # else it tests little
}
