"""Figures with a grid of axes, one for each panel, and the scales of these axes."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator, PercentFormatter

from rnnexp.report.draw.facets import MANY_PANELS, Facets, Panel, PanelGrid
from rnnexp.report.draw.marks import colour_index
from rnnexp.report.draw.wrapping import wrapped
from rnnexp.report.group.run_group import RunGroup
from rnnexp.report.metrics import is_share

WIDTH = 10.5  # inches, of every figure
HEIGHT = 2.7  # inches, of a row of panels
_LOWER = 0.7  # of that height, where there are many panels
_TITLE_LENGTH = 150  # letters of all titles in a row of panels

AxesOfPanels = list[tuple[Axes, Panel]]


class Overlay(NamedTuple):
    """A figure whose panels show several groups, told apart by colour.

    Args:
        figure: The figure.
        panels: The axes with their panels.
        labels: What each colour stands for.
        index_of: The position of a group's colour among `labels`.
        left_out: A sentence that says what is not drawn; "" if everything is.
    """

    figure: Figure
    panels: AxesOfPanels
    labels: list[str]
    index_of: Callable[[RunGroup], int]
    left_out: str


def overlay_figure(facets: Facets, layers: int, xlabel: str, ylabel: str) -> Overlay:
    """The figure of a section in which the hues of a panel are overlaid.

    With too many hues, each group has a panel of its own, and all have the same colour.
    """
    grid = facets.overlaid(layers)
    figure, panels = shared_y_figure(grid, xlabel, ylabel)
    if facets.crowded:
        return Overlay(figure, panels, [], lambda group: 0, grid.left_out)
    levels = facets.levels(facets.overlaid_hue)
    index = colour_index(levels, facets.overlaid_hue)
    return Overlay(figure, panels, facets.labels(facets.overlaid_hue), index, grid.left_out)


def shared_y_figure(grid: PanelGrid, xlabel: str, ylabel: str) -> tuple[Figure, AxesOfPanels]:
    """A figure whose panels have the same y axis, and whole numbers on the x axis."""
    figure, panels = panel_figure(grid, HEIGHT, xlabel, ylabel, sharey="all")
    for ax, _ in panels:
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    return figure, panels


def panel_figure(
    grid: PanelGrid, height: float, xlabel: str, ylabel: str = "", sharey: Any = False
) -> tuple[Figure, AxesOfPanels]:
    """A figure with titled axes for each panel; the axes at the edges of the grid are labelled."""
    rows = grid.rows
    if sum(map(len, rows)) > MANY_PANELS:
        height *= _LOWER
    figure, axes = axes_grid(len(rows), len(rows[0]), height, sharey)
    panels = []
    for (i, j), ax in np.ndenumerate(axes):
        if j >= len(rows[i]):
            ax.set_visible(False)
            continue
        ax.set_title(panel_title(rows[i][j], len(rows[0])))
        if j == 0:
            ax.set_ylabel(ylabel)
        if i + 1 == len(rows) or j >= len(rows[i + 1]):
            ax.set_xlabel(xlabel)
        panels.append((ax, rows[i][j]))
    return figure, panels


def panel_title(panel: Panel, columns: int = 2) -> str:
    """The title of a panel, on lines as wide as its column."""
    return wrapped(panel.title, _TITLE_LENGTH // columns, lines=2)


def axes_grid(
    rows: int, columns: int, height: float = HEIGHT, sharey: Any = False
) -> tuple[Figure, np.ndarray]:
    """A figure and its axes, shape (rows, columns); `height` is that of a row in inches."""
    width = WIDTH if columns > 1 else WIDTH * 0.66
    figure = Figure(figsize=(width, height * rows + 0.6), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, sharey=sharey)


def start_at_zero(ax: Axes) -> None:
    """Let the y axis go from 0 to the highest mark, with room for whole marks at both ends."""
    top = ax.dataLim.y1 if ax.dataLim.y1 > 0 else 1
    ax.set_ylim(-0.04 * top, 1.08 * top)


def use_metric_axis(axis: Axis, metric: str) -> None:
    """Let the axis of a metric go from 0 to 100 % if the metric is a share."""
    if is_share(metric):
        use_percent_axis(axis)


def use_percent_axis(axis: Axis) -> None:
    """Let an axis go from 0 to 100 %, with room for whole marks at both ends."""
    set_limits = axis.axes.set_xlim if isinstance(axis, XAxis) else axis.axes.set_ylim
    set_limits(-0.04, 1.04)
    axis.set_major_formatter(PercentFormatter(1))


def use_log_axis(ax: Axes, floor: float) -> None:
    """Make the y axis logarithmic, ending at `floor` where values are smaller."""
    ax.set_yscale("log")
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(power_label))
    bottom, top = ax.get_ylim()
    if bottom < floor:
        ax.set_ylim(floor, max(top, floor * 10))


def power_label(value: float, _position: int | None = None) -> str:
    """The tick label 10⁻³, in plain text: Matplotlib's formulas are switched off."""
    exponent = math.log10(value) if value > 0 else math.nan
    if not exponent.is_integer():
        return f"{value:g}"
    return "10" + f"{exponent:.0f}".translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
