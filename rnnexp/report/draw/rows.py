"""Many groups as rows: one below the other, each with its name at the left."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnnexp.report.aggregate.intervals import Interval
from rnnexp.report.draw.facets import Facets, Panel, PanelGrid
from rnnexp.report.draw.grid import WIDTH
from rnnexp.report.draw.marks import MARKER_SIZE, REFERENCE_LINE
from rnnexp.report.draw.style import PALETTE
from rnnexp.report.draw.wrapping import most_lines, wrapped_apart
from rnnexp.report.group.factors import LENGTH
from rnnexp.report.group.run_group import RunGroup, Section
from rnnexp.report.group.values import format_value

ROW_COLOUR = PALETTE[0]
MAX_ROWS = 40
"""Rows of a panel; the tables have all groups."""
LABEL_LETTERS = 34
"""Letters of a line of a row's label."""
# Inches of a row, of a line of its label, and of what is above and below all rows.
_ROW_HEIGHT, _LINE_HEIGHT, _FRAME_HEIGHT = 0.24, 0.17, 0.8


def sorted_rows(grid: PanelGrid, key: Callable[[RunGroup], float]) -> PanelGrid:
    """The completed groups of each panel, largest key first; groups whose key is NaN come last.

    Args:
        grid: A grid of one column.
        key: A number by which the groups of a panel are sorted.

    Returns:
        The grid with at most `MAX_ROWS` groups in each panel; `left_out` says if there are more.
    """

    def order(group: RunGroup) -> float:
        value = key(group)
        return math.inf if math.isnan(value) else -value

    rows, n_groups, n_drawn = [], 0, 0
    for (panel,) in grid.rows:
        groups = sorted((g for g in panel.groups if g.completed), key=order)
        n_groups, n_drawn = n_groups + len(groups), n_drawn + min(len(groups), MAX_ROWS)
        if groups:
            rows.append([replace(panel, groups=groups[:MAX_ROWS])])
    missing = f"Drawn are {n_drawn} of {n_groups} groups." if n_drawn < n_groups else ""
    return PanelGrid(rows, " ".join(filter(None, [grid.left_out, missing])))


def row_figure(grid: PanelGrid, facets: Facets, columns: int) -> tuple[Figure, np.ndarray]:
    """A figure in which each panel has `columns` axes that share their rows.

    Returns:
        The figure and its axes, shape (panels, columns).
    """
    panels = [panel for (panel,) in grid.rows]
    labels = [row_labels(panel.groups, facets) for panel in panels]
    heights = [row_height(names) for names in labels]
    figure = Figure(figsize=(WIDTH, sum(heights) + 0.6), layout="constrained")
    axes = figure.subplots(
        len(panels), columns, squeeze=False, gridspec_kw={"height_ratios": heights}
    )
    for names, row in zip(labels, axes, strict=True):
        label_rows(row, names)
    return figure, axes


def row_height(labels: Sequence[str]) -> float:
    """The height in inches of axes with a row for each label."""
    return max(_ROW_HEIGHT, _LINE_HEIGHT * most_lines(labels)) * len(labels) + _FRAME_HEIGHT


def row_labels(groups: Sequence[RunGroup], facets: Facets) -> list[str]:
    """What rows are called where no colour tells the groups apart."""
    names = [group.label(facets.hue) if facets.hue else group.name() for group in groups]
    return wrapped_apart(names, LABEL_LETTERS)


def describe_runs(section: Section, panel: Panel) -> str:
    """What the runs of a panel have in common, such as "FirstToken, T = 100, 60 steps, 5 seeds"."""
    runs = [run for group in panel.groups for run in group.completed]
    parts = [section.task]
    lengths = {run.settings.get(LENGTH) for run in runs} - {None}
    if len(lengths) == 1:
        parts.append(f"T = {format_value(lengths.pop())}")
    steps = {run.summary.get("steps") for run in runs} - {None}
    if steps:
        parts.append(f"{_span(steps)} steps")
    counts = {len(group.completed) for group in panel.groups}
    parts.append(f"{_span(counts)} {'seed' if counts == {1} else 'seeds'}")
    return ", ".join(parts)


def _span(numbers: set[Any]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def label_rows(axes: Sequence[Axes], labels: Sequence[str]) -> None:
    """Write the labels at the left of the first axes; row 0 is at the top."""
    for i, ax in enumerate(axes):
        ax.set_yticks(range(len(labels)), labels if i == 0 else [""] * len(labels))
        ax.set_ylim(len(labels) - 0.5, -0.5)


def draw_row_mark(
    ax: Axes, row: float, value: Interval, colour: str = ROW_COLOUR, hollow: bool = False
) -> None:
    """Draw a mark at the middle, and a line from low to high if there is an interval."""
    if not math.isnan(value.low):
        ax.hlines(row, value.low, value.high, color=colour, linewidth=1.4, alpha=0.6)
    face = "none" if hollow else colour
    ax.plot([value.middle], [row], "o", color=colour, markersize=MARKER_SIZE, markerfacecolor=face)


def draw_row_reference(ax: Axes, x: float) -> None:
    """Draw a dotted line through all rows."""
    ax.axvline(x, **REFERENCE_LINE, zorder=1)
