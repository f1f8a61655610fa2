"""How the plots look: ours stands out, and each client has one colour in all of them."""

from collections.abc import Sequence
from types import ModuleType

from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

OURS = {
    "Cachetory async": "#d9480f", "Cachetory async, reactor's executor": "#f08c00", "Cachetory sync": "#a61e4d",
}
OTHERS = {"redis-benchmark": "#343a40", "hiredis": "#1971c2", "Go": "#0c8599", "Python": "#868e96"}


def colour(client: str) -> str:
    """Of this library's own, or of the language of the others."""
    if client in OURS:
        return OURS[client]
    return next((value for name, value in OTHERS.items() if client.startswith(name)), "#868e96")


def marker(client: str) -> str:
    return "o" if client in OURS else "s"


def legend(figure: Figure, lines: Sequence[Line2D]) -> None:
    """What lines and markers mean, below the panels, where nothing is covered."""
    labels = [str(line.get_label()) for line in lines]
    figure.legend(lines, labels, loc="outside lower center", ncols=len(lines), frameon=False)


def shape_sample(label: str, shape: str) -> Line2D:
    return Line2D([], [], color="#343a40", marker=shape, linestyle="", label=label)


def plain_numbers(axis: Axis, subdivisions: tuple[int, ...] = (1,)) -> None:
    """Writes the numbers of a logarithmic axis as 1,000 rather than as a power of ten."""
    axis.set_major_locator(LogLocator(subs=subdivisions))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def prepare(matplotlib: ModuleType) -> None:
    matplotlib.rcParams.update({
        # Text as text: small files, which can be searched; the same identifiers each time.
        "svg.fonttype": "none",
        "svg.hashsalt": "cachetory",
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica", "sans-serif"],
        "font.size": 9,
        "axes.titlesize": 10,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": "#dee2e6",
        "axes.spines.top": False,
        "axes.spines.right": False,
        # A page may be dark; the plot brings its own white.
        "savefig.facecolor": "white",
    })
