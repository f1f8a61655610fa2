"""The few statistics that are needed: medians of rounds, and how far the rounds lie apart."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """A figure over all rounds: the median, the least and the greatest."""

    median: float
    least: float
    greatest: float

    @staticmethod
    def of(samples: Sequence[float]) -> "Spread":
        if not samples:
            raise ValueError("there is no spread of nothing")
        return Spread(statistics.median(samples), min(samples), max(samples))


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """The ratio in each round, in which both ran one after the other: a slow minute slows both."""
    return Spread.of([one / other for one, other in zip(ours, theirs, strict=True)])
