"""How far back the gradient reaches while training goes on."""

from rnnexp.report.aggregate.curves import over_training
from rnnexp.report.draw.axes import (
    BAND,
    Picture,
    draw_band,
    from_zero,
    legend,
    overlay,
)
from rnnexp.report.draw.facets import Layout
from rnnexp.report.draw.layers import most_layers
from rnnexp.report.group.sections import Section

_CAPTION = (
    "The horizon: steps back from the last for which the gradient at the memory stays above 1 % of "
    "what it is there, at every step at which it was measured; {band}. {left_out}"
)


def picture(section: Section) -> Picture | None:
    """The horizon against the training step, where it was measured more than twice."""
    layout = Layout(section)
    layers = most_layers(section)
    measured = [over_training(g, i, "horizon") for g in section.groups for i in range(layers)]
    if not any(curve is not None and len(curve.x) > 2 for curve in measured):
        return None
    figure, pairs, hues, number, left_out = overlay(
        layout, layers, "training step", "horizon, timesteps"
    )
    for ax, panel in pairs:
        for group in panel.groups:
            if curve := over_training(group, panel.layer, "horizon"):
                draw_band(ax, curve, number(group))
        ax.set_xlim(left=0)
        from_zero(ax)
    legend(figure, hues)
    caption = _CAPTION.format(band=BAND, left_out=left_out)
    return Picture("reach", "When does it learn to reach back?", caption, figure)
