"""Targets name runs that exist, and runs have names of their own."""

import unittest

from ..groups import GROUPS
from ..target import MemoryPerTask, Ratio
from ..targets import TARGETS
from ..work import Work, size_text


class CatalogueTests(unittest.TestCase):
    def test_each_target_compares_runs_of_its_group(self) -> None:
        runs = {group.name: {run.name for run in group.runs} for group in GROUPS}
        for target in TARGETS:
            match target:
                case Ratio():
                    named = [target.ours, target.theirs]
                case MemoryPerTask():
                    named = [*target.many, *target.few]
                case _:
                    self.fail(f"what does {target} compare?")
            for name in named:
                self.assertIn(name, runs[target.group], target.name)

    def test_names_are_unique(self) -> None:
        groups = [group.name for group in GROUPS]
        rows = [(target.name, target.unit) for target in TARGETS]
        for names in [groups, rows, *([run.name for run in group.runs] for group in GROUPS)]:
            self.assertEqual(len(names), len(set(names)), names)


class WorkTests(unittest.TestCase):
    def test_name_says_what_differs_from_the_usual(self) -> None:
        self.assertEqual(str(Work()), "GET, 50")
        self.assertEqual(str(Work("mget", batch=100, callers=1000, way="far")), "MGET of 100, 1,000, far")
        self.assertEqual(str(Work("set", value_size=1_000_000, rate=5000)), "SET, 1 MB, 50, 5,000/s")

    def test_large_values_have_fewer_keys(self) -> None:
        self.assertEqual([Work(value_size=size).keys for size in (100, 100_000, 1_000_000)], [10_000, 1000, 100])

    def test_sizes_are_written_with_their_unit(self) -> None:
        sizes = [10, 1000, 100_000, 1_000_000]
        self.assertEqual([size_text(size) for size in sizes], ["10 B", "1 kB", "100 kB", "1 MB"])
