#!/usr/bin/env bash
# Installs what the tests need and is missing, then runs them all: `Tests/run.sh`.
# Arguments go to `swift test`, such as `--filter PoolState` or `--sanitize=thread`.
# What failed stands in the last lines, whatever was printed before.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v swift >/dev/null || {
    echo "Tests/run.sh: there is no Swift on PATH; install 6.2 or later from https://swift.org/install" >&2
    exit 1
}

Tests/packages.sh redis-server openssl nutcracker
Tests/python.sh

export TSAN_OPTIONS="suppressions=$PWD/Tests/thread-sanitizer.txt${TSAN_OPTIONS:+ $TSAN_OPTIONS}"

# One after another: many of them start servers, load them with all cores and check deadlines.
# With `pipefail` the status is that of the tests, or of the summary where a test's name is no name.
swift test --no-parallel "$@" 2>&1 | Tests/summary.py
