"""Arrays in one uncompressed `.npz` file, read without trust in what it says of their sizes."""

import io
import math
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write `arrays` by their names, as `np.savez` does, on to the disk."""
    with path.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
        file.flush()
        os.fsync(file.fileno())  # a name must not outlive a power cut that its bytes do not


def read_arrays(data: bytes) -> dict[str, np.ndarray]:
    """The arrays in the bytes of a file that `write_arrays` wrote; none takes more room than they.

    Raises ValueError or zipfile.BadZipFile where they are damaged or not of that kind.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if any(member.compress_type != zipfile.ZIP_STORED for member in members):
            raise zipfile.BadZipFile("a part of it is compressed")
        if sum(member.file_size for member in members) > len(data):
            raise zipfile.BadZipFile("its parts are larger than the whole")
        wrong = archive.testzip()
        if wrong:
            raise zipfile.BadZipFile(f"{wrong} is not what was written")
        return {m.filename.removesuffix(".npy"): _array(archive.read(m)) for m in members}


def _array(data: bytes) -> np.ndarray:
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise ValueError(f"an array of format {version}, expected (1, 0)")
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(data) - file.tell():
        raise ValueError(f"an array {shape} of {dtype} in {len(data)} bytes")
    file.seek(0)
    array: np.ndarray = np.lib.format.read_array(file, allow_pickle=False)
    return array
