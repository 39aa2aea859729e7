"""Pictures of a layer over training: curves against t, and timestep × training step."""

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

_COLOURS = colormaps["viridis"]
_CURVES, _CELLS = 12, 200  # at most so many are told apart
_DPI = 100
_DECADES = 12  # below the largest norm: what is smaller is nothing to a float32


class Picture(NamedTuple):
    """A figure and where it goes in TensorBoard."""

    tag: str
    figure: Figure
    description: str


def pictures(layer: str, history: xarray.Dataset) -> Iterator[Picture]:
    """All that there are of a layer; history: one of `History`."""
    if _numbers(history, "gradient_norm").size:
        figure = gradient_against_t(layer, history)
        yield Picture(tags.gradient_picture(layer), figure, tags.GRADIENT_PICTURE)
        figure = gradients_over_training(layer, history)
        yield Picture(tags.gradients_heat_map(layer), figure, tags.HEAT_MAP)
    if _numbers(history, "gate_at").size:
        figure = gates_over_training(layer, history)
        yield Picture(tags.gates_heat_map(layer), figure, tags.HEAT_MAP)


def png(figure: Figure) -> tuple[bytes, tuple[int, int]]:
    """The figure as a PNG file, and its width and height in pixels."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=_DPI)
    width, height = figure.get_size_inches() * _DPI
    return file.getvalue(), (int(width), int(height))


def gradient_against_t(layer: str, history: xarray.Dataset) -> Figure:
    """‖dL/dh_t‖, and ‖dL/dc_t‖ where there is one, against t: a curve for each logged step."""
    norms = _numbers(history, "gradient_norm")
    names = [name for name in ("d_h", "d_c") if name in norms["gradient"]]
    figure = _figure(7, 1 + 3.5 * len(names))
    shown = norms.where(norms > 0)  # a zero has no place on the axis
    steps = norms["step"].values
    colour = Normalize(steps[0], max(steps[-1], 1))
    panels = figure.subplots(len(names), 1, sharex=True, squeeze=False)[:, 0]
    for ax, name in zip(panels, names, strict=True):
        for i in _spread(len(steps), _CURVES):
            ends = i in (0, len(steps) - 1)
            ax.plot(
                norms["time"],
                shown.sel(gradient=name).isel(step=i),
                color=_COLOURS(colour(steps[i])),
                linewidth=2.5 if ends else 1,
                linestyle="--" if i == 0 else "-",
                label=f"step {steps[i]}" if ends else None,
            )
        _log_axis(ax, norms.sel(gradient=name).values)
        ax.set(ylabel=f"{_formula(name)} (loss per unit of state)")
        ax.locator_params(axis="x", integer=True)
        ax.legend()
    figure.supxlabel("timestep t")
    figure.suptitle(f"{layer}: the gradient that reaches each timestep")
    _arrange(figure, ScalarMappable(colour, _COLOURS), "training step")
    return figure


def gradients_over_training(layer: str, history: xarray.Dataset) -> Figure:
    """Timestep × training step, the norm of each gradient as colour, on a logarithmic scale.

    A zero has no logarithm and stays white: δ of an LSTM's forget gate at t = 1, dL/dc_t at t = T.
    """
    norms = _numbers(history, "gradient_norm")
    names = [n for n in norms["gradient"].values if n in ("d_h", "d_c") or n.startswith("delta_")]
    top = np.log10(norms.max().item()) if norms.max() > 0 else 0.0
    logs = np.log10(norms.where(norms > 0)).clip(top - _DECADES, top)
    panels = {_formula(name): logs.sel(gradient=name) for name in names}
    limits = logs.fillna(top).sel(gradient=names).min().item(), top
    return _heat_maps(f"{layer}: gradients over training", panels, "log₁₀ of the norm", limits)


def gates_over_training(layer: str, history: xarray.Dataset) -> Figure:
    """Timestep × training step, as colour the mean of each gate and what is kept of the state."""
    at = _numbers(history, "gate_at")
    panels = {f"gate {gate}": at.sel(gate=gate) for gate in at["gate"].values}
    panels["old state kept ρ"] = _numbers(history, "retention")
    title = f"{layer}: gates over training"
    return _heat_maps(title, panels, "mean over batch and units", (0, 1))


def _numbers(history, name):
    """What was measured, at the steps at which there are numbers; gaps where it has exploded."""
    array = history.get(name, xarray.DataArray(np.empty((0, 0)), dims=("step", "time")))
    return array.where(np.isfinite(array)).dropna("step", how="all")


def _figure(width, height):
    # White behind everything: dark text on it is read on TensorBoard's dark page too.
    return Figure(figsize=(width, height), facecolor="white")


def _arrange(figure, mappable, label):
    """Panels side by side, the colours' scale at their right.

    By inches known beforehand: to find the room that texts need takes as long as to draw twice.
    """
    width, height = figure.get_size_inches()
    left, right, bottom, top = 0.85 / width, 1 - 1.15 / width, 0.7 / height, 1 - 0.75 / height
    figure.subplots_adjust(left, bottom, right, top, wspace=0.2, hspace=0.25)
    scale = figure.add_axes((right + 0.2 / width, bottom, 0.2 / width, top - bottom))
    figure.colorbar(mappable, cax=scale, label=label)


def _heat_maps(title, panels, label, limits):
    rows = -(-len(panels) // 2)
    figure = _figure(7, 1.2 + 2.7 * rows)
    axes = figure.subplots(rows, 2, sharex=True, sharey=True, squeeze=False)
    shades = {"cmap": _COLOURS, "vmin": limits[0], "vmax": limits[1], "shading": "nearest"}
    for ax, (name, panel) in zip(axes.flat, panels.items(), strict=False):
        cells = panel.isel({d: _spread(panel.sizes[d], _CELLS) for d in ("step", "time")})
        values = cells.transpose("time", "step")
        mesh = ax.pcolormesh(cells["step"], cells["time"], values, **shades)
        ax.set_title(name)
        ax.locator_params(nbins=4, integer=True)
    for ax in axes.flat[len(panels) :]:
        ax.set_axis_off()
    figure.suptitle(title)
    figure.supxlabel("training step")
    figure.supylabel("timestep t")
    _arrange(figure, mesh, label)
    return figure


def _spread(n, most):
    """At most `most` of 0 … n - 1, evenly, the first and the last among them."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(int))


def _log_axis(ax, values):
    top = np.nanmax(values, initial=0) or 1.0
    lowest = top * 10.0**-_DECADES
    positive = values[values > lowest]
    # Before the scale, which would look for limits, in vain where all is zero.
    ax.set_ylim(max(positive.min(initial=top) / 3, lowest), top * 3)
    ax.set_yscale("log")


def _formula(name):
    if name.startswith("delta_"):
        return f"‖δ‖ of {name.removeprefix('delta_')}"
    return f"‖dL/d{name.removeprefix('d_')}‖"
