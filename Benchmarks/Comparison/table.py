"""The page of results, in Markdown."""

from collections.abc import Sequence

from .groups import GROUPS
from .records import Records
from .spread import Spread
from .target import Result, Target

HEAD = """\
# Results

Written by `Benchmarks/compare`; [README.md](README.md) says how it measures and what the rows mean. Figures are medians
over the rounds. A ratio is the median of the ratios within each round, with the least and the greatest of them.
"""


def page(records: Records, targets: Sequence[Target], images: dict[str, str]) -> str:
    """All of it; the images are files by their titles."""
    results = [result for target in targets if (result := target.result(records))]
    unmeasured = [target for target in targets if not target.result(records)]
    parts = [HEAD, "## Targets\n", target_table(results)]
    if unmeasured:
        parts.append("Not measured: " + "; ".join(f"{target.name} ({target.unit})" for target in unmeasured) + ".\n")
    if missing := [group.name for group in GROUPS if group.name not in records.groups]:
        parts.append(f"Groups not measured: {', '.join(missing)}.\n")
    parts += ["## Plots\n"]
    parts += [f"![{title}]({file})\n" for title, file in images.items()]
    parts += ["## All runs\n", run_tables(records), "## Machine and versions\n", origins(records)]
    return "\n".join(parts)


def target_table(results: Sequence[Result]) -> str:
    lines = ["| | unit | ours | theirs | ratio | least to greatest | target | |", "|---|---|--:|--:|--:|--:|--:|---|"]
    lines += [row(result) for result in results]
    return "\n".join(lines) + "\n"


def row(result: Result) -> str:
    target = result.target
    cells = [
        target.name, target.unit, number(result.ours.median), number(result.theirs.median), number(result.ratio.median),
        spread(result.ratio), ("≤ " if target.is_upper else "≥ ") + f"{target.bound:g}",
        "met" if result.is_met else "**missed**",
    ]
    return "| " + " | ".join(cells) + " |"


def number(value: float) -> str:
    """As many digits as a reader can use: three below a thousand, whole numbers from there on."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def spread(value: Spread) -> str:
    return f"{number(value.least)} to {number(value.greatest)}"


def run_tables(records: Records) -> str:
    return "\n".join(run_table(records, group.name) for group in GROUPS if group.name in records.groups)


def run_table(records: Records, group: str) -> str:
    record = records.groups[group]
    count = len(record["rounds"])
    lines = [
        f"### {group}", "",
        f"{count} {'round' if count == 1 else 'rounds'} of {record['seconds']:g} s, from {record['measured']}, "
        f"{record['took_seconds']} s in all.", "",
        "| | operations/s | least to greatest | µs CPU/operation | median µs | p99 µs | MB |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for run in record["works"]:
        rate = Spread.of(records.samples(group, run, "ops_per_second"))
        others = [records.samples(group, run, figure) for figure in ("cpu_us", "p50_us", "p99_us", "rss_mb")]
        cells = [run, number(rate.median), spread(rate)]
        cells += [number(Spread.of(samples).median) if samples else "" for samples in others]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def origins(records: Records) -> str:
    """Machine and versions, once for all groups that share them."""
    groups: dict[str, list[str]] = {}
    for name, record in records.groups.items():
        items = {**record["machine"], **record["versions"]}
        text = "\n".join(f"| {key} | {value} |" for key, value in items.items())
        groups.setdefault(text, []).append(name)
    return "\n".join(f"{', '.join(names)}:\n\n| | |\n|---|---|\n{text}\n" for text, names in groups.items())
