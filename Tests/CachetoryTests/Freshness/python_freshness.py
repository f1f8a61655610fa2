"""Sets and gets values with Python's cachetory, as an application does.

Reads one JSON object from stdin: the server's URL, values to set with their seconds to live (0 is for ever), and keys to
get. Writes the values, and in Base64 the bytes that the server has of them.
"""

import base64
import json
import sys
from datetime import timedelta

import redis
from cachetory import serializers
from cachetory.backends.sync import RedisBackend
from cachetory.caches.sync import Cache

question = json.load(sys.stdin)
raw = redis.Redis.from_url(question["url"])
cache = Cache(serializer=serializers.from_url("json://"), backend=RedisBackend(raw))
for key, value in question["set"].items():
    cache.set(key, value, time_to_live=timedelta(seconds=question["seconds"]) or None)
json.dump(
    {
        "values": {key: cache.get(key) for key in question["get"]},
        "bytes": {key: base64.b64encode(raw.get(key) or b"").decode() for key in question["get"]},
    },
    sys.stdout,
)
