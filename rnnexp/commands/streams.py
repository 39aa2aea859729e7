"""stdout and stderr whose readers may leave, as of `rnnexp train | head -1`."""

import io
import sys
from typing import Any


def outlive_readers() -> None:
    """From now on the command goes on where nobody reads any more what it says."""
    sys.stdout, sys.stderr = _Stream(sys.stdout), _Stream(sys.stderr)


class _Stream(io.TextIOWrapper):
    """Another way to the file of a `stream`; it is read, or it goes nowhere."""

    def __init__(self, stream: Any) -> None:
        file = io.BufferedWriter(_Unread(stream.fileno(), "w", closefd=False))
        super().__init__(file, stream.encoding, stream.errors, line_buffering=stream.line_buffering)


class _Unread(io.FileIO):
    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            return len(data)
