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

# One after another: many of them start servers, load them with all cores and check deadlines. But most of them wait for
# something most of the time, so all of them run in two halves beside each other; this is the one half.
half='Cluster|Chaos|AnnouncedHost|CutRedirect|CutHandshake|TryAgain|MigratingSlot|SplitCall|RandomProxy|LateReply'
half+='|ProgramTests|StressTests'
test=(swift test --no-parallel)

# With `pipefail` the status is that of the tests, or of the summary where a test's name is no name.
if [[ " $* " == *" --filter "* || " $* " == *" --skip "* ]]; then
    "${test[@]}" "$@" 2>&1 | Tests/summary.py
    exit
fi
swift build --build-tests "$@"
# SwiftPM's lock is for builds, of which there are none any more.
test+=(--skip-build --ignore-lock)
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
"${test[@]}" "$@" --filter "$half" 2>&1 | Tests/summary.py >"$logs/other" &
other=$!
status=0
"${test[@]}" "$@" --skip "$half" 2>&1 | Tests/summary.py | tee "$logs/one" || status=$?
first=$status
wait "$other" || status=$?
printf '\n== the other half\n'
cat "$logs/other"
if ((first != 0)); then
    printf '\n== the half before it\n'
    tail -n 40 "$logs/one"
fi
exit "$status"
