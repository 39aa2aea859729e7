"""From what was measured of a layer to the points of its curves and histograms."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from tensorboard.compat.proto.summary_pb2 import Summary

from rnnexp.dashboard import tags
from rnnexp.dashboard.layer_history import Measured
from rnnexp.dashboard.summaries import distribution, profile, scalar

# A value for each step, or None where there is no number to show.
Curve = list[Summary.Value | None]


def points(layer: str, measured: Measured, direction: str) -> Iterator[tuple[int, list]]:
    """By step: the values of one layer's tags.

    measured: arrays with a dimension `step`, as `History` keeps them; direction: "forward" or
    "backward", in which the layer goes over time.
    """
    arrays = {name: array.transpose("step", ...) for name, array in measured.items()}
    labels = {
        d: list(a[d].values) for a in arrays.values() for d in ("gate", "gradient") if d in a.dims
    }
    steps = next(iter(arrays.values()))["step"].values.tolist()
    values = {name: array.values for name, array in arrays.items()}
    curves = list(_curves(layer, values, labels, 0 if direction == "forward" else -1))
    for i, step in enumerate(steps):
        yield step, [value for curve in curves if (value := curve[i]) is not None]


def _curves(layer, measured, labels, first) -> Iterator[Curve]:
    if "gate_mean" in measured:
        yield from _gates(layer, measured, labels["gate"])
    if "retention" in measured:
        yield from _retention(layer, measured, first)
    if "gradient_norm" in measured:
        yield from _gradients(layer, measured, labels["gradient"], first)


def _gates(layer, measured, gates):
    # Training step, gate, unit.
    of_units = {name: measured[f"gate_{name}"] for name in tags.GATE_SCALARS}
    whole = {name: values.mean(-1) for name, values in of_units.items()}
    # The spread of all values is that within the units and that between their means.
    within, between = np.square(of_units["spread"]).mean(-1), of_units["mean"].var(-1)
    whole["spread"] = np.sqrt(within + between)
    for i, gate in enumerate(gates):
        for name, text in tags.GATE_SCALARS.items():
            yield _scalars(tags.gate_scalar(layer, gate, name), whole[name][:, i], text)
        tag = tags.gate_over_units(layer, gate)
        means = of_units["mean"][:, i]
        yield [distribution(tag, at_step, tags.GATE_OVER_UNITS) for at_step in means]


def _retention(layer, measured, first):
    kept, carried = measured["retention"], measured["carried"]
    real = np.isfinite(kept)  # where all sequences are padded there is nothing: NaN
    found = {
        "retention": _ratio(np.where(real, kept, 0).sum(-1), real.sum(-1)),
        "carried_from_start": _at_end(carried, np.isfinite(carried), first),
    }
    for name, text in tags.RETENTION_SCALARS.items():
        yield _scalars(tags.retention_scalar(layer, name), found[name], text)


def _gradients(layer, measured, gradients, first):
    for i, gradient in enumerate(gradients):
        if gradient not in ("d_h", "d_c", "d_x"):
            continue  # in the pictures, and in the file
        norm = measured["gradient_norm"][:, i]
        relative = _ratio(norm, _at_end(norm, norm != 0, -1 - first)[:, None])
        with np.errstate(divide="ignore"):  # of nothing
            first_to_last = np.log10(relative[:, first])
        found = {
            "horizon": measured["horizon"][:, i],
            "earliest_quarter": measured["earliest_quarter"][:, i],
            "first_to_last": first_to_last,
        }
        for name, text in tags.GRADIENT_SCALARS.items():
            yield _scalars(tags.gradient_scalar(layer, gradient, name), found[name], text)
        tag = tags.gradient_against_t(layer, gradient)
        yield [profile(tag, at_step, tags.GRADIENT_AGAINST_T) for at_step in relative]


def _at_end(values: Any, there: Any, end: int) -> Any:
    """At each training step, of the values over time that are there the first (0) or last (-1)."""
    step = 1 if end == 0 else -1
    place = np.argmax(there[:, ::step], axis=-1)
    return np.take_along_axis(values[:, ::step], place[:, None], axis=-1)[:, 0]


def _ratio(a, b):
    with np.errstate(divide="ignore", invalid="ignore"):  # of nothing, of what has exploded
        return a / b


def _scalars(tag, values, description) -> Curve:
    return [scalar(tag, v, description) if np.isfinite(v) else None for v in values.tolist()]
