"""Where groups stand on x: at their value of the axis, or one beside the other."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter, NullLocator

from rnnexp.report.draw.axes import numbered, power
from rnnexp.report.draw.facets import Layout, Panel
from rnnexp.report.draw.style import mark
from rnnexp.report.group.factors import label
from rnnexp.report.group.sections import Group
from rnnexp.report.text import SHORT, plain

_APART = 0.022  # of the axis, so that hues of the same value do not hide each other
_MOST_TICKS = 8


def places(panel: Panel, layout: Layout, line: Sequence[Axes]) -> Callable[[Group], float]:
    """The x of every group of the panel; sets the ticks and labels of the axes in `line`."""
    if layout.axis is None:
        return _beside(panel, layout, line)
    return _along(panel, layout, layout.axis, line)


def joined(
    ax: Axes,
    panel: Panel,
    layout: Layout,
    place: Callable[[Group], float],
    value: Callable[[Group], float],
) -> None:
    """Thin lines through the values of each hue, where x is a quantity."""
    if layout.axis is None:
        return
    for i, hue in enumerate(layout.hues(layout.hue)):
        groups = [g for g in panel.groups if g.completed]
        groups = [g for g in groups if layout.hue is None or g.values[layout.hue] == hue]
        x, y = [place(group) for group in groups], [value(group) for group in groups]
        ax.plot(x, y, color=mark(i)["color"], linewidth=1, alpha=0.7, zorder=1.5)


def _beside(panel: Panel, layout: Layout, line: Sequence[Axes]) -> Callable[[Group], float]:
    hue = layout.hue
    names = [label(group.values[hue]) if hue else group.unit for group in panel.groups]
    for ax in line:
        ax.set_xticks(range(len(names)), [name.replace(" ", "\n") for name in names])
        ax.set_xlim(-0.6, len(names) - 0.4)
        ax.grid(axis="x", visible=False)
    order = {id(group): float(i) for i, group in enumerate(panel.groups)}
    return lambda group: order[id(group)]


def _along(
    panel: Panel, layout: Layout, axis: str, line: Sequence[Axes]
) -> Callable[[Group], float]:
    hues = layout.hues(layout.hue)
    number = numbered(hues, layout.hue)
    values = sorted({float(group.values[axis]) for group in panel.groups})
    wide = values[0] > 0 and values[-1] / values[0] > 3
    for ax in line:
        _ticks(ax, axis, values, wide)
    span = math.log(values[-1] / values[0]) if wide else np.ptp(values)

    def place(group: Group) -> float:
        x = float(group.values[axis])
        apart = _APART * span * (number(group) - (len(hues) - 1) / 2)
        return x * math.exp(apart) if wide else x + apart

    return place


def _ticks(ax: Axes, axis: str, values: Sequence[float], wide: bool) -> None:
    """A tick at each value while they are few; a logarithmic axis where they range wide."""
    ax.set_xlabel(
        "length of the task, timesteps"
        if axis == "length"
        else plain(axis, SHORT).replace("_", " ")
    )
    if wide:
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(FuncFormatter(power))
        ax.xaxis.set_minor_formatter(NullFormatter())
    if len(values) <= _MOST_TICKS:
        ax.set_xticks(values, [f"{value:g}" for value in values])
        ax.xaxis.set_minor_locator(NullLocator())
    elif not wide:
        ax.xaxis.set_major_locator(MaxNLocator(6))
