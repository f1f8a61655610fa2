#!/usr/bin/env bash
# Installs what the tests need and is missing, then runs them all: `Tests/run.sh`.
# Arguments go to `swift test`, such as `--filter PoolState` or `--sanitize=thread`.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { echo "Tests/run.sh: $*" >&2; }

command -v swift >/dev/null || {
    say "there is no Swift toolchain on PATH; install Swift 6.2 or later from https://swift.org/install"
    exit 1
}

# The program and the Debian package that it comes with.
needed=("redis-server redis-server" "openssl openssl")
missing=()
for entry in "${needed[@]}"; do
    read -r program package <<<"$entry"
    command -v "$program" >/dev/null || missing+=("$package")
done
if ((${#missing[@]})); then
    command -v apt-get >/dev/null || {
        say "please install these and start again: ${missing[*]}"
        exit 1
    }
    say "installing with apt-get: ${missing[*]}"
    as_root=$([[ $EUID == 0 ]] || echo sudo)
    $as_root apt-get update -qq
    # The tests start servers of their own; the one that the package would start is not wanted.
    DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 $as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
fi
Tests/python.sh

# One after another: many of them start servers, load them with all cores and check deadlines.
exec swift test --no-parallel "$@"
