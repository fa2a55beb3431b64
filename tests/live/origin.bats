#!/usr/bin/env bats
# Who, from where: real logins by sshd, su, sudo, login and cron on loopback. What the records say of origin, tag and ancestry is compared
# with what the test itself did, and with the numbers that its own commands wrote down.
# shellcheck source=tests/live/helper.bash
load helper

setup_file() {
	live_begin
	live_user
	auditctl -b 8192 >/dev/null
	auditctl -e 1 >/dev/null
}

teardown_file() {
	live_end
}

setup() {
	need jq perl ssh ssh-keygen sshd
	# Others than root must reach what is in it.
	DIR=$(mktemp -d)
	chmod 777 "$DIR"
	cd "$DIR" || return
	RECORDS=$DIR/records
	USER_ID=$(id -u "$TEST_USER")
}

teardown() {
	local key pid

	for pid in ${STREAM_PID-} ${SSHD_PID-} ${CRON_PID-}; do
		kill -KILL "$pid" 2>/dev/null || true
	done
	for key in $(auditctl -l | grep -o 'as-test-[a-z0-9-]*' | sort -u); do
		auditctl -D -k "$key" >/dev/null
	done
	[ -z "${CGROUP-}" ] || rmdir "$CGROUP" "${CGROUP%/*}" 2>/dev/null || true
	[ -z "${MADE_UTMP-}" ] || rm -f /run/utmp
	[ -z "${MADE_RUN_SSHD-}" ] || rmdir /run/sshd || true
	cd / && rm -rf "$DIR"
}

# What the test user runs and forks is audited, by login user or real user.
audit_processes() {
	rule run -a always,exit -F arch=b64 -S execve -F "$1=$USER_ID" >/dev/null
	rule fork -a always,exit -F arch=b64 -S clone,clone3,fork,vfork,exit_group -F "$1=$USER_ID" >/dev/null
}

start_sshd() {
	[ -d /run/sshd ] || { mkdir -m 755 /run/sshd && MADE_RUN_SSHD=1; }
	SSH_PORT=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1)->sockport')
	ssh-keygen -q -t ed25519 -N '' -f "$DIR/host_key"
	ssh-keygen -q -t ed25519 -N '' -f "$DIR/key"
	cat >"$DIR/sshd_config" <<-END
		ListenAddress 127.0.0.1:$SSH_PORT
		HostKey $DIR/host_key
		PidFile none
		UsePAM yes
		StrictModes no
		AuthorizedKeysFile $DIR/key.pub
		PermitRootLogin prohibit-password
		MaxStartups 100
	END
	"$(command -v sshd)" -D -f "$DIR/sshd_config" -E "$DIR/sshd.log" 3>&- &
	SSHD_PID=$!
	wait_for 10 grep -q 'Server listening' "$DIR/sshd.log"
}

# login_from ADDRESS USER COMMAND [OPTION...]
login_from() {
	local address=$1 user=$2 command=$3
	shift 3

	ssh -b "$address" -p "$SSH_PORT" -i "$DIR/key" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
		-o IdentitiesOnly=yes "$@" "$user@127.0.0.1" "$command" 3>&-
}

# executed WORD: of each program that was run with that word as its last argument: origin, tag, ancestry, terminal, service, session
executed() {
	auditpr -C "$CONF" -F json -i "$RECORDS" 2>/dev/null |
		jq -r --arg word "$1" 'select(.EventType == "PROC_Execute" and (.Argv // [""])[-1] == $word) |
			[.Origin, .Tag, .Ancestry // "-", .Terminal // "-", .Service // "-", .Session] | @tsv'
}

was_executed() {
	[ -n "$(executed "$1")" ]
}

# field N of a line of executed
field() {
	cut -f "$1"
}

@test "live: twenty ssh sessions at a time, each from an address of its own: none is mixed up with another" {
	local i pids=() line shell parent chain
	start_sshd
	audit_processes auid
	live_stream "$RECORDS"
	for ((i = 2; i <= 21; i++)); do
		# shellcheck disable=SC2016 # for the shell over there
		login_from "127.0.0.$i" "$TEST_USER" '
			echo "$$ $PPID" >'"$DIR/numbers.$i"'
			for round in 1 2 3 4 5; do
				/bin/echo session-'"$i"' >/dev/null
				sleep 0.0$((RANDOM % 10))
			done
			exit 0' &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i"; done
	wait_for 10 was_executed session-21
	live_stop
	STREAM_PID=

	for ((i = 2; i <= 21; i++)); do
		executed "session-$i" >lines
		assert_equal 5 "$(wc -l <lines)"
		assert_equal "127.0.0.$i" "$(field 1 <lines | sort -u)"
		line=$(field 2 <lines | sort -u)
		[[ $line =~ ^$TEST_USER@[0-9]{8}T[0-9]{6}\.$(field 6 <lines | sort -u)$ ]] || { echo "tag: $line"; return 1; }
		echo "$line" >>tags
		read -r shell parent <"$DIR/numbers.$i"
		chain=">sshd[^>]*\\($parent\\)>(ba)?sh\\($shell\\)>echo\\([0-9]+\\)\$"
		while read -r line; do
			[[ $line =~ $chain ]] || { echo "ancestry: $line"; return 1; }
		done < <(field 3 <lines)
	done
	# Twenty sessions, twenty tags; and no other record of a session has another's address.
	assert_equal 20 "$(sort -u tags | wc -l)"
	auditpr -C "$CONF" -F json -i "$RECORDS" | jq -r "select(.LoginUID == $USER_ID) | \"\(.Session) \(.Tag) \(.Origin)\"" | sort -u >sessions
	assert_equal 20 "$(wc -l <sessions)" || { cat sessions && return 1; }
}

@test "live: su, sudo, and what runs on after the logout, are still from there" {
	need sudo su setsid
	start_sshd
	audit_processes uid
	live_stream "$RECORDS"
	login_from 127.0.0.30 root "
		su -s /bin/sh $TEST_USER -c '/bin/echo by-su; :'
		sudo -u $TEST_USER /bin/echo by-sudo
		su -s /bin/sh $TEST_USER -c 'setsid -f sh -c \"sleep 0.5; /bin/echo after-logout; :\"' >/dev/null 2>&1
	" >/dev/null
	wait_for 10 was_executed after-logout
	live_stop
	STREAM_PID=

	for word in by-su by-sudo after-logout; do
		executed "$word" >"$word.tsv"
		assert_equal 127.0.0.30 "$(field 1 <"$word.tsv")"
		assert_equal sshd "$(field 5 <"$word.tsv" | sed 's/-session//')"
	done
	assert_equal 1 "$(cat ./*.tsv | field 2 | sort -u | wc -l)"
	run field 2 <by-su.tsv
	assert_match '^root@[0-9T]+\.[0-9]+$'
	run field 3 <by-su.tsv
	assert_match '>sshd[^>]*\([0-9]+\)>(ba)?sh\([0-9]+\)>su\([0-9]+\)>sh\([0-9]+\)>echo\([0-9]+\)$'
	run field 3 <by-sudo.tsv
	assert_match '>sshd[^>]*\([0-9]+\)>(ba)?sh\([0-9]+\)>sudo\([0-9]+\)>([^>]*>)*echo\([0-9]+\)$'
	# Its parents have ended, and init has adopted it: they are told all the same, for their forks were seen.
	run field 3 <after-logout.tsv
	assert_match '>su\([0-9]+\)>([^>]*>)*sh\([0-9]+\)>echo\([0-9]+\)$'
}

@test "live: what is typed into a screen from elsewhere belongs to the login that began the screen" {
	need screen
	start_sshd
	audit_processes auid
	live_stream "$RECORDS"
	export SCREENDIR=$DIR/screens
	mkdir -m 700 "$SCREENDIR"
	chown "$TEST_USER" "$SCREENDIR"
	login_from 127.0.0.34 "$TEST_USER" "SCREENDIR=$SCREENDIR screen -dmS as-test /bin/sh; exit 0"
	wait_for 10 login_from 127.0.0.35 "$TEST_USER" \
		"SCREENDIR=$SCREENDIR screen -S as-test -X stuff '/bin/echo in-screen; /bin/echo out-of-screen; exit^M' && /bin/echo outside"
	wait_for 10 was_executed out-of-screen
	live_stop
	STREAM_PID=

	assert_equal 127.0.0.35 "$(executed outside | field 1)"
	executed in-screen >lines
	assert_equal 127.0.0.34 "$(field 1 <lines)"
	run field 3 <lines
	assert_match '>(screen|SCREEN)\([0-9]+\)>sh\([0-9]+\)>echo\([0-9]+\)$'
}

@test "live: a login at a terminal of this machine is local, and has its terminal" {
	need login script
	audit_processes auid
	live_stream "$RECORDS"
	# shellcheck disable=SC2016
	printf 'tty >%s\n/bin/echo by-login\nexit\n' "$DIR/tty" | script -qec "login -f $TEST_USER" /dev/null >/dev/null 3>&-
	wait_for 10 was_executed by-login
	live_stop
	STREAM_PID=

	executed by-login >lines
	assert_equal local "$(field 1 <lines)"
	assert_equal "$(sed 's,^/dev/,,' "$DIR/tty")" "$(field 4 <lines)"
	assert_equal login "$(field 5 <lines)"
	run field 3 <lines
	assert_match '>login\([0-9]+\)>bash\([0-9]+\)>echo\([0-9]+\)$'
}

@test "live: a job of cron says so" {
	need cron unshare
	audit_processes auid
	live_stream "$RECORDS"
	# A cron that sees nobody else's tables, nor the system's pid file.
	# shellcheck disable=SC2016
	unshare -m sh -c '
		mount -t tmpfs none /run && mount -t tmpfs none /var/spool/cron && mount -t tmpfs none /etc/cron.d &&
		mkdir -m 1730 /var/spool/cron/crontabs && chmod 755 /etc/cron.d && mount --bind /dev/null /etc/crontab &&
		echo "@reboot $0 /bin/echo by-cron" >/etc/cron.d/as-test && exec cron -f' "$TEST_USER" 3>&- &
	CRON_PID=$!
	wait_for 10 was_executed by-cron
	live_stop
	STREAM_PID=

	executed by-cron >lines
	assert_equal cron "$(field 1 <lines)"
	assert_equal cron "$(field 5 <lines)"
	run field 2 <lines
	assert_match "^$TEST_USER@[0-9T]+\.[0-9]+$"
	run field 3 <lines
	assert_match 'cron\([0-9]+\)>sh\([0-9]+\)>echo\([0-9]+\)$'
}

@test "live: a session that began before auditstream did is looked up" {
	[ -e /run/utmp ] || { : >/run/utmp && MADE_UTMP=1; }
	start_sshd
	audit_processes auid
	# One has a terminal, and so an entry in utmp; of the other nobody kept the address. They are still there when they are looked up.
	local go="until [ -e $DIR/go ]; do sleep 0.1; done" end="until [ -e $DIR/end ]; do sleep 0.1; done"
	login_from 127.0.0.31 "$TEST_USER" "echo; $go; /bin/echo with-terminal; /bin/echo again; $end; exit 0" -tt \
		>"$DIR/out.1" </dev/null &
	local first=$! second
	login_from 127.0.0.32 "$TEST_USER" "echo; $go; /bin/echo without; $end; exit 0" >"$DIR/out.2" &
	second=$!
	wait_for 10 test -s "$DIR/out.1"
	wait_for 10 test -s "$DIR/out.2"
	live_stream "$RECORDS"
	touch "$DIR/go"
	wait_for 10 was_executed again
	wait_for 10 was_executed without
	touch "$DIR/end"
	wait "$first" "$second"
	live_stop
	STREAM_PID=

	executed with-terminal >lines
	assert_equal 127.0.0.31 "$(field 1 <lines)"
	run field 4 <lines
	assert_match '^pts/[0-9]+$'
	run field 2 <lines
	assert_match "^$TEST_USER@[0-9T]+\.[0-9]+$"
	assert_equal "$output" "$(executed again | field 2)"
	run field 3 <lines
	assert_match '>sshd[^>]*\([0-9]+\)>(ba)?sh\([0-9]+\)>echo\([0-9]+\)$'

	executed without >lines
	case $(field 1 <lines) in
	'?' | 127.0.0.32) ;; # where logind runs, it knows
	*) cat lines && return 1 ;;
	esac
	assert_equal sshd "$(field 5 <lines | sed 's/-session//')"
}

@test "live: a daemon's records have no origin and no tag" {
	audit_processes uid
	live_stream "$RECORDS"
	setpriv --reuid "$TEST_USER" --regid "$TEST_USER" --clear-groups /bin/echo by-daemon
	wait_for 10 was_executed by-daemon
	live_stop
	STREAM_PID=
	run auditpr -C "$CONF" -h a,G,l -t 0 -i "$RECORDS"
	assert_match '^- +- +unset'
}

@test "live: what is in a container has its name, and its unit" {
	local id cgroup
	cgroup=$(findmnt -n -o TARGET -t cgroup -O name=systemd | head -n 1)
	[ -n "$cgroup" ] || cgroup=/sys/fs/cgroup
	id=$(printf '%064x' 0x4f0c2d1e9a3b)
	mkdir -p "$cgroup/as.slice/docker-$id.scope" 2>/dev/null || skip "optional: control groups cannot be made here"
	CGROUP=$cgroup/as.slice/docker-$id.scope
	audit_processes uid
	live_stream "$RECORDS"
	# shellcheck disable=SC2016
	sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$CGROUP" setpriv --reuid "$TEST_USER" --regid "$TEST_USER" --clear-groups \
		sh -c '/bin/echo contained; sleep 0.2; exit 0' >/dev/null
	wait_for 10 was_executed contained
	live_stop
	STREAM_PID=
	run auditpr -C "$CONF" -h W,U,c -t 0 -i "$RECORDS"
	assert_match "docker:000000000000 +docker-$id.scope +sh"
}
