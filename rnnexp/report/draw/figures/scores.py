"""How well, how surely and how soon each group learned the task."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnnexp.report.aggregate.group_statistics import (
    best_score,
    longest_training,
    score,
    solved,
    steps_until_half_solved,
)
from rnnexp.report.aggregate.intervals import Interval
from rnnexp.report.draw.captions import CaptionedFigure, stopped_note
from rnnexp.report.draw.facets import Facets, Panel, PanelGrid
from rnnexp.report.draw.figures.score_rows import draw_score_rows
from rnnexp.report.draw.grid import (
    axes_grid,
    panel_title,
    start_at_zero,
    use_metric_axis,
    use_percent_axis,
)
from rnnexp.report.draw.legends import best_entries, draw_hue_legend, reference_entry
from rnnexp.report.draw.marks import MARKER_SIZE, colour_index, draw_baselines, draw_interval
from rnnexp.report.draw.positions import connect_groups, x_positions
from rnnexp.report.draw.style import marker_style
from rnnexp.report.group.run_group import RunGroup, Section

_CAPTION = (
    "Left: {metric} on the test split after the last step; a small dot is a seed, the large mark "
    "is the mean with its 95 % t interval.{best} An interval of zero width says that all seeds "
    "scored alike, not that another seed must. Middle: the share of seeds that solved the task, "
    "with its 95 % Wilson interval. Right: steps after which half of the seeds had solved it, by "
    "the validation split; an open mark stands at the end of training, within which they did not. "
    "{n}; runs that have not completed are left out.{stopped}{note} {left_out}"
)
_BEST = " The open mark is the mean of the weights that were best on the validation split."
_SORTED = " The best score is in the first row."
_SHIFTED = " Marks at the same value are moved apart so that all can be seen."


def draw_scores(section: Section) -> CaptionedFigure | None:
    """Score, share solved and steps to solve, against the axis or group by group."""
    if not any(group.completed for group in section.groups):
        return None
    facets = Facets(section)
    figure, grid = (draw_score_rows if facets.in_rows else _draw_grid)(facets)
    caption = _CAPTION.format(
        metric=section.metric_name,
        n=_seed_count(section),
        best=_BEST if best_entries(section) else "",
        stopped=stopped_note(section),
        note=_SORTED if facets.in_rows else _SHIFTED if facets.axis and facets.hue else "",
        left_out=grid.left_out,
    )
    return CaptionedFigure("scores", "Is it learned?", caption, figure)


def _draw_grid(facets: Facets) -> tuple[Figure, PanelGrid]:
    grid = facets.against_axis()
    figure, axes = axes_grid(len(grid.rows), 3)
    for row, (panel,) in zip(axes, grid.rows, strict=True):
        _draw_row(row, panel, facets)
    extra = [reference_entry("a guess"), *best_entries(facets.section)]
    draw_hue_legend(figure, facets.labels(facets.hue), extra)
    return figure, grid


def _seed_count(section: Section) -> str:
    counts = sorted({len(group.completed) for group in section.groups})
    span = f"{counts[0]} to {counts[-1]}" if len(counts) > 1 else f"{counts[0]}"
    return f"n = {span} {'seed' if counts == [1] else 'seeds'} per mark"


def _draw_row(row: Sequence[Axes], panel: Panel, facets: Facets) -> None:
    section = facets.section
    metric, share, steps = row
    metric.set_title(panel_title(panel), loc="left")
    x_of = x_positions(panel, facets, row)
    index = colour_index(facets.levels(facets.hue), facets.hue)
    for group in panel.groups:
        if group.completed:
            x, i = x_of(group), index(group)
            _draw_seeds(metric, x, group, i)
            best = best_score(section, group)
            draw_interval(metric, x, Interval(best.middle, math.nan, math.nan), i, hollow=True)
            draw_interval(metric, x, score(section, group), i)
            draw_interval(share, x, solved(group)[1], i)
            _draw_steps(steps, x, group, i)
    connect_groups(metric, panel, facets, x_of, lambda group: score(section, group).middle)
    connect_groups(share, panel, facets, x_of, lambda group: solved(group)[1].middle)
    draw_baselines(metric, panel.groups)
    _set_y_axes(metric, share, steps, section)


def _set_y_axes(metric: Axes, share: Axes, steps: Axes, section: Section) -> None:
    metric.set_ylabel(section.metric_name)
    share.set_ylabel("share of seeds that solved it")
    steps.set_ylabel("steps until half had solved it")
    start_at_zero(metric)
    start_at_zero(steps)
    use_metric_axis(metric.yaxis, section.metric)
    use_percent_axis(share.yaxis)


def _draw_seeds(ax: Axes, x: float, group: RunGroup, index: int) -> None:
    scores = [run.summary["score"] for run in group.completed]
    colour = marker_style(index)["color"]
    ax.scatter([x] * len(scores), scores, s=9, color=colour, alpha=0.5, linewidths=0, zorder=2)


def _draw_steps(ax: Axes, x: float, group: RunGroup, index: int) -> None:
    steps = steps_until_half_solved(group)
    style = marker_style(index)
    is_unsolved = math.isinf(steps)
    y = longest_training(group) if is_unsolved else steps
    face = "none" if is_unsolved else style["color"]
    ax.plot([x], [y], markersize=MARKER_SIZE, markerfacecolor=face, **style)
