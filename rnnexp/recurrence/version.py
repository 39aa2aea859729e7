"""Which version of a file there is now."""

import os
import stat

from rnnexp.recurrence.problems import Problem, unreadable


def version_of(path: str) -> str:
    """What changes whenever a file is replaced, written, or allowed to be read.

    Raises:
        Problem: If there is no regular file.
    """
    try:
        state = os.stat(path)
    except FileNotFoundError:
        raise Problem("there is no diagnostics.nc any more") from None
    except OSError as error:
        raise unreadable(error.strerror) from error
    if not stat.S_ISREG(state.st_mode):  # to open a pipe would be to wait for ever
        raise unreadable("it is not a regular file")
    numbers = (state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
    return "-".join(f"{number:x}" for number in numbers)
