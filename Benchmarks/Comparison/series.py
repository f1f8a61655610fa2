"""What the plots show, out of the records."""

from .records import Records
from .spread import Spread


def spreads(records: Records, group: str, figure: str) -> list[tuple[str, Spread]]:
    """Each client's figure; those that do not measure it are left out."""
    works = records.groups[group]["works"]
    samples = [(work["client"], records.samples(group, run, figure)) for run, work in works.items()]
    return [(client, Spread.of(values)) for client, values in samples if values]


def lines(records: Records, group: str, figure: str, axis: str) -> dict[str, list[tuple[float, Spread]]]:
    """For each client, its figure against a property of its works, such as `callers`."""
    result: dict[str, list[tuple[float, Spread]]] = {}
    for run, work in records.groups[group]["works"].items():
        if samples := records.samples(group, run, figure):
            result.setdefault(work["client"], []).append((work[axis], Spread.of(samples)))
    return {client: sorted(points, key=lambda point: point[0]) for client, points in result.items()}


def scaled(value: Spread, factor: float) -> Spread:
    """In another unit."""
    return Spread(value.median * factor, value.least * factor, value.greatest * factor)
