"""What was measured of every layer at every logged step: the arrays behind the pictures, a file."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xarray

Measured = Mapping[str, xarray.DataArray]


class _Variable(NamedTuple):
    """One array of a layer: its dimensions, coordinates and attributes, its values at each step."""

    like: xarray.DataArray
    at_steps: dict[int, np.ndarray]


class History:
    """The measured arrays of each layer, with the training step as their first dimension.

    In memory until `flush` writes them to `path`, one NetCDF-4 file with a group for each layer,
    whole or not at all. Where one of two callbacks measured at a step, the other's is NaN.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._layers: dict[str, dict[str, _Variable]] = {}
        self._attributes: dict[str, dict[str, str]] = {}

    def add(self, layer: str, measured: Measured, attributes: Mapping[str, Any]) -> None:
        """Keep what was measured of a layer, arrays that have a dimension `step`.

        attributes: which layer it is.
        """
        variables = self._layers.setdefault(layer, {})
        self._attributes[layer] = {name: str(value) for name, value in attributes.items()}
        for name, array in measured.items():
            array = array.transpose("step", ...)
            if name not in variables:
                variables[name] = _Variable(array[0].drop_vars("step"), {})
            at_steps = variables[name].at_steps
            at_steps |= zip(array["step"].values.tolist(), array.values, strict=True)

    @property
    def layers(self) -> list[str]:
        """The names of the layers, in the order of the model."""
        return list(self._layers)

    def layer(self, name: str) -> xarray.Dataset:
        """All that was measured of a layer: dimensions step and those of each array."""
        variables = self._layers[name]
        steps = sorted({step for variable in variables.values() for step in variable.at_steps})
        found: dict[str, Any] = {}
        coords: dict[str, Any] = {"step": ("step", steps, {"long_name": "training step"})}
        for variable, (like, at_steps) in variables.items():
            nothing = np.full(like.shape, np.nan)
            values = np.stack([at_steps.get(step, nothing) for step in steps])
            found[variable] = (("step", *like.dims), values, like.attrs)
            coords |= {str(d): like.coords[d].variable for d in like.dims if d in like.coords}
        return xarray.Dataset(found, coords, self._attributes[name])

    def flush(self) -> None:
        """Write the file anew, if anything was measured."""
        if not self._layers:
            return
        tree = xarray.DataTree.from_dict({name: self.layer(name) for name in self._layers})
        tree.attrs["layers"] = self.layers
        self._path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._path.with_name(self._path.name + ".unfinished")
        try:
            # Made in memory: HDF5 that meets a full disk writes pages of text and crashes at exit.
            unfinished.write_bytes(tree.to_netcdf(engine="h5netcdf"))
            os.replace(unfinished, self._path)
        finally:
            unfinished.unlink(missing_ok=True)

    def rewind(self, step: int) -> None:
        """Go on from the file, if there is one, without what was measured after `step`."""
        self._layers, self._attributes = {}, {}
        if not self._path.exists():
            return
        for name, dataset in load(self._path).items():
            kept = dataset.isel(step=dataset["step"].values <= step)
            if kept.sizes["step"]:
                arrays = {str(name): _measured(array) for name, array in kept.items()}
                self.add(name, arrays, dataset.attrs)
        if self._layers:
            self.flush()
        else:
            self._path.unlink()


def load(path: str | Path) -> dict[str, xarray.Dataset]:
    """The arrays of every layer, by its name, from a file that `History` wrote."""
    with xarray.open_datatree(path, engine="h5netcdf") as tree:
        tree.load()
        names = tree.attrs["layers"]  # a single one comes back as a str
        return {n: tree[n].to_dataset() for n in ([names] if isinstance(names, str) else names)}


def _measured(array):
    """Without the steps at which its callback did not measure; it is all NaN there."""
    found = array.dropna("step", how="all")
    return found if found.size else array  # of no gates, or never a number
