"""Python's Redis clients behind one shape: made for a port, as their documentation shows it; then called with keys and
bytes. What they return is compared with the value, so it is not converted here."""

import importlib
from typing import Any, Callable

Call = Callable[..., Any]
HOST = "127.0.0.1"


class Client:
    """What opens and closes, where that is more than its first and last calls do by themselves."""

    get: Call
    set: Call
    mget: Call
    mset: Call

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass


class RedisPy(Client):
    """redis-py, sync."""

    module = "redis"

    def __init__(self, port: int) -> None:
        client = importlib.import_module(self.module).Redis(host=HOST, port=port)
        self.get, self.set, self.mget, self.mset = client.get, client.set, client.mget, client.mset


class AsyncRedisPy(RedisPy):
    module = "redis.asyncio"


class Cachetory(Client):
    """The original cachetory over redis-py, with a serializer that leaves bytes as they are."""

    def __init__(self, port: int) -> None:
        sync = importlib.import_module("cachetory.backends.sync.redis")
        caches = importlib.import_module("cachetory.caches.sync")
        self.adopt(caches.Cache, sync.RedisBackend, port)

    def adopt(self, cache: Call, backend: Any, port: int) -> None:
        noop = importlib.import_module("cachetory.serializers.noop").NoopSerializer
        self.cache = cache(serializer=noop(), backend=backend.from_url(f"redis://{HOST}:{port}"))
        self.get, self.set, self.mset = self.cache.get, self.cache.set, self.cache.set_many

    def mget(self, keys: list[str]) -> Any:
        return list(self.cache.get_many(*keys).values())


class AsyncCachetory(Cachetory):
    def __init__(self, port: int) -> None:
        backends = importlib.import_module("cachetory.backends.async_.redis")
        caches = importlib.import_module("cachetory.caches.async_")
        self.adopt(caches.Cache, backends.RedisBackend, port)

    async def mget(self, keys: list[str]) -> Any:
        return list((await self.cache.get_many(*keys)).values())


class Coredis(Client):
    def __init__(self, port: int) -> None:
        self.client = importlib.import_module("coredis").Redis(host=HOST, port=port)
        self.get, self.set = self.client.get, self.client.set
        self.mget, self.mset = self.client.mget, self.client.mset

    async def open(self) -> None:
        await self.client.__aenter__()

    async def close(self) -> None:
        await self.client.__aexit__(None, None, None)


class Glide(Client):
    """valkey-glide, async: Rust behind Python, one connection for all callers."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def open(self) -> None:
        glide = importlib.import_module("glide")
        address = glide.NodeAddress(HOST, self.port)
        client = await glide.GlideClient.create(glide.GlideClientConfiguration([address], request_timeout=5000))
        self.get, self.set, self.mget, self.mset = client.get, client.set, client.mget, client.mset


class SyncGlide(Client):
    """valkey-glide, sync."""

    def __init__(self, port: int) -> None:
        glide = importlib.import_module("glide_sync")
        address = glide.NodeAddress(HOST, port)
        client = glide.GlideClient.create(glide.GlideClientConfiguration([address], request_timeout=5000))
        self.get, self.set, self.mget, self.mset = client.get, client.set, client.mget, client.mset


CLIENTS: dict[str, tuple[type[Client], bool]] = {
    "redis-py": (RedisPy, False),
    "redis-py-async": (AsyncRedisPy, True),
    "cachetory": (Cachetory, False),
    "cachetory-async": (AsyncCachetory, True),
    "coredis": (Coredis, True),
    "valkey-glide": (SyncGlide, False),
    "valkey-glide-async": (Glide, True),
}
"""Each client's class, and whether its calls are awaited."""
