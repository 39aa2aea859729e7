"""The gradient against t, before and after training, group by group."""

from itertools import product

from matplotlib.lines import Line2D

from rnnexp.report.aggregate.curves import layers, over_time
from rnnexp.report.draw.axes import BAND, Picture, above, draw_band, logarithmic, panels
from rnnexp.report.draw.facets import Layout
from rnnexp.report.draw.layers import most_layers
from rnnexp.report.draw.style import mark
from rnnexp.report.group.sections import Section
from rnnexp.report.read.layer_measurements import AFTER, BEFORE

FLOOR = 1e-12
_WHAT = {"d_h": "dL/dh_t", "d_c": "dL/dc_t"}

_CAPTION = (
    "The gradient through the recurrence at every timestep of one probe batch, its norm over batch "
    "and units: {what}. {band}. What matters is the slope: falling towards t = 1, the beginning is "
    "not heard. The height falls with the loss, so a solved task lies low. The axis ends at "
    "{floor:g}. {left_out}"
)


def picture(section: Section) -> Picture | None:
    """‖dL/dh_t‖, and ‖dL/dc_t‖ of an LSTM, absolute, on a logarithmic axis."""
    layout = Layout(section)
    count = most_layers(section)
    shown = [name for name in _WHAT if _has(section, count, name)]
    if not shown:
        return None
    grid = layout.separate(count)
    figure, pairs = panels(grid, "timestep t", "‖gradient‖")
    for ax, panel in pairs:
        for group in panel.groups:
            for i, (name, when) in enumerate(product(shown, (BEFORE, AFTER))):
                if curve := over_time(
                    group, panel.layer, when, "gradient_norm", name, positive=True
                ):
                    draw_band(ax, curve, i, dashed=when == BEFORE)
        logarithmic(ax, FLOOR)
    above(figure, [_line(*pair, i) for i, pair in enumerate(product(shown, (BEFORE, AFTER)))])
    what = " and ".join(_WHAT[name] for name in shown)
    caption = _CAPTION.format(
        what=what, band=BAND.capitalize(), floor=FLOOR, left_out=grid.left_out
    )
    return Picture("gradient", "The gradient at every timestep", caption, figure)


def _line(name: str, when: str, number: int) -> Line2D:
    """The legend's entry of one gradient, drawn as `draw_band` draws it."""
    style = mark(number)
    if when == BEFORE:
        style |= {"marker": None, "linestyle": (0, (4, 2)), "linewidth": 1.2}
    return Line2D([], [], label=f"{_WHAT[name]} {when} training", **style)


def _has(section: Section, count: int, name: str) -> bool:
    """Whether any run measured this gradient."""
    return any(
        name in found.gradients and "gradient_norm" in found.values
        for group in section.groups
        for layer in range(count)
        for found in layers(group, layer)
    )
