"""What was measured of every layer at every logged step: the arrays behind the pictures, a file."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xarray

from rnnexp.dashboard.hdf5_check import check_readable
from rnnexp.dashboard.layer_history import Kept, Measured
from rnnexp.dashboard.renaming import set_aside


class History:
    """The measured arrays of each layer, with the training step as their first dimension.

    In memory until `flush` writes them to `path`, one NetCDF-4 file with a group for each layer,
    whole or not at all. Where one of two callbacks measured at a step, the other's is NaN.

    What somebody else has written to the file stays in it. A file that cannot be read, or has other
    arrays for the same layer, is set aside with a warning.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._layers: dict[str, Kept] = {}
        self._known: tuple[int, ...] | None = None  # the file as it was read or written last

    def add(self, layer: str, measured: Measured, attributes: Mapping[str, Any]) -> None:
        """Keep what was measured of a layer, arrays that have a dimension `step`.

        attributes: which layer it is.
        """
        told = {name: str(value) for name, value in attributes.items()}
        if layer in self._layers and not self._layers[layer].fits(measured, told):
            self.set_aside(f"has other arrays of the layer {layer!r} than are measured now")
        self._layers.setdefault(layer, Kept(told, {})).add(measured)

    @property
    def layers(self) -> list[str]:
        """The names of the layers, in the order of the model."""
        return list(self._layers)

    @property
    def steps(self) -> set[int]:
        """At which anything was measured."""
        return {step for kept in self._layers.values() for step in kept.steps}

    def layer(self, name: str) -> xarray.Dataset:
        """All that was measured of a layer: dimensions step and those of each array."""
        return self._layers[name].dataset()

    def flush(self) -> None:
        """Write the file anew, if anything was measured."""
        if not self._layers:
            return
        self.read()
        tree = xarray.DataTree.from_dict({name: self.layer(name) for name in self._layers})
        tree.attrs["layers"] = self.layers
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.path.with_name(self.path.name + ".unfinished")
        try:
            # Made in memory: HDF5 that meets a full disk writes pages of text and crashes at exit.
            unfinished.write_bytes(tree.to_netcdf(engine="h5netcdf"))
            os.replace(unfinished, self.path)
        finally:
            unfinished.unlink(missing_ok=True)
        self._known = _state(self.path)

    def read(self) -> None:
        """Take in what the file has, unless it is as it was read or written last."""
        known, self._known = self._known, _state(self.path)
        if self._known is None or self._known == known:
            return
        try:
            check_readable(self.path)
            there = {name: _kept(dataset) for name, dataset in load(self.path).items()}
        except MemoryError:
            raise
        except Exception as error:  # of any of the libraries that read it
            set_aside(self.path, f"cannot be read ({' '.join(str(error).split())})")
            return
        common = there.keys() & self._layers.keys()
        if not all(there[name].fits(*self._layers[name].described()) for name in common):
            set_aside(self.path, "has other arrays of the same layers than are measured now")
            return
        for name in common:
            there[name].update(self._layers[name])
        self._layers |= there

    def set_aside(self, why: str) -> Path | None:
        """Forget everything; the file, if there is one, gets another name, which is returned."""
        self._layers, self._known = {}, None
        return set_aside(self.path, why) if self.path.exists() else None

    def rewind(self, step: int) -> None:
        """Go on from the file, if there is one, without what was measured after `step`."""
        self._layers, self._known = {}, None
        self.read()
        kept = {name: layer.until(step) for name, layer in self._layers.items()}
        self._layers = {name: layer for name, layer in kept.items() if layer.variables}
        if self._layers:
            self.flush()
        else:
            self.path.unlink(missing_ok=True)


def load(path: str | Path) -> dict[str, xarray.Dataset]:
    """The arrays of every layer, by its name, from a file that `History` wrote."""
    with xarray.open_datatree(path, engine="h5netcdf") as tree:
        tree.load()
        names = tree.attrs["layers"]  # a single one comes back as a str
        return {n: tree[n].to_dataset() for n in ([names] if isinstance(names, str) else names)}


def _state(path: Path) -> tuple[int, ...] | None:
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    return state.st_ino, state.st_size, state.st_mtime_ns


def _kept(dataset: xarray.Dataset) -> Kept:
    for name, array in {**dataset, "step": dataset["step"]}.items():
        kinds = "iu" if name == "step" else "fiub"
        if array.dtype.kind not in kinds or "step" not in array.dims:
            raise ValueError(f"{name} is {array.dtype} of {array.dims}; expected numbers by step")
    kept = Kept({str(name): str(value) for name, value in dataset.attrs.items()}, {})
    kept.add(_measured(dataset))
    return kept


def _measured(dataset: xarray.Dataset) -> dict[str, xarray.DataArray]:
    """Without the steps at which a callback did not measure; its arrays are all NaN there."""
    found = {str(name): array.dropna("step", how="all") for name, array in dataset.items()}
    # All of it is: of no gates, or never a number.
    return {name: array if array.size else dataset[name] for name, array in found.items()}
