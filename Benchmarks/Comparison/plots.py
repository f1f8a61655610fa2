"""The plots, as SVG files."""

import os
from collections.abc import Callable
from dataclasses import dataclass

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from .records import Records
from .series import lines, scaled, spreads
from .spread import Spread
from .style import colour, legend, marker, plain_numbers, prepare
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
        figure = Figure(layout="constrained")
        plot.draw(records, figure)
        # Without its date, a plot of the same figures is the same file.
        figure.savefig(os.path.join(folder, plot.file), metadata={"Date": None})
        images[plot.title] = plot.file
    return images


def bars(axes: Axes, items: list[tuple[str, Spread]], order: list[str], title: str, digits: int) -> None:
    """One bar for each client, with its value and the range of the rounds."""
    values = dict(items)
    for place, client in enumerate(order):
        if client not in values:
            continue
        value = values[client]
        error = [[value.median - value.least], [value.greatest - value.median]]
        axes.barh(place, value.median, color=colour(client), xerr=error, error_kw={"ecolor": "#555", "elinewidth": 1})
        axes.annotate(
            f"{value.median:,.{digits}f}", (value.greatest, place), xytext=(5, 0), textcoords="offset points",
            va="center", fontsize=8)
    axes.set_yticks(range(len(order)), order)
    axes.invert_yaxis()
    axes.set_title(title)
    axes.margins(x=0.25)
    axes.grid(axis="y", visible=False)


def draw_clients(records: Records, figure: Figure) -> None:
    figure.set_size_inches(10, 4.2)
    left, right = figure.subplots(1, 2, sharey=True)
    rates = spreads(records, "clients", "ops_per_second")
    order = [client for client, _ in sorted(rates, key=lambda item: -item[1].median)]
    bars(left, [(client, scaled(rate, 1e-3)) for client, rate in rates], order, "thousand GET a second, 50 callers", 0)
    bars(right, spreads(records, "clients", "cpu_us"), order, "client's CPU, µs per GET", 1)
    left.invert_yaxis()


SHARES = {"p50_us": ("median", "o"), "p99_us": ("99 %", "D"), "p999_us": ("99.9 %", "|")}


def draw_latencies(records: Records, figure: Figure) -> None:
    figure.set_size_inches(10, 4.2)
    for axes, (group, title) in zip(
        figure.subplots(1, 2), [("one-caller", "1 caller: latency, µs"), ("clients", "50 callers: latency, µs")]
    ):
        order = [client for client, _ in sorted(spreads(records, group, "p50_us"), key=lambda item: item[1].median)]
        for share, (label, shape) in SHARES.items():
            for client, value in spreads(records, group, share):
                place = order.index(client)
                axes.plot(value.median, place, shape, color=colour(client), markersize=7 if shape != "|" else 12)
        for place, client in enumerate(order):
            times = [dict(spreads(records, group, share)).get(client) for share in SHARES]
            known = [time.median for time in times if time]
            axes.plot([min(known), max(known)], [place, place], color=colour(client), linewidth=1.5)
        axes.set_yticks(range(len(order)), order)
        axes.invert_yaxis()
        axes.set_xscale("log")
        plain_numbers(axes.xaxis, subdivisions=(1, 2, 5))
        axes.set_title(title)
    legend(figure, [(label, shape) for label, shape in SHARES.values()])


def curves(axes: Axes, series: dict[str, list[tuple[float, Spread]]], title: str, label: str) -> None:
    """A line for each client, with the range of the rounds behind it."""
    for client, points in series.items():
        places = [place for place, _ in points]
        axes.plot(
            places, [value.median for _, value in points], marker=marker(client), color=colour(client), label=client)
        axes.fill_between(
            places, [value.least for _, value in points], [value.greatest for _, value in points],
            color=colour(client), alpha=0.15, linewidth=0)
    axes.set_xscale("log")
    plain_numbers(axes.xaxis)
    axes.set_title(title)
    axes.set_xlabel(label)


def draw_tasks(records: Records, figure: Figure) -> None:
    figure.set_size_inches(10, 4.2)
    left, right = figure.subplots(1, 2)
    rates = lines(records, "tasks", "ops_per_second", "callers")
    thousands = {client: [(x, scaled(rate, 1e-3)) for x, rate in points] for client, points in rates.items()}
    curves(left, thousands, "thousand GET a second", "tasks or connections")
    left.set_ylim(bottom=0)
    times = lines(records, "tasks", "p99_us", "callers")
    curves(right, {client: [(x, scaled(time, 1e-3)) for x, time in points] for client, points in times.items()},
           "99 % of latencies are below, ms", "tasks or connections")
    right.set_yscale("log")
    plain_numbers(right.yaxis)
    left.legend(loc="upper left")


def draw_sizes(records: Records, figure: Figure) -> None:
    figure.set_size_inches(10, 4.2)
    panels = [("ops_per_second", "GET a second"), ("p99_us", "99 % of latencies are below, µs")]
    for axes, (name, title) in zip(figure.subplots(1, 2), panels):
        series = lines(records, "sizes", name, "value_size")
        curves(axes, series, title, "size of a value")
        axes.set_yscale("log")
        plain_numbers(axes.yaxis)
        sizes = [int(size) for size, _ in next(iter(series.values()))]
        axes.set_xticks(sizes, [size_text(size) for size in sizes])
        axes.xaxis.set_minor_locator(NullLocator())
    figure.axes[0].legend(loc="lower left")


PLOTS = [
    Plot("Throughput and CPU per operation by client", "clients.svg", ("clients",), draw_clients),
    Plot("Latency by client", "latencies.svg", ("clients", "one-caller"), draw_latencies),
    Plot("Throughput and latency against tasks", "tasks.svg", ("tasks",), draw_tasks),
    Plot("Throughput and latency against the size of values", "sizes.svg", ("sizes",), draw_sizes),
]

prepare(matplotlib)
