"""Checks an HDF5 file in a separate process, because some damaged files make HDF5 hang or crash."""

import subprocess
import sys
from pathlib import Path

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_UNREADABLE = 3  # exit code
_SECONDS = 60.0


def check_hdf5(path: Path) -> None:
    """Read a file once in a separate process.

    Raises:
        ValueError: It is not an HDF5 file, or HDF5 hangs, crashes or finds an error in it.
    """
    with path.open("rb") as file:
        if file.read(len(_SIGNATURE)) != _SIGNATURE:
            raise ValueError("it is not a NetCDF-4 file")
    # With -P, modules in the current folder are not imported.
    command = [sys.executable, "-P", __file__, str(path.absolute())]
    try:
        process = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise ValueError(f"it is not read within {_SECONDS:g} seconds") from error
    if process.returncode < 0:
        raise ValueError(f"reading it ends with signal {-process.returncode}")
    if process.returncode == _UNREADABLE:
        raise ValueError(process.stdout.strip())


def _read_all(path):
    import h5py

    def read(_, item):
        dict(item.attrs)
        if isinstance(item, h5py.Dataset):
            item[()]

    try:
        with h5py.File(path, "r") as file:
            dict(file.attrs)
            file.visititems(read)
    except Exception as error:
        print(error)
        sys.exit(_UNREADABLE)


if __name__ == "__main__":
    _read_all(sys.argv[1])
