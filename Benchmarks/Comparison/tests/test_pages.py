"""What is shown of the records."""

import unittest

from .. import series, table
from ..groups import GROUPS
from ..records import Records
from ..spread import Spread
from ..target import Ratio

RECORDS = Records({
    "fifty": {
        "measured": "2026-01-01", "took_seconds": 9, "seconds": 2, "machine": {"a": "1"}, "versions": {"b": "2"},
        "works": {
            "a: 10": {"client": "a", "callers": 10}, "a: 1": {"client": "a", "callers": 1},
            "b: 1": {"client": "b", "callers": 1},
        },
        "rounds": [
            {
                "a: 10": {"ops_per_second": 1000}, "a: 1": {"ops_per_second": 100, "p99_us": 5},
                "b: 1": {"ops_per_second": 50},
            },
            {
                "a: 10": {"ops_per_second": 3000}, "a: 1": {"ops_per_second": 300, "p99_us": 7},
                "b: 1": {"ops_per_second": 50},
            },
        ],
    }
})


class SeriesTests(unittest.TestCase):
    def test_points_are_in_the_order_of_their_property(self) -> None:
        points = series.by_property(RECORDS, "fifty", "ops_per_second", "callers", 1e-3)
        self.assertEqual(points["a"], [(1, Spread(0.2, 0.1, 0.3)), (10, Spread(2, 1, 3))])

    def test_clients_without_a_figure_are_left_out(self) -> None:
        self.assertEqual(series.by_client(RECORDS, "fifty", "p99_us"), {"a": Spread(6, 5, 7)})

    def test_least_is_first(self) -> None:
        self.assertEqual(series.ordered({"x": Spread(2, 2, 2), "y": Spread(1, 1, 9)}), ["y", "x"])


class TableTests(unittest.TestCase):
    def test_row_has_ratio_spread_and_verdict(self) -> None:
        page = table.page(RECORDS, [Ratio("a / b", "fifty", "ops_per_second", "a: 1", "b: 1", 4.5)], {"Plot": "p.svg"})
        self.assertIn("| a / b | operations/s | 200 | 50.0 | 4.00 | 2.00 to 6.00 | ≥ 4.5 | **missed** |", page)
        self.assertIn("| a: 10 | 2,000 | 1,000 to 3,000 |  |  |  |  |", page)
        self.assertIn("![Plot](p.svg)", page)

    def test_what_was_not_measured_is_named(self) -> None:
        page = table.page(RECORDS, [Ratio("a / c", "fifty", "cpu_us", "a: 1", "c: 1", 1)], {})
        self.assertIn("Not measured: a / c (µs CPU/operation).", page)
        missing = [group.name for group in GROUPS if group.name != "fifty"]
        self.assertIn(f"Groups not measured: {', '.join(missing)}.", page)

    def test_rounds_are_counted(self) -> None:
        record = RECORDS.groups["fifty"]
        single = Records({"fifty": {**record, "rounds": record["rounds"][:1]}})
        self.assertIn("\n1 round of 2 s,", table.page(single, [], {}))
        self.assertIn("\n2 rounds of 2 s,", table.page(RECORDS, [], {}))

    def test_numbers_have_three_digits_at_least(self) -> None:
        values = [0.123, 12.34, 123.4, 1234567]
        self.assertEqual([table.number(value) for value in values], ["0.12", "12.3", "123", "1,234,567"])
