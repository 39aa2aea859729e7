"""Arrays in one uncompressed `.npz` file, read without trust in the sizes that it gives."""

import io
import math
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write `arrays` by their names, as `np.savez` does, and wait until the disk has them."""
    with path.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
        file.flush()
        os.fsync(file.fileno())  # else a power cut could leave the name without the data


def read_arrays(data: bytes) -> dict[str, np.ndarray]:
    """Return the arrays in the bytes of a file that `write_arrays` wrote.

    Args:
        data: The whole file. The arrays together take no more memory than it does.

    Raises:
        ValueError: If an array is damaged.
        zipfile.BadZipFile: If the archive is damaged, or is of another kind.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if any(member.compress_type != zipfile.ZIP_STORED for member in members):
            raise zipfile.BadZipFile("a member is compressed")
        if sum(member.file_size for member in members) > len(data):
            raise zipfile.BadZipFile("its members are larger than the file")
        damaged = archive.testzip()
        if damaged:
            raise zipfile.BadZipFile(f"{damaged} does not match its checksum")
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
