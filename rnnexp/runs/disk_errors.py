"""A disk that cannot be written, reported in one line, whichever library noticed it."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rnnexp.config.errors import UserError

# The disk is full, over a quota, read-only or broken, or a file is larger than is allowed.
_CODES = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)


class DiskError(UserError):
    """Raised when a run can no longer write. Files that it wrote before are still whole."""


@contextmanager
def raised_as_disk_error(folder: Path) -> Iterator[None]:
    """Raise a `DiskError` for any exception inside the block that a failed write caused.

    Args:
        folder: The folder of the run. An error about another path is none of the disk's.
    """
    try:
        yield
    except Exception as error:
        reason = _reason(error, folder)
        if reason is None:
            raise
        raise DiskError(
            f"{folder}: the run can write no more: {reason}; once it can: rnnexp resume {folder}"
        ) from error


def _reason(error: Exception, folder: Path) -> str | None:
    """Return what the disk says; None if another thing failed."""
    if isinstance(error, OSError) and error.errno in _CODES:
        return os.strerror(error.errno)
    if isinstance(error, OSError) and error.filename is not None:
        return error.strerror if _is_within(Path(os.fsdecode(error.filename)), folder) else None
    # TensorFlow and HDF5 quote the operating system's message in their own.
    messages = [os.strerror(code) for code in _CODES]
    return next((message for message in messages if message in str(error)), None)


def _is_within(path: Path, folder: Path) -> bool:
    try:
        return path.absolute().is_relative_to(folder.absolute())
    except OSError:  # the current folder was removed, and everything in it
        return True
