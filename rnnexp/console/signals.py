"""SIGINT and SIGTERM, which stop a run at the end of a step, and anything else at once."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], object]
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_MESSAGE = b"\nstopping after this step; again to stop at once\n"


class StopRequest:
    """Whether the run was asked to stop.

    Args:
        notify: Called once, when it is asked.

    Attributes:
        urgent: Whether it was asked twice.
    """

    def __init__(self, notify: Callable[[], object] | None) -> None:
        self._requested = False
        self.urgent = False
        self._notify = notify

    def raise_if_requested(self) -> None:
        """Stop if that was requested. To be called where nothing is half done.

        Raises:
            KeyboardInterrupt: If a stop was requested.
        """
        if self._requested:
            raise KeyboardInterrupt

    def _request(self, number: int, frame: FrameType | None) -> None:
        if self._requested:
            self.urgent = True
            raise KeyboardInterrupt
        self._requested = True
        if self._notify:
            self._notify()
        os.write(2, _MESSAGE)  # print is not reentrant, and may be running already


@contextmanager
def deferred_signals(notify: Callable[[], object] | None = None) -> Iterator[StopRequest]:
    """Turn the first SIGINT or SIGTERM inside the block into a request to stop.

    A second one raises KeyboardInterrupt at once. An exception raised at any instruction would be
    lost in a destructor, and fatal in a function that TensorFlow calls; so the block itself calls
    `StopRequest.raise_if_requested` where it can stop.

    Args:
        notify: Called when the first signal arrives.
    """
    request = StopRequest(notify)
    with _handled(_SIGNALS, request._request):
        yield request


@contextmanager
def sigterm_as_interrupt() -> Iterator[None]:
    """Raise KeyboardInterrupt for SIGTERM inside the block, as Python does for SIGINT."""
    with _handled((signal.SIGTERM,), signal.default_int_handler):
        yield


@contextmanager
def _handled(numbers: tuple[signal.Signals, ...], handler: Handler) -> Iterator[None]:
    """Let `handler` handle those signals that are not ignored; a no-op outside the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    current = {number: signal.getsignal(number) for number in numbers}
    before = {n: old for n, old in current.items() if old not in (signal.SIG_IGN, None)}
    for number in before:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
