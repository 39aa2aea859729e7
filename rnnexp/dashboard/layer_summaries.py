"""Turns measurements of a layer into the points of its curves and histograms."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from tensorboard.compat.proto.summary_pb2 import Summary

from rnnexp.dashboard import tags
from rnnexp.dashboard.layer_history import Measurements
from rnnexp.dashboard.layer_names import INPUT_GRADIENT, layer_names
from rnnexp.dashboard.summaries import counted, distribution, scalar

Curve = list[Summary.Value | None]
"""A value for each step; None where there is no number to show."""


def layer_summaries(
    layer: str, measurements: Measurements, attributes: Mapping[str, Any]
) -> Iterator[tuple[int, list[Summary.Value]]]:
    """The values of all tags of a layer at each step.

    Args:
        layer: Name of the layer.
        measurements: Arrays as `History` keeps them. Those without a dimension `step` have no
            tags.
        attributes: The attributes of the layer's Dataset.

    Yields:
        A step and the values at it.
    """
    arrays = {n: a.transpose("step", ...) for n, a in measurements.items() if "step" in a.dims}
    labels: dict[str, list[str]] = {"gate": [], "gradient": []}
    for array in arrays.values():
        labels |= {d: [str(n) for n in array[d].values] for d in labels if d in array.dims}
    names = layer_names(attributes, labels["gradient"], labels["gate"])
    first = -1 if attributes.get("direction") == "backward" else 0
    values = {name: array.values for name, array in arrays.items()}
    curves: list[Curve] = []
    if "gate_mean" in values:
        curves += _gate_curves(layer, values, labels["gate"])
    if "carried_from_start" in values:
        curves += _carried_curves(layer, values)
    if "gradient_norm" in values:
        curves += _gradient_curves(layer, values, labels["gradient"], names, first)
    steps = next(iter(arrays.values()))["step"].values.tolist()
    for i, step in enumerate(steps):
        yield step, [value for curve in curves if (value := curve[i]) is not None]


def _gate_curves(layer, values, gates) -> Iterator[Curve]:
    # Arrays of shape (steps, gates, units).
    per_unit = {name.removeprefix("gate_"): v for name, v in values.items() if v.ndim == 3}
    per_unit["saturated"] = per_unit["saturated_low"] + per_unit["saturated_high"]
    overall = {name: per_unit[name].mean(-1) for name in tags.GATE_SCALARS}
    # The variance of all values is that within the units plus that between their means.
    within, between = np.square(per_unit["spread"]).mean(-1), per_unit["mean"].var(-1)
    overall["spread"] = np.sqrt(within + between)
    for i, gate in enumerate(gates):
        for name, description in tags.GATE_SCALARS.items():
            yield _scalars(tags.gate_scalar(layer, gate, name), overall[name][:, i], description)
        tag = tags.gate_values(layer, gate)
        yield [counted(tag, n, tags.GATE_VALUES) for n in values["gate_counts"][:, i]]
        tag = tags.gate_over_units(layer, gate)
        means = per_unit["mean"][:, i]
        yield [distribution(tag, at_step, tags.GATE_OVER_UNITS) for at_step in means]


def _carried_curves(layer, values) -> Iterator[Curve]:
    retention, carried = values["retention"], values["carried_from_start"]  # by time, by unit
    is_known = np.isfinite(retention)  # NaN where all sequences are padded
    scalars = {
        "retention": _ratio(np.where(is_known, retention, 0).sum(-1), is_known.sum(-1)),
        "carried_from_start": carried.mean(-1),
        "carried_most": carried.max(-1),
    }
    for name, array in scalars.items():
        yield _scalars(tags.memory_scalar(layer, name), array, tags.MEMORY_SCALARS[name])
    tag = tags.carried_over_units(layer)
    yield [distribution(tag, at_step, tags.CARRIED_OVER_UNITS) for at_step in carried]


def _gradient_curves(layer, values, gradients, names, first) -> Iterator[Curve]:
    for i, gradient in enumerate(gradients):
        if gradient not in (*names.state_gradients, INPUT_GRADIENT):
            continue  # the gradients of neurons are in the figures and in the file only
        norm = values["gradient_norm"][:, i]
        at_last = _value_at_end(norm, norm != 0, -1 - first)
        with np.errstate(divide="ignore"):  # of zero
            first_to_last = np.log10(_ratio(norm[:, first], at_last))
        scalars = {
            "horizon": values["horizon"][:, i],
            "earliest_quarter": values["earliest_quarter"][:, i],
            "first_to_last": first_to_last,
        }
        for name, description in tags.GRADIENT_SCALARS.items():
            yield _scalars(tags.gradient_scalar(layer, gradient, name), scalars[name], description)
        if gradient == names.memory_gradient:
            del scalars["earliest_quarter"]
            scalars["whole_sequence"] = values["farthest"][:, i]
            for name, array in scalars.items():
                yield _scalars(tags.memory_scalar(layer, name), array, tags.MEMORY_SCALARS[name])


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
