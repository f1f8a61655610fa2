"""The plots, as SVG files."""

import os
from collections.abc import Callable
from dataclasses import dataclass

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from .panels import bars, curves, ranges
from .records import Records
from .series import by_client, by_property, ordered, scaled
from .style import legend, prepare, shape_sample
from .work import size_text


@dataclass(frozen=True)
class Plot:
    title: str
    file: str
    groups: tuple[str, ...]
    """What it shows: it is drawn where they have been measured."""
    draw: Callable[[Records, Figure], None]


def draw(records: Records, folder: str) -> dict[str, str]:
    """Draws all plots whose groups are on file. Returns their files by their titles."""
    images = {}
    for plot in PLOTS:
        if not all(group in records.groups for group in plot.groups):
            continue
        figure = Figure(layout="constrained", figsize=(10, 4.2))
        plot.draw(records, figure)
        # Without its date, a plot of the same figures is the same file.
        figure.savefig(os.path.join(folder, plot.file), metadata={"Date": None})
        images[plot.title] = plot.file
    return images


def draw_clients(records: Records, figure: Figure) -> None:
    left, right = figure.subplots(1, 2, sharey=True)
    rates = by_client(records, "clients", "ops_per_second")
    order = ordered(rates)[::-1]
    bars(left, {client: scaled(rate, 1e-3) for client, rate in rates.items()}, order, digits=0)
    left.set_title("thousand GET a second, 50 callers")
    bars(right, by_client(records, "clients", "cpu_us"), order, digits=1)
    right.set_title("client's CPU, µs per GET")


def draw_latencies(records: Records, figure: Figure) -> None:
    shares = {"p50_us": ("median", "o"), "p99_us": ("99 %", "D"), "p999_us": ("99.9 %", "|")}
    left, right = figure.subplots(1, 2)
    for axes, group, callers in ((left, "one-caller", "1 caller"), (right, "clients", "50 callers")):
        marks = [(shape, by_client(records, group, share)) for share, (_, shape) in shares.items()]
        ranges(axes, marks, ordered(marks[0][1]))
        axes.set_title(f"latency of a GET, {callers}, µs")
    legend(figure, [shape_sample(label, shape) for label, shape in shares.values()])


def draw_tasks(records: Records, figure: Figure) -> None:
    left, right = figure.subplots(1, 2)
    label = "tasks or connections"
    curves(left, by_property(records, "tasks", "ops_per_second", "callers", 1e-3), label, is_logarithmic=False)
    left.set_title("thousand GET a second")
    curves(right, by_property(records, "tasks", "p99_us", "callers", 1e-3), label, is_logarithmic=True)
    right.set_title("99 % of latencies are below, ms")
    legend(figure, left.get_lines())


def draw_sizes(records: Records, figure: Figure) -> None:
    panels = [("ops_per_second", "GET a second, 50 callers"), ("p99_us", "99 % of latencies are below, µs")]
    for axes, (name, title) in zip(figure.subplots(1, 2), panels):
        points = by_property(records, "sizes", name, "value_size")
        curves(axes, points, "size of a value", is_logarithmic=True)
        axes.set_title(title)
        sizes = [int(size) for size, _ in next(iter(points.values()))]
        axes.set_xticks(sizes, [size_text(size) for size in sizes])
        axes.xaxis.set_minor_locator(NullLocator())
    legend(figure, figure.axes[0].get_lines())


PLOTS = [
    Plot("Throughput and CPU per operation by client", "clients.svg", ("clients",), draw_clients),
    Plot("Latency by client", "latencies.svg", ("clients", "one-caller"), draw_latencies),
    Plot("Throughput and latency against tasks", "tasks.svg", ("tasks",), draw_tasks),
    Plot("Throughput and latency against the size of values", "sizes.svg", ("sizes",), draw_sizes),
]

prepare(matplotlib)
