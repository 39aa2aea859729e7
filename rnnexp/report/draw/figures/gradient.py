"""The gradient at every timestep, before and after training, group by group."""

from rnnexp.dashboard.layer_names import gradient_label
from rnnexp.report.aggregate.curves import curve_over_time
from rnnexp.report.draw.captions import BAND, CaptionedFigure, memory_states
from rnnexp.report.draw.facets import Facets
from rnnexp.report.draw.grid import shared_y_figure, use_log_axis
from rnnexp.report.draw.layer_selection import all_layers, count_layers
from rnnexp.report.draw.legends import before_and_after_entries, draw_hue_legend
from rnnexp.report.draw.marks import draw_band
from rnnexp.report.draw.style import style_indices
from rnnexp.report.group.run_group import Section
from rnnexp.report.read.layer_measurements import AFTER, BEFORE

FLOOR = 1e-12

_CAPTION = (
    "The gradient of the loss at each state through the recurrence, its norm over units and one "
    "probe batch; the memory is in {memory}. {band}. What matters is the slope: where the curve "
    "falls towards t = 1, the loss teaches the beginning little. The height falls with the loss, "
    "so a solved task lies low. The axis ends at {floor:g}. {left_out}"
)


def draw_gradient(section: Section) -> CaptionedFigure | None:
    """The norm of the gradient at each state against the timestep, on a logarithmic axis."""
    gradients = _measured_gradients(section)
    if not gradients:
        return None
    n_layers = count_layers(section)
    indices = style_indices(
        gradients, [layer.names.state_gradients for _, layer in all_layers(section)]
    )
    grid = Facets(section).separate(n_layers)
    figure, panels = shared_y_figure(grid, "timestep t", "‖gradient‖")
    for ax, panel in panels:
        for group in panel.groups:
            for name, i in indices.items():
                for when in (BEFORE, AFTER):
                    if curve := curve_over_time(
                        group, panel.layer, when, "gradient_norm", name, positive=True
                    ):
                        draw_band(ax, curve, i, before=when == BEFORE)
        use_log_axis(ax, FLOOR)
    labels = [f"{gradient_label(name)}_t" for name in gradients]
    draw_hue_legend(figure, labels, before_and_after_entries(), list(indices.values()))
    caption = _CAPTION.format(
        memory=memory_states(section),
        band=BAND.capitalize(),
        floor=FLOOR,
        left_out=grid.left_out,
    )
    return CaptionedFigure("gradient", "The gradient at every timestep", caption, figure)


def _measured_gradients(section: Section) -> list[str]:
    """The gradients at states that were measured in any run, in the order of the states."""
    names: dict[str, None] = {}
    for _, layer in all_layers(section):
        if "gradient_norm" in layer.variables:
            names |= dict.fromkeys(n for n in layer.names.state_gradients if n in layer.gradients)
    return list(names)
