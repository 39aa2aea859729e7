"""The answer in one figure: how far back each group reaches, before and after training."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from rnnexp.report.aggregate import tables
from rnnexp.report.aggregate.intervals import Interval
from rnnexp.report.draw.axes import (
    Picture,
    axes_grid,
    from_zero,
    heading,
    interval,
    legend,
    logarithmic,
    numbered,
    reference,
)
from rnnexp.report.draw.facets import Layout, Panel
from rnnexp.report.draw.positions import joined, places
from rnnexp.report.draw.style import INK, MUTED
from rnnexp.report.group.sections import Group, Section
from rnnexp.report.read.layer_measurements import AFTER, BEFORE

FLOOR = 1e-6

_CAPTION = (
    "Left, the horizon: steps back from the last for which the gradient at the state that carries "
    "the memory (h_t; c_t of an LSTM) stays above 1 % of what it is at the last step{whole}. "
    "Right: the share of the first state that the gates still carry at the end, on an axis that "
    "ends at {floor:g}; a unit without gates carries nothing this way. Marks are medians over "
    "seeds, lines the range; first recurrent layer, one probe batch per run. {left_out}"
)


def picture(section: Section) -> Picture | None:
    """Horizon and what is carried, against the axis or group by group."""
    if not any(
        not math.isnan(tables.reach(group, when).middle)
        for group in section.groups
        for when in (BEFORE, AFTER)
    ):
        return None
    layout = Layout(section)
    grid = layout.against_axis()
    figure, axes = axes_grid(len(grid.rows), 2)
    for line, (panel,) in zip(axes, grid.rows, strict=True):
        _row(line, panel, layout)
    whole = layout.axis == "length"
    legend(figure, layout.hues(layout.hue), [*_marks(), *[reference("the whole task")] * whole])
    beside = ", beside the whole length of the task" if whole else ""
    caption = _CAPTION.format(floor=FLOOR, whole=beside, left_out=grid.left_out)
    return Picture("far", "How far back, and what do the gates do about it?", caption, figure)


def _row(line: Sequence[Axes], panel: Panel, layout: Layout) -> None:
    horizon, carried = line
    horizon.set_title(heading(panel), loc="left")
    place = places(panel, layout, line)
    _measure(horizon, panel, layout, place, tables.reach)
    _measure(carried, panel, layout, place, tables.carried)
    horizon.set_ylabel("horizon, timesteps")
    carried.set_ylabel("first state still carried")
    logarithmic(carried, FLOOR)
    carried.set_ylim(FLOOR, 1.6)
    if layout.axis == "length":
        lengths = sorted({group.values["length"] for group in panel.groups})
        whole = [length - 1 for length in lengths]
        horizon.plot(lengths, whole, color=MUTED, linestyle=":", linewidth=1.4, zorder=1)
    from_zero(horizon)


def _measure(
    ax: Axes,
    panel: Panel,
    layout: Layout,
    place: Callable[[Group], float],
    measure: Callable[..., Interval],
) -> None:
    number = numbered(layout.hues(layout.hue), layout.hue)
    for group in panel.groups:
        for when in (BEFORE, AFTER):
            value = measure(group, when)
            if value.middle > 0 or measure is tables.reach:
                interval(ax, place(group), value, number(group), hollow=when == BEFORE)
    joined(ax, panel, layout, place, lambda group: measure(group, AFTER).middle or math.nan)


def _marks() -> list[Line2D]:
    plain: dict[str, Any] = {"color": INK, "marker": "o", "linestyle": "none"}
    return [
        Line2D([], [], markerfacecolor="none", label="before training", **plain),
        Line2D([], [], label="after", **plain),
    ]
