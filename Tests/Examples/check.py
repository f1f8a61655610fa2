#!/usr/bin/env python3
"""Compiles every Swift example in the comments of Sources; run.py compiles and runs those of README and the articles.

    Tests/Examples/check.py

Needs the modules of a debug build (`swift build`). Each example becomes the body of a function of its own, a blocking
one where the file's name begins with Sync; what it takes for granted, such as a function that loads users, is declared
in Prelude.swift. Exits with 1 if one does not compile, and names its file and line.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Iterator, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / ".build" / "debug" / "Modules"
PRELUDE = Path(__file__).with_name("Prelude.swift")
CACHES = ROOT / "Sources" / "Cachetory"

# What cannot stand in a function.
AT_FILE_LEVEL = re.compile(r"^(extension |@main\b)", re.MULTILINE)


class Example(NamedTuple):
    file: Path
    line: int
    lines: list[str]


def examples(file: Path) -> Iterator[Example]:
    """The blocks between ```swift and ```, of a comment or of plain Markdown."""
    is_source = file.suffix == ".swift"
    block: list[str] | None = None
    start = 0
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if is_source:
            comment = re.match(r"\s*/// ?(.*)$", line)
            if comment is None:
                block = None
                continue
            line = comment[1]
        if block is None:
            if line.strip() == "```swift":
                block, start = [], number + 1
        elif line.strip() == "```":
            yield Example(file, start, block)
            block = None
        else:
            block.append(line)


def function(number: int, example: Example) -> str:
    """The example as Swift whose errors are reported at its own place."""
    place = f'#sourceLocation(file: "{example.file.relative_to(ROOT)}", line: {example.line})'
    text = "\n".join("" if line.startswith("import ") else line for line in example.lines)
    if AT_FILE_LEVEL.search(text):
        return f"{place}\n{text}\n#sourceLocation()\n"
    effects = "throws" if example.file.name.startswith("Sync") else "async throws"
    return f"func example{number}() {effects} {{\n{place}\n{text}\n#sourceLocation()\n}}\n"


def main() -> int:
    if not MODULES.is_dir():
        print(f"{MODULES} is missing; run `swift build` first", file=sys.stderr)
        return 1
    found = [example for file in sorted((ROOT / "Sources").rglob("*.swift")) for example in examples(file)]
    if not found:
        print("no examples were found, so something is wrong with this check", file=sys.stderr)
        return 1
    # A file that caches does not see the client's pools.
    of_caches = [(number, example) for number, example in enumerate(found) if CACHES in example.file.parents]
    of_client = [(number, example) for number, example in enumerate(found) if CACHES not in example.file.parents]
    with tempfile.TemporaryDirectory() as folder:
        sources = [PRELUDE]
        for module, group in (("Cachetory", of_caches), ("CachetoryRedis", of_client)):
            source = Path(folder) / f"{module}.swift"
            text = f"import Cachetory\nimport Foundation\nimport {module}\n\n"
            source.write_text(text + "\n".join(function(number, example) for number, example in group))
            sources.append(source)
        command = ["swiftc", "-typecheck", "-swift-version", "6", "-parse-as-library", "-suppress-warnings"]
        command += ["-enable-upcoming-feature", "MemberImportVisibility", "-module-name", "Examples"]
        command += ["-I", str(MODULES), "-I", str(ROOT / "Sources" / "CCachetoryEpoll"), *map(str, sources)]
        status = subprocess.run(command, cwd=ROOT).returncode
    print(f"{len(found)} examples {'compile' if status == 0 else 'were compiled, not all with success'}")
    return status


if __name__ == "__main__":
    sys.exit(main())
