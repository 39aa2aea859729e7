"""Measures of the gradients at every timestep: how large, and what they add to the weights'."""

import numpy as np
import xarray

from rnnexp.diagnostics.layer import each_step, in_step_order, neurons, of_one_step, read


def gradient_norms(dataset: xarray.Dataset) -> xarray.Dataset:
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
        norms = each_step(_norms, dataset[name].values)
        text = f"‖{dataset[name].attrs['long_name']}‖"
        found[name] = (dims, norms, {"long_name": text, "units": "loss"})
    return xarray.Dataset(found, {d: dataset[d] for d in dims if d in dataset.coords})


def _norms(gradient):
    wide = gradient.astype("float64")  # has the squares of what has all but vanished
    return np.sqrt(np.einsum("btm,btm->t", wide, wide))


@in_step_order
def relative_norms(dataset: xarray.Dataset) -> xarray.Dataset:
    """`gradient_norms` divided by their value at the last step: 1 there, no unit.

    The last step is the last at which the gradient is not zero: dL/dc_T is, where the loss reads
    h_T alone, and so is every δ_t at padding. NaN where there is no gradient at all. Variables and
    dimensions are those of `gradient_norms`.
    """
    of_one_step(dataset)
    norms = gradient_norms(dataset)
    found = {}
    for name, norm in norms.items():
        last = _last(norm.values)
        values = norm.values / norm.values[last] if last >= 0 else np.full(norm.shape, np.nan)
        text = f"{norm.attrs['long_name']}, relative to the last step"
        found[name] = (norm.dims, values, {"long_name": text, "units": "1"})
    return xarray.Dataset(found, norms.coords)


@in_step_order
def weight_terms(dataset: xarray.Dataset) -> xarray.Dataset:
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
def weight_term_norms(dataset: xarray.Dataset) -> xarray.Dataset:
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
