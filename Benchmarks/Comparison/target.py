"""What is promised of a figure, and whether it was kept."""

from dataclasses import dataclass
from typing import Protocol

from .records import Records
from .spread import Spread, ratios

UNITS = {
    "ops_per_second": "operations/s", "cpu_us": "µs CPU/operation", "p50_us": "µs, median", "p99_us": "µs, p99",
    "rss_mb": "MB",
}


@dataclass(frozen=True)
class Result:
    """A row of the table."""

    target: "Target"
    ours: Spread
    theirs: Spread
    ratio: Spread

    @property
    def is_met(self) -> bool:
        value, bound = self.ratio.median, self.target.bound
        return value <= bound if self.target.is_upper else value >= bound


class Target(Protocol):
    name: str
    group: str
    unit: str
    bound: float
    is_upper: bool

    def result(self, records: Records) -> Result | None:
        """None where it has not been measured."""


@dataclass(frozen=True)
class Ratio:
    """A figure of one run as a ratio to that of another run of the group."""

    name: str
    group: str
    figure: str
    ours: str
    theirs: str
    bound: float
    is_upper: bool = False

    @property
    def unit(self) -> str:
        return UNITS[self.figure]

    def result(self, records: Records) -> Result | None:
        ours = records.samples(self.group, self.ours, self.figure)
        theirs = records.samples(self.group, self.theirs, self.figure)
        if not ours or not theirs:
            return None
        return Result(self, Spread.of(ours), Spread.of(theirs), ratios(ours, theirs))


@dataclass(frozen=True)
class MemoryPerTask:
    """How much a process grows for each task that waits for the server, to what it grows for the task itself: the same
    number of tasks over memory, where no call waits."""

    name: str
    group: str
    many: tuple[str, str]
    """The run of many tasks with the server, and the one without."""
    few: tuple[str, str]
    tasks: int
    """How many tasks more the many are."""
    bound: float
    unit: str = "bytes more a task"
    is_upper: bool = True

    def result(self, records: Records) -> Result | None:
        with_server, alone = (self.growth(records, way) for way in (0, 1))
        if not with_server or not alone:
            return None
        more = [one - other for one, other in zip(with_server, alone, strict=True)]
        return Result(self, Spread.of(with_server), Spread.of(alone), Spread.of(more))

    def growth(self, records: Records, way: int) -> list[float]:
        many = records.samples(self.group, self.many[way], "rss_mb")
        few = records.samples(self.group, self.few[way], "rss_mb")
        return [1e6 * (one - other) / self.tasks for one, other in zip(many, few, strict=True)]
