"""Forgetting curves: how much of the gradient is left, so many steps back."""

from rnnexp.report.aggregate.curves import backwards
from rnnexp.report.draw.axes import (
    BAND,
    Picture,
    before_and_after,
    draw_band,
    draw_reference,
    legend,
    logarithmic,
    overlay,
    reference,
)
from rnnexp.report.draw.facets import Layout
from rnnexp.report.draw.layers import most_layers
from rnnexp.report.group.sections import Section
from rnnexp.report.read.layer_measurements import AFTER, BEFORE

FLOOR = 1e-8
SHARE = 0.01  # at which the diagnostics' horizon ends

_CAPTION = (
    "The gradient of the loss at the state that carries the memory (h_t; c_t of an LSTM), as a "
    "share of what it is at the last step it reaches. A curve that falls tells the "
    "early steps little of what went wrong; the horizon is where it first drops below the dotted "
    "1 %. One probe batch per run; {band}. "
    "The axis ends at {floor:g}. {left_out}"
)


def picture(section: Section) -> Picture | None:
    """‖dL/dh_t‖ relative to the last step against the number of steps back."""
    layout = Layout(section)
    layers = most_layers(section)
    if not any(
        backwards(group, layer, when)
        for group in section.groups
        for layer in range(layers)
        for when in (BEFORE, AFTER)
    ):
        return None
    figure, pairs, hues, number, left_out = overlay(
        layout, layers, "steps back from the last", "‖gradient‖, relative"
    )
    for ax, panel in pairs:
        for group in panel.groups:
            for when in (BEFORE, AFTER):
                if curve := backwards(group, panel.layer, when):
                    draw_band(ax, curve, number(group), dashed=when == BEFORE)
        logarithmic(ax, FLOOR)
        draw_reference(ax, SHARE)
        ax.set_xlim(left=0)
    legend(figure, hues, [*before_and_after(), reference("1 %")])
    caption = _CAPTION.format(band=BAND, floor=FLOOR, left_out=left_out)
    return Picture("forgetting", "How far back does the gradient reach?", caption, figure)
