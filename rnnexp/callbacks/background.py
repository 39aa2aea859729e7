"""Runs tasks in a background thread, one after the other, and raises their errors."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any


class BackgroundTasks:
    """Runs tasks in the order in which they were submitted.

    Args:
        name: Name of the thread.
        limit: How many tasks may wait before `check` waits for the first of them.
    """

    def __init__(self, name: str, limit: int) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._limit = limit
        self._pending: deque[Future] = deque()

    def submit(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Run `function(*arguments)` after all tasks before."""
        self._pending.append(self._executor.submit(function, *arguments))

    def check(self) -> None:
        """Wait until no more than `limit` tasks are pending; raise the error of a finished one."""
        while len(self._pending) > self._limit or (self._pending and self._pending[0].done()):
            self._finish_first()

    def finish(self) -> None:
        """Wait for all tasks; raise the first of their errors."""
        while self._pending:
            self._finish_first()

    def _finish_first(self) -> None:
        wait([self._pending[0]])  # an interrupt here leaves the task in its place
        self._pending.popleft().result()
