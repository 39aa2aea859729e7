"""Figures of a layer over training: curves against the timestep, and heat maps."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import xarray
from matplotlib.figure import Figure

from rnnexp.dashboard import tags
from rnnexp.dashboard.figure_parts import (
    DECADES,
    add_colour_bar,
    colour_of_steps,
    evenly_chosen,
    heat_map,
    heat_maps,
    logarithms,
    set_margins,
    white_figure,
)
from rnnexp.dashboard.layer_names import LayerNames, gradient_label, layer_names
from rnnexp.dashboard.snapshots import KEPT_TIME, SEQUENCE, SNAPSHOT

_MAX_CURVES = 12  # more cannot be told apart
_LEAST_CARRIED = -6  # log₁₀; less is shown as this
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


def layer_figures(layer: str, history: xarray.Dataset, title: str = "") -> Iterator[TaggedFigure]:
    """Draw all figures of a layer for which there are numbers.

    Args:
        layer: Name of the layer.
        history: Its measurements, from `History.layer`.
        title: What is trained; by default the class and sizes of the layer.
    """
    heading = f"{title or _sizes(history)}\n{layer}"
    has_gradients = _finite(history, "gradient_norm").size > 0
    has_memory = _carried(history).size > 0
    if has_gradients:
        figure = gradient_against_t(heading, history)
        yield TaggedFigure(tags.gradient_picture(layer), figure, tags.GRADIENT_PICTURE)
        figure = gradients_over_training(heading, history)
        yield TaggedFigure(tags.gradients_heat_map(layer), figure, tags.GRADIENTS_HEAT_MAP)
    if has_gradients or has_memory:
        figure = memory_over_training(heading, history)
        yield TaggedFigure(tags.memory_picture(layer), figure, tags.MEMORY_PICTURE)
    if has_memory and any(f"unit_{gate}" in history for gate in _names(history).gates):
        figure = units_against_t(heading, history)
        yield TaggedFigure(tags.units_picture(layer), figure, tags.UNITS_PICTURE)


def gradient_against_t(heading: str, history: xarray.Dataset) -> Figure:
    """The norm of the gradient at each state against the timestep, one curve for each step.

    At the right it is divided by its value at the last timestep that it reaches: the norm of a
    task that is solved is low at every timestep, because the loss is.
    """
    norms = _finite(history, "gradient_norm")
    names = _state_gradients(history)
    steps = norms["step"].values
    figure = white_figure(
        8.5, 1.7 + 2.3 * len(names), f"{heading}: the gradient that reaches each timestep"
    )
    colours = colour_of_steps(steps)
    panels = figure.subplots(len(names), 2, sharex=True, squeeze=False)
    for row, name in zip(panels, names, strict=True):
        of_state = norms.sel(gradient=name)
        reached = of_state.where(of_state > 0)
        relative = reached / _last_reached(reached, history)
        for ax, curves in zip(row, map(np.log10, (reached, relative)), strict=True):
            for i in evenly_chosen(len(steps), _MAX_CURVES):
                is_end = i in (0, len(steps) - 1)
                ax.plot(
                    norms["time"],
                    curves.isel(step=i),
                    color=colours.to_rgba(steps[i]),
                    linewidth=2.5 if is_end else 1,
                    linestyle="--" if i == 0 else "-",
                    label=f"step {steps[i]}" if is_end else None,
                )
            top = np.nanmax(curves.values, initial=-np.inf)
            if np.isfinite(top):
                ax.set_ylim(max(np.nanmin(curves.values), top - DECADES) - 0.5, top + 0.5)
            ax.locator_params(nbins=5, integer=True)
        row[0].set_ylabel(f"log₁₀ {_norm_label(name)}")
        row[0].legend(fontsize=8)
    panels[0][0].set_title("in loss per unit of state", fontsize=10)
    panels[0][1].set_title("relative to the last timestep", fontsize=10)
    figure.supxlabel("timestep t", fontsize=10)
    add_colour_bar(figure, colours, "training step")
    return figure


def gradients_over_training(heading: str, history: xarray.Dataset) -> Figure:
    """Heat maps of the norms of all gradients: timestep against training step, log colour scale.

    A zero has no logarithm and stays white, such as δ of an LSTM's forget gate at t = 1.
    """
    norms = _finite(history, "gradient_norm")
    neurons = [n for n in norms["gradient"].values if n.startswith(_NEURON)]
    names = [*_state_gradients(history), *neurons]
    logs = logarithms(norms).sel(gradient=names)
    known = logs.values[np.isfinite(logs.values)]
    return heat_maps(
        f"{heading}: gradients over training",
        {_norm_label(name): logs.sel(gradient=name) for name in names},
        axes=("step", "time"),
        labels=("training step", "timestep t", "log₁₀ of the norm"),
        limits=(known.min(initial=0), known.max(initial=known.min(initial=0))),
    )


def memory_over_training(heading: str, history: xarray.Dataset) -> Figure:
    """What each unit carries to the end, and how far back the gradient reaches, against the step.

    The units are in the order of `units_against_t`; the largest horizon is dotted.
    """
    carried = _carried(history)
    horizon = _finite(history, "horizon")
    rows = [array.size > 0 for array in (carried, horizon)]
    figure = white_figure(7, 1.7 + 2.0 * sum(rows), f"{heading}: memory over training")
    panels = list(figure.subplots(sum(rows), 1, sharex=True, squeeze=False)[:, 0])
    set_margins(figure)
    if carried.size:
        ax = panels.pop(0)
        logs = np.log10(_ranked(carried, history).clip(10.0**_LEAST_CARRIED, 1))
        mesh = heat_map(ax, logs, ("step", "unit"), (_LEAST_CARRIED, 0))
        ax.locator_params(nbins=4, integer=True)
        ax.set_ylabel("unit, by what\nit carries", fontsize=9)
        # A place of its own: beside the panel, it would make the panel narrower than the other.
        box = ax.get_position()
        bar = figure.add_axes((box.x1 + 0.03, box.y0, 0.03, box.height))
        figure.colorbar(mesh, cax=bar, label="log₁₀ of what is\ncarried from 1 to T")
    if horizon.size:
        ax, memory = panels.pop(0), _names(history).memory_gradient
        reach = horizon.sel(gradient=memory)
        ax.plot(reach["step"], reach, color="tab:blue", label=f"{_norm_label(memory)} ≥ 1 %")
        farthest = _finite(history, "farthest")
        known = farthest.sel(gradient=memory).values if farthest.size else []
        whole = int(np.nanmax(known, initial=0)) or history.sizes["time"] - 1
        ax.axhline(whole, color="black", linestyle=":", label=f"whole sequence, {whole}")
        ax.set_ylim(0, 1.1 * max(whole, 1))
        ax.set_ylabel("horizon\n(timesteps)", fontsize=9)
        ax.legend(fontsize=8)
    figure.supxlabel("training step", fontsize=10)
    return figure


def units_against_t(heading: str, history: xarray.Dataset) -> Figure:
    """Heat maps of each gate and of the retention as last kept: unit against timestep."""
    kept = history.isel({SNAPSHOT: -1, SEQUENCE: 0})
    names = [n for n in (*_names(history).gates, "retention") if f"unit_{n}" in kept]
    titles = {"retention": "old memory kept ρ"}
    step = kept[SNAPSHOT].item()
    return heat_maps(
        f"{heading}: each unit at step {step}",
        {titles.get(n, f"gate {n}"): _ranked(kept[f"unit_{n}"], history) for n in names},
        axes=(KEPT_TIME, "unit"),
        labels=("timestep t", "unit, by what it carries (most at the top)", "value"),
        limits=(0, 1),
    )


def _carried(history):
    """What each unit carries; empty without gates, because then it is the same at every step."""
    gates = _names(history).gates
    return _finite(history, "carried_from_start" if gates else "")


def _last_reached(reached, history):
    """At each step, the norm at the last of the layer's timesteps at which it is not NaN."""
    forward = history.attrs.get("direction") != "backward"
    in_order = reached.isel(time=slice(None, None, -1 if forward else 1))
    return in_order.isel(time=in_order.notnull().argmax("time"))


def _ranked(array, history):
    """An array with its units in the order of what they carry in the end, the most last."""
    carried = _carried(history).isel(step=-1).values
    order = np.argsort(carried, kind="stable")
    return array.isel(unit=order).assign_coords(unit=np.arange(1, len(order) + 1))


def _sizes(history) -> str:
    """The class of the layer, its units M, and the timesteps T, as far as they are known."""
    name = str(history.attrs.get("layer_class", "")).rpartition(".")[2]
    sizes = {"M": history.sizes.get("unit"), "T": history.sizes.get("time")}
    return ", ".join([name, *(f"{letter} = {n}" for letter, n in sizes.items() if n)])


def _names(history) -> LayerNames:
    """The names of the layer's states and gates."""

    def labels(dimension):
        return [str(name) for name in history[dimension].values] if dimension in history else []

    return layer_names(history.attrs, labels("gradient"), labels("gate"))


def _state_gradients(history) -> list[str]:
    """The gradients at states that were measured, in the order of the states."""
    measured = [str(name) for name in history["gradient"].values]
    return [name for name in _names(history).state_gradients if name in measured]


def _finite(history, name):
    """An array at the steps at which it has finite values, with NaN for all others."""
    array = history.get(name, xarray.DataArray(np.empty((0, 0)), dims=("step", "time")))
    return array.where(np.isfinite(array)).dropna("step", how="all")


def _norm_label(name):
    if name.startswith(_NEURON):
        return f"‖δ‖ of {name.removeprefix(_NEURON)}"
    return f"‖{gradient_label(name)}‖"
