"""How well, how surely and how soon many groups learned: one row for each, the best at the top."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from rnnexp.report.aggregate.group_statistics import (
    baseline,
    longest_training,
    score,
    solved,
    steps_until_half_solved,
)
from rnnexp.report.aggregate.intervals import Interval
from rnnexp.report.draw.facets import Facets, Panel, PanelGrid
from rnnexp.report.draw.grid import panel_title
from rnnexp.report.draw.legends import draw_legend, reference_entry
from rnnexp.report.draw.rows import (
    ROW_COLOUR,
    describe_runs,
    draw_row_mark,
    draw_row_reference,
    row_figure,
    sorted_rows,
)
from rnnexp.report.group.sections import RunGroup, Section


def draw_score_rows(facets: Facets) -> tuple[Figure, PanelGrid]:
    """Draw a row for each group; no factor is the x axis.

    Returns:
        The figure, and the groups that are drawn in it.
    """
    section = facets.section
    sign = 1 if section.metric == "accuracy" else -1
    grid = sorted_rows(facets.against_axis(), lambda group: sign * score(section, group).middle)
    figure, axes = row_figure(grid, facets, 3)
    for row, (panel,) in zip(axes, grid.rows, strict=True):
        _draw_panel(row, panel, section)
    draw_legend(figure, [reference_entry("a guess")])
    return figure, grid


def _draw_panel(axes: Sequence[Axes], panel: Panel, section: Section) -> None:
    metric, share, steps = axes
    title = [describe_runs(section, panel), panel_title(panel)]
    metric.set_title(", ".join(filter(None, title)), loc="left")
    for row, group in enumerate(panel.groups):
        scores = [run.summary["score"] for run in group.completed]
        metric.scatter(
            scores, [row] * len(scores), s=9, color=ROW_COLOUR, alpha=0.5, linewidths=0, zorder=2
        )
        draw_row_mark(metric, row, score(section, group))
        draw_row_mark(share, row, solved(group)[1])
        _draw_steps(steps, row, group)
    for guess in {baseline(group) for group in panel.groups}:
        if guess is not None:
            draw_row_reference(metric, guess)
    metric.set_xlabel(section.metric_name)
    share.set_xlabel("share of seeds that solved it")
    steps.set_xlabel("steps until half had solved it")
    is_accuracy = section.metric == "accuracy"
    for ax in (metric, share) if is_accuracy else (share,):
        ax.set_xlim(-0.04, 1.04)
        ax.xaxis.set_major_formatter(PercentFormatter(1))
    for ax in (steps,) if is_accuracy else (metric, steps):
        ax.set_xlim(left=0)


def _draw_steps(ax: Axes, row: int, group: RunGroup) -> None:
    """Draw a filled mark where half had solved the task, or an open one at the end of training."""
    steps = steps_until_half_solved(group)
    is_unsolved = math.isinf(steps)
    middle = longest_training(group) if is_unsolved else steps
    draw_row_mark(ax, row, Interval(middle, math.nan, math.nan), hollow=is_unsolved)
