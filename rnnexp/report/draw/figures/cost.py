"""What a run costs: seconds and parameters, group by group."""

import math
from collections.abc import Sequence

from rnnexp.report.aggregate.group_statistics import summary_median
from rnnexp.report.draw.captions import CaptionedFigure
from rnnexp.report.draw.facets import Facets
from rnnexp.report.draw.grid import axes_grid
from rnnexp.report.draw.legends import draw_hue_legend
from rnnexp.report.draw.marks import colour_index
from rnnexp.report.draw.rows import LABEL_LETTERS, MAX_ROWS, label_rows, row_height
from rnnexp.report.draw.style import marker_style
from rnnexp.report.draw.wrapping import wrapped_apart
from rnnexp.report.group.run_group import RunGroup, Section

_CAPTION = (
    "Left: seconds of a whole run, training and evaluation together; median and range over seeds. "
    "Runs that shared a machine slowed each other down. Right: all parameters of the model, "
    "trainable or not. {left_out}"
)


def draw_cost(section: Section) -> CaptionedFigure | None:
    """One row for each group, with its seconds and its parameters."""
    completed = [group for group in section.groups if group.completed]
    if not completed:
        return None
    facets = Facets(section)
    levels = [] if facets.crowded else facets.levels(facets.hue)
    index = colour_index(levels, None if facets.crowded else facets.hue)
    drawn = completed[:MAX_ROWS]
    names = _row_labels(drawn, facets)
    figure, axes = axes_grid(1, 2, row_height(names))
    seconds, parameters = axes[0]
    for row, group in enumerate(drawn):
        style = marker_style(index(group))
        spent = summary_median(group, "seconds")
        if not math.isnan(spent.middle):
            seconds.hlines(row, spent.low, spent.high, color=style["color"], linewidth=1.4)
            seconds.plot([spent.middle], [row], **style)
        parameters.plot([summary_median(group, "parameters").middle], [row], **style)
    label_rows(axes[0], names)
    for ax, label in ((seconds, "seconds per run"), (parameters, "parameters")):
        ax.set_xlabel(label)
        ax.set_xlim(left=0)
    draw_hue_legend(figure, [] if facets.crowded else facets.labels(facets.hue))
    left_out = ""
    if len(drawn) < len(completed):
        left_out = f"Drawn are {len(drawn)} of {len(completed)} groups."
    caption = _CAPTION.format(left_out=left_out)
    return CaptionedFigure("cost", "What does it cost?", caption, figure)


def _row_labels(groups: Sequence[RunGroup], facets: Facets) -> list[str]:
    """The name of each group without what its colour says."""
    by_colour = [facets.hue] if facets.hue and not facets.crowded else []
    if facets.section.factors == by_colour:
        return [""] * len(groups)
    return wrapped_apart([group.name(by_colour) for group in groups], LABEL_LETTERS)
