"""Counting instructions and allocations of `CachetoryMicro` with callgrind, which runs it on a processor of its own making."""

import os
import re
import tempfile
from dataclasses import dataclass

from Comparison.process import Failure, run

ROUNDS = 4
ALLOCATORS = {"malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc", "memalign"}


@dataclass
class Counts:
    """Of one operation."""

    instructions: float
    allocations: float


def count_allocations(part: str) -> int:
    """The calls of the C library's allocators in a file of callgrind's, but for those that they make themselves."""
    names: dict[str, str] = {}
    caller = callee = ""
    total = 0
    for line in part.splitlines():
        # A name stands behind its number where it occurs first.
        if match := re.match(r"(c?)fn=\((\d+)\)(?: (.*))?$", line):
            is_callee, number, name = match.groups()
            if name:
                names[number] = re.sub(r"'\d+$", "", name)
            if is_callee:
                callee = names[number]
            else:
                caller = names[number]
        elif line.startswith("calls=") and callee in ALLOCATORS and caller not in ALLOCATORS:
            total += int(line[len("calls=") :].split()[0])
    return total


def count(filter: str) -> dict[str, Counts]:
    program = os.path.join(run(["swift", "build", "-c", "release", "--show-bin-path"]).strip(), "CachetoryMicro")
    with tempfile.TemporaryDirectory() as folder:
        counted = os.path.join(folder, "callgrind")
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={counted}", "--dump-before=micro_mark"]
        command += ["--dump-line=no", program, "--count", str(ROUNDS), "--filter", filter]
        lines = run(command, {"SWIFT_DETERMINISTIC_HASHING": "1"}, patience=None).splitlines()
        if not lines:
            raise Failure(f"no benchmark has {filter!r} in its name")
        figures = {}
        for index, line in enumerate(lines):
            name, operations = line.split("\t")
            # A part before each mark: one for the preparation, one for what counts.
            with open(f"{counted}.{2 * index + 2}") as file:
                part = file.read()
            total = re.search(r"^summary: (\d+)", part, re.MULTILINE)
            if total is None:
                raise Failure(f"callgrind counted nothing for {name}")
            figures[name] = Counts(
                round(int(total.group(1)) / int(operations), 1), round(count_allocations(part) / int(operations), 2)
            )
        return figures
