#!/usr/bin/env bash
# The main job on real input: demo.sh BIN-DIRECTORY. Live from the kernel for a few seconds where that may be, else from a log.
#
# Only what a login uid of the demo's own does is audited, and `audit shutdown` leaves the kernel's audit as it was found.
set -u
bin=$(realpath "$1") || exit 1
top=$(realpath "${0%/*}/..") || exit 1
export PATH=$bin:/usr/sbin:/usr/bin:/sbin:/bin DEMO_LOGIN=61234

replay() {
	local conf=$top/config logs=$top/tests/fixtures

	echo "The kernel's audit cannot be used here ($1): these are recorded logs instead."
	echo
	echo "\$ auditstream -i sshd_badpw.log | auditpr -v -h elRtcra"
	auditstream -C "$conf" -i "$logs/sshd_badpw.log" | auditpr -C "$conf" -v -h elRtcra
	echo
	echo "\$ auditstream -i mix.log | auditselect -e 'result == FAIL_DAC' | auditpr -w -t 0"
	auditstream -C "$conf" -i "$logs/mix.log" | auditselect -e 'result == FAIL_DAC' | auditpr -C "$conf" -w -t 0
	exit 0
}

# as_login COMMAND...: as somebody who logged in as user 61234
as_login() {
	# shellcheck disable=SC2016 # for the inner shell
	bash -c 'echo "$DEMO_LOGIN" >/proc/self/loginuid && exec "$@"' - "$@"
}

# show COMMAND: what is typed, and what comes of it
show() {
	echo "\$ $1"
	as_login bash -c "$1" 2>&1
}

write_configuration() {
	cp -r "$top/config" "$conf"
	cat >"$conf/config" <<-END
		start:
			binmode = off
			streammode = on

		stream:
			cmds = $conf/streamcmds

		classes:
			demo = PROC_Execute, USER_SU

		users:
			$DEMO_LOGIN = demo
	END
	cat >"$conf/objects" <<-END
		$work/watched:
			w = "S_WATCHED_WRITE"
	END
	printf '\tS_WATCHED_WRITE = printf "%%s"\n' >>"$conf/events"
	echo "auditstream | auditpr -helrRtcpP -v >> $work/stream.out &" >"$conf/streamcmds"
	chmod -R go-w "$conf"
}

[ "$(id -u)" -eq 0 ] || replay "not root"
as_login true 2>/dev/null || replay "login uids cannot be set"

work=$(mktemp -d)
conf=$work/audit
trap 'rm -rf "$work"' EXIT
touch "$work/watched"
write_configuration

echo "# cat config"
sed "s/^\([a-z].*[^:]\)$/\t\1/" "$conf/config"
echo
echo "# audit start"
why=$(audit -C "$conf" start 2>&1) || replay "$why"
trap 'audit -C "$conf" shutdown; rm -rf "$work"' EXIT
echo "$why"
show 'ls -l /etc/hostname "/tmp/no such file"'
show 'setpriv --reuid nobody --regid nogroup --clear-groups bash -c "echo wrong | su root -c id"'
show "echo changed >>$work/watched"
trap 'rm -rf "$work"' EXIT
echo "# audit shutdown"
audit -C "$conf" shutdown
echo "# cat stream.out"
cat "$work/stream.out"
