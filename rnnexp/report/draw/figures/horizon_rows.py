"""The horizon of many groups: one row for each, sorted by the horizon after training."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullLocator

from rnnexp.report.aggregate.group_statistics import carried_to_end, gradient_reach, solved
from rnnexp.report.aggregate.intervals import Interval
from rnnexp.report.draw.facets import Facets, Panel, PanelGrid
from rnnexp.report.draw.grid import panel_title, power_label
from rnnexp.report.draw.legends import draw_legend, reference_entry
from rnnexp.report.draw.rows import (
    describe_runs,
    draw_row_mark,
    draw_row_reference,
    row_figure,
    sorted_rows,
)
from rnnexp.report.draw.style import INK, PALETTE
from rnnexp.report.group.factors import LENGTH
from rnnexp.report.group.run_group import RunGroup
from rnnexp.report.read.layer_measurements import AFTER, BEFORE

_APART = 0.17  # share of a row, from its middle to either mark
_ALL, _SOME, _NONE = PALETTE[2], PALETTE[5], PALETTE[0]


def draw_horizon_rows(facets: Facets, floor: float) -> tuple[Figure, PanelGrid]:
    """Draw a row for each group: a hollow mark before training, a filled one after it.

    Args:
        facets: The roles of the factors; none of them is the x axis.
        floor: Where the axis of what is carried ends.

    Returns:
        The figure, and the groups that are drawn in it.
    """
    grid = sorted_rows(facets.against_axis(), lambda group: gradient_reach(group, AFTER).middle)
    figure, axes = row_figure(grid, facets, 2)
    entries = _mark_entries()
    for row, (panel,) in zip(axes, grid.rows, strict=True):
        _draw_panel(row, panel, facets, floor)
    if any(_length(panel) for (panel,) in grid.rows):
        entries.append(reference_entry("whole length of the task"))
    draw_legend(figure, entries)
    return figure, grid


def _draw_panel(axes: Sequence[Axes], panel: Panel, facets: Facets, floor: float) -> None:
    horizon, carried = axes
    title = [describe_runs(facets.section, panel), panel_title(panel)]
    horizon.set_title(", ".join(filter(None, title)), loc="left")
    for row, group in enumerate(panel.groups):
        colour = _colour(group)
        _draw_before_and_after(
            horizon, row, gradient_reach(group, BEFORE), gradient_reach(group, AFTER), colour
        )
        before, after = (_above(carried_to_end(group, when), floor) for when in (BEFORE, AFTER))
        _draw_before_and_after(carried, row, before, after, colour)
        _write_right_of(carried, row, f"{solved(group)[0]} of {len(group.completed)}")
    _write_right_of(carried, -0.9, "solved")
    horizon.set_xlabel("horizon, timesteps")
    carried.set_xlabel("first state still carried")
    carried.set_xscale("log")
    carried.xaxis.set_minor_locator(NullLocator())
    carried.xaxis.set_major_formatter(FuncFormatter(power_label))
    carried.set_xlim(floor, 1.6)
    if length := _length(panel):
        draw_row_reference(horizon, length - 1)
    furthest = horizon.get_xlim()[1]
    horizon.set_xlim(-0.02 * furthest, furthest)


def _draw_before_and_after(
    ax: Axes, row: int, before: Interval, after: Interval, colour: str
) -> None:
    """Draw two marks with their ranges, apart so that both ranges are seen."""
    draw_row_mark(ax, row - _APART, before, INK, hollow=True)
    draw_row_mark(ax, row + _APART, after, colour)


def _above(value: Interval, floor: float) -> Interval:
    """The interval on a logarithmic axis that ends at `floor`; NaN for a middle below it."""
    if not value.middle >= floor:
        return Interval(math.nan, math.nan, math.nan)
    return value._replace(low=max(value.low, floor))


def _colour(group: RunGroup) -> str:
    n_solved = solved(group)[0]
    if n_solved == len(group.completed):
        return _ALL
    return _SOME if n_solved else _NONE


def _length(panel: Panel) -> float | None:
    """The length of the task, if all runs of the panel have the same."""
    lengths = {run.settings.get(LENGTH) for group in panel.groups for run in group.completed}
    length = next(iter(lengths)) if len(lengths) == 1 else None
    return length if isinstance(length, int | float) else None


def _write_right_of(ax: Axes, row: float, text: str) -> None:
    ax.annotate(
        text,
        (1, row),
        (6, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        verticalalignment="center",
        fontsize="small",
        annotation_clip=False,
    )


def _mark_entries() -> list[Line2D]:
    after = {
        "after, all seeds solved the task": _ALL,
        "some seeds": _SOME,
        "no seed": _NONE,
    }
    entries = [("before training", INK, "none"), *((n, c, c) for n, c in after.items())]
    return [
        Line2D([], [], color=c, marker="o", markerfacecolor=face, linestyle="none", label=label)
        for label, c, face in entries
    ]
