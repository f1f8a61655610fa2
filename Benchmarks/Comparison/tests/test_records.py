"""What is kept on file, and what a program's report must have."""

import os
import tempfile
import unittest
from typing import Any

from ..clients import figures
from ..process import Failure
from ..records import Records


def record(*rates: float) -> dict[str, Any]:
    rounds = [{"run": {"rate": rate}} for rate in rates]
    return {
        "rounds": rounds, "versions": "1", "machine": "m", "seconds": 2, "works": {"run": {}}, "took_seconds": 5,
        "measured": "now",
    }


class RecordsTests(unittest.TestCase):
    def test_rounds_are_added_to_those_on_file(self) -> None:
        records = Records()
        records.append("group", record(1, 2))
        records.append("group", record(3))
        self.assertEqual(records.samples("group", "run", "rate"), [1, 2, 3])
        self.assertEqual(records.groups["group"]["took_seconds"], 10)

    def test_rounds_of_another_version_are_refused(self) -> None:
        records = Records({"group": record(1)})
        records.check("group", {"versions": "1", "machine": "m"})
        records.check("another", {"versions": "2"})
        with self.assertRaises(Failure):
            records.check("group", {"versions": "2", "machine": "m"})

    def test_other_groups_stay(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "results.json")
            Records({"one": record(1), "two": record(2)}).write(path)
            records = Records.read(path)
        records.replace("two", record(3))
        self.assertEqual([records.samples(name, "run", "rate") for name in ("one", "two")], [[1], [3]])


class ReportTests(unittest.TestCase):
    report = {
        "operations": 10, "errors": 0, "wrong_values": 0, "ops_per_second": 5, "client_cpu_us_per_op": 2,
        "max_rss_mb": 3, "latency_us": {"p50": 7, "p99": 9},
    }

    def test_figures_have_names_of_their_own(self) -> None:
        self.assertEqual(
            figures(self.report, "client"),
            {"ops_per_second": 5, "cpu_us": 2, "rss_mb": 3, "p50_us": 7, "p99_us": 9})

    def test_a_report_with_anything_wrong_does_not_count(self) -> None:
        for fault in ({"errors": 1}, {"wrong_values": 1}, {"operations": 0}, {"not_started": 1}):
            with self.assertRaises(Failure):
                figures({**self.report, **fault}, "client")
