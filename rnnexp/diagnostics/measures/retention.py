"""Measures of what is kept: the same picture for every unit, whatever its gates are called."""

import numpy as np
import xarray
from keras import tree

from rnnexp.diagnostics.equation_attributes import equation_in
from rnnexp.diagnostics.held_step import retention
from rnnexp.diagnostics.measures.of_layer import (
    each_step,
    in_step_order,
    neurons,
    output,
    rows_of,
    states_before,
    weights,
    with_role,
)


@in_step_order
def retained(dataset: xarray.Dataset) -> xarray.Dataset:
    """How much of the memory each step keeps, and how much of it is still there at the end.

        retention    ρ_t = ∂memory_t/∂memory_{t-1} with the neurons and the other states held: the
                     fraction of the memory that step t keeps as it is; 1 at padding, where the
                     state is copied. It comes to 1 - z for the GRU of Chung et al. (2014), z for
                     Keras's, f for the LSTM and 0 for SimpleRNN
        timescale    1 / (1 - ρ_t), in timesteps: a constant ρ fades to 1/e in about so many; 1
                     where nothing is kept, inf where everything is (Tallec & Ollivier 2018,
                     arXiv 1804.11188, read the gates so)
        carried      ∏ ρ_τ over τ = t + 1 … T, 0 to 1: the share of the memory after t that is still
                     carried at the last step; 1 at T
        let_through  r_t of a unit with a reset gate, 0 to 1: what it lets the candidate see of the
                     old state. It removes nothing from the state, so ρ knows nothing of it

    The memory is the state `dataset.memory`. The direct path alone: what comes back through the
    candidate is in the gradients. Dimensions (batch, time, unit).
    """
    dims, real = output(dataset).dims, dataset["mask"].values[..., None]
    rho = _retention(dataset)
    with np.errstate(divide="ignore"):
        timescale = 1 / (1 - rho)
    found = {
        "retention": (dims, rho, _KEPT),
        "timescale": (dims, timescale, {"long_name": "timescale 1/(1-ρ)", "units": "timesteps"}),
        "carried": (dims, _carried(rho), _CARRIED),
    }
    for name in with_role(dataset, "reset"):
        text = f"old state that {name} lets through"
        found["let_through"] = (
            dims,
            np.where(real, dataset[name].values, np.nan),
            {"long_name": text, "units": "1"},
        )
    return xarray.Dataset(found, {d: dataset[d] for d in dims if d in dataset.coords})


@in_step_order
def retained_means(dataset: xarray.Dataset) -> xarray.Dataset:
    """`retained`'s retention and carried at every timestep: means over batch and units, 0 to 1.

    Padding is left out; NaN where there is nothing else. Dimension (time).
    """

    def means(rho, real):
        with np.errstate(invalid="ignore"):
            return [(a * real).mean(-1).sum(0) / real[..., 0].sum(0) for a in (rho, _carried(rho))]

    found = each_step(means, _retention(dataset), dataset["mask"].values[..., None])
    dims = tuple(d for d in output(dataset).dims if d not in ("batch", "unit"))
    return xarray.Dataset(
        {
            "retention": (dims, found[..., 0, :], _KEPT),
            "carried": (dims, found[..., 1, :], _CARRIED),
        },
        {d: dataset[d] for d in dims if d in dataset.coords},
    )


_KEPT = {"long_name": "old state kept by step t", "units": "1"}
_CARRIED = {"long_name": "state t carried to the end", "units": "1"}


def _retention(dataset):
    """ρ (…, B, T, M); 1 at padding."""
    rho = unmasked_retention(dataset)
    return np.where(dataset["mask"].values[..., None], rho, 1)


def unmasked_retention(dataset) -> np.ndarray:
    """ρ (…, B, T, M), at padding as if it were none."""
    equation = equation_in(dataset)
    outputs = [dataset[name].values for name in neurons(dataset)]
    given = weights(dataset), dataset["x"].values, states_before(dataset), outputs
    found = []
    for i in np.ndindex(outputs[0].shape[:-3]):  # of several training steps, each
        own, *arrays = tree.map_structure(lambda a, i=i: None if a is None else a[i], given)
        found.append(retention(equation, own, *tree.map_structure(rows_of, arrays)))
    return np.reshape(found, outputs[0].shape)


def _carried(rho):
    later = np.concatenate([rho[..., 1:, :], np.ones_like(rho[..., :1, :])], axis=-2)
    return np.flip(np.cumprod(np.flip(later, -2), axis=-2), -2)
