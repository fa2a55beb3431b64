# Common to the benchmarks on the kernel's audit, after common.bash: the lock and the guard of the live tests, consumers of events, and
# what a run of load under such a consumer costs.
# shellcheck shell=bash

# What tests/live/helper.bash has from bats.
bats_require_minimum_version() {
	:
}
skip() {
	say "live: left out: $*"
	echo "Left out: $*."
	exit 0
}
export BIN=$BUILD/bin BATS_FILE_TMPDIR=$BENCH_WORK
# shellcheck source=tests/live/helper.bash
source "$ROOT/tests/live/helper.bash"

LIVE_SECONDS=${LIVE_SECONDS:-2}                               # of each run
LIVE_REPEAT=${LIVE_REPEAT:-$((BENCH_REPEAT < 3 ? BENCH_REPEAT : 3))} # of each run of the large table
BACKLOG=8192

# Takes the kernel's audit; the guard puts everything back.
begin_live() {
	at_exit="live_end; $at_exit"
	live_begin
	[ "$(audit_status pid)" = 0 ] || skip "an audit daemon is running, and is not ours to stop"
	! auditctl -l | grep -q auditstream- || skip "auditing was started here (audit start)"
	auditctl -b $BACKLOG >/dev/null
	auditctl -e 1 >/dev/null
	KAUDITD=$(pgrep -x kauditd)
}

# calls_rule -a|-d CALL: the rule for the test's login user
calls_rule() {
	local call=$2

	case $call in
	open) call=openat ;;
	exec) call=execve ;;
	esac
	auditctl "$1" always,exit -F arch=b64 -S "$call" -F "auid=$TEST_AUID" -k as-test-bench >/dev/null
}

# --- consumers: start_NAME sets PIDS, whose time counts; stop_NAME sets SEEN (events), REPORTED (lost kernel records, said by the
# consumer), MEDIAN and LATEST (us from the call to the reader, the latter the 99th percentile), DISK (bytes written to a file), and CPU_NS
# where it knows better than PIDS tell

# The reader of a pipe, which start_stream writes to; as in a shell's pipeline it has no name, for each write to a named one changes the
# times of a file.
into_sink() {
	exec {PIPE}> >("$TOOLS/sink" "$@" >"$BENCH_WORK/sink" 2>"$BENCH_WORK/sink.err")
	SINK=$!
}

start_stream() {
	into_pipe "$BIN/auditstream" -C "$CONF" "$@"
}

# into_pipe PROGRAM ARGUMENT...
into_pipe() {
	"$@" >&"$PIPE" 2>"$BENCH_WORK/stream.err" {PIPE}>&- &
	PIDS=($!)
	exec {PIPE}>&-
	wait_for 10 said_what_it_is stream
}

said_what_it_is() {
	grep -qs cast: "$BENCH_WORK/$1.err"
}

start_auditstream() {
	into_sink
	start_stream
}

# The floor.
start_bare() {
	into_sink -t
	into_pipe "$TOOLS/bare"
}

# reap PID...: waits for them to end, well or with 2: something was lost, which the tables tell.
reap() {
	local pid

	for pid; do
		wait "$pid" || [ $? -eq 2 ]
	done
}

# Reads 64 KiB every 20 ms: about 3 MB/s.
start_slow() {
	into_sink -p 20000
	start_stream
}

# Beside a first stream, which is the kernel's daemon.
start_multicast() {
	"$BIN/auditstream" -C "$CONF" >/dev/null 2>"$BENCH_WORK/first.err" &
	FIRST=$!
	wait_for 10 said_what_it_is first
	into_sink
	start_stream -M
}

start_slow_multicast() {
	start_multicast
	kill -TERM "${PIDS[0]}"
	reap "${PIDS[0]}" "$SINK"
	into_sink -p 20000
	start_stream -M
}

stop_stream() {
	kill -TERM "${PIDS[0]}"
	reap "${PIDS[0]}" "$SINK"
	SINK=
	read -r SEEN REPORTED MEDIAN LATEST <"$BENCH_WORK/sink"
	if [ -n "${FIRST-}" ]; then
		kill -TERM "$FIRST"
		reap "$FIRST"
		FIRST=
	fi
}

# auditd_configuration FLUSH
auditd_configuration() {
	rm -rf "$BENCH_WORK/auditd" "$BENCH_WORK/plugin"
	mkdir -p "$BENCH_WORK/auditd/plugins.d"
	cat >"$BENCH_WORK/auditd/auditd.conf" <<-END
		local_events = yes
		log_file = $BENCH_WORK/auditd/audit.log
		log_format = RAW
		log_group = root
		flush = $1
		freq = 50
		max_log_file = 4096
		max_log_file_action = IGNORE
		space_left = 2
		space_left_action = IGNORE
		admin_space_left = 1
		admin_space_left_action = IGNORE
		disk_full_action = IGNORE
		disk_error_action = IGNORE
		q_depth = 2000
		overflow_action = IGNORE
		plugin_dir = $BENCH_WORK/auditd/plugins.d
	END
}

# auditd_plugin NAME PATH ARGUMENTS
auditd_plugin() {
	cat >"$BENCH_WORK/auditd/plugins.d/$1.conf" <<-END
		active = yes
		direction = out
		path = $2
		type = always
		args = $3
		format = string
	END
}

start_the_auditd() {
	chmod -R go-w "$BENCH_WORK/auditd"
	auditd -n -s nochange -c "$BENCH_WORK/auditd" >/dev/null 2>"$BENCH_WORK/auditd.err" &
	AUDITD=$!
	wait_for 10 auditd_is_registered
	mapfile -t PIDS < <(echo "$AUDITD" && pgrep -P "$AUDITD")
}

auditd_is_registered() {
	[ "$(audit_status pid)" = "$AUDITD" ]
}

start_auditd() {
	auditd_configuration INCREMENTAL_ASYNC
	start_the_auditd
}

start_auditd_sync() {
	auditd_configuration SYNC
	start_the_auditd
}

# Its plug-in is the reader, so that the time to there can be told.
start_auditd_plugin() {
	auditd_configuration INCREMENTAL_ASYNC
	auditd_plugin sink "$TOOLS/sink" "-t -o$BENCH_WORK/plugin" # auditd passes two arguments at most
	start_the_auditd
	PIDS=("$AUDITD")
}

start_auditd_laurel() {
	auditd_configuration INCREMENTAL_ASYNC
	cat >"$BENCH_WORK/auditd/laurel.toml" <<-END
		directory = "$BENCH_WORK/auditd"
		[auditlog]
		file = "laurel.out"
		size = 10000000000
		generations = 1
		[transform]
		execve-argv = ["array"]
	END
	auditd_plugin laurel "$(command -v laurel)" "-c $BENCH_WORK/auditd/laurel.toml"
	start_the_auditd
}

end_auditd() {
	local pid

	kill -TERM "$AUDITD"
	wait "$AUDITD" || true
	REPORTED=0 MEDIAN=0 LATEST=0
	for pid in "${PIDS[@]}"; do
		wait_for 10 is_gone "$pid"
	done
}

is_gone() {
	! kill -0 "$1" 2>/dev/null
}

stop_auditd() {
	end_auditd
	SEEN=$(grep -c "^type=SYSCALL .*auid=$TEST_AUID " "$BENCH_WORK/auditd/audit.log" || true)
	DISK=$(size_of "$BENCH_WORK/auditd/audit.log")
	rm -rf "$BENCH_WORK/auditd"
}

stop_plugin() {
	end_auditd
	wait_for 10 test -s "$BENCH_WORK/plugin"
	read -r SEEN REPORTED MEDIAN LATEST <"$BENCH_WORK/plugin"
	rm -rf "$BENCH_WORK/auditd"
}

stop_laurel() {
	end_auditd
	SEEN=$(grep -c "\"auid\":$TEST_AUID,.*\"key\":\"as-test-bench\"" "$BENCH_WORK/auditd/laurel.out" || true)
	rm -rf "$BENCH_WORK/auditd"
}

# Its bins are packed into a trail, which is part of what it costs.
start_auditbin() {
	local dir=$BENCH_WORK/auditbin

	rm -rf "$dir"
	mkdir -m 755 "$dir"
	cp "$CONF/eventmap" "$CONF/events" "$dir"
	: >"$dir/objects"
	printf 'bin:\n\ttrail = %s/trail\n\tbin1 = %s/bin1\n\tbin2 = %s/bin2\n\tbinsize = 16777216\n\tcmds = %s/bincmds\n' "$dir" "$dir" "$dir" "$dir" >"$dir/config"
	printf 'classes:\n\tcalls = SYS_getppid, FILE_Open, TCP_kconnect, PROC_Execute\nusers:\n\t%s = calls\n' "$TEST_AUID" >>"$dir/config"
	# shellcheck disable=SC2016 # for auditbin
	echo "$BIN/auditcat"' -p -o $trail $bin' >"$dir/bincmds"
	"$TOOLS/measure" "$dir/cost" "$BIN/auditbin" -C "$dir" 2>"$dir/err" &
	MEASURE=$!
	wait_for 10 has_child "$MEASURE"
	AUDITD=$(pgrep -P "$MEASURE")
	wait_for 10 auditd_is_registered
	mapfile -t PIDS < <(echo "$AUDITD" && pgrep -P "$AUDITD")
}

has_child() {
	pgrep -P "$1" >/dev/null
}

stop_auditbin() {
	local user system

	kill -TERM "$AUDITD"
	reap "$MEASURE"
	read -r _ user system _ <"$BENCH_WORK/auditbin/cost"
	CPU_NS=$(((user + system) * 1000))
	"$TOOLS/sink" <"$BENCH_WORK/auditbin/trail" >"$BENCH_WORK/sink"
	read -r SEEN REPORTED MEDIAN LATEST <"$BENCH_WORK/sink"
	DISK=$(size_of "$BENCH_WORK/auditbin/trail")
	rm -rf "$BENCH_WORK/auditbin"
}

# --- runs

# Nanoseconds that processes have run, with all their threads.
run_time() {
	local pid

	for pid; do
		cat /proc/"$pid"/task/*/schedstat 2>/dev/null
	done | awk '{ ns += $1 } END { printf "%.0f\n", ns }'
}

now() {
	date +%s%N
}

# Nothing waits in the kernel, nor in a socket of its audit (netlink protocol 9; column Rmem).
kernel_is_empty() {
	[ "$(audit_status backlog)" = 0 ] && awk '$2 == 9 && $5 > 0 { exit 1 }' /proc/net/netlink
}

# Until all that there is was read: the kernel's audit thread, the consumer and its reader have nothing more to do. At most half a minute.
# Sets IDLE_AT.
wait_until_idle() {
	local before after deadline=$((SECONDS + 30)) busy=("$KAUDITD" "${PIDS[@]}" ${SINK:+"$SINK"})

	after=$(run_time "${busy[@]}")
	while [ $SECONDS -lt $deadline ]; do
		before=$after
		IDLE_AT=$(now)
		sleep 0.04
		after=$(run_time "${busy[@]}")
		if [ $((after - before)) -lt 2000000 ] && kernel_is_empty; then
			return
		fi
	done
}

# run CONSUMER STOP CALL [LOAD-OPTION...]: appends to $BENCH_WORK/run.CONSUMER.CALL what one run gave: calls made, ns of that, ns until all was
# read, ns of the consumer, ns of kauditd, records that the kernel lost, events seen, records reported lost, median and latest us, bytes on disk.
run() {
	local consumer=$1 stop=$2 call=$3 lost begin cpu kauditd calls ns
	shift 3

	say "live: $consumer, $call $*"
	"start_$consumer"
	calls_rule -a "$call"
	lost=$(audit_status lost)
	cpu=$(run_time "${PIDS[@]}") kauditd=$(run_time "$KAUDITD") begin=$(now)
	read -r calls ns < <(as_login "$TOOLS/load" -t "$LIVE_SECONDS" "$@" "$call")
	wait_until_idle
	cpu=$(($(run_time "${PIDS[@]}") - cpu)) kauditd=$(($(run_time "$KAUDITD") - kauditd))
	lost=$(($(audit_status lost) - lost))
	CPU_NS='' DISK=0
	"stop_$stop"
	cpu=${CPU_NS:-$cpu}
	calls_rule -d "$call"
	echo "$calls $ns $((IDLE_AT - begin)) $cpu $kauditd $lost $SEEN $REPORTED $MEDIAN $LATEST $DISK" \
		>>"$BENCH_WORK/run.$consumer.$call${RUN_SUFFIX-}"
}

# of FILE EXPRESSION: the median of that expression (awk) over the runs
of() {
	[ -e "$BENCH_WORK/run.$1" ] || return 0
	awk "{ printf \"%.6g\n\", $2 }" "$BENCH_WORK/run.$1" | median | cut -d ' ' -f 1
}
