"""Turns measurements of a layer into the points of its curves and histograms."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from tensorboard.compat.proto.summary_pb2 import Summary

from rnnexp.dashboard import tags
from rnnexp.dashboard.layer_history import Measurements
from rnnexp.dashboard.layer_names import INPUT_GRADIENT, layer_names
from rnnexp.dashboard.summaries import distribution, profile, scalar

Curve = list[Summary.Value | None]
"""A value for each step; None where there is no number to show."""


def layer_summaries(
    layer: str, measurements: Measurements, attributes: Mapping[str, Any]
) -> Iterator[tuple[int, list[Summary.Value]]]:
    """The values of all tags of a layer at each step.

    Args:
        layer: Name of the layer.
        measurements: Arrays with a dimension `step`, as `History` keeps them.
        attributes: The attributes of the layer's Dataset.

    Yields:
        A step and the values at it.
    """
    arrays = {name: array.transpose("step", ...) for name, array in measurements.items()}
    labels: dict[str, list[str]] = {"gate": [], "gradient": []}
    for array in arrays.values():
        labels |= {d: [str(n) for n in array[d].values] for d in labels if d in array.dims}
    names = layer_names(attributes, labels["gradient"], labels["gate"])
    first = -1 if attributes.get("direction") == "backward" else 0
    values = {name: array.values for name, array in arrays.items()}
    curves: list[Curve] = []
    if "gate_mean" in values:
        curves += _gate_curves(layer, values, labels["gate"])
    if "retention" in values:
        curves += _retention_curves(layer, values, first)
    if "gradient_norm" in values:
        shown = {*names.state_gradients, INPUT_GRADIENT}
        curves += _gradient_curves(layer, values, labels["gradient"], shown, first)
    steps = next(iter(arrays.values()))["step"].values.tolist()
    for i, step in enumerate(steps):
        yield step, [value for curve in curves if (value := curve[i]) is not None]


def _gate_curves(layer, values, gates) -> Iterator[Curve]:
    # Arrays of shape (steps, gates, units).
    per_unit = {name: values[f"gate_{name}"] for name in tags.GATE_SCALARS}
    overall = {name: array.mean(-1) for name, array in per_unit.items()}
    # The variance of all values is that within the units plus that between their means.
    within, between = np.square(per_unit["spread"]).mean(-1), per_unit["mean"].var(-1)
    overall["spread"] = np.sqrt(within + between)
    for i, gate in enumerate(gates):
        for name, description in tags.GATE_SCALARS.items():
            yield _scalars(tags.gate_scalar(layer, gate, name), overall[name][:, i], description)
        tag = tags.gate_over_units(layer, gate)
        means = per_unit["mean"][:, i]
        yield [distribution(tag, at_step, tags.GATE_OVER_UNITS) for at_step in means]


def _retention_curves(layer, values, first) -> Iterator[Curve]:
    retention, carried = values["retention"], values["carried"]
    is_known = np.isfinite(retention)  # NaN where all sequences are padded
    scalars = {
        "retention": _ratio(np.where(is_known, retention, 0).sum(-1), is_known.sum(-1)),
        "carried_from_start": _value_at_end(carried, np.isfinite(carried), first),
    }
    for name, description in tags.RETENTION_SCALARS.items():
        yield _scalars(tags.retention_scalar(layer, name), scalars[name], description)


def _gradient_curves(layer, values, gradients, shown, first) -> Iterator[Curve]:
    for i, gradient in enumerate(gradients):
        if gradient not in shown:
            continue  # the gradients of neurons are in the figures and in the file only
        norm = values["gradient_norm"][:, i]
        relative = _ratio(norm, _value_at_end(norm, norm != 0, -1 - first)[:, None])
        with np.errstate(divide="ignore"):  # of zero
            first_to_last = np.log10(relative[:, first])
        scalars = {
            "horizon": values["horizon"][:, i],
            "earliest_quarter": values["earliest_quarter"][:, i],
            "first_to_last": first_to_last,
        }
        for name, description in tags.GRADIENT_SCALARS.items():
            yield _scalars(tags.gradient_scalar(layer, gradient, name), scalars[name], description)
        tag = tags.gradient_against_t(layer, gradient)
        yield [profile(tag, at_step, tags.GRADIENT_AGAINST_T) for at_step in relative]


def _value_at_end(values: Any, is_known: Any, end: int) -> Any:
    """At each step, the first (end = 0) or last (end = -1) value over time that is known."""
    direction = 1 if end == 0 else -1
    position = np.argmax(is_known[:, ::direction], axis=-1)
    return np.take_along_axis(values[:, ::direction], position[:, None], axis=-1)[:, 0]


def _ratio(a, b):
    with np.errstate(divide="ignore", invalid="ignore"):  # 0 / 0, inf / inf
        return a / b


def _scalars(tag, values, description) -> Curve:
    return [scalar(tag, v, description) if np.isfinite(v) else None for v in values.tolist()]
