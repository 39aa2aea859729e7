"""Measures of the terms that the timesteps add to the gradient of the input kernel W_x."""

import numpy as np
import xarray

from rnnexp.diagnostics.equation_attributes import equation_in
from rnnexp.diagnostics.measures.of_layer import each_step, in_step_order, output
from rnnexp.diagnostics.measures.weight_terms import input_product_gradients
from rnnexp.engine.plan import plan


@in_step_order
def input_terms(dataset: xarray.Dataset) -> xarray.Dataset:
    """Computes how much each timestep adds to dL/dW_x, which is a sum of T terms.

        along  ⟨x_tᵀ d_t, G⟩ / ‖G‖ with G = dL/dW_x = Σ_t x_tᵀ d_t: the part of the term that points
               along the whole gradient. The sum over time is ‖G‖; a negative term works against it
        norm   ‖x_tᵀ d_t‖, 0 or more

    d_t = dL/d(x_t W_x) for all neurons together; see `weight_terms`, which returns the terms of one
    training step themselves. They are summed over the batch. Sources: as for `gradient_norms`.

    Args:
        dataset: The trace of one layer, with gradients.

    Returns:
        A Dataset with the dimension time. `along` is zero if dL/dW_x is zero.

    Raises:
        ValueError: The trace has no gradients.
    """
    x, d = dataset["x"].values, _by_weight(dataset, input_product_gradients(dataset))
    found = each_step(_terms, x, d)
    dims = tuple(name for name in output(dataset).dims if name not in ("batch", "unit"))
    texts = {"along": "x_tᵀ d_t along dL/dW_x", "norm": "‖x_tᵀ d_t‖"}
    return xarray.Dataset(
        {
            name: (dims, found[..., i, :], {"long_name": text, "units": "loss"})
            for i, (name, text) in enumerate(texts.items())
        },
        {name: dataset[name] for name in dims if name in dataset.coords},
    )


def _by_weight(dataset, gradients) -> np.ndarray:
    """Adds the gradients of neurons that use the same W_x: from N of (…, M) to (…, K M)."""
    equation = equation_in(dataset)
    columns: dict[str, np.ndarray] = {}
    for k in plan(equation).kernel_columns:
        neuron = equation.neurons[k]
        owner = neuron.weights_of or neuron.name
        columns[owner] = columns.get(owner, 0) + gradients[k]
    return np.concatenate(list(columns.values()), axis=-1)


def _terms(x, d):
    """Computes along and norm, (2, T), from (B, T, D) and (B, T, K)."""
    x, d = x.astype("float64"), d.astype("float64")
    whole = np.einsum("btd,btk->dk", x, d, optimize=True)
    length = np.linalg.norm(whole)
    along = np.einsum("btk,btk->t", x @ whole, d)
    # ‖Xᵀ Δ‖² = Σ (X Xᵀ) ⊙ (Δ Δᵀ), which needs (B, B) in place of (D, K).
    products = [np.einsum("btk,ctk->tbc", a, a, optimize=True) for a in (x, d)]
    norm = np.sqrt(np.maximum((products[0] * products[1]).sum((1, 2)), 0))
    return np.stack([along / length if length > 0 else np.zeros_like(along), norm])
