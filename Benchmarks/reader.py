#!/usr/bin/env python3
"""Measures the parser beside hiredis's reader, on the same bytes in the same pieces, and prints the ratios.

    Benchmarks/reader.py [--rounds 3] [--filter array]

Both read the streams of the benchmarks `parser/...` in pieces of 16 KiB and free each reply; they run in turn, round
after round, and the medians are compared. Fails if a stream of small values takes longer here than there, or bulk
strings of 1 KB pass at less than 1 GB/s.
Needs `gcc` and hiredis (Debian: gcc, libhiredis-dev).
"""

import argparse
import os
import statistics
import tempfile

from Comparison.process import ROOT, Failure, exit_with, run

SOURCE = os.path.join(ROOT, "Benchmarks", "Peers", "reader.c")

# GB/s
LEAST_THROUGHPUT = 1.0


def build_theirs(folder: str) -> str:
    reader = os.path.join(folder, "reader")
    try:
        run(["gcc", "-O2", "-o", reader, SOURCE, "-lhiredis"])
    except Failure as failure:
        raise Failure(f"{failure}\nIf hiredis is missing: apt-get install gcc libhiredis-dev")
    return reader


def build_ours() -> str:
    run(["swift", "build", "-c", "release", "--product", "CachetoryMicro"], patience=None)
    return os.path.join(run(["swift", "build", "-c", "release", "--show-bin-path"]).strip(), "CachetoryMicro")


def measure(rounds: int, filter: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        theirs, ours = build_theirs(folder), build_ours()
        written = run([ours, "--write-replies", folder, "--filter", filter])
        streams = [line.split("\t") for line in written.splitlines()]
        print(f"{'nanoseconds per reply':<30}{'ours':>12}{'hiredis':>12}{'faster':>9}{'GB/s':>8}{'hiredis':>9}")
        failures = []
        for name, replies in streams:
            path = os.path.join(folder, f"{name}.resp")
            figures: tuple[list[float], list[float]] = ([], [])
            for _ in range(rounds):
                row = run([ours, "--filter", f"parser/{name}"]).splitlines()[1].split()
                figures[0].append(float(row[1]))
                figures[1].append(float(run([theirs, path, replies])))
            our_time, their_time = map(statistics.median, figures)
            size = os.path.getsize(path) / int(replies)
            ratio, rate = their_time / our_time, size / our_time
            print(f"{name:<30}{our_time:>12,.1f}{their_time:>12,.1f}{ratio:>9.2f}{rate:>8.2f}{size / their_time:>9.2f}")
            if ratio < 1:
                failures.append(f"hiredis is faster on {name}")
            if name == "bulk-1-KB" and rate < LEAST_THROUGHPUT:
                failures.append(f"{name} passes at less than {LEAST_THROUGHPUT} GB/s")
        for failure in failures:
            print(f"missed: {failure}")
        return 1 if failures else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--filter", default="", help="only streams with this text in their names")
    options = parser.parse_args()
    return measure(options.rounds, options.filter)


if __name__ == "__main__":
    exit_with(main)
