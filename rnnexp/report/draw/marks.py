"""Draws bands, intervals and reference lines in the colour of their group."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from matplotlib.axes import Axes

from rnnexp.report.aggregate.curves import Band
from rnnexp.report.aggregate.intervals import Interval
from rnnexp.report.draw.style import MUTED, marker_style
from rnnexp.report.group.run_group import RunGroup

BEFORE_LINE: dict[str, Any] = {"linestyle": (0, (4, 2)), "linewidth": 1.2}
AFTER_LINE: dict[str, Any] = {"linestyle": "-", "linewidth": 1.8}
REFERENCE_LINE: dict[str, Any] = {"color": MUTED, "linestyle": ":", "linewidth": 1.4}
MARKER_SIZE = 6.5


def colour_index(levels: Sequence[Any], hue: str | None) -> Callable[[RunGroup], int]:
    """A function from a group to the position of its hue among `levels`.

    That position is the argument of `marker_style`, so that a group has one colour in all figures.
    """
    positions = {value: i for i, value in enumerate(levels)}
    return lambda group: positions[group.values[hue]] if hue else 0


def draw_band(ax: Axes, curve: Band, index: int, before: bool = False, markers: int = 8) -> None:
    """Draw the median as a line with some markers, and the range over seeds as a band.

    Args:
        ax: The axes.
        curve: The curve. NaN makes a gap.
        index: The argument of `marker_style`.
        before: Whether it was measured before training, which is drawn dashed without markers.
        markers: About how many markers the line has.
    """
    style = marker_style(index)
    every = max(1, len(curve.x) // markers)
    ax.plot(
        curve.x,
        curve.middle,
        **(BEFORE_LINE if before else AFTER_LINE),
        alpha=0.8 if before else 1,
        color=style["color"],
        marker=None if before else style["marker"],
        markevery=(index % every, every),
    )
    if curve.n > 1:
        alpha = 0.08 if before else 0.18
        ax.fill_between(
            curve.x, curve.low, curve.high, color=style["color"], alpha=alpha, linewidth=0
        )


def draw_interval(ax: Axes, x: float, value: Interval, index: int, hollow: bool = False) -> None:
    """Draw a marker at the middle and a line from low to high, if there is an interval."""
    style = marker_style(index)
    if not math.isnan(value.low):
        ax.vlines(x, value.low, value.high, color=style["color"], linewidth=1.4)
    face = "none" if hollow else style["color"]
    ax.plot([x], [value.middle], markersize=MARKER_SIZE, markerfacecolor=face, **style)


def draw_baselines(ax: Axes, groups: Sequence[RunGroup]) -> None:
    """Draw a line at the score of a guess, one for each baseline of the groups."""
    for baseline in {run.summary.get("baseline") for group in groups for run in group.completed}:
        if baseline is not None:
            draw_reference(ax, baseline)


def draw_reference(ax: Axes, y: float) -> None:
    """Draw a dotted line across the panel."""
    ax.axhline(y, **REFERENCE_LINE, zorder=1)
