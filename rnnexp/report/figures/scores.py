"""How well, how surely and how soon each group learned the task."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, NullFormatter, PercentFormatter

from rnnexp.report import tables
from rnnexp.report.figures.frame import (
    Picture,
    axes_grid,
    draw_reference,
    legend,
    numbered,
    reference,
)
from rnnexp.report.intervals import Interval
from rnnexp.report.layout import Layout, Panel
from rnnexp.report.sections import Group, Section
from rnnexp.report.style import mark
from rnnexp.report.swept import label

_CAPTION = (
    "Left: {metric} on the test split; a small dot is a seed, the large mark their mean with its "
    "95 % t interval (zero width says that all seeds scored alike, not that another must). Middle: "
    "share of seeds that solved the task, with its 95 % Wilson interval. Right: steps after which "
    "half of the seeds had solved it, by the validation split after each epoch; open marks: not "
    "within the steps given, where they stand. n = {n} completed runs each; none of the "
    "others is in here."
)


def picture(section: Section) -> Picture | None:
    """Score, share solved and steps to solve, against the axis or group by group."""
    if not any(group.completed for group in section.groups):
        return None
    layout = Layout(section)
    rows = layout.against_axis()
    figure, axes = axes_grid(len(rows), 3)
    for line, panel in zip(axes, rows, strict=True):
        _row(line, panel, layout)
    hues = layout.hues(layout.hue)
    legend(figure, hues, [reference("a guess")])
    counts = sorted({len(group.completed) for group in section.groups})
    n = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    metric = section.metric.replace("_", " ")
    return Picture("scores", "Is it learned?", _CAPTION.format(metric=metric, n=n), figure)


def _row(line: Sequence[Axes], panel: Panel, layout: Layout) -> None:
    section = layout.section
    metric, share, steps = line
    metric.set_ylabel(section.metric.replace("_", " "))
    share.set_ylabel("share of seeds that solved it")
    steps.set_ylabel("steps until half had solved it")
    if panel.title:
        metric.set_title(panel.title)
    place = _places(panel, layout, line)
    number = numbered(layout.hues(layout.hue), layout.hue)
    for group in panel.groups:
        if not group.completed:
            continue
        x, i = place(group), number(group)
        _seeds(metric, x, group, i)
        _interval(metric, x, tables.score(section, group), i)
        _interval(share, x, tables.solved(group)[1], i)
        _steps(steps, x, group, i)
    _joined(line, panel, layout, place)
    for baseline in {run.summary.get("baseline") for g in panel.groups for run in g.completed}:
        if baseline is not None:
            draw_reference(metric, baseline)
    share.set_ylim(-0.04, 1.04)
    share.yaxis.set_major_formatter(PercentFormatter(1))
    steps.set_ylim(bottom=0)
    if section.metric == "accuracy":
        metric.set_ylim(-0.04, 1.04)
        metric.yaxis.set_major_formatter(PercentFormatter(1))
    else:
        metric.set_ylim(bottom=0)


def _places(panel: Panel, layout: Layout, line: Sequence[Axes]) -> Callable[[Group], float]:
    """Where on x each group goes: at its value of the axis, moved a little apart, or in turn."""
    hues = layout.hues(layout.hue)
    number = numbered(hues, layout.hue)
    axis = layout.axis
    if axis is None:
        names = [label(group.values[layout.hue]) if layout.hue else "" for group in panel.groups]
        for ax in line:
            ax.set_xticks(range(len(names)), [name.replace(" ", "\n") for name in names])
            ax.set_xlim(-0.6, len(names) - 0.4)
            ax.grid(axis="x", visible=False)
        order = {id(group): float(i) for i, group in enumerate(panel.groups)}
        return lambda group: order[id(group)]
    values = sorted({float(group.values[axis]) for group in panel.groups})
    wide = values[0] > 0 and values[-1] / values[0] > 3
    shift = 0.012 * (math.log(values[-1] / values[0]) if wide else np.ptp(values))
    for ax in line:
        ax.set_xlabel(_axis_name(axis))
        if wide:
            ax.set_xscale("log")
            ax.xaxis.set_minor_formatter(NullFormatter())
        if len(values) <= 8:
            ax.set_xticks(values, [f"{value:g}" for value in values])
        else:
            ax.xaxis.set_major_locator(MaxNLocator(6)) if not wide else None

    def place(group: Group) -> float:
        x = float(group.values[axis])
        apart = shift * (number(group) - (len(hues) - 1) / 2)
        return x * math.exp(apart) if wide else x + apart

    return place


def _axis_name(axis: str) -> str:
    return "length of the task, timesteps" if axis == "length" else axis.replace("_", " ")


def _seeds(ax: Axes, x: float, group: Group, number: int) -> None:
    scores = [run.summary["score"] for run in group.completed]
    colour = mark(number)["color"]
    ax.scatter([x] * len(scores), scores, s=9, color=colour, alpha=0.5, linewidths=0, zorder=2)


def _interval(ax: Axes, x: float, value: Interval, number: int) -> None:
    style = mark(number)
    if not math.isnan(value.low):
        ax.vlines(x, value.low, value.high, color=style["color"], linewidth=1.4)
    ax.plot([x], [value.middle], markersize=6.5, **style)


def _steps(ax: Axes, x: float, group: Group, number: int) -> None:
    steps = tables.steps_until_half(group)
    style = mark(number)
    unsolved = math.isinf(steps)
    y = tables.budget(group) if unsolved else steps
    face = "none" if unsolved else style["color"]
    ax.plot([x], [y], markersize=6.5, markerfacecolor=face, **style)


def _joined(
    line: Sequence[Axes], panel: Panel, layout: Layout, place: Callable[[Group], float]
) -> None:
    """Thin lines between the means of one hue, where x is a quantity."""
    if layout.axis is None:
        return
    for i, value in enumerate(layout.hues(layout.hue)):
        groups = [g for g in panel.groups if g.completed]
        groups = [g for g in groups if layout.hue is None or g.values[layout.hue] == value]
        x = [place(group) for group in groups]
        means = [tables.score(layout.section, group).middle for group in groups]
        shares = [tables.solved(group)[1].middle for group in groups]
        for ax, y in zip(line, (means, shares), strict=False):
            ax.plot(x, y, color=mark(i)["color"], linewidth=1, alpha=0.7, zorder=1.5)
