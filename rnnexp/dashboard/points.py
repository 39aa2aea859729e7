"""From what was measured of a layer at one step to the points of its curves and histograms."""

from collections.abc import Iterator

import numpy as np
from tensorboard.compat.proto.summary_pb2 import Summary

from rnnexp.dashboard import tags
from rnnexp.dashboard.history import Measured
from rnnexp.dashboard.summaries import distribution, profile, scalar


def points(layer: str, measured: Measured, direction: str) -> Iterator[tuple[int, list]]:
    """By step: the values of one layer's tags.

    measured: arrays with a dimension `step`, as `History` keeps them; direction: "forward" or
    "backward", in which the layer goes over time.
    """
    first = 0 if direction == "forward" else -1
    arrays = {name: array.transpose("step", ...) for name, array in measured.items()}
    some = next(iter(arrays.values()))
    names = {
        d: list(a[d].values) for a in arrays.values() for d in ("gate", "gradient") if d in a.dims
    }
    for i, step in enumerate(some["step"].values.tolist()):
        at = {name: array.values[i] for name, array in arrays.items()}
        yield step, list(_of_step(layer, at, names, first))


def _of_step(layer, at, names, first) -> Iterator[Summary.Value]:
    if "gate_mean" in at:
        yield from _gates(layer, at, names["gate"])
    if "retention" in at:
        yield from _retention(layer, at, first)
    if "gradient_norm" in at:
        yield from _gradients(layer, at, names["gradient"], first)


def _gates(layer, at, gates):
    for i, gate in enumerate(gates):
        of_units = {name: at[f"gate_{name}"][i] for name in tags.GATE_SCALARS}
        # The spread of all values is that within the units and that between their means.
        within, between = np.mean(of_units["spread"] ** 2), np.var(of_units["mean"])
        whole = {name: np.mean(values) for name, values in of_units.items()}
        whole["spread"] = np.sqrt(within + between)
        for name, text in tags.GATE_SCALARS.items():
            yield from _finite(tags.gate_scalar(layer, gate, name), whole[name], text)
        over_units = tags.gate_over_units(layer, gate)
        yield distribution(over_units, of_units["mean"], tags.GATE_OVER_UNITS)


def _retention(layer, at, first):
    # Where all sequences are padded there is nothing: NaN.
    kept, carried = (at[name][np.isfinite(at[name])] for name in ("retention", "carried"))
    if not kept.size:
        return
    found = {"retention": kept.mean(), "carried_from_start": carried[first]}
    for name, text in tags.RETENTION_SCALARS.items():
        yield from _finite(tags.retention_scalar(layer, name), found[name], text)


def _gradients(layer, at, gradients, first):
    for i, gradient in enumerate(gradients):
        if gradient not in ("d_h", "d_c", "d_x"):
            continue  # in the pictures, and in the file
        norm = at["gradient_norm"][i]
        last = norm[np.flatnonzero(norm)[-1 - first]] if norm.any() else np.nan
        with np.errstate(divide="ignore", invalid="ignore"):  # of nothing, of what has exploded
            relative = norm / last
            first_to_last = np.log10(relative[first])
        found = {
            "horizon": at["horizon"][i],
            "earliest_quarter": at["earliest_quarter"][i],
            "first_to_last": first_to_last,
        }
        for name, text in tags.GRADIENT_SCALARS.items():
            yield from _finite(tags.gradient_scalar(layer, gradient, name), found[name], text)
        tag = tags.gradient_against_t(layer, gradient)
        yield profile(tag, relative, tags.GRADIENT_AGAINST_T)


def _finite(tag, value, description):
    """A point, or none where there is no number to show."""
    if np.isfinite(value):
        yield scalar(tag, value, description)
