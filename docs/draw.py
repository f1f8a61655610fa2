#!/usr/bin/env python3
"""Draws the pictures of the documentation as SVG, into docs/Cachetory.docc: `docs/draw.py`.

With `--check` it writes nothing, and exits with 1 if a picture is not what it would draw. They follow the reader's light
or dark mode, and need no font of their own.
"""

import sys
from pathlib import Path
from xml.sax.saxutils import escape

# Beside the articles: docc looks for a picture by its name, other readers of Markdown by its path.
CATALOGUE = Path(__file__).parent / "Cachetory.docc"

STYLE = """
    .ground { fill: #ffffff }
    text { font: 14px system-ui, "DejaVu Sans", sans-serif; fill: #1d1d1f; text-anchor: middle }
    text.small { font-size: 12px; fill: #5f6368 }
    text.left { text-anchor: start }
    text.code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 13px }
    rect { stroke: #5f6368; stroke-width: 1.2; fill: #f3f4f6 }
    rect.area { fill: none; stroke-dasharray: 5 4 }
    rect.a { fill: #d8e8fb } rect.b { fill: #d9f2e3 } rect.c { fill: #fdebcd } rect.d { fill: #f3dcf2 }
    path { stroke: #5f6368; stroke-width: 1.4; fill: none }
    path.tip { fill: #5f6368; stroke: none }
    path.dashed { stroke-dasharray: 5 4 }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #111113 }
      text { fill: #f2f2f4 }
      text.small { fill: #b0b3b8 }
      rect { fill: #26282c; stroke: #b0b3b8 }
      rect.area { fill: none }
      rect.a { fill: #1d3a5f } rect.b { fill: #1c4730 } rect.c { fill: #5c4213 } rect.d { fill: #512a50 }
      path { stroke: #b0b3b8 }
      path.tip { fill: #b0b3b8 }
    }
"""


class Picture:
    def __init__(self, width: int, height: int, title: str):
        self.size = (width, height)
        self.title = title
        self.parts: list[str] = []

    def box(self, x, y, width, height, text="", kind="", small="", code=False):
        """A box with a line in its middle, and a smaller one below that."""
        radius = 0 if "cell" in kind else 7
        self.parts.append(
            f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}"/>')
        middle = y + height / 2
        if text:
            self.text(x + width / 2, middle - (9 if small else 0), text, "code" if code else "")
        if small:
            self.text(x + width / 2, middle + 10, small, "small")

    def text(self, x, y, text, kind=""):
        self.parts.append(f'<text class="{kind}" x="{x}" y="{y}" dy=".35em">{escape(text)}</text>')

    def arrow(self, *points, label="", dashed=False, above=True):
        """A line through points, with a tip at the last one and a label beside the middle of the first stretch."""
        path = "M" + " L".join(f"{x} {y}" for x, y in points)
        (x0, y0), (x1, y1) = points[-2:]
        length = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 1)
        dx, dy = (x1 - x0) / length, (y1 - y0) / length
        left = (x1 - 9 * dx - 4.5 * dy, y1 - 9 * dy + 4.5 * dx)
        right = (x1 - 9 * dx + 4.5 * dy, y1 - 9 * dy - 4.5 * dx)
        self.parts.append(f'<path class="{"dashed" if dashed else ""}" d="{path}"/>')
        self.parts.append(
            f'<path class="tip" d="M{x1:g} {y1:g} L{left[0]:.1f} {left[1]:.1f} L{right[0]:.1f} {right[1]:.1f} Z"/>')
        if label:
            (x0, y0), (x1, y1) = points[:2]
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            if abs(x1 - x0) > abs(y1 - y0):
                self.text(x, y - 11 if above else y + 12, label, "small")
            else:
                self.text(x + 8, y, label, "small left")

    @property
    def svg(self) -> str:
        width, height = self.size
        body = "\n  ".join(self.parts)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'role="img">\n  <title>{escape(self.title)}</title>\n  <style>{STYLE}  </style>\n'
            f'  <rect class="ground" style="stroke: none" width="{width}" height="{height}"/>\n  {body}\n</svg>\n')


def layers() -> Picture:
    p = Picture(760, 430, "What a cache is made of")
    top = "AsyncCache, SyncCache, cached functions"
    p.box(20, 20, 720, 60, top, "a", "values by key: time to live, get or compute")
    p.arrow((380, 80), (380, 110))
    p.box(20, 112, 350, 60, "Serializer, Compressor", "b", "a value becomes bytes, and back")
    p.box(390, 112, 350, 60, "key prefix, observer", "b", "where there are any")
    p.arrow((380, 172), (380, 202))
    p.box(20, 204, 470, 60, "Redis backends", "c", "each operation is one command or one transaction")
    p.box(510, 204, 110, 60, "memory", "c", "S3-FIFO")
    p.box(630, 204, 110, 60, "dummy", "c", "nothing")
    p.arrow((130, 264), (130, 294))
    p.arrow((370, 264), (370, 294))
    p.box(20, 296, 225, 60, "ConnectionPool", "d", "tasks share connections")
    p.box(265, 296, 225, 60, "SyncConnectionPool", "d", "a thread has one to itself")
    p.arrow((130, 356), (130, 384))
    p.arrow((370, 356), (370, 384))
    p.box(20, 386, 470, 34, "socket or TLS, one encoder, one parser of RESP", "d")
    return p


def pipelining() -> Picture:
    p = Picture(760, 380, "How calls share a connection")
    for index, (kind, key) in enumerate([("a", "GET a"), ("b", "SET b"), ("c", "GET c"), ("d", "INCR d")]):
        y = 30 + index * 62
        p.box(20, y, 90, 40, f"task {index + 1}", kind)
        p.arrow((110, y + 20), (196, y + 20), label=key)
    p.box(198, 20, 110, 246, "pool", "", "least loaded")
    p.arrow((308, 80), (350, 80))
    p.text(472, 30, "one connection", "small")
    for index, (kind, key) in enumerate([("d", "INCR d"), ("c", "GET c"), ("b", "SET b"), ("a", "GET a")]):
        p.box(352 + index * 60, 58, 60, 44, key, f"{kind} cell", code=True)
    p.text(472, 116, "written together, in one system call", "small")
    p.arrow((592, 80), (638, 80))
    p.box(640, 20, 100, 246, "Redis", "", "in order")
    p.arrow((640, 206), (594, 206))
    for index, (kind, reply) in enumerate([("a", "1"), ("b", "OK"), ("c", "nil"), ("d", "8")]):
        p.box(352 + index * 60, 184, 60, 44, reply, f"{kind} cell", code=True)
    p.text(472, 242, "replies come back in the same order", "small")
    p.arrow((352, 206), (310, 206))
    p.box(198, 300, 394, 44, "", "area")
    for index, kind in enumerate("abcd"):
        p.box(220 + index * 90, 308, 76, 28, f"task {index + 1}", f"{kind} cell")
    p.text(395, 360, "who waits: the oldest gets the next reply, and nobody else ever does", "small")
    return p


def single_flight() -> Picture:
    p = Picture(760, 300, "How callers share a computation")
    for index, name in enumerate(["task 1", "task 2", "task 100"]):
        y = 24 + index * 84
        p.box(20, y, 100, 44, name, "a")
        p.arrow((120, y + 22), (208, y + 22), label="miss" if index == 0 else "miss, joins")
    p.text(70, 172, "⋮")
    p.box(210, 16, 150, 232, "one computation", "b", "key “front”")
    p.arrow((360, 70), (448, 70), label="starts")
    p.box(450, 40, 130, 60, "compute", "c", "a task of its own")
    p.arrow((580, 70), (638, 70), label="stores")
    p.box(640, 40, 100, 60, "backend", "d", "one round trip")
    p.arrow((515, 100), (515, 160), (362, 160))
    p.text(438, 148, "value or error", "small")
    p.arrow((210, 226), (122, 226), dashed=True, label="all get it", above=False)
    p.text(380, 276, "cancelled callers leave at once; with the last of them the computation is cancelled", "small")
    return p


def call() -> Picture:
    p = Picture(760, 560, "The path of a call")
    p.text(190, 22, "the caller's own thread", "small")
    p.text(490, 166, "the reactor's thread", "small")
    p.box(20, 36, 340, 344, "", "area")
    p.box(400, 180, 340, 344, "", "area")
    steps = [
        ("AsyncCache.get", "prefix, observer"),
        ("AsyncRedisBackend.get", "the operation as a command"),
        ("ConnectionPool.lease", "PoolState, under a lock"),
        ("Connection.execute", "a Waiter joins the Exchange"),
        ("Channel.send", "now, or held for the next reply"),
    ]
    for index, (name, small) in enumerate(steps):
        y = 50 + index * 66
        p.box(50, y, 280, 48, name, "a", small)
        if index:
            p.arrow((190, y - 18), (190, y - 2))
    back = [
        ("Waiter.succeed", "resumes the task: the one switch of threads"),
        ("Exchange.receive", "names the oldest waiter"),
        ("RESPParser", "as much as has come"),
        ("Reactor", "the socket is readable"),
    ]
    for index, (name, small) in enumerate(back):
        y = 194 + index * 84
        p.box(430, y, 280, 48, name, "b", small)
        if index:
            p.arrow((570, y - 2), (570, y - 34))
    p.box(50, 446, 280, 48, "Redis", "c", "executes in order")
    p.arrow((190, 362), (190, 444), label="command")
    p.arrow((330, 470), (428, 470), label="reply")
    p.arrow((570, 192), (570, 74), (332, 74))
    p.text(660, 130, "decoded on the", "small")
    p.text(660, 146, "caller's thread", "small")
    return p


def main() -> int:
    wrong = 0
    for draw in [layers, pipelining, single_flight, call]:
        file, svg = CATALOGUE / f"{draw.__name__.replace('_', '-')}.svg", draw().svg
        if "--check" not in sys.argv:
            file.write_text(svg)
        elif not file.exists() or file.read_text() != svg:
            print(f"{file} is not what docs/draw.py draws; run it", file=sys.stderr)
            wrong = 1
    return wrong


if __name__ == "__main__":
    sys.exit(main())
