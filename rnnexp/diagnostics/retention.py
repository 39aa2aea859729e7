"""Measures of what is kept: the same picture for every unit, whatever its gates are called."""

import numpy as np
import xarray

from rnnexp.diagnostics.labelled import equation_in
from rnnexp.diagnostics.layer import each_step, in_step_order, neurons, with_role


@in_step_order
def retained(dataset: xarray.Dataset) -> xarray.Dataset:
    """How much of the old state each step keeps, and how much of it is still there at the end.

        retention    ρ_t, the fraction of the old state that step t keeps, 0 to 1: 1 - z for the GRU
                     of Chung et al. (2014), z for Keras's, f for the LSTM (of c), 0 for SimpleRNN;
                     1 at padding, where the state is copied
        timescale    1 / (1 - ρ_t), in timesteps: a constant ρ fades to 1/e in about so many; 1
                     where nothing is kept, inf where everything is (Tallec & Ollivier 2018,
                     arXiv 1804.11188, read the gates so)
        carried      ∏ ρ_τ over τ = t + 1 … T, 0 to 1: the share of the state after t that is still
                     carried at the last step; 1 at T
        let_through  r_t of a unit with a reset gate, 0 to 1: what it lets the candidate see of the
                     old state. It removes nothing from the state, so ρ knows nothing of it

    The direct path alone: what comes back through the candidate is in the gradients. Dimensions
    (batch, time, unit).
    """
    dims, real = dataset["h"].dims, dataset["mask"].values[..., None]
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
    dims = tuple(d for d in dataset["h"].dims if d not in ("batch", "unit"))
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
    outputs = [dataset[name].values for name in neurons(dataset)]
    rho = np.asarray(equation_in(dataset).retention(*outputs))
    return np.where(dataset["mask"].values[..., None], rho, 1)


def _carried(rho):
    later = np.concatenate([rho[..., 1:, :], np.ones_like(rho[..., :1, :])], axis=-2)
    return np.flip(np.cumprod(np.flip(later, -2), axis=-2), -2)
