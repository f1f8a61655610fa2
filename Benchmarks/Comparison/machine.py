"""What the figures were taken on."""

import functools
import importlib.metadata
import os
import platform
import re

from .process import PEERS, run


def description() -> dict[str, str]:
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())
    with open("/proc/meminfo") as file:
        memory = round(int(file.readline().split()[1]) / 1024 / 1024)
    with open("/etc/os-release") as file:
        system = re.search(r'^PRETTY_NAME="(.*)"$', file.read(), re.MULTILINE)
    return {
        "processor": f"{model}, {os.cpu_count()} cores",
        "memory": f"{memory} GiB",
        "system": f"{system.group(1) if system else 'unknown'}, Linux {platform.release()}, {platform.machine()}",
    }


@functools.cache
def versions() -> dict[str, str]:
    code = ["--", "Sources", "Package.swift"]
    changed = run(["git", "status", "--porcelain", *code]).strip()
    ours = run(["git", "log", "-1", "--format=%h", *code]).strip() + (" with changes" if changed else "")
    python = {name: importlib.metadata.version(name) for name in ("cachetory", "coredis", "valkey-glide", "hiredis")}
    current = importlib.metadata.distributions(path=[os.path.join(PEERS, "redis-py")])
    redis_py = next(item.version for item in current if item.name == "redis")
    return {
        "this library": ours,
        "Swift": search(r"Swift version (\S+)", run(["swift", "--version"])),
        "redis-server and redis-benchmark": search(r"v=(\S+)", run(["redis-server", "--version"])),
        "hiredis": package("libhiredis-dev"),
        "C compiler": run(["gcc", "--version"]).splitlines()[0],
        "Go": search(r"go(\d\S*)", run(["go", "version"])),
        "redigo": package("golang-github-gomodule-redigo-dev"),
        "go-redis": package("golang-gopkg-redis.v5-dev"),
        "Python": platform.python_version(),
        "redis-py": f"{redis_py} with hiredis {python['hiredis']}",
        "cachetory": f"{python['cachetory']} over redis-py {importlib.metadata.version('redis')} with hiredis",
        "coredis": python["coredis"],
        "valkey-glide": python["valkey-glide"],
    }


def search(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return match.group(1) if match else text.strip()


def package(name: str) -> str:
    """The version of a package of Debian's."""
    return run(["dpkg-query", "-W", "-f", "${Version}", name]).strip()
