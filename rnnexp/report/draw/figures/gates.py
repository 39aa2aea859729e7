"""Every gate at every timestep, before and after training."""

from rnnexp.report.aggregate.curves import curve_over_time
from rnnexp.report.draw.captions import BAND, CaptionedFigure, update_gate_meaning
from rnnexp.report.draw.facets import Facets
from rnnexp.report.draw.grid import shared_y_figure
from rnnexp.report.draw.layer_selection import all_layers, count_layers, with_gates
from rnnexp.report.draw.legends import before_and_after_entries, draw_hue_legend
from rnnexp.report.draw.marks import draw_band
from rnnexp.report.draw.style import style_indices
from rnnexp.report.group.run_group import Section
from rnnexp.report.read.layer_measurements import AFTER, BEFORE

_CAPTION = (
    "Each gate at every timestep, its mean over units and the probe batch; {band}. {meaning} "
    "{left_out}"
)


def draw_gates(section: Section) -> CaptionedFigure | None:
    """Every gate against the timestep. Units without gates have no panel."""
    gated = with_gates(section, "gate_at")
    if gated is None:
        return None
    section, gates = gated
    indices = style_indices(gates, [layer.gates for _, layer in all_layers(section)])
    grid = Facets(section).separate(count_layers(section))
    figure, panels = shared_y_figure(grid, "timestep t", "gate, mean over units")
    for ax, panel in panels:
        for group in panel.groups:
            for gate, i in indices.items():
                for when in (BEFORE, AFTER):
                    if curve := curve_over_time(group, panel.layer, when, "gate_at", gate):
                        draw_band(ax, curve, i, before=when == BEFORE)
        ax.set_ylim(-0.03, 1.03)
    draw_hue_legend(figure, gates, before_and_after_entries(), list(indices.values()))
    caption = _CAPTION.format(
        band=BAND, meaning=update_gate_meaning(section), left_out=grid.left_out
    )
    return CaptionedFigure("gates", "What do the gates do?", caption, figure)
