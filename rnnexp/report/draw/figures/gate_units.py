"""How the units of a layer differ: the distribution over units of each gate's mean."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from rnnexp.report.aggregate.curves import layers_at
from rnnexp.report.draw.captions import CaptionedFigure, update_gate_meaning
from rnnexp.report.draw.facets import Facets, Panel
from rnnexp.report.draw.grid import HEIGHT, panel_figure
from rnnexp.report.draw.layer_selection import all_layers, count_layers, with_gates
from rnnexp.report.draw.legends import before_and_after_entries, draw_legend
from rnnexp.report.draw.style import INK, MUTED, marker_style, style_indices
from rnnexp.report.group.run_group import Section
from rnnexp.report.read.layer_measurements import AFTER, BEFORE

_ROW_HEIGHT = 0.6  # inches, of a gate
_BINS = np.linspace(0, 1, 26)
_CAPTION = (
    "Every unit has a mean of each gate over timesteps and the probe batch. The histograms show "
    "how many units have which mean, all seeds together, each row scaled to its own height. "
    "Filled: after training; dashed: before. A gate at 0 or 1 acts as a switch; in between it does "
    "a little of both. {meaning} {left_out}"
)


def draw_gate_units(section: Section) -> CaptionedFigure | None:
    """A histogram for every gate of every group."""
    gated = with_gates(section, "gate_mean")
    if gated is None:
        return None
    section, gates = gated
    indices = style_indices(gates, [layer.gates for _, layer in all_layers(section)])
    grid = Facets(section).separate(count_layers(section))
    most_gates = max(len(layer.gates) for _, layer in all_layers(section))
    height = max(HEIGHT * 0.8, _ROW_HEIGHT * most_gates)
    figure, panels = panel_figure(grid, height, "the unit's mean of the gate")
    for ax, panel in panels:
        _draw_panel(ax, panel, indices)
    filled = Patch(facecolor=MUTED, alpha=0.5, label="after")
    draw_legend(figure, [before_and_after_entries()[0], filled])
    caption = _CAPTION.format(meaning=update_gate_meaning(section), left_out=grid.left_out)
    return CaptionedFigure("units", "Do the units differ?", caption, figure)


def _draw_panel(ax: Axes, panel: Panel, indices: Mapping[str, int]) -> None:
    """Draw the gates of the panel one above the other, each on its own baseline."""
    own = [gate for gate in indices if _unit_means(panel, AFTER, gate).size]
    for row, gate in enumerate(reversed(own)):
        counts = {
            when: np.histogram(_unit_means(panel, when, gate), _BINS)[0] for when in (BEFORE, AFTER)
        }
        highest = max(1, *(count.max() for count in counts.values()))
        colour = marker_style(indices[gate])["color"]
        for when, count in counts.items():
            is_filled = when == AFTER
            ax.stairs(
                row + 0.85 * count / highest,
                _BINS,
                baseline=row,
                fill=is_filled,
                color=colour if is_filled else INK,
                alpha=0.55 if is_filled else 0.9,
                linestyle="-" if is_filled else (0, (4, 2)),
                linewidth=1.1,
            )
    ax.set_yticks([row + 0.4 for row in range(len(own))], list(reversed(own)))
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", visible=False)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, max(1, len(own)))


def _unit_means(panel: Panel, when: str, gate: str) -> np.ndarray:
    """The gate's means of all M units of all n seeds, shape (n M,)."""
    arrays = [
        layer.at(when, "gate_mean", gate)
        for group in panel.groups
        for layer in layers_at(group, panel.layer)
    ]
    known = [means[~np.isnan(means)] for means in arrays if means is not None]
    return np.concatenate(known) if known else np.empty(0)
