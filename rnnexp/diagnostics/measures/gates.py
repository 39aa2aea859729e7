"""Measures of the gates: their values, entropy and saturation, and the parts of the update gate."""

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
)
from rnnexp.diagnostics.measures.retention import unmasked_retention

LOW, HIGH = 0.1, 0.9


def gate_statistics(
    dataset: xarray.Dataset, over: str | Sequence[str] = ("batch", "time")
) -> xarray.Dataset:
    """Computes statistics of each gate g over the dimensions `over`, without padding.

        mean            E[g], 0 to 1
        spread          √(E[g²] - E[g]²), 0 to ½
        entropy         E[-g log₂ g - (1 - g) log₂(1 - g)], 0 (g is 0 or 1) to 1 bit (g = ½)
        saturated_low   share of g < 0.1, 0 to 1
        saturated_high  share of g > 0.9, 0 to 1

    Saturation is defined as by Karpathy, Johnson & Fei-Fei (2015), arXiv 1506.02078.

    Args:
        dataset: The trace of one layer.
        over: The dimensions to average over. ("batch", "time") gives a value for every unit,
            ("batch", "time", "unit") one value for the gate, and ("batch", "unit") a value for
            every timestep.

    Returns:
        A Dataset with the dimension gate and the remaining dimensions. For a layer without gates
        the dimension gate has length 0.

    Raises:
        ValueError: `over` contains a dimension other than batch, time and unit.
    """
    return _measured(dataset, over, _STATISTICS)


def gate_means(
    dataset: xarray.Dataset, over: str | Sequence[str] = ("batch", "unit")
) -> xarray.Dataset:
    """Computes the mean E[g], 0 to 1, of each gate at every timestep, without padding.

    Karpathy, Johnson & Fei-Fei (2015), arXiv 1506.02078, examine gates in this way, but not against
    t.

    Args:
        dataset: The trace of one layer.
        over: The dimensions to average over.

    Returns:
        A Dataset with the variable mean of `gate_statistics`, with the dimension gate and the
        remaining dimensions.

    Raises:
        ValueError: `over` contains a dimension other than batch, time and unit.
    """
    return _measured(dataset, over, {"mean": _STATISTICS["mean"]})


def gate_counts(dataset: xarray.Dataset, bins: int = 20) -> xarray.Dataset:
    """Counts all values of each gate, over sequences, timesteps and units, without padding.

    Where means hide what a few units do, as `gate_statistics` over units does, counts show it.

    Args:
        dataset: The trace of one layer.
        bins: The number of equal parts of 0 … 1, 1 or more.

    Returns:
        A Dataset with the variable count and the dimensions gate and bin. The coordinate bin is the
        middle of each part. Values outside 0 … 1, which only some units' gates have, are not
        counted.
    """
    gates, real = gates_in(dataset), dataset["mask"].values
    edges = np.linspace(0, 1, bins + 1)

    def at_step(g, real):
        return np.histogram(g[real[..., 0]], edges)[0].astype("float64")

    dims = tuple(d for d in output(dataset).dims if d not in OF_STEP)
    shape = (len(gates), *(dataset.sizes[d] for d in dims), bins)
    counts = [each_step(at_step, dataset[gate].values, real[..., None]) for gate in gates]
    about = {"long_name": "number of values of the gate", "units": "1"}
    return xarray.Dataset(
        {"count": (("gate", *dims, "bin"), np.reshape(counts, shape), about)},
        {
            "gate": np.array(gates, dtype=str),
            "bin": (edges[:-1] + edges[1:]) / 2,
            **{d: dataset[d] for d in dims if d in dataset.coords},
        },
    )


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
    """Returns a mean over axes of arrays (B, T, M) without padding, where real (B, T, 1)."""

    def mean(array, real, keepdims=False):
        if real.all():
            return array.mean(axes, dtype="float64", keepdims=keepdims)
        counted = np.broadcast_to(real, array.shape)
        total = array.sum(axes, dtype="float64", keepdims=keepdims, where=counted)
        with np.errstate(invalid="ignore"):  # the mean of only padding is NaN
            return total / counted.sum(axes, keepdims=keepdims)

    return mean


def _spread(g, mean):
    return np.sqrt(mean(np.square(g - mean(g, keepdims=True))))


def _entropy(g):
    """Computes the entropy in bits; NaN for values of a gate outside [0, 1]."""
    with np.errstate(invalid="ignore"):
        # 0 log 0 is 0, so 0 is replaced by 1 in the logarithm.
        parts = [p * np.log2(np.where(p == 0, 1, p)) for p in (g, 1 - g)]
    return -parts[0] - parts[1]


# By name: a function of a gate (B, T, M) and of a mean, the label, and the unit of measurement.
_STATISTICS = {
    "mean": (lambda g, mean: mean(g), "gate, mean", "1"),
    "spread": (_spread, "gate, standard deviation", "1"),
    "entropy": (lambda g, mean: mean(_entropy(g)), "gate, entropy", "bit"),
    "saturated_low": (lambda g, mean: mean(g < LOW), f"share of gate < {LOW}", "1"),
    "saturated_high": (lambda g, mean: mean(g > HIGH), f"share of gate > {HIGH}", "1"),
}


@in_step_order
def update_gate(dataset: xarray.Dataset) -> xarray.Dataset:
    """Computes the update gate in both conventions, and the parts of its pre-activation.

    Of several neurons that are update gates, it is the first.

        keep            fraction of the old state that is kept, 0 to 1: the retention, which is
                        1 - z for Chung et al. (2014), and z for Cho et al. (2014) and Keras
        take            1 - keep: fraction of the candidate that is taken, 0 to 1
        pre_activation  a, the sum of the parts below, where z = σ(a) is the layer's own gate: the
                        log-odds log(z / (1 - z)), unbounded; a = 0 means z = ½
        from_input      x_t W_xz
        from_state      h_{t-1} W_hz, summed over all vectors that the neuron reads
        from_vectors    the term that the unit adds to the products, p ⊙ c_{t-1} for a peephole
        from_products   the sum of the products if the unit normalizes or otherwise changes them;
                        it replaces the three parts above
        from_bias       b_z

    Args:
        dataset: The trace of one layer at one training step. `dataset.update_gate` says whether the
            layer's own z keeps the old state ("keep") or takes the candidate ("new").

    Returns:
        A Dataset with the dimensions (batch, time, unit) and the parts that the neuron has. It is
        empty for a layer without a neuron that is an update gate.

    Raises:
        ValueError: The Dataset has several training steps.
    """
    of_one_step(dataset)
    dims, found = output(dataset).dims, {}
    updates = [name for name in neurons(dataset) if dataset[name].attrs["role"] == "update"]
    for name in updates[:1]:
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
    """Returns the terms of the sum that is a neuron's pre-activation, by name, each (B, T, M)."""

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
