"""The answer in one figure: how far back each group reaches, before and after training."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from rnnexp.report.aggregate.group_statistics import carried_to_end, gradient_reach
from rnnexp.report.aggregate.intervals import Interval
from rnnexp.report.draw.captions import CaptionedFigure, memory_states
from rnnexp.report.draw.facets import Facets, Panel, PanelGrid
from rnnexp.report.draw.figures.horizon_rows import draw_horizon_rows
from rnnexp.report.draw.grid import axes_grid, panel_title, start_at_zero, use_log_axis
from rnnexp.report.draw.legends import draw_hue_legend, reference_entry
from rnnexp.report.draw.marks import REFERENCE_LINE, colour_index, draw_interval
from rnnexp.report.draw.positions import connect_groups, x_positions
from rnnexp.report.draw.style import INK
from rnnexp.report.group.run_group import RunGroup, Section
from rnnexp.report.read.layer_measurements import AFTER, BEFORE

FLOOR = 1e-6

_CAPTION = (
    "Left, the horizon: the number of steps back from the last for which the gradient at the state "
    "that carries the memory ({memory}) stays above 1 % of its value at the last step{whole}. "
    "Right: the share of the first state that the gates still carry at the end, on an axis that "
    "ends at {floor:g}; a unit without gates carries nothing this way. Marks are medians over "
    "seeds, lines are ranges; first recurrent layer, one probe batch per run. {sorted}{left_out}"
)
_SORTED = "The rows are sorted by the horizon after training. "


def draw_horizon(section: Section) -> CaptionedFigure | None:
    """The horizon and what is carried to the end, against the axis or group by group."""
    if not any(
        not math.isnan(gradient_reach(group, when).middle)
        for group in section.groups
        for when in (BEFORE, AFTER)
    ):
        return None
    facets = Facets(section)
    has_length = facets.axis == "length"
    if facets.in_rows:
        figure, grid = draw_horizon_rows(facets, FLOOR)
    else:
        figure, grid = _draw_grid(facets, has_length)
    caption = _CAPTION.format(
        memory=memory_states(section),
        floor=FLOOR,
        whole=", beside the whole length of the task" if has_length else "",
        sorted=_SORTED if facets.in_rows else "",
        left_out=grid.left_out,
    )
    title = "How far back, and what do the gates do about it?"
    return CaptionedFigure("horizon", title, caption, figure)


def _draw_grid(facets: Facets, has_length: bool) -> tuple[Figure, PanelGrid]:
    grid = facets.against_axis()
    figure, axes = axes_grid(len(grid.rows), 2)
    for row, (panel,) in zip(axes, grid.rows, strict=True):
        _draw_row(row, panel, facets)
    extra = [*_mark_entries(), *[reference_entry("whole length of the task")] * has_length]
    draw_hue_legend(figure, facets.labels(facets.hue), extra)
    return figure, grid


def _draw_row(row: Sequence[Axes], panel: Panel, facets: Facets) -> None:
    horizon, carried = row
    horizon.set_title(panel_title(panel), loc="left")
    x_of = x_positions(panel, facets, row)
    _draw_measure(horizon, panel, facets, x_of, gradient_reach)
    _draw_measure(carried, panel, facets, x_of, carried_to_end)
    horizon.set_ylabel("horizon, timesteps")
    carried.set_ylabel("first state still carried")
    use_log_axis(carried, FLOOR)
    carried.set_ylim(FLOOR, 1.6)
    if facets.axis == "length":
        lengths = sorted({group.values["length"] for group in panel.groups})
        horizon.plot(lengths, [length - 1 for length in lengths], **REFERENCE_LINE, zorder=1)
    start_at_zero(horizon)


def _draw_measure(
    ax: Axes,
    panel: Panel,
    facets: Facets,
    x_of: Callable[[RunGroup], float],
    measure: Callable[..., Interval],
) -> None:
    index = colour_index(facets.levels(facets.hue), facets.hue)
    for group in panel.groups:
        for when in (BEFORE, AFTER):
            value = measure(group, when)
            # A zero has its place on the linear axis of the horizon only.
            if value.middle > 0 or measure is gradient_reach:
                draw_interval(ax, x_of(group), value, index(group), hollow=when == BEFORE)
    connect_groups(ax, panel, facets, x_of, lambda group: measure(group, AFTER).middle or math.nan)


def _mark_entries() -> list[Line2D]:
    marker: dict[str, Any] = {"color": INK, "marker": "o", "linestyle": "none"}
    return [
        Line2D([], [], markerfacecolor="none", label="before training", **marker),
        Line2D([], [], label="after", **marker),
    ]
