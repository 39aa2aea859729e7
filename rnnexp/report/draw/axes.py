"""What figures share: a picture with its caption, axes in a grid, legends, marks and bands."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from rnnexp.report.aggregate.curves import Band
from rnnexp.report.aggregate.intervals import Interval
from rnnexp.report.draw.facets import Grid, Layout, Panel
from rnnexp.report.draw.style import INK, MUTED, mark
from rnnexp.report.group.factors import label
from rnnexp.report.group.sections import Group
from rnnexp.report.text import plain

WIDTH = 10.5  # inches, of every figure
_LETTERS = 13  # of a legend, to an inch
_TITLES = 150  # letters of a row's
HEIGHT = 2.7  # of a row of panels
BAND = "lines are medians over seeds, bands reach from the lowest seed to the highest"


@dataclass(frozen=True)
class Picture:
    """A figure with the file name, title and caption it goes by."""

    name: str
    title: str
    caption: str
    figure: Figure


def panels(grid: Grid, xlabel: str, ylabel: str) -> tuple[Figure, list[tuple[Axes, Panel]]]:
    """The figure, and every pair of axes with the panel that belongs there, on one y axis."""
    figure, pairs = titled(grid, HEIGHT, xlabel, ylabel, sharey="all")
    for ax, _ in pairs:
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    return figure, pairs


class Overlay(NamedTuple):
    """All groups of a panel in one pair of axes; number: of a group's colour and mark."""

    figure: Figure
    pairs: list[tuple[Axes, Panel]]
    hues: list[Any]
    number: Callable[[Any], int]
    left_out: str


def overlay(layout: Layout, layers: int, xlabel: str, ylabel: str) -> Overlay:
    """The figure of a section in which groups are told apart by colour."""
    hues = layout.hues(layout.overlaid_hue)
    grid = layout.overlaid(layers)
    figure, pairs = panels(grid, xlabel, ylabel)
    return Overlay(figure, pairs, hues, numbered(hues, layout.overlaid_hue), grid.left_out)


def titled(
    grid: Grid, height: float, xlabel: str, ylabel: str = "", sharey: Any = False
) -> tuple[Figure, list[tuple[Axes, Panel]]]:
    """The figure, and every pair of axes with its panel: titled, and named at the grid's edges."""
    rows = grid.rows
    figure, axes = axes_grid(len(rows), len(rows[0]), height, sharey)
    pairs = []
    for (i, j), ax in np.ndenumerate(axes):
        if j >= len(rows[i]):
            ax.set_visible(False)
            continue
        ax.set_title(heading(rows[i][j], len(rows[0])))
        if j == 0:
            ax.set_ylabel(ylabel)
        if i + 1 == len(rows) or j >= len(rows[i + 1]):
            ax.set_xlabel(xlabel)
        pairs.append((ax, rows[i][j]))
    return figure, pairs


def heading(panel: Panel, columns: int = 2) -> str:
    """The title of a panel, as far as there is room for it beside those of other columns."""
    return plain(panel.title, _TITLES // columns)


def from_zero(ax: Axes) -> None:
    """A y axis from 0 to the highest mark, with room for whole marks at both."""
    top = ax.dataLim.y1 if ax.dataLim.y1 > 0 else 1
    ax.set_ylim(-0.04 * top, 1.08 * top)


def axes_grid(
    rows: int, columns: int, height: float = HEIGHT, sharey: Any = False
) -> tuple[Figure, np.ndarray]:
    """A figure with (rows, columns) axes, wide enough for all of them."""
    width = WIDTH if columns > 1 else WIDTH * 0.66
    figure = Figure(figsize=(width, height * rows + 0.6), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, sharey=sharey)


def draw_band(ax: Axes, curve: Band, number: int, dashed: bool = False, points: int = 8) -> None:
    """A line with some markers on it, and its band where there are seeds to make one.

    On a logarithmic axis what is exactly zero has no place: a gap.
    """
    style = mark(number)
    every = max(1, len(curve.x) // points)
    ax.plot(
        curve.x,
        curve.middle,
        linestyle=(0, (4, 2)) if dashed else "-",
        linewidth=1.2 if dashed else 1.8,
        alpha=0.8 if dashed else 1,
        color=style["color"],
        marker=None if dashed else style["marker"],
        markevery=(number % every, every),
    )
    if curve.n > 1:
        alpha = 0.08 if dashed else 0.18
        ax.fill_between(
            curve.x, curve.low, curve.high, color=style["color"], alpha=alpha, linewidth=0
        )


def interval(ax: Axes, x: float, value: Interval, number: int, hollow: bool = False) -> None:
    """A mark at the middle, a line from low to high where there is one."""
    style = mark(number)
    if not math.isnan(value.low):
        ax.vlines(x, value.low, value.high, color=style["color"], linewidth=1.4)
    face = "none" if hollow else style["color"]
    ax.plot([x], [value.middle], markersize=6.5, markerfacecolor=face, **style)


def draw_baselines(ax: Axes, groups: Sequence[Group]) -> None:
    """What a guess scores, a line for each of the tasks' baselines."""
    for baseline in {run.summary.get("baseline") for group in groups for run in group.completed}:
        if baseline is not None:
            draw_reference(ax, baseline)


def legend(figure: Figure, hues: Sequence[Any], extra: Sequence[Line2D] = ()) -> None:
    """One legend above all panels: a mark for each hue, then the `extra` lines."""
    marks = [
        Line2D([], [], label=label(value), linewidth=1.8, **mark(i))
        for i, value in enumerate(hues)
        if value is not None
    ]
    above(figure, [*marks, *extra])


def above(figure: Figure, handles: Sequence[Artist]) -> None:
    """A legend above the panels, filled row by row, in as few rows as fit."""
    if not handles:
        return
    labels = [str(handle.get_label()) for handle in handles]
    room = _LETTERS * figure.get_figwidth()
    columns = next(n for n in range(len(labels), 0, -1) if n == 1 or _width(labels, n) <= room)
    # Matplotlib fills columns: what it takes for the next of a column is the next of a row here.
    order = np.concatenate([np.arange(c, len(labels), columns) for c in range(columns)])
    figure.legend(handles=[handles[i] for i in order], loc="outside upper left", ncols=columns)


def _width(labels: Sequence[str], columns: int) -> int:
    """Letters that a legend takes from side to side, its marks and gaps counted as such."""
    return sum(max(map(len, labels[c::columns])) + 9 for c in range(columns))


def before_and_after() -> list[Line2D]:
    """How `draw_band` shows when something was measured."""
    return [
        Line2D([], [], color=INK, linestyle=(0, (4, 2)), linewidth=1.2, label="before training"),
        Line2D([], [], color=INK, linewidth=1.8, label="after"),
    ]


def reference(text: str) -> Line2D:
    """The legend's entry of `draw_reference`."""
    return Line2D([], [], color=MUTED, linestyle=":", linewidth=1.4, label=text)


def draw_reference(ax: Axes, y: float) -> None:
    """A dotted line across the panel."""
    ax.axhline(y, color=MUTED, linestyle=":", linewidth=1.4, zorder=1)


def numbered(hues: Sequence[Any], hue: str | None) -> Callable[[Any], int]:
    """The place of a group's hue among all, which is its colour in every figure."""
    places = {value: i for i, value in enumerate(hues)}
    return lambda group: places[group.values[hue]] if hue else 0


def power(value: float, _position: int | None = None) -> str:
    """A tick of a logarithmic axis in plain text, 10⁻³: text of runs is to be no formula."""
    exponent = math.log10(value) if value > 0 else math.nan
    if not exponent.is_integer():
        return f"{value:g}"
    return "10" + f"{exponent:.0f}".translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def logarithmic(ax: Axes, floor: float) -> None:
    """A logarithmic y axis that goes no lower than `floor`."""
    ax.set_yscale("log")
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(power))
    bottom, top = ax.get_ylim()
    if bottom < floor:
        ax.set_ylim(floor, max(top, floor * 10))
