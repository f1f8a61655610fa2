"""What this library promises, as ratios within one group."""

from dataclasses import replace

from . import groups
from .clients import Client
from .groups import HIREDIS, OURS, OURS_REACTOR, OURS_SYNC, PIPELINED, REDIS_BENCHMARK, Run
from .target import MemoryPerTask, Ratio, Target
from .work import Work

RATE, CPU, MEDIAN, P99 = "ops_per_second", "cpu_us", "p50_us", "p99_us"


def ratio(
    name: str, group: str, figure: str, ours: tuple[Client, Work], theirs: tuple[Client, Work],
    *, least: float | None = None, most: float | None = None,
) -> Ratio:
    """A target with a lower bound, or with an upper one."""
    bound = least if least is not None else most
    assert bound is not None and (least is None or most is None), "a target has one bound"
    return Ratio(name, group, figure, Run(*ours).name, Run(*theirs).name, bound, is_upper=least is None)


GET, SET, ONE, EIGHT, TWO_HUNDRED = Work(), Work("set"), Work(callers=1), Work(callers=8), Work(callers=200)
MGET, MSET = Work("mget", batch=100), Work("mset", batch=100)
THOUSAND, TEN_THOUSAND = Work(callers=1000), Work(callers=10_000)
FAR_OPEN, FAR_ONE, FAR_THOUSAND = Work(rate=5000, way="far"), Work(callers=1, way="far"), Work(callers=1000, way="far")


def large(kind: str, callers: int) -> Work:
    return Work(kind, callers=callers, value_size=1_000_000)


TARGETS: list[Target] = [
    ratio("async GET, 50 tasks / redis-benchmark -c 50", "fifty", RATE, (OURS, GET), (REDIS_BENCHMARK, GET), least=2),
    ratio("async SET, 50 tasks / redis-benchmark -c 50", "fifty", RATE, (OURS, SET), (REDIS_BENCHMARK, SET), least=2),
    ratio("async GET, 50 tasks / redis-benchmark -c 50", "fifty", CPU, (OURS, GET), (REDIS_BENCHMARK, GET), most=0.57),
    ratio("async SET, 50 tasks / redis-benchmark -c 50", "fifty", CPU, (OURS, SET), (REDIS_BENCHMARK, SET), most=0.57),
    ratio(
        "async GET, 50 tasks: reactor's executor / default", "fifty", RATE, (OURS_REACTOR, GET), (OURS, GET),
        least=1.3),
    ratio(
        "async GET, 200 tasks / redis-benchmark -c 200", "two-hundred", RATE, (OURS, TWO_HUNDRED),
        (REDIS_BENCHMARK, TWO_HUNDRED), least=3),
    ratio(
        "async GET, 200 tasks / redis-benchmark -c 8 -P 25", "two-hundred", RATE, (OURS, TWO_HUNDRED),
        (PIPELINED[25], EIGHT), least=0.6),
    ratio("async GET, 1 task / redis-benchmark -c 1", "one", MEDIAN, (OURS, ONE), (REDIS_BENCHMARK, ONE), most=1.15),
    ratio("sync GET, 1 thread / hiredis", "one", RATE, (OURS_SYNC, ONE), (HIREDIS, ONE), least=0.97),
    ratio(
        "sync GET, 8 threads / hiredis, 8 threads", "eight-threads", RATE, (OURS_SYNC, EIGHT), (HIREDIS, EIGHT),
        least=0.97),
    *(
        ratio(
            f"async {work.operation}, 50 tasks / hiredis, 50 threads", "batches", figure, (OURS, work), (HIREDIS, work),
            **bound)
        for work in (MGET, MSET)
        for figure, bound in ((RATE, {"least": 0.9}), (CPU, {"most": 1.0}))
    ),
    *(
        ratio(
            f"async {kind.upper()} of 1 MB, 8 tasks / hiredis, 8 threads", "megabytes", RATE, (OURS, large(kind, 8)),
            (HIREDIS, large(kind, 8)), least=0.9)
        for kind in ("get", "set")
    ),
    *(
        ratio(
            f"sync {kind.upper()} of 1 MB, 1 thread / hiredis", "megabytes-sync", RATE, (OURS_SYNC, large(kind, 1)),
            (HIREDIS, large(kind, 1)), least=0.9)
        for kind in ("get", "set")
    ),
    ratio(
        "1 ms away, 5,000 GET a second / round trip (redis-benchmark -c 1)", "distance", MEDIAN, (OURS, FAR_OPEN),
        (REDIS_BENCHMARK, FAR_ONE), most=1.2),
    ratio("GET, 1,000 tasks: 1 ms away / loopback", "distance", CPU, (OURS, FAR_THOUSAND), (OURS, THOUSAND), most=1.5),
    ratio("GET: 10,000 tasks / 200", "crowd", RATE, (OURS, TEN_THOUSAND), (OURS, TWO_HUNDRED), least=1),
    ratio("GET: 10,000 tasks / 200", "crowd", P99, (OURS, TEN_THOUSAND), (OURS, TWO_HUNDRED), most=50),
    MemoryPerTask(
        "each task in a GET from the server - from memory", "crowd",
        many=tuple(Run(OURS, Work(callers=10_000, way=way)).name for way in ("near", "memory")),
        few=tuple(Run(OURS, Work(callers=200, way=way)).name for way in ("near", "memory")),
        tasks=9800, bound=2000),
    *(
        ratio(
            f"TLS, async {kind.upper()}, 50 tasks / redis-benchmark -c 50", "tls", RATE, (OURS, Work(kind, way="tls")),
            (REDIS_BENCHMARK, Work(kind, way="tls")), least=1)
        for kind in ("get", "set")
    ),
    *(
        ratio(
            f"async {work.operation}, 50 tasks / Python's cachetory", "python-async", RATE, (OURS, work),
            (groups.ASYNC_CACHETORY, work), least=10)
        for work in groups.CALLS
    ),
    *(
        ratio(
            f"sync {work.operation}, 1 thread / Python's cachetory", "python-sync", RATE, (OURS_SYNC, work),
            (groups.CACHETORY, work), least=3)
        for work in (replace(work, callers=1) for work in groups.CALLS)
    ),
]
