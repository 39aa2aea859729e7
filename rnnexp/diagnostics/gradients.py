"""Measures of the gradients at every timestep: how large, from where, and how far back."""

from collections.abc import Callable
from functools import partial

import numpy as np
import xarray

from rnnexp.diagnostics.layer import in_step_order, neurons, read


def gradient_norms(dataset) -> xarray.Dataset:
    """‖dL/dh_t‖, ‖dL/dc_t‖, ‖δ_t‖ of every neuron and ‖dL/dx_t‖, against t.

    √(Σ over batch and units of the squares): the Frobenius norm of the (B, M) array, of the loss's
    own unit per unit of the state, 0 or more. Variables d_h, d_c, delta_<neuron>, d_x of dimension
    (time); one sequence's are those of `dataset.isel(batch=[i])`. The classical picture: Bengio,
    Simard & Frasconi (1994); Pascanu, Mikolov & Bengio (2013), arXiv 1211.5063.
    Raises ValueError where the trace has no gradients.
    """
    found = {}
    dims = tuple(d for d in dataset["h"].dims if d not in ("batch", "unit"))
    for name in _gradients(dataset):
        squares = np.square(dataset[name].values, dtype="float64").sum(axis=(-3, -1))
        text = f"‖{dataset[name].attrs['long_name']}‖"
        found[name] = (dims, np.sqrt(squares), {"long_name": text, "units": "loss"})
    return xarray.Dataset(found, {d: dataset[d] for d in dims if d in dataset.coords})


@in_step_order
def relative_norms(dataset) -> xarray.Dataset:
    """`gradient_norms` divided by their value at the last step: 1 there, no unit.

    The last step is the last at which the gradient is not zero: dL/dc_T is, where the loss reads
    h_T alone, and so is every δ_t at padding. NaN where there is no gradient at all. Variables and
    dimensions are those of `gradient_norms`.
    """
    norms = gradient_norms(dataset)
    found = {}
    for name, norm in norms.items():
        last = _last(norm.values)
        values = norm.values / norm.values[last] if last >= 0 else np.full(norm.shape, np.nan)
        text = f"{norm.attrs['long_name']}, relative to the last step"
        found[name] = (norm.dims, values, {"long_name": text, "units": "1"})
    return xarray.Dataset(found, norms.coords)


@in_step_order
def weight_terms(dataset) -> xarray.Dataset:
    """The terms of the weights' gradients: what each timestep adds to them.

        W_x  x_tᵀ δ_t, dimensions (time, neuron, feature, unit)
        W_h  v_tᵀ δ_t, dimensions (time, neuron, source, unit), v_t being what the neuron reads:
             h_{t-1}, or r ⊙ h_{t-1}; with a gate on the product, v_tᵀ (r ⊙ δ_t)

    Summed over the batch. The sum over time is dL/dW itself, without what regularizers add. Same
    sources as `gradient_norms`. T·N·M·(D + M) numbers: `weight_term_norms` keeps only their size.
    """
    terms = _by_neuron(dataset, _over_batch)
    text = {"units": "loss"}
    return xarray.Dataset(
        {
            "W_x": (
                ("time", "neuron", "feature", "unit"),
                terms["W_x"],
                {"long_name": "x_tᵀ δ_t", **text},
            ),
            "W_h": (
                ("time", "neuron", "source", "unit"),
                terms["W_h"],
                {"long_name": "v_tᵀ δ_t", **text},
            ),
        },
        {"time": dataset["time"], "neuron": neurons(dataset)},
    )


@in_step_order
def weight_term_norms(dataset) -> xarray.Dataset:
    """‖x_tᵀ δ_t‖ and ‖v_tᵀ δ_t‖ for every neuron: the size of each timestep's term of dL/dW.

    W_x and W_h, Frobenius norms, 0 or more, dimensions (time, neuron). See `weight_terms`.
    """
    text = {"W_x": "‖x_tᵀ δ_t‖", "W_h": "‖v_tᵀ δ_t‖"}
    return xarray.Dataset(
        {
            name: (("time", "neuron"), norms, {"long_name": text[name], "units": "loss"})
            for name, norms in _by_neuron(dataset, _norms_over_batch).items()
        },
        {"time": dataset["time"], "neuron": neurons(dataset)},
    )


def reach(dataset, share=0.01) -> xarray.Dataset:
    """How far back the gradient reaches, for every gradient and both weights' terms.

        horizon           timesteps back from the last step for which ‖·‖ stays at or above `share`
                          of its value there without a break, 0 to T - 1
        half_life         timesteps back at which ‖·‖ first is half its last value, taken between
                          timesteps as if it fell geometrically; inf if it never does
        earliest_quarter  Σ ‖·‖ over the first ⌈T/4⌉ steps / Σ ‖·‖ over all, 0 to 1; ¼ for a flat
                          profile

    Dimension `gradient`: d_h, d_c, delta_<neuron>, d_x, W_x, W_h. The last step is that of
    `relative_norms`; NaN where there is no gradient at all. Raises ValueError for a share that is
    not between 0 and 1.
    """
    norms = dict(gradient_norms(dataset)) | {
        name: np.sqrt(np.square(norm).sum("neuron"))
        for name, norm in weight_term_norms(dataset).items()
    }
    return reach_of(norms, dataset.attrs["direction"], share)


def reach_of(norms, direction="forward", share=0.01) -> xarray.Dataset:
    """`reach` of norms that are there already, by name (…, T).

    direction: in which the layer goes over time, "forward" or "backward".
    """
    if not 0 < share <= 1:
        raise ValueError(f"share is {share!r}; expected a share of the last norm, above 0, up to 1")
    names = [str(name) for name in norms]
    profiles = np.stack([norms[name].values for name in names])
    profiles = profiles if direction == "forward" else profiles[..., ::-1]
    some = norms[names[0]]
    dims = ("gradient", *some.dims[:-1])
    measured: dict[str, tuple[Callable[..., float], str]] = {
        "horizon": (partial(_horizon, share=share), "timesteps"),
        "half_life": (_half_life, "timesteps"),
        "earliest_quarter": (_earliest_quarter, "1"),
    }
    return xarray.Dataset(
        {
            name: (
                dims,
                np.apply_along_axis(measure, -1, profiles),
                {"long_name": name.replace("_", " "), "units": unit},
            )
            for name, (measure, unit) in measured.items()
        },
        {"gradient": names, **{d: some[d] for d in dims if d in some.coords}},
    )


def _gradients(dataset) -> list[str]:
    names = [str(n) for n in dataset.data_vars if str(n).startswith(("d_", "delta_"))]
    if not names:
        raise ValueError(
            "the trace has no gradients, only the forward part; give rnnexp.trace the targets y too"
        )
    return names


def _by_neuron(dataset, combine) -> dict[str, np.ndarray]:
    """For W_x and W_h: combine(what each neuron reads, its δ), stacked after time (T, N, …)."""
    _gradients(dataset)
    vectors = read(dataset)  # in the order of the step, which need not be that of the weights
    of_input, of_state = [], []
    for name in neurons(dataset):
        v, gate = vectors[name]
        delta = dataset[f"delta_{name}"].values
        of_input.append(combine(dataset["x"].values, delta))
        of_state.append(combine(v, gate * delta))
    return {"W_x": np.stack(of_input, axis=1), "W_h": np.stack(of_state, axis=1)}


def _over_batch(v, delta):
    """Σ_b v_tᵀ δ_t for (B, T, D) and (B, T, M): (T, D, M)."""
    return np.matmul(v.transpose(1, 2, 0), delta.transpose(1, 0, 2))


def _norms_over_batch(v, delta):
    """‖Σ_b v_tᵀ δ_t‖ for (B, T, D) and (B, T, M): (T,), by whichever product is the smaller."""
    v, delta = (a.astype("float64") for a in (v, delta))
    if len(v) > min(v.shape[-1], delta.shape[-1]):
        return np.linalg.norm(_over_batch(v, delta), axis=(1, 2))
    # ‖Vᵀ Δ‖² = Σ (V Vᵀ) ⊙ (Δ Δᵀ): two (B, B) matrices in place of one (D, M).
    squares = [np.matmul(rows, rows.swapaxes(1, 2)) for rows in map(_by_time, (v, delta))]
    return np.sqrt(np.maximum((squares[0] * squares[1]).sum((1, 2)), 0))


def _by_time(array):
    return array.transpose(1, 0, 2)


def _last(profile) -> int:
    """Index of the last step at which something is not zero; -1 if there is none."""
    return int(np.flatnonzero(profile).max(initial=-1))


def _backwards(profile):
    """From the last step back, relative to it; empty where there is no gradient."""
    last = _last(profile)
    return profile[: last + 1][::-1] / profile[last] if last >= 0 else profile[:0]


def _horizon(profile, share):
    relative = _backwards(profile)
    if not relative.size:
        return np.nan
    below = np.flatnonzero(relative < share)
    return float(below[0] if below.size else len(relative)) - 1


def _half_life(profile):
    relative = _backwards(profile)
    fallen = np.flatnonzero(relative <= 0.5)
    if not relative.size:
        return np.nan
    if not fallen.size:
        return np.inf
    k = fallen[0]
    if relative[k] == 0:
        return float(k)
    above, below = np.log(relative[k - 1]), np.log(relative[k])
    return k - 1 + (above - np.log(0.5)) / (above - below)


def _earliest_quarter(profile):
    total = profile.sum()
    return profile[: -(-len(profile) // 4)].sum() / total if total else np.nan
