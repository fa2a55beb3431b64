#!/usr/bin/env bash
# Thousands of switches under full load, with tiny bins: tests/soak/switches.sh BUILD-DIRECTORY [CALLS]. `make soak` calls it. The trail must
# hold every event once, as many as a stream on the multicast group has.
set -u
BIN=$(realpath "$1")/bin || exit 1
export BIN SOAK_CALLS=${2:-50000}
exec bats --tap -f 'over many switches' "${0%/*}/../live/auditbin.bats"
