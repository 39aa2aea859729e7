"""Where the gates stand at every timestep, before and after training."""

from rnnexp.report.aggregate.curves import layers, over_time
from rnnexp.report.draw.axes import (
    BAND,
    Picture,
    before_and_after,
    draw_band,
    legend,
    panels,
)
from rnnexp.report.draw.facets import Layout
from rnnexp.report.draw.layers import gated, most_layers
from rnnexp.report.group.sections import Section
from rnnexp.report.read.layer_measurements import AFTER, BEFORE

_CAPTION = (
    "Each gate at every timestep, its mean over units and the probe batch; {band}. {meaning} "
    "{left_out}"
)
_MEANING = {
    "new": "z = 1 takes the new candidate, z = 0 keeps the old state (Chung et al. 2014).",
    "keep": "z = 1 keeps the old state, z = 0 takes the new candidate (Keras; Cho et al. 2014).",
}


def picture(section: Section) -> Picture | None:
    """Every gate against t; units without gates have no panel."""
    gates = gated(section, "gate_at")
    if gates is None:
        return None
    section, names = gates
    grid = Layout(section).separate(most_layers(section))
    figure, pairs = panels(grid, "timestep t", "gate, mean over units")
    for ax, panel in pairs:
        for group in panel.groups:
            for i, name in enumerate(names):
                for when in (BEFORE, AFTER):
                    if curve := over_time(group, panel.layer, when, "gate_at", name):
                        draw_band(ax, curve, i, dashed=when == BEFORE)
        ax.set_ylim(-0.03, 1.03)
    legend(figure, names, before_and_after())
    caption = _CAPTION.format(band=BAND, meaning=meaning(section), left_out=grid.left_out)
    return Picture("gates", "What do the gates do?", caption, figure)


def meaning(section: Section) -> str:
    """What an update gate of 1 means in these runs, which papers and libraries disagree on."""
    found = {
        layer.update_gate
        for group in section.groups
        for position in range(most_layers(section))
        for layer in layers(group, position)
        if "z" in layer.gates
    }
    known = [text for convention, text in _MEANING.items() if convention in found]
    if len(known) > 1:
        return f"Units differ in what z means: {' or '.join(known)}"
    return known[0] if known else ""
