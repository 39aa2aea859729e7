"""Measures of the terms that each timestep adds to the gradients of the weights."""

import numpy as np
import xarray
from keras import tree

from rnnexp.diagnostics.equation_attributes import equation_in, states_in, zoneout_in
from rnnexp.diagnostics.labelled import recurrent_name
from rnnexp.diagnostics.measures.gradients import gradient_names, norms
from rnnexp.diagnostics.measures.of_layer import (
    in_step_order,
    neurons,
    of_one_step,
    output,
    rows_of,
    states_before,
    weights,
)
from rnnexp.diagnostics.one_step import Gradients, step_gradients
from rnnexp.engine.plan import Product, plan


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
        name: (("time",), norms(array.sum(0).reshape(1, array.shape[1], -1)))
        for name, array in vectors.items()
    }
    return xarray.Dataset(
        {
            name: (dims, norms, _about(name) | {"long_name": f"‖{_about(name)['long_name']}‖"})
            for name, (dims, norms) in found.items()
        },
        {"time": dataset["time"], "neuron": neurons(dataset)},
    )


def input_product_gradients(dataset: xarray.Dataset) -> list[np.ndarray]:
    """Returns dL/d(x_t W_x) of each neuron in weight order, each (…, B, T, M).

    It is δ_t, unless the equation changes a product before it adds it, for example normalizes it.

    Raises:
        ValueError: The trace has no gradients.
    """
    gradient_names(dataset)
    if not plan(equation_in(dataset)).parts:
        return [dataset[f"delta_{name}"].values for name in neurons(dataset)]
    if "step" not in output(dataset).dims:
        return _step_gradients(dataset)[1].inputs
    each = [_step_gradients(dataset.isel(step=i))[1].inputs for i in range(dataset.sizes["step"])]
    return [np.stack(of_neuron) for of_neuron in zip(*each, strict=True)]


def _about(name) -> dict[str, str]:
    text = {"W_x": "x_tᵀ d_t"}.get(name, "v_tᵀ d_t" if name.startswith("W_h") else f"dL/d{name}_t")
    return {"long_name": text, "units": "loss"}


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
    gradient_names(dataset)
    of_one_step(dataset)
    layout, like = plan(equation_in(dataset)), output(dataset).values
    x = dataset["x"].values
    read, gradients = _step_gradients(dataset)
    nothing = np.zeros_like(like)  # the gradient where a neuron has no weights

    def of_input(k):
        return gradients.inputs[k] if layout.reads_input[k] else nothing

    def term(k, j):
        if j >= layout.vectors[k]:
            return combine(like, nothing)
        product = Product(k, j)
        return combine(read[product], gradients.products[product])

    N = range(len(layout.vectors))
    found = {"W_x": [combine(x, of_input(k)) for k in N]}
    for j in range(max(1, *layout.vectors)):
        found[recurrent_name(j)] = [term(k, j) for k in N]
    vectors = {
        vector.name: rows.reshape(*like.shape[:2], *dataset[vector.name].shape)
        for vector, rows in zip(equation_in(dataset).vectors, gradients.vectors, strict=True)
    }
    return {name: np.stack(terms, axis=1) for name, terms in found.items()}, vectors


def _step_gradients(dataset) -> tuple[dict[Product, np.ndarray], Gradients]:
    """Computes the vector that each product read, and the gradients at all products, in time.

    Every array is (B, T, …), in a trace of one training step.
    """
    like, real = output(dataset).values, dataset["mask"].values[..., None]
    shares = zip(states_in(dataset), zoneout_in(dataset), strict=True)
    reaching = [(1 - p) * np.where(real, dataset[f"d_{s}"].values, 0) for s, p in shares]
    x, states = dataset["x"].values, states_before(dataset)
    flat = rows_of(x), list(map(rows_of, states)), list(map(rows_of, reaching))
    step, gradients = step_gradients(equation_in(dataset), weights(dataset), *flat)

    def in_time(rows):
        return np.asarray(rows).reshape(*like.shape[:2], -1)

    return tree.map_structure(in_time, step.read), tree.map_structure(in_time, gradients)


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
