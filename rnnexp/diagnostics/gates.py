"""Measures of the gates: where they stand, how decided they are, what drives the update gate."""

import numpy as np
import xarray

from rnnexp.diagnostics.labelled import equation_in
from rnnexp.diagnostics.layer import in_step_order, neurons, read, with_role

LOW, HIGH = 0.1, 0.9
GATES = ("update", "reset", "input", "forget", "output")


def gate_statistics(dataset, over=("batch", "time")) -> xarray.Dataset:
    """Where each gate g stands, taken over the dimensions `over`; padding is left out.

        mean            E[g], 0 to 1
        spread          √(E[g²] - E[g]²), 0 to ½
        entropy         E[-g log₂ g - (1 - g) log₂(1 - g)], 0 (decided) to 1 bit (at ½)
        saturated_low   share of g < 0.1, 0 to 1
        saturated_high  share of g > 0.9, 0 to 1

    Saturation is that of Karpathy, Johnson & Fei-Fei (2015), arXiv 1506.02078. Dimensions: gate and
    what `over` leaves: ("batch", "time") gives every unit, with "unit" added every gate as one,
    ("batch", "unit") every timestep. A SimpleRNN has no gate and gives none.
    """
    g, mean, coords = _gates(dataset, over)
    found = {
        "mean": (mean(g), "gate, mean", "1"),
        "spread": (np.sqrt(mean(np.square(g - mean(g, True)))), "gate, standard deviation", "1"),
        "entropy": (mean(_entropy(g)), "gate, entropy", "bit"),
        "saturated_low": (mean(g < LOW), f"share of gate < {LOW}", "1"),
        "saturated_high": (mean(g > HIGH), f"share of gate > {HIGH}", "1"),
    }
    return xarray.Dataset(
        {
            name: (tuple(coords), array, {"long_name": text, "units": unit})
            for name, (array, text, unit) in found.items()
        },
        {d: values for d, values in coords.items() if values is not None},
    )


def gate_means(dataset, over=("batch", "unit")) -> xarray.Dataset:
    """Where each gate g stands at every timestep: E[g], 0 to 1, the `mean` of `gate_statistics`.

    As Karpathy, Johnson & Fei-Fei (2015), arXiv 1506.02078, look at gates, but against t. Padding
    is left out. Dimensions: gate and what `over` leaves.
    """
    g, mean, coords = _gates(dataset, over)
    labels = {d: values for d, values in coords.items() if values is not None}
    attributes = {"long_name": "gate, mean", "units": "1"}
    return xarray.Dataset({"mean": (tuple(coords), mean(g), attributes)}, labels)


def _gates(dataset, over):
    """The gates (G, B, T, M), a mean over `over` without padding, and the dimensions it leaves."""
    names = with_role(dataset, *GATES)
    dims = ("gate", *dataset["h"].dims)
    g = np.array([dataset[name].values for name in names]).reshape(len(names), *dataset["h"].shape)
    mask = dataset["mask"].values[..., None]
    real = None if mask.all() else np.broadcast_to(mask, g.shape)
    axes = tuple(dims.index(d) for d in ([over] if isinstance(over, str) else over))

    def mean(array, keepdims=False):
        with np.errstate(invalid="ignore"):  # nothing but padding has no mean: NaN
            if real is None:
                return array.mean(axes, dtype="float64", keepdims=keepdims)
            total = array.sum(axes, dtype="float64", keepdims=keepdims, where=real)
            return total / real.sum(axes, keepdims=keepdims)

    labels = {"gate": np.array(names, dtype=str), **{d: dataset.coords.get(d) for d in dims[1:]}}
    return g, mean, {d: labels[d] for i, d in enumerate(dims) if i not in axes}


def _entropy(g):
    """In bits; NaN for a gate whose activation leaves 0 … 1."""
    # In place: of many steps at once an array is large, and to make it costs more than to fill it.
    entropy = _p_log_p(g)
    entropy += _p_log_p(1 - g)
    return np.negative(entropy, out=entropy)


def _p_log_p(p):
    # 0 log 0 is 0: a one stands in, whose logarithm exists and is 0.
    found = np.where(p == 0, 1, p)
    with np.errstate(invalid="ignore"):
        np.log2(found, out=found)
    found *= p
    return found


@in_step_order
def update_gate(dataset) -> xarray.Dataset:
    """The update gate in both readings, and as what it is, a logistic neuron on [h_{t-1}; x_t].

        keep            fraction of the old state that stays, 0 to 1: 1 - z of Chung et al. (2014),
                        z of Cho et al. (2014) and Keras
        take            1 - keep: fraction of the candidate that enters, 0 to 1
        pre_activation  a = from_input + from_state + from_bias, of the layer's own z = σ(a): the
                        log-odds log(z / (1 - z)), unbounded; a = 0 is z = ½
        from_input      x_t W_xz
        from_state      h_{t-1} W_hz
        from_bias       b_z

    z is the layer's own; `dataset.update_gate` says whether it keeps or takes ("keep", "new").
    Dimensions (batch, time, unit). A unit without an update gate gives an empty Dataset.
    """
    dims = dataset["h"].dims
    kept = equation_in(dataset).retention(*(dataset[name].values for name in neurons(dataset)))
    vectors = read(dataset)
    found = {}
    for name in with_role(dataset, "update"):
        v, gate = vectors[name]
        W_x, W_h = (dataset[w].sel(neuron=name).values for w in ("W_x", "W_h"))
        biases = [dataset[b].sel(neuron=name).values for b in ("b", "b_h") if b in dataset.coords]
        from_input = dataset["x"].values @ W_x
        from_state = gate * (v @ W_h)
        from_bias = np.broadcast_to(sum(biases), from_input.shape)
        keep = np.asarray(kept)
        found = {
            "keep": (dims, keep, {"long_name": "old state kept", "units": "1"}),
            "take": (dims, 1 - keep, {"long_name": "candidate taken", "units": "1"}),
            "pre_activation": (
                dims,
                from_input + from_state + from_bias,
                {"long_name": f"pre-activation of {name}, its log-odds", "units": "nat"},
            ),
            "from_input": (dims, from_input, {"long_name": "x_t W_x", "units": "nat"}),
            "from_state": (dims, from_state, {"long_name": "v_t W_h", "units": "nat"}),
            "from_bias": (dims, from_bias, {"long_name": "bias", "units": "nat"}),
        }
    return xarray.Dataset(found, {"time": dataset["time"]})
