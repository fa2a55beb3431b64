#!/usr/bin/env bash
# doc/events.md on standard output: events.sh BIN-DIRECTORY. The examples are those of the test records, as auditpr prints them.
set -eu -o pipefail
cd "${0%/*}/.."
export TZ=UTC0 LC_ALL=C
bin=$1

for log in events messages tty landlock; do
	"$bin/auditstream" -C config -i "tests/fixtures/$log.log"
done |
	"$bin/auditpr" -C config -F json |
	perl -MJSON::PP -ne 'binmode STDOUT, ":utf8"; my $r = decode_json($_); print join("\t", map { $_ // "" } @$r{qw(EventType Status Verbose)}), "\n"' |
	perl doc/events.pl
