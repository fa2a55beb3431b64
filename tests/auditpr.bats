#!/usr/bin/env bats
# auditpr: columns and titles, tails, JSON, the kernel's lines back, bad input, exit statuses.

# shellcheck disable=SC2154 # status, output, stderr, lines: bats' run sets them
load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	mkdir conf
	cp "$CONF/eventmap" conf/
	cat >conf/events <<-'END'
		auditpr:
			PROC_Execute = printf "euid: %d egid: %d epriv: %x:%x name %s"
			FILE_Open = printf "flags: %d mode: %o fd: %d filename %s"
			FILE_Unlink = printf "filename %s"
			FS_Chdir = printf "change current directory to: %s"
	END
	cat >one.log <<-'END'
		type=SYSCALL msg=audit(1503775897.042:7): arch=c000003e syscall=80 success=yes exit=0 a0=10 a1=0 a2=0 a3=0 items=1 ppid=12976466 pid=9437656 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=3 comm="ps" exe="/usr/bin/ps" key=(null)
		type=CWD msg=audit(1503775897.042:7): cwd="/"
		type=PATH msg=audit(1503775897.042:7): item=0 name="/dev" inode=12 dev=fe:00 mode=040755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL
		type=PROCTITLE msg=audit(1503775897.042:7): proctitle="ps"
	END
	auditstream -C conf -i one.log >one
}

# The records of lines that are given on standard input.
records() {
	cat >lines.log
	auditstream -C conf -i lines.log
}

# A SYSCALL line with comm=$1 and whatever follows.
call() {
	echo "type=SYSCALL msg=audit(1503775897.042:${3-8}): arch=c000003e syscall=59 success=yes exit=0 a0=10 a1=99 items=0 ppid=1 pid=2 auid=4294967295 uid=0 gid=0 euid=0 tty=(none) ses=4294967295 comm=$1 $2"
}

pr() {
	run --separate-stderr auditpr "$@"
}

HEADING='event           login    status      time                     command                         wpar name                 
--------------- -------- ----------- ------------------------ ------------------------------- ------------------------- '
ROW='FS_Chdir        root     OK          Sat Aug 26 19:31:37 2017 ps                              Global                    '

@test "the default columns are AIX's, to the byte" {
	auditpr one >out
	printf '%s\n%s\n' "$HEADING" "$ROW" >expected
	assert_same_file expected out
}

@test "the STIG's samples, unfolded, have our titles and widths" {
	need_corpora aix/stig
	local stig=$CORPORA/aix/stig

	# An 80-column terminal folded them: two physical lines are one.
	unfold() { head -n 4 "$1" | paste -d '' - -; }
	auditpr -t1 </dev/null >out
	unfold "$stig/auditpr-v-default.txt" >expected
	assert_same_file expected out
	auditpr -helRtcp </dev/null >out
	unfold "$stig/auditpr-helRtcp.txt" >expected
	assert_same_file expected out
	# The first record of the sample, from the same facts.
	auditpr -t0 -v -C conf one >out
	sed -n '5,7p' "$stig/auditpr-v-default.txt" | sed '1{N;s/\n//;}' >expected
	assert_same_file expected out
}

@test "-h: letters joined or with commas, in any order" {
	auditpr -helRtcp one >joined
	auditpr -h e,l,R,t,c,p one >commas
	assert_same_file joined commas
	pr -t0 -h pe one
	assert_output '9437656  FS_Chdir        '
	auditpr -hhelpPRtTc one >/dev/null
}

@test "-h: every letter of AIX has its width" {
	pr -h elRtcrpPThiESIWd one
	rule=${lines[1]}
	widths=()
	for dashes in $rule; do widths+=(${#dashes}); done
	assert_equal '15 8 11 24 31 8 8 8 8 16 40 16 40 15 25 28' "${widths[*]}"
}

@test "-h: an unknown letter is named, and the known ones" {
	pr -h elQ one
	assert_status 64
	assert_equal '' "$output"
	assert_contains 'no field "Q"' "$stderr"
	assert_contains 'elRtcrpPThiESIWd' "$stderr"
	pr -h '' one
	assert_status 64
	pr -h $'\e' one
	assert_status 64
	assert_contains '\x1b' "$stderr"
}

@test "a column is never empty and never holds a blank, whatever the record" {
	for log in "$FIXTURES"/*.log; do
		auditstream -C conf -i "$log" | auditpr -t0 -h elRcrpPThiESIaACDfgGknsuwxyW >out
		awk -v file="$log" 'NF != 28 { print file ": " NF " columns: " $0; bad = 1 } END { exit bad }' out
	done
}

@test "missing values: unset, none, Global, a dash" {
	call '"x"' 'exe="/x"' | records >r
	pr -t0 -h lshWak r
	assert_output 'unset    unset    none             Global                    -               -               '
}

@test "our own letters" {
	pr -t0 -h snDgxfwC one
	assert_output '3        7          2017-08-26T19:31:37.042000+00:00 0        /usr/bin/ps                     /dev                                     /                               chdir           '
	sed 's/success=yes exit=0/success=no exit=-13/' one.log | records | auditpr -t0 -h gR >out
	assert_equal 'EACCES   FAIL_DAC    ' "$(cat out)"
	sed 's/success=yes exit=0/success=no exit=-1/' one.log | records | auditpr -t0 -h gR >out
	assert_equal 'EPERM    FAIL_PRIV   ' "$(cat out)"
}

@test "times are local, and TZ is respected" {
	pr -t0 -h tdD one
	assert_output 'Sat Aug 26 19:31:37 2017 26 Aug 2017 19:31:37.042000  2017-08-26T19:31:37.042000+00:00 '
	TZ=XYZ-5:30 pr -t0 -h tdD one
	assert_output 'Sun Aug 27 01:01:37 2017 27 Aug 2017 01:01:37.042000  2017-08-27T01:01:37.042000+05:30 '
}

@test "a login is cut to its column; -X prints it whole at the end" {
	sed 's/auid=0 uid=0/auid=70001 uid=70001/; s/key=(null)/&\x1dAUID="averylongloginname" UID="averylongloginname"/' one.log | records >r
	pr -t0 -h lpr r
	assert_output 'averylon 9437656  averylon '
	pr -t0 -X -h lpr r
	assert_output 'averylon 9437656  averylon averylongloginname               averylongloginname               '
	pr -X r
	assert_contains 'wpar name                 login name                       ' "${lines[0]}"
	pr -t0 -X -h p r
	assert_output '9437656  '
}

@test "names: an enriched log's before this host's; -r: numbers" {
	sed 's/key=(null)/&\x1dAUID="elsewhere" UID="toor"/' one.log | records >r
	pr -t0 -h lru r
	assert_output 'elsewher toor     root     '
	pr -t0 -r -h lru r
	assert_output '0        0        0        '
	pr -r -F json -C conf r
	assert_contains '"Login":"0","LoginUID":0' 
}

@test "names: an enriched name counts only for the id that it stands beside" {
	sed 's/key=(null)/&\x1dAUID="unset" UID="unknown(0)"/' one.log | records >r
	pr -t0 -h lr r
	assert_output 'root     root     '
}

@test "a column has the record's own value where a field stands in several lines" {
	{
		call '"x"' 'exe="/bin/x"'
		echo 'type=AVC msg=audit(1503775897.042:8): avc: denied { read } exe="/bin/other" name="/a" path="/b"'
	} | records >r
	pr -t0 -hx r
	assert_match '^/bin/x +$'
	pr -t0 -hf r
	assert_match '^/a,/b +$'
}

@test "a process that a filter stops has no parent: its record tells none" {
	records <<-'END' >r
		type=SECCOMP msg=audit(1503775897.042:8): auid=1 uid=1 gid=1 ses=2 pid=3 comm="q" exe="/q" sig=0 arch=c000003e syscall=110 compat=0 ip=0x7 code=0x7ffc0000
	END
	pr -t0 -hP r
	assert_match '^- +$'
	auditpr -F json r | jq -e '.ParentPID == null'
	call '"x"' | sed 's/ppid=1/ppid=0/' | records >r
	pr -t0 -hP r
	assert_match '^0 +$'
}

@test "JSON gives names of odd characters back, whatever they hide or reorder" {
	local name=$'a\u0085\u200b\u202e\U000e0001z'
	call '"x"' "exe=$(printf %s "$name" | od -An -tx1 | tr -d ' \n' | tr a-f A-F)" | records >r
	auditpr -F json r >json
	assert_harmless json
	assert_equal "$name" "$(jq -r .Exe json)"
}

@test "an event's name is never cut" {
	call '"x"' '' | sed 's/syscall=59/syscall=450/' | records | auditpr -t0 -h ep >out
	assert_match '^SYS_[a-z_]* +2        $' "$(cat out)"
	printf '%s\n' '*' >conf/eventmap
	printf 'A_name_of_thirty_one_characters:\n\tsyscall = chdir\n' >conf/eventmap
	auditstream -C conf -i one.log | auditpr -t0 -h ep >out
	assert_equal 'A_name_of_thirty_one_characters 9437656  ' "$(cat out)"
}

@test "-t: titles never, once, before each record" {
	cat one one >two
	pr -t 0 two
	assert_output "$ROW
$ROW"
	pr -t1 two
	assert_output "$HEADING
$ROW
$ROW"
	pr -t2 two
	assert_output "$HEADING
$ROW
$HEADING
$ROW"
	pr -t3 two
	assert_status 64
	pr -t '' two
	assert_status 64
}

@test "-m: a message before each heading" {
	pr -m 'Night shift' one
	assert_output "Night shift
$HEADING
$ROW"
	pr -t2 -m 'Night shift' one
	assert_output "Night shift
$HEADING
$ROW"
	pr -t0 -m 'Night shift' one
	assert_output "$ROW"
}

@test "-v: the tail is on the next line, indented by 8; -w: on the same line" {
	pr -t0 -v -C conf one
	assert_output "$ROW
        change current directory to: /dev"
	pr -t0 -w -C conf one
	assert_output "${ROW}change current directory to: /dev"
	pr -v -w -C conf one
	assert_status 64
	pr -wv -C conf one
	assert_status 64
	pr -vv -C conf one
	assert_status 0
}

@test "an event without a format has no tail" {
	printf 'auditpr:\n\tUSER_SU = printf "%%s"\n' >conf/events
	pr -t0 -v -C conf one
	assert_output "$ROW"
	pr -t0 -w -C conf one
	assert_output "$ROW"
}

@test "a tail of several lines stays indented with -v and is one line with -w" {
	printf 'auditpr:\n\tFS_Chdir = %s -i 8\n' "$PWD/formatter" >conf/events
	printf '#!/bin/sh\nprintf "%%s\\n" "        one" two\n' >formatter
	chmod +x formatter
	pr -t0 -v -C conf one
	assert_output "$ROW
        one
        two"
	pr -t0 -w -C conf one
	assert_output "${ROW}one two"
}

@test "no tails without the files that describe them" {
	pr -v -C nowhere one
	assert_status 1
	assert_contains 'nowhere/eventmap' "$stderr"
	assert_contains '-C' "$stderr"
	rm conf/events
	pr -w -C conf one
	assert_status 1
	assert_contains 'conf/events' "$stderr"
	echo 'no stanza' >conf/events
	pr -v -C conf one
	assert_status 64
	assert_contains 'conf/events:1' "$stderr"
	# Nothing of it matters where no tail is printed.
	pr -C nowhere one
	assert_status 0
	pr -F linux -C nowhere one
	assert_status 0
}

@test "JSON does without a tail where there is no configuration, and says so once" {
	cat one one | auditpr -F json -C nowhere >out 2>err
	assert_equal 1 "$(wc -l <err)"
	assert_contains 'nowhere/eventmap' "$(cat err)"
	assert_equal 2 "$(wc -l <out)"
	refute_contains Verbose "$(cat out)"
}

@test "JSON: the keys and their types" {
	pr -F json -C conf one
	assert_output '{"EventType":"FS_Chdir","EventTime":"2017-08-26T19:31:37.042000+00:00","Login":"root","LoginUID":0,"Real":"root","RealUID":0,"Effective":"root","EffectiveUID":0,"Status":"OK","Command":"ps","PID":9437656,"ParentPID":12976466,"Thread":9437656,"Session":3,"Serial":7,"Arch":"x86_64","Syscall":"chdir","SyscallNumber":80,"Exit":0,"Flags":["replayed"],"WPARname":"Global","Verbose":"change current directory to: /dev","Origin":"?","Exe":"/usr/bin/ps","Cwd":"/","Path":["/dev"],"Records":[{"type":"SYSCALL","arch":"c000003e","syscall":80,"success":"yes","exit":0,"a0":"10","a1":"0","a2":"0","a3":"0","items":1,"ppid":12976466,"pid":9437656,"auid":0,"uid":0,"gid":0,"euid":0,"suid":0,"fsuid":0,"egid":0,"sgid":0,"fsgid":0,"tty":"(none)","ses":3,"comm":"ps","exe":"/usr/bin/ps","key":"(null)"},{"type":"CWD","cwd":"/"},{"type":"PATH","item":0,"name":"/dev","inode":12,"dev":"fe:00","mode":"040755","ouid":0,"ogid":0,"rdev":"00:00","nametype":"NORMAL"},{"type":"PROCTITLE","proctitle":"ps"}]}'
}

@test "JSON: an id that is unset is null, a failed call's errno has its name" {
	need jq
	call '"x"' '' | sed 's/success=yes exit=0/success=no exit=-2/' | records | auditpr -F json -C conf >out
	assert_equal '["unset",null,null,-2,"ENOENT",null]' \
		"$(jq -c '[.Login, .LoginUID, .Session, .Exit, .Errno, .Records[0].auid]' out)"
	# An errno that only the kernel has is one too; another architecture's numbers may mean something else.
	call '"x"' '' | sed 's/success=yes exit=0/success=no exit=-512/' | records | auditpr -F json -C conf | jq -e '.Errno == "ERESTARTSYS"'
	call '"x"' '' | sed 's/success=yes exit=0/success=no exit=-95/' | records | auditpr -F json -C conf | jq -e '.Errno == "EOPNOTSUPP"'
	call '"x"' '' | sed 's/success=yes exit=0/success=no exit=-89/; s/arch=c000003e/arch=8/' | records | auditpr -F json -C conf |
		jq -e '.Exit == -89 and (has("Errno") | not)'
}

@test "JSON: what is beyond 2^53 is a string, and so is what may be hexadecimal" {
	need jq
	call '"x"' '' | sed 's/exit=0/exit=9007199254740993/; s/items=0/items=9007199254740992/' | records | auditpr -F json -C conf >out
	assert_equal '["9007199254740993","9007199254740993",9007199254740992,"10","99"]' \
		"$(jq -c '[.Exit, (.Records[0] | .exit, .items, .a0, .a1)]' out)"
	echo 'type=USER_CMD msg=audit(1.000:18446744073709551615): pid=007 uid=-1 items=-0 res=1' | records >r || true
	auditpr -F json -C conf r >out
	jq -e . out >/dev/null
}

@test "JSON: a field that comes twice has two keys" {
	echo 'type=USER_CMD msg=audit(1503775897.042:8): pid=1 x=a x=b x_2=c x=d type=e text=f word x=g' | records | auditpr -F json -C conf >out
	assert_contains '{"type":"USER_CMD","pid":1,"x":"a","x_2":"b","x_2_2":"c","x_3":"d","type_2":"e","text":"f","x_4":"g","text_2":"word"}' "$(cat out)"
	# Whatever other records hold.
	printf 'type=USER_CMD msg=audit(1503775897.042:%d): type=e type=f\n' 8 9 | records | auditpr -F json -C conf >out
	assert_equal 2 "$(grep -c '"Records":\[{"type":"USER_CMD","type_2":"e","type_3":"f"}\]' out)"
}

@test "JSON: thousands of fields, of new names, of the same name" {
	need jq
	{
		printf 'type=USER_CMD msg=audit(1503775897.042:8): '
		seq -f 'field%.0f=1' 30000 | paste -sd ' '
		printf 'type=USER_CMD msg=audit(1503775897.042:9): '
		yes a=1 | head -n 30000 | paste -sd ' '
	} | records | auditpr -F json -C conf >out
	assert_equal '30001 30001' "$(jq '.Records[0] | length' out | paste -sd ' ')"
}

@test "JSON: words that are no pairs go to text, enriched fields keep their names" {
	need jq
	printf 'type=AVC msg=audit(1503775897.042:8): avc:  denied  { read } for  pid=5 comm="x" name="y" dev="vda1" ino=9 permissive=0\n' |
		records | auditpr -F json -C conf | jq -c '.Records[0] | [.text, .pid, .ino]' >out
	assert_equal '["avc: denied { read } for",5,9]' "$(cat out)"
	auditstream -C conf -i "$FIXTURES/auditd_ENRICHED.log" | auditpr -F json -C conf | jq -r '.Records[0].AUID // empty' | sort -u >out
	assert_contains aubench "$(cat out)"
}

@test "JSON of every fixture is valid, and has a record for each line" {
	need jq
	for log in "$FIXTURES"/*.log; do
		auditstream -C conf -i "$log" | auditpr -F json -C conf >out
		assert_equal "$log $(wc -l <"$log")" "$log $(jq -s 'map(.Records | length) | add' out)"
	done
}

@test "the kernel's lines come back, byte for byte" {
	for log in "$FIXTURES"/*.log; do
		auditstream -C conf -i "$log" | auditpr -F linux | sort -s -t: -k2,2 >out
		sort -s -t: -k2,2 "$log" >expected
		assert_same_file expected out
	done
}

@test "the kernel's lines: every spelling of the type, and of the prefix" {
	cat >odd.log <<-'END'
		type=1300 msg=audit(1.000:1): a=1
		type=UNKNOWN[1399] msg=audit(1.001:2): a=1
		type=NO_SUCH_TYPE msg=audit(1.002:3): a=1
		type=USER_CMD audit(1.003:4): a=1
		node=h type=USER_CMD msg=audit(1.004:5): a=1
		type=USER_CMD msg=audit(0001.005:6): a=1
		type=USER_CMD msg=audit(1.006:18446744073709551): a=1
		type=1423 msg=audit(1.007:8): a=1
		type=LANDLOCK_ACCESS msg=audit(1.008:9): a=1
		type=USER_CMD msg=audit(1.009:10): 
	END
	auditstream -C conf -i odd.log | auditpr -F linux | sort >out
	assert_same_file <(sort odd.log) out
}

@test "one kernel event that is several audit events gives its lines once" {
	cp -r conf renamed
	sed 's/^FS_Chdir:/FS_Another:/' "$CONF/eventmap" >renamed/eventmap
	auditstream -C renamed -i one.log >another
	cat one another | auditpr -F linux >out
	assert_same_file one.log out
	cat one another | auditpr -t0 >out
	assert_equal 2 "$(wc -l <out)"
	sed 's/exit=0/exit=1/' one.log | records >other
	cat one other one | auditpr -F linux >out
	assert_equal 12 "$(wc -l <out)"
}

@test "an event that comes twice gives its lines twice" {
	cat one one | auditpr -F linux >out
	assert_same_file <(cat one.log one.log) out
}

# Newline, escape, C1, bidirectional override, malformed UTF-8, backslash: in whatever a program can name.
hostile() {
	local odd=0A1B5B324AC29BE280AEFF5C20
	cat <<-END
		type=SYSCALL msg=audit(1503775897.042:8): arch=c000003e syscall=59 success=yes exit=0 a0=1 items=1 ppid=1 pid=2 auid=0 uid=0 gid=0 euid=0 tty=pts$(printf '\e')0 ses=1 comm=$odd exe=$odd key=${odd}01$odd
		type=EXECVE msg=audit(1503775897.042:8): argc=2 a0=$odd a1=$odd
		type=CWD msg=audit(1503775897.042:8): cwd=2F$odd
		type=PATH msg=audit(1503775897.042:8): item=0 name=$odd inode=1 dev=fe:00 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL
		type=PROCTITLE msg=audit(1503775897.042:8): proctitle=$odd
	END
	printf 'type=USER_CMD msg=audit(1503775897.042:9): pid=2 uid=0 auid=0 ses=1 msg='\''op=\e[31m acct=%s exe="/a\xff\xc2\x9b" "k\e"="\xe2\x80\xae" \x07 hostname=\e addr=\x7f terminal=\xc2\x85 res=success'\''\n' $odd
}

# Only printable ASCII, blanks and newlines, or well-formed UTF-8 that neither moves nor hides anything.
assert_harmless() {
	run ! grep -naP '[\x00-\x09\x0b-\x1f\x7f]' "$1"
	run ! grep -naP '\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xff' "$1"
	iconv -f UTF-8 -t UTF-8 "$1" >/dev/null
}

@test "no byte of a record forges a line or reaches the terminal" {
	hostile | records >r
	auditpr -t0 -w -C conf r >out
	assert_equal 2 "$(wc -l <out)"
	assert_harmless out
	assert_contains '\x0a\x1b[2J\xc2\x9b\xe2\x80\xae\xff' "$(cat out)"
	auditpr -t0 -v -X -C conf -h elRtcrpPThiESIWdaACDfgGknsuwxy r >out
	assert_harmless out
	assert_equal 3 "$(wc -l <out)"
	auditpr -F json -C conf r >out
	assert_harmless out
	assert_equal 2 "$(wc -l <out)"
	need jq
	assert_equal '["\n\u001b[2J\u009b\u202e\\xff\\ ",2]' "$(jq -ac 'select(.Serial == 8) | [.Argv[0], (.Key | length)]' out)"
}

# A record that no kernel makes: odd bytes in the names of event and command, in the facts, newlines in its lines.
forged() {
	base64 -d <<-'END'
		q0FVRAABAABjDy+VAQADAIBi7bsBR+oYBwAAAAAAAAD//////v///wAAAAAFAAAAKgAAAAAAAAAqAAAAAAAAAP//////////AAAAAP////9FChtbMkogXAAAAAAAAAAAAAAAAAAA
		AAAAAAAAAAAAAGPCm+KArv8KAAAAAAAAAAAAAAAAIwAAAGhvc3Q9aBtbMW0gbG9naW49IngKeSIgY29udGFpbmVyPWMHAAAAAABTBAAAFwAAAGEbPSJ2CiIgInEiPTEgeD3/
		IHcKAnJkABQFBAAoAAAAb25lCnR5cGU9U1lTQ0FMTCBtc2c9YXVkaXQoMS4wMDA6MSk6IHR3bw==
	END
}

@test "nor does a forged record" {
	forged | auditpr -t0 -h ecWhr >out
	assert_equal 'E\x0a\x1b[2J\x20\\ c\xc2\x9b\xe2\x80\xae\xff\x0a   c\x07                     h\x1b[1m         42949672 ' "$(cat out)"
	forged | auditpr -F json -C conf >out
	assert_harmless out
	assert_equal 1 "$(wc -l <out)"
	forged | auditpr -F linux >out
	assert_equal 2 "$(wc -l <out)"
	need jq
	forged | auditpr -F json -C conf | jq -e '.Records[0]["a\u001b"] == "v\n"'
}

@test "files: operands, -i, both, a dash, standard input" {
	pr -t0 one one
	assert_equal 2 "${#lines[@]}"
	pr -t0 -i one -i one one
	assert_equal 3 "${#lines[@]}"
	cp one same
	auditpr -t0 - one <same >out
	assert_equal 2 "$(wc -l <out)"
	auditpr <one >out
	assert_equal 3 "$(wc -l <out)"
}

@test "packed input is unpacked" {
	need zstd
	zstd -q one -o one.zst
	pr -t0 one.zst
	assert_output "$ROW"
}

@test "no input: a heading and success" {
	pr /dev/null
	assert_status 0
	assert_output "$HEADING"
	pr -t0 /dev/null
	assert_status 0
	assert_output ''
}

@test "a missing file: a message, the others are printed, exit 1" {
	pr -t0 nowhere one
	assert_status 1
	assert_output "$ROW"
	assert_contains 'nowhere: No such file' "$stderr"
	pr .
	assert_status 1
	assert_contains 'Is a directory' "$stderr"
}

@test "standard input closed, standard output full or closed: a message, exit 1" {
	run bash -c 'auditpr <&-'
	assert_status 1
	assert_contains 'Bad file descriptor'
	for form in text json linux; do
		run bash -c "auditpr -C conf -F $form one >/dev/full"
		assert_status 1
		assert_contains 'stdout: No space left'
		run bash -c "auditpr -C conf -F $form one >&-"
		assert_status 1
		assert_contains stdout
	done
	run bash -c 'auditpr -t0 /dev/null >&-'
	assert_status 1
}

@test "a reader that goes away ends it quietly" {
	for _ in $(seq 3000); do cat one; done >many
	run bash -c 'set -o pipefail; auditpr -F json -C conf many | head -n 1 >/dev/null'
	assert_status 141
	assert_output ''
}

@test "damage: a message with file and place, the rest is printed, exit 2" {
	size=$(stat -c %s one)
	head -c $((size - 5)) one >cut.rec
	pr -t0 cut.rec
	assert_status 2
	assert_output ''
	assert_contains 'cut.rec: byte 0' "$stderr"
	{ cat one; echo garbage; cat one; } >garbage
	pr -t0 garbage
	assert_status 2
	assert_equal 2 "${#lines[@]}"
	assert_contains "garbage: byte $size" "$stderr"
	head -c 100000 /dev/urandom >random
	for form in text json linux; do
		run -2 bash -c "auditpr -C conf -F $form random >/dev/null"
	done
}

@test "every flipped bit is either harmless or found" {
	for at in $(seq 0 97 "$(stat -c %s one)"); do
		cp one flipped
		printf '\x5a' | dd of=flipped bs=1 seek="$at" conv=notrunc status=none
		run auditpr -t0 -v -C conf flipped
		[ "$status" -eq 0 ] || [ "$status" -eq 2 ]
	done
}

@test "input that comes byte by byte gives the same" {
	for form in text json linux; do
		auditpr -C conf -F $form one >expected
		dd if=one bs=1 status=none | auditpr -C conf -F $form >out
		assert_same_file expected out
	done
}

@test "what is there is printed while the input pauses" {
	mkfifo pipe
	auditpr -t0 <pipe >out &
	child=$!
	exec 4>pipe
	cat one >&4
	wait_for 5 test -s out
	assert_equal "$ROW" "$(cat out)"
	exec 4>&-
	wait $child
}

@test "-u: each record at once" {
	cat one one >two
	need strace
	# The leak checker cannot work under strace, which is a tracer too.
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -e trace=write -o trace auditpr -u -t0 two >/dev/null || skip "optional: strace cannot trace here"
	assert_equal 2 "$(grep -c '^write(1,' trace)"
}

@test "wrong options: usage, exit 64" {
	pr -Z
	assert_status 64
	assert_contains 'usage: auditpr [-C confdir]' "$stderr"
	pr -F yaml one
	assert_status 64
	assert_contains 'json, linux, text' "$stderr"
	pr -h
	assert_status 64
}

@test "without a file, a terminal as standard input is a mistake" {
	need script
	run script -qec 'auditpr; echo "status $?"' /dev/null </dev/null
	assert_contains 'usage: auditpr'
	assert_contains 'status 64'
}

@test "usage is the manual's synopsis, and every option is explained" {
	need mandoc
	assert_usage auditpr
	for option in C F h i m r t u v w X; do
		grep -q "^\.It Fl $option" "$ROOT/man/auditpr.8" || { echo "-$option is not explained"; false; }
	done
}

@test "the manual's columns are those that the program knows" {
	known=$(auditpr -h '#' 2>&1 </dev/null | sed -n 's/.*the fields are //p' | head -n 1)
	explained=$(sed -n '/^.Bl.*wpar name/,/^.El/s/^\.It Sy \(.\) .*/\1/p' "$ROOT/man/auditpr.8" | tr -d '\n')
	assert_equal "$known" "$explained"
}

@test "AIX_AUDITBUFSZ changes how much is written at a time, and nothing else" {
	auditstream -C conf -n 300 -i "$FIXTURES/mix.log" >records
	auditpr -C conf -v -i records >expected
	for size in 8192 0x100000 1 999999999999 nonsense; do
		AIX_AUDITBUFSZ=$size auditpr -C conf -v -i records >actual
		assert_same_file expected actual
		AIX_AUDITBUFSZ=$size auditselect -e 'pid > 0 || pid == 0' records | cmp - records
	done
	need strace
	need_plain_build # no leak check under a tracer
	AIX_AUDITBUFSZ=8192 strace -f -o trace -e trace=write auditpr -C conf -F linux -i records >/dev/null
	[ "$(grep -c ' write(1,' trace)" -gt 10 ]
	AIX_AUDITBUFSZ=1000000 strace -f -o trace -e trace=write auditpr -C conf -F linux -i records >/dev/null
	[ "$(grep -c ' write(1,' trace)" -eq 1 ]
}

@test "several processors print what one prints, in the same order" {
	need taskset strace
	[ "$(nproc)" -gt 1 ] || skip "optional: there is one processor here"
	for log in "$FIXTURES"/*.log; do
		auditstream -C conf -i "$log" 2>/dev/null || :
	done >records
	sed -i "s/FS_Chdir = .*/FS_Chdir = sed s,^,said,/" conf/events
	processor=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
	export AIX_AUDITBUFSZ=8192
	for form in text json linux; do
		taskset -c "$processor" auditpr -C conf -v -F $form records >expected
		auditpr -C conf -v -F $form records >out
		assert_same_file expected out
		cat records | auditpr -C conf -v -F $form >out
		assert_same_file expected out
	done
	need_plain_build # no leak check under a tracer
	strace -f -o trace -e trace=write auditpr -C conf -F json records >/dev/null
	[ "$(grep 'write(1,' trace | cut -d ' ' -f 1 | sort -u | wc -l)" -gt 1 ]
}
