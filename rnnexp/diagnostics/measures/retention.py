"""Measures of the retention of the memory, which are defined in the same way for every unit."""

import numpy as np
import xarray
from keras import tree

from rnnexp.diagnostics.equation_attributes import equation_in, zoneout_in
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
    """Computes the fraction of the memory that each step keeps and that remains at the end.

        retention    ρ_t = ∂memory_t/∂memory_{t-1} with the neurons and the other states held
                     constant: the fraction of the memory that step t keeps. It is 1 - z for the GRU
                     of Chung et al. (2014), z for Keras's GRU, f for the LSTM and 0 for SimpleRNN,
                     and 1 at padding, where the state is copied. With zoneout p, p + (1 - p) ρ
        timescale    1 / (1 - ρ_t), in timesteps: a memory with constant ρ decays to 1/e in about
                     this time. 1 if nothing is kept, inf if everything is kept (Tallec & Ollivier
                     2018, arXiv 1804.11188)
        carried      ∏ ρ_τ over τ = t + 1 … T, 0 to 1: the fraction of the memory after t that
                     remains at the last step; 1 at T
        let_through  r_t of a unit with a reset gate, 0 to 1: the fraction of the old state that the
                     candidate reads. The reset gate does not remove memory, so ρ does not include
                     it

    Only the direct path is measured; the path through the candidate is included in the gradients.

    Args:
        dataset: The trace of one layer. The memory is the state `dataset.memory`.

    Returns:
        A Dataset with the dimensions (batch, time, unit).
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
    """Computes means of retention and carried (see `retained`), 0 to 1.

        retention           mean over batch and units at every timestep
        carried             mean over batch and units at every timestep
        carried_from_start  for every unit, the mean over the batch of carried at the first timestep
                            of each sequence: the fraction of the memory after the first input that
                            remains at the last step

    Args:
        dataset: The trace of one layer.

    Returns:
        A Dataset with the dimension time, and unit for carried_from_start. Padding is left out;
        timesteps with only padding are NaN.
    """
    rho, real = _retention(dataset), dataset["mask"].values[..., None]
    found = each_step(_means_over_time, rho, real)
    dims = tuple(d for d in output(dataset).dims if d not in ("batch", "unit"))
    of_unit = (*dims[:-1], "unit"), each_step(_carried_from_start, rho, real)
    return xarray.Dataset(
        {
            "retention": (dims, found[..., 0, :], _KEPT),
            "carried": (dims, found[..., 1, :], _CARRIED),
            "carried_from_start": (*of_unit, _CARRIED_FROM_START),
        },
        {d: dataset[d] for d in dims if d in dataset.coords},
    )


def _means_over_time(rho, real):
    with np.errstate(invalid="ignore"):
        return [(a * real).mean(-1).sum(0) / real[..., 0].sum(0) for a in (rho, _carried(rho))]


def _carried_from_start(rho, real):
    """Computes carried (M,) at the first timestep that is not padding, mean over sequences."""
    first = np.argmax(real, axis=-2)[..., None]  # (B, 1, 1)
    carried = np.take_along_axis(_carried(rho), first, axis=-2)[:, 0]
    has_timesteps = real.any((-2, -1))
    return carried[has_timesteps].mean(0) if has_timesteps.any() else np.full(rho.shape[-1], np.nan)


_KEPT = {"long_name": "old state kept by step t", "units": "1"}
_CARRIED = {"long_name": "state t carried to the end", "units": "1"}
_CARRIED_FROM_START = {"long_name": "first state carried to the end", "units": "1"}


def _retention(dataset):
    """Computes ρ (…, B, T, M), which is 1 at padding."""
    rho = unmasked_retention(dataset)
    return np.where(dataset["mask"].values[..., None], rho, 1)


def unmasked_retention(dataset) -> np.ndarray:
    """Computes ρ (…, B, T, M) without regard to padding."""
    equation = equation_in(dataset)
    outputs = [dataset[name].values for name in neurons(dataset)]
    given = weights(dataset), dataset["x"].values, states_before(dataset), outputs
    found = []
    for i in np.ndindex(outputs[0].shape[:-3]):  # each training step, if there are several
        own, *arrays = tree.map_structure(lambda a, i=i: None if a is None else a[i], given)
        found.append(retention(equation, own, *tree.map_structure(rows_of, arrays)))
    share = zoneout_in(dataset)[equation.memory_index]
    return share + (1 - share) * np.reshape(found, outputs[0].shape)


def _carried(rho):
    later = np.concatenate([rho[..., 1:, :], np.ones_like(rho[..., :1, :])], axis=-2)
    return np.flip(np.cumprod(np.flip(later, -2), axis=-2), -2)
