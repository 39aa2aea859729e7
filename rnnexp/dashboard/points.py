"""From what was measured of a layer at one step to the points of its curves and histograms."""

from collections.abc import Iterator

import numpy as np
from tensorboard.compat.proto.summary_pb2 import Summary

from rnnexp.dashboard import tags
from rnnexp.dashboard.history import Measured
from rnnexp.dashboard.summaries import distribution, profile, scalar


def points(layer: str, measured: Measured, direction: str) -> Iterator[Summary.Value]:
    """The values of one layer's tags.

    measured: arrays as `History` keeps them; direction: "forward" or "backward", in which the layer
    goes over time.
    """
    first = 0 if direction == "forward" else -1
    if "gate_mean" in measured:
        yield from _gates(layer, measured)
    if "retention" in measured:
        yield from _retention(layer, measured, first)
    if "gradient_norm" in measured:
        yield from _gradients(layer, measured, first)


def _gates(layer, measured):
    for i, gate in enumerate(measured["gate_mean"]["gate"].values):
        of_units = {name: measured[f"gate_{name}"].values[i] for name in tags.GATE_SCALARS}
        # The spread of all values is that within the units and that between their means.
        within, between = np.mean(of_units["spread"] ** 2), np.var(of_units["mean"])
        whole = {name: np.mean(values) for name, values in of_units.items()}
        whole["spread"] = np.sqrt(within + between)
        for name, text in tags.GATE_SCALARS.items():
            yield from _finite(tags.gate_scalar(layer, gate, name), whole[name], text)
        over_units = tags.gate_over_units(layer, gate)
        yield distribution(over_units, of_units["mean"], tags.GATE_OVER_UNITS)


def _retention(layer, measured, first):
    found = {
        "retention": measured["retention"].values.mean(),
        "carried_from_start": measured["carried"].values[first],
    }
    for name, text in tags.RETENTION_SCALARS.items():
        yield from _finite(tags.retention_scalar(layer, name), found[name], text)


def _gradients(layer, measured, first):
    norms = measured["gradient_norm"]
    for i, gradient in enumerate(norms["gradient"].values):
        if gradient not in ("d_h", "d_c", "d_x"):
            continue  # in the pictures, and in the file
        norm = norms.values[i]
        last = norm[np.flatnonzero(norm)[-1 - first]] if norm.any() else np.nan
        with np.errstate(divide="ignore"):
            first_to_last = np.log10(norm[first] / last)
        found = {
            "horizon": measured["horizon"].values[i],
            "earliest_quarter": measured["earliest_quarter"].values[i],
            "first_to_last": first_to_last,
        }
        for name, text in tags.GRADIENT_SCALARS.items():
            yield from _finite(tags.gradient_scalar(layer, gradient, name), found[name], text)
        tag = tags.gradient_against_t(layer, gradient)
        yield profile(tag, norm / last, tags.GRADIENT_AGAINST_T)


def _finite(tag, value, description):
    """A point, or none where there is no number to show."""
    if np.isfinite(value):
        yield scalar(tag, value, description)
