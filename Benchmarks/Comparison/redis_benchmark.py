"""C's own redis-benchmark: the fastest loop around sockets that there is, which does nothing with what it reads."""

import csv
import io
import math
import os
from dataclasses import dataclass

from .clients import WARMUP_SECONDS, Figures
from .process import Failure, run
from .site import Site
from .work import Work


@dataclass(frozen=True)
class RedisBenchmark:
    """It checks no value; so its keys are set before, and the server is asked whether one was missed."""

    name: str
    pipeline: int = 1
    """Commands that each connection sends together."""

    def measure(self, work: Work, site: Site, seconds: float) -> Figures:
        command = ["redis-benchmark", *self.place(work.way, site), "-c", str(work.callers), "-t", work.workload]
        command += ["-d", str(work.value_size), "-r", str(work.keys), "-P", str(self.pipeline), "--csv"]
        site.fill([f"key:{number:012}" for number in range(work.keys)], b"x" * work.value_size)
        requests = self.requests(command, least=200 + 2 * work.callers * self.pipeline, seconds=seconds)
        before = os.times()
        row = self.row([*command, "-n", str(requests)])
        after = os.times()
        if faults := site.faults():
            raise Failure(f"{self.name}: {faults} reads found nothing or were answered with an error")
        processor_time = after.children_user - before.children_user + after.children_system - before.children_system
        return {
            "ops_per_second": row["rps"],
            "cpu_us": 1e6 * processor_time / requests,
            "p50_us": 1000 * row["p50_latency_ms"],
            "p99_us": 1000 * row["p99_latency_ms"],
            "max_us": 1000 * row["max_latency_ms"],
        }

    @classmethod
    def requests(cls, command: list[str], least: int, seconds: float) -> int:
        """How many requests take so long, for it takes no time: found out by shorter runs, which warm it up."""
        count = least
        for span in (WARMUP_SECONDS / 5, WARMUP_SECONDS, seconds):
            rate = cls.row([*command, "-n", str(count)])["rps"]
            # It counts milliseconds: so few requests may have taken none.
            count = max(least, int(rate * span)) if math.isfinite(rate) else 100 * count
        return count

    @staticmethod
    def place(way: str, site: Site) -> list[str]:
        if way == "tls":
            return ["--tls", "--cacert", site.certificate, "-h", "localhost", "-p", str(site.tls_port)]
        return ["-h", "127.0.0.1", "-p", str(site.address(way))]

    @staticmethod
    def row(command: list[str]) -> dict[str, float]:
        rows = list(csv.DictReader(io.StringIO(run(command))))
        if len(rows) != 1:
            raise Failure(f"{' '.join(command)}: printed {len(rows)} rows, not one")
        return {name: float(text) for name, text in rows[0].items() if name != "test"}
