"""SIGINT and SIGTERM: outside of a run they stop at once, inside of one at the end of a step."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], object]
_BOTH = (signal.SIGINT, signal.SIGTERM)
_TOLD = b"\nstopping after this step; again to stop at once\n"


class StopRequest:
    """Whether somebody has asked the run to stop; `urgent` where it was asked twice."""

    def __init__(self, tell: Callable[[], object] | None) -> None:
        self._made = False
        self.urgent = False
        self._tell = tell

    def obey(self) -> None:
        """Raise KeyboardInterrupt if somebody has asked; call it where nothing is half done."""
        if self._made:
            raise KeyboardInterrupt

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self._made:
            self.urgent = True
            raise KeyboardInterrupt
        self._made = True
        if self._tell:
            self._tell()
        os.write(2, _TOLD)  # print is not to be called from a handler: it may be at work already


@contextmanager
def deferred(tell: Callable[[], object] | None = None) -> Iterator[StopRequest]:
    """Only note, and `tell`, the first SIGINT or SIGTERM inside the block; a second raises
    KeyboardInterrupt.

    An exception at whatever instruction is running is lost in a destructor, and fatal in a function
    that TensorFlow has called; so the block asks, where it can stop: `StopRequest.obey`.
    """
    request = StopRequest(tell)
    with _handled(_BOTH, request._ask):
        yield request


@contextmanager
def terminable() -> Iterator[None]:
    """Raise KeyboardInterrupt for SIGTERM inside the block, as Python does for SIGINT."""
    with _handled((signal.SIGTERM,), signal.default_int_handler):
        yield


@contextmanager
def _handled(numbers: tuple[signal.Signals, ...], handler: Handler) -> Iterator[None]:
    """Let `handler` answer `numbers`, unless they are ignored; only a main thread can do so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    found = {number: signal.getsignal(number) for number in numbers}
    before = {n: old for n, old in found.items() if old not in (signal.SIG_IGN, None)}
    for number in before:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
