"""Measuring: everything in a group runs in turn, round after round, so that a machine whose speed drifts is fair."""

import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

from . import machine
from .clients import Figures
from .groups import Group
from .site import Site


def circumstances(group: Group, seconds: float) -> dict[str, Any]:
    """What must be the same for rounds to be added to each other."""
    return {
        "seconds": seconds,
        "machine": machine.description(),
        "versions": machine.versions(),
        "works": {run.name: {"client": run.client.name, **run.work.description()} for run in group.runs},
    }


def measure(group: Group, site: Site, rounds: int, seconds: float) -> Iterator[dict[str, Any]]:
    """Each round of a group, with its time, as soon as it is complete."""
    for number in range(rounds):
        begin = datetime.now(timezone.utc)
        # Back and forth: otherwise the same run would always come after the one that heats the machine up.
        order = group.runs if number % 2 == 0 else tuple(reversed(group.runs))
        figures: dict[str, Figures] = {}
        for run in order:
            site.clear()
            figures[run.name] = run.client.measure(run.work, site, seconds)
            rate, cpu = figures[run.name]["ops_per_second"], figures[run.name]["cpu_us"]
            print(
                f"{group.name}, round {number + 1}/{rounds}: {run.name}: {rate:,.0f}/s, {cpu:.1f} µs CPU",
                file=sys.stderr, flush=True)
        yield {
            "measured": begin.isoformat(timespec="seconds"),
            "took_seconds": round((datetime.now(timezone.utc) - begin).total_seconds()),
            "rounds": [figures],
        }
