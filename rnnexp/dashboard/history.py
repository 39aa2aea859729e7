"""What was measured of every layer at every logged step: the arrays behind the pictures, a file."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray

Measured = Mapping[str, xarray.DataArray]


class History:
    """The measured arrays of each layer, with the training step as their first dimension.

    In memory until `flush` writes them to `path`, one NetCDF-4 file with a group for each layer,
    whole or not at all. A step at which only one of two callbacks measured has NaN for the other.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._layers: dict[str, dict[int, dict[str, xarray.DataArray]]] = {}
        self._attributes: dict[str, dict[str, str]] = {}

    def add(self, step: int, layer: str, measured: Measured, attributes: Mapping[str, Any]) -> None:
        """Keep what was measured of a layer at a step; attributes say which layer it is."""
        self._layers.setdefault(layer, {}).setdefault(step, {}).update(measured)
        self._attributes[layer] = {name: str(value) for name, value in attributes.items()}

    @property
    def layers(self) -> list[str]:
        """The names of the layers, in the order of the model."""
        return list(self._layers)

    def layer(self, name: str) -> xarray.Dataset:
        """All that was measured of a layer: dimensions step and those of each array."""
        steps = dict(sorted(self._layers[name].items()))
        first: dict[str, xarray.DataArray] = {}
        for measured in steps.values():
            first = measured | first
        found = {
            variable: (
                ("step", *array.dims),
                np.stack([_values(measured.get(variable), array) for measured in steps.values()]),
                array.attrs,
            )
            for variable, array in first.items()
        }
        coords = {"step": ("step", list(steps), {"long_name": "training step"})}
        for array in first.values():
            coords |= {str(d): array.coords[d].variable for d in array.dims if d in array.coords}
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
            tree.to_netcdf(unfinished, engine="h5netcdf")
            os.replace(unfinished, self._path)
        finally:
            unfinished.unlink(missing_ok=True)

    def rewind(self, step: int) -> None:
        """Go on from the file, if there is one, without what was measured after `step`."""
        self._layers, self._attributes = {}, {}
        if not self._path.exists():
            return
        for name, dataset in load(self._path).items():
            for at in dataset["step"].values[dataset["step"].values <= step]:
                one = dataset.sel(step=at, drop=True)
                # All NaN is what a callback did not measure at this step.
                measured = {str(v): one[v] for v in one.data_vars if one[v].notnull().any()}
                self.add(int(at), name, measured, dataset.attrs)
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


def _values(array, like):
    return np.full(like.shape, np.nan) if array is None else array.values
