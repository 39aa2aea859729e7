"""Measures of what is kept: the same picture for every unit, whatever its gates are called."""

import numpy as np
import xarray

from rnnexp.diagnostics.labelled import equation_in
from rnnexp.diagnostics.layer import in_step_order, neurons, with_role


@in_step_order
def retained(dataset) -> xarray.Dataset:
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
    dims, mask = dataset["h"].dims, dataset["mask"].values[..., None]
    outputs = [dataset[name].values for name in neurons(dataset)]
    rho = np.where(mask, np.asarray(equation_in(dataset).retention(*outputs)), 1)
    with np.errstate(divide="ignore"):
        timescale = 1 / (1 - rho)
    later = np.concatenate([rho[..., 1:, :], np.ones_like(rho[..., :1, :])], axis=-2)
    carried = np.flip(np.cumprod(np.flip(later, -2), axis=-2), -2)
    found = {
        "retention": (dims, rho, {"long_name": "old state kept by step t", "units": "1"}),
        "timescale": (dims, timescale, {"long_name": "timescale 1/(1-ρ)", "units": "timesteps"}),
        "carried": (dims, carried, {"long_name": "state t carried to the end", "units": "1"}),
    }
    for name in with_role(dataset, "reset"):
        text = f"old state that {name} lets through"
        found["let_through"] = (
            dims,
            np.where(mask, dataset[name].values, np.nan),
            {"long_name": text, "units": "1"},
        )
    return xarray.Dataset(found, {d: dataset[d] for d in dims if d in dataset.coords})
