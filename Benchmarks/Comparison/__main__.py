"""The command line."""

import argparse
import os
import re
import signal
import sys
from collections.abc import Sequence

from . import plots, rounds, table
from .groups import GROUPS, Group
from .process import PEERS, ROOT, Failure, exit_with, run
from .records import Records
from .site import Site
from .target import Target
from .targets import TARGETS

RAW = "results.json"
PAGE = "results.md"


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(
        prog="Benchmarks/compare", description="Measures this library beside its peers, on one private server.")
    result.add_argument("--rounds", type=int, default=5, help="default: 5")
    result.add_argument("--seconds", type=float, default=2, help="of each run; default: 2")
    result.add_argument("--quick", action="store_true", help="2 rounds of half a second, only to see that all works")
    result.add_argument("--only", default="", metavar="REGEX", help="groups whose name matches")
    result.add_argument("--list", action="store_true", help="print the groups with their runs and targets")
    result.add_argument("--output", metavar="FOLDER", help="default: docs/benchmarks, or with --quick a folder aside")
    result.add_argument("--append", action="store_true", help="add rounds to those on file rather than replace them")
    result.add_argument("--render", action="store_true", help="measure nothing; write table and plots anew")
    result.epilog = (
        "Groups on file that are not measured now are kept: a long measurement can be made in pieces. "
        "The exit status is 1 where a target was missed.")
    return result


def describe(groups: Sequence[Group]) -> str:
    lines = []
    for group in groups:
        lines += [group.name] + [f"    {run.name}" for run in group.runs]
        lines += [f"    target: {target.name}, {target.unit}" for target in TARGETS if target.group == group.name]
    return "\n".join(lines)


def measure(groups: Sequence[Group], records: Records, options: argparse.Namespace) -> None:
    """Measures the groups; each round is on file as soon as it is complete."""
    print("building load-test", file=sys.stderr)
    run(["swift", "build", "-c", "release", "--product", "load-test"], patience=None)
    with Site() as site:
        for group in groups:
            circumstances = rounds.circumstances(group, options.seconds)
            if options.append:
                records.check(group.name, circumstances)
            for number, part in enumerate(rounds.measure(group, site, options.rounds, options.seconds)):
                keeps_others = options.append or number > 0
                (records.append if keeps_others else records.replace)(group.name, circumstances | part)
                records.write(os.path.join(options.output, RAW))


def write_pages(records: Records, folder: str) -> None:
    images = plots.draw(records, folder)
    with open(os.path.join(folder, PAGE), "w") as file:
        file.write(table.page(records, TARGETS, images))


def main() -> int:
    # Ended from outside, it stops its server too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    options = parser().parse_args()
    if options.quick:
        options.rounds, options.seconds = 2, 0.5
    if not options.output:
        options.output = os.path.join(PEERS, "quick") if options.quick else os.path.join(ROOT, "docs", "benchmarks")
    groups = [group for group in GROUPS if re.search(options.only, group.name)]
    if not groups:
        raise Failure(f"no group matches {options.only}; --list prints them")
    if options.list:
        print(describe(groups))
        return 0
    os.makedirs(options.output, exist_ok=True)
    records = Records.read(os.path.join(options.output, RAW))
    if not options.render:
        measure(groups, records, options)
    write_pages(records, options.output)
    names = {group.name for group in groups}
    asked: list[Target] = [target for target in TARGETS if target.group in names]
    results = [result for target in asked if (result := target.result(records))]
    print(table.target_table(results))
    return 0 if all(result.is_met for result in results) else 1


if __name__ == "__main__":
    exit_with(main)
