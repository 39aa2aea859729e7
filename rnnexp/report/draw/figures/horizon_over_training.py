"""How far back the gradient reaches as training goes on."""

from rnnexp.report.aggregate.curves import curve_over_training
from rnnexp.report.draw.captions import BAND, CaptionedFigure, memory_states
from rnnexp.report.draw.facets import Facets
from rnnexp.report.draw.grid import overlay_figure, start_at_zero
from rnnexp.report.draw.layer_selection import count_layers
from rnnexp.report.draw.legends import draw_hue_legend
from rnnexp.report.draw.marks import draw_band
from rnnexp.report.group.run_group import Section

_CAPTION = (
    "The horizon at every training step at which it was measured: the number of steps back from "
    "the last for which the gradient at the memory ({memory}) stays above 1 % of its value there; "
    "{band}. {left_out}"
)


def draw_horizon_over_training(section: Section) -> CaptionedFigure | None:
    """The horizon against the training step, if it was measured more than twice."""
    n_layers = count_layers(section)
    curves = [
        curve_over_training(group, layer, "horizon")
        for group in section.groups
        for layer in range(n_layers)
    ]
    if not any(curve is not None and len(curve.x) > 2 for curve in curves):
        return None
    figure, panels, labels, index, left_out = overlay_figure(
        Facets(section), n_layers, "training step", "horizon, timesteps"
    )
    for ax, panel in panels:
        for group in panel.groups:
            if curve := curve_over_training(group, panel.layer, "horizon"):
                draw_band(ax, curve, index(group))
        ax.set_xlim(left=0)
        start_at_zero(ax)
    draw_hue_legend(figure, labels)
    caption = _CAPTION.format(memory=memory_states(section), band=BAND, left_out=left_out)
    title = "When does it learn to reach back?"
    return CaptionedFigure("horizon_over_training", title, caption, figure)
