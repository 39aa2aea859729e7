"""The trace of a model's recurrent layers on one batch, in memory and in a file."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import xarray

from rnnexp.files.netcdf import read_datasets, write_datasets


class Trace(Mapping[str, xarray.Dataset]):
    """A mapping from the name of each recurrent layer of a model to its `xarray.Dataset`.

    The layers of a bidirectional layer are name/forward and name/backward. A layer that the model
    calls several times is name/1, name/2, … in the order of the calls.
    """

    def __init__(self, datasets: Mapping[str, xarray.Dataset]) -> None:
        self._datasets = dict(datasets)

    def __getitem__(self, name: str) -> xarray.Dataset:
        if name not in self._datasets:
            raise KeyError(f"no layer {name!r} in the trace; it has {list(self._datasets)}")
        return self._datasets[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._datasets)

    def __len__(self) -> int:
        return len(self._datasets)

    def __repr__(self) -> str:
        sizes = {name: dict(dataset.sizes) for name, dataset in self.items()}
        return "\n".join(["Trace", *(f"  {name}: {size}" for name, size in sizes.items())])

    def save(self, path: str | Path) -> None:
        """Writes all layers to one NetCDF-4 (HDF5) file, completely or not at all."""
        # The attribute becomes a plain name; the equation itself cannot be written.
        datasets = {
            name: dataset.assign_attrs(equation=str(dataset.attrs["equation"]))
            for name, dataset in self.items()
        }
        write_datasets(Path(path), datasets)

    @classmethod
    def load(cls, path: str | Path) -> "Trace":
        """Reads a file that `save` wrote."""
        return cls(read_datasets(path))
