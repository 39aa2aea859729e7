"""Where groups stand on the x axis: at their value of the axis, or side by side."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter, NullLocator

from rnnexp.report.draw.facets import LETTERS_SIDE_BY_SIDE, Facets, Panel
from rnnexp.report.draw.grid import power_label
from rnnexp.report.draw.marks import colour_index
from rnnexp.report.draw.style import marker_style
from rnnexp.report.draw.wrapping import wrapped_apart
from rnnexp.report.group.run_group import RunGroup
from rnnexp.report.text import SHORT, plain

_SHIFT = 0.022  # share of the axis by which hues at the same value are moved apart
_MAX_TICKS = 8


def x_positions(panel: Panel, facets: Facets, row: Sequence[Axes]) -> Callable[[RunGroup], float]:
    """A function from a group of the panel to its x; sets ticks and labels of the axes in `row`."""
    if facets.axis is None:
        return _side_by_side(panel, facets, row)
    return _along_axis(panel, facets, facets.axis, row)


def connect_groups(
    ax: Axes,
    panel: Panel,
    facets: Facets,
    x_of: Callable[[RunGroup], float],
    y_of: Callable[[RunGroup], float],
) -> None:
    """Draw a thin line through the groups of each hue, if x is a quantity."""
    if facets.axis is None:
        return
    for i, hue in enumerate(facets.levels(facets.hue)):
        groups = [g for g in panel.groups if g.completed]
        groups = [g for g in groups if facets.hue is None or g.values[facets.hue] == hue]
        x, y = [x_of(group) for group in groups], [y_of(group) for group in groups]
        ax.plot(x, y, color=marker_style(i)["color"], linewidth=1, alpha=0.7, zorder=1.5)


def _side_by_side(panel: Panel, facets: Facets, row: Sequence[Axes]) -> Callable[[RunGroup], float]:
    room = LETTERS_SIDE_BY_SIDE // len(panel.groups)
    names = wrapped_apart(facets.side_by_side_names(panel), room)
    for ax in row:
        ax.set_xticks(range(len(names)), names)
        ax.set_xlim(-0.6, len(names) - 0.4)
        ax.grid(axis="x", visible=False)
    order = {id(group): float(i) for i, group in enumerate(panel.groups)}
    return lambda group: order[id(group)]


def _along_axis(
    panel: Panel, facets: Facets, axis: str, row: Sequence[Axes]
) -> Callable[[RunGroup], float]:
    levels = facets.hues(panel)
    index = colour_index(levels, facets.hue)
    values = sorted({float(group.values[axis]) for group in panel.groups})
    is_log = values[0] > 0 and values[-1] / values[0] > 3
    for ax in row:
        ax.set_xlabel(_axis_label(axis, facets.section.together[axis]))
        _set_ticks(ax, values, is_log)
    span = math.log(values[-1] / values[0]) if is_log else np.ptp(values)

    def x_of(group: RunGroup) -> float:
        x = float(group.values[axis])
        shift = _SHIFT * span * (index(group) - (len(levels) - 1) / 2)
        return x * math.exp(shift) if is_log else x + shift

    return x_of


def _axis_label(axis: str, together: Sequence[str]) -> str:
    """What the x axis shows, and what changes together with it."""
    label = "length of the task, timesteps" if axis == "length" else plain(axis, SHORT)
    label = label.replace("_", " ")
    return f"{label}\ntogether with {plain(', '.join(together), SHORT)}" if together else label


def _set_ticks(ax: Axes, values: Sequence[float], is_log: bool) -> None:
    """Set a tick at each value if they are few, and a logarithmic scale if they range widely."""
    if is_log:
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(FuncFormatter(power_label))
        ax.xaxis.set_minor_formatter(NullFormatter())
    if len(values) <= _MAX_TICKS:
        shown = _apart(values, is_log)
        ax.set_xticks(values, [f"{value:g}" if value in shown else "" for value in values])
        ax.xaxis.set_minor_locator(NullLocator())
    elif not is_log:
        ax.xaxis.set_major_locator(MaxNLocator(6))


def _apart(values: Sequence[float], is_log: bool) -> set[float]:
    """The sorted values whose labels do not touch: the last one, and of the others all that fit."""
    room = max(len(f"{value:g}") for value in values) / LETTERS_SIDE_BY_SIDE
    places = np.log(values) if is_log else np.asarray(values)
    places = (places - places[0]) / (np.ptp(places) or 1)
    shown, limit = {values[-1]}, 1.0
    for value, place in zip(values[-2::-1], places[-2::-1], strict=True):
        if limit - place >= room:
            shown.add(value)
            limit = place
    return shown
