"""How well, how surely and how soon each group learned the task."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from rnnexp.report.aggregate import tables
from rnnexp.report.draw.axes import (
    Picture,
    axes_grid,
    draw_baselines,
    from_zero,
    heading,
    interval,
    legend,
    numbered,
    reference,
)
from rnnexp.report.draw.facets import Layout, Panel
from rnnexp.report.draw.positions import joined, places
from rnnexp.report.draw.style import mark
from rnnexp.report.group.sections import Group, Section

_CAPTION = (
    "Left: {metric} on the test split; a small dot is a seed, the large mark their mean with its "
    "95 % t interval (zero width says that all seeds scored alike, not that another must). Middle: "
    "share of seeds that solved the task, with its 95 % Wilson interval. Right: steps after which "
    "half of the seeds had solved it, by the validation split after each epoch; an open mark: not "
    "within the steps of training, where it stands. {n}; runs that have not completed are in none "
    "of it.{apart} {left_out}"
)
_APART = " Marks at one value are moved apart to be seen."


def picture(section: Section) -> Picture | None:
    """Score, share solved and steps to solve, against the axis or group by group."""
    if not any(group.completed for group in section.groups):
        return None
    layout = Layout(section)
    grid = layout.against_axis()
    figure, axes = axes_grid(len(grid.rows), 3)
    for line, (panel,) in zip(axes, grid.rows, strict=True):
        _row(line, panel, layout)
    legend(figure, layout.hues(layout.hue), [reference("a guess")])
    counts = sorted({len(group.completed) for group in section.groups})
    span = f"{counts[0]} to {counts[-1]}" if len(counts) > 1 else f"{counts[0]}"
    n = f"n = {span} {'seed' if counts == [1] else 'seeds'} per mark"
    apart = _APART if layout.axis and layout.hue else ""
    caption = _CAPTION.format(metric=section.measure, n=n, apart=apart, left_out=grid.left_out)
    return Picture("scores", "Is it learned?", caption, figure)


def _row(line: Sequence[Axes], panel: Panel, layout: Layout) -> None:
    section = layout.section
    metric, share, steps = line
    metric.set_title(heading(panel), loc="left")
    place = places(panel, layout, line)
    number = numbered(layout.hues(layout.hue), layout.hue)
    for group in panel.groups:
        if group.completed:
            x, i = place(group), number(group)
            _seeds(metric, x, group, i)
            interval(metric, x, tables.score(section, group), i)
            interval(share, x, tables.solved(group)[1], i)
            _steps(steps, x, group, i)
    joined(metric, panel, layout, place, lambda group: tables.score(section, group).middle)
    joined(share, panel, layout, place, lambda group: tables.solved(group)[1].middle)
    draw_baselines(metric, panel.groups)
    _y_axes(metric, share, steps, section)


def _y_axes(metric: Axes, share: Axes, steps: Axes, section: Section) -> None:
    accurate = section.metric == "accuracy"
    metric.set_ylabel(section.measure)
    share.set_ylabel("share of seeds that solved it")
    steps.set_ylabel("steps until half had solved it")
    for ax in (metric, share) if accurate else (share,):
        ax.set_ylim(-0.04, 1.04)
        ax.yaxis.set_major_formatter(PercentFormatter(1))
    for ax in (steps,) if accurate else (metric, steps):
        from_zero(ax)


def _seeds(ax: Axes, x: float, group: Group, number: int) -> None:
    scores = [run.summary["score"] for run in group.completed]
    colour = mark(number)["color"]
    ax.scatter([x] * len(scores), scores, s=9, color=colour, alpha=0.5, linewidths=0, zorder=2)


def _steps(ax: Axes, x: float, group: Group, number: int) -> None:
    steps = tables.steps_until_half(group)
    style = mark(number)
    unsolved = math.isinf(steps)
    y = tables.budget(group) if unsolved else steps
    face = "none" if unsolved else style["color"]
    ax.plot([x], [y], markersize=6.5, markerfacecolor=face, **style)
