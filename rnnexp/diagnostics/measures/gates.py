"""Measures of the gates: where they stand, how decided they are, what drives the update gate."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import xarray

from rnnexp.diagnostics.equation_attributes import gates_in
from rnnexp.diagnostics.labelled import recurrent_name
from rnnexp.diagnostics.measures.of_layer import (
    OF_STEP,
    each_step,
    in_step_order,
    neurons,
    of_one_step,
    output,
    read,
    with_role,
)
from rnnexp.diagnostics.measures.retention import unmasked_retention

LOW, HIGH = 0.1, 0.9


def gate_statistics(
    dataset: xarray.Dataset, over: str | Sequence[str] = ("batch", "time")
) -> xarray.Dataset:
    """Where each gate g stands, taken over the dimensions `over`; padding is left out.

        mean            E[g], 0 to 1
        spread          √(E[g²] - E[g]²), 0 to ½
        entropy         E[-g log₂ g - (1 - g) log₂(1 - g)], 0 (decided) to 1 bit (at ½)
        saturated_low   share of g < 0.1, 0 to 1
        saturated_high  share of g > 0.9, 0 to 1

    Saturation is that of Karpathy, Johnson & Fei-Fei (2015), arXiv 1506.02078. Dimensions: gate and
    what `over` leaves: ("batch", "time") gives every unit, with "unit" added every gate as one,
    ("batch", "unit") every timestep. A unit without gates gives none.

    Raises:
        ValueError: `over` names another dimension than batch, time and unit.
    """
    return _measured(dataset, over, _STATISTICS)


def gate_means(
    dataset: xarray.Dataset, over: str | Sequence[str] = ("batch", "unit")
) -> xarray.Dataset:
    """Where each gate g stands at every timestep: E[g], 0 to 1, the `mean` of `gate_statistics`.

    As Karpathy, Johnson & Fei-Fei (2015), arXiv 1506.02078, look at gates, but against t. Padding
    is left out. Dimensions: gate and what `over` leaves. Raises as `gate_statistics` does.
    """
    return _measured(dataset, over, {"mean": _STATISTICS["mean"]})


def _measured(dataset, over, statistics) -> xarray.Dataset:
    over = (over,) if isinstance(over, str) else tuple(over)
    if not set(over) <= set(OF_STEP):
        raise ValueError(f"over is {over!r}; expected some of {', '.join(OF_STEP)}")
    gates, sizes = gates_in(dataset), output(dataset).sizes
    left = ("gate", *(d for d in sizes if d not in over))
    shape = (len(gates), *(sizes[d] for d in left[1:]))
    mean = _mean_over(tuple(OF_STEP.index(d) for d in over))
    real = dataset["mask"].values[..., None]
    found = {}
    for name, (statistic, text, unit) in statistics.items():

        def at_step(g, real, statistic=statistic):
            return statistic(g, partial(mean, real=real))

        values = [each_step(at_step, dataset[gate].values, real) for gate in gates]
        found[name] = (left, np.reshape(values, shape), {"long_name": text, "units": unit})
    labels = {d: dataset.coords[d] for d in left[1:] if d in dataset.coords}
    return xarray.Dataset(found, {"gate": np.array(gates, dtype=str), **labels})


def _mean_over(axes):
    """A mean of arrays (B, T, M) without padding; real (B, T, 1) is false there."""

    def mean(array, real, keepdims=False):
        if real.all():
            return array.mean(axes, dtype="float64", keepdims=keepdims)
        counted = np.broadcast_to(real, array.shape)
        total = array.sum(axes, dtype="float64", keepdims=keepdims, where=counted)
        with np.errstate(invalid="ignore"):  # nothing but padding has no mean: NaN
            return total / counted.sum(axes, keepdims=keepdims)

    return mean


def _spread(g, mean):
    return np.sqrt(mean(np.square(g - mean(g, keepdims=True))))


def _entropy(g):
    """In bits; NaN for a gate whose activation leaves 0 … 1."""
    with np.errstate(invalid="ignore"):
        # 0 log 0 is 0: a one stands in, whose logarithm exists and is 0.
        parts = [p * np.log2(np.where(p == 0, 1, p)) for p in (g, 1 - g)]
    return -parts[0] - parts[1]


# By name: a function of a gate (B, T, M) and of how to take a mean of it, its name, its unit.
_STATISTICS = {
    "mean": (lambda g, mean: mean(g), "gate, mean", "1"),
    "spread": (_spread, "gate, standard deviation", "1"),
    "entropy": (lambda g, mean: mean(_entropy(g)), "gate, entropy", "bit"),
    "saturated_low": (lambda g, mean: mean(g < LOW), f"share of gate < {LOW}", "1"),
    "saturated_high": (lambda g, mean: mean(g > HIGH), f"share of gate > {HIGH}", "1"),
}


@in_step_order
def update_gate(dataset: xarray.Dataset) -> xarray.Dataset:
    """The update gate in both readings, and as what it is, a logistic neuron.

        keep            fraction of the old state that stays, 0 to 1: 1 - z of Chung et al. (2014),
                        z of Cho et al. (2014) and Keras; the retention
        take            1 - keep: fraction of the candidate that enters, 0 to 1
        pre_activation  a, the sum of the parts below, of the layer's own z = σ(a): the log-odds
                        log(z / (1 - z)), unbounded; a = 0 is z = ½
        from_input      x_t W_xz
        from_state      h_{t-1} W_hz, of all vectors that the neuron reads
        from_vectors    what the unit adds to the products: p ⊙ c_{t-1} of a peephole
        from_products   the sum of the products where the unit normalises them or does something
                        else to them, instead of the three before
        from_bias       b_z

    Only the parts that the neuron has are there. z is the layer's own; `dataset.update_gate` says
    whether it keeps or takes ("keep", "new"). Dimensions (batch, time, unit). A unit without a
    neuron that is an update gate gives an empty Dataset.
    """
    of_one_step(dataset)
    dims, found = output(dataset).dims, {}
    for name in with_role(dataset, "update"):
        if name not in neurons(dataset):
            continue
        parts = _parts(dataset, name, read(dataset)[name])
        keep = unmasked_retention(dataset)
        found = {
            "keep": (dims, keep, {"long_name": "old state kept", "units": "1"}),
            "take": (dims, 1 - keep, {"long_name": "candidate taken", "units": "1"}),
            "pre_activation": (
                dims,
                sum(parts.values()),
                {"long_name": f"pre-activation of {name}, its log-odds", "units": "nat"},
            ),
        } | {
            part: (dims, array, {"long_name": _PARTS[part], "units": "nat"})
            for part, array in parts.items()
        }
    return xarray.Dataset(found, {"time": dataset["time"]})


_PARTS = {
    "from_input": "x_t W_x",
    "from_state": "v_t W_h",
    "from_vectors": "what is added to the products",
    "from_products": "sum of the products, as the unit has it",
    "from_bias": "bias",
}


def _parts(dataset, name, given) -> dict[str, np.ndarray]:
    """What the pre-activation of a neuron is the sum of, by name, each (B, T, M)."""

    def of(weight):
        return dataset[weight].sel(neuron=name).values

    bias, recurrent_bias = (of(b) if b in dataset.coords else None for b in ("b", "b_h"))
    found = {}
    if given.pre_activation is not None:
        found["from_products"] = given.pre_activation
    else:
        if of("W_x").any():
            found["from_input"] = dataset["x"].values @ of("W_x")
        products = [v @ of(recurrent_name(j)) for j, v in enumerate(given.vectors)]
        if products and given.gate is not None and recurrent_bias is not None:
            products.append(recurrent_bias)
            recurrent_bias = None
        if products:
            found["from_state"] = sum(products) * (1 if given.gate is None else given.gate)
        if given.plus is not None:
            found["from_vectors"] = given.plus
    biases = [b for b in (bias, recurrent_bias) if b is not None]
    if biases:
        found["from_bias"] = np.broadcast_to(sum(biases), dataset[name].shape)
    return found
