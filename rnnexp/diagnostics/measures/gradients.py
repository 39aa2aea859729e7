"""Measures of the gradients at every timestep: norms, and contributions to weight gradients."""

import numpy as np
import xarray

from rnnexp.diagnostics.equation_attributes import equation_in, states_in, zoneout_in
from rnnexp.diagnostics.labelled import recurrent_name
from rnnexp.diagnostics.measures.of_layer import (
    each_step,
    in_step_order,
    neurons,
    of_one_step,
    output,
    rows_of,
    states_before,
    weights,
)
from rnnexp.diagnostics.one_step import step_gradients
from rnnexp.engine.plan import Product, plan


def gradient_norms(dataset: xarray.Dataset) -> xarray.Dataset:
    """Computes ‖dL/ds_t‖ of every state s, ‖δ_t‖ of every neuron, and ‖dL/dx_t‖ at every timestep.

    The norm is √(Σ over batch and units of the squares), the Frobenius norm of the (B, M) array, 0
    or more. For the norms of one sequence, use `dataset.isel(batch=[i])`. These norms are used by
    Bengio, Simard & Frasconi (1994) and Pascanu, Mikolov & Bengio (2013), arXiv 1211.5063.

    Args:
        dataset: The trace of one layer, with gradients.

    Returns:
        A Dataset with the variables d_<state> (d_h, d_c, …), delta_<neuron> and d_x, and the
        dimension time. The values are in units of the loss per unit of the state.

    Raises:
        ValueError: The trace has no gradients.
    """
    found = {}
    dims = tuple(d for d in output(dataset).dims if d not in ("batch", "unit"))
    for name in _gradients(dataset):
        norms = each_step(_norms, dataset[name].values)
        text = f"‖{dataset[name].attrs['long_name']}‖"
        found[name] = (dims, norms, {"long_name": text, "units": "loss"})
    return xarray.Dataset(found, {d: dataset[d] for d in dims if d in dataset.coords})


def _norms(gradient):
    wide = gradient.astype("float64")  # the squares of tiny float32 numbers would underflow
    return np.sqrt(np.einsum("btm,btm->t", wide, wide))


@in_step_order
def relative_norms(dataset: xarray.Dataset) -> xarray.Dataset:
    """Computes `gradient_norms` divided by their value at the last step, dimensionless.

    The last step is the last one at which the gradient is not zero. Zero are, for example, dL/dc_T
    if the loss depends only on h_T, and every δ_t at padding.

    Args:
        dataset: The trace of one layer at one training step, with gradients.

    Returns:
        A Dataset with the variables and dimensions of `gradient_norms`; NaN if a gradient is zero
        everywhere.

    Raises:
        ValueError: The trace has no gradients, or several training steps.
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
    """Computes the term that each timestep adds to the gradient of the weights.

        W_x  x_tᵀ d_t with d_t = dL/d(x_t W_x), (time, neuron, feature, unit)
        W_h  v_tᵀ d_t with d_t = dL/d(v_t W_h), (time, neuron, source, unit), where v_t is the
             vector that the neuron reads, h_{t-1} or r ⊙ h_{t-1}; W_h2, … for further vectors
        u    dL/du_t of each vector of the unit, by its name, (time, unit) or (time, <name>_part,
             unit)

    d_t is δ_t for a neuron that sums its products, and r ⊙ δ_t with a gate r on the product. If the
    unit normalizes its products, d_t includes the derivative of the normalization. The terms are
    summed over the batch. Their sum over time is dL/dW of the effective matrices, without the
    gradients of regularizers. The sources are those of `gradient_norms`.

    Args:
        dataset: The trace of one layer at one training step, with gradients.

    Returns:
        A Dataset with the dimensions above and T·N·M·(D + M) numbers; `weight_term_norms` returns
        only their norms. The terms are zero where a neuron has no weights.

    Raises:
        ValueError: The trace has no gradients, or several training steps.
    """
    matrices, vectors = _terms(dataset, _over_batch)
    rows = {"W_x": "feature"}
    return xarray.Dataset(
        {
            name: (("time", "neuron", rows.get(name, "source"), "unit"), array, _about(name))
            for name, array in matrices.items()
        }
        | {
            name: (("time", *dataset[name].dims), array.sum(0), _about(name))
            for name, array in vectors.items()
        },
        {"time": dataset["time"], "neuron": neurons(dataset)},
    )


@in_step_order
def weight_term_norms(dataset: xarray.Dataset) -> xarray.Dataset:
    """Computes the Frobenius norms, 0 or more, of the terms of `weight_terms`.

    Args:
        dataset: The trace of one layer at one training step, with gradients.

    Returns:
        A Dataset with the variables of `weight_terms` and the dimensions (time, neuron), or (time)
        for a vector.

    Raises:
        ValueError: The trace has no gradients, or several training steps.
    """
    matrices, vectors = _terms(dataset, _norms_over_batch)
    found = {name: (("time", "neuron"), norms) for name, norms in matrices.items()} | {
        name: (("time",), _norms(array.sum(0).reshape(1, array.shape[1], -1)))
        for name, array in vectors.items()
    }
    return xarray.Dataset(
        {
            name: (dims, norms, _about(name) | {"long_name": f"‖{_about(name)['long_name']}‖"})
            for name, (dims, norms) in found.items()
        },
        {"time": dataset["time"], "neuron": neurons(dataset)},
    )


def _about(name) -> dict[str, str]:
    text = {"W_x": "x_tᵀ d_t"}.get(name, "v_tᵀ d_t" if name.startswith("W_h") else f"dL/d{name}_t")
    return {"long_name": text, "units": "loss"}


def _gradients(dataset) -> list[str]:
    names = [str(n) for n in dataset.data_vars if str(n).startswith(("d_", "delta_"))]
    if not names:
        raise ValueError(
            "the trace has no gradients; expected a trace with targets: give y to rnnexp.trace"
        )
    return names


def _terms(dataset, combine):
    """Computes the terms of all timesteps.

    Args:
        dataset: The trace of one layer at one training step.
        combine: A function of the vectors that a neuron multiplies and the gradients at their
            products, each (B, T, …), which returns an array (T, …).

    Returns:
        The results of `combine` by name, stacked to (T, N, …), and the terms of the unit's vectors
        by name, (B, T, …), before the sum over the batch.
    """
    _gradients(dataset)
    of_one_step(dataset)
    equation, layout = equation_in(dataset), plan(equation_in(dataset))
    like, real = output(dataset).values, dataset["mask"].values[..., None]
    shares = zip(states_in(dataset), zoneout_in(dataset), strict=True)
    reaching = [(1 - p) * np.where(real, dataset[f"d_{s}"].values, 0) for s, p in shares]
    x, states = dataset["x"].values, states_before(dataset)
    flat = rows_of(x), list(map(rows_of, states)), list(map(rows_of, reaching))
    step, gradients = step_gradients(equation, weights(dataset), *flat)

    def in_time(rows):
        return np.asarray(rows).reshape(*like.shape[:2], -1)

    nothing = np.zeros_like(like)  # the gradient where a neuron has no weights

    def of_input(k):
        return in_time(gradients.inputs[k]) if layout.reads_input[k] else nothing

    def term(k, j):
        if j >= layout.vectors[k]:
            return combine(like, nothing)
        product = Product(k, j)
        return combine(in_time(step.read[product]), in_time(gradients.products[product]))

    N = range(len(equation.neurons))
    found = {"W_x": [combine(x, of_input(k)) for k in N]}
    for j in range(max(1, *layout.vectors)):
        found[recurrent_name(j)] = [term(k, j) for k in N]
    vectors = {
        vector.name: in_time(rows).reshape(*like.shape[:2], *dataset[vector.name].shape)
        for vector, rows in zip(equation.vectors, gradients.vectors, strict=True)
    }
    return {name: np.stack(terms, axis=1) for name, terms in found.items()}, vectors


def _over_batch(v, delta):
    """Computes Σ_b v_tᵀ δ_t, (T, D, M), from (B, T, D) and (B, T, M)."""
    return np.matmul(v.transpose(1, 2, 0), delta.transpose(1, 0, 2))


def _norms_over_batch(v, delta):
    """Computes ‖Σ_b v_tᵀ δ_t‖, (T,), from (B, T, D) and (B, T, M), with the smaller product."""
    v, delta = (a.astype("float64") for a in (v, delta))
    if len(v) > min(v.shape[-1], delta.shape[-1]):
        return np.linalg.norm(_over_batch(v, delta), axis=(1, 2))
    # ‖Vᵀ Δ‖² = Σ (V Vᵀ) ⊙ (Δ Δᵀ): two (B, B) matrices in place of one (D, M).
    squares = [np.matmul(rows, rows.swapaxes(1, 2)) for rows in map(_by_time, (v, delta))]
    return np.sqrt(np.maximum((squares[0] * squares[1]).sum((1, 2)), 0))


def _by_time(array):
    return array.transpose(1, 0, 2)


def _last(profile) -> int:
    """Returns the index of the last step with a value other than zero; -1 if there is none."""
    return int(np.flatnonzero(profile).max(initial=-1))
