"""How the units of a layer differ: the distribution of each gate's mean over units."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from rnnexp.report.aggregate.curves import layers
from rnnexp.report.draw.axes import HEIGHT, Picture, above, before_and_after, titled
from rnnexp.report.draw.facets import Layout, Panel
from rnnexp.report.draw.figures.gates import meaning
from rnnexp.report.draw.layers import gated, most_layers
from rnnexp.report.draw.style import INK, MUTED, mark
from rnnexp.report.group.sections import Section
from rnnexp.report.read.layer_measurements import AFTER, BEFORE

_BINS = np.linspace(0, 1, 26)
_CAPTION = (
    "Every unit has a mean of each gate over timesteps and the probe batch: how many units have "
    "which, all seeds together, every row to its own height. Filled: after training; dashed: "
    "before. A unit at the one end holds its memory, at the other it takes what is new, and in the "
    "middle it does a little of both. {meaning} {left_out}"
)


def picture(section: Section) -> Picture | None:
    """A histogram for every gate of every group."""
    gates = gated(section, "gate_mean")
    if gates is None:
        return None
    section, names = gates
    grid = Layout(section).separate(most_layers(section))
    height = max(HEIGHT * 0.8, 0.6 * len(names))
    figure, pairs = titled(grid, height, "the unit's mean of the gate")
    for ax, panel in pairs:
        _draw(ax, panel, names)
    filled = Patch(facecolor=MUTED, alpha=0.5, label="after")
    above(figure, [before_and_after()[0], filled])
    caption = _CAPTION.format(meaning=meaning(section), left_out=grid.left_out)
    return Picture("units", "Do the units differ?", caption, figure)


def _draw(ax: Axes, panel: Panel, names: list[str]) -> None:
    """The gates one above the other, each on a line of its own."""
    own = [name for name in names if _units(panel, AFTER, name).size]
    for row, name in enumerate(reversed(own)):
        counts = {
            when: np.histogram(_units(panel, when, name), _BINS)[0] for when in (BEFORE, AFTER)
        }
        highest = max(1, *(count.max() for count in counts.values()))
        colour = mark(names.index(name))["color"]
        for when, count in counts.items():
            filled = when == AFTER
            ax.stairs(
                row + 0.85 * count / highest,
                _BINS,
                baseline=row,
                fill=filled,
                color=colour if filled else INK,
                alpha=0.55 if filled else 0.9,
                linestyle="-" if filled else (0, (4, 2)),
                linewidth=1.1,
            )
    ax.set_yticks([row + 0.4 for row in range(len(own))], list(reversed(own)))
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", visible=False)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, max(1, len(own)))


def _units(panel: Panel, when: str, name: str) -> np.ndarray:
    """The means of all units of all seeds, (seeds M,)."""
    found = [
        layer.at(when, "gate_mean", name)
        for group in panel.groups
        for layer in layers(group, panel.layer)
    ]
    known = [units[~np.isnan(units)] for units in found if units is not None]
    return np.concatenate(known) if known else np.empty(0)
