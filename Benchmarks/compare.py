#!/usr/bin/env python3
"""Measures this library beside C's redis-benchmark, on one private server, and prints the ratios with their targets.

    Benchmarks/compare.py [--rounds 5] [--seconds 2] [--only sync]

Everything that is compared runs in turn, round after round, so that a machine whose speed drifts is fair to both; the
medians of the rounds are compared. A run with an error or a wrong value stops it: such a figure does not count.
Needs `redis-server`, `redis-benchmark` and `openssl` (Debian: redis-server, redis-tools, openssl). Close other programs
first.
"""

import argparse
import csv
import io
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from dataclasses import dataclass
from typing import Callable

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VALUE_SIZE = 100
KEYS = 10_000

Figures = dict[str, float]


class Failure(Exception):
    """What stops the measurement, in words for the one who started it."""


def run(command: list[str]) -> str:
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if result.returncode != 0:
        raise Failure(f"{' '.join(command)}\nended with status {result.returncode}:\n{result.stderr or result.stdout}")
    return result.stdout


class Server:
    """A redis-server of our own on a Unix socket and on an encrypted port, without persistence."""

    def __init__(self) -> None:
        executable = shutil.which("redis-server")
        if executable is None:
            raise Failure("there is no redis-server on PATH; install it with: apt-get install redis-server redis-tools")
        self.folder = tempfile.TemporaryDirectory()
        self.socket = os.path.join(self.folder.name, "redis.sock")
        self.certificate = os.path.join(self.folder.name, "server.crt")
        key = os.path.join(self.folder.name, "server.key")
        make = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
        run([*make.split(), "-keyout", key, "-out", self.certificate])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.tls_port = free.getsockname()[1]
        command = [executable, "--port", "0", "--unixsocket", self.socket, "--save", "", "--dir", self.folder.name]
        command += ["--tls-port", str(self.tls_port), "--tls-cert-file", self.certificate, "--tls-key-file", key]
        command += ["--tls-auth-clients", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def url(self, is_encrypted: bool) -> str:
        if is_encrypted:
            return f"rediss://localhost:{self.tls_port}?ssl_ca_certs={urllib.parse.quote(self.certificate)}"
        return f"unix://{self.socket}"

    def benchmark_options(self, is_encrypted: bool) -> list[str]:
        if is_encrypted:
            return ["--tls", "--cacert", self.certificate, "-h", "localhost", "-p", str(self.tls_port)]
        return ["-s", self.socket]

    def __enter__(self) -> "Server":
        deadline = time.monotonic() + 10
        while subprocess.run(["redis-cli", "-s", self.socket, "ping"], capture_output=True).stdout != b"PONG\n":
            if time.monotonic() > deadline:
                raise Failure("the private redis-server does not answer")
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


@dataclass
class LoadTest:
    """One of our runs."""

    options: str
    is_encrypted: bool = False
    executable: str = os.path.join(ROOT, ".build", "release", "load-test")

    def measure(self, server: Server, seconds: float) -> Figures:
        common = f"--value-size {VALUE_SIZE} --keys {KEYS} --duration {seconds} --warmup 0.5 --format json"
        output = run([self.executable, "--url", server.url(self.is_encrypted), *self.options.split(), *common.split()])
        report = json.loads(output)
        if report["errors"] or report["wrong_values"]:
            raise Failure(f"{self.options}: {report['errors']} errors, {report['wrong_values']} wrong values")
        return {
            "ops_per_second": report["ops_per_second"],
            "mean_us": 1e6 * max(1, report["tasks"]) / report["ops_per_second"],
            "median_us": report["latency_us"]["p50"],
            "cpu_us_per_op": report["client_cpu_us_per_op"],
            "max_rss_mb": report["max_rss_mb"],
        }


@dataclass
class RedisBenchmark:
    """One of its runs, with as many requests as take about the same time."""

    options: str
    clients: int
    is_encrypted: bool = False
    rate: float = 50_000  # a first guess; each run corrects it

    def measure(self, server: Server, seconds: float) -> Figures:
        requests = max(1000, int(self.rate * seconds))
        command = ["redis-benchmark", *server.benchmark_options(self.is_encrypted)]
        command += ["-c", str(self.clients), "-n", str(requests)]
        command += ["-d", str(VALUE_SIZE), "-r", str(KEYS), "--csv", *self.options.split()]
        before = os.times()
        rows = list(csv.DictReader(io.StringIO(run(command))))
        after = os.times()
        self.rate = float(rows[0]["rps"])
        cpu = after.children_user - before.children_user + after.children_system - before.children_system
        return {
            "ops_per_second": self.rate,
            "mean_us": 1e6 * self.clients / self.rate,
            "median_us": 1000 * float(rows[0]["p50_latency_ms"]),
            "cpu_us_per_op": 1e6 * cpu / requests,
        }


Tool = LoadTest | RedisBenchmark


@dataclass
class Target:
    """What is promised of one figure of ours, as a ratio to another tool's, or as it is."""

    name: str
    ours: LoadTest
    theirs: Tool | None
    figure: str
    bound: float
    is_upper: bool = False

    def line(self, medians: Callable[[Tool], Figures]) -> tuple[str, bool]:
        ours = medians(self.ours)[self.figure]
        theirs = medians(self.theirs)[self.figure] if self.theirs else 1.0
        value = ours / theirs
        is_met = value <= self.bound if self.is_upper else value >= self.bound
        other = f"{theirs:,.1f}" if self.theirs else ""
        sign = "≤" if self.is_upper else "≥"
        verdict = "met" if is_met else "**missed**"
        return f"| {self.name} | {ours:,.1f} | {other} | {value:.2f} | {sign} {self.bound} | {verdict} |", is_met


ASYNC_GET_50 = LoadTest("--api async --workload get --tasks 50 --connections 8")
ASYNC_SET_50 = LoadTest("--api async --workload set --tasks 50 --connections 8")
ASYNC_GET_200 = LoadTest("--api async --workload get --tasks 200 --connections 8")
ASYNC_GET_10000 = LoadTest("--api async --workload get --tasks 10000 --connections 8")
ASYNC_GET_1 = LoadTest("--api async --workload get --tasks 1 --connections 1")
SYNC_GET_1 = LoadTest("--api sync --workload get --tasks 1 --connections 1")
TLS_GET_50 = LoadTest("--api async --workload get --tasks 50 --connections 8", is_encrypted=True)
TLS_SET_50 = LoadTest("--api async --workload set --tasks 50 --connections 8", is_encrypted=True)
THEIR_TLS_GET_50 = RedisBenchmark("-t get", 50, is_encrypted=True)
THEIR_TLS_SET_50 = RedisBenchmark("-t set", 50, is_encrypted=True)
THEIR_GET_50 = RedisBenchmark("-t get", 50)
THEIR_SET_50 = RedisBenchmark("-t set", 50)
THEIR_GET_1 = RedisBenchmark("-t get", 1)

TARGETS = [
    Target("async GET, 50 tasks: operations per second", ASYNC_GET_50, THEIR_GET_50, "ops_per_second", 1.5),
    Target("async SET, 50 tasks: operations per second", ASYNC_SET_50, THEIR_SET_50, "ops_per_second", 1.5),
    Target("async GET, 50 tasks: client CPU µs per operation", ASYNC_GET_50, THEIR_GET_50, "cpu_us_per_op", 1.0, True),
    Target("async GET, 1 task: median latency µs", ASYNC_GET_1, THEIR_GET_1, "median_us", 1.3, True),
    Target("async GET, 1 task: mean latency µs", ASYNC_GET_1, THEIR_GET_1, "mean_us", 1.3, True),
    Target("sync GET, 1 thread: operations per second", SYNC_GET_1, THEIR_GET_1, "ops_per_second", 0.9),
    Target("async GET, 10,000 tasks to 200: operations per second", ASYNC_GET_10000, ASYNC_GET_200, "ops_per_second", 1.0),
    Target("TLS, async GET, 50 tasks: operations per second", TLS_GET_50, THEIR_TLS_GET_50, "ops_per_second", 1.0),
    Target("TLS, async SET, 50 tasks: operations per second", TLS_SET_50, THEIR_TLS_SET_50, "ops_per_second", 1.0),
    Target("async GET, 10,000 tasks: memory MB", ASYNC_GET_10000, None, "max_rss_mb", 100, True),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2, help="of each run")
    parser.add_argument("--only", default="", help="targets whose name matches this regular expression")
    options = parser.parse_args()
    targets = [target for target in TARGETS if re.search(options.only, target.name)]
    tools: list[Tool] = []
    for target in targets:
        tools += [tool for tool in (target.ours, target.theirs) if tool is not None and tool not in tools]

    print("building", file=sys.stderr)
    run(["swift", "build", "-c", "release", "--product", "load-test"])
    results: dict[int, list[Figures]] = {id(tool): [] for tool in tools}
    with Server() as server:
        run(["redis-benchmark", "-s", server.socket, "-t", "set", "-n", "100000", "-d", str(VALUE_SIZE), "-r", str(KEYS)])
        for number in range(options.rounds):
            for tool in tools:
                results[id(tool)].append(tool.measure(server, options.seconds))
                print(f"round {number + 1}/{options.rounds}: {tool}", file=sys.stderr)

    def medians(tool: Tool) -> Figures:
        samples = results[id(tool)]
        return {name: statistics.median(sample[name] for sample in samples) for name in samples[0]}

    lines = [target.line(medians) for target in targets]
    print("| | ours | theirs | ratio | target | |\n|---|--:|--:|--:|--:|---|")
    print("\n".join(text for text, _ in lines))
    return 0 if all(is_met for _, is_met in lines) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"compare.py: {failure}")
