"""What may hang or crash is done in a process of its own."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.pool import Pool
from typing import Any, Self

SECONDS = 10.0
"""After which nothing is waited for any more: a file of any run is read in a hundredth of one."""


class Apart:
    """Calls functions in a process that is made for the first of them; to be used in a `with`."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._pool: Pool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def __call__(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What the function returns or raises.

        Raises TimeoutError where it hangs, or takes its process with it.
        """
        if self._pool is None:
            # Where a process can be forked, it has everything imported that this one has.
            forks = "fork" in multiprocessing.get_all_start_methods()
            self._pool = multiprocessing.get_context("fork" if forks else None).Pool(1, _begin)
        try:
            return self._pool.apply_async(function, arguments).get(self._seconds)
        except multiprocessing.TimeoutError as error:
            self._end()
            raise TimeoutError(f"not read within {self._seconds:g} seconds") from error

    def _end(self) -> None:
        if self._pool:
            self._pool.terminate()
            self._pool.join()
            self._pool = None


def _begin() -> None:
    """Leave Ctrl-C to the process that waits, and say nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
