"""What the gates keep: the share of the state that each step keeps, and what is left at the end."""

import numpy as np

from rnnexp.report.aggregate.curves import curve_over_time
from rnnexp.report.draw.captions import BAND, CaptionedFigure, memory_states
from rnnexp.report.draw.facets import Facets
from rnnexp.report.draw.grid import overlay_figure, use_log_axis
from rnnexp.report.draw.layer_selection import count_layers
from rnnexp.report.draw.legends import before_and_after_entries, draw_hue_legend
from rnnexp.report.draw.marks import draw_band
from rnnexp.report.group.run_group import Section
from rnnexp.report.read.layer_measurements import AFTER, BEFORE

FLOOR = 1e-8


def draw_retention(section: Section) -> CaptionedFigure | None:
    """The retention ρ_t against the timestep."""
    caption = (
        "The fraction of the memory ({memory}) that step t keeps by the unit's gates, mean over "
        "units and the probe batch. It is 0 for a unit without gates, which can remember through "
        "its recurrent weights only. "
    )
    title = "What does a step keep?"
    return _draw(section, "retention", title, caption, "kept by step t", None)


def draw_carried(section: Section) -> CaptionedFigure | None:
    """The product of the retentions from t to the end, on a logarithmic axis."""
    caption = (
        "The share of the memory ({memory}) after step t that the gates still carry at the last "
        "step: the product of what all later steps keep, mean over units and the probe batch. What "
        "comes back through the candidate is not in it. A unit without gates has no line on this "
        f"axis, which ends at {FLOOR:g}. "
    )
    title = "What is left at the end?"
    return _draw(section, "carried", title, caption, "still carried", FLOOR)


def _draw(
    section: Section, variable: str, title: str, caption: str, ylabel: str, floor: float | None
) -> CaptionedFigure | None:
    """A variable against the timestep, all units in one panel; with a floor, the axis is log."""
    n_layers = count_layers(section)
    if not any(
        curve_over_time(group, layer, when, variable)
        for group in section.groups
        for layer in range(n_layers)
        for when in (BEFORE, AFTER)
    ):
        return None
    figure, panels, labels, index, left_out = overlay_figure(
        Facets(section), n_layers, "timestep t", ylabel
    )
    is_log = floor is not None
    for ax, panel in panels:
        for group in panel.groups:
            for when in (BEFORE, AFTER):
                curve = curve_over_time(group, panel.layer, when, variable, positive=is_log)
                # At the last timestep everything is still carried, so one point is no curve.
                if curve and (not is_log or np.isfinite(curve.middle[:-1]).any()):
                    draw_band(ax, curve, index(group), before=when == BEFORE)
        if floor is None:
            ax.set_ylim(-0.03, 1.03)
        else:
            use_log_axis(ax, floor)
    draw_hue_legend(figure, labels, before_and_after_entries())
    text = caption.format(memory=memory_states(section))
    return CaptionedFigure(variable, title, f"{text}{BAND.capitalize()}. {left_out}", figure)
