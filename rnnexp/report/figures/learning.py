"""Learning curves: the validation score as training goes on."""

from rnnexp.report.curves import learning
from rnnexp.report.figures.frame import (
    BAND,
    Picture,
    draw_band,
    draw_reference,
    legend,
    numbered,
    panels,
    reference,
)
from rnnexp.report.layout import Layout
from rnnexp.report.sections import Section


def picture(section: Section) -> Picture | None:
    """The metric on the validation split after every epoch, against the step."""
    column = f"val_{section.metric}"
    if not any(learning(group, column) for group in section.groups):
        return None
    layout = Layout(section)
    hues = layout.hues(layout.overlaid_hue)
    number = numbered(hues, layout.overlaid_hue)
    grid = layout.overlaid()
    metric = section.metric.replace("_", " ")
    figure, pairs = panels(grid, "training step", f"validation {metric}")
    for ax, panel in pairs:
        for group in panel.groups:
            if curve := learning(group, column):
                draw_band(ax, curve, number(group))
        for baseline in {run.summary.get("baseline") for g in panel.groups for run in g.completed}:
            if baseline is not None:
                draw_reference(ax, baseline)
        ax.set_xlim(left=0)
    legend(figure, hues, [reference("a guess")])
    caption = (
        f"The {metric} on the validation split after every epoch; {BAND}. A curve ends with its "
        f"first seed. {grid.left_out}"
    )
    return Picture("learning", "How is it learned?", caption, figure)
