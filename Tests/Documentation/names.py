#!/usr/bin/env python3
"""Holds the names of this package against those of others that a server may be built with.

    Tests/Documentation/names.py

- No public name of the top level is one that another package exports: a file that imports both could use neither.
- No target has the name of another package's target: SwiftPM refuses to build such a package. Ours say whose they are.

The names of others stand in `names`, by package. Needs the symbols that `docs/build.sh` extracted. Exits with 1 and
names what collides.
"""

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from symbols import ROOT, load, name

NAMES = Path(__file__).with_name("names")

# What users call it. Only a file that imports CachetoryRedis sees it, and one of the packages' own pools.
KEPT = {"ConnectionPool"}

# Far fewer than there are; so a table that was not read as a whole is noticed.
FEWEST_NAMES = 300


def read(text: str) -> dict[str, list[str]]:
    """The packages that have each name."""
    packages: dict[str, list[str]] = defaultdict(list)
    package = ""
    for line in text.splitlines():
        if line.startswith("# "):
            package = line.removeprefix("# ").split(",")[0]
            continue
        for name in line.split():
            packages[name].append(package)
    return dict(packages)


def colliding(ours: set[str], others: dict[str, list[str]], what: str) -> list[str]:
    return [f"the {what} {name} is also one of {', '.join(others[name])}" for name in sorted(ours & others.keys())]


def unmarked(targets: set[str]) -> list[str]:
    return [f"the target {target} does not begin with Cachetory" for target in sorted(targets)
            if not re.match(r"C?Cachetory", target)]


def public_names() -> set[str]:
    symbols, _ = load()
    tops = {name(s) for s in symbols if len(s["pathComponents"]) == 1 and s["kind"]["identifier"] != "swift.extension"}
    return {top.split("(")[0] for top in tops}


def target_names() -> set[str]:
    dump = subprocess.run(["swift", "package", "dump-package"], cwd=ROOT, check=True, capture_output=True, text=True)
    return {target["name"] for target in json.loads(dump.stdout)["targets"]}


def main() -> int:
    types, targets = ((read((NAMES / file).read_text())) for file in ("types.txt", "targets.txt"))
    if min(len(types), len(targets)) < FEWEST_NAMES:
        print(f"only {len(types)} types and {len(targets)} targets were read from {NAMES}", file=sys.stderr)
        return 1
    ours, our_targets = public_names(), target_names()
    wrong = colliding(ours - KEPT, types, "public name") + colliding(our_targets, targets, "target")
    wrong += unmarked(our_targets)
    for line in wrong:
        print(line, file=sys.stderr)
    if not wrong:
        print(f"{len(ours)} public names and {len(our_targets)} targets are no other package's, but {', '.join(KEPT)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
