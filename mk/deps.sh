#!/bin/sh
# Installs the Debian packages that are named and missing, without starting a service of theirs.
set -eu

missing=
for package; do
	case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
	*' ok installed') ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "deps: there is no apt-get here. Install by hand what these Debian packages hold:$missing" >&2
	exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "deps: must be root to install:$missing" >&2
	exit 1
fi

# A package's scripts ask policy-rc.d before they start a service; 101 means no. One that the administrator has stays.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	trap 'rm -f "$policy"' EXIT
	trap 'exit 1' INT TERM HUP
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
apt-get -q update

# A release may lack one that only a comparison uses: named, and done without.
known=
for package in $missing; do
	if apt-cache show "$package" >/dev/null 2>&1; then
		known="$known $package"
	else
		echo "deps: this release has no package $package; what uses it is skipped" >&2
	fi
done
# shellcheck disable=SC2086 # a list of names
[ -z "$known" ] || apt-get -q install -y --no-install-recommends $known
