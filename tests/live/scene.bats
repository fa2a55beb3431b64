#!/usr/bin/env bats
# A failed login as an administrator sees it: ten steps, a real sshd and a real PostgreSQL on loopback, and one grep for each trace.
# shellcheck source=tests/live/helper.bash
load helper

setup_file() {
	live_begin
	live_user
}

teardown_file() {
	live_end
}

setup() {
	PATH=$PATH:$(printf '%s:' /usr/lib/postgresql/*/bin) # Debian's way
	need sshd sshpass ssh ssh-keygen perl setpriv initdb pg_ctl
	PSQL=$(dirname "$(realpath "$(command -v initdb)")")/psql
	[ -x "$PSQL" ] || skip "there is no psql beside initdb"
	[ -e /var/log/btmp ] || skip "optional: this machine keeps no /var/log/btmp"
	# Others than root must reach the database's files.
	DIR=$(mktemp -d)
	chmod 755 "$DIR"
	export AUDIT_RUNDIR=$DIR/run
	configure
}

teardown() {
	audit shutdown >/dev/null || true
	[ ! -e "$DIR/data/postmaster.pid" ] || as_postgres pg_ctl -D "$DIR/data" -m immediate stop >/dev/null || true
	[ -z "${SSHD_PID-}" ] || kill "$SSHD_PID" 2>/dev/null || true
	[ -z "${MADE_RUN_SSHD-}" ] || rmdir /run/sshd || true
	rm -rf "$DIR"
}

# Steps 1 to 8: the five files.
configure() {
	mkdir -m 755 "$DIR/audit"
	cp "$CONF/eventmap" "$DIR/audit"
	sed '/S_FAILED_WRITE/d' "$CONF/events" >"$DIR/audit/events"
	printf '\n\tS_FAILED_WRITE = printf "%%s"\n' >>"$DIR/audit/events"
	cat >"$DIR/audit/config" <<-END
		start:
			binmode = off
			streammode = on

		stream:
			cmds = $DIR/audit/streamcmds

		classes:
			failCheck = USER_Login, PROC_Execute
			loginOnly = USER_Login

		users:
			root = loginOnly
			$TEST_USER = failCheck
	END
	printf '/var/log/btmp:\n\tw = "S_FAILED_WRITE"\n' >"$DIR/audit/objects"
	cat >"$DIR/audit/streamcmds" <<-END
		auditstream | auditpr -C $DIR/audit -htpPrceR -w > $DIR/stream.out &
	END
	chmod -R o-w "$DIR/audit"
}

free_port() {
	perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1)->sockport'
}

as_postgres() {
	(cd "$DIR" && setpriv --reuid postgres --regid postgres --clear-groups "$@" 3>&-)
}

start_sshd() {
	[ -d /run/sshd ] || { mkdir -m 755 /run/sshd && MADE_RUN_SSHD=1; }
	SSH_PORT=$(free_port)
	ssh-keygen -q -t ed25519 -N '' -f "$DIR/host_key"
	cat >"$DIR/sshd_config" <<-END
		ListenAddress 127.0.0.1:$SSH_PORT
		HostKey $DIR/host_key
		PidFile none
		UsePAM yes
		PasswordAuthentication yes
	END
	"$(command -v sshd)" -D -f "$DIR/sshd_config" -E "$DIR/sshd.log" 3>&- &
	SSHD_PID=$!
	wait_for 10 grep -q 'Server listening' "$DIR/sshd.log"
}

start_postgres() {
	SQL_PORT=$(free_port)
	mkdir -m 700 "$DIR/data"
	chown postgres "$DIR/data"
	echo good >"$DIR/password"
	chmod 644 "$DIR/password"
	as_postgres initdb -D "$DIR/data" -A scram-sha-256 --pwfile="$DIR/password" --no-sync >/dev/null
	as_postgres pg_ctl -D "$DIR/data" -w -l "$DIR/data/log" \
		-o "-p $SQL_PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories=''" start >/dev/null
}

@test "live: the failed logins over ssh and to a database are in the stream, a line each" {
	start_sshd
	start_postgres

	# Steps 9 and 10.
	run audit shutdown
	assert_status 0
	run audit -C "$DIR/audit" start 3>&-
	assert_status 0

	run ! sshpass -p wrong ssh -p "$SSH_PORT" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
		-o PreferredAuthentications=password -o NumberOfPasswordPrompts=1 "$TEST_USER@127.0.0.1" true
	run ! env TEST_AUID="$TEST_UID" bash -c 'echo "$TEST_AUID" >/proc/self/loginuid; exec setpriv --reuid "$0" --clear-groups --regid "$0" "$@"' \
		"$TEST_USER" "$PSQL" "host=127.0.0.1 port=$SQL_PORT user=ldapdb2 password=badPassword" -c 'select 1'
	assert_contains 'password authentication failed for user "ldapdb2"'
	psql_line="$PSQL 'host=127.0.0.1 port=$SQL_PORT user=ldapdb2 password=badPassword' -c 'select 1'"
	run audit shutdown
	assert_output 'auditing reset'

	cat "$DIR/stream.out"
	local day='[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} [0-9]{4}'
	run grep USER_Login "$DIR/stream.out"
	assert_match "^$day [0-9]+ +[0-9]+ +root +sshd[^ ]* +USER_Login +FAIL_AUTH +.*user: $TEST_USER tty: sshd? from: 127\.0\.0\.1$"
	run grep -c USER_Login "$DIR/stream.out"
	assert_output 1
	run grep 'audit object write event detected /var/log/btmp' "$DIR/stream.out"
	assert_match "^$day [0-9]+ +[0-9]+ +root +sshd[^ ]* +S_FAILED_WRITE +OK "
	run grep -F " name $psql_line" "$DIR/stream.out"
	assert_match "^$day [0-9]+ +[0-9]+ +$TEST_USER +psql +PROC_Execute +OK "
	# Nobody else is in it.
	run grep -vcE "USER_Login|S_FAILED_WRITE|$TEST_USER|^time|^---" "$DIR/stream.out"
	assert_output 0
}
