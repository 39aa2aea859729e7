"""Figures of a layer over training: curves against the timestep, and heat maps."""

import io
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import xarray
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from rnnexp.dashboard import tags
from rnnexp.dashboard.layer_names import gradient_label, layer_names

_COLOURS = colormaps["viridis"]
_MAX_CURVES, _MAX_CELLS = 12, 200  # more cannot be told apart
_DPI = 100
_DECADES = 12  # below the largest norm; float32 cannot tell smaller values from zero
_NEURON = "delta_"  # before the name of a neuron: the gradient at its pre-activation


class TaggedFigure(NamedTuple):
    """A figure for TensorBoard.

    Args:
        tag: The tag under which it is shown.
        figure: The figure.
        description: What it shows.
    """

    tag: str
    figure: Figure
    description: str


def layer_figures(layer: str, history: xarray.Dataset) -> Iterator[TaggedFigure]:
    """Draw all figures of a layer for which there are numbers.

    Args:
        layer: Name of the layer.
        history: Its measurements, from `History.layer`.
    """
    if _finite(history, "gradient_norm").size:
        figure = gradient_against_t(layer, history)
        yield TaggedFigure(tags.gradient_picture(layer), figure, tags.GRADIENT_PICTURE)
        figure = gradients_over_training(layer, history)
        yield TaggedFigure(tags.gradients_heat_map(layer), figure, tags.HEAT_MAP)
    if _finite(history, "gate_at").size:
        figure = gates_over_training(layer, history)
        yield TaggedFigure(tags.gates_heat_map(layer), figure, tags.HEAT_MAP)


def to_png(figure: Figure) -> tuple[bytes, tuple[int, int]]:
    """The bytes of a PNG file of the figure, and its width and height in pixels."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=_DPI)
    width, height = figure.get_size_inches() * _DPI
    return file.getvalue(), (int(width), int(height))


def gradient_against_t(layer: str, history: xarray.Dataset) -> Figure:
    """The norm of the gradient at each state against the timestep, one curve for each step."""
    norms = _finite(history, "gradient_norm")
    names = _state_gradients(history)
    figure = _white_figure(7, 1 + 3.5 * len(names))
    positive = norms.where(norms > 0)  # a zero has no place on a logarithmic axis
    steps = norms["step"].values
    colour = Normalize(steps[0], max(steps[-1], 1))
    panels = figure.subplots(len(names), 1, sharex=True, squeeze=False)[:, 0]
    for ax, name in zip(panels, names, strict=True):
        for i in _evenly_chosen(len(steps), _MAX_CURVES):
            is_end = i in (0, len(steps) - 1)
            ax.plot(
                norms["time"],
                positive.sel(gradient=name).isel(step=i),
                color=_COLOURS(colour(steps[i])),
                linewidth=2.5 if is_end else 1,
                linestyle="--" if i == 0 else "-",
                label=f"step {steps[i]}" if is_end else None,
            )
        _use_log_axis(ax, norms.sel(gradient=name).values)
        ax.set(ylabel=f"{_norm_label(name)} (loss per unit of state)")
        ax.locator_params(axis="x", integer=True)
        ax.legend()
    figure.supxlabel("timestep t")
    figure.suptitle(f"{layer}: the gradient that reaches each timestep")
    _add_colour_bar(figure, ScalarMappable(colour, _COLOURS), "training step")
    return figure


def gradients_over_training(layer: str, history: xarray.Dataset) -> Figure:
    """Heat maps of the norms of all gradients: timestep against training step, log colour scale.

    A zero has no logarithm and stays white, such as δ of an LSTM's forget gate at t = 1.
    """
    norms = _finite(history, "gradient_norm")
    neurons = [n for n in norms["gradient"].values if n.startswith(_NEURON)]
    names = [*_state_gradients(history), *neurons]
    top = np.log10(norms.max().item()) if norms.max() > 0 else 0.0
    logs = np.log10(norms.where(norms > 0)).clip(top - _DECADES, top)
    panels = {_norm_label(name): logs.sel(gradient=name) for name in names}
    limits = logs.fillna(top).sel(gradient=names).min().item(), top
    return _heat_maps(f"{layer}: gradients over training", panels, "log₁₀ of the norm", limits)


def gates_over_training(layer: str, history: xarray.Dataset) -> Figure:
    """Heat maps of the mean of each gate and of the retention: timestep against training step."""
    gate_at = _finite(history, "gate_at")
    panels = {f"gate {gate}": gate_at.sel(gate=gate) for gate in gate_at["gate"].values}
    panels["old state kept ρ"] = _finite(history, "retention")
    title = f"{layer}: gates over training"
    return _heat_maps(title, panels, "mean over batch and units", (0, 1))


def _state_gradients(history) -> list[str]:
    """The gradients at states that were measured, in the order of the states."""
    measured = [str(name) for name in history["gradient"].values]
    names = layer_names(history.attrs, measured, ())
    return [name for name in names.state_gradients if name in measured]


def _finite(history, name):
    """An array at the steps at which it has finite values, with NaN for all others."""
    array = history.get(name, xarray.DataArray(np.empty((0, 0)), dims=("step", "time")))
    return array.where(np.isfinite(array)).dropna("step", how="all")


def _white_figure(width, height):
    # A white background keeps dark text legible on TensorBoard's dark page.
    return Figure(figsize=(width, height), facecolor="white")


def _add_colour_bar(figure, mappable, label):
    """Leave margins around the panels, and add the colour bar at their right.

    The margins are in inches: a layout engine would take as long as drawing the figure twice.
    """
    width, height = figure.get_size_inches()
    left, right, bottom, top = 0.85 / width, 1 - 1.15 / width, 0.7 / height, 1 - 0.75 / height
    figure.subplots_adjust(left, bottom, right, top, wspace=0.2, hspace=0.25)
    axes = figure.add_axes((right + 0.2 / width, bottom, 0.2 / width, top - bottom))
    figure.colorbar(mappable, cax=axes, label=label)


def _heat_maps(title, panels, label, limits):
    rows = -(-len(panels) // 2)
    figure = _white_figure(7, 1.2 + 2.7 * rows)
    axes = figure.subplots(rows, 2, sharex=True, sharey=True, squeeze=False)
    options = {"cmap": _COLOURS, "vmin": limits[0], "vmax": limits[1], "shading": "nearest"}
    for ax, (name, panel) in zip(axes.flat, panels.items(), strict=False):
        cells = panel.isel({d: _evenly_chosen(panel.sizes[d], _MAX_CELLS) for d in panel.dims})
        values = cells.transpose("time", "step")
        mesh = ax.pcolormesh(cells["step"], cells["time"], values, **options)
        ax.set_title(name)
        ax.locator_params(nbins=4, integer=True)
    for ax in axes.flat[len(panels) :]:
        ax.set_axis_off()
    figure.suptitle(title)
    figure.supxlabel("training step")
    figure.supylabel("timestep t")
    _add_colour_bar(figure, mesh, label)
    return figure


def _evenly_chosen(n, most):
    """At most `most` of the indices 0 … n - 1, evenly, with the first and the last."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(int))


def _use_log_axis(ax, values):
    top = np.nanmax(values, initial=0) or 1.0
    lowest = top * 10.0**-_DECADES
    positive = values[values > lowest]
    # Limits before the scale: a logarithmic scale finds none where all values are zero.
    ax.set_ylim(max(positive.min(initial=top) / 3, lowest), top * 3)
    ax.set_yscale("log")


def _norm_label(name):
    if name.startswith(_NEURON):
        return f"‖δ‖ of {name.removeprefix(_NEURON)}"
    return f"‖{gradient_label(name)}‖"
