"""What it costs: seconds and parameters, group by group."""

import math

from rnnexp.report.aggregate import tables
from rnnexp.report.draw.axes import Picture, axes_grid, legend, numbered
from rnnexp.report.draw.facets import Layout
from rnnexp.report.draw.style import mark
from rnnexp.report.group.sections import Section
from rnnexp.report.text import SHORT, plain

_MOST = 40
_CAPTION = (
    "Left: seconds of a whole run, training and evaluation, median and range over its seeds; runs "
    "that shared a machine slowed each other. Right: trainable and other parameters of the model. "
    "{left_out}"
)


def picture(section: Section) -> Picture | None:
    """A line for each group: its seconds and its parameters."""
    done = [group for group in section.groups if group.completed]
    if not done:
        return None
    layout = Layout(section)
    hues = layout.hues(layout.hue)
    number = numbered(hues, layout.hue)
    drawn = done[:_MOST]
    figure, axes = axes_grid(1, 2, 0.24 * len(drawn) + 0.8)
    seconds, parameters = axes[0]
    for row, group in enumerate(drawn):
        style = mark(number(group))
        spent = tables.over_seeds(group, "seconds")
        if not math.isnan(spent.middle):
            seconds.hlines(row, spent.low, spent.high, color=style["color"], linewidth=1.4)
            seconds.plot([spent.middle], [row], **style)
        parameters.plot([tables.over_seeds(group, "parameters").middle], [row], **style)
    told = [layout.hue] if layout.hue else []
    names = [
        "" if list(group.values) == told else plain(group.name(but=told), SHORT) for group in drawn
    ]
    seconds.set_yticks(range(len(drawn)), names)
    parameters.set_yticks(range(len(drawn)), [""] * len(drawn))
    for ax, text in ((seconds, "seconds per run"), (parameters, "parameters")):
        ax.set_xlabel(text)
        ax.set_xlim(left=0)
        ax.set_ylim(len(drawn) - 0.5, -0.5)
    legend(figure, hues)
    left_out = f"Drawn are {len(drawn)} of {len(done)} groups." if len(drawn) < len(done) else ""
    return Picture("cost", "What does it cost?", _CAPTION.format(left_out=left_out), figure)
