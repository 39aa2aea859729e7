"""Runs functions that may hang or crash in a process of its own."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.pool import Pool
from typing import Any, Self

SECONDS = 10.0
"""Time limit of a call. Reading a file of any run takes about a hundredth of a second."""


class TimedWorker:
    """Calls functions in a worker process with a time limit. Use it as a context manager.

    The process is started by the first call. After a call that hung or crashed, the next call
    starts a new process.

    Args:
        seconds: Time limit of each call.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._pool: Pool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._terminate()

    def __call__(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call `function(*arguments)` in the worker process.

        Returns:
            What the function returns.

        Raises:
            TimeoutError: The function did not return within the time limit, or its process died.
            Exception: Whatever the function raises.
        """
        if self._pool is None:
            # A forked process has all modules imported that this one has.
            can_fork = "fork" in multiprocessing.get_all_start_methods()
            context = multiprocessing.get_context("fork" if can_fork else None)
            self._pool = context.Pool(1, _initialize_worker)
        try:
            return self._pool.apply_async(function, arguments).get(self._seconds)
        except multiprocessing.TimeoutError as error:
            self._terminate()
            raise TimeoutError(f"not read within {self._seconds:g} seconds") from error

    def _terminate(self) -> None:
        if self._pool:
            self._pool.terminate()
            self._pool.join()
            self._pool = None


def _initialize_worker() -> None:
    """Ignore Ctrl-C, which the waiting process handles, and silence stderr."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
