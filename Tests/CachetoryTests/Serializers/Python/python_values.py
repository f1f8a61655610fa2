"""Reads and writes values with Python's cachetory.

Reads a JSON array of requests from stdin: a serializer's URL, with a value to write or with stored bytes to read.
Writes a JSON array of the answers: the stored bytes, or the value. Bytes are in Base64, both those that are stored and
those in a value, where they are the field `picture`.
"""

import base64
import json
import sys

from cachetory.interfaces.serializers import Serializer
from cachetory.serializers import ChainedSerializer


class Utf8(Serializer):
    """Makes bytes of text, and leaves bytes what they are."""

    def serialize(self, value):
        return value.encode() if isinstance(value, str) else value

    def deserialize(self, data):
        return data


def writer(url):
    # As ChainedSerializer.from_url does, with one layer more: cachetory 3.5.1 cannot write `json+zlib://` itself, for
    # its JSON is a str and its compressors take only bytes. It can read it.
    names = url.split("://")[0].split("+")
    first, *rest = [ChainedSerializer._make_layer(name, url) for name in names]
    return ChainedSerializer([first, Utf8(), *rest])


def reader(url):
    return ChainedSerializer.from_url(url)


def has_bytes(url):
    return url.startswith("msgpack")


def write(url, value):
    if has_bytes(url):
        value["picture"] = base64.b64decode(value["picture"])
    return base64.b64encode(writer(url).serialize(value)).decode()


def read(url, stored):
    value = reader(url).deserialize(base64.b64decode(stored))
    if has_bytes(url):
        assert isinstance(value["picture"], bytes)
        value["picture"] = base64.b64encode(value["picture"]).decode()
    return value


def answer(request):
    url = request["url"]
    if "stored" in request:
        return {"value": read(url, request["stored"])}
    return {"stored": write(url, request["value"])}


json.dump([answer(request) for request in json.load(sys.stdin)], sys.stdout)
