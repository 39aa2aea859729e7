"""The sequences of the probe batch, as diagnostics.nc keeps them beside the measurements."""

from typing import Any

import numpy as np
import xarray
from keras import tree

_SEQUENCES, _FEATURES = 4, 16  # at most
_NUMBERS = "biuf"  # kinds of dtypes


def probe_arrays(x: Any, y: Any) -> xarray.Dataset:
    """Collect the first sequences of a batch and their targets.

    Args:
        x: The inputs, as `model.fit` takes them. The first array (B, T) or (B, T, …) is kept, with
            at most 4 sequences and 16 features.
        y: The targets, or None. They are kept if they are (B,), (B, 1) or (B, T).

    Returns:
        A Dataset with probe_input (probe_sequence, probe_time[, probe_feature]) and probe_target
        (probe_sequence[, probe_time]), as far as there are such arrays.
    """
    found = {}
    for leaf in map(_array, tree.flatten(x)):
        if leaf.dtype.kind in _NUMBERS and leaf.ndim >= 2:
            found["probe_input"] = _input(leaf[:_SEQUENCES])
            break
    targets = [_array(leaf)[:_SEQUENCES] for leaf in tree.flatten(y) if leaf is not None]
    if "probe_input" in found and targets and targets[0].dtype.kind in _NUMBERS:
        target = targets[0][..., 0] if targets[0].shape[-1:] == (1,) else targets[0]
        dims = ("probe_sequence", "probe_time")[: target.ndim]
        if target.shape == found["probe_input"].shape[: target.ndim] and target.ndim <= 2:
            found["probe_target"] = xarray.DataArray(_plain(target), dims=dims)
    return xarray.Dataset(found)


def _array(leaf: Any) -> np.ndarray:
    return np.asarray(leaf)


def _input(x: np.ndarray) -> xarray.DataArray:
    dims = ("probe_sequence", "probe_time", "probe_feature")
    if x.ndim == 2:
        return xarray.DataArray(_plain(x), dims=dims[:2])
    return xarray.DataArray(_plain(x.reshape(*x.shape[:2], -1)[..., :_FEATURES]), dims=dims)


def _plain(array: np.ndarray) -> np.ndarray:
    """An array of a type that NetCDF has."""
    return array.astype("float32" if array.dtype.kind == "f" else "int32")
