"""What the plots show, out of the records."""

from .records import Records
from .spread import Spread


def by_client(records: Records, group: str, figure: str) -> dict[str, Spread]:
    """Each client's figure; those that do not measure it are left out."""
    works = records.groups[group]["works"]
    samples = {work["client"]: records.samples(group, run, figure) for run, work in works.items()}
    return {client: Spread.of(values) for client, values in samples.items() if values}


def by_property(
    records: Records, group: str, figure: str, name: str, factor: float = 1
) -> dict[str, list[tuple[float, Spread]]]:
    """For each client, its figure against a property of its works, such as `callers`."""
    result: dict[str, list[tuple[float, Spread]]] = {}
    for run, work in records.groups[group]["works"].items():
        if samples := records.samples(group, run, figure):
            result.setdefault(work["client"], []).append((work[name], scaled(Spread.of(samples), factor)))
    return {client: sorted(points, key=lambda point: point[0]) for client, points in result.items()}


def ordered(values: dict[str, Spread]) -> list[str]:
    """The clients, the one with the least figure first."""
    return sorted(values, key=lambda client: values[client].median)


def scaled(value: Spread, factor: float) -> Spread:
    """In another unit."""
    return Spread(value.median * factor, value.least * factor, value.greatest * factor)
