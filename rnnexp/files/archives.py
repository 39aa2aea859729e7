"""Arrays that somebody saved with NumPy, read without trust in what the file says about itself."""

import math
import os
import zipfile
from pathlib import Path
from typing import IO

import numpy as np

from rnnexp.files.reading import Unreadable, check_regular_file


def read_archive(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays of a file of `numpy.savez` or `numpy.savez_compressed`, by their names.

    Nothing is unpickled. No array takes more memory than the file announces for it, and the sum of
    what it announces must fit into the memory of this machine.

    Args:
        path: The file.

    Raises:
        FileNotFoundError: There is nothing.
        Unreadable: It is not such a file, is damaged, is larger than the memory, or contains an
            array of Python objects.
    """
    check_regular_file(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_size(sum(member.file_size for member in members))
            return {m.filename.removesuffix(".npy"): _array(archive, m) for m in members}
    except Unreadable:
        raise
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise Unreadable(
            f"it is no complete .npz file ({error}): write it with "
            f'numpy.savez("{path.stem}.npz", x=x, y=y)'
        ) from error
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error


def _check_size(size: int) -> None:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if size > memory:
        raise Unreadable(
            f"its arrays take {size / 2**30:.3g} GiB, this machine has {memory / 2**30:.3g} GiB of "
            "memory"
        )


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    with archive.open(member) as file:
        shape, dtype = _header(file)
        left = member.file_size - file.tell()
    name = member.filename.removesuffix(".npy")
    if dtype.hasobject:
        raise Unreadable(
            f"{name} is an array of Python objects, such as sequences of different lengths: "
            f"concatenate the sequences and save their lengths beside them, as in "
            f"numpy.savez(path, {name}=numpy.concatenate(sequences), "
            f"lengths=[len(s) for s in sequences], y=y)"
        )
    if math.prod(shape) * dtype.itemsize != left:
        raise Unreadable(f"{name} is announced as {shape} of {dtype} but has {left} bytes")
    with archive.open(member) as file:
        array: np.ndarray = np.lib.format.read_array(file, allow_pickle=False)
        return array


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype]:
    version = np.lib.format.read_magic(file)
    read = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in read:
        raise ValueError(f"an array of format {version}")
    shape, _, dtype = read[version](file)
    return shape, dtype
