"""Tells what redis-py makes of connection URLs.

Reads a JSON array of URLs from stdin and writes a JSON object with, for each URL, the connection's class and the
arguments that the URL gives it or its pool. Every connection is really made, though not connected, so an argument that
it doesn't know is an error.
"""

import json
import os
import sys

# The current version, rather than the older one that cachetory asks for: see Tests/python.sh.
sys.path.insert(0, os.path.join(sys.prefix, "redis-py"))

from redis.connection import BlockingConnectionPool, parse_url


def explain(url):
    # As cachetory's RedisBackend.from_url does.
    url = url.removeprefix("redis+")
    pool = BlockingConnectionPool.from_url(url)
    pool.make_connection()
    # A pool keeps some arguments to itself: max_connections and timeout.
    effective = {**vars(pool), **pool.connection_kwargs}
    arguments = {name: effective[name] for name in parse_url(url) if name != "connection_class"}
    return {"connectionClass": pool.connection_class.__name__, "arguments": arguments}


json.dump({url: explain(url) for url in json.load(sys.stdin)}, sys.stdout)
