"""How well, how surely and how soon many groups learned: one row for each, the best at the top."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnnexp.report.aggregate.group_statistics import (
    baseline,
    best_score,
    longest_training,
    score,
    solved,
    steps_until_half_solved,
)
from rnnexp.report.aggregate.intervals import Interval
from rnnexp.report.draw.facets import Facets, Panel, PanelGrid
from rnnexp.report.draw.grid import panel_title, use_metric_axis, use_percent_axis
from rnnexp.report.draw.legends import best_entries, draw_legend, reference_entry
from rnnexp.report.draw.rows import (
    ROW_COLOUR,
    describe_runs,
    draw_row_mark,
    draw_row_reference,
    row_figure,
    sorted_rows,
)
from rnnexp.report.group.run_group import RunGroup, Section
from rnnexp.report.metrics import higher_is_better


def draw_score_rows(facets: Facets) -> tuple[Figure, PanelGrid]:
    """Draw a row for each group; no factor is the x axis.

    Returns:
        The figure, and the groups that are drawn in it.
    """
    section = facets.section
    sign = 1 if higher_is_better(section.metric) else -1
    grid = sorted_rows(facets.against_axis(), lambda group: sign * score(section, group).middle)
    figure, axes = row_figure(grid, facets, 3)
    for row, (panel,) in zip(axes, grid.rows, strict=True):
        _draw_panel(row, panel, section)
    draw_legend(figure, [reference_entry("a guess"), *best_entries(section)])
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
        best = best_score(section, group)
        draw_row_mark(metric, row, Interval(best.middle, math.nan, math.nan), hollow=True)
        draw_row_mark(metric, row, score(section, group))
        draw_row_mark(share, row, solved(group)[1])
        _draw_steps(steps, row, group)
    for guess in {baseline(group) for group in panel.groups}:
        if guess is not None:
            draw_row_reference(metric, guess)
    metric.set_xlabel(section.metric_name)
    share.set_xlabel("share of seeds that solved it")
    steps.set_xlabel("steps until half had solved it")
    for ax in (metric, steps):
        ax.set_xlim(left=0)
    use_metric_axis(metric.xaxis, section.metric)
    use_percent_axis(share.xaxis)


def _draw_steps(ax: Axes, row: int, group: RunGroup) -> None:
    """Draw a filled mark where half had solved the task, or an open one at the end of training."""
    steps = steps_until_half_solved(group)
    is_unsolved = math.isinf(steps)
    middle = longest_training(group) if is_unsolved else steps
    draw_row_mark(ax, row, Interval(middle, math.nan, math.nan), hollow=is_unsolved)
