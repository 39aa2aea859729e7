"""What is kept: the share of the state that each step keeps, and what is left at the end."""

import numpy as np

from rnnexp.report.aggregate.curves import over_time
from rnnexp.report.draw.axes import (
    BAND,
    Picture,
    before_and_after,
    draw_band,
    legend,
    logarithmic,
    overlay,
)
from rnnexp.report.draw.facets import Layout
from rnnexp.report.draw.layers import most_layers
from rnnexp.report.group.sections import Section
from rnnexp.report.read.layer_measurements import AFTER, BEFORE

FLOOR = 1e-8


def retention(section: Section) -> Picture | None:
    """ρ_t against t: 1 - z or z of a GRU, f of an LSTM."""
    caption = (
        "The fraction of the old state that step t keeps, mean over units and the probe batch: "
        "1 - z or z of a GRU, whichever keeps; f of an LSTM; 0 of a SimpleRNN, which has no gate "
        "to keep by and can remember through its recurrent weights alone. "
    )
    return _draw(section, "retention", "What does a step keep?", caption, "kept by step t", None)


def carried(section: Section) -> Picture | None:
    """The product of ρ from t to the end."""
    caption = (
        "The share of the state after t that the gates still carry at the last step: the product "
        "of what all later steps keep, mean over units and the probe batch. What comes back "
        "through the candidate is not in it; a unit without gates has no line on this axis, which "
        f"ends at {FLOOR:g}. "
    )
    return _draw(section, "carried", "What is left at the end?", caption, "still carried", FLOOR)


def _draw(
    section: Section, variable: str, title: str, caption: str, ylabel: str, floor: float | None
) -> Picture | None:
    """The variable against t, all units in one panel; with a floor on a logarithmic axis."""
    layout = Layout(section)
    layers = most_layers(section)
    if not any(
        over_time(group, layer, when, variable)
        for group in section.groups
        for layer in range(layers)
        for when in (BEFORE, AFTER)
    ):
        return None
    figure, pairs, hues, number, left_out = overlay(layout, layers, "timestep t", ylabel)
    for ax, panel in pairs:
        for group in panel.groups:
            for when in (BEFORE, AFTER):
                curve = over_time(group, panel.layer, when, variable, positive=floor is not None)
                if curve and (floor is None or np.isfinite(curve.middle[:-1]).any()):
                    draw_band(ax, curve, number(group), dashed=when == BEFORE)
        if floor is None:
            ax.set_ylim(-0.03, 1.03)
        else:
            logarithmic(ax, floor)
    legend(figure, hues, before_and_after())
    caption = f"{caption}{BAND.capitalize()}. {left_out}"
    return Picture(variable, title, caption, figure)
