"""Score against size: what more parameters, or more state, buy."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from rnnexp.report.aggregate.group_statistics import score, summary_median
from rnnexp.report.draw.captions import CaptionedFigure, stopped_note
from rnnexp.report.draw.facets import Facets, Panel
from rnnexp.report.draw.grid import axes_grid, panel_title, start_at_zero, use_metric_axis
from rnnexp.report.draw.legends import draw_hue_legend, reference_entry
from rnnexp.report.draw.marks import colour_index, draw_baselines, draw_interval
from rnnexp.report.draw.style import marker_style
from rnnexp.report.group.matching import TOLERANCE
from rnnexp.report.group.run_group import RunGroup, Section

_SIZES = {
    "parameters": "parameters of the model",
    "state_size": "size of the state, numbers carried to the next timestep",
}
_CAPTION = (
    "The {metric} on the test split, mean over seeds with its 95 % t interval, against the number "
    "of parameters and against the size of the state: how many numbers the recurrent layers carry "
    "from one timestep to the next for one sequence (an LSTM of M units carries 2 M). A line joins "
    "the sizes of one colour.{stopped} {left_out}"
)


def draw_sizes(section: Section) -> CaptionedFigure | None:
    """The score against parameters and state size, if these range widely between the groups."""
    keys = [key for key in _SIZES if _ranges_widely(_sizes(section.groups, key))]
    if not keys:
        return None
    facets = Facets(section)
    grid = facets.against_size()
    figure, axes = axes_grid(len(grid.rows), len(keys))
    for row, (panel,) in zip(axes, grid.rows, strict=True):
        row[0].set_ylabel(section.metric_name)
        row[0].set_title(panel_title(panel), loc="left")
        for ax, key in zip(row, keys, strict=True):
            _draw_panel(ax, panel, facets, key)
    for ax, key in zip(axes[-1], keys, strict=True):
        ax.set_xlabel(_SIZES[key])
    draw_hue_legend(figure, facets.labels(facets.hue), [reference_entry("a guess")])
    caption = _CAPTION.format(
        metric=section.metric_name, stopped=stopped_note(section), left_out=grid.left_out
    )
    return CaptionedFigure("sizes", "What does its size buy?", caption, figure)


def _draw_panel(ax: Axes, panel: Panel, facets: Facets, key: str) -> None:
    section, hue = facets.section, facets.hue
    index = colour_index(facets.levels(hue), hue)
    marks: dict[int, list[tuple[float, float]]] = {}
    for group in panel.groups:
        size = summary_median(group, key).middle
        if group.completed and not math.isnan(size):
            value = score(section, group)
            draw_interval(ax, size, value, index(group))
            marks.setdefault(index(group), []).append((size, value.middle))
    for i, points in marks.items():
        x, y = zip(*sorted(points), strict=True)
        ax.plot(x, y, color=marker_style(i)["color"], linewidth=1, alpha=0.7, zorder=1.5)
    draw_baselines(ax, panel.groups)
    start_at_zero(ax)
    use_metric_axis(ax.yaxis, section.metric)
    _set_size_axis(ax, _sizes(panel.groups, key))


def _sizes(groups: Sequence[RunGroup], key: str) -> list[float]:
    values = [summary_median(group, key).middle for group in groups]
    return [value for value in values if not math.isnan(value)]


def _ranges_widely(sizes: Sequence[float]) -> bool:
    """Whether the sizes are not all about the same, as those of matched groups are."""
    return bool(sizes) and max(sizes) > (1 + TOLERANCE) * min(sizes)


def _set_size_axis(ax: Axes, sizes: Sequence[float]) -> None:
    """Use a logarithmic axis for sizes that range widely."""
    if sizes and min(sizes) > 0 and max(sizes) > 3 * min(sizes):
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        ax.xaxis.set_minor_locator(NullLocator())
    else:
        ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
