"""Several `xarray.Dataset`s in one NetCDF-4 (HDF5) file, a group for each."""

from collections.abc import Mapping
from pathlib import Path

import xarray

from rnnexp.files.atomic import write_atomically

_ORDER = "layers"  # the attribute that keeps the order of the groups


def write_datasets(
    path: Path, datasets: Mapping[str, xarray.Dataset], root: xarray.Dataset | None = None
) -> None:
    """Write `datasets` by their names, whole or not at all.

    Args:
        path: The file.
        datasets: The Dataset of each group.
        root: Arrays and attributes of the file itself. No group may have one of its dimensions.

    Raises:
        OSError: If the file cannot be written; `path` is then as it was.
    """
    tree = xarray.DataTree.from_dict({**({} if root is None else {"/": root}), **datasets})
    tree.attrs[_ORDER] = list(datasets)
    # Made in memory: on a full disk HDF5 itself prints pages of text and crashes at exit.
    data = tree.to_netcdf(engine="h5netcdf")
    write_atomically(path, lambda temporary: temporary.write_bytes(data))


def read_datasets(path: str | Path) -> dict[str, xarray.Dataset]:
    """Read the datasets that `write_datasets` wrote, in their order, wholly into memory.

    Raises:
        Exception: If the file is damaged; which one depends on what HDF5 or xarray noticed.
    """
    return read_with_root(path)[0]


def read_with_root(path: str | Path) -> tuple[dict[str, xarray.Dataset], xarray.Dataset]:
    """Read the datasets that `write_datasets` wrote, and the root.

    Raises:
        Exception: See `read_datasets`.
    """
    with xarray.open_datatree(path, engine="h5netcdf") as tree:
        tree.load()
        names = tree.attrs[_ORDER]
        if isinstance(names, str):  # NetCDF reads a list of one name as the name alone
            names = [names]
        root = (
            tree.to_dataset()
            .drop_attrs()
            .assign_attrs({name: value for name, value in tree.attrs.items() if name != _ORDER})
        )
        return {name: tree[name].to_dataset(inherit=False) for name in names}, root
