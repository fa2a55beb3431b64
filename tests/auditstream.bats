#!/usr/bin/env bats
# auditstream without the kernel: replay of logs, its messages and exit statuses. tests/live/auditstream.bats has the rest.
# shellcheck source=tests/helper.bash
load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# The lines of logs with each event's lines together and in their order, whatever the order of the events.
by_event() {
	cat "$@" | awk 'match($0, /audit\([0-9.:]*\)/) { print ($1 ~ /^node=/ ? $1 : "") substr($0, RSTART, RLENGTH) "\t" $0 }' |
		sort -s -t $'\t' -k 1,1 | cut -f 2-
}

# What a replay gives back, as a log.
replay() {
	auditstream -C "$CONF" -i "$@" | auditpr -C "$CONF" -F linux
}

# keeps LOG [NAME]: its replay gives every line back, byte for byte
keeps() {
	replay "$1" >replayed
	by_event "$1" >expected
	by_event replayed >actual
	assert_same_file expected actual && assert_equal "$(wc -l <"$1")" "$(wc -l <replayed)" || {
		echo "of ${2-$1}"
		return 1
	}
}

json() {
	auditpr -C "$CONF" -F json
}

serials() {
	json | jq .Serial
}

# --- fidelity

@test "replay: every line of every fixture comes back, byte for byte" {
	need jq
	local log

	for log in "$FIXTURES"/*.log; do
		keeps "$log"
	done
}

@test "replay: the lines of a log that is not interleaved come back in their order" {
	local log

	for log in su_user_to_root_badpw useradd auditd_RAW auditd_ENRICHED argv_many; do
		replay "$FIXTURES/$log.log" >actual
		assert_same_file "$FIXTURES/$log.log" actual
	done
}

@test "replay: lines with a node come back, and the node is the host" {
	need jq
	local log

	for log in auditd_RAW auditd_ENRICHED mix caps; do
		sed 's/^/node=web1.example /' "$FIXTURES/$log.log" >node.log
		keeps node.log "$log with a node"
	done
	assert_equal web1.example "$(stream node.log | json | jq -r .Host | sort -u)"
}

@test "replay: events of two nodes with the same serials are kept apart" {
	sed 's/^/node=a /' "$FIXTURES/caps.log" >a
	sed 's/^/node=b /' "$FIXTURES/caps.log" >b
	paste -d '\n' a b >both.log
	keeps both.log
	assert_equal $((2 * $(stream "$FIXTURES/caps.log" | serials | wc -l))) "$(stream both.log | serials | wc -l)"
}

@test "replay: types and forms that libaudit does not know come back" {
	cat >odd.log <<-'LOG'
		type=UNKNOWN[1423] msg=audit(1795325474.234:1): domain=1 blockers=fs.write_file path="/tmp/x"
		type=1424 msg=audit(1795325474.234:2): domain=1 status=allocated
		type=1336 audit(1795325474.234:3): uring_op=18 success=yes exit=0
		type=SOMETHING_NEW msg=audit(1795325474.234:4): a=1
		Nov 22 05:11:03 web1 audispd: type=SYSCALL msg=audit(1795325474.234:5): arch=c000003e syscall=59 success=yes
		type=USER_LOGIN msg=audit(1795325474.234:6): pid=1 uid=0 auid=4294967295 ses=4294967295 msg='op=login res=failed' 
		type=OPENAT2 msg=audit(0.000:0): oflag=02 mode=0644 resolve=0x0
	LOG
	keeps odd.log
	run auditstream -C "$CONF" -i odd.log
	assert_status 0
}

@test "replay: carriage returns and bytes that are no text come back" {
	sed 's/$/\r/' "$FIXTURES/date_tz.log" >crlf.log
	keeps crlf.log
	printf 'type=USER msg=audit(1795325474.234:1): a=\377\376\001\tb\n' >bytes.log
	keeps bytes.log
}

@test "replay: any interleaving of lines gives the same records" {
	need jq perl
	# The facts are what was known by then (-F leaves them out).
	auditstream -F -C "$CONF" -i "$FIXTURES/mix.log" | json | sort >expected
	local seed

	for seed in 1 2 3; do
		# Each event keeps its own order: lines are dealt from up to 50 open events.
		perl -e '
			srand(shift);
			my (%lines, @order, @open);
			while (<>) {
				my ($id) = /audit\((\S+?)\)/;
				push @order, $id if !$lines{$id};
				push @{$lines{$id}}, $_;
			}
			while (@open || @order) {
				push @open, shift @order while @order && @open < 50;
				my $i = int(rand(@open));
				print shift @{$lines{$open[$i]}};
				splice @open, $i, 1 if !@{$lines{$open[$i]}};
			}' "$seed" "$FIXTURES/mix.log" >shuffled.log
		auditstream -F -C "$CONF" -i shuffled.log | json | sort >actual
		assert_same_file expected actual
	done
}

# --- inputs

@test "replay: from a pipe the records are the same" {
	stream "$FIXTURES/useradd.log" >expected
	cat "$FIXTURES/useradd.log" | auditstream -C "$CONF" -i - >actual
	assert_same_file expected actual
	auditstream -C "$CONF" -i - <"$FIXTURES/useradd.log" >actual
	assert_same_file expected actual
}

@test "replay: from a pipe an event leaves while the writer still holds it open" {
	mkfifo in
	auditstream -C "$CONF" -i - <in >out 3>&- &
	local pid=$!
	exec {writer}>in
	cat "$FIXTURES/su_user_to_root_badpw.log" >&"$writer"
	wait_for 10 has_events out 3
	exec {writer}>&-
	wait "$pid"
}

has_events() {
	[ "$(auditpr -C "$CONF" -F json -i "$1" 2>/dev/null | wc -l)" -ge "$2" ]
}

@test "replay: a directory with logs packed by zstd; what gzip packed is named, and missing" {
	need zstd
	mkdir logs
	cp "$FIXTURES/useradd.log" logs/audit.log
	zstd -q "$FIXTURES/mix.log" -o logs/audit.log.2.zst
	cat "$FIXTURES/mix.log" "$FIXTURES/useradd.log" | auditstream -C "$CONF" -i - >expected
	stream logs >actual
	assert_same_file expected actual
	# logrotate is just packing: both are there.
	cp "$FIXTURES/mix.log" logs/audit.log.2
	run -0 --separate-stderr bash -c 'auditstream -C "$CONF" -i logs >actual'
	assert_contains 'logs/audit.log.2.zst: not read, as there is audit.log.2' "$stderr"
	assert_same_file expected actual
	: >logs/audit.log.3.gz
	: >logs/audit.log.old
	run -2 --separate-stderr bash -c 'auditstream -C "$CONF" -i logs >actual'
	assert_contains 'logs/audit.log.3.gz: not read: only zstd' "$stderr"
	assert_same_file expected actual
}

@test "replay: a packed log with a damaged frame is read on behind it" {
	need zstd
	zstd -qc "$FIXTURES/mix.log" >three
	local size
	size=$(stat -c %s three)
	zstd -qc "$FIXTURES/useradd.log" >>three
	printf '\377\377\377\377' | dd of=three bs=1 seek=$((size / 2)) conv=notrunc status=none
	stream "$FIXTURES/useradd.log" | auditpr -F linux >expected
	run -2 --separate-stderr bash -c 'auditstream -C "$CONF" -i three | auditpr -F linux >actual; exit "${PIPESTATUS[0]}"'
	assert_contains 'packed data is damaged' "$stderr"
	assert_equal '' "$(comm -23 <(sort expected) <(sort actual))"
}

@test "replay: a log packed by zstd is unpacked" {
	need zstd
	zstd -q "$FIXTURES/mix.log" -o mix.log.zst
	stream "$FIXTURES/mix.log" >expected
	stream mix.log.zst >actual
	assert_same_file expected actual
	cat mix.log.zst | auditstream -C "$CONF" -i - | auditpr -F linux | wc -l >count
	assert_equal "$(wc -l <"$FIXTURES/mix.log")" "$(cat count)"
}

@test "replay: a directory of rotated logs is one log, oldest first" {
	mkdir logs
	# The cuts are inside events; 10 is older than 9.
	split -n l/4 -d "$FIXTURES/mix-eoe.log" part
	mv part00 logs/audit.log.10
	mv part01 logs/audit.log.9
	mv part02 logs/audit.log.1
	mv part03 logs/audit.log
	echo 'not a log' >logs/README
	stream "$FIXTURES/mix-eoe.log" >expected
	stream logs >actual
	assert_same_file expected actual
}

@test "replay: two rotated logs of auditd are one log" {
	mkdir logs
	head -n 60 "$FIXTURES/auditd_RAW.log" >logs/audit.log.1
	tail -n +61 "$FIXTURES/auditd_RAW.log" >logs/audit.log
	stream "$FIXTURES/auditd_RAW.log" >expected
	stream logs >actual
	assert_same_file expected actual
}

@test "replay: an empty log is no records, and no error" {
	: >empty.log
	run --separate-stderr auditstream -C "$CONF" -i empty.log
	assert_status 0
	assert_output ''
	assert_equal '' "$stderr"
}

@test "replay: what ausearch puts between events is no damage" {
	need ausearch
	ausearch -if "$FIXTURES/useradd.log" </dev/null >ausearch.log
	grep -q '^----' ausearch.log
	run auditstream -C "$CONF" -i ausearch.log
	assert_status 0
}

@test "replay needs no privilege" {
	need setpriv
	[ "$(id -u)" -eq 0 ] || skip "optional: runs as an ordinary user anyway"
	cp "$FIXTURES/date_tz.log" "$BIN/auditstream" .
	cp -r "$CONF" conf
	chmod -R a+rX .
	chmod a+x "${PWD%/*}" "${PWD%/*/*}" "$PWD"
	stream date_tz.log >expected
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs \
		./auditstream -C conf -i - <date_tz.log >actual
	assert_same_file expected actual
}

# --- selection

# A directory of configuration with classes of the test's own.
make_classes() {
	mkdir conf
	cp "$CONF"/* conf/
	cat >conf/config <<-'CONFIG'
		start:
			binmode = off
			streammode = on
		classes:
			runs = PROC_Execute,PROC_Create
			accounts = USER_Create,GROUP_Create,USER_Change
			both = runs,accounts
	CONFIG
}

events() {
	json | jq -r .EventType
}

@test "-c: only events of the classes" {
	need jq
	make_classes
	stream "$FIXTURES"/{useradd,script_exec}.log | events | grep -xE 'PROC_Execute|PROC_Create' >expected
	cat "$FIXTURES"/{useradd,script_exec}.log >both.log
	[ -s expected ]
	auditstream -C conf -c runs -i both.log | events >actual
	assert_same_file expected actual
	auditstream -C conf -c runs,accounts -i both.log >two
	auditstream -C conf -c both -i both.log >nested
	assert_same_file two nested
	[ "$(events <two | wc -l)" -gt "$(wc -l <actual)" ]
	auditstream -C conf -c ALL -i both.log >all
	stream both.log >expected
	assert_same_file expected all
}

@test "-c: a class that does not exist is named, and the one that was meant" {
	make_classes
	run --separate-stderr auditstream -C conf -c runs,acounts -i "$FIXTURES/caps.log"
	assert_status 64
	assert_output ''
	assert_contains acounts "$stderr"
	assert_contains 'did you mean `accounts`?' "$stderr"
}

@test "-n: so many records, and the end" {
	need jq
	stream "$FIXTURES/mix.log" | serials | head -n 7 >expected
	auditstream -C "$CONF" -n 7 -i "$FIXTURES/mix.log" >seven
	serials <seven >actual
	assert_same_file expected actual
}

@test "-n: with a pipe that goes on, it ends all the same" {
	run timeout 20 bash -c 'while cat "$FIXTURES/caps.log"; do :; done 2>/dev/null | auditstream -C "$CONF" -n 3 -i - | auditpr -C "$CONF" -h e -t 0 | wc -l'
	assert_status 0
	assert_output 3
}

@test "-m: records carry this machine's name; without it a replay says nothing of the machine" {
	need jq
	auditstream -m -C "$CONF" -i "$FIXTURES/caps.log" | json | jq -r .Host | sort -u >hosts
	assert_equal "$(hostname)" "$(cat hosts)"
	stream "$FIXTURES/caps.log" | json | jq -r .Host | sort -u >hosts
	assert_equal null "$(cat hosts)"
}

@test "-u changes nothing but when" {
	stream "$FIXTURES/mix.log" >expected
	auditstream -u -C "$CONF" -i "$FIXTURES/mix.log" >actual
	assert_same_file expected actual
}

@test "AIX_AUDITBUFSZ changes nothing in a replay" {
	local size

	stream "$FIXTURES/argv_many.log" >expected
	for size in 1 8192 0x4000 99999999999 nonsense; do
		AIX_AUDITBUFSZ=$size auditstream -C "$CONF" -i "$FIXTURES/argv_many.log" >actual
		assert_same_file expected actual
	done
}

# --- bad input

@test "damage: lines that are no records are counted, named, and skipped" {
	{
		head -n 10 "$FIXTURES/mix.log"
		echo 'hello'
		echo 'type=SYSCALL msg=audit(1795325474.2'
		tail -n +11 "$FIXTURES/mix.log"
	} >damaged.log
	run --separate-stderr bash -c 'auditstream -C "$CONF" -i damaged.log >records'
	assert_status 2
	assert_contains 'damaged.log: line 12' "$stderr"
	auditpr -F linux -i records >replayed
	by_event "$FIXTURES/mix.log" >expected
	by_event replayed >actual
	assert_same_file expected actual
}

@test "damage: a log that is cut says so, and the last line counts if it is one" {
	local size

	for size in 1 77 99 150 200 201 5000; do
		head -c -$size "$FIXTURES/caps.log" >cut.log
		[ -n "$(tail -c 1 cut.log)" ] || continue # a newline: not cut
		run --separate-stderr bash -c 'auditstream -C "$CONF" -i cut.log >records'
		assert_status 2
		assert_contains 'cut.log: line ' "$stderr"
		assert_contains cut "${stderr#*cut.log}"
		auditpr -F linux -i records >replayed
		[ "$(wc -l <replayed)" -ge "$(wc -l <cut.log)" ]
	done
}

@test "damage: the last line of a run is named, wherever the run ends" {
	local good
	good=$(head -n 1 "$FIXTURES/caps.log")

	said() {
		auditstream -C "$CONF" -i - <<<"$1" 2>&1 >/dev/null | cut -d ' ' -f 2-
	}
	assert_equal 'stdin: line 3: not an audit record, nor the 1 before it' "$(said "$good"$'\nx\ny\n'"$good")"
	assert_equal 'stdin: line 3: not an audit record, nor the 1 before it' "$(said "$good"$'\nx\ny')"
	printf 'x\ny\ntype=' >cut.log
	run bash -c 'auditstream -C "$CONF" -i cut.log >/dev/null'
	assert_status 2
	assert_output 'auditstream: cut.log: line 2: not an audit record, nor the 1 before it
auditstream: cut.log: line 3: cut (no newline at the end)'
	{ printf 'x\n'; head -c 5000000 /dev/zero; printf '\n%s\n' "$good"; } >long.log
	run bash -c 'auditstream -C "$CONF" -i long.log >/dev/null'
	assert_output 'auditstream: long.log: line 1: not an audit record
auditstream: long.log: line 2: longer than 1048576 bytes: skipped'
}

@test "damage: records where a log should be, and a log where records should be, are said" {
	stream "$FIXTURES/caps.log" >records
	run bash -c 'auditstream -C "$CONF" -i records >/dev/null'
	assert_status 2
	assert_contains "auditstream: records: records, not a log: auditpr and auditselect read them"
	run auditpr -t0 "$FIXTURES/caps.log"
	assert_status 2
	assert_output "auditpr: $FIXTURES/caps.log: byte 0: a log, not records: auditstream -i reads it; skipped $(stat -c %s "$FIXTURES/caps.log") bytes"
}

@test "damage: random bytes are refused, not believed" {
	head -c 300000 /dev/urandom | tr -d '(' >random.log
	run --separate-stderr bash -c 'auditstream -C "$CONF" -i random.log | wc -c'
	assert_output 0
	run bash -c 'auditstream -C "$CONF" -i random.log >/dev/null'
	assert_status 2
}

@test "damage: a log with flipped bits is read to its end" {
	need perl
	local seed

	for seed in 1 2 3 4 5 6 7 8; do
		perl -e 'srand(shift); local $/; $_ = <>; for my $i (1 .. 200) {
			substr($_, rand(length), 1) ^= chr(1 << rand(8)); } print' $seed "$FIXTURES/paths_odd.log" >flipped.log
		run bash -c 'auditstream -C "$CONF" -i flipped.log >records'
		[ "$status" -eq 0 ] || assert_status 2
		run bash -o pipefail -c 'auditpr -C "$CONF" -v -i records >/dev/null && auditpr -C "$CONF" -F json -i records | jq -e . >/dev/null'
		assert_status 0
	done
}

@test "damage: a line without end takes no memory, and what follows is read" {
	need /usr/bin/time
	{
		cat "$FIXTURES/caps.log"
		head -c 200000000 /dev/zero
		echo
		cat "$FIXTURES/date_tz.log"
	} | /usr/bin/time -o peak -f %M auditstream -C "$CONF" -i - >records 2>messages || status=$?
	assert_equal 2 "${status-0}"
	grep 'longer than' messages
	auditpr -F linux -i records >replayed
	by_event "$FIXTURES"/{caps,date_tz}.log >expected
	by_event replayed >actual
	assert_same_file expected actual
	need_plain_build
	[ "$(tail -n 1 peak)" -lt 16384 ]
}

# --- errors

@test "errors: a log that is not there" {
	run auditstream -C "$CONF" -i nowhere.log
	assert_status 1
	assert_contains 'nowhere.log: No such file or directory'
}

@test "errors: a directory without logs" {
	mkdir logs
	run auditstream -C "$CONF" -i logs
	assert_status 1
	assert_contains logs:
}

@test "errors: no configuration" {
	mkdir conf
	run auditstream -C conf -i "$FIXTURES/caps.log"
	assert_status 64
	assert_contains conf/eventmap
}

@test "errors: stdout is full" {
	run bash -c 'auditstream -C "$CONF" -i "$FIXTURES/mix.log" >/dev/full'
	assert_status 1
	assert_output 'auditstream: stdout: No space left on device'
}

@test "errors: stdout is full, for one small record" {
	run bash -c 'auditstream -C "$CONF" -n 1 -i "$FIXTURES/mix.log" >/dev/full'
	assert_status 1
	assert_output 'auditstream: stdout: No space left on device'
}

@test "errors: stdout is closed" {
	run bash -c 'auditstream -C "$CONF" -i "$FIXTURES/mix.log" >&-'
	assert_status 1
	assert_contains 'auditstream: stdout: '
}

@test "errors: stdin is closed" {
	run bash -c 'auditstream -C "$CONF" -i - <&- >/dev/null'
	assert_status 1
	assert_contains stdin
}

@test "errors: nobody reads any more: it ends, quietly" {
	run bash -c 'for i in 1 2 3 4 5; do cat "$FIXTURES/mix.log"; done | auditstream -C "$CONF" -i - | head -c 10 | wc -c'
	assert_status 0
	assert_output 10
}

@test "errors: records are not written to a terminal" {
	need script
	run script -qec "auditstream -C '$CONF' -i '$FIXTURES/caps.log'" /dev/null </dev/null
	assert_status 64
	assert_contains terminal
}

@test "usage: what is wrong is exit status 64, with the usage" {
	local wrong

	for wrong in -x '-n 0' '-n x' '-n -1' 'operand' '-i x -M' -c -i; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr auditstream -C "$CONF" $wrong
		assert_status 64
		assert_output ''
		[ -n "$stderr" ]
	done
	run --separate-stderr auditstream -x
	assert_contains 'usage: auditstream ' "$stderr"
	run --separate-stderr auditstream -C "$CONF" -i "$FIXTURES/caps.log" -i "$FIXTURES/su.log"
	assert_status 64
	assert_equal "auditstream: -i $FIXTURES/caps.log -i $FIXTURES/su.log: only once" "$stderr"
	run --separate-stderr auditstream -C "$CONF" -c files -c login -i "$FIXTURES/caps.log"
	assert_status 64
	assert_equal 'auditstream: -c files -c login: only once' "$stderr"
}

@test "usage: the manual page's synopsis is the usage" {
	need mandoc
	assert_usage auditstream
}

@test "what stands behind a megabyte of one line is no line of its own" {
	{
		head -c 1500000 /dev/zero | tr '\0' x
		echo "type=USER_LOGIN msg=audit(1.000:1): pid=1 uid=0 auid=0 ses=1 msg='op=login acct=\"root\" res=success'"
		echo "type=USER_LOGIN msg=audit(1.000:2): pid=1 uid=0 auid=0 ses=1 msg='op=login acct=\"root\" res=failed'"
	} >long.log
	run -2 --separate-stderr bash -c "auditstream -C '$CONF' -i long.log | auditpr -t0 -h n; exit \${PIPESTATUS[0]}"
	assert_equal 2 "$(tr -d ' ' <<<"$output")"
	assert_equal 1 "$(grep -c 'longer than' <<<"$stderr")"
}

# --- size

# A gigabyte of log whose serials and times do not repeat: mix.log ten times, and that with another year each time.
gigabyte() {
	local i

	for i in {0..9}; do
		sed -E "s/audit\(([0-9]{3})[0-9]/audit(\1$i/" "$FIXTURES/mix.log"
	done >block
	local size copies
	size=$(stat -c %s block)
	copies=$((1000000000 / size + 1))
	for ((i = 0; i < copies; i++)); do
		sed "s/audit(17/audit($((10 + i))/" block
	done
}

@test "memory does not grow with the input: a gigabyte in less than 16 MiB, no line lost" {
	need /usr/bin/time
	need_plain_build
	gigabyte | tee >(wc -l >lines) | /usr/bin/time -o peak -f %M auditstream -C "$CONF" -i - | auditpr -F linux | wc -l >replayed
	assert_equal "$(cat lines)" "$(cat replayed)"
	[ "$(cat peak)" -lt 16384 ] || {
		echo "peak: $(cat peak) KiB"
		return 1
	}
}

# --- against auditd's own tools

# Logs that ausearch reads: one kernel, no odd forms.
peers() {
	ls "$FIXTURES"/{auditd_RAW,mix,mix-eoe,su_goodpw,sudo_ok,useradd,login,sshd_goodpw_tty,fsops,net,exec_fail,ids}.log
}

@test "ausearch sees the same events with the same serials" {
	need ausearch jq
	local log

	for log in $(peers); do
		# Some events are several lines there; a serial that is used twice is two events.
		ausearch -if "$log" --raw </dev/null | grep -oE 'audit\([0-9.]+:[0-9]+' | sed 's/.*(//' | sort -u >expected
		stream "$log" | json |
			jq -r '(.EventTime | sub("\\..*"; "Z") | fromdate | tostring) + "." + (.EventTime | capture("\\.(?<ms>...)").ms) + ":" + (.Serial | tostring)' | sort >actual
		[ -s expected ]
		assert_same_file expected actual || {
			echo "of $log"
			return 1
		}
	done
}

@test "ausearch's CSV has the same types and results" {
	need ausearch jq
	local log

	for log in $(peers); do
		# EVENT is the type of the event's first record there; DATE and TIME are in another form.
		ausearch -if "$log" --format csv </dev/null | awk -F, 'NR > 1 { print $5, $2, $12 }' | sort >theirs
		stream "$log" | json |
			jq -r '.Serial as $s | (if .Status == "OK" then "success" else "failed" end) as $r | .Records[] | "\($s) \(.type) \($r)"' |
			sort -u >ours
		[ -s theirs ]
		# No event of theirs that we do not have; where they know no result, none is compared.
		awk 'NR == FNR { ours[$0] = 1; seen[$1 " " $2] = 1; next }
			NF == 3 && !($0 in ours) { print "result differs: " $0; bad = 1 }
			NF == 2 && !($1 " " $2 in seen) { print "not here: " $0; bad = 1 }
			END { exit bad }' ours theirs || {
			echo "of $log"
			return 1
		}
	done
}

# of TYPE-PATTERN FIELD...: serial and fields of the raw lines that ausearch gives out, by awk
raw_fields() {
	awk -v wanted="$1" '
		BEGIN { count = split(wanted, names, " ") }
		$1 ~ /^type=(SYSCALL|USER_|CRED_|ADD_|DEL_|LOGIN)/ {
			match($0, /:[0-9]+\)/)
			line = substr($0, RSTART + 1, RLENGTH - 2)
			for (i = 1; i <= count; i++) {
				value = "-"
				for (f = 3; f <= NF; f++)
					if (index($f, names[i] "=") == 1) {
						value = substr($f, length(names[i]) + 2)
						if (value ~ /^[0-9A-F]+[0-9A-F]$/ && names[i] == "exe")
							value = "-" # hexadecimal: decoded here
						gsub(/[\047"]/, "", value)
						break
					}
				line = line " " value
			}
			print line
		}'
}

@test "pid, uid and exe of each event are those of ausearch's raw lines" {
	need ausearch jq
	local log

	for log in $(peers); do
		ausearch -if "$log" --raw </dev/null | tr '\035' ' ' | raw_fields 'pid uid exe' | sort -u >theirs
		stream "$log" | json |
			jq -r '"\(.Serial) \(.PID) \(.RealUID) \(.Exe // "-")"' | sort -u >ours
		[ -s theirs ]
		# LOGIN lines have no exe, and come with a SYSCALL line that has.
		awk 'NR == FNR { ours[$0] = 1; noexe[$1 " " $2 " " $3] = 1; next }
			!($0 in ours) && !($4 == "-" && ($1 " " $2 " " $3) in noexe) { print "differs: " $0; bad = 1 }
			END { exit bad }' ours theirs || {
			echo "of $log"
			return 1
		}
	done
}

# Small events that fill the table, then large ones in the midst of small ones: none of them ends.
open_events() {
	perl -e 'my $line = "arch=c000003e syscall=59 success=yes exit=0 items=0 ppid=1 pid=2 uid=0 ses=1 comm=\"x\" exe=\"/usr/bin/cat\" key=(null)";
		my $serial = 0;
		sub event { printf "type=SYSCALL msg=audit(1700000000.000:%d): $line%s\n", ++$serial, $_[0] }
		for my $long (7800, 3900) {
			event("") for 1 .. 5000;
			for (1 .. 3000) {
				event(" x=" . "y" x $long);
				event("") if $_ % 2;
			}
		}'
}

# Many small events that all grow afterwards.
growing_events() {
	perl -e 'my $line = "arch=c000003e syscall=59 success=yes exit=0 items=0 ppid=1 pid=2 uid=0 ses=1 comm=\"x\" exe=\"/usr/bin/cat\" key=(null)";
		printf "type=SYSCALL msg=audit(1700000000.000:%d): $line\n", $_ for 1 .. 3000;
		for my $round (1 .. 2) {
			printf "type=EXECVE msg=audit(1700000000.000:%d): argc=1 a0=\"%s\"\n", $_, "y" x 7900 for 1 .. 3000;
		}'
}

@test "however many events are open, and however large, 16 MiB are enough" {
	need time
	need_plain_build
	local taken made

	for made in open_events growing_events; do
		$made >log
		taken=$(command time -f %M auditstream -C "$CONF" -F -i log 2>&1 >/dev/null)
		[ "$taken" -le 16384 ] || { echo "$made: it took $taken KiB" && return 1; }
	done
}

@test "a large event beside small ones is one record, and so are they" {
	perl -e 'my $line = "arch=c000003e syscall=59 success=yes exit=0 items=0 ppid=1 pid=2 uid=0 ses=1 comm=\"x\" exe=\"/usr/bin/cat\" key=(null)";
		sub line { printf "type=%s msg=audit(1700000000.000:%d): %s\n", @_ }
		line("SYSCALL", 1, $line);
		line("EOE", 1, "");
		line("SYSCALL", 2, $line);
		line("EXECVE", 2, "argc=1 a0=" . "41" x 4000) for 1 .. 660;
		line("SYSCALL", $_, $line) for 3 .. 42;
		line("EOE", $_, "") for 3 .. 42, 2;' >log
	auditstream -C "$CONF" -i log | auditpr -C "$CONF" -F json | jq -c .Flags | sort | uniq -c >out
	assert_equal '42 ["replayed"]' "$(sed 's/^ *//' out)"
}

# The log of so many processes, each begun by the one before, with names as long and as odd as can be; with `login` each logs in before.
many_processes() {
	perl -e 'my ($n, $login) = @ARGV;
		for my $i (1 .. $n) {
			my ($pid, $name) = (4000000000 + $i, sprintf "%063d", $i);
			my $stamp = sprintf "audit(%d.%03d:%d)", 1700000000 + $i / 100, $i % 1000, 4 * $i;
			my $next = sprintf "audit(%d.%03d:%d)", 1700000000 + $i / 100, $i % 1000, 4 * $i + 1;
			my $last = sprintf "audit(%d.%03d:%d)", 1700000000 + $i / 100, $i % 1000, 4 * $i + 2;
			printf "type=USER_AUTH msg=$stamp: pid=$pid uid=0 auid=4294967295 ses=4294967295 msg=\x27op=PAM:authentication acct=\"$name\" exe=\"/usr/sbin/%s\" hostname=%s addr=$name terminal=%s res=success\x27\ntype=LOGIN msg=$next: pid=$pid uid=0 old-auid=4294967295 auid=1000 old-ses=4294967295 ses=$i res=1\n",
				"s" x 31, "h" x 127, "t" x 31 if $login;
			printf "type=SYSCALL msg=$last: arch=c000003e syscall=59 success=yes exit=0 a0=0 a1=0 a2=0 a3=0 items=0 ppid=%d pid=$pid auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=%d comm=01%028X exe=\"/usr/bin/cat\" key=(null)\n",
				$pid - 1, $login ? $i : 1, $i;
		}' "$@"
}

@test "however many processes and sessions a log tells of, 16 MiB are enough" {
	need time
	need_plain_build
	local taken

	{ many_processes 30000 login; many_processes 30000; } >log
	taken=$(command time -f %M auditstream -C "$CONF" -i log 2>&1 >/dev/null)
	[ "$taken" -le 16384 ] || { echo "it took $taken KiB" && return 1; }
}
