"""A disk that takes no more, told in a line, whichever library has met it."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rnnexp.config.errors import UserError

# Full, over a quota, over a limit on the size of a file, read-only, broken.
_CODES = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)


class DiskTrouble(UserError):
    """A run that could no longer write; what it had written whole is still there."""


@contextmanager
def disk_trouble_told(folder: Path) -> Iterator[None]:
    """Raise as DiskTrouble whatever comes of a `folder` that cannot be written."""
    try:
        yield
    except Exception as error:
        reason = _reason(error, folder)
        if reason is None:
            raise
        raise DiskTrouble(
            f"{folder}: the run can write no more: {reason}; once it can: rnnexp resume {folder}"
        ) from error


def _reason(error: Exception, folder: Path) -> str | None:
    """What the disk says, if it is the disk; TensorFlow and HDF5 tell it inside their own words."""
    if isinstance(error, OSError) and error.errno in _CODES:
        return os.strerror(error.errno)
    if isinstance(error, OSError) and error.filename is not None:
        return error.strerror if _within(Path(os.fsdecode(error.filename)), folder) else None
    told = [os.strerror(code) for code in _CODES]
    return next((reason for reason in told if reason in str(error)), None)


def _within(path: Path, folder: Path) -> bool:
    try:
        return path.absolute().is_relative_to(folder.absolute())
    except OSError:  # the current folder is gone, and all that is in it
        return True
