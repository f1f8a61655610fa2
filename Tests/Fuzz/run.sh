#!/usr/bin/env bash
# Fuzzes everything that reads what strangers wrote, with libFuzzer, for a limited time:
#
#   Tests/Fuzz/run.sh [SECONDS [TARGET…]]     60 seconds for each of all targets unless said
#   FUZZ_RUNS=10000000 Tests/Fuzz/run.sh 0    so many inputs for each, without a limit in time
#   FUZZ_TIMEOUT=600 Tests/Fuzz/run.sh        where the machine may stop for minutes (a suspended virtual machine)
#
# An input that traps, takes longer than 10 s (by the clock) or more than 2 GB is a finding: it is written to
# .build-fuzz/findings, and becomes a seed or a test.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:-60}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then targets=(parser cluster url msgpack json plist zlib zstd); fi

swift build -c release --product CachetoryFuzz --sanitize=fuzzer --scratch-path .build-fuzz \
    -Xlinker -u -Xlinker LLVMFuzzerRunDriver -Xlinker --export-dynamic-symbol=LLVMFuzzerRunDriver \
    -Xlinker -z -Xlinker muldefs

mkdir -p .build-fuzz/findings
for target in "${targets[@]}"; do
    # Inputs that reached something new are kept beside the seeds, which stay as they are.
    corpus=.build-fuzz/corpus/$target
    mkdir -p "$corpus"
    echo "== $target"
    CACHETORY_FUZZ_TARGET=$target .build-fuzz/release/CachetoryFuzz "$corpus" "Tests/Fuzz/Seeds/$target" \
        -max_total_time="$seconds" -runs="${FUZZ_RUNS:--1}" -max_len=4096 \
        -timeout="${FUZZ_TIMEOUT:-10}" -rss_limit_mb=2048 \
        -artifact_prefix=".build-fuzz/findings/$target-" -print_final_stats=1 -verbosity=0 2>&1 |
        tail -n 40
done
echo "no findings"
