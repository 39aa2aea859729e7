"""The checksum by which a file is recognized again."""

import hashlib
import os
from functools import lru_cache
from pathlib import Path


def checksum(path: Path) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 of a file's contents.

    Args:
        path: A regular file. It is read again only if its size or its time of change differs.

    Raises:
        OSError: It cannot be read.
    """
    status = os.stat(path)
    return _checksum(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=64)
def _checksum(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
