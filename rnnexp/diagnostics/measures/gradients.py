"""Measures of the gradients at every timestep: their norms."""

import numpy as np
import xarray

from rnnexp.diagnostics.measures.of_layer import each_step, in_step_order, of_one_step, output


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
    for name in gradient_names(dataset):
        values = each_step(norms, dataset[name].values)
        text = f"‖{dataset[name].attrs['long_name']}‖"
        found[name] = (dims, values, {"long_name": text, "units": "loss"})
    return xarray.Dataset(found, {d: dataset[d] for d in dims if d in dataset.coords})


def norms(gradient: np.ndarray) -> np.ndarray:
    """Computes the norm over batch and units at each timestep: (T,) from (B, T, M)."""
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
    found, measured = {}, gradient_norms(dataset)
    for name, norm in measured.items():
        last = _last(norm.values)
        values = norm.values / norm.values[last] if last >= 0 else np.full(norm.shape, np.nan)
        text = f"{norm.attrs['long_name']}, relative to the last step"
        found[name] = (norm.dims, values, {"long_name": text, "units": "1"})
    return xarray.Dataset(found, measured.coords)


def gradient_names(dataset) -> list[str]:
    """Returns the names of the variables that are gradients.

    Raises:
        ValueError: The trace has none.
    """
    names = [str(n) for n in dataset.data_vars if str(n).startswith(("d_", "delta_"))]
    if not names:
        raise ValueError(
            "the trace has no gradients; expected a trace with targets: give y to rnnexp.trace"
        )
    return names


def _last(profile) -> int:
    """Returns the index of the last step with a value other than zero; -1 if there is none."""
    return int(np.flatnonzero(profile).max(initial=-1))
