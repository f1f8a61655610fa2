"""The three kinds of panels that plots are made of."""

from matplotlib.axes import Axes

from .spread import Spread
from .style import colour, marker, plain_numbers

Values = dict[str, Spread]
"""A figure by client."""

Points = dict[str, list[tuple[float, Spread]]]
"""A figure by client against something else."""


def name_rows(axes: Axes, clients: list[str]) -> None:
    """One row for each client, the first on top."""
    axes.set_yticks(range(len(clients)), clients)
    axes.set_ylim(len(clients) - 0.4, -0.6)


def bars(axes: Axes, values: Values, order: list[str], digits: int) -> None:
    """One bar for each client, with its value and the range of the rounds."""
    for row, client in enumerate(order):
        value = values[client]
        error = [[value.median - value.least], [value.greatest - value.median]]
        axes.barh(row, value.median, color=colour(client), xerr=error, error_kw={"ecolor": "#555", "elinewidth": 1})
        axes.annotate(
            f"{value.median:,.{digits}f}", (value.greatest, row), xytext=(5, 0), textcoords="offset points",
            va="center", fontsize=8)
    name_rows(axes, order)
    axes.margins(x=0.15)
    axes.grid(axis="y", visible=False)


def ranges(axes: Axes, marks: list[tuple[str, Values]], order: list[str]) -> None:
    """One line for each client, from its first mark to its last; a mark is a shape and a figure."""
    for row, client in enumerate(order):
        known = [(shape, values[client].median) for shape, values in marks if client in values]
        for shape, value in known:
            axes.plot(value, row, shape, color=colour(client), markersize=12 if shape == "|" else 7)
        axes.plot([known[0][1], known[-1][1]], [row, row], color=colour(client), linewidth=1.5)
    name_rows(axes, order)
    axes.set_xscale("log")
    plain_numbers(axes.xaxis, subdivisions=(1, 3))


def curves(axes: Axes, points: Points, label: str, is_logarithmic: bool) -> None:
    """A line for each client, with the range of the rounds behind it."""
    for client, values in points.items():
        places = [place for place, _ in values]
        axes.plot(
            places, [value.median for _, value in values], marker=marker(client), color=colour(client), label=client)
        axes.fill_between(
            places, [value.least for _, value in values], [value.greatest for _, value in values],
            color=colour(client), alpha=0.15, linewidth=0)
    axes.set_xscale("log")
    plain_numbers(axes.xaxis)
    axes.set_xlabel(label)
    if is_logarithmic:
        axes.set_yscale("log")
        plain_numbers(axes.yaxis)
    else:
        axes.set_ylim(bottom=0)
