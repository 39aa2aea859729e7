"""Measures of how far back the gradients reach."""

from collections.abc import Hashable, Mapping

import numpy as np
import xarray

from rnnexp.diagnostics.measures.gradients import gradient_norms
from rnnexp.diagnostics.measures.weight_terms import weight_term_norms


def reach(dataset: xarray.Dataset, share: float = 0.01) -> xarray.Dataset:
    """Computes how far back each gradient and the terms of each weight gradient reach.

        horizon           timesteps back from the last step for which ‖·‖ stays at or above `share`
                          of its last value without interruption, 0 to T - 1
        farthest          timesteps from the last step back to the first: the largest horizon that
                          there can be. It is T - 1, or T - 2 for dL/dc_t of an LSTM of which the
                          loss reads only the last output
        half_life         timesteps back at which ‖·‖ first falls to half its last value, with
                          geometric interpolation between timesteps; inf if it never does
        earliest_quarter  Σ ‖·‖ over the first ⌈T/4⌉ steps / Σ ‖·‖ over all steps, 0 to 1; ¼ for a
                          constant profile

    The last step is defined as in `relative_norms`.

    Args:
        dataset: The trace of one layer at one training step, with gradients.
        share: The share of the last value, above 0 and at most 1.

    Returns:
        A Dataset with the dimension `gradient`: d_<state>, delta_<neuron>, d_x, W_x, W_h and the
        other weights of `weight_term_norms`. The values are NaN if a gradient is zero everywhere.

    Raises:
        ValueError: `share` is out of range, or the trace has no gradients or several training
            steps.
    """
    norms = dict(gradient_norms(dataset)) | {
        name: np.sqrt(np.square(norm).sum([d for d in norm.dims if d != "time"]))
        for name, norm in weight_term_norms(dataset).items()
    }
    return reach_of(norms, dataset.attrs["direction"], share)


def reach_of(
    norms: Mapping[Hashable, xarray.DataArray], direction: str = "forward", share: float = 0.01
) -> xarray.Dataset:
    """Computes `reach` of given norms.

    Args:
        norms: The norms by name, each (…, T).
        direction: The direction of the layer in time, "forward" or "backward".
        share: See `reach`.

    Returns:
        A Dataset like that of `reach`, with the dimensions of the norms except time.

    Raises:
        ValueError: `share` is out of range.
    """
    if not 0 < share <= 1:
        raise ValueError(
            f"share is {share!r}; expected a share of the last norm, above 0 and at most 1"
        )
    names = [str(name) for name in norms]
    profiles = np.stack([norms[name].values for name in names])
    profiles = profiles if direction == "forward" else profiles[..., ::-1]
    some = norms[names[0]]
    dims = ("gradient", *some.dims[:-1])
    with np.errstate(divide="ignore", invalid="ignore"):  # zero or exploded gradients
        back = _back(profiles)
        found = {
            "horizon": (_horizon(back, share), "timesteps"),
            "farthest": (_farthest(profiles), "timesteps"),
            "half_life": (_half_life(back), "timesteps"),
            "earliest_quarter": (_earliest_quarter(profiles), "1"),
        }
    return xarray.Dataset(
        {
            name: (dims, values, {"long_name": name.replace("_", " "), "units": unit})
            for name, (values, unit) in found.items()
        },
        {"gradient": names, **{d: some[d] for d in dims if d in some.coords}},
    )


def _back(profiles):
    """Returns the profiles (…, T) backward from the last nonzero step, relative to its value.

    NaN follows after the first timestep. A profile without a nonzero gradient is all NaN.
    """
    T = profiles.shape[-1]
    last = T - 1 - np.argmax(profiles[..., ::-1] != 0, axis=-1, keepdims=True)
    at = last - np.arange(T)
    met = np.take_along_axis(profiles, np.maximum(at, 0), axis=-1)
    return np.where(at >= 0, met / met[..., :1], np.nan)


def _horizon(back, share):
    below = np.concatenate([~(back >= share), np.ones_like(back[..., :1], bool)], axis=-1)
    return np.where(np.isnan(back[..., 0]), np.nan, np.argmax(below, axis=-1) - 1.0)


def _farthest(profiles):
    is_reached = profiles != 0
    last = profiles.shape[-1] - 1.0 - np.argmax(is_reached[..., ::-1], axis=-1)
    return np.where(is_reached.any(-1), last, np.nan)


def _half_life(back):
    fallen = back <= 0.5
    k = np.argmax(fallen, axis=-1)
    above, below = (np.log(_at(back, i)) for i in (k - 1, k))
    between = k - 1 + (above - np.log(0.5)) / (above - below)
    found = np.where(np.isneginf(below), k, between)  # a fall to zero is not interpolated
    return np.where(np.isnan(back[..., 0]), np.nan, np.where(fallen.any(-1), found, np.inf))


def _at(back, index):
    return np.take_along_axis(back, index[..., None], axis=-1)[..., 0]


def _earliest_quarter(profiles):
    quarter = -(-profiles.shape[-1] // 4)
    return profiles[..., :quarter].sum(-1) / profiles.sum(-1)
