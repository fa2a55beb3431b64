#!/usr/bin/env bats
# The facts that auditstream learns from a log: where a login came from, its tag, the processes above; and who is recorded whatever they do.
# shellcheck source=tests/helper.bash
load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# facts COLUMNS [OPTION...] <LOG: the columns of each record, blanks squeezed
facts() {
	local columns=$1
	shift
	auditstream -C "$CONF" "$@" -i - | auditpr -C "$CONF" -t 0 -h "$columns" | sed -E 's/ +/ /g; s/ $//'
}

# Lines of a log, with the time and the serial that LINE counts.
LINE=0
user() { # TYPE PID AUID SES WORDS [RESULT]
	echo "type=$1 msg=audit($((1800000000 + ++LINE)).000:$LINE): pid=$2 uid=0 auid=$3 ses=$4 msg='$5 res=${6-success}'"
}
login() { # PID AUID SES [OLD-SES]
	local stamp="msg=audit($((1800000000 + ++LINE)).000:$LINE):" unset=4294967295
	echo "type=LOGIN $stamp pid=$1 uid=0 old-auid=$unset auid=$2 tty=(none) old-ses=${4-$unset} ses=$3 res=1"
	echo "type=SYSCALL $stamp arch=c000003e syscall=1 success=yes exit=4 ppid=1 pid=$1 auid=$2 uid=0 gid=0 euid=0 tty=(none) ses=$3 comm=\"x\""
	echo "type=EOE $stamp "
}
call() { # NUMBER EXIT PPID PID AUID SES COMM
	local stamp="msg=audit($((1800000000 + ++LINE)).000:$LINE):"
	echo "type=SYSCALL $stamp arch=c000003e syscall=$1 success=yes exit=$2 a0=0 ppid=$3 pid=$4 auid=$5 uid=$5 gid=0 euid=0 tty=pts9 ses=$6 comm=\"$7\""
	echo "type=EOE $stamp "
}
UNSET=4294967295

@test "origin: what the login program tells before there is a session counts, and on every record" {
	{
		user USER_AUTH 50 $UNSET $UNSET 'op=PAM:authentication acct="joe" exe="/usr/sbin/sshd" hostname=desk.example addr=192.0.2.7 terminal=ssh'
		login 50 1000 7
		call 59 0 50 51 1000 7 bash
		user USER_AUTH 52 1000 7 'op=PAM:authentication acct="root" exe="/usr/bin/su" hostname=? addr=? terminal=/dev/pts/9'
		user USER_START 52 1000 7 'op=PAM:session_open acct="root" exe="/usr/bin/su" hostname=? addr=? terminal=/dev/pts/9'
		call 59 0 52 53 1000 7 id
	} >log
	run facts e,s,a,v,G <log
	assert_output "USER_Auth unset 192.0.2.7 sshd -
PROC_AuditID 7 192.0.2.7 sshd joe@20270115T080002.7
PROC_Execute 7 192.0.2.7 sshd joe@20270115T080002.7
USER_SU 7 192.0.2.7 sshd joe@20270115T080002.7
SESS_Open 7 192.0.2.7 sshd joe@20270115T080002.7
PROC_Execute 7 192.0.2.7 sshd joe@20270115T080002.7"
	assert_equal 6 "$(auditstream -C "$CONF" -i log | auditselect -e 'origin_host == desk.example' | auditpr -C "$CONF" -t 0 -h e | wc -l)"
}

@test "origin: who logs in again from within a session comes from where that one came" {
	{
		user USER_AUTH 50 $UNSET $UNSET 'op=PAM:authentication acct="joe" exe="/usr/sbin/sshd" hostname=192.0.2.7 addr=192.0.2.7 terminal=ssh'
		login 50 1000 7
		user USER_AUTH 60 1000 7 'op=PAM:authentication acct="mary" exe="/usr/bin/su" hostname=? addr=? terminal=/dev/pts/9'
		login 60 1001 8 7
		user USER_ACCT 70 1000 7 'op=PAM:accounting acct="bob" exe="/usr/sbin/cron" hostname=? addr=? terminal=cron'
		login 70 1002 9 7
		user USER_ACCT 80 1000 7 'op=PAM:accounting acct="ann" exe="/usr/sbin/xrdp-sesman" hostname=? addr=? terminal=:10'
		login 80 1003 10 7
	} >log
	run facts s,a,v,G <log
	assert_contains '8 192.0.2.7 sshd mary@20270115T080004.8'
	assert_contains '9 cron cron bob@20270115T080006.9'
	# Whoever started that daemon is not who sits elsewhere.
	assert_contains '10 ? xrdp-sesman ann@20270115T080008.10'
}

@test "origin: console, local, systemd, and what is not known" {
	{
		user USER_ACCT 50 $UNSET $UNSET 'op=PAM:accounting acct="joe" exe="/usr/bin/login" hostname=? addr=? terminal=/dev/tty1'
		login 50 1000 1
		user USER_ACCT 51 $UNSET $UNSET 'op=PAM:accounting acct="joe" exe="/usr/bin/login" hostname=? addr=? terminal=/dev/pts/1'
		login 51 1000 2
		user USER_ACCT 52 $UNSET $UNSET 'op=PAM:accounting acct="joe" exe="/usr/lib/systemd/systemd" hostname=? addr=? terminal=?'
		login 52 1000 3
		login 53 1000 4
		call 59 0 50 99 1000 5 bash
		call 59 0 50 98 $UNSET $UNSET bash
	} >log
	run facts s,a,y <log
	assert_equal $'1 console tty1\n2 local pts/1\n3 systemd -\n4 ? -\n5 ? pts9\nunset - pts9' "$(grep -v '^unset - \(/dev.*\|-\)$' <<<"$output")"
}

@test "origin: login(1) tells this machine's name as the host; newer sshd and systemd run other programs; whose display xrdp makes is not known" {
	{
		user USER_ACCT 50 $UNSET $UNSET 'op=PAM:accounting acct="joe" exe="/usr/bin/login" hostname=thismachine addr=? terminal=/dev/ttyS0'
		login 50 1000 1
		user USER_ACCT 51 $UNSET $UNSET 'op=PAM:accounting acct="joe" exe="/usr/bin/login" hostname=thismachine addr=127.0.1.1 terminal=/dev/tty2'
		login 51 1000 2
		user USER_ACCT 52 $UNSET $UNSET 'op=PAM:accounting acct="joe" exe="/usr/lib/openssh/sshd-session" hostname=desk addr=192.0.2.7 terminal=ssh'
		login 52 1000 3
		user USER_ACCT 53 $UNSET $UNSET 'op=PAM:accounting acct="joe" exe="/usr/lib/systemd/systemd-executor" hostname=? addr=? terminal=?'
		login 53 1000 4
		user USER_ACCT 54 $UNSET $UNSET 'op=PAM:accounting acct="joe" exe="/usr/sbin/xrdp-sesman" hostname=? addr=? terminal=:10'
		login 54 1000 5
		user USER_ACCT 55 $UNSET $UNSET 'op=PAM:accounting acct="joe" exe="/usr/libexec/gdm-session-worker" hostname=? addr=? terminal=:0'
		login 55 1000 6
	} >log
	run facts s,a,y,v <log
	assert_equal "1 console ttyS0 login
2 console tty2 login
3 192.0.2.7 - sshd
4 systemd - systemd
5 ? :10 xrdp-sesman
6 console :0 gdm-session-worker" "$(grep -v '^unset ' <<<"$output")"
	assert_equal 2 "$(auditstream -C "$CONF" -i log | auditselect -e 'origin_host == desk' | auditpr -C "$CONF" -t 0 -h e | wc -l)"
	assert_equal 0 "$(auditstream -C "$CONF" -i log | auditselect -e 'session == 1 && origin_host == thismachine' | auditpr -C "$CONF" -t 0 -h e | wc -l)"
}

@test "origin: a process that lets in one after another tells of each apart" {
	{
		user USER_ACCT 50 $UNSET $UNSET 'op=PAM:accounting acct="joe" exe="/usr/sbin/ftpd" hostname=one.example addr=192.0.2.1 terminal=ftp'
		login 50 1000 7
		user USER_START 50 1000 7 'op=PAM:session_open acct="joe" exe="/usr/sbin/ftpd" hostname=one.example addr=192.0.2.1 terminal=ftp'
		user USER_END 50 1000 7 'op=PAM:session_close acct="joe" exe="/usr/sbin/ftpd" hostname=one.example addr=192.0.2.1 terminal=ftp'
		user USER_ACCT 50 1000 7 'op=PAM:accounting acct="joe" exe="/usr/sbin/ftpd" hostname=? addr=192.0.2.2 terminal=ftp'
		login 50 1000 8 7
		user USER_START 50 1000 8 'op=PAM:session_open acct="joe" exe="/usr/sbin/ftpd" hostname=? addr=192.0.2.2 terminal=ftp'
	} >log
	run facts e,s,a <log
	assert_contains 'PROC_AuditID 7 192.0.2.1'
	assert_contains 'PROC_AuditID 8 192.0.2.2'
	assert_contains 'SESS_Open 8 192.0.2.2'
	assert_equal 0 "$(auditstream -C "$CONF" -i log | auditselect -e 'session == 8 && origin_host == one.example' | auditpr -C "$CONF" -t 0 -h e | wc -l)"
}

@test "origin: a program cannot speak for a session that it is not in, nor for its login" {
	local forged='op=login acct="root" auid=1000 ses=7 exe="/usr/sbin/sshd" hostname=? addr=198.51.100.66 terminal=pts/66'
	{
		# The beginning of session 7 is not in the log, that of 8 is.
		call 59 0 50 51 1000 7 bash
		user USER_LOGIN 66 $UNSET $UNSET "$forged"
		call 59 0 50 52 1000 7 bash
		user USER_AUTH 60 $UNSET $UNSET 'op=PAM:authentication acct="joe" exe="/usr/sbin/sshd" hostname=? addr=192.0.2.7 terminal=ssh'
		login 60 1000 8
		user USER_LOGIN 66 1000 8 "$forged"
		user USER_LOGIN 60 1000 8 "$forged"
		user USER_AUTH 70 $UNSET $UNSET "$forged res=success" failed
		login 70 1000 9
		call 59 0 50 53 1000 8 bash
	} >log
	run facts e,s,a,y,G <log
	refute_contains ' 7 198'
	refute_contains ' 8 198'
	refute_contains ' 9 198'
	assert_contains 'PROC_Execute 7 ? pts9 -'
	assert_contains 'PROC_Execute 8 192.0.2.7 '
	assert_contains 'PROC_AuditID 9 ? '
	refute_contains 'root@'
}

@test "hosts and boots are kept apart" {
	node() {
		local name=$1
		shift
		"$@" >lines
		sed "s/^/node=$name /" lines
	}
	{
		node a user USER_AUTH 50 $UNSET $UNSET 'op=PAM:authentication acct="joe" exe="/usr/sbin/sshd" hostname=? addr=192.0.2.7 terminal=ssh'
		node a login 50 1000 7
		node b call 59 0 50 51 1000 7 bash
		node a call 59 0 50 51 1000 7 bash
		# Anybody's message may say so: the kernel counts on.
		node a user SYSTEM_BOOT 98 $UNSET $UNSET 'exe="/lib/systemd/systemd-update-utmp" hostname=? addr=? terminal=?'
		node a call 59 0 50 51 1000 7 bash
		node a user SYSTEM_BOOT 1 $UNSET $UNSET 'comm="x" exe="/lib/systemd/systemd-update-utmp" hostname=? addr=? terminal=?' |
			sed 's/:[0-9]*):/:1):/'
		node a call 59 0 50 51 1000 7 bash
		# A log that was filtered says nothing of a boot, but the kernel counts from the beginning.
		{
			node c user USER_AUTH 50 $UNSET $UNSET 'op=PAM:authentication acct="joe" exe="/usr/sbin/sshd" hostname=? addr=192.0.2.9 terminal=ssh'
			node c login 50 1000 7
			node c call 59 0 50 51 1000 7 bash
		} | sed 's/:\([0-9]*\)):/:300\1):/'
		node c call 59 0 50 51 1000 7 bash
	} >log
	run facts h,e,a,G <log
	assert_equal "b PROC_Execute ? -
a PROC_Execute 192.0.2.7 joe@20270115T080002.7
a PROC_Execute 192.0.2.7 joe@20270115T080002.7
a PROC_Execute ? -
c PROC_Execute 192.0.2.9 joe@20270115T080009.7
c PROC_Execute ? -" "$(grep PROC_Execute <<<"$output")"
}

@test "ancestry: as far as the log tells, and frozen at the fork" {
	{
		call 59 0 40 50 1000 7 bash
		call 57 51 40 50 1000 7 bash
		call 59 0 50 51 1000 7 make
		call 57 52 50 51 1000 7 make
		call 231 0 50 51 1000 7 make
		call 59 0 1 52 1000 7 cc
	} >log
	run facts c,P,A <log
	assert_contains 'make 50 ?>bash(50)>make(51)'
	assert_contains 'cc 1 ?>bash(50)>make(51)>cc(52)'
}

@test "-F: no facts of that kind" {
	login 50 1000 7 >log
	run facts a,G,A -F <log
	assert_output "- - -"
}

@test "the facts of a record stay below 2 KiB, whatever programs say" {
	local long
	long=$(head -c 3000 /dev/zero | tr '\0' x)
	{
		user USER_LOGIN 50 $UNSET $UNSET "op=login acct=\"$long\" exe=\"/$long\" hostname=$long addr=$long terminal=/dev/$long"
		login 50 1000 7
		call 59 0 49 50 1000 7 123456789012345
		for ((i = 51; i < 90; i++)); do call 59 0 $((i - 1)) $i 1000 7 123456789012345; done
	} >log
	auditstream -C "$CONF" -i log >records
	# A header is 128 bytes; the facts are the first line, its length the second word.
	run perl -0777 -ne 'for (my $at = 0; $at < length; $at += unpack "V", substr $_, $at + 4, 4) {
		my ($type, undef, $length) = unpack "vvV", substr $_, $at + 128, 8;
		$longest = $length if $type == 0 && $length > $longest;
	} END { print $longest > 500 && $longest < 2048 ? "fine" : "longest: $longest" }' records
	assert_output fine
}

@test "logins and logouts are recorded of everybody, unless the configuration says otherwise" {
	mkdir conf
	cp "$CONF/eventmap" "$CONF/events" "$CONF/objects" conf
	chmod -R go-w conf
	write_config() {
		printf 'start:\n\tlogins = %s\nclasses:\n\tc = PROC_Execute\nusers:\n\tdefault =\n' "$1" >conf/config
	}
	{
		user USER_LOGIN 50 $UNSET $UNSET 'op=login acct="joe" exe="/usr/sbin/sshd" hostname=? addr=192.0.2.7 terminal=sshd' failed
		user USER_START 50 1000 7 'op=PAM:session_open acct="joe" exe="/usr/sbin/sshd" hostname=? addr=192.0.2.7 terminal=ssh'
		user USER_START 51 1000 7 'op=PAM:session_open acct="root" exe="/usr/bin/su" hostname=? addr=? terminal=/dev/pts/9'
		user USER_END 50 1000 7 'op=PAM:session_close acct="joe" exe="/usr/sbin/sshd" hostname=? addr=192.0.2.7 terminal=ssh'
		call 59 0 50 51 1000 7 bash
	} >log
	write_config always
	assert_equal "USER_Login SESS_Open USER_Logout" \
		"$(AUDIT_STARTED=$PWD/conf auditstream -i log | auditpr -C conf -t 0 -h e | xargs)"
	write_config classes
	assert_equal "" "$(AUDIT_STARTED=$PWD/conf auditstream -i log | auditpr -C conf -t 0 -h e | xargs)"
	# -c decides alone.
	write_config always
	assert_equal "" "$(AUDIT_STARTED=$PWD/conf auditstream -c c -i log | auditpr -C conf -t 0 -h e | xargs)"
}

@test "parent: a program's message has the one that its other events name, where they do" {
	{
		user USER_AUTH 52 1000 7 'op=PAM:authentication acct="root" exe="/usr/bin/su" hostname=? addr=? terminal=pts/9' failed
		call 59 0 51 52 1000 7 su
		user USER_AUTH 52 1000 7 'op=PAM:authentication acct="root" exe="/usr/bin/su" hostname=? addr=? terminal=pts/9' failed
		user USER_AUTH 53 1000 7 'op=PAM:authentication acct="root" exe="/usr/bin/su" hostname=? addr=? terminal=pts/9' failed
	} >log
	run facts epP <log
	assert_output 'USER_SU 52 -
PROC_Execute 52 51
USER_SU 52 51
USER_SU 53 -'
	run facts epP -F <log
	refute_contains 'USER_SU 52 51'
}
