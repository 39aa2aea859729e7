"""Forgetting curves: how much of the gradient is left a number of steps back."""

from rnnexp.report.aggregate.curves import relative_gradient
from rnnexp.report.draw.captions import BAND, CaptionedFigure, memory_states
from rnnexp.report.draw.facets import Facets
from rnnexp.report.draw.grid import overlay_figure, use_log_axis
from rnnexp.report.draw.layer_selection import count_layers
from rnnexp.report.draw.legends import (
    before_and_after_entries,
    draw_hue_legend,
    reference_entry,
)
from rnnexp.report.draw.marks import draw_band, draw_reference
from rnnexp.report.group.run_group import Section
from rnnexp.report.read.layer_measurements import AFTER, BEFORE

FLOOR = 1e-8
HORIZON_SHARE = 0.01  # of the gradient at the last step, as in `rnnexp.diagnostics.reach`

_CAPTION = (
    "The gradient of the loss at the state that carries the memory ({memory}), as a share of its "
    "value at the last step that it reaches. Where the curve is low, the early steps learn little "
    "from the loss; the horizon is where it first drops below the dotted 1 %. One probe batch per "
    "run; {band}. The axis ends at {floor:g}. {left_out}"
)


def draw_forgetting(section: Section) -> CaptionedFigure | None:
    """The relative norm of the gradient at the memory against the number of steps back."""
    facets = Facets(section)
    n_layers = count_layers(section)
    if not any(
        relative_gradient(group, layer, when)
        for group in section.groups
        for layer in range(n_layers)
        for when in (BEFORE, AFTER)
    ):
        return None
    figure, panels, labels, index, left_out = overlay_figure(
        facets, n_layers, "steps back from the last", "‖gradient‖, relative"
    )
    for ax, panel in panels:
        for group in panel.groups:
            for when in (BEFORE, AFTER):
                if curve := relative_gradient(group, panel.layer, when):
                    draw_band(ax, curve, index(group), before=when == BEFORE)
        use_log_axis(ax, FLOOR)
        draw_reference(ax, HORIZON_SHARE)
        ax.set_xlim(left=0)
    draw_hue_legend(figure, labels, [*before_and_after_entries(), reference_entry("1 %")])
    caption = _CAPTION.format(
        memory=memory_states(section), band=BAND, floor=FLOOR, left_out=left_out
    )
    return CaptionedFigure("forgetting", "How far back does the gradient reach?", caption, figure)
