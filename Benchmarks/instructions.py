#!/usr/bin/env python3
"""Counts the instructions and allocations of each micro-benchmark, and compares them with the committed ones.

    Benchmarks/instructions.py [--filter parser] [--update]

The counts come from callgrind, which runs the program on a processor of its own making: they are the same on a busy
machine, to a few parts in a thousand; of what waits for a server, the least of three counts is taken. Prints a table.
Fails if an operation takes more than 5 % more instructions than `Benchmarks/baseline.json` says, or allocates more
often. `--update` writes what was counted there instead.

Another compiler, C library, valgrind or kind of processor makes other instructions. Then nothing can be compared, which
is an error as well (status 2). Count the state before the change with `--update` to compare with it.
Needs `valgrind` and `redis-server` (Debian: valgrind, redis-server).
"""

import argparse
import json
import os
import platform
import re
import shutil
import sys
import time
from dataclasses import asdict

from callgrind import Counts, count
from Comparison.process import ROOT, Failure, exit_with, run

BASELINE = os.path.join(ROOT, "Benchmarks", "baseline.json")

# A loss of this share fails. Random hash seeds make differences far below.
TOLERANCE = 0.05

# A call to a server looks for its reply again and again for a moment, so a machine that is busy adds instructions; the
# least of a few counts is what the call itself takes. Whatever got worse is counted so often, too.
ATTEMPTS = 3
TIMED = "calls/"
# Of these even the least differs from run to run: by how many pieces a megabyte came in, for one.
TIMED_TOLERANCE = 0.15

# In these Foundation hashes addresses, so they depend on where the heap lies: on which other benchmarks run, and on how long
# the folder's name is. The same program took from 235 to 243 thousand instructions.
ADDRESSED = {"serializers/plist-read"}
ADDRESSED_TOLERANCE = 0.15

# Of allocations: one in twenty operations, so that the growth of a buffer does not count.
ALLOCATION_TOLERANCE = 0.05


def environment() -> dict[str, str]:
    """All that decides which instructions are executed, apart from the library."""
    swift = re.search(r"Swift version \S+", run(["swift", "--version"]))
    # Valgrind imitates one processor for all those with AVX2, and another for those without.
    with open("/proc/cpuinfo") as file:
        vectors = "AVX2" if re.search(r"\bavx2\b", file.read()) else "no AVX2"
    return {
        "compiler": swift.group() if swift else "unknown",
        "C library": " ".join(platform.libc_ver()),
        "valgrind": run(["valgrind", "--version"]).strip(),
        "processor": f"{platform.machine()}, {vectors}",
    }


def count_again(figures: dict[str, Counts], filter: str) -> None:
    """Keeps the lesser counts."""
    for name, now in count(filter).items():
        if name in figures and now.instructions < figures[name].instructions:
            figures[name] = now


def tolerance_of(name: str) -> float:
    if name in ADDRESSED:
        return ADDRESSED_TOLERANCE
    return TIMED_TOLERANCE if name.startswith(TIMED) else TOLERANCE


def losses_of(name: str, now: Counts, old: Counts) -> list[str]:
    losses = []
    change = now.instructions / old.instructions - 1
    if change > tolerance_of(name):
        losses.append(f"{name} takes {change:.1%} more instructions")
    if now.allocations > old.allocations + ALLOCATION_TOLERANCE:
        losses.append(f"{name} allocates {now.allocations:.2f} times and not {old.allocations:.2f}")
    return losses


def compare(figures: dict[str, Counts], before: dict[str, Counts]) -> list[str]:
    """Prints the table. Returns what got worse."""
    losses = []
    print(f"{'':<38}{'instructions':>14}{'before':>12}{'':>9}{'allocations':>14}{'before':>9}")
    for name, now in figures.items():
        old = before.get(name)
        row = f"{name:<38}{now.instructions:>14,.1f}"
        if old is None:
            print(f"{row}{'new':>12}{'':>9}{now.allocations:>14.2f}")
            continue
        change = now.instructions / old.instructions - 1
        print(f"{row}{old.instructions:>12,.1f}{change:>+9.1%}{now.allocations:>14.2f}{old.allocations:>9.2f}")
        losses += losses_of(name, now, old)
    return losses


def read_baseline() -> dict:
    try:
        with open(BASELINE) as file:
            return json.load(file)
    except FileNotFoundError:
        raise Failure("there is no Benchmarks/baseline.json; write it with --update")


def check_environment(here: dict[str, str], there: dict[str, str]) -> bool:
    different = [name for name in here if here[name] != there.get(name)]
    for name in different:
        print(f"{name}: the baseline is from {there.get(name)}, here is {here[name]}", file=sys.stderr)
    if different:
        print(
            "The counts cannot be compared, and nothing is said about this change. To compare it here, count the state "
            "before it:\n    git stash, or check out its parent; Benchmarks/instructions.py --update; go back; "
            "Benchmarks/instructions.py\nWhere this is the new place of the checks, commit what --update writes.",
            file=sys.stderr,
        )
    return not different


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--filter", default="", help="only benchmarks with this text in their names")
    parser.add_argument("--update", action="store_true", help="write the baseline instead of comparing with it")
    options = parser.parse_args()
    for tool in ["swift", "valgrind", "redis-server"]:
        if shutil.which(tool) is None:
            raise Failure(f"there is no {tool} on PATH; of Debian: apt-get install valgrind redis-server")
    here = environment()
    baseline = {} if options.update and not os.path.exists(BASELINE) else read_baseline()
    is_comparable = not baseline or options.update or check_environment(here, baseline["environment"])
    run(["swift", "build", "-c", "release", "--product", "CachetoryMicro"], patience=None)
    start = time.monotonic()
    figures = count(options.filter)
    known = {name: Counts(**counts) for name, counts in baseline.get("benchmarks", {}).items()}
    before = known if baseline and baseline["environment"] == here else {}
    for _ in range(1, ATTEMPTS):
        if options.update and any(name.startswith(TIMED) for name in figures):
            count_again(figures, TIMED)
        if not options.update:
            for name in [name for name in before if name in figures and losses_of(name, figures[name], before[name])]:
                count_again(figures, name)
    losses = compare(figures, before)
    print(f"counted in {time.monotonic() - start:.0f} s")
    if options.update:
        # Counts of another place do not stay beside these.
        kept = before if options.filter else {}
        with open(BASELINE, "w") as file:
            both = {name: asdict(counts) for name, counts in {**kept, **figures}.items()}
            json.dump({"environment": here, "benchmarks": both}, file, indent=2)
            file.write("\n")
        return 0
    if not is_comparable:
        return 2
    if not options.filter:
        losses += [f"{name} is in the baseline and not in the program" for name in before if name not in figures]
    for loss in losses:
        print(f"worse: {loss}")
    return 1 if losses else 0


if __name__ == "__main__":
    exit_with(main)
