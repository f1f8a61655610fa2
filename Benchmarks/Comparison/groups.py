"""What is measured together, in turn: only figures of one group are compared with each other."""

import os
from dataclasses import dataclass, replace

from .clients import Client, LoadTest, Worker, python_worker
from .process import PEERS
from .redis_benchmark import RedisBenchmark
from .work import Work

OURS = LoadTest("Cachetory async")
OURS_REACTOR = LoadTest("Cachetory async, reactor's executor", executor="reactor")
OURS_SYNC = LoadTest("Cachetory sync", api="sync")
REDIS_BENCHMARK = RedisBenchmark("redis-benchmark")
HIREDIS = Worker("hiredis", (os.path.join(PEERS, "hiredis"),))
REDIGO = Worker("Go redigo", (os.path.join(PEERS, "go-worker"), "--client", "redigo"))
GO_REDIS = Worker("Go go-redis 5", (os.path.join(PEERS, "go-worker"), "--client", "go-redis"))
REDIS_PY = python_worker("Python redis-py", "redis-py", current_redis_py=True)
ASYNC_REDIS_PY = python_worker("Python redis-py async", "redis-py-async", current_redis_py=True)
CACHETORY = python_worker("Python cachetory", "cachetory")
ASYNC_CACHETORY = python_worker("Python cachetory async", "cachetory-async")
COREDIS = python_worker("Python coredis", "coredis")
GLIDE = python_worker("Python valkey-glide", "valkey-glide")
ASYNC_GLIDE = python_worker("Python valkey-glide async", "valkey-glide-async")

PIPELINED = {depth: RedisBenchmark(f"redis-benchmark -P {depth}", pipeline=depth) for depth in (16, 25)}


@dataclass(frozen=True)
class Run:
    """A client at a work."""

    client: Client
    work: Work

    @property
    def name(self) -> str:
        return f"{self.client.name}: {self.work}"


@dataclass(frozen=True)
class Group:
    name: str
    runs: tuple[Run, ...]


def pairs(works: list[Work], *clients: Client) -> tuple[Run, ...]:
    return tuple(Run(client, work) for work in works for client in clients)


CALLS = [Work(), Work("set"), Work("mget", batch=100)]
TASKS = [1, 10, 100, 1000, 10_000]
SIZES = [10, 100, 1000, 10_000, 100_000, 1_000_000]

GROUPS = [
    Group("fifty", pairs([Work()], OURS, OURS_REACTOR, REDIS_BENCHMARK) + pairs([Work("set")], OURS, REDIS_BENCHMARK)),
    Group(
        "two-hundred",
        (
            *pairs([Work(callers=200)], OURS, REDIS_BENCHMARK), Run(PIPELINED[25], Work(callers=8)),
            Run(PIPELINED[16], Work()),
        )),
    Group("one", pairs([Work(callers=1)], OURS, REDIS_BENCHMARK, OURS_SYNC, HIREDIS)),
    Group("eight-threads", pairs([Work(callers=8)], OURS_SYNC, HIREDIS)),
    Group("batches", pairs([Work("mget", batch=100), Work("mset", batch=100)], OURS, HIREDIS)),
    Group("megabytes", pairs([Work(kind, callers=8, value_size=1_000_000) for kind in ("get", "set")], OURS, HIREDIS)),
    Group(
        "megabytes-sync",
        pairs([Work(kind, callers=1, value_size=1_000_000) for kind in ("get", "set")], OURS_SYNC, HIREDIS)),
    Group(
        "distance",
        (
            Run(OURS, Work(rate=5000, way="far")), Run(REDIS_BENCHMARK, Work(callers=1, way="far")),
            Run(OURS, Work(callers=1000, way="far")), Run(OURS, Work(callers=1000)),
        )),
    Group(
        "crowd",
        pairs([Work(callers=count, way=way) for way in ("near", "memory") for count in (10_000, 200)], OURS)),
    Group("tls", pairs([Work(way="tls"), Work("set", way="tls")], OURS, REDIS_BENCHMARK)),
    Group("python-async", pairs(CALLS, OURS, ASYNC_CACHETORY)),
    Group("python-sync", pairs([replace(work, callers=1) for work in CALLS], OURS_SYNC, CACHETORY, HIREDIS)),
    Group(
        "clients",
        pairs(
            [Work()], OURS, OURS_REACTOR, OURS_SYNC, REDIS_BENCHMARK, HIREDIS, REDIGO, GO_REDIS, ASYNC_GLIDE,
            ASYNC_REDIS_PY, ASYNC_CACHETORY, COREDIS)),
    Group(
        "one-caller",
        pairs([Work(callers=1)], OURS, OURS_SYNC, REDIS_BENCHMARK, HIREDIS, REDIS_PY, CACHETORY, GLIDE)),
    Group("tasks", pairs([Work(callers=count) for count in TASKS], OURS, OURS_REACTOR, REDIS_BENCHMARK, REDIGO)),
    Group("sizes", pairs([Work(value_size=size) for size in SIZES], OURS, REDIS_BENCHMARK, HIREDIS)),
]
