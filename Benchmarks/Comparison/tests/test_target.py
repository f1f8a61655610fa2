"""Ratios, bounds and what is missing."""

import unittest

from ..records import Records
from ..spread import Spread, ratios
from ..target import MemoryPerTask, Ratio


def records(rounds: list[dict[str, dict[str, float]]]) -> Records:
    return Records({"group": {"rounds": rounds}})


class SpreadTests(unittest.TestCase):
    def test_median_of_an_even_number_of_rounds_lies_between_the_middle_two(self) -> None:
        self.assertEqual(Spread.of([4, 1, 3, 10]), Spread(3.5, 1, 10))

    def test_ratios_are_taken_within_rounds(self) -> None:
        # The machine was twice as fast in the second round, for both.
        self.assertEqual(ratios([10, 20, 30], [5, 10, 10]), Spread(2, 2, 3))

    def test_nothing_has_no_spread(self) -> None:
        with self.assertRaises(ValueError):
            Spread.of([])

    def test_rounds_of_one_side_only_are_refused(self) -> None:
        with self.assertRaises(ValueError):
            ratios([1, 2], [1])


class RatioTests(unittest.TestCase):
    samples = records([{"ours": {"rate": 20}, "theirs": {"rate": 10}}, {"ours": {"rate": 30}, "theirs": {"rate": 10}}])

    def result(self, bound: float, is_upper: bool) -> bool:
        result = Ratio("", "group", "rate", "ours", "theirs", bound, is_upper).result(self.samples)
        assert result is not None
        self.assertEqual((result.ours.median, result.theirs.median, result.ratio.median), (25, 10, 2.5))
        return result.is_met

    def test_bounds_include_themselves(self) -> None:
        self.assertTrue(self.result(2.5, is_upper=False))
        self.assertTrue(self.result(2.5, is_upper=True))

    def test_bounds_have_a_side(self) -> None:
        self.assertFalse(self.result(2.6, is_upper=False))
        self.assertFalse(self.result(2.4, is_upper=True))

    def test_what_was_not_measured_has_no_result(self) -> None:
        for target in (Ratio("", "other", "rate", "ours", "theirs", 1), Ratio("", "group", "cpu", "ours", "theirs", 1)):
            self.assertIsNone(target.result(self.samples))


class MemoryTests(unittest.TestCase):
    def test_tasks_themselves_are_taken_off(self) -> None:
        sample = {name: {"rss_mb": size} for name, size in [("many", 70), ("few", 20), ("many-m", 50), ("few-m", 10)]}
        target = MemoryPerTask("", "group", ("many", "many-m"), ("few", "few-m"), tasks=10_000, bound=999)
        result = target.result(records([sample]))
        assert result is not None
        self.assertEqual((result.ours.median, result.theirs.median, result.ratio.median), (5000, 4000, 1000))
        self.assertFalse(result.is_met)
