"""The programs that load the server, each through one client, and how to start them."""

import json
import os
from dataclasses import dataclass
from typing import Any, Protocol

from .process import PEERS, ROOT, Failure, run
from .site import Site
from .work import Work

WARMUP_SECONDS = 0.5

Figures = dict[str, float]
"""The figures of one run by their names: `ops_per_second`, `cpu_us`, `p50_us`, `rss_mb` and so on."""


class Client(Protocol):
    """A client of the server that can be asked to work."""

    name: str

    def measure(self, work: Work, site: Site, seconds: float) -> Figures:
        """Works for some seconds. Raises `Failure` where a call failed or a value was wrong: no such figure counts."""


def figures(report: dict[str, Any], name: str) -> Figures:
    """The figures in a report with load-test's names."""
    if report["errors"] or report["wrong_values"] or not report["operations"] or report.get("not_started"):
        text = json.dumps(report, indent=2)
        raise Failure(f"{name}: no figure counts that came with errors or wrong values:\n{text}")
    latencies = {f"{share}_us": time for share, time in report["latency_us"].items()}
    return {
        "ops_per_second": report["ops_per_second"],
        "cpu_us": report["client_cpu_us_per_op"],
        "rss_mb": report["max_rss_mb"],
        **latencies,
    }


def work_options(work: Work) -> list[str]:
    options = ["--workload", work.workload, "--value-size", str(work.value_size), "--keys", str(work.keys)]
    return options + (["--batch", str(work.batch)] if work.batch > 1 else [])


@dataclass(frozen=True)
class LoadTest:
    """This library."""

    name: str
    api: str = "async"
    executor: str = "default"
    connections: int | None = None
    """At most; without it the library's default, which is 8. Blocking callers get one each."""

    def measure(self, work: Work, site: Site, seconds: float) -> Figures:
        command = [os.path.join(ROOT, ".build", "release", "load-test"), "--url", site.url(work.way)]
        command += ["--api", self.api, "--tasks", str(work.callers), "--format", "json", *work_options(work)]
        command += ["--duration", str(seconds), "--warmup", str(WARMUP_SECONDS)]
        if work.way != "memory":
            connections = work.callers if self.api == "sync" else self.connections
            command += ["--connections", str(connections)] if connections else []
        command += ["--executor", self.executor] if self.executor != "default" else []
        command += ["--rate", str(work.rate)] if work.rate else []
        return figures(json.loads(run(command)), self.name)


@dataclass(frozen=True)
class Worker:
    """A program in `Benchmarks/Peers` that takes the same options and prints the same report for another client."""

    name: str
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()

    def measure(self, work: Work, site: Site, seconds: float) -> Figures:
        command = [*self.command, "--port", str(site.address(work.way)), *work_options(work)]
        command += ["--concurrency", str(work.callers), "--seconds", str(seconds), "--warmup", str(WARMUP_SECONDS)]
        return figures(json.loads(run(command, dict(self.environment))), self.name)


def python_worker(name: str, client: str, current_redis_py: bool = False) -> Worker:
    """One of Python's clients; cachetory allows no current redis-py, which is beside it for itself."""
    command = (os.path.join(PEERS, "bin", "python"), os.path.join(ROOT, "Benchmarks", "Peers", "python_worker.py"))
    path = (("PYTHONPATH", os.path.join(PEERS, "redis-py")),) if current_redis_py else ()
    return Worker(name, (*command, "--client", client), path)
