#!/usr/bin/env python3
"""Compiles the Swift examples of README and of the articles in docs as programs, as they stand there, and runs them.

    Tests/Examples/run.py [part of a file's name]

A program begins with a block that imports something, and goes on with the blocks behind it that import nothing, as a
reader would paste them one below the other. Nothing is added, and warnings are errors, but for one: a reader of an
example may leave a value unused. `localhost:6379` becomes a private `redis-server`, emptied before each program,
`localhost:6380` its port for TLS, and `/etc/ssl/redis-ca.crt` its authority; what is on `example.com` is compiled only.
Where a program imports a framework that is no part of the toolchain, it gets the stand-in in `Frameworks`. Needs a debug
build with its tests (`swift build --build-tests`). Exits with 1 if a program fails, and names its line.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Iterator, NamedTuple

from check import MODULES, ROOT, Example, examples
from server import Server, redis

# What SwiftPM linked for the load test: the library's objects, and no stale ones of files that are gone.
LINKED = ROOT / ".build" / "debug" / "load-test.product" / "Objects.LinkFileList"

FRAMEWORKS = Path(__file__).with_name("Frameworks")

# An example takes milliseconds; one that hangs has failed.
LONGEST_RUN = 30

COMPILE = ["swiftc", "-swift-version", "6", "-enable-upcoming-feature", "MemberImportVisibility"]
FLAGS = ["-I", str(MODULES), "-I", str(ROOT / "Sources" / "CCachetoryEpoll")]

UNUSED = re.compile(r"was never used|never mutated|is unused")

# Runs the tests of a program that has some, as `swift test` does.
TEST_RUNNER = """
import Testing
@main struct Runner {
    static func main() async { await Testing.__swiftPMEntryPoint() as Never }
}
"""


class Program(NamedTuple):
    blocks: list[Example]

    @property
    def place(self) -> str:
        return f"{self.blocks[0].file.relative_to(ROOT)}:{self.blocks[0].line}"

    @property
    def text(self) -> str:
        def located(block: Example) -> str:
            place = f'#sourceLocation(file: "{block.file.relative_to(ROOT)}", line: {block.line})'
            return "\n".join([place, *block.lines])

        return "\n".join(map(located, self.blocks)) + "\n"

    def imports(self, module: str) -> bool:
        return re.search(rf"^(@testable )?import {module}$", self.text, re.MULTILINE) is not None


def programs(file: Path) -> Iterator[Program]:
    blocks: list[Example] = []
    for block in examples(file):
        if blocks and any(line.startswith("import ") for line in block.lines):
            yield Program(blocks)
            blocks = []
        blocks.append(block)
    if blocks:
        yield Program(blocks)


def objects() -> list[str]:
    paths = [line.strip().strip("'\"") for line in LINKED.read_text().splitlines()]
    return [path for path in paths if "/CachetoryLoadTest.build/" not in path]


def swiftc(arguments: list[str], folder: Path) -> bool:
    """Whether it compiles, with no warning but those of unused values."""
    result = subprocess.run([*COMPILE, *arguments], cwd=folder, capture_output=True, text=True)
    warnings = [line for line in result.stderr.splitlines() if ": warning: " in line and not UNUSED.search(line)]
    if result.returncode != 0 or warnings:
        print(result.stderr, file=sys.stderr)
    return result.returncode == 0 and not warnings


def build_frameworks(folder: Path) -> None:
    """The stand-ins as modules, with an object each."""
    # The one that another imports comes first.
    for source in sorted(FRAMEWORKS.glob("*.swift"), key=lambda source: "ServiceLifecycle" not in source.name):
        arguments = ["-parse-as-library", "-emit-module", "-module-name", source.stem, "-I", str(folder)]
        if not swiftc([*arguments, "-c", str(source)], folder):
            raise RuntimeError(f"{source} does not compile")


def compiles(program: Program, folder: Path, server: Server, frameworks: Path) -> bool:
    folder.mkdir()
    text = server.put_into(program.text)
    is_test = program.imports("Testing")
    sources = [folder / ("Tests.swift" if is_test else "main.swift")]
    sources[0].write_text(text)
    arguments = ["-module-name", "Example", *FLAGS, "-I", str(frameworks)]
    if is_test:
        sources.append(folder / "Runner.swift")
        sources[1].write_text(TEST_RUNNER)
        arguments.append("-parse-as-library")
    arguments += map(str, sources)
    if "example.com" in text:
        return swiftc([*arguments, "-typecheck"], folder)
    imported = [source.stem for source in FRAMEWORKS.glob("*.swift") if program.imports(source.stem)]
    used = [str(frameworks / f"{name}.o") for name in imported]
    (folder / "objects").write_text("\n".join(objects() + used))
    return swiftc([*arguments, f"@{folder / 'objects'}", "-o", str(folder / "example")], folder)


def runs(program: Program, folder: Path, server: Server) -> bool:
    if not (folder / "example").exists():
        return True
    server.empty()
    # The error will do, without a page on each thread.
    environment = {**os.environ, "SWIFT_BACKTRACE": "enable=no"}
    try:
        result = subprocess.run(
            [folder / "example"], timeout=LONGEST_RUN, capture_output=True, text=True, env=environment)
    except subprocess.TimeoutExpired:
        print(f"{program.place}: the example still ran after {LONGEST_RUN} s", file=sys.stderr)
        return False
    if result.returncode != 0:
        print(f"{program.place}: the example failed:\n{result.stdout}{result.stderr}", file=sys.stderr)
    return result.returncode == 0


def main() -> int:
    if not LINKED.is_file():
        print(f"{LINKED} is missing; run `swift build --build-tests` first", file=sys.stderr)
        return 1
    for needed in ["redis-server", "openssl"]:
        if shutil.which(needed) is None:
            print(f"there is no {needed} on PATH; Tests/run.sh installs it", file=sys.stderr)
            return 1
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    files = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    found = [program for file in files if wanted in file.name for program in programs(file)]
    with tempfile.TemporaryDirectory() as name, redis(Path(name)) as server:
        folders = [Path(name) / str(number) for number in range(len(found))]
        frameworks = Path(name) / "frameworks"
        frameworks.mkdir()
        build_frameworks(frameworks)
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            compiled = list(threads.map(lambda item: compiles(*item, server, frameworks), zip(found, folders)))
        # One after another, since they share the server.
        passed = [ok and runs(program, folder, server) for ok, program, folder in zip(compiled, found, folders)]
    for program, ok in zip(found, passed):
        if not ok:
            print(f"{program.place}: the example that begins here fails", file=sys.stderr)
    blocks = sum(len(program.blocks) for program in found)
    print(f"{sum(passed)} of {len(found)} programs pass, which are {blocks} examples of README and the articles")
    return 0 if found and all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
