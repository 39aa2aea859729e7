"""Learning curves: the validation score against the training step."""

from rnnexp.report.aggregate.curves import learning_curve
from rnnexp.report.draw.captions import BAND, CaptionedFigure
from rnnexp.report.draw.facets import Facets
from rnnexp.report.draw.grid import overlay_figure, use_metric_axis
from rnnexp.report.draw.legends import draw_hue_legend, reference_entry
from rnnexp.report.draw.marks import draw_band, draw_baselines
from rnnexp.report.group.run_group import Section


def draw_learning(section: Section) -> CaptionedFigure | None:
    """The metric on the validation split against the training step."""
    column = f"val_{section.metric}"
    if not any(learning_curve(group, column) for group in section.groups):
        return None
    metric = section.metric_name
    figure, panels, labels, index, left_out = overlay_figure(
        Facets(section), 1, "training step", f"validation {metric}"
    )
    for ax, panel in panels:
        for group in panel.groups:
            if curve := learning_curve(group, column):
                draw_band(ax, curve, index(group))
        draw_baselines(ax, panel.groups)
        use_metric_axis(ax.yaxis, section.metric)
        ax.set_xlim(left=0)
    draw_hue_legend(figure, labels, [reference_entry("a guess")])
    caption = (
        f"The {metric} on the validation split; {BAND}. A curve ends "
        f"where the shortest of its runs ends. {left_out}"
    )
    return CaptionedFigure("learning", "How is it learned?", caption, figure)
