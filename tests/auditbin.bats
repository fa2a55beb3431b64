#!/usr/bin/env bats
# auditbin without the kernel: records of a stream into bins, bins to the bin commands, and every fault on the way.
# shellcheck source=tests/helper.bash
load helper

setup() {
	shopt -s nullglob # no bin, nothing kept: no word
	need perl
	DIR=$BATS_TEST_TMPDIR/work
	mkdir -m 755 "$DIR" "$DIR/conf" "$DIR/kept"
	cd "$DIR" || return
	IN=$BATS_FILE_TMPDIR/in
	[ -e "$IN" ] || stream "$FIXTURES"/{fsops,net,uring,sudo_ok}.log >"$IN"
	configure 'binsize = 4096'
	commands "$BATS_FILE_TMPDIR/keep $DIR/kept \$bin"
}

setup_file() {
	# A bin command that may have a bin twice, as auditcat may: it keeps each under its number and its name of its own.
	cat >"$BATS_FILE_TMPDIR/keep" <<-'SH'
		#!/bin/sh
		# keep DIRECTORY [-r] BIN
		to=$1
		shift
		[ "$1" != -r ] || shift
		id=$(od -An -v -j 24 -N 16 -t x1 "$1" | tr -d ' \n')
		number=$(od -An -v -j 48 -N 8 -t u8 "$1" | tr -d ' \n')
		cp "$1" "$to/.new.$$" && mv "$to/.new.$$" "$to/$(printf %08d "$number").$id"
	SH
	chmod 755 "$BATS_FILE_TMPDIR/keep"
}

teardown() {
	local pid
	for pid in $(jobs -p); do
		kill -KILL "$pid" 2>/dev/null || true
	done
}

# configure LINE...: of the stanza bin
configure() {
	printf 'bin:\n\ttrail = %s/trail\n\tbin1 = %s/bin1\n\tbin2 = %s/bin2\n\tcmds = %s/conf/bincmds\n' \
		"$DIR" "$DIR" "$DIR" "$DIR" >"$DIR/conf/config"
	[[ "$*" == *freespace* ]] || printf '\tfreespace = 0\n' >>"$DIR/conf/config"
	[ $# -eq 0 ] || printf '\t%s\n' "$@" >>"$DIR/conf/config"
}

commands() {
	printf '%s\n' "$@" >"$DIR/conf/bincmds"
}

records() {
	"$ROOT/tests/bin_records.pl" "$@"
}

# The bins that are left and were not kept, in their order.
bins_left() {
	local bin

	for bin in bin1 bin2 bin2.*; do
		[ -f "$bin" ] && [[ $bin != *.new ]] || continue
		[ -n "$(echo kept/*."$(od -An -v -j 24 -N 16 -t x1 "$bin" | tr -d ' \n')")" ] ||
			echo "$(od -An -v -j 48 -N 8 -t u8 "$bin" | tr -d ' ') $bin"
	done | sort -n | cut -d ' ' -f 2
}

# The records of all that was kept, and then of the bins that are left.
everything() {
	local left=()

	mapfile -t left < <(bins_left)
	records kept/* "${left[@]}"
}

# What was kept is the input: every record once, in its order.
assert_all_kept() {
	local left=(bin*)

	assert_equal '' "${left[*]}"
	records kept/* >kept.records
	cmp "$IN" kept.records
}

# begin: auditbin on a pipe that we hold open as descriptor 9; what it says in err
begin() {
	mkfifo fifo
	auditbin -C conf -i - <fifo 2>err 3>&- &
	AUDITBIN=$!
	exec 9>fifo
	wait_for 10 test -e bin1
}

# Ends it; its exit status is returned.
finish() {
	exec 9>&-
	wait "$AUDITBIN"
}

# A part of the input: part NUMBER of 3, whole records
part() {
	[ -e part.1 ] || perl -e '
		binmode STDIN; local $/; $_ = <STDIN>;
		my ($at, $n, @parts) = (0, 0, "", "", "");
		my @records;
		while ($at < length) { my $l = unpack "V", substr $_, $at + 4, 4; push @records, substr $_, $at, $l; $at += $l; }
		for my $i (0 .. $#records) { $parts[int($i * 3 / @records)] .= $records[$i]; }
		for my $i (0 .. 2) { open my $f, ">:raw", "part." . ($i + 1); print $f $parts[$i]; }' <"$IN"
	cat "part.$1"
}

# --- filling and delivering

@test "auditbin: every record comes to the bin commands once, in its order" {
	run auditbin -C conf -i "$IN"
	assert_output ''
	assert_status 0
	assert_all_kept
	[ "$(ls kept | wc -l)" -gt 5 ]
}

@test "auditbin: bins take turns, and are finished at binsize" {
	# shellcheck disable=SC2016 # for sh
	commands 'basename $bin >>'"$DIR/names" "$BATS_FILE_TMPDIR/keep $DIR/kept \$bin"
	begin
	local i
	for i in 1 2 3; do
		part $i >&9
		wait_for 10 holds_parts $i
		wait_for 10 no_bin_waits
	done
	finish
	assert_equal $'bin1\nbin2' "$(head -n 2 names)"
	local size
	for size in $(stat -c %s kept/* | head -n -1); do
		[ "$size" -ge 4096 ]
	done
	assert_all_kept
}

no_bin_waits() {
	local left=(bin*)

	[ ${#left[@]} -eq 1 ]
}

@test "auditbin: binsize 0 never switches" {
	configure
	run auditbin -C conf -i "$IN"
	assert_status 0
	assert_equal 1 "$(ls kept | wc -l)"
	assert_all_kept
}

@test "auditbin: a record larger than binsize has a bin of its own" {
	configure 'binsize = 1'
	run auditbin -C conf -i "$IN"
	assert_status 0
	assert_equal "$(records -c "$IN")" "$(ls kept | wc -l)"
	assert_all_kept
}

@test "auditbin: no input leaves nothing behind, and runs no command" {
	run auditbin -C conf -i /dev/null
	assert_output ''
	assert_status 0
	assert_equal '' "$(echo bin* kept/*)"
}

@test "auditbin: heads and tails say what a bin holds" {
	auditbin -C conf -i "$IN"
	local bin
	for bin in kept/*; do
		assert_equal AUDTHEAD "$(head -c 16 "$bin" | tail -c 8)"
		assert_equal AUDTTAIL "$(tail -c 256 "$bin" | head -c 16 | tail -c 8)"
		assert_equal "$(records -c "$bin")" "$(tail -c 200 "$bin" | od -An -t u8 -N 8 | tr -d ' ')"
	done
}

@test "auditbin: what is no record is said, left out, and ends with 2" {
	{ part 1; echo rubbish; part 2; part 3; } >spoilt
	run auditbin -C conf -i spoilt
	assert_status 2
	assert_contains 'skipped 8 bytes'
	assert_all_kept
}

@test "auditbin: a pause of the input does not hold records back" {
	begin
	part 1 >&9
	wait_for 10 holds_part_1
	finish
}

holds_part_1() {
	holds_parts 1
}

# holds_parts COUNT: so many parts are in bins, or kept
holds_parts() {
	local sizes

	mapfile -t sizes < <(stat -c %s part.{1,2,3})
	[ "$(everything 2>/dev/null | wc -c)" -eq $((sizes[0] + ($1 > 1 ? sizes[1] : 0) + ($1 > 2 ? sizes[2] : 0))) ]
}

@test "auditbin: SIGTERM finishes the bin, runs the commands on all that is left, and ends with 0" {
	configure
	begin
	part 1 >&9
	wait_for 10 holds_part_1
	kill -TERM "$AUDITBIN"
	wait "$AUDITBIN"
	IN=part.1 assert_all_kept
}

@test "auditbin: SIGTERM is heard, and records are written, amid damage that has no end" {
	configure
	part 1 >long
	truncate -s 1T long # never read to its end, and no read of it waits
	auditbin -C conf -i long 2>err 3>&- &
	AUDITBIN=$!
	wait_for 10 holds_part_1
	kill -TERM "$AUDITBIN"
	local status=0
	wait "$AUDITBIN" || status=$?
	assert_equal 2 $status
	IN=part.1 assert_all_kept
}

@test "auditbin: SIGTERM leaves nothing in the pipe that was written before" {
	begin
	kill -STOP "$AUDITBIN"
	cat "$IN" >&9
	kill -TERM "$AUDITBIN"
	kill -CONT "$AUDITBIN"
	wait "$AUDITBIN"
	assert_all_kept
}

@test "auditbin: many bins that one command is too slow for are all delivered, in their order" {
	configure 'binsize = 1000'
	commands 'sleep 0.02' "$BATS_FILE_TMPDIR/keep $DIR/kept \$bin"
	run auditbin -C conf -i "$IN"
	assert_status 0
	assert_all_kept
}

# --- bin commands

@test "auditbin: \$bin and \$trail are put in, whatever bytes the names have" {
	DIR="$BATS_TEST_TMPDIR/it's  a \$(dir) & more"
	mkdir -m 755 "$DIR" "$DIR/conf"
	cd "$DIR" || return
	configure
	# shellcheck disable=SC2016 # for sh
	commands 'cat $bin >>$trail' 'cat ${bin} >>${trail}.2' 'test -f "$bin" && echo "$trail" >"$trail.name"' \
		'printf "%s\n" $bin \$bin '\''$bin'\'' $binary >"${trail}.words"' \
		"sh -c 'cat \"\$bin\"' >>\"\$trail.3\""
	run auditbin -C conf -i "$IN"
	assert_output ''
	assert_status 0
	local copy
	for copy in trail trail.2 trail.3; do
		cmp <(records "$copy") "$IN"
	done
	assert_equal "$DIR/trail" "$(<trail.name)"
	# shellcheck disable=SC2016 # what printf was given
	assert_equal "$DIR/bin1"$'\n$bin\n$bin' "$(<trail.words)"
}

@test "auditbin: comments and continued commands are read" {
	# shellcheck disable=SC2016 # for sh
	commands '* a comment' '# another' 'cat $bin \' '  >>$trail'
	auditbin -C conf -i "$IN"
	cmp <(records trail) "$IN"
}

@test "auditbin: commands find our programs, and the configuration" {
	commands 'auditstream -C / 2>>path; command -v auditbin >path; echo "$AUDIT_STARTED" >>path'
	sed -i "s,>*path,>>$DIR/path,g" conf/bincmds
	auditbin -C conf -i "$IN"
	assert_contains "$(realpath "$BIN")/auditbin" "$(<path)"
	assert_contains "$(realpath conf)" "$(<path)"
}

@test "auditbin: a command that fails keeps the bins, is said once, and has them all when it is mended" {
	commands "echo once >>$DIR/first" "test -e $DIR/mended" "$BATS_FILE_TMPDIR/keep $DIR/kept \$bin"
	begin
	part 1 >&9
	wait_for 10 grep -q 'bincmds:2: the bin command failed on .*/bin1: exit status 1: bins are kept' err
	part 2 >&9
	part 3 >&9
	wait_for 10 all_written
	sleep 2.5
	assert_equal 1 "$(grep -c failed err)"
	assert_equal '' "$(ls kept)"
	# What did not fail is not run again on the same bin.
	assert_equal once "$(<first)"
	touch mended
	wait_for 20 no_bin_waits
	grep -q 'bincmds:2: the bin command works again' err
	finish
	assert_all_kept
}

all_written() {
	holds_parts 3
}

@test "auditbin: a command that fails at the end leaves the bins to the next run, and ends with 1" {
	commands "$BATS_FILE_TMPDIR/keep $DIR/kept \$bin" "test ! -e $DIR/broken"
	touch broken
	run auditbin -C conf -i "$IN"
	assert_status 1
	assert_contains 'bins are left'
	rm broken
	run auditbin -C conf -i /dev/null
	assert_status 0
	assert_contains 'bins of an earlier run'
	assert_all_kept
}

@test "auditbin: a finished bin with damage in it does not hold up the others" {
	# shellcheck disable=SC2016 # for auditbin
	commands "test -e $DIR/mended" 'auditselect -e "event != none" $bin >>selected' 'auditcat -p -o $trail $bin'
	begin
	cat "$IN" >&9
	wait_for 10 test -s bin2.1
	printf XXXX | dd of=bin1 bs=1 seek=400 conv=notrunc status=none
	touch mended
	finish
	assert_contains "bincmds:2: the bin command says that $DIR/bin1 is damaged (exit status 2): run again with -r before its name" "$(<err)"
	assert_equal 1 "$(grep -c 'run again with' err)"
	assert_equal '' "$(echo bin*)"
	# All but the one record that the damage is in.
	auditselect -r -e 'event != none' trail >whole
	assert_equal $(($(records -c "$IN") - 1)) "$(records -c whole)"
}

@test "auditbin: a command that ends with 2 with -r too keeps the bin" {
	# shellcheck disable=SC2016 # for auditbin
	commands 'echo $bin >>'"$DIR/names; exit 2"
	run auditbin -C conf -i "$IN"
	assert_status 1
	assert_contains 'bincmds:1: the bin command failed on '
	assert_equal "$DIR/bin1"$'\n'"-r $DIR/bin1" "$(<names)"
	test -e bin1
}

@test "auditbin: told to end, it does not run again what a bin has had" {
	commands "echo \$bin >>$DIR/first" false
	begin
	part 1 >&9
	wait_for 10 grep -q 'bincmds:2: the bin command failed' err
	local status=0
	finish || status=$?
	assert_equal 1 $status
	assert_equal "$DIR/bin1" "$(<first)"
}

@test "auditbin: SIGHUP reads the configuration again, also without the kernel" {
	commands false
	begin
	cat "$IN" >&9
	wait_for 10 grep -q 'bincmds:1: the bin command failed' err
	commands "echo \$bin >>$DIR/first" "$BATS_FILE_TMPDIR/keep $DIR/kept \$bin"
	kill -HUP "$AUDITBIN"
	wait_for 10 no_bin_waits
	finish
	assert_equal "$DIR/bin1" "$(head -n 1 first)"
	assert_all_kept
}

@test "auditbin: a second SIGTERM does not wait for a command that hangs" {
	commands 'sleep 1000' "$BATS_FILE_TMPDIR/keep $DIR/kept \$bin"
	begin
	part 1 >&9
	wait_for 10 pgrep -f -P "$(pgrep -P "$AUDITBIN")" 'sleep 1000'
	local hanging
	hanging=$(pgrep -P "$(pgrep -P "$AUDITBIN")")
	kill -TERM "$AUDITBIN"
	wait_for 10 test -e bin1
	sleep 0.3
	kill -0 "$AUDITBIN"
	kill -TERM "$AUDITBIN"
	local status=0
	wait "$AUDITBIN" || status=$?
	kill "$hanging"
	assert_equal 1 $status
	assert_contains 'bins are left' "$(<err)"
	IN=part.1
	commands "$BATS_FILE_TMPDIR/keep $DIR/kept \$bin"
	auditbin -C conf -i /dev/null
	assert_all_kept
}

@test "auditbin: no bin goes unread where SIGCHLD was ignored" {
	commands 'exit 3'
	# shellcheck disable=SC2016 # for perl
	run perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV' auditbin -C conf -i "$IN"
	assert_status 1
	assert_contains 'bincmds:1: the bin command failed on '
	assert_equal "$(records -c "$IN")" "$(records -c bin*)"
	# shellcheck disable=SC2016 # for auditbin
	commands "$BATS_FILE_TMPDIR/keep $DIR/kept \$bin"
	# shellcheck disable=SC2016 # for perl
	run perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV' auditbin -C conf -i /dev/null
	assert_status 0
	assert_all_kept
}

@test "auditbin: the bin commands are read once: what becomes of the file then is nothing to them" {
	need strace
	commands ": >$DIR/conf/bincmds" "$BATS_FILE_TMPDIR/keep $DIR/kept \$bin" # who reads it again finds no command
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
	run timeout 60 strace -qqf -o trace -e trace=openat auditbin -C conf -i "$IN"
	assert_output ''
	assert_status 0
	assert_all_kept
	assert_equal 0 "$(stat -c %s conf/bincmds)"
	assert_equal 1 "$(grep -c 'conf/bincmds", O_RDONLY' trace)"
}

@test "auditbin: that nobody runs the commands any more is said, and the bins are kept" {
	begin
	kill -KILL "$(pgrep -P "$AUDITBIN")"
	part 1 >&9
	part 2 >&9
	part 3 >&9
	wait_for 10 all_written
	local status=0
	finish || status=$?
	assert_equal 1 $status
	assert_contains 'the process that runs the bin commands is gone: bins are kept' "$(<err)"
	assert_equal '' "$(ls kept)"
	auditbin -C conf -i /dev/null
	assert_all_kept
}

@test "auditbin: many SIGHUPs while a command hangs do not hold it up" {
	commands "until test -e $DIR/mended; do sleep 0.1; done; echo \$bin >>$DIR/first"
	begin
	part 1 >&9
	wait_for 10 test -e bin2.1
	local i
	for ((i = 0; i < 1000; i++)); do
		kill -HUP "$AUDITBIN"
		[ $((i % 25)) != 0 ] || sleep 0.02
	done
	part 2 >&9
	part 3 >&9
	wait_for 10 all_written
	commands "$BATS_FILE_TMPDIR/keep $DIR/kept \$bin"
	kill -HUP "$AUDITBIN"
	sleep 0.3
	touch mended
	wait_for 20 no_bin_waits
	finish
	# The one command that ran was the bin's last.
	assert_equal "$DIR/bin1" "$(<first)"
}

# --- what is found

@test "auditbin: after kill -9 the bins are delivered first, -r before the one that was cut" {
	commands "test -e $DIR/mended" "echo \$bin >>$DIR/names" "$BATS_FILE_TMPDIR/keep $DIR/kept \$bin"
	begin
	part 1 >&9
	wait_for 10 holds_part_1
	kill -KILL "$AUDITBIN"
	wait "$AUDITBIN" || true
	exec 9>&-
	local last
	last=$(ls -t bin* | head -n 1)
	head -c 100 "$IN" >>"$last"
	touch mended
	run auditbin -C conf -i <(part 2; part 3)
	assert_status 0
	assert_all_kept
	assert_equal "$DIR/bin1" "$(head -n 1 names)"
	assert_contains $'\n'"-r $DIR/$last" "$(<names)"
	assert_equal 1 "$(grep -c "^-r " names)"
}

@test "auditbin: what is not a bin of ours is named and not touched" {
	need setpriv
	local what
	printf 'important' >precious
	mkfifo pipe
	for what in 'not a bin' 'a symbolic link' 'not a regular file' 'another auditbin'; do
		rm -rf bin1 bin2
		case $what in
		'not a bin') printf 'important, and rather long: %0400d' 7 >bin2 ;;
		'a symbolic link') ln -s precious bin1 ;;
		'not a regular file') mkfifo bin2 ;;
		'another auditbin')
			exec 8>.bin1.lock
			flock 8
			;;
		esac
		run auditbin -C conf -i "$IN"
		assert_status 1
		assert_match "^auditbin: $DIR/(bin[12]|\.bin1\.lock): $what"
		assert_equal important "$(<precious)"
		[ "$what" != 'not a bin' ] || grep -q important bin2
	done
	exec 8<&-
}

@test "auditbin: one file for bin1 and bin2 is one bin" {
	commands false
	sed -i "s,bin2 = .*,bin2 = $DIR/bin1," conf/config
	run auditbin -C conf -i "$IN"
	assert_status 1
	commands "$BATS_FILE_TMPDIR/keep $DIR/kept \$bin"
	run auditbin -C conf -i /dev/null
	assert_status 0
	refute_contains 'somebody'
	assert_all_kept
}

@test "auditbin: a bin that another auditbin fills is not taken from it" {
	configure
	sed -i "s,bin1 = .*,bin1 = $DIR/bin2," conf/config
	mkfifo fifo
	auditbin -C conf -i - <fifo 2>err 3>&- &
	AUDITBIN=$!
	exec 9>fifo
	wait_for 10 test -e bin2
	part 1 >&9
	wait_for 10 holds_part_1
	cp -r conf other
	sed -i "s,bin1 = .*,bin1 = $DIR/bin1," other/config
	run auditbin -C other -i /dev/null
	assert_output "auditbin: $DIR/bin2: another auditbin fills it"
	assert_status 1
	part 2 >&9
	part 3 >&9
	finish
	assert_all_kept
}

@test "auditbin: a trail is no bin" {
	auditcat -p "$IN" >bin2
	cp bin2 before
	run auditbin -C conf -i "$IN"
	assert_status 1
	assert_contains "$DIR/bin2: not a bin (a trail): move it away"
	cmp bin2 before
}

@test "auditbin: messages that nobody reads do not end it" {
	commands false
	run auditbin -C conf -i "$IN"
	commands "$BATS_FILE_TMPDIR/keep $DIR/kept \$bin"
	# shellcheck disable=SC2016 # for bash
	run -0 bash -c 'set -o pipefail; { sleep 0.3; exec auditbin -C conf -i /dev/null; } 2>&1 >/dev/null | :'
	assert_all_kept
}

@test "auditbin: another's file is refused" {
	[ "$(id -u)" -eq 0 ] || skip "must be root to make another's file"
	echo hello >bin1
	chown 65534 bin1
	run auditbin -C conf -i "$IN"
	assert_status 1
	assert_output "auditbin: $DIR/bin1: belongs to uid 65534: move it away"
}

@test "auditbin: an empty file of a bin's name is used" {
	touch bin1 bin2
	run auditbin -C conf -i "$IN"
	assert_output ''
	assert_status 0
	assert_all_kept
}

@test "auditbin: a file that comes into the way is left alone" {
	begin
	echo mine >bin2
	cat "$IN" >&9
	finish
	assert_contains "$DIR/bin2: not a bin of this auditbin: left alone" "$(<err)"
	assert_equal mine "$(<bin2)"
	rm bin2
	assert_all_kept
}

@test "auditbin: a bin that is removed, renamed or replaced goes on in a new one" {
	local how
	for how in 'rm bin1' 'mv bin1 away' 'mv bin1 away; echo mine >bin1' 'ln -sf /dev/null bin1'; do
		rm -rf kept fifo bin1 away
		mkdir kept
		configure
		begin
		part 1 >&9
		wait_for 10 holds_part_1
		eval "$how"
		sleep 1
		part 2 >&9
		part 3 >&9
		finish
		assert_contains "$DIR/bin1: somebody removed or replaced it: its" "$(<err)"
		case $how in
		*mine* | ln*) rm bin1 ;;
		esac
		assert_all_kept
	done
}

@test "auditbin: a bin that is removed while it waits is said" {
	commands "test -e $DIR/mended" "$BATS_FILE_TMPDIR/keep $DIR/kept \$bin"
	begin
	part 1 >&9
	wait_for 10 grep -q failed err
	rm bin1
	touch mended
	local status=0
	finish || status=$?
	assert_equal 1 $status
	assert_contains "$DIR/bin1: somebody removed or replaced it before every bin command had it" "$(<err)"
}

@test "auditbin: a bin that the last command moves away is delivered" {
	# shellcheck disable=SC2016 # for auditbin
	commands 'mv $bin kept/$(ls kept | wc -l | xargs printf %04d)'
	run auditbin -C conf -i "$IN"
	assert_output ''
	assert_status 0
	assert_all_kept
}

# --- faults

# with_faults WHAT: a run in which strace injects it; then one more to deliver what is left. strace's own words are not ours.
with_faults() {
	local status

	rm -rf kept bin*
	mkdir kept
	strace -o trace -e trace="${1%%:*}" -e inject="$1" "$(command -v auditbin)" -C conf -i "$IN" 2>err || status=$?
	# The command that runs then comes to its end.
	wait_for 10 no_runner
	return "${status:-0}"
}

no_runner() {
	! pgrep -f "auditbin -C conf -i $IN" >/dev/null
}

# How often auditbin makes that call.
count_calls() {
	rm -rf kept bin*
	mkdir kept
	strace -o trace -e trace="$1" "$(command -v auditbin)" -C conf -i "$IN"
	grep -c "^[a-z]" trace
}

few_bins() {
	need strace
	# The leak sanitizer cannot work beside strace.
	export ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
	configure 'binsize = 5000' 'eventthreshold = 7'
	part 1 | head -c 12000 >some
	records some >short
	IN=$DIR/short
}

# The calls that change files, and the one that lets a command start.
CALLS='openat pwrite64 fdatasync fsync link unlink ftruncate sendto'

@test "auditbin: killed at any call, all that was written is there once after a restart" {
	need_plain_build # which makes the same calls, in less time
	few_bins
	local call count at failed=0 runs=0
	for call in $CALLS; do
		count=$(count_calls "$call") || true
		# The first of these open what any program does.
		[ "$call" != openat ] || at_first=$((count > 10 ? count - 10 : 1))
		for ((at = ${at_first-1}; at <= count; at++)); do
			with_faults "$call:signal=KILL:when=$at" || true
			written=$(everything | wc -c)
			everything | cmp -s -n "$written" - "$IN" || { echo "$call $at: before the restart"; failed=1; }
			auditbin -C conf -i /dev/null 2>err || { echo "$call $at: $(<err)"; failed=1; }
			records kept/* >kept.records
			[ "$(stat -c %s kept.records)" -eq "$written" ] && cmp -s -n "$written" kept.records "$IN" ||
				{ echo "$call $at: $(stat -c %s kept.records) bytes of $written"; failed=1; }
			[ -z "$(echo bin*)" ] || { echo "$call $at: left: $(echo bin*)"; failed=1; }
			runs=$((runs + 1))
		done
		unset at_first
	done
	echo "$runs runs"
	[ $runs -gt 30 ]
	[ $failed -eq 0 ]
}

@test "auditbin: where it cannot be told whether a bin is there, nobody took it away" {
	few_bins
	need strace
	run strace -o trace -P "$DIR/bin1" -P "$DIR/bin2" -e trace=newfstatat,lstat -e inject=newfstatat,lstat:error=EIO:when=2+ \
		"$(command -v auditbin)" -C conf -i "$IN"
	grep -q INJECTED trace
	refute_contains 'somebody removed'
	assert_contains 'Input/output error: it was delivered, and should not stay'
	run auditbin -C conf -i /dev/null
	assert_status 0
	assert_all_kept
}

@test "auditbin: a call that fails is tried again: nothing is lost, nothing doubled" {
	few_bins
	local call error
	for call in pwrite64 fdatasync fsync link unlink; do
		for error in ENOSPC EIO EDQUOT; do
			with_faults "$call:error=$error:when=2..7+3" || { cat err; false; }
			assert_match "bin[12].*: (No space left|Input/output|Disk quota)" "$(cat err)"
			rm -f bin*
			assert_all_kept || { echo "$call $error"; cat err; false; }
		done
	done
}

@test "auditbin: short writes and a clock that is stepped change nothing" {
	few_bins
	local options=${ASAN_OPTIONS-}
	export ASAN_OPTIONS=$options:verify_asan_link_order=0
	LD_PRELOAD=${BIN%/bin}/tests/faults.so FAULT_SHORT=100 FAULT_CLOCK=1 auditbin -C conf -i "$IN"
	assert_all_kept
}

# faulty VARIABLE=VALUE...: a run with faults.so
faulty() {
	local options=${ASAN_OPTIONS-}

	rm -rf kept bin*
	mkdir kept
	run env "ASAN_OPTIONS=$options:verify_asan_link_order=0" "LD_PRELOAD=${BIN%/bin}/tests/faults.so" "$@" auditbin -C conf -i "$IN"
}

@test "auditbin: what the disk refused is written once more before the next fdatasync is believed" {
	few_bins
	local which
	for which in 1 2 3 3-4 5 6; do
		faulty "FAULT_SYNC=$which"
		assert_status 0
		assert_match '(bin[12]|bin2.1): Input/output error: records wait'
		assert_contains 'written again'
		assert_all_kept || { echo "$which"; false; }
	done
}

@test "auditbin: what the disk refused and memory has let go is said to be lost, and all else is kept" {
	few_bins
	configure 'binsize = 50000' 'eventthreshold = 7'
	faulty FAULT_SYNC=3 FAULT_EVICT=1
	assert_status 1
	assert_match 'bin1: the last [0-9]+ bytes of its records, which the disk had refused, .* lost'
	[ "$(grep -c 'lost$' <<<"$output")" -eq 1 ]
	# Who reads the bin sees it, too: the seven records of one threshold are missing.
	local status=0
	auditselect -e 'event != none' kept/* >whole 2>said || status=$?
	assert_equal 2 $status
	assert_contains "$(records -c whole) records of $(records -c "$IN") were read" "$(<said)"
	assert_equal $(($(records -c "$IN") - 7)) "$(records -c whole)"
}

# tiny SIZE: the work directory becomes a file system of that size; skips where that is not allowed
tiny() {
	[ "$(id -u)" -eq 0 ] && mkdir -p tiny && mount -t tmpfs -o "size=$1" tmpfs tiny 2>/dev/null ||
		skip "optional: cannot mount a file system here"
	sed -i "s,$DIR/bin,$DIR/tiny/bin,; s,$DIR/trail,$DIR/tiny/trail," conf/config
}

@test "auditbin: a full file system is said once; with space again all goes on" {
	need mount umount
	tiny 128k
	head -c 100k /dev/zero >tiny/ballast
	auditbin -C conf -i "$IN" 2>err 3>&- &
	AUDITBIN=$!
	local status=0
	wait_for 10 grep -q 'No space left on device: records wait in memory' err || status=1
	sleep 1.2
	[ "$(grep -c 'No space left' err)" -eq 1 ] || status=2
	rm tiny/ballast
	wait "$AUDITBIN" || status=3
	umount tiny
	cat err
	assert_equal 0 $status
	grep -q 'written again' err
	assert_all_kept
}

@test "auditbin: a file system that becomes read-only, and a directory that goes away" {
	need mount umount
	tiny 4m
	mkfifo fifo
	auditbin -C conf -i - <fifo 2>err 3>&- &
	AUDITBIN=$!
	exec 9>fifo
	wait_for 10 test -e tiny/bin1
	local status=0
	mount -o remount,ro tiny 2>/dev/null || mount -o remount,ro -f tiny || true
	part 1 >&9
	mount -o remount,rw tiny
	part 2 >&9
	part 3 >&9
	finish || status=$?
	umount tiny
	assert_equal 0 $status
	assert_all_kept
}

@test "auditbin: a directory that is removed is waited for" {
	mkdir apart
	sed -i "s,$DIR/bin,$DIR/apart/bin," conf/config
	mkfifo fifo
	auditbin -C conf -i - <fifo 2>err 3>&- &
	AUDITBIN=$!
	exec 9>fifo
	wait_for 10 test -e apart/bin1
	rm -r apart
	cat "$IN" >&9
	wait_for 10 grep -q 'apart/bin1: No such file or directory: records wait' err
	mkdir apart
	finish
	assert_contains 'written again' "$(<err)"
	assert_all_kept
}

# --- thresholds, freespace, virtual_log

# syncs SETTING: how often the disk is waited for
syncs() {
	configure "$1"
	count_calls fdatasync
}

@test "auditbin: thresholds synchronise after so many bytes or events" {
	need strace
	export ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
	local none records bytes
	records=$(records -c "$IN")
	bytes=$(stat -c %s "$IN")
	none=$(syncs 'binsize = 0')
	assert_equal 2 "$none" # the head, and the end
	[ "$(syncs 'eventthreshold = 1')" -ge "$records" ]
	[ "$(syncs 'eventthreshold = 10')" -eq $((none + records / 10)) ]
	[ "$(syncs 'bytethreshold = 10000')" -ge $((bytes / 20000)) ]
	assert_all_kept
}

@test "auditbin: too little free space is said at each switch" {
	configure 'freespace = 4194303'
	tiny 4m
	run auditbin -C conf -i "$IN"
	umount tiny
	assert_match "$DIR/tiny: [0-9]+ bytes are free, less than freespace says"
	assert_status 0
}

@test "auditbin: virtual_log has a copy of the records" {
	configure 'binsize = 4096' "virtual_log = $DIR/copy"
	run auditbin -C conf -i "$IN"
	assert_output ''
	cmp copy "$IN"
	assert_all_kept
	rm -r copy kept
	mkdir kept
	mkfifo copy
	cat copy >copied &
	wait_for 10 kill -0 $!
	auditbin -C conf -i "$IN"
	wait $!
	cmp copied "$IN"
	assert_all_kept
}

@test "auditbin: a reader of virtual_log that goes away does not end auditbin" {
	configure 'binsize = 4096' "virtual_log = $DIR/copy"
	mkfifo copy
	begin
	exec 8<>copy # so that there is a reader at once
	part 1 >&9
	head -c 100 <&8 >begun
	exec 8>&-
	part 2 >&9
	part 3 >&9
	finish
	assert_contains "virtual_log $DIR/copy: Broken pipe: the copy is left out" "$(<err)"
	assert_all_kept
}

@test "auditbin: a virtual_log that fails is said, and the bins are not touched by it" {
	local bad
	for bad in "$DIR/none/copy" /dev/full "$DIR/pipe"; do
		rm -rf kept pipe
		mkdir kept
		mkfifo pipe
		configure 'binsize = 4096' "virtual_log = $bad"
		run auditbin -C conf -i "$IN"
		assert_status 0
		assert_match "^auditbin: virtual_log $bad: .*: the copy is left out"
		[ "$bad" != /dev/full ] || refute_contains '(0 bytes'
		assert_equal 1 "${#lines[@]}"
		assert_all_kept
	done
}

@test "auditbin: backupsize and backuppath of the configuration are for auditcat" {
	mkdir backups
	configure 'binsize = 8000' 'backupsize = 20' "backuppath = $DIR/backups"
	# shellcheck disable=SC2016 # for auditbin
	commands 'auditcat -o $trail $bin'
	run auditbin -C conf -i "$IN"
	assert_contains 'backed up as'
	assert_status 0
	[ "$(echo backups/trail.* | wc -w)" -ge 2 ]
	auditcat -u backups/trail.* trail | cmp - "$IN"
}

# --- the rest

@test "auditbin: readiness is told to systemd" {
	# shellcheck disable=SC2016 # for perl
	perl -MSocket -e '
		socket my $s, AF_UNIX, SOCK_DGRAM, 0;
		bind $s, sockaddr_un("notify") or die;
		recv $s, my $told, 100, 0;
		print $told' >told 3>&- &
	local listener=$!
	wait_for 10 test -S notify
	NOTIFY_SOCKET=$DIR/notify auditbin -C conf -i "$IN"
	wait $listener
	assert_equal READY=1 "$(<told)"
}

@test "auditbin: -b returns when there is a bin, and goes on behind" {
	mkfifo fifo
	exec 9<>fifo
	run auditbin -b -C conf -i fifo 9>&- 3>&-
	assert_output ''
	assert_status 0
	test -e bin1
	local pid
	pid=$(pgrep -f "^auditbin -b -C conf -i fifo" | head -n 1)
	part 1 >&9
	part 2 >&9
	part 3 >&9
	wait_for 10 all_written
	kill -TERM "$pid"
	exec 9>&-
	wait_for 10 is_gone "$pid"
	assert_all_kept
}

is_gone() {
	! kill -0 "$1" 2>/dev/null
}

@test "auditbin: a configuration that is wrong is 64, and nothing is done" {
	run auditbin -C none -i "$IN"
	assert_output 'auditbin: none: No such file or directory'
	assert_status 64
	rm conf/bincmds
	run auditbin -C conf -i "$IN"
	assert_output "auditbin: $DIR/conf/config:5: cmds = $DIR/conf/bincmds: No such file or directory"
	assert_status 64
	sed -i /cmds/d conf/config
	run auditbin -C conf -i "$IN"
	assert_output "auditbin: $DIR/conf/config: the stanza bin has no cmds"
	assert_status 64
	configure 'binsize = many'
	run auditbin -C conf -i "$IN"
	assert_contains "$DIR/conf/config:7: binsize = many"
	assert_status 64
	assert_equal '' "$(echo bin*)"
}

@test "auditbin: an input that cannot be read to its end is said, and ends with 1" {
	run auditbin -C conf -i conf
	assert_output 'auditbin: conf: byte 0: Is a directory'
	assert_status 1
}

@test "auditbin: the stock bin commands, AIX's, work wherever auditcat is" {
	cp "$CONF/bincmds" conf
	run auditbin -C conf -i "$IN"
	assert_output ''
	assert_status 0
	cmp "$IN" <(auditcat -u trail)
}

@test "auditbin: an input that is not there is said" {
	run auditbin -C conf -i none
	assert_output 'auditbin: none: No such file or directory'
	assert_status 1
}

@test "auditbin: wrong usage is 64, and usage is the manual's synopsis" {
	need mandoc
	run auditbin -x
	assert_status 64
	run auditbin here
	assert_status 64
	assert_usage auditbin
}
