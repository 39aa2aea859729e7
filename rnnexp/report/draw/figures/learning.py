"""Learning curves: the validation score as training goes on."""

from matplotlib.ticker import PercentFormatter

from rnnexp.report.aggregate.curves import learning
from rnnexp.report.draw.axes import (
    BAND,
    Picture,
    draw_band,
    draw_baselines,
    legend,
    overlay,
    reference,
)
from rnnexp.report.draw.facets import Layout
from rnnexp.report.group.sections import Section


def picture(section: Section) -> Picture | None:
    """The metric on the validation split after every epoch, against the step."""
    column = f"val_{section.metric}"
    if not any(learning(group, column) for group in section.groups):
        return None
    layout = Layout(section)
    metric = section.measure
    figure, pairs, hues, number, left_out = overlay(
        layout, 1, "training step", f"validation {metric}"
    )
    for ax, panel in pairs:
        for group in panel.groups:
            if curve := learning(group, column):
                draw_band(ax, curve, number(group))
        draw_baselines(ax, panel.groups)
        if section.metric == "accuracy":
            ax.set_ylim(-0.04, 1.04)
            ax.yaxis.set_major_formatter(PercentFormatter(1))
        ax.set_xlim(left=0)
    legend(figure, hues, [reference("a guess")])
    caption = (
        f"The {metric} on the validation split after every epoch; {BAND}. A curve ends "
        f"where the first of its seeds does. {left_out}"
    )
    return Picture("learning", "How is it learned?", caption, figure)
