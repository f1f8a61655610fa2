#!/usr/bin/env python3
"""Loads a server through one of Python's clients, checks every value, and prints the figures as JSON, with the names
that load-test uses. Async clients are called from as many tasks as asked for, sync ones from one thread: more would
wait for the interpreter's lock.

    python_worker.py --client coredis --port 6379 --workload get --concurrency 50 --seconds 2 --warmup 0.5
"""

import argparse
import asyncio
import json
import random
import time
from typing import Any

from python_clients import CLIENTS, Client


class Load:
    """The keys, their values, and what has been counted so far."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.names = [f"key:{number}" for number in range(options.keys)]
        block = random.Random(1).randbytes(options.value_size + 4096)
        starts = [number * 2654435761 % 4096 for number in range(options.keys)]
        self.values = [block[start : start + options.value_size] for start in starts]
        self.start_count()

    def start_count(self) -> None:
        self.times: list[float] = []
        self.errors = 0
        self.wrong_values = 0
        self.first_error = ""

    def choose(self) -> tuple[Any, Any]:
        """The argument of the next call, and the answer that it must have; writes answer in a way of each client's."""
        size = len(self.names)
        if self.options.workload in ("get", "set"):
            number = int(random.random() * size)
            return self.names[number], self.values[number]
        numbers = [int(random.random() * size) for _ in range(self.options.batch)]
        if self.options.workload == "mset":
            return {self.names[number]: self.values[number] for number in numbers}, None
        if self.options.client.startswith("cachetory"):
            numbers = list(dict.fromkeys(numbers))  # It answers with a dictionary, which has a key once.
        return [self.names[number] for number in numbers], [self.values[number] for number in numbers]

    def fail(self, error: Exception) -> None:
        self.errors += 1
        self.first_error = self.first_error or repr(error)


def run_blocking(client: Client, load: Load, seconds: float) -> None:
    call = getattr(client, load.options.workload)
    is_read, is_set = load.options.workload.endswith("get"), load.options.workload == "set"
    clock, end = time.perf_counter, time.perf_counter() + seconds
    while clock() < end:
        argument, value = load.choose()
        start = clock()
        try:
            answer = call(argument, value) if is_set else call(argument)
        except Exception as error:
            load.fail(error)
            continue
        load.times.append(clock() - start)
        if is_read and answer != value:
            load.wrong_values += 1


async def run_task(client: Client, load: Load, seconds: float) -> None:
    call = getattr(client, load.options.workload)
    is_read, is_set = load.options.workload.endswith("get"), load.options.workload == "set"
    clock, end = time.perf_counter, time.perf_counter() + seconds
    while clock() < end:
        argument, value = load.choose()
        start = clock()
        try:
            answer = await (call(argument, value) if is_set else call(argument))
        except Exception as error:
            load.fail(error)
            continue
        load.times.append(clock() - start)
        # coredis answers MGET with a tuple.
        if is_read and (list(answer) if isinstance(answer, tuple) else answer) != value:
            load.wrong_values += 1


async def run(client: Client, is_async: bool, load: Load, seconds: float) -> None:
    if is_async:
        await asyncio.gather(*(run_task(client, load, seconds) for _ in range(load.options.concurrency)))
    else:
        run_blocking(client, load, seconds)


async def fill(client: Client, is_async: bool, load: Load) -> None:
    for name, value in zip(load.names, load.values):
        answer = client.set(name, value)
        if is_async:
            await answer


def peak_memory() -> int:
    """The most resident memory in bytes. getrusage would count that of the program which started this one."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))


def report(load: Load, seconds: float, processor_time: float) -> dict[str, Any]:
    times = sorted(load.times) or [0.0]
    shares = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p999": 0.999, "max": 1.0}
    count = len(load.times)
    return {
        "operations": count,
        "errors": load.errors,
        "first_error": load.first_error,
        "wrong_values": load.wrong_values,
        "seconds": round(seconds, 3),
        "ops_per_second": round(count / seconds, 1),
        "client_cpu_us_per_op": round(1e6 * processor_time / max(1, count), 3),
        "max_rss_mb": round(peak_memory() / 1e6, 1),
        "latency_us": {
            name: round(1e6 * times[min(len(times) - 1, int(share * len(times)))], 1) for name, share in shares.items()
        },
    }


async def measure(options: argparse.Namespace) -> dict[str, Any]:
    kind, is_async = CLIENTS[options.client]
    if not is_async and options.concurrency != 1:
        raise SystemExit(f"{options.client} blocks: --concurrency 1 is all that it can do here")
    load = Load(options)
    client = kind(options.port)
    await client.open()
    await fill(client, is_async, load)
    await run(client, is_async, load, options.warmup)
    load.start_count()
    processor_time, start = time.process_time(), time.perf_counter()
    await run(client, is_async, load, options.seconds)
    figures = report(load, time.perf_counter() - start, time.process_time() - processor_time)
    await client.close()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--client", choices=CLIENTS, required=True)
    parser.add_argument("--workload", choices=["get", "set", "mget", "mset"], default="get")
    for name, default in [("port", 6379), ("concurrency", 1), ("batch", 1), ("keys", 10_000), ("value-size", 100)]:
        parser.add_argument(f"--{name}", type=int, default=default)
    for name, default in [("seconds", 2.0), ("warmup", 0.5)]:
        parser.add_argument(f"--{name}", type=float, default=default)
    print(json.dumps(asyncio.run(measure(parser.parse_args()))), flush=True)


if __name__ == "__main__":
    main()
