"""The measurements of all layers at every logged step, in memory and in a NetCDF file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xarray

from rnnexp.dashboard.hdf5_check import check_hdf5
from rnnexp.dashboard.layer_history import LayerHistory, Measurements
from rnnexp.dashboard.renaming import rename_with_warning
from rnnexp.dashboard.snapshots import SNAPSHOT
from rnnexp.files.netcdf import read_datasets, read_with_root, write_datasets


class History:
    """The measurements of each layer, with the training step as their first dimension.

    They are in memory until `flush` writes them to `path`, a NetCDF-4 file with a group for each
    layer; the file is written whole or not at all. Where one of two callbacks measured at a step,
    the arrays of the other are NaN there.

    What another process has written to the file is kept. A file that cannot be read, or that has
    other arrays for the same layer, is renamed with a warning.

    Args:
        path: Path of the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._layers: dict[str, LayerHistory] = {}
        self._about: xarray.Dataset | None = None
        self._descriptions: dict[str, dict[str, str]] = {}
        self._file_state: tuple[int, ...] | None = None  # when it was last read or written
        self._is_changed = False  # since then

    def describe(self, about: xarray.Dataset, layers: Mapping[str, Mapping[str, str]]) -> None:
        """Say what is measured, before anything is added.

        Args:
            about: Arrays and attributes of the file itself.
            layers: Further attributes of each layer, by its name.
        """
        self._about = about
        self._descriptions = {name: dict(texts) for name, texts in layers.items()}

    def add(self, layer: str, measurements: Measurements, attributes: Mapping[str, Any]) -> None:
        """Add measurements of a layer.

        Args:
            layer: Name of the layer.
            measurements: Arrays that have a dimension `step`, or `snapshot` for the values of
                every unit, of which only some are kept.
            attributes: Which layer it is; the attributes of its Dataset.
        """
        texts = {name: str(value) for name, value in attributes.items()}
        texts |= self._descriptions.get(layer, {})
        if layer in self._layers and not self._layers[layer].matches(measurements, texts):
            self.start_anew(f"has other arrays of the layer {layer!r} than are measured now")
        self._layers.setdefault(layer, LayerHistory(texts, {})).add(measurements)
        self._is_changed = True

    def steps_to_keep(self, layer: str, steps: list[int]) -> list[int]:
        """Those of further training steps at which a layer's values of every unit will be kept."""
        return self._layers[layer].steps_to_keep(steps) if layer in self._layers else steps

    @property
    def layers(self) -> list[str]:
        """The names of the layers, in the order of the model."""
        return list(self._layers)

    @property
    def steps(self) -> set[int]:
        """The steps at which anything was measured."""
        return {step for layer in self._layers.values() for step in layer.steps}

    def layer(self, name: str) -> xarray.Dataset:
        """All measurements of a layer; the first dimension of each array is `step`."""
        return self._layers[name].dataset()

    def flush(self) -> None:
        """Write the file anew, if anything was measured since it was last written."""
        if not self._layers or not (self._is_changed or _state(self.path) != self._file_state):
            return
        self.read()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        layers = {name: self.layer(name) for name in self._layers}
        write_datasets(self.path, layers, self._about)
        self._file_state, self._is_changed = _state(self.path), False

    def read(self) -> None:
        """Add what the file has, unless it is unchanged since it was last read or written."""
        previous, self._file_state = self._file_state, _state(self.path)
        if self._file_state is None or self._file_state == previous:
            return
        try:
            check_hdf5(self.path)
            datasets, about = read_with_root(self.path)
            stored = {name: _layer_history(data) for name, data in datasets.items()}
        except MemoryError:
            raise
        except Exception as error:  # each library that reads it raises its own
            reason = " ".join(str(error).split())
            rename_with_warning(self.path, f"cannot be read ({reason})")
            return
        common = stored.keys() & self._layers.keys()
        if not all(stored[name].matches(*self._layers[name].templates()) for name in common):
            rename_with_warning(
                self.path, "has other arrays of the same layers than are measured now"
            )
            return
        for name in common:
            stored[name].update(self._layers[name])
        self._layers |= stored
        self._about = about if self._about is None else self._about

    def start_anew(self, reason: str) -> Path | None:
        """Forget everything. If there is a file, it is renamed with a warning.

        Args:
            reason: What is wrong with the file; follows its path in the warning.

        Returns:
            The new path of the file; None if there was none.
        """
        self._layers, self._file_state = {}, None
        return rename_with_warning(self.path, reason) if self.path.exists() else None

    def rewind(self, step: int) -> None:
        """Forget what is in memory, and continue from the file without what came after a step."""
        self._layers, self._file_state = {}, None
        self.read()
        rewound = {name: layer.until(step) for name, layer in self._layers.items()}
        self._layers = {name: layer for name, layer in rewound.items() if layer.variables}
        self._is_changed = True
        if self._layers:
            self.flush()
        else:
            self.path.unlink(missing_ok=True)


def load_history(path: str | Path) -> dict[str, xarray.Dataset]:
    """Load the arrays that the callbacks wrote to a diagnostics.nc.

    Args:
        path: Path of the file.

    Returns:
        A Dataset for each recurrent layer, by the layer's name. The first dimension of its
        variables is the training step.
    """
    return read_datasets(path)


def _state(path: Path) -> tuple[int, ...] | None:
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    return state.st_ino, state.st_size, state.st_mtime_ns


def _layer_history(dataset: xarray.Dataset) -> LayerHistory:
    labels = {d: dataset[d] for d in ("step", SNAPSHOT) if d in dataset.dims}
    for name, array in {**dataset, **labels}.items():
        kinds = "iu" if name in labels else "fiub"
        if array.dtype.kind not in kinds or not set(array.dims) & set(labels):
            raise ValueError(f"{name} is {array.dtype} of {array.dims}; expected numbers by step")
    history = LayerHistory({str(name): str(value) for name, value in dataset.attrs.items()}, {})
    history.add(_measured_steps(dataset))
    return history


def _measured_steps(dataset: xarray.Dataset) -> dict[str, xarray.DataArray]:
    """The arrays without the steps at which they are all NaN, because they were not measured."""
    arrays = {
        str(name): array if SNAPSHOT in array.dims else array.dropna("step", how="all")
        for name, array in dataset.items()
    }
    # An array may be NaN or empty at all steps: of a unit without gates, for example.
    return {name: array if array.size else dataset[name] for name, array in arrays.items()}
