#!/usr/bin/env bash
# Runs the tests of clusters under faults, and of large ones, for as long as it takes to see what is rare, in release, and
# prints their figures: `Tests/Cluster/run.sh`, or some suites by name, as in `Tests/Cluster/run.sh ClusterFaultTests`.
# docs/cluster.md has what they were. They mean little while other programs use the machine.
set -euo pipefail
cd "$(dirname "$0")/../.."

suites=("$@")
if ((${#suites[@]} == 0)); then
    suites=(ClusterFaultTests ClusterMemberTests CutRedirectTests ClusterChurnTests LargeClusterTests)
fi

Tests/packages.sh redis-server
export CACHETORY_LONG_RUNS=1 CACHETORY_EXACT_TIMES=1
filter=$(IFS='|' && echo "${suites[*]}")
# What is not about a test is a figure, or what went wrong.
swift test -c release -Xswiftc -enable-testing --no-parallel --filter "$filter" 2>&1 |
    Tests/summary.py | grep -vE '^(◇|✔|\[[0-9]+/|􀟈|􁁛|Building|Compiling|Build complete)'
