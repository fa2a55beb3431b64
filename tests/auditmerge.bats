#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2094 # bats' run sets status, output, stderr; inputs are only read
# shellcheck source=tests/helper.bash
load helper
load triples

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# records [NODE] SECONDS:SERIAL...: records of logins at these times, in this order; with a host where NODE ends with a colon.
records() {
	local node='' stamp

	case $1 in
	*:) node="node=${1%:} " && shift ;;
	esac
	for stamp; do
		echo "${node}type=USER_LOGIN msg=audit($stamp): pid=1 uid=0 auid=0 ses=1 msg='op=login acct=\"root\" res=success'"
	done | auditstream -C "$CONF" -i -
}

# What order they are in: HOST:SERIAL each.
order() {
	auditpr -t0 -h h,n "$@" | awk '{ printf "%s%s:%s", NR == 1 ? "" : " ", $1, $2 }'
}

@test "records of several files come out by time" {
	records 10.000:1 30.000:3 50.000:5 >odd
	records 20.000:2 40.000:4 60.000:6 >even
	records 35.000:9 >one
	: >none
	assert_equal "1 2 3 9 4 5 6" "$(auditmerge odd even one none | serials)"
	assert_equal "1 2 3 9 4 5 6" "$(auditmerge none one even odd | serials)"
}

@test "at one time: by host, then by serial, then by input" {
	records beta: 10.000:1 10.000:2 >b
	records alpha: 10.000:5 10.000:7 >a
	records alpha: 10.000:6 10.000:8 >a2
	records 10.000:9 >unnamed
	records alphabet: 10.000:0 >longer
	run -0 bash -c 'auditmerge b longer a2 unnamed a | auditpr -t0 -h h,n | tr -s " \n" " "'
	assert_output "none 9 alpha 5 alpha 6 alpha 7 alpha 8 alphabet 0 beta 1 beta 2 "
	# Nothing decides but the input: the first one is the first.
	echo "type=USER_END msg=audit(10.000:5): pid=1 uid=0 auid=0 ses=1 msg='op=end res=success'" | sed 's/^/node=alpha /' |
		auditstream -C "$CONF" -i - >other
	assert_equal "USER_Login" "$(auditmerge a other | auditpr -t0 -h e | head -n 1 | tr -d ' ')"
	assert_equal "USER_Login" "$(auditmerge other a | auditpr -t0 -h e | sed -n 2p | tr -d ' ')"
}

@test "one file comes out as it is, and many are all there, unchanged" {
	local log logs=() sum=0

	for log in "$FIXTURES"/*.log; do
		stream "$log" >"${log##*/}.records"
		auditmerge -q "${log##*/}.records" | cmp - "${log##*/}.records"
		logs+=("${log##*/}.records")
		sum=$((sum + $(stat -c %s "${log##*/}.records")))
	done
	auditmerge -q "${logs[@]}" >all
	assert_equal "$sum" "$(stat -c %s all)"
	cat "${logs[@]}" | auditpr -F linux | sort >expected
	auditpr -F linux all | sort >actual
	assert_same_file expected actual
}

@test "files in order give a file in order" {
	local i inputs=()

	for i in $(seq 0 39); do
		# shellcheck disable=SC2046 # words
		records $(seq -f "%.0f" $((i + 100)) 40 2000 | sed 's/.*/&.000:&/') >"$i"
		inputs+=("$i")
	done
	auditmerge "${inputs[@]}" | auditpr -F linux | sed 's/.*:\([0-9]*\)).*/\1/' >actual
	seq 100 2000 >expected
	assert_same_file expected actual
}

@test "a record that goes back in time is said once per file, and stays where it is" {
	records 10.000:1 30.500:2 20.250:3 10.000:4 40.000:5 >back
	records 15.000:6 35.000:7 >good
	run -0 --separate-stderr bash -c 'auditmerge back good >out'
	assert_equal "auditmerge: back: serial 3 is 10.250 s older than the record before it: the order stays as it is there" "$stderr"
	assert_equal "1 6 2 3 4 7 5" "$(serials <out)"
	run -0 --separate-stderr bash -c 'auditmerge -q back good | cmp - out'
	assert_equal "" "$stderr"
	run -0 --separate-stderr bash -c 'auditmerge back - <back >out'
	assert_match '^auditmerge: (back|stdin): .*'$'\n''auditmerge: (back|stdin): .*$' "$stderr"
}

@test "times that are centuries apart" {
	records 9000000000.000:1 >last
	records 0.000:2 >first
	run -0 --separate-stderr bash -c 'cat last first | auditmerge - first >out'
	assert_contains '9000000000.000 s older' "$stderr"
	assert_equal "2 1 2" "$(serials <out)"
}

@test "-D: what overlaps comes once, whatever order it stands in" {
	stream "$FIXTURES/mix.log" >whole
	auditmerge -qD whole whole whole | cmp - whole
	cat whole whole | auditmerge -qD - | cmp - whole
	# As another reader may have seen them: each sixteen events in the opposite order.
	auditpr -F linux whole | awk 'match($0, /:[0-9]+\)/) { n = substr($0, RSTART + 1, RLENGTH - 2); printf "%.0f\t%s\n", n + 15 - 2 * (n % 16), $0 }' |
		sort -s -n -k 1,1 | cut -f 2- | auditstream -C "$CONF" -i - >other
	run ! cmp whole other
	auditmerge -qD whole other | auditpr -F linux | sort >actual
	sort "$FIXTURES/mix.log" >expected
	assert_same_file expected actual
	assert_equal "$((2 * $(wc -l <expected)))" "$(auditmerge -q whole whole | auditpr -F linux | wc -l)"
}

@test "-D: another host, time, serial or event is another record" {
	records a: 10.000:1 >one
	records b: 10.000:1 >host
	records a: 10.001:1 >'time'
	records a: 10.000:2 >serial
	auditmerge -D one host time serial >all
	assert_equal "a:1 a:2 b:1 a:1" "$(order all)"
	auditmerge -D all one all host | cmp - all
}

@test "-D: reports of loss are the same only if they say the same" {
	printf 'type=DAEMON_ERR msg=audit(10.000:0): op=lost-records stage=%s count=%s pid=1 res=failed\n' \
		kernel 7 kernel 7 queue 7 queue 8 >log
	auditstream -C "$CONF" -i log >lost
	assert_equal 3 "$(auditmerge -D lost lost | auditpr -t0 | wc -l)"
}

@test "-D: two objects that one event used are two records" {
	mkdir conf
	cp "$CONF"/* conf
	printf '%s:\n\tx = S_RUN\n' /srv/audrecs/tmp/scr.sh /lib64/ld-linux-x86-64.so.2 >conf/objects
	AUDIT_STARTED=$PWD/conf auditstream -i "$FIXTURES/script_exec.log" >records
	auditmerge -qD records records | cmp - records
	assert_equal "none:45067478 none:45067478 none:45067479" "$(auditselect -e 'event == S_RUN' records | order)"
}

@test "a record without a host gets that of its bin or trail, others keep theirs" {
	local host

	host=$(hostname)
	records 10.000:1 30.000:3 >plain
	records web: 20.000:2 >named
	auditcat -C "$CONF" -p -o trail plain
	auditcat -C "$CONF" -p -o other named
	auditmerge trail plain other >merged
	assert_equal "none:1 $host:1 web:2 none:3 $host:3" "$(order merged)"
	# Nothing else has changed, and it is added once.
	assert_equal "$(auditpr -F linux trail plain other | sort)" "$(auditpr -F linux merged | sort)"
	auditmerge -q trail >once
	auditmerge -q once | cmp - once
}

@test "packed input is unpacked" {
	need zstd
	stream "$FIXTURES/fsops.log" >plain
	zstd -q plain -o packed
	auditmerge -q packed | cmp - plain
}

@test "damage: said, skipped, exit 2; the rest is there" {
	records 10.000:1 30.000:3 50.000:5 >good
	records 20.000:2 40.000:4 60.000:6 >bad
	head -c -8 bad >cut_off
	run -2 --separate-stderr bash -c 'auditmerge good cut_off >out'
	assert_match '^auditmerge: cut_off: byte [0-9]+: record is cut' "$stderr"
	assert_equal "1 2 3 4 5" "$(serials <out)"
	printf 'XXXX' | dd of=bad bs=1 seek=$(($(stat -c %s bad) / 3 + 20)) conv=notrunc status=none
	run -2 --separate-stderr bash -c 'auditmerge bad good >out'
	assert_contains 'checksum does not match; skipped' "$stderr"
	assert_equal "1 2 3 5 6" "$(serials <out)"
}

@test "a file that cannot be read: exit 1, the others are merged" {
	records 10.000:1 >one
	run -1 --separate-stderr bash -c 'auditmerge nowhere one . >out'
	assert_contains 'auditmerge: nowhere: No such file' "$stderr"
	assert_contains '.: byte 0: Is a directory' "$stderr"
	assert_equal 1 "$(serials <out)"
}

@test "more files than may usually be open: all are merged" {
	local i

	mkdir many
	for i in {10..59}; do
		records "$i.000:$i" >"many/$i"
	done
	(
		ulimit -S -n 32
		auditmerge many/*
	) >all
	assert_equal "$(echo {10..59})" "$(serials <all)"
}

@test "a record is passed on while the inputs pause" {
	local writer reader

	records 10.000:1 20.000:2 >one
	mkfifo in
	(cat one && exec sleep 20) >in 3>&- &
	writer=$!
	auditmerge in <in >got 3>&- &
	reader=$!
	wait_for 10 test -s got
	kill $writer
	wait $reader
	assert_equal "1 2" "$(serials <got)"
}

@test "usage: exit 64" {
	run -64 auditmerge
	assert_match '^usage: auditmerge '
	run -64 auditmerge -x file
	run -64 auditmerge - file -
	assert_contains 'standard input can be merged once only'
}

@test "usage is the manual's synopsis" {
	need mandoc
	assert_usage auditmerge
}

@test "stdout that is full, or closed: exit 1" {
	stream "$FIXTURES/fsops.log" >records
	run -1 bash -c 'auditmerge -q records >/dev/full'
	assert_match '^auditmerge: stdout: No space left'
	run -1 bash -c 'auditmerge -q records >&-'
	assert_contains 'stdout: '
}

@test "memory does not grow with the files" {
	need time
	need_plain_build
	local small large

	stream "$FIXTURES/mix.log" >once
	for _ in $(seq 20); do cat once; done >many
	small=$(command time -f %M auditmerge -qD once once 2>&1 >/dev/null)
	large=$(command time -f %M auditmerge -qD many many 2>&1 >/dev/null)
	echo "$small KiB, $large KiB"
	[ "$large" -lt $((small + 4096)) ]
}
