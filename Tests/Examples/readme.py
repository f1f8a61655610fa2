#!/usr/bin/env python3
"""Compiles each Swift example of README as a program of its own, just as it stands there, and runs it.

    Tests/Examples/readme.py

A reader copies an example with its imports and nothing else, so nothing is added here, and warnings are errors. Examples
that use `localhost:6379` get a private `redis-server` in its place; those on `example.com` are compiled only. Needs a
debug build with its tests (`swift build --build-tests`). Exits with 1 if one fails, and names its line.
"""

import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from check import MODULES, ROOT, Example, examples

# What SwiftPM linked for the load test: the library's objects, and no stale ones of files that are gone.
LINKED = ROOT / ".build" / "debug" / "load-test.product" / "Objects.LinkFileList"

# An example takes milliseconds; one that hangs has failed.
LONGEST_RUN = 30


@contextmanager
def redis_port(folder: Path) -> Iterator[int]:
    """A redis-server's port, for as long as the context lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        log = []
        for line in server.stdout:
            log.append(line)
            if "eady to accept connections" in line:
                break
        else:
            raise RuntimeError("redis-server did not start:\n" + "".join(log))
        yield port
    finally:
        server.terminate()
        server.wait()


def objects() -> list[str]:
    paths = [line.strip().strip("'\"") for line in LINKED.read_text().splitlines()]
    return [path for path in paths if "/LoadTest.build/" not in path]


def passes(example: Example, folder: Path, port: int) -> bool:
    folder.mkdir()
    source, program = folder / "main.swift", folder / "example"
    text = "\n".join(example.lines).replace("localhost:6379", f"localhost:{port}")
    place = f'#sourceLocation(file: "{example.file.relative_to(ROOT)}", line: {example.line})'
    source.write_text(f"{place}\n{text}\n")
    command = ["swiftc", "-swift-version", "6", "-warnings-as-errors", "-module-name", "Example", str(source)]
    command += ["-I", str(MODULES), "-I", str(ROOT / "Sources" / "CEpoll")]
    if "example.com" in text:
        return subprocess.run([*command, "-typecheck"]).returncode == 0
    (folder / "objects").write_text("\n".join(objects()))
    if subprocess.run([*command, f"@{folder / 'objects'}", "-o", str(program)]).returncode != 0:
        return False
    try:
        result = subprocess.run([program], timeout=LONGEST_RUN, capture_output=True, text=True)
    except subprocess.TimeoutExpired:
        print(f"README.md:{example.line}: the example still ran after {LONGEST_RUN} s", file=sys.stderr)
        return False
    if result.returncode != 0:
        print(f"README.md:{example.line}: the example failed:\n{result.stderr}", file=sys.stderr)
    return result.returncode == 0


def main() -> int:
    if not LINKED.is_file():
        print(f"{LINKED} is missing; run `swift build --build-tests` first", file=sys.stderr)
        return 1
    if shutil.which("redis-server") is None:
        print("there is no redis-server on PATH; Tests/run.sh installs it", file=sys.stderr)
        return 1
    found = list(examples(ROOT / "README.md"))
    with tempfile.TemporaryDirectory() as name, redis_port(Path(name)) as port:
        passed = [passes(example, Path(name) / str(example.line), port) for example in found]
    print(f"{sum(passed)} of {len(found)} examples of README pass")
    return 0 if found and all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
